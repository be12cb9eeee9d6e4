// Package api is the door for programs: /api/v1 in JSON, with keys, and what
// whoever runs Orrery watches it by (/healthz, /readyz, /metrics). It reads from
// view, hands activities to the data path and changes nothing by itself: no
// rules and no SQL are in here.
//
// It is fed by HTTP alone; cmd/orrery gives it what it needs. The shapes are
// those of the command line's --json and are told in openapi.json.
package api

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/audit"
	"orrery.dev/orrery/internal/inlet"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/view"
)

// Ingester makes what a source told durable before it returns. Where more arrives than
// it can store it is Exhausted; an error of its chain that has RetryAfter says
// for how long.
type Ingester interface {
	Ingest(ctx context.Context, source orrery.IngestSource, told orrery.Told) (orrery.Receipt, error)
}

// Journal is what was stored, in order of arrival.
type Journal interface {
	Page(ctx context.Context, planet orrery.PlanetID, from journal.Position, limit int) (list []orrery.Activity, next journal.Position, more bool, err error)
}

// Books are planets, sources and imports.
type Books interface {
	Planets() []orrery.Planet
	AddPlanet(ctx context.Context, p orrery.Planet) (orrery.Planet, error)
	Sources(ctx context.Context) ([]orrery.SourceRecord, error)
	Imports(ctx context.Context) ([]orrery.ImportRecord, error)
	Skipped(ctx context.Context, id orrery.ImportID) ([]orrery.SkippedRow, error)
}

// Reader answers who orbits what.
type Reader interface {
	Planets(ctx context.Context, asOf orrery.Day) ([]view.PlanetSummary, error)
	Members(ctx context.Context, q view.MembersQuery) ([]view.Member, orrery.Day, error)
	Profile(ctx context.Context, id orrery.IdentityID, asOf orrery.Day) (view.Profile, error)
	Conversations(ctx context.Context, q view.TalksQuery) (view.TalksPage, error)
}

// Keys checks keys.
type Keys interface {
	Check(ctx context.Context, whole string) (account.Key, error)
}

// Undone tells what undoing an import took back.
type Undone struct {
	Activities int64 `json:"activities"`
	Returnable int64 `json:"returnable"` // rows of other imports that were held back as duplicates: importing those again brings them back
}

// Config is what the API needs. All but Load, More and Record are required.
type Config struct {
	Ingest  Ingester
	Journal Journal
	Books   Books
	Reader  Reader
	Keys    Keys
	Undo    func(ctx context.Context, id orrery.ImportID) (Undone, error)
	Ready   func(ctx context.Context) error                // nil once requests can be answered; called often: keep it cheap
	Load    func() Load                                    // what waits to be stored, for /metrics; or nil
	More    func(io.Writer)                                // further lines of /metrics, or nil
	Record  func(ctx context.Context, e audit.Entry) error // writes what no transaction took along into the audit, or nil
	Log     *slog.Logger
	Clock   func() time.Time
}

// Load is how much waits to be stored, and how much may.
type Load struct {
	Activities, MaxActivities int
	Bytes, MaxBytes           int
}

type server struct {
	Config
	mux      *http.ServeMux
	memory   *inlet.Budget
	atWork   atomic.Int64 // bytes of activities that are being parsed and stored
	repeated *repeats
	meters   *meters
}

// New returns the handler of everything under /api/, and of /healthz, /readyz
// and /metrics. It is safe for concurrent use.
func New(c Config) (http.Handler, error) {
	if c.Ingest == nil || c.Journal == nil || c.Books == nil || c.Reader == nil || c.Keys == nil ||
		c.Undo == nil || c.Ready == nil || c.Log == nil || c.Clock == nil {
		return nil, orrery.Errorf(orrery.Internal, "api: the configuration is not complete")
	}
	s := &server{
		Config: c, mux: http.NewServeMux(), memory: &inlet.Budget{Limit: bodiesInMemory},
		repeated: newRepeats(c.Clock), meters: newMeters(),
	}
	for i := range routes {
		s.mux.Handle(routes[i].pattern, s.guard(i))
	}
	s.mux.HandleFunc("/", s.nothingHere)
	return s.mux, nil
}
