package simulate

import (
	"math"
	"math/rand/v2"

	"orrery.dev/orrery"
)

// WaysWorld is people around one planet whose ways to belong are known to hold
// them, or not to. Eager people do more of everything, come more often and stay
// longer, whatever their ways are; who came by an invitation buys more and leaves
// sooner; who came early stays longer and talks more. A way that seems to hold
// people for one of these reasons does not.
type WaysWorld struct {
	Groups  int
	Horizon int               // days within which coming back counts
	End     orrery.Day        // last day of the world
	Best    []orrery.Strategy // by group: what holds its people; orrery.Strategies: nothing does more than the rest
	People  []WaysPerson

	seed   uint64
	start  orrery.Day
	people int // of a group
}

// WaysPerson is somebody and what they did, in order of time.
type WaysPerson struct {
	Group int
	Deeds []WaysDeed
}

// WaysDeed is one thing that somebody did.
type WaysDeed struct {
	Day        orrery.Day
	Way        orrery.Strategy
	Origin     orrery.Origin
	Meaningful bool
}

const (
	waysGroups  = 4
	waysHorizon = 90
	waysSpan    = 3 * 365 // days over which people come for the first time
)

// waysHold is what the best way adds to the log odds of staying after a visit,
// from the first time on.
const waysHold = 1.1

// WaysApart makes a world of four groups of so many people, where each group has a
// way that holds its people, drawn for each.
func WaysApart(seed uint64, people int, end orrery.Day) *WaysWorld {
	return newWaysWorld(seed, people, end, func(rng *rand.Rand, _ int) orrery.Strategy {
		return orrery.Strategy(rng.IntN(int(orrery.Strategies)))
	})
}

// WaysAlike makes such a world where it makes no difference what people do.
func WaysAlike(seed uint64, people int, end orrery.Day) *WaysWorld {
	return newWaysWorld(seed, people, end, func(*rand.Rand, int) orrery.Strategy { return orrery.Strategies })
}

// WaysMixed makes such a world where every other group has a way that holds its
// people, the same in all of them, and the others have none: what the ones show
// must not be told of the others.
func WaysMixed(seed uint64, people int, end orrery.Day) *WaysWorld {
	return newWaysWorld(seed, people, end, func(_ *rand.Rand, group int) orrery.Strategy {
		if group%2 == 1 {
			return orrery.Strategies
		}
		return orrery.Strategy(seed % uint64(orrery.Strategies))
	})
}

func newWaysWorld(seed uint64, people int, end orrery.Day, best func(rng *rand.Rand, group int) orrery.Strategy) *WaysWorld {
	rng := rand.New(rand.NewPCG(seed, 5))
	w := &WaysWorld{Groups: waysGroups, Horizon: waysHorizon, End: end, seed: seed, start: end - waysSpan, people: people}
	for g := range waysGroups {
		w.Best = append(w.Best, best(rng, g))
	}
	w.populate(waysHold)
	return w
}

// Unheld returns the same world but for one thing: no way holds anybody. Up to
// their first deed of the best way people do the same in both, and afterwards too
// until the way would have held them.
func (w *WaysWorld) Unheld() *WaysWorld {
	twin := &WaysWorld{Groups: w.Groups, Horizon: w.Horizon, End: w.End, Best: w.Best, seed: w.seed, start: w.start, people: w.people}
	twin.populate(0)
	return twin
}

func (w *WaysWorld) populate(hold float64) {
	habits := rand.New(rand.NewPCG(w.seed, 6))
	for g := range w.Groups {
		// What a group is used to: its rarest way may be a sixth as usual as another.
		var habit [orrery.Strategies]float64
		for way := range habit {
			habit[way] = .15 + .85*habits.Float64()
		}
		for range w.people {
			own := rand.New(rand.NewPCG(w.seed, 7+uint64(len(w.People))))
			w.People = append(w.People, w.person(own, g, habit, hold))
		}
	}
}

func (w *WaysWorld) person(rng *rand.Rand, group int, taste [orrery.Strategies]float64, hold float64) WaysPerson {
	p := WaysPerson{Group: group}
	arrived := w.start + orrery.Day(rng.IntN(waysSpan))
	early := 1 - float64(arrived-w.start)/waysSpan
	eager := .8 * rng.NormFloat64() // logarithm
	origin := []orrery.Origin{orrery.OriginUnknown, orrery.Unprompted, orrery.Peer, orrery.Prompted}[rng.IntN(4)]
	for way := range taste {
		taste[way] *= logNormal(rng, 0, .8)
	}
	stays := .4 + .9*eager + .6*early
	taste[orrery.Conversation] *= .6 + .8*early
	if origin == orrery.Prompted {
		taste[orrery.Commerce] *= 2.5
		stays -= .7
	}
	for day := arrived; day <= w.End; {
		visit := origin
		if day > arrived {
			visit = orrery.Unprompted
		}
		for range 1 + geometric(rng, 1/(1+.7*math.Exp(eager)), 30) {
			way := orrery.Strategy(pick(rng, taste[:]))
			p.Deeds = append(p.Deeds, WaysDeed{day, way, visit, rng.Float64() < .8})
			if way == w.Best[group] {
				stays, hold = stays+hold, 0
			}
		}
		if rng.Float64() >= 1/(1+math.Exp(-stays)) {
			break // they do not come again
		}
		day += 1 + orrery.Day(rng.ExpFloat64()*25*math.Exp(-.6*eager))
	}
	return p
}
