package view

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/study"
)

// reports keeps those that were asked for last, and makes them in the background.
type reports struct {
	mu     sync.Mutex
	kept   map[reportKey]*keptReport
	making map[reportKey]*makingReport
}

type reportKey struct {
	planet orrery.PlanetID
	kind   string
	from   orrery.Day
}

type keptReport struct {
	report     *Report
	generation int64
	asked      time.Time
}

type makingReport struct {
	done chan struct{}
	err  error
}

// reportsKept is how many reports are kept: each is some kilobytes.
const reportsKept = 40

// forget drops all: somebody was erased.
func (r *reports) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.kept)
}

// ReportPeriods lists the weeks and months of a planet that are over, the newest
// first.
func (d *Desk) ReportPeriods(ctx context.Context, planet orrery.PlanetID, kind string) (list []Period, err error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return nil, err
	}
	var first, last orrery.Day
	err = d.system.Read(ctx, func(st *flow.State) error {
		last, _ = d.day(st, p.ID, 0)
		first = st.Oldest[p.ID]
		return nil
	})
	if err != nil || first == 0 {
		return nil, err
	}
	last = min(last, d.system.Now()-1)
	at := periodOf(kind, last)
	if at.Until > last {
		at = at.Before()
	}
	for ; at.Until >= first; at = at.Before() {
		list = append(list, at)
	}
	return list, nil
}

// Report tells what a week or a month was around a planet, as of its end: at once
// where it was asked for before, or after so much patience at most; There is false
// while it is being reckoned.
func (d *Desk) Report(ctx context.Context, planet orrery.PlanetID, period Period, patience time.Duration) (Report, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return Report{}, err
	}
	if period.Until >= d.system.Now() {
		return Report{}, orrery.Errorf(orrery.NotFound, "%s is not over yet: its report is there on %s", period.Words(), (period.Until + 1).Time().Format("2 January 2006"))
	}
	if err := d.mayAsk(ctx, p, period.Until); err != nil {
		return Report{}, orrery.Errorf(orrery.NotFound, "there is no report of %s: %w", period.Words(), err)
	}
	generation, err := d.system.Generation(ctx)
	if err != nil {
		return Report{}, err
	}
	kept, making := d.reportOrMaking(p, period, generation)
	if kept == nil {
		var late <-chan time.Time
		if patience != study.Forever {
			timer := time.NewTimer(patience)
			defer timer.Stop()
			late = timer.C
		}
		select {
		case <-making.done:
			if making.err != nil {
				return Report{}, making.err
			}
			if kept, _ = d.reportOrMaking(p, period, -1); kept == nil {
				return Report{Period: period}, nil
			}
		case <-late:
			return Report{Period: period}, nil
		case <-ctx.Done():
			return Report{}, ctx.Err()
		}
	}
	out := *kept // notes are no part of what it is reckoned from
	out.Notes, err = d.system.DatedNotes(ctx, planet, period.From, period.Until)
	return out, err
}

// reportOrMaking returns what is kept of a generation (−1: of any), or what is being
// made.
func (d *Desk) reportOrMaking(p orrery.Planet, period Period, generation int64) (*Report, *makingReport) {
	r := &d.reports
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil {
		r.kept, r.making = map[reportKey]*keptReport{}, map[reportKey]*makingReport{}
	}
	key := reportKey{p.ID, period.Kind, period.From}
	if k := r.kept[key]; k != nil && (generation < 0 || k.generation == generation) {
		k.asked = time.Now()
		return k.report, nil
	}
	if generation < 0 {
		return nil, nil
	}
	m := r.making[key]
	if m == nil {
		m = &makingReport{done: make(chan struct{})}
		r.making[key] = m
		d.work.Go(func() { d.makeReport(p, period, key, generation, m) })
	}
	return nil, m
}

func (d *Desk) makeReport(p orrery.Planet, period Period, key reportKey, generation int64, m *makingReport) {
	w := reportWriter{desk: d, planet: p, report: &Report{Period: period, There: true, Made: d.system.Clock().UTC()}}
	m.err = w.write(d.ctx)
	r := &d.reports
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.making, key)
	defer close(m.done)
	if m.err != nil {
		if d.ctx.Err() == nil {
			d.system.Log().Error("report not made", "planet", int(p.ID), "error", m.err.Error())
		}
		return
	}
	for len(r.kept) >= reportsKept {
		oldest := key
		for k := range r.kept {
			if oldest == key || r.kept[k].asked.Before(r.kept[oldest].asked) {
				oldest = k
			}
		}
		delete(r.kept, oldest)
	}
	r.kept[key] = &keptReport{w.report, generation, time.Now()}
}

// reportWriter writes a report.
type reportWriter struct {
	desk   *Desk
	planet orrery.Planet
	report *Report
}

// some returns a pointer to a number.
func some(v float64) *float64 { return &v }

func round4(v float64) float64 { return math.Round(v*1e4) / 1e4 }

func (w *reportWriter) write(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		w.orbits, w.newcomers, w.talks, w.origins, w.purposes, w.repulsion, w.tasks, w.weeks,
	} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("report of %s on %s: %w", w.planet.Slug, w.report.Words(), err)
		}
	}
	return nil
}

func (w *reportWriter) add(s ReportSection) {
	if len(s.Figures) > 0 || s.Empty != "" {
		w.report.Sections = append(w.report.Sections, s)
	}
}

// weeks reads the line of gravity up to the end.
func (w *reportWriter) weeks(ctx context.Context) error {
	known, err := w.desk.Weeks(ctx, w.planet.ID, w.report.Until, study.Forever)
	if err != nil {
		return err
	}
	w.report.Weeks = slices.Clone(known.Weeks[max(0, len(known.Weeks)-27):])
	return nil
}
