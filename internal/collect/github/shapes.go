package github

import "orrery.dev/orrery/internal/collect/payload"

type text = payload.Text

// account is a user, a program or an organization.
type account struct {
	ID      text `json:"id"`
	Login   text `json:"login"`
	Type    text `json:"type"` // User, Bot, Organization, Mannequin
	HTMLURL text `json:"html_url"`
}

func (a *account) known() bool { return a != nil && (a.ID != "" || a.Login != "") }

func (a *account) same(b *account) bool {
	return a.known() && b.known() && a.ID == b.ID && (a.ID != "" || a.Login == b.Login)
}

// thread is what people talk under: an issue, a pull request or a discussion.
// They share one sequence of numbers in a repository.
type thread struct {
	NodeID      text      `json:"node_id"`
	Number      text      `json:"number"`
	Title       text      `json:"title"`
	HTMLURL     text      `json:"html_url"`
	User        *account  `json:"user"`
	CreatedAt   text      `json:"created_at"`
	UpdatedAt   text      `json:"updated_at"`
	ClosedAt    text      `json:"closed_at"`
	MergedAt    text      `json:"merged_at"`
	PullRequest *struct{} `json:"pull_request"` // an issue that is a pull request
}

// remark is a comment, a review or an answer.
type remark struct {
	ID          text     `json:"id"`
	NodeID      text     `json:"node_id"`
	HTMLURL     text     `json:"html_url"`
	User        *account `json:"user"`
	Body        text     `json:"body"` // only to tell whether there is one, and what it does
	State       text     `json:"state"`
	CreatedAt   text     `json:"created_at"`
	UpdatedAt   text     `json:"updated_at"`
	SubmittedAt text     `json:"submitted_at"`
	CommitID    text     `json:"commit_id"`
	InReplyTo   text     `json:"in_reply_to_id"` // of a review comment
	ParentID    text     `json:"parent_id"`      // of a discussion's comment

	IssueURL       text `json:"issue_url"`        // in lists only
	PullRequestURL text `json:"pull_request_url"` // in lists only
}

type repository struct {
	ID            text     `json:"id"`
	NodeID        text     `json:"node_id"`
	FullName      text     `json:"full_name"`
	HTMLURL       text     `json:"html_url"`
	DefaultBranch text     `json:"default_branch"`
	Owner         *account `json:"owner"`
	CreatedAt     text     `json:"created_at"`
}

type release struct {
	ID          text     `json:"id"`
	NodeID      text     `json:"node_id"`
	TagName     text     `json:"tag_name"`
	Name        text     `json:"name"`
	HTMLURL     text     `json:"html_url"`
	Draft       bool     `json:"draft"`
	Author      *account `json:"author"`
	PublishedAt text     `json:"published_at"`
}

type author struct {
	Name     text `json:"name"`
	Email    text `json:"email"`
	Username text `json:"username"`
	Date     text `json:"date"`
}

type pushed struct {
	ID        text   `json:"id"`
	Message   string `json:"message"` // its lines matter
	Timestamp text   `json:"timestamp"`
	Author    author `json:"author"`
}

// item is what has an id, a creator and hardly more: projects, cards, packages.
type item struct {
	ID             text     `json:"id"`
	NodeID         text     `json:"node_id"`
	Name           text     `json:"name"`
	Title          text     `json:"title"`
	HTMLURL        text     `json:"html_url"`
	CreatedAt      text     `json:"created_at"`
	PackageVersion *item    `json:"package_version"`
	Version        text     `json:"version"`
	Comments       []remark `json:"comments"` // of a review's thread
}

type plan struct {
	ID      text    `json:"id"`
	NodeID  text    `json:"node_id"`
	Name    text    `json:"name"`
	Monthly float64 `json:"monthly_price_in_cents"`
	Yearly  float64 `json:"yearly_price_in_cents"`
}

type sponsorship struct {
	NodeID    text     `json:"node_id"`
	CreatedAt text     `json:"created_at"`
	Sponsor   *account `json:"sponsor"`
	Tier      plan     `json:"tier"`
}

type purchase struct {
	Account      *account `json:"account"`
	BillingCycle text     `json:"billing_cycle"`
	UnitCount    float64  `json:"unit_count"`
	Plan         plan     `json:"plan"`
}

type page struct {
	Name    text `json:"page_name"`
	Title   text `json:"title"`
	SHA     text `json:"sha"`
	HTMLURL text `json:"html_url"`
}

// delivery is what of any event is read.
type delivery struct {
	Action     text        `json:"action"`
	Sender     *account    `json:"sender"`
	Repository *repository `json:"repository"`

	Issue       *thread `json:"issue"`
	PullRequest *thread `json:"pull_request"`
	Discussion  *thread `json:"discussion"`
	Comment     *remark `json:"comment"`
	Review      *remark `json:"review"`
	Answer      *remark `json:"answer"`
	OldAnswer   *remark `json:"old_answer"`
	Thread      *item   `json:"thread"`

	Assignee          *account `json:"assignee"`
	RequestedReviewer *account `json:"requested_reviewer"`
	Label             *item    `json:"label"`
	Milestone         *item    `json:"milestone"`

	Ref        text     `json:"ref"`
	RefType    text     `json:"ref_type"`
	After      text     `json:"after"`
	Deleted    bool     `json:"deleted"`
	Commits    []pushed `json:"commits"`
	HeadCommit *pushed  `json:"head_commit"`

	Forkee    *repository `json:"forkee"`
	Release   *release    `json:"release"`
	Pages     []page      `json:"pages"`
	StarredAt text        `json:"starred_at"`

	Package         *item `json:"package"`
	RegistryPackage *item `json:"registry_package"`
	Project         *item `json:"project"`
	ProjectCard     *item `json:"project_card"`
	ProjectColumn   *item `json:"project_column"`
	ProjectV2       *item `json:"projects_v2"`
	ProjectV2Item   *item `json:"projects_v2_item"`
	ProjectV2Status *item `json:"projects_v2_status_update"`

	Member     *account `json:"member"`
	Membership *struct {
		User  *account `json:"user"`
		State text     `json:"state"`
	} `json:"membership"`
	Organization *account `json:"organization"`
	Installation *item    `json:"installation"`

	Sponsorship         *sponsorship `json:"sponsorship"`
	MarketplacePurchase *purchase    `json:"marketplace_purchase"`
	EffectiveDate       text         `json:"effective_date"`
}
