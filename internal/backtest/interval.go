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

// trial is what one method said at one cut, by person.
type trial struct {
	people          []int32 // who, by number in the whole history
	scores, chances []float64
	came            []bool
	order           []int // by rising score
	binned          []int // by rising chance
}

func newTrial(people []int32, scores, chances []float64, came []bool) trial {
	return trial{people, scores, chances, came, ranked(scores), ranked(chances)}
}

// figures are the four in the order of a table.
type figures [4]float64

// measure weighs each person by how often they were drawn; with weights of one
// it equals AUC, AveragePrecision, Brier and ECE. False where all or none of
// those drawn came.
func (t *trial) measure(drawn []float64) (figures, bool) {
	var people, positives float64
	for i, who := range t.people {
		people += drawn[who]
		positives += drawn[who] * number(t.came[i])
	}
	if positives == 0 || positives == people {
		return figures{}, false
	}
	var f figures
	below := 0.0 // who did not come and stands lower
	above, hits := people, positives
	for order := t.order; len(order) > 0; {
		n, yes, no := 0, 0.0, 0.0
		for ; n < len(order) && t.scores[order[n]] == t.scores[order[0]]; n++ {
			i := order[n]
			if w := drawn[t.people[i]]; t.came[i] {
				yes += w
			} else {
				no += w
			}
		}
		f[0] += yes * (below + no/2)
		below += no
		if yes > 0 {
			f[1] += yes * hits / above // precision of all from here up
		}
		above -= yes + no
		hits -= yes
		order = order[n:]
	}
	f[0] /= positives * (people - positives)
	f[1] /= positives
	for i, p := range t.chances {
		miss := p - number(t.came[i])
		f[2] += drawn[t.people[i]] * miss * miss
	}
	f[2] /= people
	f[3] = t.calibration(drawn, people)
	return f, true
}

// calibration is ECE, each bin ending with whoever fills it.
func (t *trial) calibration(drawn []float64, people float64) float64 {
	const bins = 10
	var sum, gap, seen float64
	bin := 1.0
	for _, i := range t.binned {
		w := drawn[t.people[i]]
		gap += w * (t.chances[i] - number(t.came[i]))
		seen += w
		if seen >= math.Floor(people*bin/bins) {
			sum += math.Abs(gap)
			gap = 0
			for seen >= math.Floor(people*bin/bins) && bin < bins {
				bin++
			}
		}
	}
	return (sum + math.Abs(gap)) / people
}

// intervals returns one for each figure of the mean over the trials. The draws
// are the same for every method and every run.
func intervals(trials []trial, everybody int) [4]Interval {
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
	return out
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
