package gitlab

import "orrery.dev/orrery/internal/collect/payload"

type text = payload.Text

// account is a user or a program.
type account struct {
	ID       text `json:"id"`
	Name     text `json:"name"`
	Username text `json:"username"`
	Email    text `json:"email"`
}

func (a *account) known() bool { return a != nil && (a.ID != "" || a.Username != "") }

type project struct {
	ID            text `json:"id"`
	WebURL        text `json:"web_url"`
	Homepage      text `json:"homepage"`
	DefaultBranch text `json:"default_branch"`
	Path          text `json:"path_with_namespace"`
}

// thread is what people talk under: an issue, a merge request or a snippet.
type thread struct {
	ID           text         `json:"id"`
	Title        text         `json:"title"`
	URL          text         `json:"url"`
	AuthorID     text         `json:"author_id"`
	Confidential payload.Bool `json:"confidential"`
}

// attributes are what an event is about.
type attributes struct {
	thread
	Action     text         `json:"action"`
	Type       text         `json:"type"`
	CreatedAt  text         `json:"created_at"`
	UpdatedAt  text         `json:"updated_at"`
	ClosedAt   text         `json:"closed_at"`
	MergedAt   text         `json:"merged_at"`
	System     payload.Bool `json:"system"`   // written by GitLab
	Internal   payload.Bool `json:"internal"` // for the team
	OldRev     text         `json:"oldrev"`
	LastCommit struct {
		ID text `json:"id"`
	} `json:"last_commit"`

	NoteableType text `json:"noteable_type"`
	DiscussionID text `json:"discussion_id"`
	CommitID     text `json:"commit_id"`

	Slug      text `json:"slug"`
	VersionID text `json:"version_id"`

	Name          text `json:"name"` // of an emoji
	AwardableType text `json:"awardable_type"`
	AwardableID   text `json:"awardable_id"`
	AwardedOnURL  text `json:"awarded_on_url"`
}

type commitTold struct {
	ID        text   `json:"id"`
	Message   string `json:"message"` // its lines matter
	Timestamp text   `json:"timestamp"`
	Author    struct {
		Name  text `json:"name"`
		Email text `json:"email"`
	} `json:"author"`
}

// change is how a list of people was changed.
type change struct {
	Previous []account `json:"previous"`
	Current  []account `json:"current"`
}

// added are the people who were not in the list before.
func (c *change) added() []*account {
	if c == nil {
		return nil
	}
	var out []*account
	for i := range c.Current {
		was := false
		for j := range c.Previous {
			was = was || c.Previous[j].ID == c.Current[i].ID
		}
		if !was && c.Current[i].known() {
			out = append(out, &c.Current[i])
		}
	}
	return out
}

// delivery is what of any event is read.
type delivery struct {
	ObjectKind text     `json:"object_kind"`
	EventName  text     `json:"event_name"` // of system hooks, and of members
	EventType  text     `json:"event_type"`
	User       *account `json:"user"`
	Project    project  `json:"project"`
	ProjectID  text     `json:"project_id"`
	Repository struct {
		Homepage text `json:"homepage"`
	} `json:"repository"`
	CreatedAt text `json:"created_at"`

	Object       *attributes `json:"object_attributes"`
	Issue        *thread     `json:"issue"`
	WorkItem     *thread     `json:"work_item"`
	MergeRequest *thread     `json:"merge_request"`
	Snippet      *thread     `json:"snippet"`
	Note         *thread     `json:"note"`
	Commit       *commitTold `json:"commit"`
	Changes      struct {
		Assignees *change `json:"assignees"`
		Reviewers *change `json:"reviewers"`
	} `json:"changes"`

	Ref     text         `json:"ref"`
	After   text         `json:"after"`
	Commits []commitTold `json:"commits"`

	// Of pushes, system hooks and members.
	UserID       text `json:"user_id"`
	UserName     text `json:"user_name"`
	UserUsername text `json:"user_username"`
	UserEmail    text `json:"user_email"`
	Name         text `json:"name"`
	Username     text `json:"username"`
	Email        text `json:"email"`
	GroupID      text `json:"group_id"`
	GroupName    text `json:"group_name"`
	GroupPath    text `json:"group_path"`
}
