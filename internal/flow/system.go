// Package flow joins the stages in the order in which data walks through them:
// collect → identity → journal → field. It owns the only mutable state of a
// running Orrery and the rules about it: one writer, durable before
// acknowledged, the field a function of what is stored.
//
// It is fed by connectors (and later by the doors that take activities in);
// package view reads it. It holds no formulas, no formats and no SQL.
package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/catalogue"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/store/sqlite"
)

// System is an open installation. It is safe for concurrent use: one change at
// a time, readers beside it.
type System struct {
	store *sqlite.Store
	clock func() time.Time
	log   *slog.Logger

	importing sync.Mutex // held for the whole of an import: one at a time
	rescoring sync.Mutex // held while the field is built aside
	writing   sync.Mutex // held for one change; guards journal and graph, which are not safe for concurrent use

	postings     *postings // nil until somebody's activities are looked for; guarded by writing, like the next two
	late         orbits    // that wait to be replayed
	kin          kinship
	blockImports map[orrery.BlockSeq]orrery.ImportID // nil until a duplicate is counted
	changes      int                                 // how often memory was dropped: whoever remembers more compares

	followed followed // links, and not stored yet

	activeMu sync.Mutex
	active   map[orrery.ImportID]bool // imports under way, waiting ones included

	mu        sync.RWMutex // guards what follows
	secret    [16]byte
	planets   []orrery.Planet
	catalogue *catalogue.Catalogue
	journal   *journal.Journal
	graph     *identity.Graph // nil until a change or a search needs it
	verdicts  *verdicts       // nil until the field is built or read
	state     *State          // nil until somebody reads
	unsaved   bool            // state is newer than the snapshot on disk
	builds    int             // how often the state was built anew
}

// Config says how to open a System.
type Config struct {
	Dir       string // the data folder
	MustExist bool   // refuse to make a new one
	Clock     func() time.Time
	Log       *slog.Logger
	Store     sqlite.Options
}

// Open opens the data folder and takes its lock.
func Open(ctx context.Context, c Config) (*System, error) {
	if c.Clock == nil || c.Log == nil {
		return nil, errors.New("flow: a clock and a logger are needed")
	}
	c.Store.MustExist = c.Store.MustExist || c.MustExist
	store, err := sqlite.Open(c.Dir, c.Store)
	if err != nil {
		return nil, err
	}
	s := &System{store: store, clock: c.Clock, log: c.Log, active: map[orrery.ImportID]bool{}}
	if err := s.load(ctx); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return s, nil
}

func (s *System) load(ctx context.Context) (err error) {
	if s.secret, err = s.store.Secret(ctx); err != nil {
		return fmt.Errorf("read the installation's secret: %w", err)
	}
	if s.planets, err = s.store.Planets(ctx); err != nil {
		return fmt.Errorf("read planets: %w", err)
	}
	overrides, _, err := s.store.Catalogue(ctx)
	if err != nil {
		return fmt.Errorf("read the catalogue: %w", err)
	}
	s.catalogue = catalogue.Default()
	if overrides != nil {
		if err := json.Unmarshal(overrides, s.catalogue); err != nil {
			return fmt.Errorf("read the catalogue: %w", err)
		}
	}
	s.journal, err = journal.Open(ctx, s.store, s.secret)
	return err
}

// Close saves a snapshot where there is a newer state, and gives the data
// folder back.
func (s *System) Close(ctx context.Context) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.flushFollowed(ctx); err != nil {
		s.log.Warn("followed links not counted", "reason", err.Error())
	}
	if err := s.saveSnapshot(ctx); err != nil {
		// A snapshot is a cache: without it the next start takes longer.
		s.log.Warn("snapshot not saved", "reason", err.Error())
	}
	return s.store.Close()
}

// Dir returns the data folder.
func (s *System) Dir() string { return s.store.Dir() }

// Planets lists the planets by ID.
func (s *System) Planets() []orrery.Planet {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.planets)
}

// Planet finds a planet by its slug. An empty slug means the only one.
func (s *System) Planet(slug string) (orrery.Planet, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if slug == "" {
		shown := shown(s.planets)
		switch len(shown) {
		case 0:
			return orrery.Planet{}, orrery.Errorf(orrery.NotFound, "there is no planet yet: import something first")
		case 1:
			return shown[0], nil
		}
		return orrery.Planet{}, orrery.Errorf(orrery.Invalid, "there are %d planets: name one with --planet (%s)", len(shown), slugs(shown))
	}
	for _, p := range s.planets {
		if p.Slug == slug {
			return p, nil
		}
	}
	return orrery.Planet{}, orrery.Errorf(orrery.NotFound, "there is no planet %q; there is %s", slug, slugs(s.planets))
}

func slugs(planets []orrery.Planet) string {
	if len(planets) == 0 {
		return "none yet"
	}
	text := ""
	for i, p := range planets {
		if i > 0 {
			text += ", "
		}
		text += p.Slug
	}
	return text
}

// change runs one write transaction and then, with the state locked, what
// follows in memory.
func (s *System) change(ctx context.Context, write func(*sqlite.Tx) error, after func() error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.changeLocked(ctx, write, after)
}

func (s *System) changeLocked(ctx context.Context, write func(*sqlite.Tx) error, after func() error) error {
	if err := s.store.Write(ctx, write); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsaved = true
	if after == nil {
		return nil
	}
	return after()
}

// identities returns the graph, reading it first where nobody needed it yet.
// The caller holds s.writing.
func (s *System) identities(ctx context.Context) (*identity.Graph, error) {
	if s.graph != nil {
		return s.graph, nil
	}
	stored, err := s.store.Identities(ctx)
	if err != nil {
		return nil, fmt.Errorf("read identities: %w", err)
	}
	g := identity.NewGraph(s.secret, stored)
	s.mu.Lock()
	s.graph = g
	s.mu.Unlock()
	return g, nil
}

// forget drops everything in memory that a change on disk has overtaken. The
// caller holds s.writing.
func (s *System) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.graph, s.state, s.verdicts = nil, nil, nil
	s.postings, s.late, s.kin, s.blockImports = nil, orbits{}, kinship{}, nil
	s.changes++
	s.journal.Forget()
}
