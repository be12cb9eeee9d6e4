package view

import (
	"context"
	"sync"
	"time"

	"orrery.dev/orrery"
)

// ErrMaking says that a planet's lists are being made and that there are none
// to show until then: ask again in a second.
var ErrMaking = orrery.Errorf(orrery.Exhausted, "everybody is taking their place: ask again in a moment")

// How long somebody waits for a newer roster: where there is none to show
// meanwhile, or they just changed something themselves; and where all that
// happened is that data came in.
const (
	patience      = 1500 * time.Millisecond
	shortPatience = 100 * time.Millisecond
)

// rosters keeps the newest roster of each planet. They are made in the
// background, one for each planet at a time.
type rosters struct {
	mu      sync.Mutex
	kept    map[orrery.PlanetID]*roster
	making  map[orrery.PlanetID]*making
	changes int // how often somebody decided something that lists must show
	dropped int // what was made before so many changes may not be shown
}

// making is a roster on its way; done is closed when it is there, or failed.
type making struct {
	done chan struct{}
	err  error
}

// Renew makes the lists anew after somebody decided something that moves
// people. Where that takes long, the old ones are shown meanwhile.
func (d *Desk) Renew() { d.renew(false) }

// Drop makes the lists anew after something was taken away: the old ones are
// not shown any more.
func (d *Desk) Drop() { d.renew(true) }

func (d *Desk) renew(drop bool) {
	d.rosters.mu.Lock()
	d.rosters.changes++
	if drop {
		d.rosters.dropped = d.rosters.changes
		clear(d.rosters.kept)
	}
	d.rosters.mu.Unlock()
	if drop {
		if err := d.shelf.Drop(); err != nil {
			d.system.Log().Error("results of studies not removed", "error", err.Error())
		}
	}
	d.cards.forget()
	d.tags.forget()
}

// Retag reads the tags anew.
func (d *Desk) Retag() { d.tags.forget() }

// Stop ends what the Desk does in the background, and waits.
func (d *Desk) Stop() {
	d.cancel()
	d.shelf.Stop()
	d.work.Wait()
}

// roster returns a planet's roster, or ErrMaking. One that the data has moved on
// from is good enough for a while.
func (d *Desk) roster(ctx context.Context, id orrery.PlanetID) (*roster, error) {
	p, err := d.planetByID(id)
	if err != nil {
		return nil, err
	}
	generation, err := d.system.Generation(ctx)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	for {
		kept, newer, longest := d.rosterOrMaking(p, generation)
		if newer == nil {
			return kept, nil
		}
		select {
		case <-newer.done:
			if newer.err != nil {
				return nil, newer.err
			}
		case <-time.After(longest - time.Since(began)):
			if kept == nil {
				return nil, ErrMaking
			}
			return kept, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// rosterOrMaking returns the roster that is kept, if any, and unless that is
// fresh the one that is being made and how long to wait for it.
func (d *Desk) rosterOrMaking(p orrery.Planet, generation int64) (kept *roster, newer *making, longest time.Duration) {
	all := &d.rosters
	all.mu.Lock()
	defer all.mu.Unlock()
	kept, longest = all.kept[p.ID], patience
	if kept != nil && kept.changes == all.changes && kept.planet.AsOf >= d.answersFor(kept) {
		if kept.generation == generation || time.Since(kept.made) < kept.freshFor() {
			return kept, nil, 0
		}
		longest = shortPatience
	}
	newer = all.making[p.ID]
	if newer == nil {
		newer = &making{done: make(chan struct{})}
		all.making[p.ID] = newer
		changes := all.changes
		d.work.Go(func() {
			made, err := d.makeRoster(d.ctx, p, generation)
			all.mu.Lock()
			defer all.mu.Unlock()
			delete(all.making, p.ID)
			if newer.err = err; err == nil && changes >= all.dropped {
				made.changes = changes
				all.kept[p.ID] = made
			}
			close(newer.done)
		})
	}
	return kept, newer, longest
}

// answersFor returns the day that a roster must be of: today, unless it is of
// an older day because nothing newer happened.
func (d *Desk) answersFor(r *roster) orrery.Day {
	if r.planet.Stale {
		return r.planet.AsOf
	}
	return d.system.Now()
}
