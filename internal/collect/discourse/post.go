package discourse

import (
	"encoding/json"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/gist"
	"orrery.dev/orrery/internal/collect/payload"
)

// post is a post as webhooks and lists of posts show it, without its text.
type post struct {
	ID          payload.Text `json:"id"`
	UserID      payload.Text `json:"user_id"`
	Username    payload.Text `json:"username"`
	Name        payload.Text `json:"name"`
	CreatedAt   payload.Text `json:"created_at"`
	DeletedAt   payload.Text `json:"deleted_at"`
	TopicID     payload.Text `json:"topic_id"`
	TopicSlug   payload.Text `json:"topic_slug"`
	TopicTitle  payload.Text `json:"topic_title"`
	Archetype   payload.Text `json:"topic_archetype"`
	Number      payload.Text `json:"post_number"`
	Type        payload.Text `json:"post_type"`
	AnswersTo   payload.Text `json:"reply_to_post_number"`
	AnswersUser payload.Map  `json:"reply_to_user"`
	Accepted    payload.Bool `json:"accepted_answer"`
	Words       words        `json:"cooked"`
}

// words is what a post's text does; the text itself is let go.
type words orrery.Gist

// UnmarshalJSON reads any value and never fails.
func (w *words) UnmarshalJSON(data []byte) error {
	*w = 0
	var text string
	if json.Unmarshal(data, &text) == nil {
		*w = words(gist.OfHTML(text))
	}
	return nil
}

// regular is the type of posts that are written to be read by all.
const regular = "1"

// privateMessage is the archetype of topics that are letters between a few.
const privateMessage = "private_message"

// unusable says why a post is passed over; empty where it is not.
func (p *post) unusable() string {
	switch {
	case p.Archetype == privateMessage:
		return "a private message: those are never kept"
	case p.Type != "" && p.Type != regular:
		return "a note of the forum or of its staff, no post"
	case p.TopicID == "" || p.Number == "":
		return "a post without a topic or a number"
	}
	return ""
}

func (p *post) author() account {
	return account{id: p.UserID, username: p.Username, name: p.Name}
}

func (p *post) externalID() string { return postID(p.TopicID, p.Number) + created }

// object is the topic for its first post, else the post.
func (f forum) object(p *post) orrery.Object {
	o := orrery.Object{ID: postID(p.TopicID, p.Number), Type: "post", Title: string(p.TopicTitle)}
	o.URL = f.base + "/t/" + string(p.TopicID)
	if p.Number == "1" {
		o.Type = "topic"
	} else {
		o.URL += "/" + string(p.Number)
	}
	return o
}

// written is a post that was written: a topic where it is the first, else a
// reply. ok is false where the forum does not say who wrote it.
func (f forum) written(p *post, arrived time.Time) (a orrery.Activity, ok bool, err error) {
	author, ok := f.actor(p.author())
	if !ok {
		return a, false, nil
	}
	at, err := payload.When(arrived, p.CreatedAt)
	if err != nil {
		return a, false, err
	}
	a = orrery.Activity{
		ExternalID: p.externalID(), Namespace: f.host, Kind: "discourse.post.created",
		Actor: author, Object: f.object(p), Thread: topicID(p.TopicID), Gist: orrery.Gist(p.Words), At: at,
	}
	if p.Number == "1" {
		a.Kind = "discourse.topic.created"
		return a, true, nil
	}
	a.Parent = postID(p.TopicID, p.AnswersTo) + created
	answered, ok := f.actor(account{
		id: p.AnswersUser.Text("id"), username: p.AnswersUser.Text("username"), name: p.AnswersUser.Text("name"),
	})
	if ok {
		a.To = []orrery.Actor{answered}
	}
	return a, true, nil
}

// accepted is the acceptance of the answer p, which a tells the writing of. Who
// accepted it and when is not told everywhere; it counts for who gave it, on the
// day on which they gave it.
func accepted(p *post, a orrery.Activity) orrery.Activity {
	a.Parent, a.To = a.ExternalID, nil
	a.ExternalID, a.Kind = postID(p.TopicID, p.Number)+"+accepted", "discourse.answer.accepted"
	return a
}
