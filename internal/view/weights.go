package view

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/catalogue"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/study"
)

// Weight is what one kind of activity is worth.
type Weight struct {
	Kind    string
	Rule    orrery.Rule
	Changed bool  // by the team
	Count   int64 // how many of the planet's people did
	Known   bool  // it stands in the catalogue itself and not by its last part
}

// Weights is what all kinds are worth.
type Weights struct {
	Used    []Weight // kinds that occur around the planet, most frequent first
	Unused  []Weight // the rest of the catalogue, by name
	Counted bool     // Used is known; otherwise it is being counted
}

// WeightTrial is what a change would do to one planet.
type WeightTrial struct {
	Planet          Planet
	Before, After   Gravity
	Levels          []LevelTrial // Core, Inner, Outer, Edge
	Nearer, Farther int          // people who would change their level
	Moves           []MoveTrial  // whose closeness would change most, at most a dozen
}

// LevelTrial is how many people are on a level and would be.
type LevelTrial struct {
	Level         orrery.Level
	Before, After int
}

// MoveTrial is one person's closeness as it is and as it would be.
type MoveTrial struct {
	ID                  orrery.MemberID
	Name                string
	Before, After       float64
	WasLevel, WillLevel orrery.Level
}

const movesTried = 12

func (d *Desk) kindsStudy() study.Study {
	return study.Study{Name: "kinds", Version: 1, Run: func(ctx context.Context, p orrery.Planet) (any, error) {
		counts := map[string]int64{}
		err := d.system.History(ctx, p.ID, func(_ orrery.MemberID, r *journal.Replayed, row int) {
			counts[r.Kinds[r.Kind[row]]]++
		})
		return counts, err
	}}
}

// Weights tells what each kind is worth, and how often people around a planet did
// it.
func (d *Desk) Weights(ctx context.Context, planet orrery.PlanetID) (Weights, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return Weights{}, err
	}
	counts, err := study.Get[map[string]int64](ctx, d.shelf, "kinds", p, shortPatience)
	if err != nil {
		return Weights{}, err
	}
	c := d.system.Catalogue()
	known := map[string]Weight{}
	for _, e := range c.All() {
		known[e.Kind] = Weight{Kind: e.Kind, Rule: e.Rule, Changed: e.Changed, Known: true}
	}
	out := Weights{Counted: counts.There}
	for kind, n := range counts.Value {
		w, ok := known[kind]
		if !ok {
			w = Weight{Kind: kind, Rule: c.Lookup(kind)}
		}
		delete(known, kind)
		w.Count = n
		out.Used = append(out.Used, w)
	}
	for _, w := range known {
		out.Unused = append(out.Unused, w)
	}
	slices.SortFunc(out.Used, func(a, b Weight) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Kind, b.Kind)) })
	slices.SortFunc(out.Unused, func(a, b Weight) int { return cmp.Compare(a.Kind, b.Kind) })
	return out, nil
}

// Rule returns what a kind is worth.
func (d *Desk) Rule(kind string) orrery.Rule { return d.system.Catalogue().Lookup(kind) }

// RuleChange makes a whole rule a change of the catalogue.
func RuleChange(kind string, r orrery.Rule) catalogue.Override {
	weight := float64(r.WeightMilli) / 1000
	return catalogue.Override{
		Kind: kind, Weight: &weight, Strategy: &r.Strategy, Meaningful: &r.Meaningful, Valence: &r.Valence, DailyCap: &r.DailyCap,
	}
}

// trials keeps the newest trial, which people look at and come back to.
type trials struct {
	mu   sync.Mutex
	last *trial
}

type trial struct {
	of   string // the change and the data
	done chan struct{}
	out  []WeightTrial
	err  error
}

