package github

import (
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/payload"
)

// events are those in which people do something. Each tells what it finds and
// returns why there is nothing to tell.
var events = map[string]func(*event) (ignored string){
	"push": (*event).push,

	"issues":                      func(e *event) string { return e.thread("issue", e.Issue) },
	"pull_request":                func(e *event) string { return e.thread("pull_request", e.PullRequest) },
	"discussion":                  (*event).discussion,
	"issue_comment":               (*event).issueComment,
	"discussion_comment":          (*event).discussionComment,
	"pull_request_review":         (*event).pullRequestReview,
	"pull_request_review_comment": (*event).reviewComment,
	"pull_request_review_thread":  (*event).reviewThread,
	"commit_comment":              (*event).commitComment,

	"star":             (*event).starred,
	"watch":            (*event).watched,
	"fork":             (*event).forked,
	"release":          (*event).released,
	"gollum":           (*event).wiki,
	"create":           (*event).ref,
	"delete":           (*event).ref,
	"package":          func(e *event) string { return e.published(e.Package) },
	"registry_package": func(e *event) string { return e.published(e.RegistryPackage) },

	"project":                   func(e *event) string { return e.planned(e.Project) },
	"project_card":              func(e *event) string { return e.planned(e.ProjectCard) },
	"project_column":            func(e *event) string { return e.planned(e.ProjectColumn) },
	"projects_v2":               func(e *event) string { return e.planned(e.ProjectV2) },
	"projects_v2_item":          func(e *event) string { return e.planned(e.ProjectV2Item) },
	"projects_v2_status_update": func(e *event) string { return e.planned(e.ProjectV2Status) },

	"member":               (*event).member,
	"membership":           (*event).membership,
	"organization":         (*event).organization,
	"installation":         (*event).installation,
	"sponsorship":          (*event).sponsorship,
	"marketplace_purchase": (*event).marketplace,
}

// Why a delivery has nothing in it.
const (
	byPrograms   = "it tells what programs do, not what people do"
	settings     = "it tells of settings, not of what people do around the project"
	guarded      = "it tells of security alerts, which are not kept"
	edited       = "an edit: what was said counts once"
	housekeeping = "it tidies up: nothing was said or made"
	incomplete   = "it lacks what its kind of event is about"
)

// ignored are the events without people, with the reason.
var ignored = map[string]string{
	"ping": "a ping: GitHub tries whether the webhook arrives, and it does",

	"cache_sync": byPrograms, "check_run": byPrograms, "check_suite": byPrograms, "deployment": byPrograms, "deployment_protection_rule": byPrograms,
	"deployment_review": byPrograms, "deployment_status": byPrograms, "merge_group": byPrograms, "page_build": byPrograms,
	"repository_dispatch": byPrograms, "repository_import": byPrograms, "status": byPrograms, "workflow_dispatch": byPrograms,
	"workflow_job": byPrograms, "workflow_run": byPrograms,

	"branch_protection_configuration": settings, "branch_protection_rule": settings, "custom_property": settings,
	"content_reference": byPrograms, "custom_property_values": settings, "deploy_key": settings, "enterprise": settings, "github_app_authorization": settings,
	"installation_repositories": settings, "installation_target": settings, "integration_installation": settings,
	"integration_installation_repositories": settings, "label": settings, "meta": settings, "milestone": settings,
	"personal_access_token_request": settings, "public": settings, "repository": settings, "repository_ruleset": settings,
	"team": settings, "team_add": settings, "user": settings,

	"code_scanning_alert": guarded, "dependabot_alert": guarded, "repository_advisory": guarded,
	"repository_vulnerability_alert": guarded, "secret_scanning_alert": guarded, "secret_scanning_alert_location": guarded,
	"secret_scanning_scan": guarded, "security_advisory": guarded, "security_and_analysis": guarded,

	"issue_dependencies": housekeeping, "sub_issues": housekeeping,
	"org_block": "it tells whom an organization blocked, which is not kept",
}

