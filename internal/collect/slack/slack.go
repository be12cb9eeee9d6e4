// Package slack is the connector of Slack workspaces: the Events API for what
// happens from now on, and the workspace's export for what happened before. Both
// tell the same thing under the same id. It keeps who wrote where, whom they
// answered, mentioned and reacted to; what they wrote is not kept. Private
// channels and direct messages are passed over unless the team says otherwise.
//
// It does not decide who is one person; it hands on the addresses that a
// workspace states of its members. Somebody else receives the deliveries, opens
// exports and feeds identity and journal.
//
// # Ids
//
// A message is C024BE91L/1763629530.000200, by its channel and its time: that is
// how replies, reactions and deletions name it.
package slack

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/gist"
	"orrery.dev/orrery/internal/collect/payload"
)

const (
	fieldSecret = "secret"
	fieldScope  = "channels"
)

// Scope says which conversations are kept.
type Scope string

// The scopes, each with what those before it have.
const (
	Public  Scope = "public"  // public channels
	Private Scope = "private" // private channels too
	Direct  Scope = "direct"  // direct messages too
)

// Platform describes Slack.
func Platform() collect.Platform {
	return collect.Platform{
		Name:  "slack",
		Title: "Slack",
		Short: "Messages, replies, reactions and joins in a Slack workspace",
		Fields: []collect.Field{
			{
				Name: fieldSecret, Label: "Signing secret", Secret: true, Required: true,
				Help: "Of your Slack app: api.slack.com/apps, Basic Information, App Credentials. Subscribe the app to message.channels, reaction_added, reaction_removed, member_joined_channel and team_join.",
			},
			{
				Name: fieldScope, Label: "Which conversations", Choices: []string{string(Public), string(Private), string(Direct)}, Default: string(Public),
				Help: "Public channels only, private channels too, or direct messages too; tell people before you widen it. A reaction is taken wherever the app sees it, for Slack does not say of it how private its channel is.",
			},
		},
		Keeps: []string{
			"who wrote, answered, mentioned, reacted or joined, with user number, and the name where Slack sends it",
			"where: channel and thread",
			"when",
			"the e-mail address where Slack sends it with somebody who joins",
		},
		Hook: newHook,
	}
}

// ParseScope reads a setting; empty is Public.
func ParseScope(s string) (Scope, error) {
	switch scope := Scope(strings.TrimSpace(s)); scope {
	case "":
		return Public, nil
	case Public, Private, Direct:
		return scope, nil
	default:
		return "", orrery.Errorf(orrery.Invalid, "channels: %q is not known: choose public, private or direct", s)
	}
}

// keeps says whether a conversation lies within the scope. Where Slack does not
// say what it is, its number does: D is direct, G private.
func (s Scope) keeps(channel, kind payload.Text) bool {
	switch kind {
	case "channel", "C":
		return true
	case "group", "G":
		return s != Public
	case "im", "mpim", "app_home", "D":
		return s == Direct
	}
	switch {
	case strings.HasPrefix(string(channel), "D"):
		return s == Direct
	case strings.HasPrefix(string(channel), "G"):
		return s != Public
	}
	return true
}

// workspace turns what a workspace says into activities.
type workspace struct {
	namespace string
	people    map[string]profile // by number; nil where they are not known
}

// namespaceOf names a workspace by its number.
func namespaceOf(team payload.Text) string { return string(team) + ".slack.com" }

// profile is what is known of a member.
type profile struct {
	name, email string
	bot         bool
}

// slackbot is the member through whom Slack itself speaks.
const slackbot = "USLACKBOT"

func (w *workspace) user(id payload.Text) orrery.Actor {
	p := w.people[string(id)]
	if id == slackbot {
		p = profile{name: "Slackbot", bot: true}
	}
	a := orrery.Actor{Namespace: w.namespace, Type: "user_id", Value: string(id), Name: p.name, Email: p.email}
	if p.bot {
		a.Name = botName(payload.First(payload.Text(p.name), id))
	}
	return a
}

func botName(name string) string {
	if strings.Contains(strings.ToLower(name), "[bot]") {
		return name
	}
	return name + " [bot]"
}

// message is a message as events and exports show it, without its text.
type message struct {
	Type      payload.Text `json:"type"`
	Subtype   payload.Text `json:"subtype"`
	User      payload.Text `json:"user"`
	Bot       payload.Text `json:"bot_id"`
	Username  payload.Text `json:"username"`
	BotName   payload.Map  `json:"bot_profile"`
	TS        payload.Text `json:"ts"`
	Thread    payload.Text `json:"thread_ts"`
	Answers   payload.Text `json:"parent_user_id"`
	Inviter   payload.Text `json:"inviter"`
	Said      said         `json:"text"`
	Reactions reactions    `json:"reactions"`
}

// said is whom a text names, and what it does; the text itself is let go.
type said struct {
	mentions []payload.Text
	gist     orrery.Gist
}