// Try tells what a change would do to one planet. Where that is not known within
// the patience given, ready is false: it is reckoned in the background, ask again.
// One change is tried at a time: Conflict, while another is.
func (d *Desk) Try(ctx context.Context, planet orrery.PlanetID, change catalogue.Override, patience time.Duration) (out WeightTrial, ready bool, err error) {
	generation, err := d.system.Generation(ctx)
	if err != nil {
		return out, false, err
	}
	words, err := json.Marshal(change)
	if err != nil {
		return out, false, fmt.Errorf("name a trial: %w", err)
	}
	of := fmt.Sprint(generation, " ", d.system.Now(), " ", *change.Strategy, string(words))
	t, err := d.tried(of, change)
	if err != nil {
		return out, false, err
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-t.done:
	case <-timer.C:
		return out, false, nil
	case <-ctx.Done():
		return out, false, ctx.Err()
	}
	if t.err != nil {
		return out, false, t.err
	}
	for _, one := range t.out {
		if one.Planet.ID == planet {
			return one, true, nil
		}
	}
	return out, false, orrery.Errorf(orrery.NotFound, "there is no planet %d", planet)
}

func (d *Desk) tried(of string, change catalogue.Override) (*trial, error) {
	d.trials.mu.Lock()
	defer d.trials.mu.Unlock()
	if t := d.trials.last; t != nil {
		if t.of == of {
			return t, nil
		}
		select {
		case <-t.done:
		default:
			return nil, orrery.Errorf(orrery.Conflict, "another change is being tried: wait a moment")
		}
	}
	t := &trial{of: of, done: make(chan struct{})}
	d.trials.last = t
	d.work.Go(func() {
		defer close(t.done)
		t.out, t.err = d.TryAll(d.ctx, change)
	})
	return t, nil
}

// TryAll tells what a change would do to every planet.
func (d *Desk) TryAll(ctx context.Context, change catalogue.Override) (list []WeightTrial, err error) {
	wanted := map[orrery.MemberID]bool{}
	var identities map[orrery.MemberID][]orrery.IdentityID
	err = d.system.Preview(ctx, []catalogue.Override{change}, func(now, then *flow.State) error {
		for _, p := range d.system.Planets() {
			t := d.compare(p, now, p, then)
			for _, m := range t.Moves {
				wanted[m.ID] = true
			}
			list = append(list, t)
		}
		identities = now.IdentitiesOf(wanted)
		return nil
	})
	if err != nil {
		return nil, err
	}
	names, err := d.system.Names(ctx, identities)
	if err != nil {
		return nil, err
	}
	for i := range list {
		for j := range list[i].Moves {
			list[i].Moves[j].Name = names[list[i].Moves[j].ID]
		}
	}
	return list, nil
}

// compare reads a planet in one state beside the planet as it would be in another.
func (d *Desk) compare(p orrery.Planet, now *flow.State, q orrery.Planet, then *flow.State) WeightTrial {
	t := WeightTrial{Planet: d.planet(now, p, 0)}
	day := t.Planet.AsOf
	survey := func(st *flow.State, p orrery.Planet) field.Survey {
		return st.Engine.Survey(p.ID, st.Forecast(p).Closeness, day, -1, st.IsPerson)
	}
	before, after := survey(now, p), survey(then, q)
	t.Before = Gravity{Now: before.Gravity.Expected, Low: before.Gravity.Low, High: before.Gravity.High, RhythmDays: p.RhythmDays}
	t.After = Gravity{Now: after.Gravity.Expected, Low: after.Gravity.Low, High: after.Gravity.High, RhythmDays: q.RhythmDays}
	for level := orrery.Core; level > orrery.OutOfOrbit; level-- {
		t.Levels = append(t.Levels, LevelTrial{level, before.Levels[level], after.Levels[level]})
	}
	was := make(map[orrery.MemberID]field.Standing, len(before.Closest))
	for _, s := range before.Closest {
		was[s.Member] = s
	}
	for _, s := range after.Closest {
		old := was[s.Member]
		switch {
		case s.Level > old.Level:
			t.Nearer++
		case s.Level < old.Level:
			t.Farther++
		}
		if change := s.Closeness - old.Closeness; change >= .5 || change <= -.5 {
			t.Moves = append(t.Moves, MoveTrial{ID: s.Member, Before: old.Closeness, After: s.Closeness, WasLevel: old.Level, WillLevel: s.Level})
		}
	}
	far := func(m MoveTrial) float64 { return max(m.After-m.Before, m.Before-m.After) }
	slices.SortFunc(t.Moves, func(a, b MoveTrial) int { return cmp.Or(cmp.Compare(far(b), far(a)), cmp.Compare(a.ID, b.ID)) })
	t.Moves = t.Moves[:min(movesTried, len(t.Moves))]
	return t
}
