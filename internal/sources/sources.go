// Package sources keeps what a team sets up once so that a platform keeps
// bringing activities: settings, sealed secrets, and the schedule by which
// platforms are asked. It takes what platforms push through the hooks that it
// hands to the door, and counts what became of it.
//
// It maps nothing and stores no activity: the platforms (collect.Platform) read,
// package flow stores. Screens and commands steer it; the server runs it.
package sources

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/flow"
)

// Storage keeps setups. Writing one is durable when it returns.
type Storage interface {
	Setups(ctx context.Context) ([]orrery.SourceSetup, error)
	PutSetup(ctx context.Context, v orrery.SourceSetup) error
	DeleteSetup(ctx context.Context, name string) error
}

// Config is what a Service needs.
type Config struct {
	System    *flow.System
	Storage   Storage
	Platforms []collect.Platform
	Vault     *Vault
	Clock     func() time.Time
	Log       *slog.Logger
}

// Watch hears of the imports that reading a source makes. Its functions are
// called from several goroutines.
type Watch struct {
	Started  func(orrery.ImportID)
	Progress func(flow.ImportProgress)
	Ended    func(orrery.ImportID)
}

// Service is safe for concurrent use. Without Run it changes and tells what is
// set up, and asks nobody by itself.
type Service struct {
	Config
	watch Watch
	wake  chan struct{} // something changed that the schedule depends on

	saving sync.Mutex // held while a setup is written, so that the newest is written last

	mu      sync.Mutex // guards what follows
	sources map[string]*source
	reading int // under way
	whole   int // of them, those that read all there is

	readings map[string]readings // by platform
}

// source is one that is set up.
type source struct {
	setup    orrery.SourceSetup
	platform *collect.Platform // nil: this program does not know it
	values   collect.Values    // secrets included
	sealed   bool              // its secrets cannot be opened
	redact   redactor

	hook    *hook // nil: it takes no deliveries, and why
	hookErr error
	pullErr error // why it cannot be asked; nil where it can

	state state
	dirty bool // state is newer than what is stored
	run   *run // under way, or nil
	holds int  // changes under way that keep it from being asked
}

// state is how the reading of a source goes.
type state struct {
	Next    time.Time  `json:"next,omitzero"`    // when it is asked next
	Success time.Time  `json:"success,omitzero"` // when asking ended well last
	Failing time.Time  `json:"failing,omitzero"` // since when it has not
	Fails   int        `json:"fails,omitempty"`  // in a row
	Error   string     `json:"error,omitempty"`  // of the last time, in words
	From    time.Time  `json:"from,omitzero"`    // what is older is passed over, until asking ends well
	Whole   bool       `json:"whole,omitempty"`  // it is read from its start, which may take long
	Newest  time.Time  `json:"newest,omitzero"`  // when the newest activity happened
	Pushed  Deliveries `json:"pushed,omitzero"`
}

// New returns a Service over what is stored.
func New(ctx context.Context, c Config) (*Service, error) {
	if c.System == nil || c.Storage == nil || c.Vault == nil || c.Clock == nil || c.Log == nil {
		return nil, errors.New("sources: the configuration is not complete")
	}
	setups, err := c.Storage.Setups(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what is set up: %w", err)
	}
	s := &Service{Config: c, wake: make(chan struct{}, 1), sources: make(map[string]*source, len(setups))}
	for _, setup := range setups {
		src := &source{setup: setup}
		if err := s.load(src); err != nil {
			return nil, fmt.Errorf("read the source %s: %w", setup.Name, err)
		}
		s.sources[setup.Name] = src
	}
	return s, nil
}

// Observe has somebody hear of imports. It is called before Run.
func (s *Service) Observe(w Watch) { s.watch = w }

