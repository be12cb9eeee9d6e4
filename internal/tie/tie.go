// Package tie holds what lies between people: who addressed whom and met over what,
// kept in a book, signed, directed and fading; and, where people rate one another,
// what a rating that was not given would be like and how often triangles are at odds
// with themselves.
//
// It is not about closeness and nothing bad is ever taken off it: repulsion is an
// axis of its own. It stores nothing, and who may learn from which acts or ratings is
// the caller's to keep apart.
//
// Read models feed it acts out of the journal and ratings. Everything depends on its
// arguments alone.
package tie

// Rating is what one person said of another.
type Rating struct {
	From, To uint32
	Value    float64 // −1, the worst, to 1, the best; 0 says nothing either way
}

// Shrink is k: how many ratings at the mean everybody is taken to have already.
const Shrink = 5

// Estimate foretells whether ratings will be good or bad: by how the rated is
// rated, by how the rater rates, both drawn to the mean μ of all. With n ratings r,
// each taken as 1, −1 or 0 by its sign, goodness is (Σr + kμ)/(n + k) of the rated
// and leniency, alike, of the rater; what is expected is goodness plus leniency less
// μ. How far from 0 a rating stands is left out: it tells of the rater's habit more
// than of the rated, and without it the past foretells better. It is read-only once
// learned.
type Estimate struct {
	mean               float64
	goodness, leniency []float64
}

// Learn takes the estimate from ratings, of as many people as they name.
func Learn(ratings []Rating) *Estimate {
	e := &Estimate{}
	people := 0
	for _, r := range ratings {
		e.mean += sign(r.Value)
		people = max(people, int(r.From)+1, int(r.To)+1)
	}
	if len(ratings) > 0 {
		e.mean /= float64(len(ratings))
	}
	e.goodness, e.leniency = make([]float64, people), make([]float64, people)
	got, gave := make([]float64, people), make([]float64, people)
	for _, r := range ratings {
		e.goodness[r.To] += sign(r.Value)
		got[r.To]++
		e.leniency[r.From] += sign(r.Value)
		gave[r.From]++
	}
	for i := range people {
		e.goodness[i] = (e.goodness[i] + Shrink*e.mean) / (got[i] + Shrink)
		e.leniency[i] = (e.leniency[i] + Shrink*e.mean) / (gave[i] + Shrink)
	}
	return e
}

// Expect returns the sign that a rating of to by from would have: the higher, the
// likelier good. Of people who were in no rating it knows the mean.
func (e *Estimate) Expect(from, to uint32) float64 {
	return e.Goodness(to) + e.Leniency(from) - e.mean
}

// Goodness returns how somebody is rated, drawn to the mean.
func (e *Estimate) Goodness(who uint32) float64 { return e.at(e.goodness, who) }

// Leniency returns how somebody rates, drawn to the mean.
func (e *Estimate) Leniency(who uint32) float64 { return e.at(e.leniency, who) }

func (e *Estimate) at(of []float64, who uint32) float64 {
	if int(who) >= len(of) {
		return e.mean
	}
	return of[who]
}

func sign(value float64) float64 {
	switch {
	case value > 0:
		return 1
	case value < 0:
		return -1
	default:
		return 0
	}
}
