package gitlab

import (
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/commit"
	"orrery.dev/orrery/internal/collect/payload"
)

// events are those in which people do something, by object_kind, or event_name
// where there is none. Each tells what it finds and returns why there is nothing
// to tell.
var events = map[string]func(*event) (ignored string){
	"push":          (*event).push,
	"tag_push":      (*event).tag,
	"issue":         func(e *event) string { return e.thread("issue") },
	"work_item":     func(e *event) string { return e.thread("issue") },
	"merge_request": func(e *event) string { return e.thread("merge_request") },
	"note":          (*event).note,
	"emoji":         (*event).emoji,
	"wiki_page":     (*event).wiki,
	"user_create":   (*event).account,

	"user_add_to_team":      func(e *event) string { return e.joined("project") },
	"user_add_to_group":     func(e *event) string { return e.joined("group") },
	"user_remove_from_team": func(*event) string { return "somebody left a project: what they did there stays" },
	"user_remove_from_group": func(e *event) string {
		return e.affiliated(true)
	},
	"user_access_request_to_group":   func(e *event) string { return e.asked("group") },
	"user_access_request_to_project": func(e *event) string { return e.asked("project") },
	"user_access_request_to_team":    func(e *event) string { return e.asked("project") },
}

// Why a delivery has nothing in it.
const (
	byPrograms = "it tells what programs do, not what people do"
	settings   = "it tells of settings, not of what people do around the project"
	edited     = "an edit: what was said counts once"
	incomplete = "it lacks what its kind of event is about"
)

// ignored are the events without people, with the reason.
var ignored = map[string]string{
	"build": byPrograms, "pipeline": byPrograms, "deployment": byPrograms, "repository_update": byPrograms,

	"access_token": settings, "feature_flag": settings, "milestone": settings, "vulnerability": settings,
	"group_create": settings, "group_destroy": settings, "group_rename": settings,
	"subgroup_create": settings, "subgroup_destroy": settings,
	"key_create": settings, "key_destroy": settings,
	"project_create": settings, "project_destroy": settings, "project_rename": settings, "project_transfer": settings, "project_update": settings,
	"user_update_for_group": settings, "user_update_for_team": settings,
	"user_destroy": settings, "user_rename": settings, "user_failed_login": settings,
	"user_access_request_revoked_for_group": settings, "user_access_request_revoked_for_project": settings,
	"user_access_request_revoked_for_team": settings,

	"release": "a release: GitLab does not say who made it",
}

func ignoredEvent(name string) string {
	if reason, ok := ignored[name]; ok {
		return reason
	}
	if name == "" {
		return "it does not say what kind of event it is"
	}
	return "an event called " + name + ", which Orrery does not know"
}

// push tells of the commits that arrive on the default branch, by whoever wrote
// them. GitLab tells of the newest twenty; a clone brings the others.
func (e *event) push() (ignored string) {
	branch, ok := strings.CutPrefix(e.Ref.String(), "refs/heads/")
	switch {
	case !ok:
		return incomplete
	case e.Project.DefaultBranch != "" && branch != e.Project.DefaultBranch.String():
		return "commits on another branch than the default one: they count when they arrive there"
	}
	for i := range e.Commits {
		if a, links, ok := e.commitOf(&e.Commits[i]); ok {
			e.told.Activities = append(e.told.Activities, a)
			e.told.Links = append(e.told.Links, links...)
		}
	}
	return "a push without new commits"
}

func (e *event) commitOf(c *commitTold) (orrery.Activity, []orrery.Link, bool) {
	written, _ := payload.Time(c.Timestamp)
	return commit.Commit{
		Hash: c.ID.String(), Message: c.Message, Name: c.Author.Name.String(), Email: c.Author.Email.String(),
		At: written, Arrived: e.arrived,
	}.Activity()
}

// tag tells that somebody made or removed a tag.
func (e *event) tag() (ignored string) {
	name, ok := strings.CutPrefix(e.Ref.String(), "refs/tags/")
	if !ok || e.After == "" {
		return incomplete
	}
	verb := "created"
	if strings.Trim(e.After.String(), "0") == "" {
		verb = "deleted"
	}
	return orNobody(e.tell(e.User, orrery.Activity{
		ExternalID: "tag/" + e.project + "/" + name + "+" + verb, Kind: "gitlab.tag." + verb, At: e.arrived,
		Object: orrery.Object{ID: "tag/" + e.project + "/" + name, Type: "tag", Title: name, URL: e.Project.WebURL.String()},
	}))
}

