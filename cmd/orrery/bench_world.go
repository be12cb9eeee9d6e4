package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/simulate"
)

// world is an installation that holds a simulated world.
type world struct {
	activities int
	dir        string
	system     *flow.System
	took       time.Duration // to import it
}

const benchSeed = 1

// peopleOf is how many people a world of so many activities has.
func peopleOf(activities int) int { return max(1, activities/10) }

// worldOf makes a world of so many activities, or takes the last one.
func (b *bench) worldOf(ctx context.Context, activities int) (*world, error) {
	if b.world != nil && b.world.activities == activities {
		return b.world, b.world.open(ctx, b.app.clock)
	}
	if err := b.close(); err != nil {
		return nil, err
	}
	w := &world{activities: activities, dir: filepath.Join(b.dir, "world")}
	b.world = w
	if err := w.open(ctx, b.app.clock); err != nil {
		return nil, err
	}
	var err error
	w.took, err = timed(func() error {
		_, err := w.system.Import(ctx, &bulk{activities: activities, end: orrery.DayOf(b.app.clock())}, flow.ImportPlan{})
		return err
	})
	return w, err
}

func (w *world) open(ctx context.Context, clock func() time.Time) (err error) {
	if w.system == nil {
		w.system, err = flow.Open(ctx, flow.Config{Dir: w.dir, Clock: clock, Log: slog.New(slog.DiscardHandler)})
	}
	return err
}

// rest closes the system, which saves its snapshot, and keeps the world.
func (w *world) rest(ctx context.Context) error {
	if w.system == nil {
		return nil
	}
	err := w.system.Close(ctx)
	w.system = nil
	return err
}

// close removes the world.
func (b *bench) close() error {
	if b.world == nil {
		return nil
	}
	w := b.world
	b.world = nil
	return errors.Join(w.rest(context.Background()), os.RemoveAll(w.dir))
}

// bulk is a connector over a simulated world.
type bulk struct {
	activities int
	end        orrery.Day
}

var _ collect.Connector = (*bulk)(nil)

// Source describes the world.
func (c *bulk) Source(context.Context) (collect.Source, error) {
	return collect.Source{Kind: "bulk", Name: "bulk", Planet: "bulk", Origin: "bulk"}, nil
}

// Collect emits it.
func (c *bulk) Collect(ctx context.Context, _ collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	for a := range simulate.Bulk(benchSeed, peopleOf(c.activities), c.activities, c.end) {
		a.Planet, a.Source = "", ""
		if err := to.Activity(ctx, a); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// nowhere is a sink that keeps nothing.
type nowhere struct{ activities int }

var _ collect.Sink = (*nowhere)(nil)

func (n *nowhere) Activity(context.Context, *orrery.Activity) error      { n.activities++; return nil }
func (n *nowhere) Link(context.Context, orrery.Link) error               { return nil }
func (n *nowhere) Affiliation(context.Context, orrery.Affiliation) error { return nil }
func (n *nowhere) Skip(context.Context, collect.Skipped) error           { return nil }
func (n *nowhere) Progress(collect.Progress)                             {}
func (n *nowhere) Complete()                                             {}

// someOf finds people of a world: evenly, everybody as likely as anybody else;
// otherwise by how much they do, as those who are looked at tend to be.
func (w *world) someOf(ctx context.Context, n int, evenly bool) ([]orrery.IdentityID, error) {
	chance := rand.New(rand.NewPCG(benchSeed, 7))
	people := peopleOf(w.activities)
	ids := make([]orrery.IdentityID, 0, n)
	for tries := 0; len(ids) < n; tries++ {
		if tries > 100*n {
			return nil, fmt.Errorf("only %d people of %d are there", len(ids), n)
		}
		who := 1 + chance.IntN(people)
		if !evenly {
			who = max(1, int(math.Exp(chance.Float64()*math.Log(float64(people)+1))))
		}
		id, err := w.system.FindIdentity(ctx, fmt.Sprintf("bulk.example:login:u%d", who))
		if orrery.CodeOf(err) == orrery.NotFound {
			continue // somebody who never did anything
		} else if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}
