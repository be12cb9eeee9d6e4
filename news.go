package orrery

import "time"

// NewsType names what happened, as programs that asked for it are told: words of
// [a-z_] with full stops between.
type NewsType string

// What programs can be told.
const (
	NewsPersonNear     NewsType = "person.came_near"
	NewsPersonDrifted  NewsType = "person.drifted"
	NewsPersonFirst    NewsType = "person.first_act"
	NewsNewcomerAlone  NewsType = "newcomer.unanswered"
	NewsConversation   NewsType = "conversation.waiting"
	NewsPurposeReached NewsType = "purpose.reached"
	NewsPurposeUpdated NewsType = "purpose.updated"
	NewsImportEnded    NewsType = "import.ended"
	NewsImportFailed   NewsType = "import.failed"
	NewsPersonErased   NewsType = "person.erased"
	NewsTest           NewsType = "webhook.test" // nobody asks for it: it is sent by hand
)

// NewsTypes are those that can be asked for, in the order in which people read
// them.
var NewsTypes = []NewsType{
	NewsPersonNear, NewsPersonDrifted, NewsPersonFirst, NewsNewcomerAlone, NewsConversation,
	NewsPurposeReached, NewsPurposeUpdated, NewsImportEnded, NewsImportFailed, NewsPersonErased,
}

// News is something that happened and that other programs may want to hear of.
// It names people by their numbers alone.
type News struct {
	// ID is the same however often it is told; [a-z0-9_] only. Empty: it gets one
	// of its own.
	ID     string
	Type   NewsType
	At     time.Time
	Planet PlanetID // it happened around; 0: around none in particular
	Data   NewsData
}

// NewsData is what is told of it. Fields that do not apply are empty.
type NewsData struct {
	Planet       string     `json:"planet,omitempty"` // slug
	Person       MemberID   `json:"person,omitempty"`
	People       []MemberID `json:"people,omitempty"` // numbers under which an erased person was known
	Level        string     `json:"level,omitempty"`
	WasLevel     string     `json:"was_level,omitempty"`
	Closeness    *int       `json:"closeness,omitempty"` // 0 to 100
	Conversation string     `json:"conversation,omitempty"`
	WaitingSince *time.Time `json:"waiting_since,omitempty"`
	Purpose      string     `json:"purpose,omitempty"` // slug
	Measure      int        `json:"measure,omitempty"` // of the purpose, from 1 on
	Import       ImportID   `json:"import,omitempty"`
	Source       string     `json:"source,omitempty"`
	Added        *int64     `json:"added,omitempty"`
	Skipped      *int64     `json:"skipped,omitempty"`
	Reason       string     `json:"reason,omitempty"` // code of an error
	Path         string     `json:"path,omitempty"`   // of the page that shows it
}
