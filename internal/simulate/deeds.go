package simulate

import (
	"fmt"

	"orrery.dev/orrery"
)

// circleOf returns the circle that somebody talks like: teammates go round, one
// a day.
func (r *run) circleOf(v *visit) *circle {
	return &circles[r.circleIndex(v)]
}

func (r *run) circleIndex(v *visit) int {
	if c := r.w.People[v.who].Circle; c >= 0 {
		return c
	}
	return (v.who*7 + int(r.day)) % len(circles)
}

func (r *run) title(v *visit, templates []string) string {
	return r.fill(templates[r.rng.IntN(len(templates))], r.circleOf(v))
}

// object makes the activity at hand be about something of its own id.
func (r *run) object(kind, title string, at platform) orrery.Object {
	r.a.Object = orrery.Object{
		ID: r.a.ExternalID, Type: kind, Title: title,
		URL: "https://" + platformFacts[at].namespace + "/" + r.a.ExternalID,
	}
	return r.a.Object
}

// Content.

func (r *run) readArticle(v *visit) {
	all := r.articles[v.planet]
	if len(all) == 0 {
		return
	}
	r.begin(v, articleRead, mail, "read")
	r.a.Object = all[len(all)-1-geometric(r.rng, .25, len(all)-1)]
	r.done()
}

func (r *run) learn(v *visit) {
	r.begin(v, lessonCompleted, mail, "lesson")
	i := r.rng.IntN(len(lessons))
	r.a.Object = orrery.Object{ID: fmt.Sprintf("lesson-%d", i+1), Type: "lesson", Title: lessons[i]}
	r.done()
}

func (r *run) play(v *visit) {
	t := r.find(v, recording)
	if t == nil {
		return
	}
	r.begin(v, recordingPlayed, soundmap, "play")
	r.a.Object = t.object
	r.done()
}

// Conversation.

func (r *run) startTopic(v *visit) {
	r.begin(v, topicCreated, forum, "topic")
	templates := r.circleOf(v).topics
	if r.rng.Float64() < .25 {
		templates = commonTopics
	}
	r.object("topic", r.title(v, templates), forum)
	r.a.Thread = r.a.ExternalID
	r.open(v, topic, forum, r.a.Object)
	r.done()
}

func (r *run) reply(v *visit) {
	t := v.on
	if t == nil {
		t = r.find(v, topic)
	}
	if t == nil {
		r.startTopic(v)
		return
	}
	r.begin(v, forumReply, forum, "post")
	r.respond(v, topic, t, (*run).reply)
	r.done()
}

// answer replies to a question, if there is one.
func (r *run) answer(v *visit) {
	for range 4 {
		if t := r.find(v, topic); t != nil && t.asks {
			v.on = t
			break
		}
	}
	r.reply(v)
}

func (r *run) accept(v *visit) {
	r.begin(v, answerAccepted, forum, "accept")
	r.a.Object, r.a.Thread, r.a.Parent = v.on.object, v.on.posts[0].id, v.answers.id
	r.address(v.answers.author, forum)
	r.done()
}

func (r *run) like(v *visit) {
	t := r.find(v, topic)
	if t == nil {
		return
	}
	p := t.posts[r.rng.IntN(len(t.posts))]
	if p.author == v.who {
		return
	}
	r.begin(v, forumLike, forum, "like")
	r.a.Object, r.a.Thread, r.a.Parent = t.object, t.posts[0].id, p.id
	r.address(p.author, forum)
	r.done()
}

func (r *run) commentRecording(v *visit) {
	t := v.on
	if t == nil {
		t = r.find(v, recording)
	}
	if t == nil {
		return
	}
	r.begin(v, recordingComment, soundmap, "comment")
	r.respond(v, recording, t, (*run).commentRecording)
	r.done()
}

func (r *run) comment(v *visit) {
	t, k := v.on, issue
	if t == nil {
		if r.rng.Float64() < .4 {
			k = pull
		}
		t = r.find(v, k)
	} else if t.object.Type == "pull_request" {
		k = pull
	}
	if t == nil {
		return
	}
	r.begin(v, issueComment, code, "issuecomment")
	r.respond(v, k, t, (*run).comment)
	r.done()
}

