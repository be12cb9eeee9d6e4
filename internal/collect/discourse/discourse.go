// Package discourse is the connector of Discourse forums: a webhook for what
// happens from now on, and a reading of all public posts for what happened
// before. Both tell the same thing under the same id. It keeps who wrote where
// and whom they answered; what they wrote is not kept, and private messages are
// passed over whole.
//
// It does not decide who is one person; it hands on that a user's number and
// name are one account. Somebody else receives the deliveries, asks on a
// schedule and feeds identity and journal.
//
// # Ids
//
// A topic is topic/7, its first post is the topic itself, a later post is
// post/7/3 by its place in the topic: that is how a reply names what it answers.
// The verb stands behind: topic/7+created, post/7/3+liked:12. A post that staff
// moves to another topic keeps the id it first had here.
package discourse

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/payload"
)

// Names of the fields that a team fills in.
const (
	fieldURL    = "url"
	fieldSecret = "secret"
	fieldKey    = "api_key"
	fieldUser   = "api_username"
)

// Platform describes Discourse.
func Platform() collect.Platform {
	return collect.Platform{
		Name:  "discourse",
		Title: "Discourse",
		Short: "Topics, replies, likes, solutions and sign-ups of a Discourse forum",
		Fields: []collect.Field{
			{
				Name: fieldURL, Label: "Address of the forum", Example: "https://forum.example.org", Required: true,
				Help: "As it stands in the browser, with the folder if the forum lives in one.",
			},
			{
				Name: fieldSecret, Label: "Secret of the webhook", Secret: true,
				Help: "Make up at least 12 characters, and enter them in Discourse under Admin, API, Webhooks; without it only past posts are read.",
			},
			{
				Name: fieldKey, Label: "API key", Secret: true,
				Help: "Only for forums that show nothing to guests: Admin, API, Keys, with the scope posts: list. Restricted categories that the key's user sees are then read too.",
			},
			{
				Name: fieldUser, Label: "User of the API key", Example: "orrery", Default: "system",
				Help: "The user name that the API key was made for.",
			},
		},
		Keeps: []string{
			"who wrote, answered, liked or solved, with user number, user name and name",
			"where: topic number, title and address",
			"when",
			"the e-mail address where the forum sends it with an account",
		},
		Hook:  newHook,
		Pull:  func(v collect.Values, client *http.Client) (collect.Connector, error) { return newPull(v, client) },
		Every: 6 * time.Hour,
	}
}

// forum is one forum, by its address.
type forum struct {
	base string // without a slash at the end
	host string // namespace of all that it says
}

// parseForum reads an address as a person or a forum writes it.
func parseForum(address string) (forum, error) {
	address = strings.TrimSpace(address)
	if address == "" {
		return forum{}, orrery.Errorf(orrery.Invalid, "the address of the forum is missing: write it as https://forum.example.org")
	}
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
		return forum{}, orrery.Errorf(orrery.Invalid, "%.80q is not the address of a forum: write it as https://forum.example.org", address)
	}
	u.Host = strings.ToLower(u.Host)
	base := u.Scheme + "://" + u.Host + strings.TrimRight(u.EscapedPath(), "/")
	return forum{base: base, host: u.Host + strings.TrimRight(u.Path, "/")}, nil
}

// account is somebody as the forum names them.
type account struct {
	id       payload.Text
	username payload.Text
	name     payload.Text
	email    payload.Text
}

// actor returns the account as an actor: by its number, which stays when it is
// renamed, else by its user name. ok is false where neither is told. The forum's
// own users, whose numbers are below zero, are bots.
func (f forum) actor(a account) (actor orrery.Actor, ok bool) {
	actor = orrery.Actor{Namespace: f.host, Name: payload.First(a.name, a.username), Email: payload.Email(a.email)}
	switch {
	case a.id != "" && a.id != "0":
		actor.Type, actor.Value = "user_id", string(a.id)
	case a.username != "":
		actor.Type, actor.Value = "login", strings.ToLower(string(a.username))
	default:
		return orrery.Actor{}, false
	}
	if strings.HasPrefix(string(a.id), "-") {
		actor.Name = strings.TrimSpace(payload.First(a.username, a.name) + " [bot]")
	}
	return actor, true
}

// links returns what the forum states of an account at a time: its number and
// its user name are one, and so is its address. Names are those of now, whatever
// they were when something was written.
func (f forum) links(a account, at time.Time) []orrery.Link {
	user, ok := f.actor(a)
	if !ok || user.Type != "user_id" {
		return nil
	}
	var links []orrery.Link
	at = at.UTC()
	if a.username != "" {
		login := orrery.Actor{Namespace: f.host, Type: "login", Value: strings.ToLower(string(a.username)), Name: user.Name}
		links = append(links, orrery.Link{A: user, B: login, Kind: orrery.SamePlatform, At: at})
	}
	if user.Email != "" {
		mail := orrery.Actor{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail, Value: user.Email}
		links = append(links, orrery.Link{A: user, B: mail, Kind: orrery.SameEmail, At: at})
	}
	return links
}

// topicID and postID name what later activities refer to.
func topicID(topic payload.Text) string { return "topic/" + string(topic) }

func postID(topic, number payload.Text) string {
	if number == "1" || number == "" {
		return topicID(topic)
	}
	return "post/" + string(topic) + "/" + string(number)
}

// created, destroyed: the verbs that other activities name.
const (
	created   = "+created"
	destroyed = "+destroyed"
)
