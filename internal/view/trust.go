package view

import (
	"context"
	"strconv"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/backtest"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/study"
)

// Trust is how far the forecast of one planet is to be trusted: closeness at the
// planet's rhythm, tried on its own past.
type Trust struct {
	HorizonDays int        `json:"horizon_days"`
	From        orrery.Day `json:"from"` // of the past that was looked at
	Until       orrery.Day `json:"until"`
	People      int        `json:"people"` // of whom something was known
	OneIn       int        `json:"one_in"` // one person in so many was looked at; 1: everybody
	Fit         string     `json:"fit"`    // the name of the fit in use

	// Short says in words why nothing can be told yet; the rest is empty then.
	Short   string                  `json:"short,omitempty"`
	Methods []backtest.Result       `json:"methods,omitempty"` // the fit first
	Windows []backtest.Gravity      `json:"windows,omitempty"`
	Gravity backtest.GravitySummary `json:"gravity"`
	Drift   backtest.DriftResult    `json:"drift"`
	Rise    backtest.DriftResult    `json:"rise"`
	Silence backtest.SilenceResult  `json:"silence"`
	Curve   backtest.Curve          `json:"curve"`

	There  bool      `json:"-"` // there is a result at all
	Making bool      `json:"-"` // one is being made
	Made   time.Time `json:"-"`
}

// trustVersion is raised whenever Trust changes its shape or meaning.
const trustVersion = 1

// TrustedPeople is about how many people the forecast is tried on at most: more
// cost time and change the third digit.
const TrustedPeople = 20_000

func (d *Desk) trustStudy() study.Study {
	return study.Study{Name: "trust", Version: trustVersion, Run: func(ctx context.Context, p orrery.Planet) (any, error) {
		return d.reckonTrust(ctx, p)
	}}
}

// Trust tells how well the forecast did on a planet's own past: what was
// reckoned last, at once or after so much patience at most.
func (d *Desk) Trust(ctx context.Context, planet orrery.PlanetID, patience time.Duration) (Trust, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return Trust{}, err
	}
	r, err := study.Get[Trust](ctx, d.shelf, "trust", p, patience)
	if err != nil {
		return Trust{}, err
	}
	r.Value.There, r.Value.Making, r.Value.Made = r.There, r.Making, r.Made
	return r.Value, nil
}

func (d *Desk) reckonTrust(ctx context.Context, p orrery.Planet) (Trust, error) {
	t := Trust{HorizonDays: p.RhythmDays}
	h, oneIn, err := PastOf(ctx, d.system, p, TrustedPeople)
	if err != nil {
		return t, err
	}
	t.OneIn = oneIn
	err = d.system.Read(ctx, func(st *flow.State) error {
		t.From, t.Until, t.Fit = st.Oldest[p.ID], st.Newest[p.ID], st.Forecast(p).Closeness.Name
		return nil
	})
	if err != nil {
		return t, err
	}
	t.People = h.People()
	report, err := backtest.Examine(ctx, h, backtest.Config{
		Targets: []backtest.Target{backtest.Closeness}, Horizons: []field.Horizon{field.Horizon(p.RhythmDays)},
		Catalogue: d.system.Catalogue(),
	})
	if orrery.CodeOf(err) == orrery.Invalid {
		t.Short = err.Error()
		return t, nil
	}
	if err != nil {
		return t, err
	}
	t.Tell(&report)
	return t, nil
}

// Tell takes over what a report of one target and one horizon tells.
func (t *Trust) Tell(r *backtest.Report) {
	t.Methods, t.Windows, t.Gravity = r.Results, r.Gravity, backtest.Summarise(r.Gravity)
	t.Drift, t.Rise, t.Silence, t.Curve = r.Drift[0], r.Drift[1], r.Silence[0], r.Curves[0]
}

// PastOf reads a planet's past, people only, as a test of the forecast takes it.
// Of a planet with more than so many people it reads one person in oneIn.
func PastOf(ctx context.Context, s *flow.System, p orrery.Planet, most int) (h *backtest.History, oneIn int, err error) {
	people := 0
	err = s.Read(ctx, func(st *flow.State) error {
		for range st.Engine.Orbits(p.ID) {
			people++
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	oneIn = 1 + people/most
	h = &backtest.History{}
	err = s.History(ctx, p.ID, func(m orrery.MemberID, r *journal.Replayed, row int) {
		if spread(m)%uint32(oneIn) != 0 {
			return
		}
		past := backtest.Row{
			Who: strconv.FormatUint(uint64(m), 10), When: r.AtMicros[row] / 1e6, Kind: r.Kinds[r.Kind[row]],
			Origin: r.Origin[row], Valence: r.Valence[row],
		}
		past.Signed = past.Valence != journal.NoValence
		h.Add(past)
	})
	return h, oneIn, err
}

// spread spreads member numbers, which come in the order of arrival.
func spread(m orrery.MemberID) uint32 { return uint32(m) * 2654435769 >> 8 }
