package view

import (
	"context"
	"slices"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/history"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/study"
)

// histories keeps each planet's weeks. They are made in the background, one
// after the other, and kept in a file between starts.
type histories struct {
	mu     sync.Mutex
	kept   map[orrery.PlanetID]*keptWeeks
	making map[orrery.PlanetID]*making
	turn   chan struct{} // held by the one that is being made
	epoch  int           // how often all were dropped
}

type keptWeeks struct {
	book *history.Book
	made time.Time // zero: read from its file
	took time.Duration
}

func newHistories() histories {
	return histories{kept: map[orrery.PlanetID]*keptWeeks{}, making: map[orrery.PlanetID]*making{}, turn: make(chan struct{}, 1)}
}

// drop forgets everything at once, on disk too: something was taken away.
func (h *histories) drop(system *flow.System) {
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(h.kept)
	h.epoch++
	if err := system.ForgetHistory(); err != nil {
		system.Log().Error("weeks not removed", "error", err.Error())
	}
}

// Weeks is how a planet stood week by week.
type Weeks struct {
	Weeks      []history.Week // oldest first
	AsOf       orrery.Day
	RhythmDays int
	There      bool // there is something to show
	Making     bool // newer weeks are being counted
}

// Weeks tells how a planet stood at the end of each week since its first
// activity, up to a day (0: as screens answer). What is not up to date is made in
// the background, and waited for as long as patience says; for a moment only where
// there are older weeks to show.
func (d *Desk) Weeks(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, patience time.Duration) (Weeks, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return Weeks{}, err
	}
	book, making, err := d.history(ctx, p, patience)
	if err != nil || book == nil {
		return Weeks{Making: making}, err
	}
	w := Weeks{Weeks: book.Weeks, AsOf: book.Stamp.Until, RhythmDays: book.Stamp.RhythmDays, There: true, Making: making}
	if asOf == 0 || asOf >= w.AsOf {
		return w, nil
	}
	// What happened later is not known on that day, how many really came included.
	w.AsOf = asOf
	w.Weeks = slices.Clone(w.Weeks)
	at := slices.IndexFunc(w.Weeks, func(week history.Week) bool { return week.Day > asOf })
	if at >= 0 {
		w.Weeks = w.Weeks[:at]
	}
	for i := range w.Weeks {
		if week := &w.Weeks[i]; week.Day+orrery.Day(w.RhythmDays) >= asOf {
			week.Known, week.Actual = false, 0
		}
	}
	return w, nil
}

// history returns a planet's book, nil where there is none yet, and whether a
// newer one is being made.
func (d *Desk) history(ctx context.Context, p orrery.Planet, patience time.Duration) (*history.Book, bool, error) {
	began := time.Now()
	for {
		kept, newer, err := d.historyOrMaking(ctx, p, patience == study.Forever)
		if err != nil || newer == nil {
			return bookOf(kept), false, err
		}
		var late <-chan time.Time
		if patience != study.Forever {
			if kept != nil {
				patience = min(patience, shortPatience)
			}
			late = time.After(patience - time.Since(began))
		}
		select {
		case <-newer.done:
			if newer.err != nil {
				return nil, false, newer.err
			}
			if patience == study.Forever {
				d.histories.mu.Lock()
				kept := d.histories.kept[p.ID]
				d.histories.mu.Unlock()
				return bookOf(kept), false, nil
			}
		case <-late:
			return bookOf(kept), true, nil
		case <-ctx.Done():
			return nil, false, ctx.Err()
		}
	}
}

func bookOf(k *keptWeeks) *history.Book {
	if k == nil {
		return nil
	}
	return k.book
}

