package simulate

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"orrery.dev/orrery"
)

// Part is what somebody plays in a world of honest people and others.
type Part uint8

// The parts. Everything up to HonestParts is honest.
const (
	Anybody     Part = iota
	Friend           // thanks one or two friends often, and others too
	Daily            // comes nearly every day
	Helper           // answers, and is thanked by many
	Liker            // likes what there is to like, every day
	HonestParts      // how many honest parts there are
	Program     = HonestParts + iota - 6
	Ringed      // praises their ring, which praises back
	Counting    // does exactly as many as count, in one go
	Regretting  // takes back what they did within the hour
	Toggling    // likes, unlikes and likes the same thing
	Crowd       // one of many accounts that praise one person, or that person
	Parts       // how many there are
)

var partNames = [Parts]string{
	"anybody", "friend", "daily", "helper", "liker", "program", "ring", "counting", "regretting", "toggling", "crowd",
}

// String returns the part's name in lower case.
func (p Part) String() string {
	if p < Parts {
		return partNames[p]
	}
	return "unknown"
}

// Honest says whether somebody of this part does what they do for its own sake.
func (p Part) Honest() bool { return p < HonestParts }

// Doubtful is a world in which some are not what they seem: programs under
// ordinary names, rings that praise each other, people who play for the count,
// among honest people of whom some look alike: friends, people who come daily, a
// helper whom many thank. It is read-only once made.
type Doubtful struct {
	Planet     string
	End        orrery.Day // the last day on which anything happens
	Activities []orrery.Activity
	Parts      map[string]Part // by login
	Together   map[string]int  // which ring or crowd somebody is in, from 1 on
}

// doubtfulDays is how long the world is seen.
const doubtfulDays = 180

// doubtful makes a Doubtful.
type doubtful struct {
	*Doubtful
	rng    *rand.Rand
	start  orrery.Day
	number int
	honest []string
	circle map[string]int
}

// HonestAndOthers makes a world of some 390 honest people around one planet, ten
// programs, four rings, seven who play for the count, and a crowd, by seed.
func HonestAndOthers(seed uint64, end orrery.Day) *Doubtful {
	d := &doubtful{
		Doubtful: &Doubtful{Planet: "commons", End: end, Parts: map[string]Part{}, Together: map[string]int{}},
		rng:      rand.New(rand.NewPCG(seed, 66)), start: end - doubtfulDays + 1, circle: map[string]int{},
	}
	for i := range 360 {
		d.join(Anybody, i/15)
	}
	for i := range 30 {
		d.join(Friend, i/2)
	}
	d.some(Daily, 8)
	d.some(Helper, 3)
	d.some(Liker, 6)
	for _, who := range d.honest {
		d.live(who)
	}
	for i := range 10 {
		d.program(d.join(Program, 0), i)
	}
	for n, size := range []int{2, 3, 4, 6} {
		d.ring(n+1, size, n == 2)
	}
	for i := range 3 {
		d.counting(d.join(Counting, i))
	}
	for i := range 2 {
		d.regretting(d.join(Regretting, i))
		d.toggling(d.join(Toggling, i))
	}
	d.crowd(9, 14)
	slices.SortStableFunc(d.Activities, func(a, b orrery.Activity) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ExternalID, b.ExternalID))
	})
	return d.Doubtful
}

func (d *doubtful) some(p Part, n int) {
	for i := range n {
		d.join(p, i)
	}
}

// join names somebody, whose name says nothing of their part.
func (d *doubtful) join(p Part, circle int) string {
	who := fmt.Sprintf("p%03d", len(d.Parts)+1)
	d.Parts[who], d.circle[who] = p, circle
	if p.Honest() {
		d.honest = append(d.honest, who)
	}
	return who
}

func (d *doubtful) do(who, kind string, at int64, to, object string) *orrery.Activity {
	d.number++
	a := orrery.Activity{
		ExternalID: fmt.Sprint("a", d.number), Namespace: "forum.example", Planet: d.Planet, Kind: kind, Actor: login(who),
		At: time.Unix(at, 0).UTC(), Object: orrery.Object{ID: cmp.Or(object, fmt.Sprint("o", d.rng.IntN(4000))), Type: "post"},
	}
	if to != "" && to != who {
		a.To = []orrery.Actor{login(to)}
	}
	d.Activities = append(d.Activities, a)
	return &d.Activities[len(d.Activities)-1]
}

func login(who string) orrery.Actor {
	return orrery.Actor{Namespace: "forum.example", Type: "login", Value: who}
}

// awake is a time of a day at which people are up.
func (d *doubtful) awake(day int) int64 {
	hour := 15 + 3.2*d.rng.NormFloat64()
	return (d.start + orrery.Day(day)).Time().Unix() + int64(min(max(hour, 5), 23.9)*3600)
}

// somebody is whom an honest person has to do with: mostly of their circle.
func (d *doubtful) somebody(who string) string {
	if d.rng.Float64() < .6 {
		same := d.circle[who]*15 + d.rng.IntN(15)
		if d.Parts[who] == Anybody && same < len(d.honest) {
			return d.honest[same]
		}
	}
	if d.rng.Float64() < .15 { // helpers have to do with everybody
		return d.honest[360+30+8+d.rng.IntN(3)]
	}
	return d.honest[d.rng.IntN(len(d.honest))]
}

// live is an honest life.
func (d *doubtful) live(who string) {
	part := d.Parts[who]
	rate := .01 + .12*d.rng.ExpFloat64()
	switch part {
	case Daily:
		rate = .92
	case Helper:
		rate = .6
	case Liker:
		rate = .9
	case Friend:
		rate = .3
	}
	first := d.rng.IntN(doubtfulDays / 2)
	if part != Anybody {
		first = 0
	}
	for day := first; day < doubtfulDays; day++ {
		if d.rng.Float64() >= rate {
			continue
		}
		at := d.awake(day)
		for range 1 + int(d.rng.ExpFloat64()*1.5) {
			d.moment(who, part, at)
			at += 20 + int64(d.rng.ExpFloat64()*700)
		}
	}
}

// moment is one thing that an honest person does.
func (d *doubtful) moment(who string, part Part, at int64) {
	to := d.somebody(who)
	x := d.rng.Float64()
	if part == Friend && x < .55 { // talks with a friend, and thanks them
		friend := d.friendOf(who)
		if d.rng.Float64() < .6 {
			d.do(who, "forum.like", at, friend, "")
		} else {
			d.do(who, "forum.reply", at, friend, "")
		}
		return
	}
	switch {
	case part == Liker:
		d.do(who, "forum.like", at, to, "")
	case part == Helper && x < .8:
		d.do(who, "forum.reply", at, to, "")
		if d.rng.Float64() < .5 {
			d.do(to, "answer.accepted", at+3600, who, "")
		}
	case x < .45:
		d.do(who, "forum.reply", at, to, "")
	case x < .8:
		d.do(who, "forum.like", at, to, "")
	case x < .95:
		d.do(who, "forum.topic.created", at, "", "")
	default: // a slip, taken back
		slip := d.do(who, "forum.reply", at, to, "")
		d.takeBack(who, slip.ExternalID, at+300)
	}
}

// friendOf is the other of two friends, who stand side by side.
func (d *doubtful) friendOf(who string) string {
	i := slices.Index(d.honest, who) - 360
	return d.honest[360+i^1]
}

func (d *doubtful) takeBack(who, id string, at int64) {
	a := d.do(who, "forum.retraction", at, "", "")
	a.Retracts = id
}
