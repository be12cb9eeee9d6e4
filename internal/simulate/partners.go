package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// PartnersWorld is people whom partners' campaigns reach, and who arrive or do not.
// Whom a partner reaches are those who would rather arrive anyway, more or less: so
// a partner who changes nothing is there at many arrivals. Some of whom a campaign
// would reach are held out of it by lot.
type PartnersWorld struct {
	Partners []PartnerTruth
	People   []PartnersPerson
}

// PartnerTruth is a partner and what it did.
type PartnerTruth struct {
	Slug    string
	Changes bool    // otherwise whom it reaches arrives as if it were not there
	More    float64 // people who arrived and would not have without it
	NewMore float64 // of those who were new
}

// PartnersPerson is somebody in it.
type PartnersPerson struct {
	Key     string
	New     bool   // in no circle before
	Meant   []bool // by partner: the campaign would reach them
	Reached []int  // partners that did, in order of time
	Arrived bool
}

const (
	partnersInWorld = 6
	nullPartners    = 2
)

// Partnered makes a world of so many people by a seed. Held says whether somebody
// is held out of a partner's campaign, by the person's key.
func Partnered(seed uint64, people int, held func(partner int, key string) bool) *PartnersWorld {
	rng := rand.New(rand.NewPCG(seed, 61))
	w := &PartnersWorld{}
	var reach, leans, adds [partnersInWorld]float64
	for at := range partnersInWorld {
		w.Partners = append(w.Partners, PartnerTruth{Slug: fmt.Sprintf("partner-%d", at+1), Changes: true})
		reach[at], leans[at], adds[at] = -1.4+1.2*rng.Float64(), .8*rng.Float64(), .25+.6*rng.Float64()
	}
	for _, at := range rng.Perm(partnersInWorld)[:nullPartners] {
		// Who changes nothing reaches those who come anyway.
		w.Partners[at].Changes, adds[at], leans[at], reach[at] = false, 0, 1.2+.4*rng.Float64(), -.3
	}
	for i := range people {
		p := PartnersPerson{Key: fmt.Sprintf("made-up:person-%d-%d", seed, i), Meant: make([]bool, partnersInWorld)}
		keen := rng.NormFloat64()
		p.New = rng.Float64() < .4
		logit := -2.9 + .9*keen
		for at := range partnersInWorld {
			p.Meant[at] = rng.Float64() < logistic(reach[at]+leans[at]*keen)
			if p.Meant[at] && !held(at, p.Key) {
				p.Reached = append(p.Reached, at)
				logit += adds[at]
			}
		}
		rng.Shuffle(len(p.Reached), func(a, b int) { p.Reached[a], p.Reached[b] = p.Reached[b], p.Reached[a] })
		// One throw decides in every world that could have been.
		throw := rng.Float64()
		p.Arrived = throw < logistic(logit)
		for _, at := range p.Reached {
			if p.Arrived && throw >= logistic(logit-adds[at]) {
				w.Partners[at].More++
				if p.New {
					w.Partners[at].NewMore++
				}
			}
		}
		w.People = append(w.People, p)
	}
	return w
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// SwitchWorld is how many people came on each day while a code was switched on and
// off, with a season, a trend and crowds.
type SwitchWorld struct {
	Came []int   // by day
	More float64 // who came for the code
}

// Switched makes such a world by a seed. On says whether the code was on, on a day
// from 0 on; adds is how many it brings on such a day, on the mean.
func Switched(seed uint64, days int, adds float64, on func(day int) bool) *SwitchWorld {
	rng := rand.New(rand.NewPCG(seed, 62))
	w := &SwitchWorld{Came: make([]int, days)}
	for day := range days {
		mean := (6 + 4*math.Sin(2*math.Pi*float64(day)/365) + 2*float64(day)/float64(days)) * logNormal(rng, 0, .3)
		w.Came[day] = poisson(rng, mean)
		if on(day) {
			brought := poisson(rng, adds)
			w.Came[day] += brought
			w.More += float64(brought)
		}
	}
	return w
}

// poisson draws how many of so many on the mean (Knuth 1969); for small means.
func poisson(rng *rand.Rand, mean float64) int {
	n := 0
	for p := rng.Float64(); p > math.Exp(-mean); p *= rng.Float64() {
		n++
	}
	return n
}