// historyOrMaking returns the book that is kept, if any, and unless that is fresh
// the one that is being made.
func (d *Desk) historyOrMaking(ctx context.Context, p orrery.Planet, exact bool) (*keptWeeks, *making, error) {
	generation, err := d.system.Generation(ctx)
	if err != nil {
		return nil, nil, err
	}
	var until orrery.Day
	err = d.system.Read(ctx, func(st *flow.State) error {
		until, _ = d.day(st, p.ID, 0)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	h := &d.histories
	h.mu.Lock()
	defer h.mu.Unlock()
	kept := h.kept[p.ID]
	if kept == nil {
		if book := d.system.KeptHistory(p.ID); book != nil {
			kept = &keptWeeks{book: book}
			h.kept[p.ID] = kept
		}
	}
	if kept != nil {
		stamp := kept.book.Stamp
		current := stamp.Generation == generation && stamp.Until == until && stamp.RhythmDays == p.RhythmDays
		young := !exact && time.Since(kept.made) < max(time.Minute, 20*kept.took)
		if current || young && stamp.RhythmDays == p.RhythmDays {
			return kept, nil, nil
		}
	}
	newer := h.making[p.ID]
	if newer == nil {
		newer = &making{done: make(chan struct{})}
		h.making[p.ID] = newer
		epoch := h.epoch
		d.work.Go(func() { d.makeHistory(p, until, bookOf(kept), newer, epoch) })
	}
	return kept, newer, nil
}

// makeHistory makes a book when its turn comes, and keeps it.
func (d *Desk) makeHistory(p orrery.Planet, until orrery.Day, earlier *history.Book, m *making, epoch int) {
	h := &d.histories
	var book *history.Book
	var took time.Duration
	select {
	case h.turn <- struct{}{}:
		began := time.Now()
		book, m.err = d.system.MakeHistory(d.ctx, p, until, earlier)
		took = time.Since(began)
		<-h.turn
	case <-d.ctx.Done():
		m.err = d.ctx.Err()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.making, p.ID)
	defer close(m.done)
	switch {
	case m.err != nil:
		if d.ctx.Err() == nil {
			d.system.Log().Error("weeks not counted", "planet", int(p.ID), "error", m.err.Error())
		}
	case epoch != h.epoch:
		m.err = orrery.Errorf(orrery.Exhausted, "something was taken away while the weeks were being counted: ask again in a moment")
	default:
		h.kept[p.ID] = &keptWeeks{book: book, made: time.Now(), took: took}
		if err := d.system.KeepHistory(p.ID, book); err != nil {
			// A book is a cache: without its file it is made anew after the next start.
			d.system.Log().Warn("weeks not kept", "reason", err.Error())
		}
	}
}

// MemberWeeks is how a member stood around a planet, week by week.
type MemberWeeks struct {
	Planet string
	Points []LinePoint // oldest first, at the ends of Sundays
}

// MemberWeeks tells how somebody stood around each planet at the end of each week
// since they first came, up to a day (0: as screens answer). Any identity of the
// person finds them. It is exact: it is reckoned from what they did.
func (d *Desk) MemberWeeks(ctx context.Context, id orrery.IdentityID, asOf orrery.Day) (m orrery.MemberID, list []MemberWeeks, err error) {
	var ids []orrery.IdentityID
	err = d.system.Graph(ctx, func(g *identity.Graph) error {
		var ok bool
		if m, ok = g.MemberOf(id); !ok {
			return orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", id)
		}
		for _, i := range g.Of(m) {
			ids = append(ids, i.ID)
		}
		return nil
	})
	if err != nil {
		return 0, nil, err
	}
	seen, err := d.system.Glances(ctx, ids, 0, 0, d.system.Now()+2)
	if err != nil {
		return 0, nil, err
	}
	err = d.system.Read(ctx, func(st *flow.State) error {
		for _, p := range d.system.Planets() {
			day, _ := d.day(st, p.ID, asOf)
			f := st.Forecast(p).Closeness
			if points := life(around(p.ID, seen), &f, min(day, d.system.Now()-1)); len(points) > 0 {
				list = append(list, MemberWeeks{p.Slug, points})
			}
		}
		return nil
	})
	return m, list, err
}

// life tells where the person whose activities around a planet these are, newest
// first, stood at the ends of the weeks since their first.
func life(seen []flow.Glance, f *field.Fit, until orrery.Day) []LinePoint {
	var visits []field.Visit
	for _, a := range slices.Backward(seen) {
		if a.Day > until {
			break
		}
		v, ok := field.VisitOf(&a.Rule, &field.Row{Day: a.Day, Origin: a.Origin, Valence: a.Valence, Receives: a.Received})
		if ok {
			visits = append(visits, v)
		}
	}
	if len(visits) == 0 {
		return nil
	}
	slices.Sort(visits)
	days := history.Sundays(visits[0].Day(), until)
	points := make([]LinePoint, len(days))
	f.Trail(visits, days, func(i int, s field.Standing) {
		points[i] = LinePoint{Day: days[i], Closeness: s.Closeness, Level: s.Level}
	})
	return points
}

// mayAsk refuses days of which nothing can be told.
func (d *Desk) mayAsk(ctx context.Context, p orrery.Planet, asOf orrery.Day) error {
	if asOf == 0 {
		return nil
	}
	if asOf > d.system.Now() {
		return RefuseDay("%s is still ahead: choose today or an earlier day", asOf.Time().Format("2 January 2006"))
	}
	return d.system.Read(ctx, func(st *flow.State) error {
		first, ok := st.Oldest[p.ID]
		if !ok || asOf >= first {
			return nil
		}
		return RefuseDay("the first activity is of %s: choose that day or a later one", first.Time().Format("2 January 2006"))
	})
}

// ErrDay is in the chain of errors that say why a day cannot be told of.
var ErrDay = orrery.Errorf(orrery.Invalid, "not a day to be told of")

// dayError says why in words, and nothing of ErrDay.
type dayError struct{ error }

func (e dayError) Unwrap() []error { return []error{e.error, ErrDay} }

// RefuseDay says in words why a day cannot be told of.
func RefuseDay(format string, args ...any) error {
	return dayError{orrery.Errorf(orrery.Invalid, format, args...)}
}
