package tie

import "math"

// Fairness is the baseline that the estimate is judged by: how good everybody is,
// as those say who are fair, and how fair they are, as those show who are good
// (Kumar, Spezzano, Subrahmanian, Faloutsos 2016: Edge weight prediction in
// weighted signed networks). It is read-only once learned.
type Fairness struct {
	good, fair []float64
	rated      []bool // they got a rating
}

// LearnFairness iterates both until nothing moves by more than a millionth, at
// most a hundred times.
func LearnFairness(ratings []Rating) *Fairness {
	people := 0
	for _, r := range ratings {
		people = max(people, int(r.From)+1, int(r.To)+1)
	}
	f := &Fairness{make([]float64, people), make([]float64, people), make([]bool, people)}
	got, gave := make([]float64, people), make([]float64, people)
	for _, r := range ratings {
		f.rated[r.To] = true
		got[r.To]++
		gave[r.From]++
	}
	for i := range people {
		f.good[i], f.fair[i] = 1, 1
	}
	good, fair := make([]float64, people), make([]float64, people)
	for range 100 {
		clear(good)
		for _, r := range ratings {
			good[r.To] += f.fair[r.From] * r.Value / got[r.To]
		}
		clear(fair)
		for _, r := range ratings {
			fair[r.From] += math.Abs(r.Value-good[r.To]) / 2 / gave[r.From]
		}
		moved := 0.
		for i := range people {
			if got[i] > 0 {
				moved = max(moved, math.Abs(good[i]-f.good[i]))
				f.good[i] = good[i]
			}
			if gave[i] > 0 {
				moved = max(moved, math.Abs(1-fair[i]-f.fair[i]))
				f.fair[i] = 1 - fair[i]
			}
		}
		if moved < 1e-6 {
			break
		}
	}
	return f
}

// Expect returns fairness of from times goodness of to. Raters who gave no rating
// are fair, as the paper begins; of people who got none nothing is known, which is 0
// and foretells better than the 1 that the paper begins with.
func (f *Fairness) Expect(from, to uint32) float64 {
	if int(to) >= len(f.good) || !f.rated[to] {
		return 0
	}
	if int(from) >= len(f.fair) {
		return f.good[to]
	}
	return f.fair[from] * f.good[to]
}
