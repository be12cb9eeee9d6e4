package webtest

import (
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/catalogue"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// weighing makes up what a change of weights would do.
type weighing World

var _ web.Weights = (*weighing)(nil)

func (*weighing) Weights(context.Context, orrery.PlanetID) (view.Weights, error) {
	out := view.Weights{Counted: true}
	for i, e := range catalogue.Default().All() {
		w := view.Weight{Kind: e.Kind, Rule: e.Rule, Known: true}
		if i%7 == 0 {
			w.Count = int64(90000 / (i + 1))
			out.Used = append(out.Used, w)
			continue
		}
		out.Unused = append(out.Unused, w)
	}
	return out, nil
}

func (*weighing) Rule(kind string) orrery.Rule { return catalogue.Default().Lookup(kind) }

func (*weighing) TryWeight(_ context.Context, planet orrery.PlanetID, _ string, rule orrery.Rule) (view.WeightTrial, bool, error) {
	if rule.WeightMilli == 9999 {
		return view.WeightTrial{}, false, nil
	}
	return view.WeightTrial{
		Planet: view.Planet{ID: planet}, Before: view.Gravity{Now: 40, RhythmDays: 30}, After: view.Gravity{Now: 44, RhythmDays: 30},
		Levels: []view.LevelTrial{{Level: orrery.Core, Before: 10, After: 12}, {Level: orrery.Inner, Before: 20, After: 25}},
		Nearer: 7, Farther: 0,
		Moves: []view.MoveTrial{{ID: 11, Name: "Ada Fox", Before: 12, After: 40, WasLevel: orrery.Outer, WillLevel: orrery.Inner}},
	}, true, nil
}

func (*weighing) SaveWeight(context.Context, view.Account, string, orrery.Rule) error { return nil }
