// Package study keeps the results of reckonings over a planet's whole past that
// take longer than a page may: what drew people, which way to belong holds whom,
// how far the forecast is to be trusted.
//
// It is not part of the state: a result is a cache, a file beside the data, that
// says of which data it is and when it was made, and that is made anew in the
// background once the data has moved on. It knows nothing of what is reckoned:
// package view hands it studies and reads their results.
package study

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"orrery.dev/orrery"
)

// Study is a reckoning over one planet. Its result is encoded as JSON; people in
// it stand by their numbers, never by names.
type Study struct {
	Name    string // small letters: part of a file's name
	Version int    // raised whenever results change their shape or meaning
	Run     func(ctx context.Context, p orrery.Planet) (any, error)
}

// Result is what is known of a study's outcome.
type Result[T any] struct {
	Value   T
	There   bool      // there is a result at all
	Current bool      // and nothing has happened since
	Making  bool      // one is being made
	Made    time.Time // when the result was made
}

// Forever is the patience of who waits until a current result is there.
const Forever = time.Duration(1<<63 - 1)

// Config says what a Shelf stands on.
type Config struct {
	Dir        string // where results are kept; made when the first is
	Clock      func() time.Time
	Log        *slog.Logger
	Generation func(context.Context) (int64, error)       // grows with every change of the data
	Made       func(study string, planet orrery.PlanetID) // told after a new result is kept; may be nil
}

// Shelf keeps results and makes them anew, one at a time. It is safe for
// concurrent use. Stop it before what the studies read is closed.
type Shelf struct {
	Config
	studies map[string]Study

	ctx    context.Context //nolint:containedctx // of what is made in the background, ended by Stop
	cancel context.CancelFunc
	work   sync.WaitGroup
	turn   chan struct{} // held by the one that is being made

	mu     sync.Mutex
	kept   map[place]*kept
	making map[place]*making
	epoch  int // how often everything was dropped
}

type place struct {
	name   string
	planet orrery.PlanetID
}

// kept is a result, encoded. What it was made for tells whether it is current.
type kept struct {
	Version    int             `json:"version"`
	Generation int64           `json:"generation"`
	Day        orrery.Day      `json:"day"`
	Rhythm     int             `json:"rhythm_days"`
	Made       time.Time       `json:"made"`
	Took       time.Duration   `json:"took"`
	CRC        uint32          `json:"crc"`
	Value      json.RawMessage `json:"value"`

	decoded atomic.Value // of the type that was last asked for
}

type making struct {
	done chan struct{}
	err  error
}

// NewShelf returns a shelf of studies. Their names differ.
func NewShelf(c Config, studies []Study) *Shelf {
	ctx, cancel := context.WithCancel(context.Background())
	s := &Shelf{
		Config: c, studies: make(map[string]Study, len(studies)), ctx: ctx, cancel: cancel, turn: make(chan struct{}, 1),
		kept: map[place]*kept{}, making: map[place]*making{},
	}
	for _, study := range studies {
		s.studies[study.Name] = study
	}
	return s
}

// Stop ends what is being made, and waits.
func (s *Shelf) Stop() {
	s.cancel()
	s.work.Wait()
}

// Drop removes all results at once, on disk too: somebody was erased. What is
// being made meanwhile is not kept.
func (s *Shelf) Drop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.kept)
	s.epoch++
	return os.RemoveAll(s.Dir)
}

// Forget drops a study's result for a planet: what it was asked for has changed.
func (s *Shelf) Forget(name string, planet orrery.PlanetID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := place{name, planet}
	delete(s.kept, at)
	if err := os.Remove(s.path(at)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.Log.Warn("result of a study not removed", "study", name, "reason", err.Error())
	}
}

// freshFor is how long a result may be shown although the data has moved on,
// before it is made anew: three seconds, so that somebody who brings data and goes on to
// a page sees it there, or twenty times what it took to make.
func (k *kept) freshFor() time.Duration { return max(3*time.Second, 20*k.Took) }

// Get returns a study's result for a planet. One that is current comes at once;
// else it is made in the background, and Get waits for it as long as patience
// says and then returns what there is. A study that failed returns its error
// only to who waited for it.
func Get[T any](ctx context.Context, s *Shelf, name string, p orrery.Planet, patience time.Duration) (Result[T], error) {
	var r Result[T]
	k, making, err := s.get(ctx, name, p, patience)
	if err != nil {
		return r, err
	}
	if making != nil {
		var late <-chan time.Time
		if patience != Forever {
			timer := time.NewTimer(patience)
			defer timer.Stop()
			late = timer.C
		}
		select {
		case <-making.done:
			if making.err != nil {
				return r, making.err
			}
			if k, making, err = s.get(ctx, name, p, -1); err != nil {
				return r, err
			}
		case <-late:
		case <-ctx.Done():
			return r, ctx.Err()
		}
	}
	r.Making = making != nil
	if k == nil {
		return r, nil
	}
	if value, ok := k.decoded.Load().(T); ok {
		r.Value = value
	} else if err := json.Unmarshal(k.Value, &r.Value); err != nil {
		return r, fmt.Errorf("read the result of %s: %w", name, err)
	} else {
		k.decoded.Store(r.Value)
	}
	generation, err := s.Generation(ctx)
	r.There, r.Made, r.Current = true, k.Made, err == nil && k.Generation == generation && k.Day == s.today()
	return r, nil
}