// verbs are what GitLab calls an action, and what it is called elsewhere too.
// An approval that is not yet enough has a name of its own.
var verbs = map[string]string{
	"open": opened, "close": "closed", "reopen": "reopened", "merge": "merged",
	"approved": "approved", "approval": "approved", "unapproved": "unapproved", "unapproval": "unapproved",
}

// thread tells what somebody did to an issue or a merge request.
func (e *event) thread(kind string) (ignored string) {
	o := e.Object
	if o == nil {
		return incomplete
	}
	if o.Action == "update" {
		return e.updated(kind)
	}
	verb, ok := verbs[o.Action.String()]
	if !ok {
		return "it does not say what was done: GitLab sends such a one as a test"
	}
	id := idOf(kind, &o.thread)
	a := e.under(kind, &o.thread, e.User)
	a.ExternalID, a.Kind, a.At = id+"+"+verb, "gitlab."+kind+"."+verb, e.when(e.timeOf(verb))
	approval := id + "+approved/" + payload.First(e.User.ID, e.User.Username)
	switch verb {
	case opened:
		a.Parent, a.To, a.Origin = "", nil, orrery.OriginUnknown
		return orNobody(e.tell(e.User, a))
	case "approved":
		a.ExternalID = approval
	case "unapproved":
		return e.retract(a.Kind, approval, a)
	case "closed", "reopened":
		a.ExternalID += "/" + e.timeOf(verb).String()
	}
	return orNobody(e.tell(e.User, a))
}

// timeOf is when something was done to a thread.
func (e *event) timeOf(verb string) text {
	o := e.Object
	switch {
	case verb == opened:
		return o.CreatedAt
	case verb == "closed" && o.ClosedAt != "":
		return o.ClosedAt
	case verb == "merged" && o.MergedAt != "":
		return o.MergedAt
	}
	return o.UpdatedAt
}

// updated tells of new commits in a merge request and of whom somebody asked.
func (e *event) updated(kind string) (ignored string) {
	o := e.Object
	add := func(verb, about string, to *account) {
		a := e.under(kind, &o.thread, e.User)
		a.ExternalID, a.Kind = idOf(kind, &o.thread)+"+"+verb+"/"+about, "gitlab."+kind+"."+verb
		a.At = e.when(o.UpdatedAt)
		if to != nil {
			a.To, a.Origin = nil, orrery.OriginUnknown
			e.address(&a, e.User, to)
		}
		e.tell(e.User, a)
	}
	if o.OldRev != "" {
		add("synchronize", payload.First(o.LastCommit.ID, o.UpdatedAt), nil)
	}
	for _, to := range e.Changes.Assignees.added() {
		add("assigned", payload.First(to.ID, to.Username), to)
	}
	for _, to := range e.Changes.Reviewers.added() {
		add("review_requested", payload.First(to.ID, to.Username), to)
	}
	return edited
}

// note tells of a comment on an issue, a merge request, a snippet or a commit.
func (e *event) note() (ignored string) {
	o := e.Object
	switch {
	case o == nil:
		return incomplete
	case bool(o.System):
		return "GitLab wrote it itself"
	case o.Action == "update":
		return edited
	}
	e.confidential = e.confidential || bool(o.Internal)
	a, ok := e.about(o.NoteableType.String())
	if !ok {
		return "a comment on something that Orrery does not know"
	}
	a.ExternalID, a.Kind, a.At = noteID(o.ID), "gitlab.comment.created", e.when(o.CreatedAt)
	a.Object.URL = payload.First(text(a.Object.URL), o.URL)
	if o.DiscussionID != "" && o.Type != "" { // not a lone comment: a discussion of its own
		a.Thread += "/" + o.DiscussionID.String()
	}
	return orNobody(e.tell(e.User, a))
}

func noteID(id text) string { return "note/" + id.String() + "+created" }

