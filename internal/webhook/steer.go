package webhook

import (
	"cmp"
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
)

// Form is what somebody fills in about an endpoint.
type Form struct {
	Name    string
	Address string
	Types   []orrery.NewsType // empty: all
	Planet  orrery.PlanetID   // 0: all
	Names   bool
}

const mostEndpoints = 50

var nameOf = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$`)

// CheckAddress says whether an address can be called: https, or http where
// addresses of the team's own network are allowed.
func (s *Service) CheckAddress(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "" || len(text) > 2000:
		return orrery.Errorf(orrery.Invalid, "the address is a whole one, such as https://example.org/hooks/orrery")
	case u.User != nil:
		return orrery.Errorf(orrery.Invalid, "the address holds a password: leave it out, what is sent is signed")
	case u.Fragment != "":
		return orrery.Errorf(orrery.Invalid, "the address holds a #, and what follows it is never sent: leave it out")
	case u.Scheme == "https", u.Scheme == "http" && s.Private:
		return nil
	}
	return orrery.Errorf(orrery.Invalid, "the address begins with https://, so that nobody reads what is sent on its way")
}

func (s *Service) check(f *Form) error {
	f.Name, f.Address = strings.TrimSpace(f.Name), strings.TrimSpace(f.Address)
	if !nameOf.MatchString(f.Name) {
		return orrery.Errorf(orrery.Invalid, "%q cannot name a webhook: use 1 to 40 lower-case letters, digits and dashes, such as crm", f.Name)
	}
	for _, t := range f.Types {
		if !slices.Contains(orrery.NewsTypes, t) {
			return orrery.Errorf(orrery.Invalid, "%q is nothing that can be told", t)
		}
	}
	return s.CheckAddress(f.Address)
}

// Add keeps a new endpoint and returns its secret, the only time that it can be
// read. Conflict where the name is taken.
func (s *Service) Add(ctx context.Context, f Form) (secret string, err error) {
	if err := s.check(&f); err != nil {
		return "", err
	}
	all, err := s.Storage.Webhooks(ctx)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(all, func(e Endpoint) bool { return e.Name == f.Name }) {
		return "", orrery.Errorf(orrery.Conflict, "there is a webhook %q already: choose another name", f.Name)
	}
	if len(all) >= mostEndpoints {
		return "", orrery.Errorf(orrery.Exhausted, "there are %d webhooks already: remove one first", len(all))
	}
	secret = newSecret()
	e := Endpoint{Name: f.Name, Address: f.Address, Types: f.Types, Planet: f.Planet, Names: f.Names, Created: s.Clock(), State: On}
	if e.Secrets, err = s.seal(f.Name, secrets{Now: secret}); err != nil {
		return "", err
	}
	return secret, s.Storage.PutWebhook(ctx, e)
}

// Change fills an endpoint in anew; its name stays.
func (s *Service) Change(ctx context.Context, f Form) error {
	if err := s.check(&f); err != nil {
		return err
	}
	return s.edit(ctx, f.Name, func(e *Endpoint) error {
		e.Address, e.Types, e.Planet, e.Names = f.Address, f.Types, f.Planet, f.Names
		return nil
	})
}

// Turn makes a new secret. The one before goes on signing beside it for Overlap.
func (s *Service) Turn(ctx context.Context, name string) (secret string, err error) {
	secret = newSecret()
	return secret, s.edit(ctx, name, func(e *Endpoint) error {
		keys, err := s.open(e)
		next := keys.turned(secret, s.Clock())
		if err != nil { // it was sealed elsewhere: there is nothing to go on signing with
			next = secrets{Now: secret}
		}
		e.Secrets, err = s.seal(name, next)
		return err
	})
}

// Pause has an endpoint rest: nothing is kept for it meanwhile.
func (s *Service) Pause(ctx context.Context, name string) error {
	return s.edit(ctx, name, func(e *Endpoint) error {
		e.State = Paused
		return nil
	})
}

// Resume has an endpoint hear again.
func (s *Service) Resume(ctx context.Context, name string) error {
	err := s.edit(ctx, name, func(e *Endpoint) error {
		e.State, e.Failing, e.Missed = On, time.Time{}, 0
		return nil
	})
	s.poke()
	return err
}

// Remove forgets an endpoint and what was told to it.
func (s *Service) Remove(ctx context.Context, name string) error {
	if _, err := s.Find(ctx, name); err != nil {
		return err
	}
	return s.Storage.DeleteWebhook(ctx, name)
}

// Test sends a test to an endpoint now, whatever it asked for, and tells what
// came of it. Where it fails it is tried again like any other message.
func (s *Service) Test(ctx context.Context, name string) (Try, error) {
	e, err := s.Find(ctx, name)
	if err != nil {
		return Try{}, err
	}
	if e.State != On {
		return Try{}, orrery.Errorf(orrery.Conflict, "%s is switched off: switch it on first", name)
	}
	m, err := s.Storage.PutMessage(ctx, name, orrery.News{ID: RandomID(), Type: orrery.NewsTest, At: s.Clock(), Data: orrery.NewsData{Path: "/settings/webhooks/" + name}})
	if err != nil {
		return Try{}, err
	}
	return s.now(ctx, e, m)
}

// now sends a message without waiting for its turn.
func (s *Service) now(ctx context.Context, e Endpoint, m Message) (Try, error) {
	s.mu.Lock()
	taken := s.sending[m.Number]
	if !taken {
		s.sending[m.Number] = true
		s.busy[m.Webhook]++
	}
	s.mu.Unlock()
	if taken {
		return Try{}, orrery.Errorf(orrery.Conflict, "it is being sent already: look again in a moment")
	}
	defer s.release(&m)
	return s.deliver(ctx, e, m)
}

// Resend has a message wait again; with 0 all of the endpoint that were given up.
// It returns how many.
func (s *Service) Resend(ctx context.Context, name string, message int64) (int, error) {
	e, err := s.Find(ctx, name)
	if err != nil {
		return 0, err
	}
	if e.State != On {
		return 0, orrery.Errorf(orrery.Conflict, "%s is switched off: switch it on first", name)
	}
	n, err := s.Storage.Resend(ctx, name, message, s.Clock())
	if err == nil && n == 0 && message != 0 {
		return 0, orrery.Errorf(orrery.NotFound, "there is no delivery %d to %s any more, or it waits already", message, name)
	}
	s.poke()
	return n, err
}

// List lists the endpoints by name, without their secrets.
func (s *Service) List(ctx context.Context) ([]Endpoint, error) {
	list, err := s.Storage.Webhooks(ctx)
	for i := range list {
		list[i].Secrets = nil
	}
	slices.SortFunc(list, func(a, b Endpoint) int { return cmp.Compare(a.Name, b.Name) })
	return list, err
}

// Find returns one endpoint.
func (s *Service) Find(ctx context.Context, name string) (Endpoint, error) {
	all, err := s.byName(ctx)
	if err != nil {
		return Endpoint{}, err
	}
	e, ok := all[name]
	if !ok {
		return e, orrery.Errorf(orrery.NotFound, "there is no webhook %q", name)
	}
	return e, nil
}

// A Delivery is a message with its attempts, the newest first.
type Delivery struct {
	Message
	Attempts []Try
}

// Deliveries lists what was told to an endpoint, the newest first: limit
// messages before a number (0: from the newest on).
func (s *Service) Deliveries(ctx context.Context, name string, before int64, limit int) ([]Delivery, error) {
	if _, err := s.Find(ctx, name); err != nil {
		return nil, err
	}
	messages, err := s.Storage.Messages(ctx, name, before, limit)
	if err != nil {
		return nil, err
	}
	list := make([]Delivery, len(messages))
	for i, m := range messages {
		list[i].Message = m
		if list[i].Attempts, err = s.Storage.Tries(ctx, m.Number); err != nil {
			return nil, err
		}
		slices.Reverse(list[i].Attempts)
	}
	return list, nil
}

func (s *Service) edit(ctx context.Context, name string, change func(*Endpoint) error) error {
	e, err := s.Find(ctx, name)
	if err != nil {
		return err
	}
	if err := change(&e); err != nil {
		return err
	}
	return s.Storage.PutWebhook(ctx, e)
}

func (s *Service) byName(ctx context.Context) (map[string]Endpoint, error) {
	list, err := s.Storage.Webhooks(ctx)
	if err != nil {
		return nil, err
	}
	all := make(map[string]Endpoint, len(list))
	for _, e := range list {
		all[e.Name] = e
	}
	return all, nil
}
