package backtest

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Interval holds where a figure would lie in 95 of 100 cases had other people of
// the same kind been there: the 2.5th and 97.5th percentile over bootstrap draws
// of people, each of whom comes with all the cuts they stood at (Efron and
// Tibshirani 1993; whole people, because one person's cuts are not independent).
// The draws are moved so that their mean is the figure: ECE counts noise as
// error, and a draw adds noise.
type Interval [2]float64

// draws is how many times the people are drawn anew. The ends of an interval
// are good to about a tenth of its length.
const draws = 100

// trial is what one method said at one cut, ready to be measured again and again
// with other weights.
type trial struct {
	byScore  []said // by rising score
	byChance []said // by rising chance
}

// said is what was told of one person, and what came of it.
type said struct {
	who    int32 // number in the whole history
	came   bool
	last   bool // of those with equal scores
	chance float64
}

func newTrial(people []int32, scores, chances []float64, came []bool) trial {
	t := trial{byScore: make([]said, len(people)), byChance: make([]said, len(people))}
	order := ranked(scores)
	for k, i := range order {
		last := k+1 == len(order) || scores[order[k+1]] != scores[i]
		t.byScore[k] = said{people[i], came[i], last, chances[i]}
	}
	for k, i := range ranked(chances) {
		t.byChance[k] = said{who: people[i], came: came[i], chance: chances[i]}
	}
	return t
}

// figures are the four in the order of a table.
type figures [4]float64

// measure weighs each person by how often they were drawn; with weights of one
// it equals AUC, AveragePrecision, Brier and ECE. False where all or none of
// those drawn came.
func (t *trial) measure(drawn []float64) (figures, bool) {
	var people, positives float64
	for i := range t.byScore {
		s := &t.byScore[i]
		people += drawn[s.who]
		if s.came {
			positives += drawn[s.who]
		}
	}
	if positives == 0 || positives == people {
		return figures{}, false
	}
	var f figures
	var below, yes, no float64 // who did not come and stands lower; both among equals
	above, hits := people, positives
	for i := range t.byScore {
		s := &t.byScore[i]
		if s.came {
			yes += drawn[s.who]
		} else {
			no += drawn[s.who]
		}
		if !s.last {
			continue
		}
		f[0] += yes * (below + no/2)
		below += no
		if yes > 0 {
			f[1] += yes * hits / above // precision of all from here up
		}
		above -= yes + no
		hits -= yes
		yes, no = 0, 0
	}
	f[0] /= positives * (people - positives)
	f[1] /= positives
	f[2], f[3] = t.calibration(drawn, people)
	return f, true
}

// calibration is Brier's score, and ECE, each bin ending with whoever fills it.
func (t *trial) calibration(drawn []float64, people float64) (brier, ece float64) {
	const bins = 10
	var gap, seen float64
	bin := 1.0
	end := math.Floor(people * bin / bins)
	for i := range t.byChance {
		s := &t.byChance[i]
		w := drawn[s.who]
		miss := s.chance
		if s.came {
			miss--
		}
		gap += w * miss
		brier += w * miss * miss
		seen += w
		if seen >= end {
			ece += math.Abs(gap)
			gap = 0
			for seen >= end && bin < bins {
				bin++
				end = math.Floor(people * bin / bins)
			}
		}
	}
	return brier / people, (ece + math.Abs(gap)) / people
}

// intervals returns the figures of the mean over the trials, and one interval for
// each. The draws are the same for every method and every run.
func intervals(trials []trial, everybody int) (figures, [4]Interval) {
	rng := rand.New(rand.NewPCG(1979, 1)) // any numbers, always the same
	drawn := slices.Repeat([]float64{1}, everybody)
	plain, _ := mean(trials, drawn)
	var sample [4][]float64
	for range draws {
		clear(drawn)
		for range everybody {
			drawn[rng.IntN(everybody)]++
		}
		if f, ok := mean(trials, drawn); ok {
			for k := range f {
				sample[k] = append(sample[k], f[k])
			}
		}
	}
	var out [4]Interval
	for k, values := range sample {
		if len(values) == 0 {
			continue
		}
		slices.Sort(values)
		off := -plain[k]
		for _, v := range values {
			off += v / float64(len(values))
		}
		out[k] = Interval{max(percentile(values, .025)-off, 0), min(percentile(values, .975)-off, 1)}
	}
	return plain, out
}

// mean is that over the trials in which some came and some did not; false
// without any.
func mean(trials []trial, drawn []float64) (sum figures, ok bool) {
	cuts := 0.0
	for i := range trials {
		if f, ok := trials[i].measure(drawn); ok {
			cuts++
			for k := range f {
				sum[k] += f[k]
			}
		}
	}
	for k := range sum {
		sum[k] /= max(cuts, 1)
	}
	return sum, cuts > 0
}

// percentile interpolates between sorted values.
func percentile(sorted []float64, share float64) float64 {
	at := share * float64(len(sorted)-1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
