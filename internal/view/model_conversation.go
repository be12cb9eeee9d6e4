package view

import (
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/language"
)

// TalkFilter says which conversations are asked for.
type TalkFilter string

// The filters.
const (
	TalksWaiting  TalkFilter = ""          // on us or on them
	TalksUs       TalkFilter = "us"        // on us
	TalksNew      TalkFilter = "newcomers" // on us, opened by newcomers and never answered
	TalksKnown    TalkFilter = "known"     // on us, but for those
	TalksThem     TalkFilter = "them"      // on them
	TalksPeer     TalkFilter = "peer"      // first answered by a peer, waiting or settled
	TalksMine     TalkFilter = "mine"      // whoever asks owns them
	TalksResting  TalkFilter = "resting"   // quiet for long
	TalksDecided  TalkFilter = "decided"   // done, not ours or snoozed, by a decision that holds
	talksOfPerson TalkFilter = "person"
)

// TalksQuery asks for conversations of a planet.
type TalksQuery struct {
	Planet   orrery.PlanetID
	AsOf     orrery.Day // 0: as the other screens answer
	Filter   TalkFilter
	Account  int64 // whose own TalksMine are
	Cursor   string
	Limit    int           // at most; 0: TalksShown
	Patience time.Duration // how long to wait for what is being read

	opener orrery.MemberID
}

// TalksShown is how many conversations a page has.
const TalksShown = 50

// TalksPage is one page of a planet's conversations.
type TalksPage struct {
	AsOf     orrery.Day
	Now      time.Time     // the moment that waiting is counted up to
	Rest     time.Duration // after so long without a word a conversation rests
	Threads  int           // all that people ever spoke in
	Counts   TalkCounts
	List     []Talk
	Of       int    // conversations that fit the filter
	Next     string // cursor of the next page, or empty
	Answers  conversation.Answers
	Answered struct{ Peer, Team, Nobody int } // by whom what came from outside was first answered

	There  bool
	Making bool
	Made   time.Time
}

// TalkCounts are how many conversations there are of each kind, decisions that hold
// taken into account.
type TalkCounts struct {
	Newcomers int // opened by newcomers, without an answer: part of Us
	Us, Them  int
	Peer      int
	Mine      int
	Resting   int
	Decided   int
}

// Talk is one conversation.
type Talk struct {
	Thread   conversation.ThreadID
	Title    string // as its source calls it; or empty
	URL      string // at its source, http or https; or empty
	Place    string // the kind of its first activity: "github.issue.opened"
	State    conversation.State
	Turn     conversation.Turn
	Why      language.Text // whose turn it is, in words
	Opener   Who
	Waited   time.Duration
	Since    time.Time
	Opened   time.Time
	Last     time.Time
	Acts     int
	People   int
	Newcomer bool
	Answer   *TalkAnswer // nil: nobody answered
	Decided  conversation.Say
	Until    orrery.Day // of what is snoozed
	Owner    string     // who sees to it; or empty
	Mine     bool

	owner        orrery.MemberID
	ownerAccount int64
	talk         *flow.Talk
}

// TalkAnswer is the first answer.
type TalkAnswer struct {
	Who
	Team  bool
	After time.Duration
}

// Who is somebody with a name.
type Who struct {
	ID   orrery.MemberID
	Name string
}

// TalkThread is a conversation with the activities behind it.
type TalkThread struct {
	Talk
	Now      time.Time
	AsOf     orrery.Day
	Timeline []TalkAct
	Left     int // activities between the first and the second that are not shown
	Owners   []TalkOwner
}

// TalkAct is one activity of a conversation.
type TalkAct struct {
	Who
	At   time.Time
	Kind string
	Team bool
	Gist orrery.Gist
	To   []Who
	URL  string
	Way  orrery.Strategy
}

// TalkOwner is somebody who may see to a conversation: an account, or one of the
// team.
type TalkOwner struct {
	Account  int64
	Identity orrery.IdentityID
	Name     string
}

// TalkDecision is what somebody decides. Fields that are nil stay.
type TalkDecision struct {
	Say   *conversation.Say
	Until orrery.Day
	Owner *TalkOwner // both numbers 0: nobody
	Mine  bool       // whoever decides sees to it
}

// OwnerAccount is the account that sees to it; 0: none.
func (t *Talk) OwnerAccount() int64 { return t.ownerAccount }
