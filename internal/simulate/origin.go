package simulate

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"orrery.dev/orrery"
)

// OriginWorld is a planet's past of which it is known what brought each activity
// about, for judging who reckons it.
type OriginWorld struct {
	Name      string
	Says      string // what is in it, in a sentence
	People    int
	Deeds     []OriginDeed // in order of time
	Ties      []OriginTie
	Messages  []OriginMessage // as far as they are recorded
	Campaigns int
	Truth     OriginTruth
}

// OriginDeed is one activity. Origin is what a source says of it.
type OriginDeed struct {
	At       int64 // seconds since 1970
	Who      int32
	Strategy orrery.Strategy
	Origin   orrery.Origin
	To       []int32

	root   orrery.Origin // what truly brought it about
	drawn  bool          // another person is among its causes
	direct orrery.Origin // what set it off itself; OriginUnknown: their own activity before
}

// OriginTie says how much of what From sets off in others falls to To.
type OriginTie struct {
	From, To int32
	Weight   float64
}

// OriginMessage is a message of ours that reached somebody.
type OriginMessage struct {
	At       int64
	To       int32
	Campaign int32
}

// OriginTruth are the true shares: of activities in whose causes there is a
// message of ours, else another person, else neither.
type OriginTruth struct {
	Unprompted, Peer, Prompted float64
	DirectPeer                 float64 // of activities that somebody else's set off directly
	AnyPeer                    float64 // of activities with another person in their causes, prompted or not
	Recorded                   bool    // whether messages are recorded
}

// originRecipe says how a world is made.
type originRecipe struct {
	name, says string
	people     int
	days       int
	visits     float64 // by themselves, a person and day, in the mean
	season     float64 // amplitude of the year, 0–1
	own        float64 // activities that one sets off in who did it
	pull       float64 // activities that one sets off in others
	campaigns  int
	answer     float64 // activities that one message sets off
	recorded   bool
	marked     float64 // chance that a source tells the origin
	replies    bool    // people answer what is addressed to them
}

// originRecipes are the worlds of OriginWorlds, in order.
func originRecipes(scale float64) []originRecipe {
	n := func(people int) int { return max(20, int(float64(people)*scale)) }
	return []originRecipe{
		{
			name: "season", says: "a year's season, a trend, weekly hours, sessions; nobody draws anybody, nothing is sent",
			people: n(500), days: 448, visits: .1, season: .7, own: .45, recorded: false,
		},
		{
			name: "season_campaigns", says: "the same with recorded campaigns; nobody draws anybody",
			people: n(500), days: 448, visits: .1, season: .7, own: .4, campaigns: 40, answer: .12, recorded: true,
		},
		{
			name: "people", says: "people draw those they have ties to; nothing is sent, and a message without answer is recorded",
			people: n(500), days: 448, visits: .08, season: .5, own: .35, pull: .35, campaigns: 1, recorded: true,
		},
		{
			name: "people_campaigns", says: "people draw people, and recorded campaigns prompt them",
			people: n(500), days: 448, visits: .07, season: .5, own: .3, pull: .3, campaigns: 60, answer: .15, recorded: true,
		},
		{
			name: "strong_pull", says: "most of what happens is drawn by people",
			people: n(400), days: 448, visits: .04, season: .4, own: .3, pull: .5, campaigns: 30, answer: .1, recorded: true,
		},
		{
			name: "replies", says: "people address each other and answer, most within minutes or hours, a few days later",
			people: n(500), days: 448, visits: .08, season: .5, own: .3, pull: .3, campaigns: 30, answer: .12, recorded: true, replies: true,
		},
		{
			name: "marked", says: "as people_campaigns, and sources tell the origin of a third",
			people: n(500), days: 448, visits: .07, season: .5, own: .3, pull: .3, campaigns: 60, answer: .15, recorded: true, marked: .33,
		},
		{
			name: "unrecorded", says: "as people_campaigns, but nobody recorded the campaigns",
			people: n(500), days: 448, visits: .07, season: .5, own: .3, pull: .3, campaigns: 60, answer: .15,
		},
	}
}

// OriginWorlds makes worlds with known origin by seed. Scale multiplies the number
// of people; 1 makes some ten thousand to thirty thousand activities a world.
func OriginWorlds(seed uint64, scale float64) []*OriginWorld {
	var worlds []*OriginWorld
	for i, r := range originRecipes(scale) {
		worlds = append(worlds, r.make(rand.New(rand.NewPCG(seed, uint64(i)))))
	}
	return worlds
}

