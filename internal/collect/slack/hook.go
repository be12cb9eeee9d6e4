package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/payload"
)

const (
	signatureHeader = "X-Slack-Signature"
	timestampHeader = "X-Slack-Request-Timestamp"
)

// hook takes the deliveries of the Events API.
type hook struct {
	secret string
	scope  Scope
}

var _ collect.Hook = (*hook)(nil)

func newHook(v collect.Values) (collect.Hook, error) {
	if err := payload.Secret(v[fieldSecret], "the signing secret of your Slack app: Basic Information, App Credentials"); err != nil {
		return nil, err
	}
	scope, err := ParseScope(v[fieldScope])
	if err != nil {
		return nil, err
	}
	return &hook{secret: v[fieldSecret], scope: scope}, nil
}

// Verify checks the signature over version, time and body, and the time.
func (h *hook) Verify(d collect.Delivery) error {
	at := d.Header.Get(timestampHeader)
	written, ok := strings.CutPrefix(d.Header.Get(signatureHeader), "v0=")
	switch {
	case !ok || at == "":
		return payload.Missing(signatureHeader)
	case !payload.SameHex(payload.Sum(h.secret, "v0:", at, ":", string(d.Body)), written):
		return payload.Wrong()
	case !payload.Fresh(at, d.At):
		return payload.Stale()
	}
	return nil
}

// event is what an event callback carries.
type event struct {
	message
	Channel     payload.Text    `json:"channel"`
	ChannelType payload.Text    `json:"channel_type"`
	EventTS     payload.Text    `json:"event_ts"`
	DeletedTS   payload.Text    `json:"deleted_ts"`
	Changed     *message        `json:"message"`
	Previous    *message        `json:"previous_message"`
	Reaction    payload.Text    `json:"reaction"`
	ItemUser    payload.Text    `json:"item_user"`
	Item        payload.Map     `json:"item"`
	Person      json.RawMessage `json:"user"` // an object where somebody joins or changes
}

// Map turns a delivery into what it says.
func (h *hook) Map(_ context.Context, d collect.Delivery) (collect.Mapped, error) {
	var body struct {
		Type      payload.Text    `json:"type"`
		Challenge payload.Text    `json:"challenge"`
		Team      payload.Text    `json:"team_id"`
		Event     json.RawMessage `json:"event"`
	}
	if err := payload.Parse(d.Body, &body); err != nil {
		return collect.Mapped{}, err
	}
	switch body.Type {
	case "url_verification":
		return collect.Mapped{Ignored: "Slack asks whether somebody listens", Reply: []byte(body.Challenge)}, nil
	case "event_callback":
	case "":
		return collect.Mapped{}, orrery.Errorf(orrery.Invalid, "the delivery has no type: is it of Slack's Events API?")
	default:
		return ignored("%s says nothing that is kept", word(body.Type))
	}
	if body.Team == "" {
		return collect.Mapped{}, orrery.Errorf(orrery.Invalid, "the delivery names no workspace: it should have a team_id")
	}
	var e event
	if err := payload.Parse(body.Event, &e); err != nil {
		return collect.Mapped{}, err
	}
	_ = e.User.UnmarshalJSON(e.Person) // it never fails
	m := mapper{workspace: workspace{namespace: namespaceOf(body.Team)}, scope: h.scope, arrivedAt: d.At}
	switch e.Type {
	case "message", "app_mention":
		return m.message(&e)
	case "reaction_added", "reaction_removed":
		return m.reaction(&e)
	case "member_joined_channel":
		return m.joined(&e)
	case "team_join", "user_change", "user_profile_changed":
		return m.person(&e)
	}
	return ignored("%s says nothing that is kept", word(e.Type))
}

func ignored(format string, args ...any) (collect.Mapped, error) {
	return collect.Mapped{Ignored: payload.Clean(fmt.Sprintf(format, args...))}, nil
}

func told(activities ...orrery.Activity) (collect.Mapped, error) {
	return collect.Mapped{Told: orrery.Told{Activities: activities}}, nil
}

// word returns an event's name for people to read.
func word(t payload.Text) string {
	if t == "" {
		return "an event without a type"
	}
	return fmt.Sprintf("%.60s", string(t))
}

// mapper turns one event into activities.
type mapper struct {
	workspace
	scope     Scope
	arrivedAt time.Time
}

const tooPrivate = "a private conversation, which this source does not keep"

