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
	type told struct {
		text   string
		of     Purpose
		m      purpose.Measure
		book   *purpose.Book
		hand   float64
		people map[int]bool
	}
	var all []*told
	for _, p := range w.Purposes {
		if p.Statement == "" || p.Ask == "" || len(p.Partners) == 0 || len(p.Measures) < 2 {
			t.Errorf("%s lacks words, partners or measures", p.Slug)
		}
		for _, text := range p.Measures {
			m, err := purpose.ParseMeasure(text, 0)
			if err != nil {
				t.Fatalf("%s: %v", p.Slug, err)
			}
			one := &told{text: text, of: p, m: m, people: map[int]bool{}}
			one.book = purpose.NewBook(p.Slug, &one.m, w.End)
			all = append(all, one)
		}
	}
	for a := range w.Activities() {
		if len(a.Purposes) == 0 {
			continue
		}
		day := orrery.DayOf(a.At)
		who := w.Truth.Actors[orrery.Key{Namespace: a.Actor.Namespace, Type: a.Actor.Type, Value: a.Actor.Value}]
		for _, one := range all {
			if !slices.Contains(a.Purposes, one.of.Slug) || !slices.Contains(one.of.Planets, planets[a.Planet]) {
				continue // a mark around a brand that does not serve it counts nowhere
			}
			if day >= one.m.From {
				if one.m.Takes == purpose.People {
					one.people[who] = true
				} else if a.Kind == one.m.Over[0].Kinds[0] {
					if v, ok := hands[a.Kind](a); ok {
						one.hand += v
					}
				}
			}
			one.book.Add(&purpose.Act{
				Member: orrery.MemberID(who + 1), Around: a.Planet, Day: day, Kind: a.Kind, Quantity: a.Quantity, Unit: a.Unit,
				ObjectType: a.Object.Type, ObjectID: a.Object.ID, Tags: a.Tags, Purposes: a.Purposes,
			})
		}
	}
	for _, one := range all {
		if one.m.Takes == purpose.People {
			one.hand = float64(len(one.people))
		}
		tally := one.book.Tally()
		got := purpose.Reckon(&one.m, &tally, w.End)
		if value := one.m.Value(got.Value); value != one.hand || value <= 0 {
			t.Errorf("%s, %s: the measure counts %v, by hand it is %v", one.of.Slug, one.text, value, one.hand)
		}
	}
}
