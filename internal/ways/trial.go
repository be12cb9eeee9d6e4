package ways

import (
	"math"

	"orrery.dev/orrery"
)

// Trial is what to try next in a group, and what would disprove that it helps:
// of the people who come for the first time, a half drawn by lot is invited to
// the way.
type Trial struct {
	Way    orrery.Strategy `json:"way"`
	Reason Reason          `json:"reason"`

	// Obstacle says why there can be no such trial; then the figures below are
	// zero but for Base and Arrivals.
	Obstacle Obstacle `json:"obstacle"`

	Arrivals int     `json:"arrivals"` // people who came for the first time in the last half year
	Base     float64 `json:"base"`     // of a hundred people of the group, so many came back
	Hoped    float64 `json:"hoped"`    // so many more of a hundred should, if the way helps; more where few come
	Each     int     `json:"each"`     // people to invite, and as many not to
	Days     int     `json:"days"`     // until so many have come, as many coming as in the last half year
	Watch    int     `json:"watch"`    // days until the last of them can be judged

	// Disproof: with less than so many more of a hundred coming back of those
	// invited, the way does not bring what was hoped. One that does would fall
	// below it in one trial of ten.
	Disproof float64 `json:"disproof"`
}

// Reason says why a way is to be tried next.
type Reason uint8

// The reasons, the first that applies.
const (
	ToConfirm   Reason = iota // its people came back more often here: is it the way?
	HoldsOthers               // it is untested here, and its people came back more often over all
	BarelyTried               // too few tried it here to tell
	StillOpen                 // compared, but it may still hold more than it has shown
	Unknown                   // nobody here has tried it
	NothingNew                // all ways were tried and none can hold much more than it has shown
)

var reasonNames = [...]string{"confirm", "holds others", "barely tried", "still open", "never tried", "nothing new"}

// String returns the reason in lower case.
func (r Reason) String() string {
	if int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return "unknown"
}

// Obstacle says why no trial with newcomers is possible in a group.
type Obstacle uint8

// The obstacles.
const (
	NoObstacle  Obstacle = iota
	NobodyNew            // too few came for the first time lately to draw lots among
	TooFew               // a year's newcomers could not show the difference
	AllReturn            // nearly everybody comes back anyway
	NothingSeen          // nobody's first weeks and horizon are over yet
)

var obstacleNames = [...]string{"", "nobody new", "too few newcomers", "nearly everybody returns", "nothing seen yet"}

// String returns the obstacle in lower case, empty where there is none.
func (o Obstacle) String() string {
	if int(o) < len(obstacleNames) {
		return obstacleNames[o]
	}
	return "unknown"
}

const (
	worthwhile   = 10.0 // of a hundred: what a way that is not known yet should bring at least
	noticeable   = 5.0  // a way that can bring no more than this needs no trial
	mostHoped    = 20.0 // a trial that shows only greater differences shows nothing
	longestTrial = 365  // days in which people are drawn
	never        = 97.0 // of a hundred: more cannot be asked of any way

	twoSided = 1.9600 // normal quantile of 97.5 %: a difference where there is none, once in twenty
	power    = 1.2816 // of 90 %
)

// nextTrial chooses what to try next in a group, of whose people so many came
// for the first time in the last half year.
func nextTrial(g, everybody *Group, arrivals, horizon int) Trial {
	t := Trial{Arrivals: arrivals}
	t.Way, t.Reason = nextWay(g, everybody)
	if g.Watched == 0 {
		t.Obstacle = NothingSeen
		return t
	}
	t.Base = 100 * share(g, everybody)
	hoped := worthwhile
	if t.Reason == ToConfirm {
		hoped = math.Round(max(noticeable, min(mostHoped, g.Cells[t.Way].Yield)))
	}
	perDay := float64(arrivals) / arrivalDays
	each := eachFor(t.Base, hoped)
	for hoped < mostHoped && 2*float64(each) > perDay*longestTrial {
		hoped++
		each = eachFor(t.Base, hoped)
	}
	switch {
	case t.Base+hoped > never:
		t.Obstacle = AllReturn
	case arrivals < fewest:
		t.Obstacle = NobodyNew
	case 2*float64(each) > perDay*longestTrial:
		t.Obstacle = TooFew
	default:
		t.Hoped, t.Each = hoped, each
		t.Days = int(math.Ceil(2 * float64(each) / perDay))
		t.Watch = FirstDays + horizon
		t.Disproof = critical(t.Base, hoped, each)
	}
	return t
}

// share is the part of a group's people who come back, drawn to everybody's as
// by so many people as it takes to compare at all.
func share(g, everybody *Group) float64 {
	over := 0.0
	if everybody.Watched > 0 {
		over = float64(everybody.Returned) / float64(everybody.Watched)
	}
	return (float64(g.Returned) + fewest*over) / (float64(g.Watched) + fewest)
}

func nextWay(g, everybody *Group) (orrery.Strategy, Reason) {
	if way, ok := g.Advised(); ok {
		return way, ToConfirm
	}
	best := func(good func(c, over *Cell) float64) (orrery.Strategy, bool) {
		found, most := orrery.Strategies, 0.0
		for way := range orrery.Strategies {
			if v := good(&g.Cells[way], &everybody.Cells[way]); v > most {
				found, most = way, v
			}
		}
		return found, found < orrery.Strategies
	}
	if way, ok := best(func(c, over *Cell) float64 {
		if c.Verdict == Untested && over.Verdict == More {
			return over.Yield
		}
		return 0
	}); ok {
		return way, HoldsOthers
	}
	if way, ok := best(func(c, _ *Cell) float64 {
		if c.Verdict == Untested {
			return float64(c.People)
		}
		return 0
	}); ok {
		return way, BarelyTried
	}
	open, ok := best(func(c, _ *Cell) float64 {
		if c.Verdict == NoDifference && c.High > noticeable {
			return c.High
		}
		return 0
	})
	if ok {
		return open, StillOpen
	}
	for _, way := range []orrery.Strategy{orrery.Conversation, orrery.Contribution, orrery.Collaboration, orrery.Content, orrery.Curation, orrery.Commerce} {
		if g.Cells[way].Verdict == Untested {
			return way, Unknown
		}
	}
	way, _ := best(func(c, _ *Cell) float64 { return 1 + math.Exp(c.High) })
	return way, NothingNew
}

// eachFor returns how many people it takes on each side to tell base from base
// and hoped, of a hundred (Fleiss 1981, without correction for continuity).
func eachFor(base, hoped float64) int {
	p, q := base/100, min(1, (base+hoped)/100)
	middle := (p + q) / 2
	root := twoSided*math.Sqrt(2*middle*(1-middle)) + power*math.Sqrt(p*(1-p)+q*(1-q))
	return int(math.Ceil(root * root / ((q - p) * (q - p))))
}

// critical returns the difference, of a hundred, from which on a trial shows one.
func critical(base, hoped float64, each int) float64 {
	middle := (base + hoped/2) / 100
	return 100 * twoSided * math.Sqrt(2*middle*(1-middle)/float64(each))
}
