// Package webhook tells other programs what happened, after Standard Webhooks
// 1.0.0: what is to be told waits in an outbox, is signed, sent, and sent again
// until the other end took it or three days are over.
//
// It decides nothing about what is worth telling: whoever changes the data puts
// news into the outbox with the transaction that causes them (orrery.News), and
// package service those that come of looking. Nothing is in the outbox that
// nobody asked for. Names of people are not in it either: they are looked up when
// a message is sent, to endpoints that are to have them. Screens and commands
// steer it; the server runs it.
package webhook

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/outward"
)

// State says whether an endpoint is sent to.
type State string

// The states of an endpoint. Only one that is On gets news, and nothing waits for
// the others meanwhile.
const (
	On     State = "on"
	Paused State = "paused" // somebody had it rest
	Gone   State = "gone"   // it answered 410: it does not want to hear more
	Off    State = "off"    // nothing arrived for OffAfter
)

// Endpoint is where a program hears what happened.
type Endpoint struct {
	Name    string // unique, of [a-z0-9-]
	Address string
	Types   []orrery.NewsType // empty: all
	Planet  orrery.PlanetID   // 0: all
	Names   bool              // people are told by name, too
	Created time.Time
	State   State
	Failing time.Time // since when nothing arrived; zero: it does
	Missed  int64     // news that were not kept because too much waited
	Secrets []byte    // sealed: see secrets
}

// Outcome says what became of a message.
type Outcome string

// The outcomes.
const (
	Waiting   Outcome = "waiting"
	Delivered Outcome = "delivered"
	Failed    Outcome = "failed" // given up
)

// Message is one piece of news on its way to one endpoint.
type Message struct {
	Number  int64
	Webhook string // name of the endpoint
	News    orrery.News
	Outcome Outcome
	Tries   int
	Next    time.Time // of the next try, while it waits
	Ended   time.Time // zero while it waits
}

// Try is one attempt to deliver a message.
type Try struct {
	At     time.Time
	Took   time.Duration
	Status int    // of the answer; 0: none came
	Said   string // begin of the answer, or what went wrong
}

// Settled is what an attempt led to: written in one step.
type Settled struct {
	Message Message
	Try     Try
	// Webhook is how the endpoint stands after: its State counts where it is on
	// still, and whether it has Failing.
	Webhook Endpoint
}

// Outbox keeps what is to be told. What it wrote is durable when it returns.
type Outbox interface {
	// Due lists messages of endpoints that are on whose next try is due, the
	// oldest first and of each endpoint at most each, and when the next after now
	// is; zero: nothing else waits.
	Due(ctx context.Context, now time.Time, each int) ([]Message, time.Time, error)
	// PutMessage puts one message into the outbox, for one endpoint alone.
	PutMessage(ctx context.Context, webhook string, n orrery.News) (Message, error)
	Settle(ctx context.Context, s Settled) error
	// Told is signalled after news were put into the outbox.
	Told() <-chan struct{}
}

// Ledger is what was told and what became of it.
type Ledger interface {
	Messages(ctx context.Context, webhook string, before int64, limit int) ([]Message, error)
	Tries(ctx context.Context, message int64) ([]Try, error)
	// Resend has messages that were given up or delivered wait again, of one
	// endpoint: one of them, or with 0 all that were given up.
	Resend(ctx context.Context, webhook string, message int64, now time.Time) (int, error)
	// Tidy removes messages that ended before.
	Tidy(ctx context.Context, before time.Time) error
}

// Endpoints keeps where programs hear.
type Endpoints interface {
	Webhooks(ctx context.Context) ([]Endpoint, error)
	PutWebhook(ctx context.Context, e Endpoint) error
	DeleteWebhook(ctx context.Context, name string) error
}

// Storage is all that is kept.
type Storage interface {
	Outbox
	Ledger
	Endpoints
}

// Vault seals secrets.
type Vault interface {
	Seal(kind, name string, text []byte) ([]byte, error)
	Open(kind, name string, sealed []byte) ([]byte, error)
}

// Config is what a Service needs.
type Config struct {
	Storage Storage
	Vault   Vault
	Clock   func() time.Time
	Log     *slog.Logger
	// Name tells what to call a person, or is nil; empty: nobody knows.
	Name func(ctx context.Context, id orrery.MemberID) string
	// Origin is put before paths in what is told: "https://orrery.example.org".
	Origin string
	// Private allows addresses in the team's own network, and http.
	Private bool
	// Chance returns numbers from 0 to under 1, for jitter.
	Chance func() float64
}

// Service is safe for concurrent use. Without Run nothing is sent but what is
// asked for by hand.
type Service struct {
	Config
	client *http.Client

	mu      sync.Mutex
	sending map[int64]bool       // messages under way
	busy    map[string]int       // by endpoint
	notYet  map[string]time.Time // endpoints that asked for a pause
	wake    chan struct{}
}

// New returns a Service.
func New(c Config) (*Service, error) {
	if c.Storage == nil || c.Vault == nil || c.Clock == nil || c.Log == nil || c.Chance == nil {
		return nil, errors.New("webhook: the configuration is not complete")
	}
	s := &Service{Config: c, sending: map[int64]bool{}, busy: map[string]int{}, notYet: map[string]time.Time{}, wake: make(chan struct{}, 1)}
	s.client = &http.Client{
		Transport: outward.NewTransport(s.refuse, answerPatience), Timeout: answerPatience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s, nil
}

// refuse keeps from calling on addresses that a webhook must not lead to.
func (s *Service) refuse(addr netip.Addr) error {
	switch place := outward.PlaceOf(addr); {
	case place == outward.Public, s.Private && place != outward.Nowhere:
		return nil
	case place == outward.Nowhere:
		return orrery.Errorf(orrery.Denied, "the address leads to %s, where no program answers", addr.Unmap().WithZone(""))
	}
	return orrery.Errorf(orrery.Denied, "the address leads into your own network (%s), which is refused unless Orrery was started with --webhooks-inside", addr.Unmap().WithZone(""))
}
