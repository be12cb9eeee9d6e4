package view

import (
	"context"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/study"
)

// pastDay keeps what was reckoned last of a day in the past: whoever reads it looks
// at one part after the other. One day is reckoned at a time.
type pastDay[T any] struct {
	mu     sync.Mutex
	kept   *keptDay[T]
	making *makingDay
	epoch  int // how often everything was forgotten
}

// dayMark says of what a reckoning is.
type dayMark struct {
	planet orrery.Planet
	day    orrery.Day
}

type keptDay[T any] struct {
	of         dayMark
	generation int64
	value      T
	made       time.Time
	took       time.Duration
}

type makingDay struct {
	of   dayMark
	done chan struct{}
	err  error
}

func (k *pastDay[T]) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept = nil
	k.epoch++
}

// get returns what is kept of a planet's day, or reckons it in the background and
// waits so long: There is false where it takes longer. Who waits for ever gets what
// is of this very state of the data; others what was so moments ago.
func (k *pastDay[T]) get(ctx context.Context, d *Desk, of dayMark, patience time.Duration, reckon func(context.Context) (T, error)) (r study.Result[T], err error) {
	generation, err := d.system.Generation(ctx)
	if err != nil {
		return r, err
	}
	var late <-chan time.Time
	if patience != study.Forever {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		late = timer.C
	}
	for {
		k.mu.Lock()
		if at := k.kept; at != nil && at.of == of && (at.generation == generation || patience != study.Forever && time.Since(at.made) < freshFor(at.took)) {
			k.mu.Unlock()
			return study.Result[T]{Value: at.value, There: true, Current: at.generation == generation, Made: at.made}, nil
		}
		m := k.making
		if m == nil {
			m = k.begin(d, of, generation, reckon)
		}
		k.mu.Unlock()
		select {
		case <-m.done:
			if m.of == of && m.err != nil {
				return r, m.err
			}
		case <-late:
			r.Making = true
			return r, nil
		case <-ctx.Done():
			return r, ctx.Err()
		}
	}
}

// begin reckons in the background. The caller holds mu.
func (k *pastDay[T]) begin(d *Desk, of dayMark, generation int64, reckon func(context.Context) (T, error)) *makingDay {
	m, epoch := &makingDay{of: of, done: make(chan struct{})}, k.epoch
	k.making = m
	d.work.Go(func() {
		began := time.Now()
		value, err := reckon(d.ctx)
		k.mu.Lock()
		defer k.mu.Unlock()
		k.making = nil
		if m.err = err; err == nil && epoch == k.epoch {
			k.kept = &keptDay[T]{of, generation, value, time.Now(), time.Since(began)}
		}
		close(m.done)
	})
	return m
}