// occasion returns the object that a circle shares in a week: a walk, a shift.
func (r *run) occasion(v *visit, name string, templates []string) orrery.Object {
	c := r.circleOf(v)
	id := fmt.Sprintf("%s-%s-%d", name, plain(c.name), r.day/7)
	o, ok := r.things[id]
	if !ok {
		o = orrery.Object{ID: id, Type: name, Title: r.fill(templates[r.rng.IntN(len(templates))], c)}
		r.things[id] = o
	}
	return o
}

func (r *run) walk(v *visit) {
	o := r.occasion(v, "walk", walks)
	if r.people[v.who].walked == o.ID {
		r.readArticle(v)
		return
	}
	r.people[v.who].walked = o.ID
	r.begin(v, eventAttended, mail, "attended")
	r.a.Object = o
	// The museum lends its rooms every third month.
	if r.day.Time().Month()%3 == 0 && r.a.Partner == "" {
		r.a.Partner = r.w.Partners[1].Slug
	}
	r.done()
}

func (r *run) complain(v *visit) {
	r.begin(v, complaint, mail, "complaint")
	r.object("complaint", r.fill("Presets of my {model} are gone since the update", r.circleOf(v)), mail)
	r.done()
}

// Wiki, code and species: what is done together.

func (r *run) editWiki(v *visit) {
	r.page(v, wikiEdited, "edit")
}

func (r *run) reviewWiki(v *visit) {
	r.page(v, wikiReviewed, "wikireview")
}

func (r *run) page(v *visit, k kind, name string) {
	r.begin(v, k, forum, name)
	i := r.rng.IntN(len(wikiPages))
	r.a.Object = orrery.Object{ID: fmt.Sprintf("page-%d-%d", v.planet, i), Type: "page", Title: r.fill(wikiPages[i], r.circleOf(v))}
	r.done()
}

func (r *run) openPull(v *visit) { r.openCode(v, pullOpened, pull, "pull_request", "pull", pullTitles) }

func (r *run) openIssue(v *visit) { r.openCode(v, issueOpened, issue, "issue", "issue", issueTitles) }

func (r *run) openCode(v *visit, k kind, tk threadKind, objectType, name string, titles []string) {
	r.begin(v, k, code, name)
	r.object(objectType, r.title(v, titles), code)
	r.a.Thread = r.a.ExternalID
	r.a.Tags = []string{repositories[r.rng.IntN(len(repositories))]}
	t := r.open(v, tk, code, r.a.Object)
	r.done()
	if tk == pull && r.rng.Float64() < .8 {
		if who := r.teammateOn(code); who >= 0 {
			r.later(visit{at: v.at + 7200 + int64(r.rng.ExpFloat64()*3*86400), who: who, planet: v.planet, do: (*run).merge, campaign: -1, on: t})
		}
	}
}

func (r *run) reviewPull(v *visit) {
	t := r.find(v, pull)
	if t == nil {
		r.comment(v)
		return
	}
	r.begin(v, pullReviewed, code, "review")
	r.respond(v, pull, t, (*run).comment)
	r.done()
}

func (r *run) merge(v *visit) {
	r.begin(v, pullMerged, code, "merged")
	r.a.Object, r.a.Thread, r.a.Parent = v.on.object, v.on.posts[0].id, v.on.posts[0].id
	r.address(v.on.author, code)
	r.done()
}

func (r *run) translate(v *visit) {
	r.begin(v, translationSubmitted, code, "strings")
	r.a.Object = r.occasion(v, "translation", []string{"Strings of {place}, {month}", "Manual, chapter {hours}"})
	r.done()
}

func (r *run) identify(v *visit) {
	t := r.find(v, recording)
	if t == nil {
		return
	}
	r.begin(v, recordingIdentified, soundmap, "species")
	r.respond(v, recording, t, (*run).commentRecording)
	r.done()
}

// Contribution: time, money and sounds.

func (r *run) shareRecording(v *visit) {
	r.begin(v, recordingShared, soundmap, "recording")
	r.object("recording", r.title(v, recordingTitles), soundmap)
	r.a.Thread = r.a.ExternalID
	if h := r.local(v); h >= 3 && h < 8 {
		r.advance(1)
	}
	r.open(v, recording, soundmap, r.a.Object)
	r.done()
}

