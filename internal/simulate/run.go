package simulate

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"orrery.dev/orrery"
)

// visit is something that somebody will do at a time.
type visit struct {
	at       int64 // seconds since 1970
	order    uint64
	who      int
	planet   int
	do       func(*run, *visit)
	origin   orrery.Origin
	campaign int // index in World.Campaigns, or −1
	on       *thread
	answers  post   // what it answers, on the thread
	ref      string // the external id it is about
}

// queue holds the visits to come, the next first.
type queue []*visit

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	if q[i].at != q[j].at {
		return q[i].at < q[j].at
	}
	return q[i].order < q[j].order
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(*visit)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	v := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	return v
}

// state is what changes of a person while the world runs.
type state struct {
	mood         float64 // factor on their rate, drifting around 1
	lastCame     orrery.Day
	unsubscribed [planets]bool
	returned     bool       // to the circle that falls in, after having left
	bought       string     // the last product
	walked       string     // the last walk, which nobody takes twice
	helped       string     // the last shift
	registered   orrery.Day // the last event they signed up for
}

// run is one telling of the world from its first day to its last.
type run struct {
	w       *World
	rng     *rand.Rand
	yield   func(*orrery.Activity) bool
	stopped bool

	queue  queue
	visits uint64
	people []state
	day    orrery.Day
	last   time.Time // of the latest activity

	hours    [len(hourWeights)]table
	zones    map[int]*time.Location
	boards   [planets][][threadKinds]board // by circle
	articles [planets][]orrery.Object
	things   map[string]orrery.Object // walks and shifts, by circle and week
	next     [platforms]int

	// The activity that is yielded, and what its slices and pointers lead to.
	a       orrery.Activity
	to      [1]orrery.Actor
	purpose [1]string
	valence int8
}

func newRun(w *World, yield func(*orrery.Activity) bool) *run {
	r := &run{
		w: w, rng: rand.New(rand.NewPCG(w.seed, 2)), yield: yield,
		people: make([]state, len(w.People)), zones: map[int]*time.Location{}, things: map[string]orrery.Object{},
	}
	for i := range r.hours {
		r.hours[i] = newTable(hourWeights[i][:])
	}
	for i := range r.boards {
		r.boards[i] = make([][threadKinds]board, len(circles))
	}
	for i := range r.people {
		r.people[i].mood = 1
	}
	return r
}

func (r *run) all() {
	for r.day = r.w.Start; r.day <= r.w.End && !r.stopped; r.day++ {
		r.publish()
		r.send()
		r.gather()
		for i := range r.w.People {
			r.consider(i)
		}
		for len(r.queue) > 0 && r.queue[0].at < (r.day+1).Time().Unix() && !r.stopped {
			v := heap.Pop(&r.queue).(*visit)
			v.do(r, v)
		}
	}
}

// later puts a visit in the queue.
func (r *run) later(v visit) {
	r.visits++
	v.order = r.visits
	heap.Push(&r.queue, &v)
}

// clock returns a time on the UTC day at an hour that suits the person.
func (r *run) clock(day orrery.Day, p *Person) int64 {
	shape := office
	if p.Circle >= 0 {
		shape = circles[p.Circle].hours
	}
	local := r.hours[shape].pick(r.rng)*3600 + r.rng.IntN(3600)
	const whole = 24 * 3600
	return day.Time().Unix() + int64(((local-p.offset*60)%whole+whole)%whole)
}

// consider decides whether somebody comes by today, by themselves.
func (r *run) consider(i int) {
	p, s := &r.w.People[i], &r.people[i]
	if r.day < p.Arrived || p.Role == OnlyPrompted || p.Role == Yearly {
		return
	}
	if r.day == p.Arrived && p.Role == Ordinary {
		r.arrive(i)
		return
	}
	switch p.Role {
	case Bot:
		r.work(i, (*run).automate, 1+r.rng.IntN(4))
	case Teammate:
		weekday := r.day.Time().Weekday()
		if weekday != time.Saturday && weekday != time.Sunday && r.rng.Float64() < p.rate {
			r.work(i, (*run).help, 1+r.rng.IntN(4))
		}
	case DailyLiker:
		if r.rng.Float64() < .97 {
			r.work(i, (*run).like, 1)
		}
	case Ordinary:
		if r.here(p, s) && r.rng.Float64() < r.chance(p, s) {
			r.work(i, (*run).browse, 1+geometric(r.rng, .19, 18))
		}
	}
}

// here tells whether somebody has not left; a quarter of those who had left the
// circle that falls in come back to it.
func (r *run) here(p *Person, s *state) bool {
	if r.day < p.leaves {
		return true
	}
	if p.Circle == fallingIn && !s.returned && r.w.End-r.day < turnDays && r.rng.Float64() < .006 {
		s.returned = true
	}
	return s.returned
}

