package simulate

import (
	"math"
	"math/rand/v2"
)

// RepulsionDeed is something that somebody did to a thing, on a day since the
// world's first.
type RepulsionDeed struct {
	Day    int
	Who    int // from 1 on
	On     int // a thing, from 1 on
	Repels bool
}

// RepulsionWorld is two years around a planet in which people now and then complain
// of things. Weeks have their rhythm, both for coming and for complaining, and so has
// the year; things differ in how many come to them and in how often they displease;
// some people complain far more than others. In a world with a burst, one thing
// displeases many for a week.
type RepulsionWorld struct {
	Days  int
	Deeds []RepulsionDeed
	Burst *PlantedBurst // nil: there is none
}

// PlantedBurst is the truth of a world with a burst.
type PlantedBurst struct {
	On    int
	First int // day; it lasts a week
}

const (
	repulsionPeople = 400
	repulsionThings = 60
	repulsionDays   = 2 * 364
)

// NewRepulsionWorld makes a world by seed, with a burst or without.
func NewRepulsionWorld(seed uint64, burst bool) *RepulsionWorld {
	rng := rand.New(rand.NewPCG(seed, 17))
	w := &RepulsionWorld{Days: repulsionDays}
	popular := make([]float64, repulsionThings)
	displeases := make([]float64, repulsionThings)
	for i := range popular {
		popular[i] = 1 / float64(i+1)
		displeases[i] = logNormal(rng, -.18, .6)
	}
	things := newTable(popular)
	comes := make([]float64, repulsionPeople)
	complains := make([]float64, repulsionPeople)
	for i := range comes {
		comes[i] = .08 * logNormal(rng, -.32, .8)
		complains[i] = .03 * logNormal(rng, -.5, 1)
	}
	if burst {
		// Of a thing that is neither the most nor the least visited.
		w.Burst = &PlantedBurst{On: 3 + rng.IntN(12), First: 400 + rng.IntN(repulsionDays-400-7)}
	}
	visits := [7]float64{1.2, 1.1, 1.1, 1, 1.2, .7, .7}
	moods := [7]float64{2, 1, .8, .8, 1, .7, .7} // Mondays
	for day := range w.Days {
		year := 1 + .4*math.Sin(2*math.Pi*float64(day)/364)
		for who := range comes {
			if rng.Float64() >= comes[who]*visits[day%7]*year {
				continue
			}
			for range 1 + rng.IntN(2) {
				on := things.pick(rng)
				chance := complains[who] * displeases[on] * moods[day%7]
				w.Deeds = append(w.Deeds, RepulsionDeed{Day: day, Who: who + 1, On: on + 1, Repels: rng.Float64() < chance})
			}
		}
		if b := w.Burst; b != nil && day >= b.First && day < b.First+7 {
			for range 2 { // two people a day come to complain of it
				w.Deeds = append(w.Deeds, RepulsionDeed{Day: day, Who: 1 + rng.IntN(repulsionPeople), On: b.On, Repels: true})
			}
		}
	}
	return w
}
