// Package stir tells whether a week moved people unlike most weeks before it. It is
// handed what each group of people moved by, week by week, and how often each kind of
// activity occurred among them; it says what stands out, and by which kinds that week
// differed. It is pure, knows nobody, and names no causes: kinds that were more or fewer
// stand beside a movement, no more. Flow gathers the weeks, view tells the result.
package stir

import (
	"cmp"
	"math"
	"slices"
)

const (
	// LeastWeeks is how many weeks before are needed to speak of what is usual.
	LeastWeeks = 8
	// LeastPeople is of how many people at least a group is told.
	LeastPeople = 8

	// standsOut is from how many usual spreads on a week stands out: among twelve
	// groups that move by chance alone, one does in about five weeks of a hundred.
	standsOut = 4.
	// leastPoints is by how many points of closeness, on average, a week must differ
	// to be worth a sentence, and leastSpread what a spread is at least.
	leastPoints = .5
	leastSpread = .15
	// differs is from how many spreads on a kind is told beside a movement.
	differs   = 2.5
	mostKinds = 2
)

// Series is what something was in each week, the last of which is asked about.
type Series []float64

// Now is the last week.
func (s Series) Now() float64 {
	if len(s) == 0 {
		return 0
	}
	return s[len(s)-1]
}

// Usual is the median of the weeks before.
func (s Series) Usual() float64 {
	if len(s) < 2 {
		return 0
	}
	return median(s[:len(s)-1])
}

// spread is how far a week usually is from the usual one: the median of the distances,
// scaled to a standard deviation.
func (s Series) spread() float64 {
	usual, far := s.Usual(), make([]float64, 0, len(s))
	for _, v := range s[:max(0, len(s)-1)] {
		far = append(far, math.Abs(v-usual))
	}
	return 1.4826 * median(far)
}

func median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	list = slices.Clone(list)
	slices.Sort(list)
	n := len(list)
	return (list[(n-1)/2] + list[n/2]) / 2
}

// Group is people who were together at the beginning of the week: a band, a circle.
type Group struct {
	Name   string
	People int               // in the last week
	Moved  Series            // mean points of closeness, week by week
	Kinds  map[string]Series // how often each kind occurred among them
}

// Kind is how often a kind occurred, and what is usual.
type Kind struct {
	Name  string  `json:"name"`
	Now   int     `json:"now"`
	Usual float64 `json:"usual"`
}

// Found is a group that moved unlike most weeks.
type Found struct {
	Name   string  `json:"name"`
	People int     `json:"people"`
	Moved  float64 `json:"moved"` // mean points of closeness
	Usual  float64 `json:"usual"`
	Score  float64 `json:"score"` // in usual spreads; negative: farther than usual
	Kinds  []Kind  `json:"kinds"` // that differed the same way, the most first
}

// Closer says whether they came closer than usual.
func (f *Found) Closer() bool { return f.Score > 0 }

// Most finds what stands out, the furthest from usual first; nothing where all moved as
// in most weeks, or too few weeks are known.
func Most(groups []Group) []Found {
	var out []Found
	for i := range groups {
		g := &groups[i]
		if len(g.Moved) <= LeastWeeks || g.People < LeastPeople {
			continue
		}
		by := g.Moved.Now() - g.Moved.Usual()
		score := by / max(g.Moved.spread(), leastSpread)
		if math.Abs(score) < standsOut || math.Abs(by) < leastPoints {
			continue
		}
		out = append(out, Found{g.Name, g.People, g.Moved.Now(), g.Moved.Usual(), score, differing(g.Kinds, score > 0)})
	}
	slices.SortStableFunc(out, func(a, b Found) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Score), math.Abs(a.Score)), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// differing lists kinds that occurred more often than usual, or more rarely. Counts vary
// at least as those of chance do.
func differing(kinds map[string]Series, more bool) []Kind {
	type far struct {
		Kind
		by float64
	}
	var list []far
	for name, s := range kinds {
		by := (s.Now() - s.Usual()) / max(s.spread(), math.Sqrt(max(s.Usual(), 1)))
		if !more {
			by = -by
		}
		if by >= differs {
			list = append(list, far{Kind{name, int(s.Now()), s.Usual()}, by})
		}
	}
	slices.SortFunc(list, func(a, b far) int { return cmp.Or(cmp.Compare(b.by, a.by), cmp.Compare(a.Name, b.Name)) })
	var out []Kind
	for _, k := range list[:min(mostKinds, len(list))] {
		out = append(out, k.Kind)
	}
	return out
}