func ignoredEvent(name string) string {
	if reason, ok := ignored[name]; ok {
		return reason
	}
	return "an event called " + payload.Clean(name) + ", which Orrery does not know"
}

// retract takes an activity back, by the word of whoever sent the event.
func (e *event) retract(kind, id string, o orrery.Object, thread string) string {
	return orNobody(e.tell(e.Sender, orrery.Activity{
		ExternalID: id + "/" + retracted, Kind: kind, Object: o, Thread: thread, At: e.arrived, Retracts: id,
	}))
}

// retracted ends the external id of what takes another back.
const retracted = "retracted"

// doing is how often somebody may do something to a thread, and to whom.
type doing uint8

const (
	once   doing = iota + 1
	again        // closed, opened again, closed again
	asking       // of somebody: it addresses them
	triage       // of what others wrote; one's own needs none
)

// doings are what people do to issues, pull requests and discussions besides
// beginning them.
var doings = map[string]doing{
	"closed": again, "reopened": again, "merged": once,
	"ready_for_review": again, "converted_to_draft": again, "synchronize": again,
	"assigned": asking, "review_requested": asking,
	"labeled": triage, "milestoned": triage, "pinned": triage, "locked": triage, "typed": triage,
	"category_changed":   triage,
	"auto_merge_enabled": once, "enqueued": again,
}

// thread tells what somebody did to an issue, a pull request or a discussion.
func (e *event) thread(kind string, th *thread) (ignored string) {
	if th == nil {
		return incomplete
	}
	verb := e.Action.String()
	if verb == "closed" && th.MergedAt != "" {
		verb = "merged"
	}
	switch verb {
	case "opened", "created":
		return orNobody(e.begin(kind, verb, th))
	case "edited":
		return edited
	case "deleted":
		return e.retract("github."+kind+".deleted", e.id(th)+"+"+opened, e.object(kind, th), e.id(th))
	case "transferred":
		return "it was moved to another repository, which tells of it"
	}
	how := doings[verb]
	if how == 0 || how == triage && e.Sender.same(th.User) {
		return housekeeping
	}
	a := e.under(kind, th, e.Sender)
	a.ExternalID, a.Kind = e.id(th)+"+"+verb, "github."+kind+"."+verb
	a.At = e.when(e.timeOf(verb, th))
	switch how {
	case again:
		a.ExternalID += "/" + payload.First(e.after(verb), e.timeOf(verb, th))
	case asking:
		to := e.Assignee
		if verb == "review_requested" {
			to = e.RequestedReviewer
		}
		if !to.known() {
			return "it asks a team, and nobody by name"
		}
		a.ExternalID += "/" + payload.First(to.ID, to.Login)
		a.To = nil
		e.address(&a, e.Sender, to)
	case triage:
		a.ExternalID += "/" + e.mark()
	}
	return orNobody(e.tell(e.Sender, a))
}

// timeOf is when something was done to a thread.
func (e *event) timeOf(verb string, th *thread) text {
	switch {
	case verb == "merged":
		return th.MergedAt
	case verb == "closed" && th.ClosedAt != "":
		return th.ClosedAt
	}
	return th.UpdatedAt
}

// after is the commit to which somebody moved a pull request.
func (e *event) after(verb string) text {
	if verb == "synchronize" {
		return e.After
	}
	return ""
}

// mark names what was put on a thread in triage.
func (e *event) mark() string {
	switch {
	case e.Label != nil:
		return payload.First(e.Label.ID, e.Label.NodeID, e.Label.Name)
	case e.Milestone != nil:
		return payload.First(e.Milestone.ID, e.Milestone.NodeID)
	}
	return ""
}

