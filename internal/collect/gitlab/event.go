package gitlab

import (
	"regexp"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/commit"
	"orrery.dev/orrery/internal/collect/payload"
)

// event is one delivery on its way to activities.
type event struct {
	delivery
	kind         string // "merge_request"
	host         string // namespace of accounts and ids
	project      string // its number
	confidential bool
	arrived      time.Time
	told         orrery.Told
	err          error // the first time that cannot be
}

// opened names the activity with which a thread began; all in it descends from
// that.
const opened = "opened"

// tell adds what somebody did. It is false where nobody is named.
func (e *event) tell(by *account, a orrery.Activity) bool {
	if !by.known() {
		return false
	}
	a.Namespace, a.Actor = e.host, e.actor(by)
	e.told.Activities = append(e.told.Activities, a)
	e.link(by, a.At)
	return true
}

// tokenUser matches the accounts that GitLab makes for a project's or a group's
// access tokens, which programs use.
var tokenUser = regexp.MustCompile(`^(project|group)_\d+_bot`)

// actor names an account by its number, which is for ever, or by its user name
// where GitLab tells no number. Programs are marked.
func (e *event) actor(a *account) orrery.Actor {
	name := payload.First(a.Name, a.Username)
	if tokenUser.MatchString(a.Username.String()) && !strings.HasSuffix(name, "[bot]") {
		name += "[bot]"
	}
	out := orrery.Actor{Namespace: e.host, Type: "user_id", Value: a.ID.String(), Name: name, Email: payload.Email(a.Email)}
	if a.ID == "" {
		out.Type, out.Value = "login", strings.ToLower(a.Username.String())
	}
	return out
}

// link says that an account goes by its user name, under which the no-reply
// addresses in commits name it.
func (e *event) link(a *account, at time.Time) {
	login, ok := commit.Login(a.Username.String())
	if !ok || a.ID == "" {
		return
	}
	account := e.actor(a)
	named := orrery.Actor{Namespace: e.host, Type: "login", Value: login, Name: account.Name}
	e.told.Links = append(e.told.Links, orrery.Link{A: account, B: named, Kind: orrery.SamePlatform, At: at.UTC()})
}

// when returns the time that is given, else when it arrived.
func (e *event) when(given text) time.Time {
	at, err := payload.When(e.arrived, given)
	if err != nil && e.err == nil {
		e.err = err
	}
	return at
}

// object describes a thread. What is confidential has no title.
func (e *event) object(kind string, th *thread) orrery.Object {
	o := orrery.Object{ID: idOf(kind, th), Type: kind, Title: th.Title.String(), URL: th.URL.String()}
	if e.confidential || bool(th.Confidential) {
		o.Title = ""
	}
	return o
}

func idOf(kind string, th *thread) string { return kind + "/" + payload.First(th.ID, th.URL) }

// under is something that somebody does in a thread: it answers the opening, and
// its author.
func (e *event) under(kind string, th *thread, by *account) orrery.Activity {
	id := idOf(kind, th)
	a := orrery.Activity{Object: e.object(kind, th), Thread: id, Parent: id + "+" + opened}
	e.address(&a, by, &account{ID: th.AuthorID})
	return a
}

// address says whom an activity addresses, if they are somebody else. Where
// GitLab tells no number of who acts, nobody can say whether they are.
func (e *event) address(a *orrery.Activity, by, to *account) {
	if to.known() && by.ID != "" && to.ID != by.ID {
		a.To, a.Origin = []orrery.Actor{e.actor(to)}, orrery.Peer
	}
}

// retract takes an activity back, by the word of whoever did what the event
// tells.
func (e *event) retract(kind, id string, of orrery.Activity) string {
	of.ExternalID, of.Kind, of.At, of.Retracts = id+"/retracted", kind, e.arrived, id
	of.To, of.Origin, of.Parent = nil, orrery.OriginUnknown, ""
	return orNobody(e.tell(e.User, of))
}

// nobody is the reason for what no account did.
const nobody = "it names no account that did it"

func orNobody(told bool) (ignored string) {
	if told {
		return ""
	}
	return nobody
}