var mentioned = regexp.MustCompile(`<@([UW][A-Z0-9]{2,20})(?:\|[^<>]*)?>`)

// UnmarshalJSON reads any value and never fails.
func (m *said) UnmarshalJSON(data []byte) error {
	*m = said{}
	var text string
	if json.Unmarshal(data, &text) != nil {
		return nil
	}
	m.gist = gist.Of(text)
	if !strings.Contains(text, "@") { // most texts mention nobody
		return nil
	}
	for _, found := range mentioned.FindAllStringSubmatch(text, -1) {
		if id := payload.Text(found[1]); !slices.Contains(m.mentions, id) {
			m.mentions = append(m.mentions, id)
		}
	}
	return nil
}

// reactions are those that an export shows with a message.
type reactions []struct {
	Name  payload.Text   `json:"name"`
	Users []payload.Text `json:"users"`
}

// UnmarshalJSON reads any value and never fails.
func (r *reactions) UnmarshalJSON(data []byte) error {
	type plain reactions
	var p plain
	if json.Unmarshal(data, &p) != nil {
		p = nil
	}
	*r = reactions(p)
	return nil
}

// written are the subtypes of messages that somebody wrote.
var written = []payload.Text{"", "file_share", "me_message", "thread_broadcast", "bot_message", "file_comment"}

// joined are the subtypes by which a channel tells that somebody came.
var joined = []payload.Text{"channel_join", "group_join"}

// messageID names a message.
func messageID(channel, ts payload.Text) string { return string(channel) + "/" + string(ts) }

// author returns who wrote a message, or ok false where that is not told.
func (w *workspace) author(m *message) (a orrery.Actor, ok bool) {
	switch {
	case m.User != "":
		a = w.user(m.User)
		if m.Bot != "" {
			a.Name = botName(payload.First(m.BotName.Text("name"), m.Username, payload.Text(a.Name), m.User))
		}
	case m.Bot != "":
		a = orrery.Actor{
			Namespace: w.namespace, Type: "bot_id", Value: string(m.Bot),
			Name: botName(payload.First(m.BotName.Text("name"), m.Username, m.Bot)),
		}
	default:
		return a, false
	}
	return a, true
}

// said is a message that somebody wrote. ok is false where nobody is told.
func (w *workspace) said(m *message, channel payload.Text, now time.Time) (a orrery.Activity, ok bool, err error) {
	who, ok := w.author(m)
	if !ok || m.TS == "" {
		return a, false, nil
	}
	at, err := payload.When(now, m.TS)
	if err != nil {
		return a, false, err
	}
	a = orrery.Activity{
		ExternalID: messageID(channel, m.TS), Namespace: w.namespace, Kind: "slack.message",
		Actor: who, Object: orrery.Object{ID: messageID(channel, m.TS), Type: "message"},
		Thread: messageID(channel, m.TS), Gist: m.Said.gist, At: at,
	}
	if m.Thread != "" {
		a.Thread = messageID(channel, m.Thread)
	}
	if m.Thread != "" && m.Thread != m.TS {
		a.Kind, a.Parent = "slack.reply", a.Thread
		if m.Answers != "" && m.Answers != m.User {
			a.To = append(a.To, w.user(m.Answers))
		}
	}
	for _, id := range m.Said.mentions {
		if id != m.User && id != m.Answers {
			a.To = append(a.To, w.user(id))
		}
	}
	return a, true, nil
}

// arrived is somebody who came to a channel. Events and exports tell its time a
// little differently, so the id names its day.
func (w *workspace) arrived(who, inviter, channel payload.Text, at time.Time) orrery.Activity {
	a := orrery.Activity{
		ExternalID: string(channel) + "+joined:" + string(who) + "@" + at.UTC().Format(time.DateOnly), Namespace: w.namespace,
		Kind: "slack.channel.joined", Actor: w.user(who), Object: orrery.Object{ID: string(channel), Type: "channel"}, At: at,
	}
	if inviter != "" && inviter != who {
		a.Origin = orrery.Peer
	}
	return a
}

// against are the emoji that say no.
var against = []string{"-1", "thumbsdown", "no_good", "x", "middle_finger", "reversed_hand_with_middle_finger_extended", "face_vomiting", "nauseated_face", "rage", "angry"}

// reacted is an emoji that who gave to the message of the author. Shades of skin
// make no difference.
func (w *workspace) reacted(who, author, emoji, channel, ts payload.Text, at time.Time) orrery.Activity {
	name, _, _ := strings.Cut(string(emoji), "::")
	on := messageID(channel, ts)
	a := orrery.Activity{
		ExternalID: on + "+reacted:" + name + ":" + string(who), Namespace: w.namespace, Kind: "slack.reaction", Name: name,
		Actor: w.user(who), Object: orrery.Object{ID: on, Type: "message"}, Parent: on, At: at,
	}
	if author != "" && author != who {
		a.To = []orrery.Actor{w.user(author)}
	}
	if slices.Contains(against, name) {
		no := int8(-1)
		a.Valence = &no
	}
	return a
}
