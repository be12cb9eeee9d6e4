package collecttest

import (
	"context"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
)

// Recorder is a sink that keeps everything. The zero value is ready. It is used
// by one goroutine, as any sink.
type Recorder struct {
	Activities   []orrery.Activity // copies, in the order of arrival
	Links        []orrery.Link
	Affiliations []orrery.Affiliation
	Skips        []collect.Skipped
	Last         collect.Progress // the latest
	Completed    bool             // Complete was called
	Cursor       collect.Cursor   // as Run or Collect received it

	before func() error // asked before anything is taken; nil takes all
}

var _ collect.Sink = (*Recorder)(nil)

// Run describes and reads a source into the recorder and keeps the cursor.
func (r *Recorder) Run(ctx context.Context, connector collect.Connector, from collect.Cursor) error {
	if _, err := connector.Source(ctx); err != nil {
		return err
	}
	var err error
	r.Cursor, err = connector.Collect(ctx, from, r)
	return err
}

// Activity keeps a copy that shares no memory a connector may reuse.
func (r *Recorder) Activity(_ context.Context, a *orrery.Activity) error {
	if r.before != nil {
		if err := r.before(); err != nil {
			return err
		}
	}
	kept := *a
	kept.To = slices.Clone(a.To)
	kept.Purposes = slices.Clone(a.Purposes)
	kept.Tags = slices.Clone(a.Tags)
	if a.Valence != nil {
		v := *a.Valence
		kept.Valence = &v
	}
	r.Activities = append(r.Activities, kept)
	return nil
}

// Link keeps l.
func (r *Recorder) Link(_ context.Context, l orrery.Link) error {
	r.Links = append(r.Links, l)
	return nil
}

// Affiliation keeps a.
func (r *Recorder) Affiliation(_ context.Context, a orrery.Affiliation) error {
	r.Affiliations = append(r.Affiliations, a)
	return nil
}

// Skip keeps s.
func (r *Recorder) Skip(_ context.Context, s collect.Skipped) error {
	r.Skips = append(r.Skips, s)
	return nil
}

// Progress keeps the latest p.
func (r *Recorder) Progress(p collect.Progress) { r.Last = p }

// Complete notes that it was called.
func (r *Recorder) Complete() { r.Completed = true }
