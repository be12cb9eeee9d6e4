package webtest

import (
	"context"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/simulate"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/ways"
)

// Ways implements web.Reader: a simulated world whose groups are tags. Collecting
// is left untested in the smallest one.
func (w *World) Ways(_ context.Context, id orrery.PlanetID, _ orrery.Day, _ time.Duration) (view.Ways, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.planet(id)
	if err != nil {
		return view.Ways{}, err
	}
	out := view.Ways{AsOf: p.AsOf, HorizonDays: p.RhythmDays, FirstDays: ways.FirstDays, There: true, Made: w.Now()}
	if len(w.around(id)) == 0 {
		out.Groups = []view.WaysGroup{{Group: ways.NewPast(p.RhythmDays, p.AsOf, 0, func(orrery.MemberID) []int { return nil }).Report().Everybody}}
		return out, nil
	}
	world := simulate.WaysApart(3, 700, p.AsOf)
	past := ways.NewPast(p.RhythmDays, p.AsOf, world.Groups, func(m orrery.MemberID) []int { return []int{world.People[m-1].Group} })
	for i := range world.People {
		for _, d := range world.People[i].Deeds {
			if world.People[i].Group == 3 && d.Way == orrery.Curation {
				continue
			}
			past.Add(ways.Deed{Member: orrery.MemberID(i + 1), Day: d.Day, Way: d.Way, Origin: d.Origin, Qualifies: d.Meaningful && d.Origin != orrery.Prompted})
		}
	}
	report := past.Report()
	out.Groups = []view.WaysGroup{{Group: report.Everybody}}
	for g, tag := range []string{"field crew", "workshop", "letters", "<script>alert(1)</script>"} {
		if !w.options.Hostile && g == 3 {
			tag = "board"
		}
		out.Groups = append(out.Groups, view.WaysGroup{Tag: tag, Group: report.Groups[g]})
	}
	return out, nil
}
