package simulate

import (
	"strings"

	"orrery.dev/orrery"
)

type threadKind int

const (
	topic threadKind = iota
	recording
	pull
	issue
	collection
	threadKinds
)

// thread is an object that people gather around: what was said about it, and by
// whom.
type thread struct {
	object orrery.Object
	planet int
	circle int
	at     platform
	author int
	asks   bool
	posts  []post
}

// post is something said on a thread; the first is the thread's own.
type post struct {
	id     string
	author int
}

// board holds the threads of a kind, the most recently touched last.
type board []*thread

const boardSize = 28

func (b *board) add(t *thread) {
	if len(*b) >= boardSize {
		copy(*b, (*b)[1:])
		*b = (*b)[:boardSize-1]
	}
	*b = append(*b, t)
}

// bump moves a thread to the end.
func (b board) bump(t *thread) {
	for i, other := range b {
		if other == t {
			copy(b[i:], b[i+1:])
			b[len(b)-1] = t
			return
		}
	}
}

// find returns a thread for somebody: of their own circle mostly, the latest
// rather than old ones, not their own; nil if there is none.
func (r *run) find(v *visit, k threadKind) *thread {
	p := &r.w.People[v.who]
	for range 3 {
		c := p.Circle
		switch x := r.rng.Float64(); {
		case c < 0 || x < .1:
			c = r.rng.IntN(len(circles))
		case x < .3 && p.Second >= 0:
			c = p.Second
		}
		b := r.boards[v.planet][c][k]
		if len(b) == 0 {
			continue
		}
		t := b[len(b)-1-geometric(r.rng, .2, len(b)-1)]
		if t.author != v.who {
			return t
		}
	}
	return nil
}

// open begins a thread with the activity at hand.
func (r *run) open(v *visit, k threadKind, at platform, object orrery.Object) *thread {
	c := r.circleIndex(v)
	t := &thread{object: object, planet: v.planet, circle: c, at: at, author: v.who, asks: strings.Contains(object.Title, "?")}
	t.posts = append(t.posts, post{r.a.ExternalID, v.who})
	r.boards[v.planet][c][k].add(t)
	return t
}

// respond makes the activity at hand an answer on a thread: to what the visit
// answers, or else to the last, the first or any post of somebody else. Whoever
// is answered may come back for it.
func (r *run) respond(v *visit, k threadKind, t *thread, next func(*run, *visit)) {
	parent := v.answers
	for try := 0; parent.id == "" && try < 4; try++ {
		i := len(t.posts) - 1
		switch x := r.rng.Float64(); {
		case x < .3:
			i = 0
		case x > .75:
			i = r.rng.IntN(len(t.posts))
		}
		if t.posts[i].author != v.who {
			parent = t.posts[i]
		}
	}
	if parent.id == "" {
		parent = t.posts[0]
	}
	r.a.Object, r.a.Thread, r.a.Parent = t.object, t.posts[0].id, parent.id
	if parent.author != v.who {
		r.address(parent.author, t.at)
	}
	// Only the latest posts are answered, so that is all that is kept.
	if len(t.posts) > 40 {
		t.posts = append(t.posts[:1], t.posts[20:]...)
	}
	said := post{r.a.ExternalID, v.who}
	t.posts = append(t.posts, said)
	if r.rng.Float64() < .6 {
		r.boards[t.planet][t.circle][k].bump(t)
	}
	if t.asks && k == topic && v.who != t.author && r.rng.Float64() < .25 {
		t.asks = false
		r.later(visit{
			at: v.at + 600 + int64(r.rng.ExpFloat64()*12*3600), who: t.author, planet: t.planet,
			do: (*run).accept, origin: orrery.Peer, campaign: -1, on: t, answers: said,
		})
	}
	r.drawBack(v, t, parent, said, next)
}

// drawBack lets whoever was answered answer again, hours later; this is how
// people are drawn by people.
func (r *run) drawBack(v *visit, t *thread, parent, said post, next func(*run, *visit)) {
	other := &r.w.People[parent.author]
	if parent.author == v.who || r.w.People[v.who].Role == Bot || other.Role != Ordinary || r.rng.Float64() > .28 {
		return
	}
	// Those who left are drawn back seldom.
	if r.day >= other.leaves && r.rng.Float64() > .1 {
		return
	}
	if other.Circle == drifting && r.w.End-r.day < turnDays && r.rng.Float64() < .7 {
		return
	}
	origin := orrery.OriginUnknown
	if r.rng.Float64() < .7 {
		origin = orrery.Peer
	}
	back := visit{
		at: v.at + 120 + int64(r.rng.ExpFloat64()*5*3600), who: parent.author, planet: t.planet,
		do: next, origin: origin, campaign: -1, on: t, answers: said,
	}
	r.later(back)
}