// OriginBulk makes the world people_campaigns with about so many activities.
func OriginBulk(seed uint64, activities int) *OriginWorld {
	for _, r := range originRecipes(1) {
		if r.name == "people_campaigns" {
			r.people = max(20, activities/37)
			return r.make(rand.New(rand.NewPCG(seed, 0)))
		}
	}
	return nil
}

// originPerson is somebody in a world of origins.
type originPerson struct {
	from, until float64 // days
	rate        float64
	drift       []float64 // by 28 days
	zone        float64   // days that their clock is ahead
	eager       float64   // how easily they are drawn, mean 1
	reads       bool      // gets what we send
	ways        [orrery.Strategies]float64
	ties        []OriginTie
}

func (r *originRecipe) make(rng *rand.Rand) *OriginWorld {
	w := &OriginWorld{Name: r.name, Says: r.says, People: r.people, Campaigns: r.campaigns}
	people := r.populate(rng)
	for i := range people {
		w.Ties = append(w.Ties, people[i].ties...)
	}
	g := &originRun{r: r, rng: rng, people: people}
	for i := range people {
		g.visits(int32(i))
	}
	messages := g.campaigns()
	for len(g.waiting) > 0 {
		last := len(g.waiting) - 1
		d := g.waiting[last]
		g.waiting = g.waiting[:last]
		g.happen(d)
	}
	w.Deeds = g.done
	slices.SortFunc(w.Deeds, func(a, b OriginDeed) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Who, b.Who), cmp.Compare(a.Strategy, b.Strategy), cmp.Compare(a.root, b.root))
	})
	var counts, direct [orrery.Prompted + 1]float64
	drawn := 0.
	for i := range w.Deeds {
		d := &w.Deeds[i]
		counts[d.root]++
		direct[d.direct]++
		if d.drawn {
			drawn++
		}
		if rng.Float64() < r.marked {
			d.Origin = d.root
		}
	}
	n := float64(len(w.Deeds))
	w.Truth = OriginTruth{
		Unprompted: counts[orrery.Unprompted] / n, Peer: counts[orrery.Peer] / n, Prompted: counts[orrery.Prompted] / n,
		DirectPeer: direct[orrery.Peer] / n, AnyPeer: drawn / n, Recorded: r.recorded,
	}
	if r.recorded {
		w.Messages = messages
	} else {
		w.Campaigns = 0
	}
	return w
}

// populate makes people in circles that share a time zone; ties lie mostly inside.
func (r *originRecipe) populate(rng *rand.Rand) []originPerson {
	const circle = 25
	people := make([]originPerson, r.people)
	for i := range people {
		p := &people[i]
		p.from = float64(r.days) * max(0, rng.Float64()*1.3-.5) // a third was there before
		p.until = p.from + 60 + rng.ExpFloat64()*500
		p.rate = r.visits * logNormal(rng, -.5, 1)
		p.zone = float64(i/circle%4) * 6 / 24
		p.eager = logNormal(rng, -.18, .6)
		p.reads = rng.Float64() < .6
		walk := 0.
		for b := 0; b <= r.days/28; b++ {
			p.drift = append(p.drift, math.Exp(walk))
			walk += .25 * rng.NormFloat64()
		}
		for k := range p.ways {
			p.ways[k] = rng.ExpFloat64() * rng.ExpFloat64()
		}
	}
	for i := range people {
		var sum float64
		for range 3 + rng.IntN(9) {
			to := i/circle*circle + rng.IntN(circle)
			if rng.Float64() < .2 {
				to = rng.IntN(r.people)
			}
			if to == i || to >= r.people {
				continue
			}
			t := OriginTie{int32(i), int32(to), logNormal(rng, 0, .8) * people[to].eager}
			sum += t.Weight
			people[i].ties = append(people[i].ties, t)
		}
		for k := range people[i].ties {
			people[i].ties[k].Weight /= sum
		}
	}
	return people
}

// originStart is when the worlds begin: Monday, 2024-01-01.
const originStart = 1704067200

// originRun makes one world's activities.
type originRun struct {
	r       *originRecipe
	rng     *rand.Rand
	people  []originPerson
	waiting []originDue
	done    []OriginDeed
}

// originDue is what is about to happen, and what brought it about.
type originDue struct {
	at    float64
	who   int32
	root  orrery.Origin
	to    int32         // whom it answers, or −1
	by    orrery.Origin // what set it off itself
	drawn bool          // another person is among its causes
}

