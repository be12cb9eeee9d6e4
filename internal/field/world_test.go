package field_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
)

// rules that between them have every feature a rule can have.
var rules = []orrery.Rule{
	{Strategy: orrery.Conversation, WeightMilli: 5000, Meaningful: true, Valence: 1, DailyCap: 3},
	{Strategy: orrery.Curation, WeightMilli: 1000, Valence: 1, DailyCap: 2},
	{Strategy: orrery.Collaboration, WeightMilli: 7350, Meaningful: true, Valence: 1},
	{Strategy: orrery.Commerce, WeightMilli: 6000, Valence: -1, DailyCap: 1},
	{Strategy: orrery.Contribution, WeightMilli: 0, Valence: 1}, // says they were there, and no more
	{Strategy: orrery.Content, WeightMilli: 333, Meaningful: true},
	{}, // moves nothing
}

const comment, like, review, complaint, presence, crumb, silence = 0, 1, 2, 3, 4, 5, 6

// world makes rows by seed: few people and planets, so that days and kinds
// meet, over a few years, some of them far apart.
func world(rng *rand.Rand, n int) []field.Row {
	rows := make([]field.Row, n)
	for i := range rows {
		day := 10_000 + rng.IntN(120)
		if rng.IntN(3) == 0 {
			day = 9_000 + rng.IntN(2_500)
		}
		r := field.Row{
			Member:   orrery.MemberID(1 + rng.IntN(8)*200),
			Day:      orrery.Day(day),
			Planet:   orrery.PlanetID(1 + rng.IntN(3)),
			Kind:     uint16(rng.IntN(len(rules))),
			Origin:   orrery.Origin(rng.IntN(4)),
			Valence:  field.NoValence,
			Receives: rng.IntN(4) == 0,
		}
		if rng.IntN(5) == 0 {
			r.Valence = int8(rng.IntN(3) - 1)
		}
		if rng.IntN(2) == 0 {
			r.With = orrery.MemberID(1 + rng.IntN(40))
		}
		rows[i] = r
	}
	return rows
}

func shuffled(rng *rand.Rand, rows []field.Row) []field.Row {
	out := slices.Clone(rows)
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// slices of random length, with empty ones among them.
func sliced(rng *rand.Rand, rows []field.Row) iter.Seq[[]field.Row] {
	return func(yield func([]field.Row) bool) {
		for len(rows) > 0 {
			n := min(rng.IntN(100), len(rows))
			if !yield(rows[:n]) {
				return
			}
			rows = rows[n:]
		}
	}
}

func of(rows []field.Row, o field.Orbit) []field.Row {
	var own []field.Row
	for _, r := range rows {
		if r.Member == o.Member && r.Planet == o.Planet {
			own = append(own, r)
		}
	}
	return own
}

// play applies the rows in slices, and replaces what is late from all rows that
// came so far, as flow does.
func play(rng *rand.Rand, rows []field.Row) *field.Engine {
	e := field.New(rules...)
	seen := 0
	for batch := range sliced(rng, rows) {
		seen += len(batch)
		for _, o := range e.Apply(batch) {
			e.Replace(o, shuffled(rng, of(rows[:seen], o)))
		}
	}
	return e
}

func keyOf(m orrery.MemberID) orrery.Key {
	return orrery.Key{Namespace: "test", Type: "who", Value: fmt.Sprintf("%06d", m)}
}

func planetOf(p orrery.PlanetID) string { return fmt.Sprintf("planet-%d", p) }

func hashOf(e *field.Engine) [32]byte { return e.Hash(keyOf, planetOf) }
