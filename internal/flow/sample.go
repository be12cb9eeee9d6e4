package flow

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/partner"
	"orrery.dev/orrery/internal/purpose"
	"orrery.dev/orrery/internal/store/sqlite"
)

const (
	sampleKind   = "sample"
	sampleSource = "sample"
)

// Sample is a made-up world that shows what Orrery does before there is data.
type Sample struct {
	Planets    []orrery.Planet // without IDs
	Teammates  string          // rule for whom the sample holds to be us: "@domain"
	Activities iter.Seq[*orrery.Activity]
	Total      int64 // activities, or 0
	Purposes   []SamplePurpose
	Partners   []partner.Partner
}

// SamplePurpose is a purpose of a sample: planets by their slugs, measures as they
// are written.
type SamplePurpose struct {
	purpose.Purpose
	Planets  []string
	Measures []string
	Updates  []string // the newest last
}

// InstallSample makes the sample's planets and imports its activities, as one
// import. Conflict where a planet of that name is there already.
func (s *System) InstallSample(ctx context.Context, sample Sample, plan ImportPlan) (ImportResult, error) {
	if len(sample.Planets) == 0 {
		return ImportResult{}, errors.New("a sample without planets")
	}
	for _, p := range sample.Planets {
		p.Sample = true
		if _, err := s.AddPlanet(ctx, p); err != nil {
			return ImportResult{}, err
		}
	}
	if sample.Teammates != "" {
		if err := s.AddTeammates(ctx, sample.Teammates); err != nil {
			return ImportResult{}, err
		}
	}
	plan.Planet, plan.Source = sample.Planets[0].Slug, sampleSource
	done, err := s.Import(ctx, sampleConnector(sample), plan)
	for i := range sample.Purposes {
		if err == nil {
			err = s.addSamplePurpose(ctx, &sample.Purposes[i])
		}
	}
	for _, p := range sample.Partners {
		if err == nil {
			p.Sample = true
			_, err = s.SavePartner(ctx, p)
		}
	}
	return done, err
}

func (s *System) addSamplePurpose(ctx context.Context, sample *SamplePurpose) error {
	p := sample.Purpose
	p.Sample = true
	for _, slug := range sample.Planets {
		planet, err := s.Planet(slug)
		if err != nil {
			return err
		}
		p.Planets = append(p.Planets, planet.ID)
	}
	for _, text := range sample.Measures {
		m, err := purpose.ParseMeasure(text, orrery.DayOf(s.clock()))
		if err != nil {
			return err
		}
		p.Measures = append(p.Measures, m)
	}
	kept, err := s.SavePurpose(ctx, 0, p)
	for _, text := range sample.Updates {
		if err == nil {
			err = s.UpdatePurpose(ctx, kept.Number, "", text)
		}
	}
	return err
}

type sampleConnector Sample

func (c sampleConnector) Source(context.Context) (collect.Source, error) {
	return collect.Source{Kind: sampleKind, Name: sampleSource, Planet: c.Planets[0].Slug, Origin: "made up, by seed"}, nil
}

func (c sampleConnector) Collect(ctx context.Context, _ collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	var rows int64
	for a := range c.Activities {
		if a.Namespace == "" {
			a.Namespace = a.Source
		}
		if err := to.Activity(ctx, a); err != nil {
			return nil, err
		}
		rows++
		to.Progress(collect.Progress{Rows: rows, Done: rows, Total: c.Total})
	}
	return nil, nil
}

// RemoveSample removes everything that came with the sample: activities,
// people, planets, teammates' rules and the import itself. Without a sample it
// does nothing.
func (s *System) RemoveSample(ctx context.Context, teammates string) error {
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return err
	}
	imports, err := s.store.Imports(ctx)
	if err != nil {
		return err
	}
	for _, src := range sources {
		if src.Kind != sampleKind {
			continue
		}
		for _, i := range imports {
			if i.Source != src.ID || i.State == orrery.ImportUndone {
				continue
			}
			if _, err := s.Undo(ctx, i.ID); err != nil {
				return err
			}
		}
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	unused, err := s.unusedIdentities(ctx)
	if err != nil {
		return err
	}
	err = s.changeLocked(ctx, func(tx *sqlite.Tx) error {
		for _, id := range unused {
			if err := tx.DeleteIdentity(id); err != nil {
				return err
			}
		}
		if teammates != "" {
			if _, err := tx.DeleteTeammates(teammates); err != nil {
				return err
			}
		}
		return tx.DeleteSample(sampleKind)
	}, func() (err error) {
		s.planets, err = s.store.Planets(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("remove the sample: %w", err)
	}
	s.forget()
	return s.rebuild(ctx)
}

// unusedIdentities lists identities that no activity, evidence or decision
// speaks of. The caller holds s.writing.
func (s *System) unusedIdentities(ctx context.Context) ([]orrery.IdentityID, error) {
	g, err := s.identities(ctx)
	if err != nil {
		return nil, err
	}
	used := make([]bool, g.Len()+1)
	err = s.journal.Replay(ctx, 0, func(r *journal.Replayed) error {
		for row := range r.N {
			used[r.Identity[row]] = true
			for _, id := range r.To(row) {
				used[id] = true
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	g.Referenced(used)
	var unused []orrery.IdentityID
	for id := 1; id < len(used); id++ {
		if _, ok := g.Identity(orrery.IdentityID(id)); ok && !used[id] {
			unused = append(unused, orrery.IdentityID(id))
		}
	}
	return unused, nil
}