// chance returns how likely somebody is to come today: their rate, the day of
// the week, whether they came lately, their mood, and the turn of their circle.
func (r *run) chance(p *Person, s *state) float64 {
	c := &circles[p.Circle]
	x := p.rate * s.mood
	if r.day%28 == p.Arrived%28 {
		s.mood = math.Exp(.8*math.Log(s.mood) + .35*r.rng.NormFloat64())
	}
	if weekday := r.day.Time().Weekday(); weekday == time.Saturday || weekday == time.Sunday {
		x *= c.weekend
	}
	if r.day-s.lastCame <= 4 {
		x *= 1.5
	} else {
		x *= .85
	}
	if p.around[wakesong] == 1 {
		x *= .3
	}
	if left := r.w.End - r.day; left < turnDays {
		turned := 1 - float64(left)/turnDays
		switch p.Circle {
		case fallingIn:
			x *= 1 + 2*turned
		case drifting:
			x *= 1 - .95*min(1, 1.4*turned)
		}
	}
	return min(x, .96)
}

// work queues a visit of some steps around one planet.
func (r *run) work(i int, do func(*run, *visit), steps int) {
	p := &r.w.People[i]
	v := visit{who: i, do: do, campaign: -1, at: r.clock(r.day, p), planet: r.planetFor(p)}
	if p.Circle >= 0 {
		r.people[i].lastCame = r.day
	}
	for range steps {
		r.later(v)
		v.at += 45 + int64(r.rng.ExpFloat64()*400)
	}
}

// planetFor returns an open planet that somebody turns to.
func (r *run) planetFor(p *Person) int {
	around := p.around
	for k := range around {
		if r.day < r.w.Planets[k].Opened {
			around[k] = 0
		}
	}
	return max(0, pick(r.rng, around[:]))
}

// browse does something that somebody likes to do, on a platform they use.
func (r *run) browse(v *visit) {
	p := &r.w.People[v.who]
	if p.Circle == drifting && r.w.End-r.day < 2*turnDays && r.rng.Float64() < .15 {
		r.complain(v)
		return
	}
	for range 8 {
		way := pick(r.rng, p.ways[:])
		choice := deeds[v.planet][way]
		var weights [4]float64
		for i, d := range choice {
			if i < len(weights) && p.uses[d.at] {
				weights[i] = d.weight
			}
		}
		if i := pick(r.rng, weights[:]); i >= 0 {
			choice[i].do(r, v)
			return
		}
	}
	r.readArticle(v)
}

// begin makes an activity ready to be filled in. Its external id is made of the
// name and the platform's next number.
func (r *run) begin(v *visit, k kind, at platform, name string) *orrery.Activity {
	r.next[at]++
	facts := &platformFacts[at]
	p := &r.w.People[v.who]
	now := time.Unix(v.at, int64(r.rng.IntN(1_000_000))*1000)
	if !now.After(r.last) {
		now = r.last.Add(time.Microsecond)
	}
	r.last = now
	r.a = orrery.Activity{
		ExternalID: name + "-" + strconv.Itoa(r.next[at]),
		Namespace:  facts.namespace, Source: facts.source,
		Planet: r.w.Planets[v.planet].Slug, Kind: kinds[k].Name,
		Actor: p.actors[at], At: now.In(r.zone(p.offset)),
		Origin: v.origin,
	}
	if v.campaign >= 0 {
		r.a.PromptedBy = r.w.Campaigns[v.campaign].ID
	}
	// Forum and code tell what brought somebody only where it is somebody else.
	if v.origin == orrery.OriginUnknown && (at == shop || at == soundmap || at == mail) && p.Role != Bot {
		r.a.Origin = orrery.Unprompted
	}
	if p.Partner >= 0 && r.day-p.Arrived < 60 {
		r.a.Partner = r.w.Partners[p.Partner].Slug
	}
	return &r.a
}

// done hands the activity on.
func (r *run) done() {
	if !r.stopped && !r.yield(&r.a) {
		r.stopped = true
	}
}

// address says to whom the activity gives, unless it is the same person.
func (r *run) address(who int, at platform) {
	p := &r.w.People[who]
	if a := p.actors[at]; a.Value != "" {
		r.to[0] = a
		r.a.To = r.to[:]
	}
}

func (r *run) advance(purpose int) {
	r.purpose[0] = r.w.Purposes[purpose].Slug
	r.a.Purposes = r.purpose[:]
}

func (r *run) zone(offset int) *time.Location {
	z := r.zones[offset]
	if z == nil {
		z = time.FixedZone("", offset*60)
		r.zones[offset] = z
	}
	return z
}

// local returns the hour of the visit on the person's own clock.
func (r *run) local(v *visit) int {
	return int((v.at/60+int64(r.w.People[v.who].offset))/60%24+24) % 24
}
