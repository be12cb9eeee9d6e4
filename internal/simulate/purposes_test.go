package simulate

import (
	"slices"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/purpose"
)

// What the sample's measures count is counted here once more, by hand.
func TestTheSamplesPurposesCountWhatTheirWordsSay(t *testing.T) {
	t.Parallel()
	w := sample()
	hands := map[string]func(*orrery.Activity) (float64, bool){
		"volunteer.hours":      func(a *orrery.Activity) (float64, bool) { return a.Quantity, a.Unit == "hours" },
		"appeal.pledge":        func(a *orrery.Activity) (float64, bool) { return a.Quantity / 100, a.Unit == "EUR" },
		"recording.submission": func(*orrery.Activity) (float64, bool) { return 1, true },
	}
	planets := map[string]int{}
	for i, p := range w.Planets {
		planets[p.Slug] = i
	}
	for _, p := range w.Purposes {
		if p.Statement == "" || p.Ask == "" || len(p.Partners) == 0 || len(p.Measures) < 2 {
			t.Errorf("%s lacks words, partners or measures", p.Slug)
		}
		for _, text := range p.Measures {
			m, err := purpose.ParseMeasure(text, 0)
			if err != nil {
				t.Fatalf("%s: %v", p.Slug, err)
			}
			book, by, people := purpose.NewBook(p.Slug, &m, w.End), 0.0, map[string]bool{}
			for a := range w.Activities() {
				if !slices.Contains(a.Purposes, p.Slug) {
					continue
				}
				if !slices.Contains(p.Planets, planets[a.Planet]) {
					continue // around a brand that does not serve it: nobody counts it
				}
				day := orrery.DayOf(a.At)
				who := w.Truth.Actors[orrery.Key{Namespace: a.Actor.Namespace, Type: a.Actor.Type, Value: a.Actor.Value}]
				if day >= m.From {
					if m.Takes == purpose.People {
						people[w.People[who].Name+string(rune(who))] = true
					} else if hand := hands[m.Over[0].Kinds[0]]; a.Kind == m.Over[0].Kinds[0] {
						if v, ok := hand(a); ok {
							by += v
						}
					}
				}
				book.Add(&purpose.Act{
					Member: orrery.MemberID(who + 1), Around: a.Planet, Day: day, Kind: a.Kind, Quantity: a.Quantity, Unit: a.Unit,
					ObjectType: a.Object.Type, ObjectID: a.Object.ID, Tags: a.Tags, Purposes: a.Purposes,
				})
			}
			if m.Takes == purpose.People {
				by = float64(len(people))
			}
			tally := book.Tally()
			got := purpose.Reckon(&m, &tally, w.End)
			if value := m.Value(got.Value); value != by || value <= 0 {
				t.Errorf("%s, %s: the measure counts %v, by hand it is %v", p.Slug, text, value, by)
			}
			if got.Verdict == purpose.Reached || got.Verdict == purpose.Early || got.Verdict == purpose.NotBegun {
				t.Errorf("%s, %s: %v shows little", p.Slug, text, got.Verdict)
			}
		}
	}
}