// load opens the settings of a source. Secrets that cannot be opened are no
// error: the source then says so.
func (s *Service) load(src *source) error {
	src.platform = s.platform(src.setup.Platform)
	src.values = collect.Values{}
	if err := json.Unmarshal(src.setup.Settings, &src.values); err != nil {
		return fmt.Errorf("its settings: %w", err)
	}
	src.state = state{}
	if err := json.Unmarshal(src.setup.State, &src.state); err != nil {
		return fmt.Errorf("its state: %w", err)
	}
	secrets, err := s.Vault.open(src.setup.Name, src.setup.Secrets)
	if src.sealed = err != nil; err != nil && !errors.Is(err, errSealed) {
		s.Log.Warn("secrets stay sealed", "source", src.setup.Name, "reason", err.Error())
	}
	for name, v := range secrets {
		src.values[name] = v
	}
	s.equip(src, secrets)
	return nil
}

// equip makes of the settings what takes deliveries, and tells whether the
// platform can be asked.
func (s *Service) equip(src *source, secrets collect.Values) {
	src.redact = redactorOf(secrets)
	src.hook, src.hookErr, src.pullErr = nil, nil, nil
	switch {
	case src.platform == nil:
		src.pullErr = orrery.Errorf(orrery.Conflict, "this version of Orrery does not know the platform %q", src.setup.Platform)
		src.hookErr = src.pullErr
		return
	case src.sealed:
		src.pullErr = orrery.Errorf(orrery.Denied, "its secrets were sealed on another machine: fill them in again")
		src.hookErr = src.pullErr
		return
	}
	if src.platform.Hook != nil {
		of, err := src.platform.Hook(src.values)
		if err == nil && !hasSecret(src.platform, src.values) {
			err = orrery.Errorf(orrery.Denied, "without a secret no delivery is taken: fill one in here and at the platform")
		}
		if src.hookErr = src.redact.inWords(err); err == nil {
			src.hook = &hook{service: s, source: src.setup.Name, of: of, redact: src.redact}
		}
	}
	if src.platform.Pull != nil {
		out := newOutbound(false, s.Clock)
		defer out.close()
		_, err := src.platform.Pull(src.values, out.client())
		src.pullErr = src.redact.inWords(err)
	}
}

func hasSecret(p *collect.Platform, values collect.Values) bool {
	return slices.ContainsFunc(p.Fields, func(f collect.Field) bool { return f.Secret && values[f.Name] != "" })
}

// platform finds a platform by its name, or nil.
func (s *Service) platform(name string) *collect.Platform {
	for i := range s.Platforms {
		if s.Platforms[i].Name == name {
			return &s.Platforms[i]
		}
	}
	return nil
}

// find returns a source; the caller holds s.mu.
func (s *Service) find(name string) (*source, error) {
	if src := s.sources[name]; src != nil {
		return src, nil
	}
	names := make([]string, 0, len(s.sources))
	for n := range s.sources {
		names = append(names, n)
	}
	slices.Sort(names)
	if len(names) == 0 {
		return nil, orrery.Errorf(orrery.NotFound, "there is no source %q; none is set up yet", name)
	}
	return nil, orrery.Errorf(orrery.NotFound, "there is no source %q; there is %s", name, strings.Join(names[:min(8, len(names))], ", "))
}

// save writes a source as it is now, unless it is gone.
func (s *Service) save(ctx context.Context, name string) error {
	s.saving.Lock()
	defer s.saving.Unlock()
	s.mu.Lock()
	src := s.sources[name]
	if src == nil {
		s.mu.Unlock()
		return nil
	}
	text, err := json.Marshal(src.state)
	src.setup.State, src.dirty = text, false
	setup := src.setup
	s.mu.Unlock()
	if err != nil {
		return fmt.Errorf("keep the source %s: %w", name, err)
	}
	if err := s.Storage.PutSetup(ctx, setup); err != nil {
		s.mu.Lock()
		src.dirty = true
		s.mu.Unlock()
		return fmt.Errorf("keep the source %s: %w", name, err)
	}
	return nil
}

// poke has the schedule look again.
func (s *Service) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
