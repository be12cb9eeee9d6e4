package discourse

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/payload"
)

// person is an account inside a delivery.
type person struct {
	ID        payload.Text `json:"id"`
	Username  payload.Text `json:"username"`
	Name      payload.Text `json:"name"`
	Email     payload.Text `json:"email"`
	CreatedAt payload.Text `json:"created_at"`
}

func (p *person) account() account {
	return account{id: p.ID, username: p.Username, name: p.Name, email: p.Email}
}

func (m mapper) like(event string, data json.RawMessage) (collect.Mapped, error) {
	var l struct {
		Post      post         `json:"post"`
		User      person       `json:"user"`
		CreatedAt payload.Text `json:"created_at"`
	}
	if err := payload.Parse(data, &l); err != nil {
		return collect.Mapped{}, err
	}
	if event != "post_liked" {
		return ignored("%s says nothing that is kept", wordOf(event, "an event of likes"))
	}
	if why := l.Post.unusable(); why != "" {
		return ignored("%s", why)
	}
	who, ok := m.actor(l.User.account())
	if !ok {
		return ignored("a like that names nobody")
	}
	at, err := payload.When(m.arrived, l.CreatedAt)
	if err != nil {
		return collect.Mapped{}, err
	}
	a := orrery.Activity{
		ExternalID: postID(l.Post.TopicID, l.Post.Number) + "+liked:" + who.Value, Namespace: m.host, Kind: "discourse.like",
		Actor: who, Object: m.object(&l.Post), Thread: topicID(l.Post.TopicID), Parent: l.Post.externalID(), At: at,
	}
	if author, ok := m.actor(l.Post.author()); ok {
		a.To = []orrery.Actor{author}
	}
	links := append(m.links(l.User.account(), m.arrived), m.links(l.Post.author(), m.arrived)...)
	return collect.Mapped{Told: orrery.Told{Activities: []orrery.Activity{a}, Links: links}}, nil
}

func (m mapper) solved(event string, data json.RawMessage) (collect.Mapped, error) {
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
		return ignored("a solution without an author, as of a deleted account")
	}
	a = accepted(&p, a)
	switch event {
	case "accepted_solution":
	case "unaccepted_solution":
		a.Retracts, a.At = a.ExternalID, m.arrived.UTC()
		a.ExternalID, a.Kind = postID(p.TopicID, p.Number)+"+unaccepted", "discourse.answer.unaccepted"
	default:
		return ignored("%s says nothing that is kept", wordOf(event, "an event of solutions"))
	}
	return collect.Mapped{Told: orrery.Told{Activities: []orrery.Activity{a}, Links: m.links(p.author(), m.arrived)}}, nil
}

func (m mapper) user(event string, data json.RawMessage) (collect.Mapped, error) {
	var p person
	if err := payload.Parse(data, &p); err != nil {
		return collect.Mapped{}, err
	}
	who, ok := m.actor(p.account())
	if !ok {
		return ignored("an account without a number")
	}
	at, err := payload.When(m.arrived, p.CreatedAt)
	if err != nil {
		return collect.Mapped{}, err
	}
	told := orrery.Told{Links: m.links(p.account(), m.arrived)}
	switch event {
	case "user_created":
		told.Activities = []orrery.Activity{{
			ExternalID: "user/" + who.Value + created, Namespace: m.host, Kind: "discourse.account.created",
			Actor: who, Object: orrery.Object{ID: "user/" + who.Value, Type: "account"}, At: at,
		}}
	case "user_updated", "user_approved", "user_confirmed_email":
		if len(told.Links) == 0 {
			return ignored("%s: nothing new about who it is", wordOf(event, "a change of an account"))
		}
	case "user_logged_in", "user_logged_out":
		return ignored("signing in and out is not counted: what people do is")
	case "user_destroyed", "user_anonymized":
		return ignored("an account was deleted: to forget the person here too, erase them")
	default:
		return ignored("%s says nothing that is kept", wordOf(event, "an event of accounts"))
	}
	return collect.Mapped{Told: told}, nil
}

// ownGroups is where the numbers of groups begin that people made; those below
// the forum fills by itself: everyone, staff, trust levels.
const ownGroups = 40

