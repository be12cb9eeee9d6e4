package github

import (
	"net/url"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/commit"
	"orrery.dev/orrery/internal/collect/gist"
	"orrery.dev/orrery/internal/collect/payload"
)

// teller makes activities of what happened in one repository. The hook and the
// pull both speak through it, so that they say the same of the same thing.
type teller struct {
	host    string    // namespace of accounts and ids: "github.com"
	repo    string    // the repository's number
	arrived time.Time // the clock
	told    orrery.Told
	err     error // the first time that cannot be
}

// opened names the activity with which a thread began; all in it descends from
// that.
const opened = "opened"

// tell adds what somebody did. It is false where nobody is named: an account
// that was deleted.
func (t *teller) tell(by *account, a orrery.Activity) bool {
	if !by.known() {
		return false
	}
	a.Namespace, a.Actor = t.host, t.actor(by)
	t.told.Activities = append(t.told.Activities, a)
	t.link(by, a.At)
	return true
}

// actor names an account by its number, which is for ever. Programs are marked
// as GitHub marks them.
func (t *teller) actor(a *account) orrery.Actor {
	name := a.Login.String()
	if a.Type == "Bot" && !strings.HasSuffix(name, "[bot]") {
		name += "[bot]"
	}
	if a.ID == "" {
		return orrery.Actor{Namespace: t.host, Type: "login", Value: strings.ToLower(name), Name: name}
	}
	return orrery.Actor{Namespace: t.host, Type: "user_id", Value: a.ID.String(), Name: name}
}

// link says that an account goes by its login, under which the no-reply
// addresses in commits name it.
func (t *teller) link(a *account, at time.Time) {
	login, ok := commit.Login(a.Login.String())
	if !ok || a.ID == "" {
		return
	}
	named := orrery.Actor{Namespace: t.host, Type: "login", Value: login, Name: a.Login.String()}
	t.told.Links = append(t.told.Links, orrery.Link{A: t.actor(a), B: named, Kind: orrery.SamePlatform, At: at.UTC()})
}

// when returns the time that is given, else when it arrived. GitHub's packages
// of containers were made in the year 1, which is none.
func (t *teller) when(given text) time.Time {
	if strings.HasPrefix(given.String(), "0001-") {
		given = ""
	}
	at, err := payload.When(t.arrived, given)
	if err != nil && t.err == nil {
		t.err = err
	}
	return at
}

// id names a thread by its repository and number.
func (t *teller) id(th *thread) string {
	if t.repo == "" || th.Number == "" {
		return payload.First(th.NodeID, th.HTMLURL)
	}
	return t.repo + "#" + th.Number.String()
}

// remarkID names a comment or review.
func remarkID(kind string, r *remark) string {
	return kind + "/" + payload.First(r.ID, r.NodeID, r.HTMLURL)
}

func (t *teller) object(kind string, th *thread) orrery.Object {
	return orrery.Object{ID: t.id(th), Type: kind, Title: th.Title.String(), URL: th.HTMLURL.String()}
}

// begin tells that somebody opened an issue or a pull request, or began a
// discussion. It was its author, whoever moved it here since.
func (t *teller) begin(kind, verb string, th *thread) bool {
	return t.tell(th.User, orrery.Activity{
		ExternalID: t.id(th) + "+" + opened, Kind: "github." + kind + "." + verb,
		Object: t.object(kind, th), Thread: t.id(th), At: t.when(th.CreatedAt),
	})
}

// under is something that somebody does in a thread: it answers the opening, and
// its author.
func (t *teller) under(kind string, th *thread, by *account) orrery.Activity {
	a := orrery.Activity{Object: t.object(kind, th), Thread: t.id(th), Parent: t.id(th) + "+" + opened}
	t.address(&a, by, th.User)
	return a
}

// address says whom an activity addresses, if they are somebody else.
func (t *teller) address(a *orrery.Activity, by, to *account) {
	if to.known() && !to.same(by) {
		a.To, a.Origin = []orrery.Actor{t.actor(to)}, orrery.Peer
	}
}

// comment tells of words under a thread. What it answers is the opening, or the
// comment whose number is given.
func (t *teller) comment(name, kind string, th *thread, r *remark, answers text) bool {
	a := t.under(kind, th, r.User)
	a.ExternalID, a.Kind, a.At = remarkID(name, r)+"+created", "github."+name+".created", t.when(r.CreatedAt)
	a.Gist = gist.Of(r.Body.String())
	if answers != "" {
		a.Parent, a.Origin = name+"/"+answers.String()+"+created", orrery.Peer
	}
	return t.tell(r.User, a)
}

// review tells of a review. One without words or a verdict is only the frame
// that GitHub puts around comments, which are told by themselves.
func (t *teller) review(th *thread, r *remark) (ignored string) {
	if strings.EqualFold(r.State.String(), "commented") && r.Body == "" {
		return "a review without words of its own: its comments count"
	}
	a := t.under("pull_request", th, r.User)
	a.ExternalID, a.Kind = remarkID("review", r)+"+submitted", "github.pull_request_review.submitted"
	a.At, a.Gist = t.when(r.SubmittedAt), gist.Of(r.Body.String())
	if strings.EqualFold(r.State.String(), "approved") {
		a.Gist |= orrery.Agrees
	}
	return orNobody(t.tell(r.User, a))
}

// on is something that somebody does to the repository itself.
func (t *teller) on(r *repository) orrery.Activity {
	return orrery.Activity{Object: orrery.Object{
		ID: t.repo, Type: "repository", Title: r.FullName.String(), URL: r.HTMLURL.String(),
	}}
}

// star tells that somebody starred the repository.
func (t *teller) star(r *repository, by *account, at text) bool {
	a := t.on(r)
	a.ExternalID, a.Kind, a.At = t.starID(by), "github.star", t.when(at)
	return t.tell(by, a)
}

func (t *teller) starID(by *account) string {
	return t.repo + "+starred/" + payload.First(by.ID, by.Login)
}

// fork tells that somebody forked the repository.
func (t *teller) fork(r, copied *repository, by *account) bool {
	a := t.on(r)
	a.ExternalID = "repository/" + payload.First(copied.ID, copied.NodeID, copied.HTMLURL) + "+forked"
	a.Kind, a.At = "github.fork", t.when(copied.CreatedAt)
	return t.tell(by, a)
}

// release tells that somebody published a release.
func (t *teller) release(r *release) bool {
	id := releaseID(r)
	return t.tell(r.Author, orrery.Activity{
		ExternalID: id + "+published", Kind: "github.release", Thread: id, At: t.when(r.PublishedAt),
		Object: orrery.Object{ID: id, Type: "release", Title: payload.First(r.Name, r.TagName), URL: r.HTMLURL.String()},
	})
}

func releaseID(r *release) string { return "release/" + payload.First(r.ID, r.NodeID, r.HTMLURL) }

// nobody is the reason for what no account did.
const nobody = "it names no account that did it: the account may have been deleted"

func orNobody(told bool) (ignored string) {
	if told {
		return ""
	}
	return nobody
}

// hostOf returns the host of the first address that has one.
func hostOf(addresses ...text) string {
	for _, a := range addresses {
		if u, err := url.Parse(a.String()); err == nil && u.Hostname() != "" {
			return strings.ToLower(u.Hostname())
		}
	}
	return cloud
}
