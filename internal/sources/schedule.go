package sources

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
)

// Bounds of the schedule.
const (
	atOnce      = 4                // sources that are asked at the same time
	wholeAtOnce = 1                // of them, those that are read from their start: they keep others from storing
	keepEvery   = 10 * time.Second // counters are written no more often
	shortest1st = time.Minute      // after the first failure, or Every where that is less
	longestWait = 6 * time.Hour    // between two tries of what fails, or Every where that is more
	patience    = 24 * time.Hour   // that a platform may ask for
	jitter      = .1               // of a wait, either way
	idle        = time.Hour        // with nothing to do

	holdPatience = 15 * time.Second // with a reading that is to end
)

// run is one reading under way.
type run struct {
	cancel context.CancelFunc
	done   chan struct{}
	began  time.Time

	mu       sync.Mutex
	progress flow.ImportProgress
}

func (r *run) note(p flow.ImportProgress) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.Import == 0 {
		p.Import = r.progress.Import
	}
	r.progress = p
}

func (r *run) at() flow.ImportProgress {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.progress
}

// Run asks the platforms until the context ends, then waits for what is under
// way and keeps the counters.
func (s *Service) Run(ctx context.Context) error {
	var work sync.WaitGroup
	kept := time.Now()
	for {
		pause := s.launch(ctx, &work)
		if since := time.Since(kept); since >= keepEvery {
			s.keep(ctx)
			kept = time.Now()
		} else if s.anyDirty() {
			pause = min(pause, keepEvery-since)
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			work.Wait()
			s.keep(context.WithoutCancel(ctx))
			return nil
		case <-s.wake:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// launch asks what is due, as many at once as may be, and returns how long to
// wait for the next.
func (s *Service) launch(ctx context.Context, work *sync.WaitGroup) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.Clock()
	pause := idle
	var due []*source
	for _, src := range s.sources {
		if !src.asked() || src.run != nil || src.holds > 0 {
			continue
		}
		if left := src.state.Next.Sub(now); left > 0 {
			pause = min(pause, left)
		} else {
			due = append(due, src)
		}
	}
	slices.SortFunc(due, func(a, b *source) int {
		return cmp.Or(a.state.Next.Compare(b.state.Next), cmp.Compare(a.setup.Name, b.setup.Name))
	})
	for _, src := range due {
		if s.reading >= atOnce || ctx.Err() != nil {
			break // whoever ends pokes
		}
		if src.state.Whole {
			if s.whole >= wholeAtOnce {
				continue
			}
			s.whole++
		}
		running, cancel := context.WithCancel(ctx)
		src.run = &run{cancel: cancel, done: make(chan struct{}), began: now}
		s.reading++
		j := job{name: src.setup.Name, planet: src.setup.Planet, platform: src.platform, values: src.values, redact: src.redact, from: src.state.From, whole: src.state.Whole, run: src.run}
		work.Go(func() {
			defer cancel()
			s.perform(running, j)
		})
	}
	return pause
}

// asked says whether a source is asked by itself.
func (src *source) asked() bool {
	return src.platform != nil && src.platform.Pull != nil && src.pullErr == nil && !src.setup.Paused
}

// perform reads a source once and settles when it is asked next.
func (s *Service) perform(ctx context.Context, j job) {
	out := newOutbound(j.values[PrivateNetwork] == networkOwn, s.Clock)
	newest, said, err := s.read(ctx, j, out)
	out.close()
	s.mu.Lock()
	if !errors.Is(err, context.Canceled) {
		s.counted(j.platform.Name, said, err)
	}
	s.reading--
	if j.whole {
		s.whole--
	}
	if src := s.sources[j.name]; src != nil && src.run == j.run {
		src.run = nil
		src.settle(s.Clock(), newest, err, out.notBefore())
		if err != nil && !errors.Is(err, context.Canceled) {
			s.Log.Info("source not read", "source", j.name, "code", orrery.CodeOf(err), "fails", src.state.Fails)
		}
	}
	s.mu.Unlock()
	if err := s.save(context.WithoutCancel(ctx), j.name); err != nil {
		s.Log.Error("source not kept", "source", j.name, "error", err.Error())
	}
	close(j.run.done)
	s.poke()
}

// settle notes how a reading ended.
func (src *source) settle(now, newest time.Time, err error, notBefore time.Time) {
	st := &src.state
	st.Newest = later(st.Newest, newest.UTC())
	if errors.Is(err, context.Canceled) {
		st.Next = now // it was stopped, which is nobody's failure
		return
	}
	var pause time.Duration
	if err == nil {
		st.Success, st.Failing, st.Fails, st.Error, st.From, st.Whole = now, time.Time{}, 0, "", time.Time{}, false
		pause = src.platform.Every
	} else {
		if st.Fails++; st.Failing.IsZero() {
			st.Failing = now
		}
		st.Error = src.redact.inWords(err).Error()
		pause = backoff(src.platform.Every, st.Fails)
		notBefore = later(notBefore, now.Add(retryAfter(err)))
	}
	pause = time.Duration(float64(pause) * (1 - jitter + 2*jitter*rand.Float64()))
	st.Next = now.Add(pause)
	if notBefore.After(st.Next) {
		// A little later than asked for, so that not all come back at once.
		st.Next = notBefore.Add(time.Duration(jitter * rand.Float64() * float64(pause)))
	}
	if latest := now.Add(max(patience, src.platform.Every)); st.Next.After(latest) {
		st.Next = latest
	}
}

// backoff doubles with each failure in a row.
func backoff(every time.Duration, fails int) time.Duration {
	pause := min(every, shortest1st)
	for range min(fails-1, 40) {
		if pause >= longestWait {
			break
		}
		pause *= 2
	}
	return min(pause, max(every, longestWait))
}

func (s *Service) anyDirty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, src := range s.sources {
		if src.dirty {
			return true
		}
	}
	return false
}

// keep writes the counters that moved.
func (s *Service) keep(ctx context.Context) {
	s.mu.Lock()
	var names []string
	for name, src := range s.sources {
		if src.dirty {
			names = append(names, name)
		}
	}
	s.mu.Unlock()
	for _, name := range names {
		if err := s.save(ctx, name); err != nil {
			s.Log.Error("source not kept", "source", name, "error", err.Error())
		}
	}
}

// hold ends the reading of a source, waits for that, and keeps it from being
// asked until the returned function is called. A reading that waits for another
// import to end may take longer than anybody waits here: that is a Conflict.
func (s *Service) hold(ctx context.Context, name string) (release func(), err error) {
	s.mu.Lock()
	src, err := s.find(name)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	src.holds++
	r := src.run
	s.mu.Unlock()
	release = func() {
		s.mu.Lock()
		src.holds--
		s.mu.Unlock()
		s.poke()
	}
	if r == nil {
		return release, nil
	}
	r.cancel()
	ctx, cancel := context.WithTimeout(ctx, holdPatience)
	defer cancel()
	select {
	case <-r.done:
		return release, nil
	case <-ctx.Done():
		release()
		return nil, orrery.Errorf(orrery.Conflict, "what %s told last still waits to be stored, behind another import: try again when that is done", name)
	}
}
