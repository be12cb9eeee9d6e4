package flow

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/catalogue"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/journal"
)

// Checked is what a look at everything that is stored found.
type Checked struct {
	Blocks, Activities int64
	Identities         int
	LiveHash           [32]byte // of the field as it stands, from the snapshot where that counts
	RebuiltHash        [32]byte // of the field rebuilt from the journal
}

// Check reads every page, block, frame and key, and compares the field as it
// stands with one that is rebuilt from the journal.
func (s *System) Check(ctx context.Context) (Checked, error) {
	if err := s.store.Check(ctx); err != nil {
		return Checked{}, err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.upToDate(ctx); err != nil {
		return Checked{}, err
	}
	var c Checked
	seen := map[[16]byte]bool{}
	err := s.journal.Replay(ctx, 0, func(r *journal.Replayed) error {
		c.Blocks++
		c.Activities += int64(r.N)
		keys, err := s.journal.KeysOf(ctx, r.Seq)
		if err != nil {
			return err
		}
		if len(keys) != r.N {
			return fmt.Errorf("block %d has %d keys for %d entries", r.Seq, len(keys), r.N)
		}
		return s.journal.Entries(ctx, r, func(int) bool { return true }, func(row int, e *journal.Entry) error {
			if seen[keys[row]] {
				return fmt.Errorf("block %d, row %d is stored twice", r.Seq, row)
			}
			seen[keys[row]] = true
			if want := s.journal.Key(e.Planet, e.Namespace, e.ExternalID); want != keys[row] && !strings.HasPrefix(e.ExternalID, erasedPrefix) {
				return fmt.Errorf("block %d, row %d does not match its key", r.Seq, row)
			}
			return nil
		})
	})
	if err != nil {
		return c, orrery.Errorf(orrery.Internal, "the journal is damaged: %w; restore a backup with `orrery restore`", err)
	}
	rebuilt, err := s.build(ctx)
	if err != nil {
		return c, err
	}
	c.Identities = s.graph.Len()
	c.LiveHash, c.RebuiltHash = s.hash(s.state.Engine), s.hash(rebuilt.Engine)
	return c, nil
}

// Hash names the state of the field, whatever the order in which it came about.
func (s *System) Hash(ctx context.Context) ([32]byte, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.upToDate(ctx); err != nil {
		return [32]byte{}, err
	}
	if _, err := s.identities(ctx); err != nil {
		return [32]byte{}, err
	}
	return s.hash(s.state.Engine), nil
}

func (s *System) hash(e *field.Engine) [32]byte {
	names := s.graph.Smallest()
	planets := map[orrery.PlanetID]string{}
	for _, p := range s.planets {
		planets[p.ID] = p.Slug
	}
	return e.Hash(
		func(m orrery.MemberID) orrery.Key { return names[m] },
		func(p orrery.PlanetID) string { return planets[p] },
	)
}

// Catalogue returns the catalogue in force.
func (s *System) Catalogue() *catalogue.Catalogue {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.catalogue
}

// Now returns the System's clock reading.
func (s *System) Now() orrery.Day { return orrery.DayOf(s.clock()) }

// Clock tells the time as the System sees it.
func (s *System) Clock() time.Time { return s.clock() }

// Log is where what goes wrong in the background is said.
func (s *System) Log() *slog.Logger { return s.log }

// CacheDir is the folder of what is reckoned from the data and kept beside it. It
// may be gone at any time, and is once somebody is erased.
func (s *System) CacheDir() string { return filepath.Join(s.store.Dir(), "cache") }

// Export hands every activity that counts to fn, in order of arrival; with a
// planet other than 0 only that planet's.
func (s *System) Export(ctx context.Context, planet orrery.PlanetID, fn func(*orrery.Activity) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	g, err := s.identities(ctx)
	if err != nil {
		return err
	}
	names, err := s.namesOfBlocks(ctx)
	if err != nil {
		return err
	}
	var a orrery.Activity
	return s.journal.Replay(ctx, 0, func(r *journal.Replayed) error {
		wanted := func(row int) bool { return !r.TakenBack(row) && (planet == 0 || r.Planet[row] == planet) }
		return s.journal.Entries(ctx, r, wanted, func(_ int, e *journal.Entry) error {
			a = s.activity(e, g.Actor)
			a.Source = names[r.Import]
			return fn(&a)
		})
	})
}

func (s *System) namesOfBlocks(ctx context.Context) (map[orrery.ImportID]string, error) {
	imports, err := s.store.Imports(ctx)
	if err != nil {
		return nil, err
	}
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return nil, err
	}
	names := map[orrery.ImportID]string{}
	for _, i := range imports {
		if at := slices.IndexFunc(sources, func(src orrery.SourceRecord) bool { return src.ID == i.Source }); at >= 0 {
			names[i.ID] = sources[at].Name
		}
	}
	return names, nil
}