// season is how much more than in the mean people come at a time: the year, the
// trend, the hour of the week where they are.
func (r *originRecipe) seasonAt(at, zone float64) float64 {
	year := 1 + r.season*math.Sin(2*math.Pi*at/365)
	trend := .7 + .6*at/float64(r.days)
	local := at + zone
	hour := 24 * (local - math.Floor(local))
	day := 1 + .8*math.Cos(2*math.Pi*(hour-15)/24)
	if int(math.Floor(local))%7 >= 5 {
		day *= .4
	}
	return year * trend * day / 1.2
}

// visits has somebody come by themselves.
func (g *originRun) visits(who int32) {
	p := &g.people[who]
	const most = 1.7 * 1.3 * 1.8 / 1.2 // of the season
	for b, drift := range p.drift {
		at, end := float64(28*b), min(float64(28*(b+1)), float64(g.r.days))
		top := p.rate * drift * most
		for {
			at += g.rng.ExpFloat64() / top
			if at >= end {
				break
			}
			if at >= p.from && at < p.until && g.rng.Float64()*most < g.r.seasonAt(at, p.zone) {
				g.waiting = append(g.waiting, originDue{at, who, orrery.Unprompted, -1, orrery.Unprompted, false})
			}
		}
	}
}

// campaigns sends what we send, at nine on working days, to who reads it and is
// there.
func (g *originRun) campaigns() []OriginMessage {
	var messages []OriginMessage
	for c := range g.r.campaigns {
		day := float64(14 + g.rng.IntN(g.r.days-14))
		good := logNormal(g.rng, -.1, .45)
		for who := range g.people {
			p := &g.people[who]
			at := day + 9./24 + g.rng.Float64()/24
			if !p.reads || at < p.from || at > p.until || g.rng.Float64() < .3 {
				continue
			}
			messages = append(messages, OriginMessage{originStart + int64(at*24*3600), int32(who), int32(c)})
			for range g.poisson(g.r.answer * good * p.eager) {
				g.waiting = append(g.waiting, originDue{at + g.delay(), int32(who), orrery.Prompted, -1, orrery.Prompted, false})
			}
		}
	}
	return messages
}

// happen notes an activity and what it sets off.
func (g *originRun) happen(d originDue) {
	p := &g.people[d.who]
	if d.at >= float64(g.r.days) || d.at < p.from || d.at >= p.until {
		return
	}
	deed := OriginDeed{
		At: originStart + int64(d.at*24*3600), Who: d.who, root: d.root, direct: d.by, drawn: d.drawn,
		Strategy: orrery.Strategy(pick(g.rng, p.ways[:])),
	}
	for range g.poisson(g.r.own) {
		g.waiting = append(g.waiting, originDue{d.at + g.rng.ExpFloat64()*20/(24*60), d.who, d.root, -1, orrery.OriginUnknown, d.drawn})
	}
	drawn := d.root
	if drawn == orrery.Unprompted {
		drawn = orrery.Peer
	}
	if g.r.replies {
		g.address(&deed, d, drawn)
	} else {
		for _, t := range p.ties {
			for range g.poisson(g.r.pull * t.Weight) {
				g.waiting = append(g.waiting, originDue{d.at + g.delay(), t.To, drawn, -1, orrery.Peer, true})
			}
		}
	}
	g.done = append(g.done, deed)
}

// address has an activity speak to somebody, who may answer.
func (g *originRun) address(deed *OriginDeed, d originDue, drawn orrery.Origin) {
	to := d.to
	if to < 0 && len(g.people[d.who].ties) > 0 && g.rng.Float64() < .7 {
		ties := g.people[d.who].ties
		to = ties[g.rng.IntN(len(ties))].To
	}
	if to < 0 {
		return
	}
	deed.To = []int32{to}
	for range g.poisson(g.r.pull / .7) {
		wait := g.delay()
		if g.rng.Float64() < .05 {
			wait = 1 + 3*g.rng.ExpFloat64()
		}
		g.waiting = append(g.waiting, originDue{d.at + wait, to, drawn, d.who, orrery.Peer, true})
	}
}

// delay is how long an answer takes, in days: minutes, hours or a day, with longer
// tails than any exponential has.
func (g *originRun) delay() float64 {
	switch x := g.rng.Float64(); {
	case x < .4:
		return logNormal(g.rng, math.Log(6), .8) / (24 * 60)
	case x < .75:
		return logNormal(g.rng, math.Log(2), .7) / 24
	default:
		return logNormal(g.rng, math.Log(.7), .6)
	}
}

func (g *originRun) poisson(mean float64) int {
	n, left := 0, math.Exp(-mean)
	for x := g.rng.Float64(); x > left; x *= g.rng.Float64() {
		n++
	}
	return n
}
