package sources

import (
	"bytes"
	"context"
	"errors"
	"sync/atomic"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/flow"
)

// job is what reading a source once needs to know.
type job struct {
	name     string
	planet   orrery.PlanetID
	platform *collect.Platform
	values   collect.Values
	redact   redactor
	from     time.Time // what is older is passed over; zero: nothing is
	whole    bool      // from the start
	run      *run
}

// read asks a platform for what came since the cursor and stores it. It returns
// when the newest activity that it said happened, and how much it said.
func (s *Service) read(ctx context.Context, j job, out *outbound) (newest time.Time, said saying, err error) {
	connector, err := j.platform.Pull(j.values, out.client())
	if err != nil {
		return newest, said, err
	}
	described, err := connector.Source(ctx)
	if err != nil {
		return newest, said, err
	}
	// One kind and one name, whether a platform pushes or is asked.
	described.Kind, described.Name = j.platform.Name, j.name
	planet := ""
	for _, p := range s.System.Planets() {
		if p.ID == j.planet {
			planet = p.Slug
		}
	}
	if planet == "" {
		return newest, said, orrery.Errorf(orrery.NotFound, "its planet is gone: delete the source, or set it up anew")
	}
	known, err := s.System.Source(ctx, j.name)
	if err != nil && orrery.CodeOf(err) != orrery.NotFound {
		return newest, said, err
	}
	same := err == nil && known.Origin == described.Origin && known.Planet == j.planet
	r := newRelay(ctx, connector, j)
	if same {
		r.from = known.Cursor
	}
	go r.collect()
	defer r.stop()
	if same {
		// An import begins with the first thing that the platform says: who is asked
		// every few minutes mostly says nothing.
		select {
		case <-r.wanted:
		case <-r.ended:
			if r.err != nil && (r.cursor == nil || orrery.CodeOf(r.err) != orrery.Exhausted) {
				return newest, said, r.err
			}
			return newest, said, errors.Join(r.err, s.System.MoveCursor(ctx, j.name, known.Cursor, r.cursor))
		}
	}
	var id orrery.ImportID
	_, err = s.System.Import(ctx, &relayed{described, r}, flow.ImportPlan{
		Planet: planet, Source: j.name, Daily: true,
		Started: func(started orrery.ImportID) {
			id = started
			j.run.note(flow.ImportProgress{Import: id})
			if s.watch.Started != nil {
				s.watch.Started(id)
			}
		},
		Progress: func(p flow.ImportProgress) {
			j.run.note(p)
			if s.watch.Progress != nil {
				s.watch.Progress(p)
			}
		},
	})
	r.stop()
	if id != 0 && s.watch.Ended != nil {
		s.watch.Ended(id)
	}
	return r.newest, r.said, err
}

// relay runs a connector whose sink may not be there yet: the first thing that
// it emits waits until there is one.
type relay struct {
	connector collect.Connector
	job       job
	from      collect.Cursor
	ctx       context.Context //nolint:containedctx // of the one Collect, which stop ends
	cancel    context.CancelFunc

	asked  atomic.Bool
	wanted chan struct{} // closed when something wants to be emitted
	open   chan struct{} // closed when there is a sink
	sink   collect.Sink

	ended  chan struct{} // closed when Collect returned; then the rest may be read
	cursor collect.Cursor
	err    error
	newest time.Time
	said   saying
}

// saying is how much a platform said when it was asked once.
type saying struct{ activities, skipped int64 }

var _ collect.Sink = (*relay)(nil)

func newRelay(ctx context.Context, c collect.Connector, j job) *relay {
	r := &relay{connector: c, job: j, wanted: make(chan struct{}), open: make(chan struct{}), ended: make(chan struct{})}
	r.ctx, r.cancel = context.WithCancel(ctx)
	return r
}

func (r *relay) collect() {
	defer close(r.ended)
	r.cursor, r.err = r.connector.Collect(r.ctx, bytes.Clone(r.from), r)
}

// stop ends the connector and waits for it.
func (r *relay) stop() {
	r.cancel()
	<-r.ended
}

// ready waits for the sink.
func (r *relay) ready() error {
	if r.asked.CompareAndSwap(false, true) {
		close(r.wanted)
	}
	select {
	case <-r.open:
		return nil
	case <-r.ctx.Done():
		return r.ctx.Err()
	}
}

func (r *relay) Activity(ctx context.Context, a *orrery.Activity) error {
	if a.At.Before(r.job.from) {
		return ctx.Err()
	}
	if err := r.ready(); err != nil {
		return err
	}
	r.newest = later(r.newest, a.At)
	r.said.activities++
	return r.sink.Activity(ctx, a)
}

func (r *relay) Link(ctx context.Context, l orrery.Link) error {
	if err := r.ready(); err != nil {
		return err
	}
	return r.sink.Link(ctx, l)
}

func (r *relay) Affiliation(ctx context.Context, a orrery.Affiliation) error {
	if err := r.ready(); err != nil {
		return err
	}
	return r.sink.Affiliation(ctx, a)
}

func (r *relay) Skip(ctx context.Context, row collect.Skipped) error {
	if err := r.ready(); err != nil {
		return err
	}
	r.said.skipped++
	const excerptCap = 200
	row.Reason, row.Excerpt = r.job.redact.text(row.Reason, wordsCap), r.job.redact.text(row.Excerpt, excerptCap)
	return r.sink.Skip(ctx, row)
}

func (r *relay) Progress(p collect.Progress) {
	select {
	case <-r.open:
		r.sink.Progress(p)
	default:
		r.job.run.note(flow.ImportProgress{Progress: p})
	}
}

// Complete is not passed on where something was passed over: not all was shown.
func (r *relay) Complete() {
	if r.job.from.IsZero() && r.ready() == nil {
		r.sink.Complete()
	}
}

// relayed is the connector that an import sees.
type relayed struct {
	source collect.Source
	relay  *relay
}

var _ collect.Connector = (*relayed)(nil)

func (c *relayed) Source(context.Context) (collect.Source, error) { return c.source, nil }

func (c *relayed) Collect(ctx context.Context, from collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	r := c.relay
	if !bytes.Equal(from, r.from) {
		r.stop()
		return nil, orrery.Errorf(orrery.Conflict, "it was taken back or set back while it was read; it is asked again")
	}
	r.sink = to
	close(r.open)
	select {
	case <-r.ended:
	case <-ctx.Done():
		r.stop()
	}
	// The text is stored with the import.
	return r.cursor, r.job.redact.inWords(r.err)
}