func (m *mapper) message(e *event) (collect.Mapped, error) {
	if !m.scope.keeps(e.Channel, e.ChannelType) {
		return ignored(tooPrivate)
	}
	if e.Channel == "" {
		return ignored("a message without a channel")
	}
	switch {
	case e.Subtype == "message_deleted":
		return m.deleted(e, e.DeletedTS)
	case e.Subtype == "message_changed" && e.Changed != nil && e.Changed.Subtype == "tombstone":
		return m.deleted(e, e.Changed.TS) // the beginning of a thread that goes on
	case e.Subtype == "message_changed":
		return ignored("a message was changed: what was counted stays as it was")
	case slices.Contains(joined, e.Subtype):
		return m.joined(e)
	case !slices.Contains(written, e.Subtype):
		return ignored("%s is a note of the channel, no message", word(e.Subtype))
	}
	a, ok, err := m.said(&e.message, e.Channel, m.arrivedAt)
	if err != nil {
		return collect.Mapped{}, err
	}
	if !ok {
		return ignored("a message without an author")
	}
	return told(a)
}

func (m *mapper) deleted(e *event, ts payload.Text) (collect.Mapped, error) {
	if ts == "" || e.Previous == nil {
		return ignored("a deletion that does not say of what")
	}
	previous := *e.Previous
	previous.TS = ts
	a, ok, err := m.said(&previous, e.Channel, m.arrivedAt)
	if err != nil {
		return collect.Mapped{}, err
	}
	if !ok {
		return ignored("a deletion of a message without an author")
	}
	at, err := payload.When(m.arrivedAt, payload.Text(payload.First(e.EventTS, e.TS)))
	if err != nil {
		return collect.Mapped{}, err
	}
	a.Retracts, a.ExternalID, a.Kind, a.At = a.ExternalID, a.ExternalID+"+deleted", "slack.message.deleted", at
	a.To, a.Parent = nil, ""
	return told(a)
}

func (m *mapper) reaction(e *event) (collect.Mapped, error) {
	channel, ts := e.Item.Text("channel"), e.Item.Text("ts")
	switch {
	case e.Item.Text("type") != "message" || channel == "" || ts == "":
		return ignored("a reaction to a file, which is not kept")
	case !m.scope.keeps(channel, ""):
		return ignored(tooPrivate)
	case e.User == "" || e.Reaction == "":
		return ignored("a reaction that names nobody")
	}
	at, err := payload.When(m.arrivedAt, e.EventTS)
	if err != nil {
		return collect.Mapped{}, err
	}
	a := m.reacted(e.User, e.ItemUser, e.Reaction, channel, ts, at)
	if e.Type == "reaction_removed" {
		a.Retracts, a.Kind, a.To, a.Valence = a.ExternalID, "slack.reaction.removed", nil, nil
		a.ExternalID += "+removed"
	}
	return told(a)
}

func (m *mapper) joined(e *event) (collect.Mapped, error) {
	switch {
	case !m.scope.keeps(e.Channel, e.ChannelType):
		return ignored(tooPrivate)
	case e.User == "" || e.Channel == "":
		return ignored("a join that names nobody")
	}
	at, err := payload.When(m.arrivedAt, payload.Text(payload.First(e.TS, e.EventTS)))
	if err != nil {
		return collect.Mapped{}, err
	}
	return told(m.arrived(e.User, e.Inviter, e.Channel, at))
}

// member is somebody as the workspace describes them.
type member struct {
	ID       payload.Text `json:"id"`
	Team     payload.Text `json:"team_id"`
	Name     payload.Text `json:"name"`
	RealName payload.Text `json:"real_name"`
	Bot      payload.Bool `json:"is_bot"`
	Profile  payload.Map  `json:"profile"`
}

func (p *member) profile() profile {
	return profile{
		name:  payload.First(p.Profile.Text("real_name"), p.RealName, p.Profile.Text("display_name"), p.Name),
		email: payload.Email(p.Profile.Text("email")),
		bot:   bool(p.Bot) || p.ID == slackbot,
	}
}

func (m *mapper) person(e *event) (collect.Mapped, error) {
	var p member
	if err := payload.Parse(e.Person, &p); err != nil {
		return collect.Mapped{}, err
	}
	if p.ID == "" {
		return ignored("%s names nobody", word(e.Type))
	}
	at, err := payload.When(m.arrivedAt, e.EventTS)
	if err != nil {
		return collect.Mapped{}, err
	}
	m.people = map[string]profile{string(p.ID): p.profile()}
	who := m.user(p.ID)
	var out collect.Mapped
	if who.Email != "" {
		out.Links = []orrery.Link{{
			A: who, B: orrery.Actor{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail, Value: who.Email},
			Kind: orrery.SameEmail, At: at,
		}}
	}
	if e.Type == "team_join" {
		out.Activities = []orrery.Activity{{
			ExternalID: "user/" + string(p.ID) + "+joined", Namespace: m.namespace, Kind: "slack.member.joined", Actor: who, At: at,
		}}
	} else if len(out.Links) == 0 {
		return ignored("a profile changed: nothing new about who it is")
	}
	return out, nil
}
