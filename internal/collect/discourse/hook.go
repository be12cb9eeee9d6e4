package discourse

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/payload"
)

const signatureHeader = "X-Discourse-Event-Signature"

// hook takes a forum's deliveries.
type hook struct {
	forum
	secret string
}

var _ collect.Hook = (*hook)(nil)

func newHook(v collect.Values) (collect.Hook, error) {
	f, err := parseForum(v[fieldURL])
	if err != nil {
		return nil, err
	}
	if err := payload.Secret(v[fieldSecret], "the one that stands in Discourse under Admin, API, Webhooks"); err != nil {
		return nil, err
	}
	return &hook{forum: f, secret: v[fieldSecret]}, nil
}

// Verify checks the signature over the body.
func (h *hook) Verify(d collect.Delivery) error {
	written, ok := strings.CutPrefix(d.Header.Get(signatureHeader), "sha256=")
	switch {
	case !ok:
		return payload.Missing(signatureHeader)
	case !payload.SameHex(payload.Sum(h.secret, string(d.Body)), written):
		return payload.Wrong()
	}
	return nil
}

// Map turns a delivery into what it says.
func (h *hook) Map(_ context.Context, d collect.Delivery) (collect.Mapped, error) {
	var body payload.Map
	if err := payload.Parse(d.Body, &body); err != nil {
		return collect.Mapped{}, err
	}
	if body == nil {
		return collect.Mapped{}, orrery.Errorf(orrery.Invalid, "the delivery is no JSON object: set the webhook's content type to application/json")
	}
	what, event := d.Header.Get("X-Discourse-Event-Type"), d.Header.Get("X-Discourse-Event")
	m := mapper{forum: h.forum, arrived: d.At}
	switch what {
	case "post":
		return m.post(event, body["post"])
	case "topic":
		return m.topic(event, body["topic"])
	case "like":
		return m.like(event, body["like"])
	case "solved":
		return m.solved(event, body["solved"])
	case "user":
		return m.user(event, body["user"])
	case "group_user":
		return m.groupUser(event, body["group_user"])
	case "topic_voting":
		return m.vote(event, body["topic_voting"])
	case "ping":
		return ignored("a ping: the forum asks whether somebody listens")
	case "user_badge":
		return m.badge(event, body["user_badge"])
	case "":
		return collect.Mapped{}, orrery.Errorf(orrery.Invalid, "the delivery has no X-Discourse-Event-Type header: is it from Discourse?")
	}
	return ignored("%s events say nothing that is kept", what)
}

func ignored(format string, args ...any) (collect.Mapped, error) {
	return collect.Mapped{Ignored: sentence(format, args...)}, nil
}

// mapper turns one delivery's objects into activities.
type mapper struct {
	forum
	arrived time.Time
}

func (m mapper) post(event string, data json.RawMessage) (collect.Mapped, error) {
	var p post
	if err := payload.Parse(data, &p); err != nil {
		return collect.Mapped{}, err
	}
	if why := p.unusable(); why != "" {
		return ignored("%s", why)
	}
	a, ok, err := m.written(&p, m.arrived)
	if err != nil {
		return collect.Mapped{}, err
	}
	if !ok {
		return ignored("a post without an author, as of a deleted account")
	}
	told := orrery.Told{Links: m.links(p.author(), m.arrived)}
	switch event {
	case "post_created":
	case "post_destroyed":
		if a, err = m.takenBack(a, p.DeletedAt); err != nil {
			return collect.Mapped{}, err
		}
	case "post_recovered":
		// Where the post was not known here, it is now; where it was, it is back.
		told.Activities = append(told.Activities, a)
		a = m.broughtBack(a)
	default:
		return ignored("%s: what was counted stays as it was", wordOf(event, "a change of a post"))
	}
	told.Activities = append(told.Activities, a)
	return collect.Mapped{Told: told}, nil
}

// takenBack is the deletion of what a tells.
func (m mapper) takenBack(a orrery.Activity, deleted payload.Text) (orrery.Activity, error) {
	at, err := payload.When(m.arrived, deleted)
	if err != nil {
		return a, err
	}
	a.Retracts = a.ExternalID
	a.ExternalID = strings.TrimSuffix(a.ExternalID, created) + destroyed
	a.Kind = strings.TrimSuffix(a.Kind, ".created") + ".destroyed"
	a.At, a.To, a.Parent = at, nil, ""
	return a, nil
}

// broughtBack takes back the deletion of what a tells.
func (m mapper) broughtBack(a orrery.Activity) orrery.Activity {
	stem := strings.TrimSuffix(a.ExternalID, created)
	a.Retracts, a.ExternalID = stem+destroyed, stem+"+recovered"
	a.Kind = strings.TrimSuffix(a.Kind, ".created") + ".recovered"
	a.At, a.To, a.Parent = m.arrived.UTC(), nil, ""
	return a
}

func (m mapper) topic(event string, data json.RawMessage) (collect.Mapped, error) {
	var t struct {
		ID        payload.Text `json:"id"`
		Title     payload.Text `json:"title"`
		UserID    payload.Text `json:"user_id"`
		CreatedAt payload.Text `json:"created_at"`
		DeletedAt payload.Text `json:"deleted_at"`
		Archetype payload.Text `json:"archetype"`
		CreatedBy payload.Map  `json:"created_by"`
	}
	if err := payload.Parse(data, &t); err != nil {
		return collect.Mapped{}, err
	}
	// A topic and its first post are one: both tell it under the same id.
	first := post{
		TopicID: t.ID, Number: "1", TopicTitle: t.Title, CreatedAt: t.CreatedAt, DeletedAt: t.DeletedAt, Archetype: t.Archetype,
		UserID:   payload.Text(payload.First(t.UserID, t.CreatedBy.Text("id"))),
		Username: t.CreatedBy.Text("username"), Name: t.CreatedBy.Text("name"),
	}
	switch event {
	case "topic_created", "topic_destroyed", "topic_recovered":
	default:
		return ignored("%s: what was counted stays as it was", wordOf(event, "a change of a topic"))
	}
	if why := first.unusable(); why != "" {
		return ignored("%s", why)
	}
	a, ok, err := m.written(&first, m.arrived)
	if err != nil {
		return collect.Mapped{}, err
	}
	if !ok {
		return ignored("a topic without an author, as of a deleted account")
	}
	told := orrery.Told{Links: m.links(first.author(), m.arrived)}
	switch event {
	case "topic_destroyed":
		if a, err = m.takenBack(a, t.DeletedAt); err != nil {
			return collect.Mapped{}, err
		}
	case "topic_recovered":
		told.Activities = append(told.Activities, a)
		a = m.broughtBack(a)
	}
	told.Activities = append(told.Activities, a)
	return collect.Mapped{Told: told}, nil
}
