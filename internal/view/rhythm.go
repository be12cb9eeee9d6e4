package view

import (
	"context"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/study"
)

// Rhythm is what there is to choose a planet's rhythm by.
type Rhythm struct {
	There    bool // false: it is being reckoned
	Proposed int  // days
	Spacing  field.Spacing
	Gaps     field.Gaps
	OneIn    int // the gaps are of one person in so many
	Choices  []RhythmChoice
}

// RhythmChoice is how a planet would be read by one rhythm.
type RhythmChoice struct {
	Days     int
	Now      bool // it is the one in force
	Proposed bool
	Within   float64 // share of gaps of up to so many days, 0–1
	Trial    WeightTrial
}

type keptRhythm struct {
	Spacing field.Spacing       `json:"spacing"`
	Gaps    field.Gaps          `json:"gaps"`
	OneIn   int                 `json:"one_in"`
	Trials  map[int]WeightTrial `json:"trials"` // nobody's name is in them
}

var rhythmDays = []int{int(field.Monthly), int(field.Quarterly), int(field.Yearly)}

func (d *Desk) rhythmStudy() study.Study {
	return study.Study{Name: "rhythm", Version: 1, Run: func(ctx context.Context, p orrery.Planet) (any, error) {
		if err := d.fitAll(ctx, p); err != nil {
			return nil, err
		}
		kept := keptRhythm{Trials: map[int]WeightTrial{}}
		var err error
		if kept.Gaps, kept.OneIn, err = d.system.Gaps(ctx, p.ID); err != nil {
			return nil, err
		}
		err = d.system.Read(ctx, func(st *flow.State) error {
			kept.Spacing = st.Engine.Spacing(p.ID, st.IsPerson)
			for _, days := range rhythmDays {
				q := p
				q.RhythmDays = days
				kept.Trials[days] = d.compare(p, st, q, st)
			}
			return nil
		})
		return kept, err
	}}
}

// fitAll learns what a planet would be read by over each horizon.
func (d *Desk) fitAll(ctx context.Context, p orrery.Planet) error {
	for _, days := range rhythmDays {
		fitted, err := d.system.Fitted(ctx, p.ID, field.Horizon(days))
		if err != nil {
			return err
		}
		if !fitted {
			return d.system.Refit(ctx)
		}
	}
	return nil
}

// Rhythm tells what there is to choose a planet's rhythm by, after so much patience
// at most.
func (d *Desk) Rhythm(ctx context.Context, planet orrery.PlanetID, patience time.Duration) (Rhythm, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return Rhythm{}, err
	}
	r, err := study.Get[keptRhythm](ctx, d.shelf, "rhythm", p, patience)
	if err != nil || !r.There {
		return Rhythm{}, err
	}
	kept := r.Value
	out := Rhythm{There: true, Proposed: int(kept.Spacing.Proposes()), Spacing: kept.Spacing, Gaps: kept.Gaps, OneIn: kept.OneIn}
	wanted := map[orrery.MemberID]bool{}
	for i, days := range rhythmDays {
		c := RhythmChoice{Days: days, Now: days == p.RhythmDays, Proposed: days == out.Proposed, Trial: kept.Trials[days]}
		if kept.Gaps.Gaps > 0 {
			c.Within = float64(kept.Gaps.Within[i]) / float64(kept.Gaps.Gaps)
		}
		for _, m := range c.Trial.Moves {
			wanted[m.ID] = true
		}
		out.Choices = append(out.Choices, c)
	}
	names, err := d.called(ctx, wanted)
	if err != nil {
		return Rhythm{}, err
	}
	for i := range out.Choices {
		t := &out.Choices[i].Trial
		moves := make([]MoveTrial, 0, len(t.Moves)) // what the study keeps is not changed
		for _, m := range t.Moves {
			if name, there := names[m.ID]; there {
				m.Name = name
				moves = append(moves, m)
			}
		}
		t.Moves = moves
	}
	return out, nil
}