func (r *run) volunteer(v *visit) {
	o := r.occasion(v, "shift", shifts)
	if r.people[v.who].helped == o.ID {
		r.readArticle(v)
		return
	}
	r.people[v.who].helped = o.ID
	r.begin(v, volunteerHours, mail, "shift")
	r.a.Object = o
	r.a.Quantity, r.a.Unit = float64(2+r.rng.IntN(9))/2, "hours"
	if v.planet == recorders || v.planet == reedbed {
		r.advance(0)
	} else {
		r.advance(1)
	}
	r.done()
}

func (r *run) pledge(v *visit) {
	i := r.rng.IntN(len(campaigns))
	r.begin(v, pledgeMade, mail, "pledge")
	r.a.Object = orrery.Object{ID: fmt.Sprintf("appeal-%d", i+1), Type: "appeal", Title: campaigns[i]}
	r.a.Quantity, r.a.Unit = float64([]int{500, 1000, 1500, 2500, 5000, 10000}[r.rng.IntN(6)]), "EUR"
	if i == 1 {
		r.advance(0)
	}
	r.done()
}

// Commerce.

func (r *run) order(v *visit) {
	weights := make([]float64, len(products))
	for i, p := range products {
		weights[i] = p.weight
	}
	p := &products[pick(r.rng, weights)]
	who := v.who
	r.begin(v, orderPlaced, shop, "order")
	r.a.Object = orrery.Object{ID: p.id, Type: "product", Title: p.title, URL: "https://shop.tarnwick.example/" + p.id}
	r.a.Quantity, r.a.Unit = float64(p.cents), "EUR"
	if p.id == "door" || p.id == "cable-5" {
		r.advance(0)
	}
	id, product := r.a.ExternalID, r.a.Object
	r.people[who].bought = p.id
	r.done()

	again := visit{who: who, planet: v.planet, campaign: -1, ref: id, on: &thread{object: product}}
	switch x := r.rng.Float64(); {
	case x < .012:
		again.at, again.do = v.at+1800+int64(r.rng.ExpFloat64()*7200), (*run).cancel
	case x < .04:
		again.at, again.do = v.at+5*86400+int64(r.rng.ExpFloat64()*9*86400), (*run).refund
	default:
		return
	}
	r.later(again)
}

func (r *run) cancel(v *visit) {
	r.begin(v, orderCancelled, shop, "cancelled")
	r.a.Object, r.a.Retracts = v.on.object, v.ref
	r.done()
}

func (r *run) refund(v *visit) {
	r.begin(v, orderRefunded, shop, "refund")
	r.a.Object, r.a.Parent = v.on.object, v.ref
	r.done()
}

// rate rates what was bought; few are unhappy, and say so.
func (r *run) rate(v *visit) {
	bought := r.people[v.who].bought
	if bought == "" {
		r.order(v)
		return
	}
	r.begin(v, productRated, shop, "rating")
	for _, p := range products {
		if p.id == bought {
			r.a.Object = orrery.Object{ID: p.id, Type: "product", Title: p.title}
		}
	}
	if r.rng.Float64() < .1 {
		r.valence = -1
		r.a.Valence = &r.valence
	}
	r.done()
}

// Curation.

func (r *run) pinTopic(v *visit) {
	t := r.find(v, topic)
	if t == nil {
		return
	}
	r.begin(v, collectionPin, forum, "pin")
	r.a.Object, r.a.Parent, r.a.Thread = t.object, t.posts[0].id, t.posts[0].id
	r.address(t.author, forum)
	r.done()
}

func (r *run) pinRecording(v *visit) {
	t := r.find(v, recording)
	if t == nil {
		return
	}
	r.begin(v, collectionPin, soundmap, "pin")
	r.a.Object, r.a.Parent, r.a.Thread = t.object, t.posts[0].id, t.posts[0].id
	r.address(t.author, soundmap)
	r.done()
}

func (r *run) createCollection(v *visit) {
	r.begin(v, collectionCreated, soundmap, "collection")
	r.object("collection", r.title(v, collections), soundmap)
	r.done()
}

func (r *run) vote(v *visit) {
	t := r.find(v, recording)
	if t == nil {
		return
	}
	r.begin(v, recordingVoted, soundmap, "vote")
	r.a.Object = t.object
	r.done()
}

func (r *run) star(v *visit) {
	r.begin(v, repositoryStar, code, "star")
	name := repositories[r.rng.IntN(len(repositories))]
	r.a.Object = orrery.Object{ID: name, Type: "repository", Title: name}
	r.done()
}
