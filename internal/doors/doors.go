// Package doors lets programs in that know nothing of Orrery: Segment's clients
// and those that speak like them (RudderStack, Jitsu), CloudEvents, and the
// webhooks of platforms. It reads requests, asks whose key it is, has package
// segment, cloudevents or a platform's hook say what is in them, and hands that
// to the data path. No rules of what events mean and no SQL are in here; Orrery's
// own API is package api.
//
// It is fed by HTTP alone, from browsers on any site too: cookies count for
// nothing here. cmd/orrery gives it what it needs.
package doors

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/segment"
	"orrery.dev/orrery/internal/inlet"
)

// Ingester makes what a source told durable before it returns. Where more
// arrives than it can store it is Exhausted; an error of its chain that has
// RetryAfter says for how long.
type Ingester interface {
	Ingest(ctx context.Context, source orrery.IngestSource, told orrery.Told) (orrery.Receipt, error)
}

// Keys checks keys. Denied where one is not valid.
type Keys interface {
	Check(ctx context.Context, whole string) (account.Key, error)
}

// Hooks finds what takes the deliveries of a source that a team has set up:
// NotFound where there is none of that name, Denied, in words for the team,
// where no secret was set by which deliveries could be verified.
type Hooks interface {
	Hook(ctx context.Context, source string) (collect.Hook, orrery.IngestSource, error)
}

// Config is what the doors need. Hooks, Unusable, Kinds and Meter may be left out.
type Config struct {
	Ingest  Ingester
	Keys    Keys
	Planets func() []orrery.Planet
	Hooks   Hooks
	Kinds   func() segment.Kinds // what the team calls events, asked for each request
	Origin  string               // the address that people use: "https://orrery.example.org"
	Log     *slog.Logger
	Clock   func() time.Time
	Meter   *Meter

	// Unusable keeps, for the team to read, why a verified delivery of a
	// platform could not be used.
	Unusable func(ctx context.Context, source orrery.IngestSource, reason string)
}

type server struct {
	Config
	host, scheme string // of Origin
	mux          *http.ServeMux
	memory       *inlet.Budget
}

// Paths are the addresses, as patterns of http.ServeMux, that the handler
// answers.
var Paths = []string{"/v1/", "/api/s/", "POST /events", "OPTIONS /events", "/hooks/"}

// New returns the handler of everything under Paths. It is safe for concurrent
// use.
func New(c Config) (http.Handler, error) {
	origin, err := url.Parse(c.Origin)
	if err != nil || origin.Host == "" || c.Ingest == nil || c.Keys == nil || c.Planets == nil || c.Log == nil || c.Clock == nil {
		return nil, orrery.Errorf(orrery.Internal, "doors: the configuration is not complete")
	}
	s := &server{Config: c, host: origin.Host, scheme: origin.Scheme, mux: http.NewServeMux(), memory: &inlet.Budget{Limit: bodiesInMemory}}
	if s.Kinds == nil {
		s.Kinds = func() segment.Kinds { return segment.Kinds{} }
	}
	if s.Meter == nil {
		s.Meter = &Meter{}
	}
	for _, rt := range routes {
		s.mux.Handle(rt.pattern, s.guard(rt))
	}
	return s.mux, nil
}
