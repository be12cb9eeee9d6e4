package circle

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// Trait is something that sets a circle apart.
type Trait[F cmp.Ordered] struct {
	Feature F
	Z       float64 // how surely: log-odds against everybody else by its standard error
	Count   float64 // in the circle
	Members int     // of the circle who have it
}

// Surely is the Z from which a trait is told: it would be so by chance one time
// in forty.
const Surely = 1.96

// Apart returns what sets each circle apart: of the features that its members
// have (words, objects, kinds, each with how often), those whose odds against
// everybody else's are most surely higher, the surest first, at most so many.
// Odds are drawn towards those of all by a prior as heavy as a tenth of the mean
// circle, so that rare features need more evidence (Monroe, Colaresi, Quinn 2008:
// Fightin' Words, eq. 15–22). What one person alone has is left out, for it would
// make everything else of their circle look rare; and what one member alone has
// tells nothing of a circle. There is one map a node; nodes without features may
// have nil.
func Apart[F cmp.Ordered](p Partition, features []map[F]float64, most int) [][]Trait[F] {
	type tally struct {
		count   float64
		members int
	}
	circles := p.Circles()
	inside := make([]map[F]tally, circles)
	sums := make([]float64, circles)
	everywhere, whole := map[F]float64{}, 0.
	for i := range inside {
		inside[i] = map[F]tally{}
	}
	have := map[F]int{}
	for _, of := range features {
		for f, n := range of {
			if n > 0 {
				have[f]++
			}
		}
	}
	for node, c := range p {
		for f, n := range features[node] {
			if !(n > 0) || have[f] < 2 {
				continue
			}
			t := inside[c][f]
			inside[c][f] = tally{t.count + n, t.members + 1}
			everywhere[f] += n
		}
	}
	// Sums in order, for maps have none.
	for c, tallies := range inside {
		for _, f := range slices.Sorted(maps.Keys(tallies)) {
			sums[c] += tallies[f].count
		}
		whole += sums[c]
	}
	weight := whole / float64(max(1, circles)) / 10
	apart := make([][]Trait[F], circles)
	for c, tallies := range inside {
		for f, t := range tallies {
			if t.members < 2 {
				continue
			}
			prior := weight * everywhere[f] / whole
			here, there := t.count+prior, everywhere[f]-t.count+prior
			odds := math.Log(here/(sums[c]+weight-here)) - math.Log(there/(whole-sums[c]+weight-there))
			z := odds / math.Sqrt(1/here+1/there)
			if z >= Surely { // NaN where there is one feature or one circle
				apart[c] = append(apart[c], Trait[F]{f, z, t.count, t.members})
			}
		}
		slices.SortFunc(apart[c], func(a, b Trait[F]) int {
			return cmp.Or(cmp.Compare(b.Z, a.Z), cmp.Compare(a.Feature, b.Feature))
		})
		apart[c] = apart[c][:min(most, len(apart[c]))]
	}
	return apart
}