// about is what somebody does to the thing that a comment or an emoji is on.
func (e *event) about(kind string) (orrery.Activity, bool) {
	issue := e.Issue
	if issue == nil {
		issue = e.WorkItem
	}
	switch {
	case (kind == "Issue" || kind == "WorkItem") && issue != nil:
		return e.under("issue", issue, e.User), true
	case kind == "MergeRequest" && e.MergeRequest != nil:
		return e.under("merge_request", e.MergeRequest, e.User), true
	case strings.HasSuffix(kind, "Snippet") && e.Snippet != nil:
		a := e.under("snippet", e.Snippet, e.User)
		a.Parent = "" // no webhook tells who made it
		return a, true
	case kind == "Commit" && e.Commit != nil:
		id := e.Commit.ID.String()
		a := orrery.Activity{Object: orrery.Object{ID: id, Type: "commit"}, Thread: "commit/" + id}
		if c, _, ok := e.commitOf(e.Commit); ok && !e.confidential {
			a.Object.Title = c.Object.Title
		}
		return a, true
	}
	return orrery.Activity{}, false
}

// emoji tells that somebody reacted to something, or took that back. A thumb
// that points down is told apart.
func (e *event) emoji() (ignored string) {
	o := e.Object
	if o == nil {
		return incomplete
	}
	a, ok := e.about(o.AwardableType.String())
	if o.AwardableType == "Note" && e.Note != nil {
		for _, kind := range []string{"Issue", "MergeRequest", "Snippet", "Commit"} {
			if a, ok = e.about(kind); ok {
				break
			}
		}
		a.Parent, a.To, a.Origin = noteID(e.Note.ID), nil, orrery.OriginUnknown
		e.address(&a, e.User, &account{ID: e.Note.AuthorID})
		ok = true
	}
	if !ok {
		return "a reaction to something that Orrery does not know"
	}
	id := "emoji/" + o.ID.String() + "+awarded"
	if o.Action == "revoke" || e.EventType == "revoke" {
		return e.retract("gitlab.reaction.revoked", id, a)
	}
	a.ExternalID, a.Kind, a.At = id, "gitlab.reaction", e.when(o.CreatedAt)
	if o.Name == "thumbsdown" {
		a.Kind = "gitlab.downvote"
	}
	return orNobody(e.tell(e.User, a))
}

// wiki tells that somebody wrote or changed a page.
func (e *event) wiki() (ignored string) {
	o := e.Object
	switch {
	case o == nil:
		return incomplete
	case o.Action == "delete":
		return "a page was removed: who wrote it has written it"
	}
	id := "wiki/" + e.project + "/" + payload.First(o.Slug, o.Title)
	return orNobody(e.tell(e.User, orrery.Activity{
		ExternalID: id + "@" + payload.First(o.VersionID, o.Action) + "+edited", Kind: "gitlab.wiki.edit", Thread: id, At: e.arrived,
		Object: orrery.Object{ID: id, Type: "page", Title: o.Title.String(), URL: o.URL.String()},
	}))
}

// account tells that somebody signed up on the instance.
func (e *event) account() (ignored string) {
	a := orrery.Activity{Kind: "gitlab.account.created", At: e.when(e.CreatedAt)}
	a.ExternalID = "user/" + payload.First(e.User.ID, e.User.Username) + "+created"
	return orNobody(e.tell(e.User, a))
}

// joined tells that somebody became a member of a project or a group.
func (e *event) joined(of string) (ignored string) {
	if of == "group" {
		e.affiliated(false)
	}
	return orNobody(e.tell(e.User, e.membership(of, "joined")))
}

// asked tells that somebody asks to become a member.
func (e *event) asked(of string) (ignored string) {
	return orNobody(e.tell(e.User, e.membership(of, "asked")))
}

func (e *event) membership(of, verb string) orrery.Activity {
	id := of + "/" + e.project
	if of == "group" {
		id = of + "/" + payload.First(e.GroupID, e.GroupPath)
	}
	return orrery.Activity{
		ExternalID: id + "+" + verb + "/" + payload.First(e.User.ID, e.User.Username), Kind: "gitlab.member." + verb, At: e.arrived,
		Object: orrery.Object{ID: id, Type: of, Title: payload.First(e.GroupName, e.Project.Path)},
	}
}

// affiliated tells that somebody belongs to a group, or no longer does.
func (e *event) affiliated(ended bool) (ignored string) {
	group := payload.First(e.GroupID, e.GroupPath)
	if !e.User.known() || group == "" {
		return nobody
	}
	e.told.Affiliations = append(e.told.Affiliations, orrery.Affiliation{
		Actor: e.actor(e.User), At: e.arrived, Ended: ended,
		Organization: orrery.Organization{Namespace: e.host, ID: group, Name: e.GroupName.String()},
	})
	e.link(e.User, e.arrived)
	return ""
}