func (s *Shelf) today() orrery.Day { return orrery.DayOf(s.Clock()) }

// get returns the kept result, if any, and what is being made of it unless it is
// current, or young enough for who will not wait. A negative patience begins
// nothing.
func (s *Shelf) get(ctx context.Context, name string, p orrery.Planet, patience time.Duration) (*kept, *making, error) {
	study, ok := s.studies[name]
	if !ok {
		return nil, nil, fmt.Errorf("study: there is no %q", name)
	}
	generation, err := s.Generation(ctx)
	if err != nil {
		return nil, nil, err
	}
	at := place{name, p.ID}
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.kept[at]
	if k == nil {
		if k = s.load(at, study.Version); k != nil {
			s.kept[at] = k
		}
	}
	now := s.Clock()
	if k != nil && k.Rhythm == p.RhythmDays && k.Day == s.today() &&
		(k.Generation == generation || patience != Forever && now.Sub(k.Made) < k.freshFor()) {
		return k, s.making[at], nil
	}
	if patience < 0 || s.ctx.Err() != nil {
		return k, s.making[at], nil
	}
	m := s.making[at]
	if m == nil {
		m = &making{done: make(chan struct{})}
		s.making[at] = m
		epoch := s.epoch
		s.work.Go(func() { s.make(study, p, m, epoch) })
	}
	return k, m, nil
}

// make runs a study when its turn comes and keeps the result.
func (s *Shelf) make(study Study, p orrery.Planet, m *making, epoch int) {
	k, err := s.run(study, p)
	at := place{study.Name, p.ID}
	s.mu.Lock()
	defer func() {
		s.mu.Unlock()
		if m.err == nil && s.Made != nil {
			s.Made(study.Name, p.ID)
		}
	}()
	delete(s.making, at)
	defer close(m.done)
	if m.err = err; err != nil {
		if s.ctx.Err() == nil {
			s.Log.Error("study failed", "study", study.Name, "planet", int(p.ID), "error", err.Error())
		}
		return
	}
	if epoch != s.epoch {
		m.err = orrery.Errorf(orrery.Exhausted, "somebody was erased while this was being counted: ask again in a moment")
		return
	}
	s.kept[at] = k
	if err := s.save(at, k); err != nil {
		// A result is a cache: without its file it is made anew after the next start.
		s.Log.Warn("result of a study not saved", "study", study.Name, "reason", err.Error())
	}
}

func (s *Shelf) run(study Study, p orrery.Planet) (*kept, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-s.ctx.Done():
		return nil, s.ctx.Err()
	}
	// Before the data is read: what changes meanwhile makes the result old.
	generation, err := s.Generation(s.ctx)
	if err != nil {
		return nil, err
	}
	k := &kept{Version: study.Version, Generation: generation, Day: s.today(), Rhythm: p.RhythmDays}
	began := time.Now()
	value, err := study.Run(s.ctx, p)
	if err != nil {
		return nil, err
	}
	if k.Value, err = json.Marshal(value); err != nil {
		return nil, fmt.Errorf("encode the result of %s: %w", study.Name, err)
	}
	k.Made, k.Took, k.CRC = s.Clock().UTC(), time.Since(began), crc32.ChecksumIEEE(k.Value)
	return k, nil
}

func (s *Shelf) path(at place) string {
	return filepath.Join(s.Dir, fmt.Sprintf("%s-%d.json", at.name, at.planet))
}

// load reads a result from disk; nil where there is none that can be used.
func (s *Shelf) load(at place, version int) *kept {
	raw, err := os.ReadFile(s.path(at))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			s.Log.Warn("result of a study not read", "study", at.name, "reason", err.Error())
		}
		return nil
	}
	var k kept
	if json.Unmarshal(raw, &k) != nil || k.Version != version || crc32.ChecksumIEEE(k.Value) != k.CRC {
		return nil
	}
	return &k
}

// save writes aside and renames, so that there is a whole file or none.
func (s *Shelf) save(at place, k *kept) error {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return err
	}
	raw, err := json.Marshal(k)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(s.Dir, at.name+".*.part")
	if err != nil {
		return err
	}
	_, err = file.Write(bytes.TrimSpace(raw))
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), s.path(at))
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}