// discussion also tells which answer was chosen.
func (e *event) discussion() (ignored string) {
	d, verb := e.Discussion, e.Action.String()
	answer := e.Answer
	if verb == "unanswered" {
		answer = e.OldAnswer
	}
	if d == nil || (verb != "answered" && verb != "unanswered") {
		return e.thread("discussion", d)
	}
	if answer == nil {
		return incomplete
	}
	id := remarkID("discussion_comment", answer)
	chosen := id + "+chosen"
	if verb == "unanswered" {
		return e.retract("github.discussion.unanswered", chosen, e.object("discussion", d), e.id(d))
	}
	a := e.under("discussion", d, e.Sender)
	a.ExternalID, a.Kind, a.Parent, a.At = chosen, "github.discussion.answered", id+"+created", e.when(d.UpdatedAt)
	a.To, a.Origin = nil, orrery.OriginUnknown
	e.address(&a, e.Sender, answer.User)
	return orNobody(e.tell(e.Sender, a))
}

func (e *event) issueComment() (ignored string) {
	if e.Issue == nil {
		return incomplete
	}
	kind := "issue"
	if e.Issue.PullRequest != nil {
		kind = "pull_request"
	}
	return e.remarked("issue_comment", kind, e.Issue, "")
}

func (e *event) discussionComment() (ignored string) {
	if e.Comment == nil {
		return incomplete
	}
	return e.remarked("discussion_comment", "discussion", e.Discussion, e.Comment.ParentID)
}

func (e *event) reviewComment() (ignored string) {
	if e.Comment == nil {
		return incomplete
	}
	return e.remarked("pull_request_review_comment", "pull_request", e.PullRequest, e.Comment.InReplyTo)
}

// remarked tells of a comment, or takes it back.
func (e *event) remarked(name, kind string, th *thread, answers text) (ignored string) {
	if th == nil || e.Comment == nil {
		return incomplete
	}
	switch e.Action {
	case "created":
		return orNobody(e.comment(name, kind, th, e.Comment, answers))
	case "deleted":
		return e.retract("github."+name+".deleted", remarkID(name, e.Comment)+"+created", e.object(kind, th), e.id(th))
	case "edited":
		return edited
	}
	return housekeeping
}

func (e *event) pullRequestReview() (ignored string) {
	switch {
	case e.PullRequest == nil || e.Review == nil:
		return incomplete
	case e.Action == "submitted":
		return e.review(e.PullRequest, e.Review)
	case e.Action == "edited":
		return edited
	}
	return "a review was set aside: whoever wrote it has written it"
}

func (e *event) reviewThread() (ignored string) {
	if e.PullRequest == nil || e.Thread == nil {
		return incomplete
	}
	const kind = "github.pull_request_review_thread."
	id := "review_thread/" + payload.First(e.Thread.NodeID, e.Thread.ID) + "+resolved"
	switch e.Action {
	case "resolved":
		a := e.under("pull_request", e.PullRequest, e.Sender)
		a.ExternalID, a.Kind, a.At = id, kind+"resolved", e.when(e.PullRequest.UpdatedAt)
		if len(e.Thread.Comments) > 0 {
			first := &e.Thread.Comments[0]
			a.Parent = remarkID("pull_request_review_comment", first) + "+created"
			a.To, a.Origin = nil, orrery.OriginUnknown
			e.address(&a, e.Sender, first.User)
		}
		return orNobody(e.tell(e.Sender, a))
	case "unresolved":
		return e.retract(kind+"unresolved", id, e.object("pull_request", e.PullRequest), e.id(e.PullRequest))
	}
	return housekeeping
}

func (e *event) commitComment() (ignored string) {
	c := e.Comment
	if c == nil || e.Action != "created" {
		return housekeeping
	}
	return orNobody(e.tell(c.User, orrery.Activity{
		ExternalID: remarkID("commit_comment", c) + "+created", Kind: "github.commit_comment.created",
		Object: orrery.Object{ID: c.CommitID.String(), Type: "commit", URL: c.HTMLURL.String()},
		Thread: "commit/" + c.CommitID.String(), At: e.when(c.CreatedAt),
	}))
}
