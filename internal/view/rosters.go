package view

import (
	"context"
	"slices"
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

// rosters keeps the newest roster of each planet, and a few of days past. They
// are made in the background, one for each planet and day at a time.
type rosters struct {
	mu      sync.Mutex
	kept    map[moment]*roster
	making  map[moment]*making
	past    []moment      // of those kept, the one that was asked for last in front
	turn    chan struct{} // held by the one of a past day that is being made
	changes int           // how often somebody decided something that lists must show
	dropped int           // what was made before so many changes may not be shown
}

// moment is a planet on a day; 0 is the day that screens answer for.
type moment struct {
	planet orrery.PlanetID
	day    orrery.Day
}

// How many rosters of past days are kept: so many, and fewer where they are of
// more people than this together. The last one asked for is always kept.
const (
	pastKept   = 4
	pastPeople = 400_000
)

func newRosters() rosters {
	return rosters{kept: map[moment]*roster{}, making: map[moment]*making{}, turn: make(chan struct{}, 1)}
}

// asked moves a past day to the front, and lets go of those behind that are too
// many. The caller holds mu.
func (all *rosters) asked(at moment) {
	all.past = append([]moment{at}, slices.DeleteFunc(all.past, func(m moment) bool { return m == at })...)
	people := 0
	for i := 0; i < len(all.past); i++ {
		if r := all.kept[all.past[i]]; r != nil {
			people += len(r.all)
		}
		if i > 0 && (i >= pastKept || people > pastPeople) {
			delete(all.kept, all.past[i])
			all.past = slices.Delete(all.past, i, i+1)
			i--
		}
	}
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
		d.rosters.past = nil
	}
	d.rosters.mu.Unlock()
	if drop {
		if err := d.shelf.Drop(); err != nil {
			d.system.Log().Error("results of studies not removed", "error", err.Error())
		}
		d.histories.drop(d.system)
		d.tieBooks.drop()
		d.circlesOnce.forget()
		d.pastWays.forget()
		d.pastTalks.forget()
		d.reports.forget()
		d.pastShares.forget()
		d.pastSky.forget()
		d.pastSides.forget()
		d.pastNewcomers.forget()
		d.names.forget()
		d.titles.forget()
		d.partnered.forget()
		d.listCounts.forget()
		d.Repurpose()
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

// rosterAsOf returns a planet's roster as of a day (0: as screens answer), or
// ErrMaking. One that the data has moved on from is good enough for a while.
func (d *Desk) rosterAsOf(ctx context.Context, id orrery.PlanetID, asOf orrery.Day) (*roster, error) {
	p, err := d.planetByID(id)
	if err != nil {
		return nil, err
	}
	if err := d.mayAsk(ctx, p, asOf); err != nil {
		return nil, err
	}
	generation, err := d.system.Generation(ctx)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	for {
		kept, newer, longest := d.rosterOrMaking(p, asOf, generation)
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
func (d *Desk) rosterOrMaking(p orrery.Planet, asOf orrery.Day, generation int64) (kept *roster, newer *making, longest time.Duration) {
	all, at := &d.rosters, moment{p.ID, asOf}
	all.mu.Lock()
	defer all.mu.Unlock()
	kept, longest = all.kept[at], patience
	if kept != nil && asOf != 0 {
		all.asked(at)
	}
	if kept != nil && kept.changes == all.changes && (asOf != 0 || kept.planet.AsOf >= d.answersFor(kept)) {
		if kept.generation == generation || time.Since(kept.made) < kept.freshFor() {
			return kept, nil, 0
		}
		longest = shortPatience
	}
	newer = all.making[at]
	if newer == nil {
		newer = &making{done: make(chan struct{})}
		all.making[at] = newer
		changes := all.changes
		d.work.Go(func() {
			made, err := d.makeRosterInTurn(p, asOf, generation)
			all.mu.Lock()
			defer all.mu.Unlock()
			delete(all.making, at)
			if newer.err = err; err == nil && changes >= all.dropped {
				made.changes = changes
				all.kept[at] = made
				if asOf != 0 {
					all.asked(at)
				}
			}
			close(newer.done)
		})
	}
	return kept, newer, longest
}

// makeRosterInTurn makes rosters of past days one after the other: each holds the
// whole field for a while.
func (d *Desk) makeRosterInTurn(p orrery.Planet, asOf orrery.Day, generation int64) (*roster, error) {
	if asOf != 0 {
		select {
		case d.rosters.turn <- struct{}{}:
			defer func() { <-d.rosters.turn }()
		case <-d.ctx.Done():
			return nil, d.ctx.Err()
		}
	}
	return d.makeRoster(d.ctx, p, asOf, generation)
}

// answersFor returns the day that a roster must be of: today, unless it is of
// an older day because nothing newer happened.
func (d *Desk) answersFor(r *roster) orrery.Day {
	if r.planet.Stale {
		return r.planet.AsOf
	}
	return d.system.Now()
}