func (m mapper) groupUser(event string, data json.RawMessage) (collect.Mapped, error) {
	var g struct {
		GroupID   payload.Text `json:"group_id"`
		GroupName payload.Text `json:"group_name"`
		UserID    payload.Text `json:"user_id"`
		Username  payload.Text `json:"username"`
		CreatedAt payload.Text `json:"created_at"`
	}
	if err := payload.Parse(data, &g); err != nil {
		return collect.Mapped{}, err
	}
	if event != "user_added_to_group" {
		return ignored("%s: who ended it is not told", wordOf(event, "a change of a group's members"))
	}
	if n, err := strconv.Atoi(string(g.GroupID)); err != nil || n < ownGroups {
		return ignored("a group that the forum fills by itself")
	}
	joining := account{id: g.UserID, username: g.Username}
	who, ok := m.actor(joining)
	if !ok {
		return ignored("a group's member without a number")
	}
	at, err := payload.When(m.arrived, g.CreatedAt)
	if err != nil {
		return collect.Mapped{}, err
	}
	group := "group/" + string(g.GroupID)
	return collect.Mapped{Told: orrery.Told{
		Activities: []orrery.Activity{{
			ExternalID: group + "+joined:" + who.Value, Namespace: m.host, Kind: "discourse.group.joined",
			Actor: who, Object: orrery.Object{ID: group, Type: "group", Title: string(g.GroupName)}, At: at,
		}},
		Links: m.links(joining, m.arrived),
	}}, nil
}

// badge is one that a person gave to another. Most are given by the forum, for
// what was already counted.
func (m mapper) badge(event string, data json.RawMessage) (collect.Mapped, error) {
	var b struct {
		ID        payload.Text `json:"id"`
		BadgeID   payload.Text `json:"badge_id"`
		UserID    payload.Text `json:"user_id"`
		GrantedBy payload.Text `json:"granted_by_id"`
		GrantedAt payload.Text `json:"granted_at"`
	}
	if err := payload.Parse(data, &b); err != nil {
		return collect.Mapped{}, err
	}
	who, byPerson := m.actor(account{id: b.GrantedBy})
	to, ok := m.actor(account{id: b.UserID})
	switch {
	case event != "user_badge_granted":
		return ignored("%s says nothing that is kept", wordOf(event, "an event of badges"))
	case !byPerson || strings.HasPrefix(who.Value, "-"):
		return ignored("a badge that the forum gave for what was already counted")
	case !ok || b.ID == "" || to.Value == who.Value:
		return ignored("a badge that names nobody else")
	}
	at, err := payload.When(m.arrived, b.GrantedAt)
	if err != nil {
		return collect.Mapped{}, err
	}
	return collect.Mapped{Told: orrery.Told{Activities: []orrery.Activity{{
		ExternalID: "badge/" + string(b.ID) + "+granted", Namespace: m.host, Kind: "discourse.badge.granted",
		Actor: who, To: []orrery.Actor{to}, Object: orrery.Object{ID: "badge/" + string(b.BadgeID), Type: "badge"}, At: at,
	}}}}, nil
}

func (m mapper) vote(event string, data json.RawMessage) (collect.Mapped, error) {
	var v struct {
		TopicID payload.Text `json:"topic_id"`
		VoterID payload.Text `json:"voter_id"`
	}
	if err := payload.Parse(data, &v); err != nil {
		return collect.Mapped{}, err
	}
	who, ok := m.actor(account{id: v.VoterID})
	if !ok || v.TopicID == "" {
		return ignored("a vote that names nobody")
	}
	topic := topicID(v.TopicID)
	a := orrery.Activity{
		ExternalID: topic + "+voted:" + who.Value, Namespace: m.host, Kind: "discourse.topic.voted", Actor: who,
		Object: orrery.Object{ID: topic, Type: "topic", URL: m.base + "/t/" + string(v.TopicID)}, Thread: topic, Parent: topic + created, At: m.arrived.UTC(),
	}
	switch event {
	case "topic_upvote":
	case "topic_unvote":
		a.Retracts, a.ExternalID, a.Kind = a.ExternalID, topic+"+unvoted:"+who.Value, "discourse.topic.unvoted"
	default:
		return ignored("%s says nothing that is kept", wordOf(event, "an event of votes"))
	}
	return collect.Mapped{Told: orrery.Told{Activities: []orrery.Activity{a}}}, nil
}

// wordOf returns an event's name for people to read, or what stands for none.
func wordOf(event, otherwise string) string {
	if event == "" {
		return otherwise
	}
	return fmt.Sprintf("%.60s", payload.Clean(event))
}

func sentence(format string, args ...any) string { return payload.Clean(fmt.Sprintf(format, args...)) }
