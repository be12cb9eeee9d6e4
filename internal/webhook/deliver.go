package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"orrery.dev/orrery"
)

// Bounds of what is sent.
const (
	answerPatience = 20 * time.Second // Standard Webhooks: 15 to 30 s
	atOnce         = 8                // messages on their way
	atOnceEach     = 2                // of them to one endpoint, so that a slow one holds up nobody
	lookAhead      = 2 * atOnceEach   // messages of each endpoint that are read from the outbox at once
	idle           = time.Minute      // with nothing to do; what is told wakes it
	retryRead      = 5 * time.Second  // after the outbox could not be read
	saidBytes      = 2048             // read of an answer
	saidShown      = 300              // letters kept of it
	longestPause   = 24 * time.Hour   // that an answer may ask for
	keptFor        = 30 * 24 * time.Hour
	tidyEvery      = time.Hour

	// OffAfter is how long nothing may arrive before an endpoint is switched off.
	OffAfter = 5 * 24 * time.Hour
)

// Schedule are the pauses after each failed try, as Standard Webhooks 1.0.0 gives
// them: the last try is about three days after the first.
var Schedule = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

const jitter = .2 // of a pause, on top of it

// Run sends what waits until the context ends, then waits for what is under way.
func (s *Service) Run(ctx context.Context) error {
	var work sync.WaitGroup
	defer work.Wait()
	var tidied time.Time
	for {
		if now := s.Clock(); now.Sub(tidied) >= tidyEvery {
			tidied = now
			if err := s.Storage.Tidy(ctx, now.Add(-keptFor)); err != nil && ctx.Err() == nil {
				s.Log.Error("old deliveries not removed", "error", err.Error())
			}
		}
		pause, err := s.launch(ctx, &work)
		if err != nil && ctx.Err() == nil {
			s.Log.Error("outbox not read", "error", err.Error())
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-s.Storage.Told():
		case <-s.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// poke has Run look again.
func (s *Service) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// launch sends what is due, as much at once as may be, and returns how long to
// wait for the next.
func (s *Service) launch(ctx context.Context, work *sync.WaitGroup) (time.Duration, error) {
	now := s.Clock()
	due, next, err := s.Storage.Due(ctx, now, lookAhead)
	if err != nil {
		return retryRead, err
	}
	pause := idle
	if !next.IsZero() {
		pause = min(pause, max(0, next.Sub(now)))
	}
	endpoints, err := s.byName(ctx)
	if err != nil {
		return retryRead, err
	}
	for _, m := range due {
		e, ok := endpoints[m.Webhook]
		if !ok {
			continue
		}
		if wait := s.take(&m, now); wait > 0 {
			pause = min(pause, wait)
			continue
		} else if wait < 0 {
			continue // whoever ends pokes
		}
		work.Go(func() {
			defer s.poke()
			defer s.release(&m)
			if _, err := s.deliver(ctx, e, m); err != nil && ctx.Err() == nil {
				s.Log.Error("delivery not noted", "webhook", m.Webhook, "error", err.Error())
			}
		})
	}
	return pause, nil
}

// take reserves a message: 0 where it may be sent now, a time to wait where its
// endpoint asked for a pause, below 0 where it is under way or enough others are.
func (s *Service) take(m *Message, now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if wait := s.notYet[m.Webhook].Sub(now); wait > 0 {
		return wait
	}
	if s.sending[m.Number] || s.busy[m.Webhook] >= atOnceEach || len(s.sending) >= atOnce {
		return -1
	}
	s.sending[m.Number] = true
	s.busy[m.Webhook]++
	return 0
}

func (s *Service) release(m *Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sending, m.Number)
	if s.busy[m.Webhook]--; s.busy[m.Webhook] <= 0 {
		delete(s.busy, m.Webhook)
	}
}

// deliver tries once and writes what came of it. Where the context ends before
// the answer, nothing is written: the message is sent again later, under its ID.
func (s *Service) deliver(ctx context.Context, e Endpoint, m Message) (Try, error) {
	began := s.Clock()
	status, said, again, err := s.post(ctx, &e, &m, began)
	if err != nil && ctx.Err() != nil {
		return Try{}, ctx.Err()
	}
	now := s.Clock()
	if err != nil {
		said = err.Error()
	}
	t := Try{At: began, Took: now.Sub(began), Status: status, Said: s.harmless(&e, said)}
	if throttles(status) {
		s.hold(e.Name, later(again, now.Add(Schedule[0])))
	}
	settled := settle(e, m, t, again, now, s.Chance())
	if settled.Webhook.State != e.State {
		s.Log.Warn("webhook switched off", "webhook", e.Name, "state", string(settled.Webhook.State))
	}
	return t, s.Storage.Settle(context.WithoutCancel(ctx), settled)
}

// throttles says whether an answer asks for less.
func throttles(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout
}

func (s *Service) hold(webhook string, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notYet[webhook] = later(s.notYet[webhook], until)
}

// settle says what an attempt leads to: it is all of the rules, and nothing else.
func settle(e Endpoint, m Message, t Try, again, now time.Time, chance float64) Settled {
	m.Tries++
	switch {
	case t.Status >= 200 && t.Status < 300:
		m.Outcome, m.Next, m.Ended = Delivered, time.Time{}, now
		e.Failing = time.Time{}
		return Settled{m, t, e}
	case m.Tries > len(Schedule):
		m.Outcome, m.Next, m.Ended = Failed, time.Time{}, now
	default:
		pause := Schedule[m.Tries-1]
		m.Next = later(now.Add(pause+time.Duration(jitter*chance*float64(pause))), earlier(again, now.Add(longestPause)))
	}
	if e.Failing.IsZero() {
		e.Failing = now
	}
	switch {
	case e.State != On:
	case t.Status == http.StatusGone:
		e.State = Gone
	case now.Sub(e.Failing) >= OffAfter:
		e.State = Off
	}
	return Settled{m, t, e}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// post sends a message once.
func (s *Service) post(ctx context.Context, e *Endpoint, m *Message, now time.Time) (status int, said string, again time.Time, err error) {
	keys, err := s.open(e)
	if err != nil {
		return 0, "", again, err
	}
	body, err := s.body(ctx, e, &m.News)
	if err != nil {
		return 0, "", again, err
	}
	signature, err := keys.sign(m.News.ID, now, body)
	if err != nil {
		return 0, "", again, err
	}
	if err := s.CheckAddress(e.Address); err != nil {
		return 0, "", again, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.Address, bytes.NewReader(body))
	if err != nil {
		return 0, "", again, errors.New("the address cannot be called")
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Orrery (+https://orrery.dev)")
	r.Header.Set("webhook-id", m.News.ID)
	r.Header.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	r.Header.Set("webhook-signature", signature)
	answer, err := s.client.Do(r)
	if err != nil {
		return 0, "", again, inWords(err)
	}
	defer answer.Body.Close() //nolint:errcheck // what was read counts
	text, _ := io.ReadAll(io.LimitReader(answer.Body, saidBytes))
	return answer.StatusCode, string(text), retryAfter(answer, now), nil
}

// inWords tells an error of the client without the address, which may hold a
// token.
func inWords(err error) error {
	if orrery.CodeOf(err) != orrery.Internal {
		var told *orrery.Error
		if errors.As(err, &told) {
			return told
		}
	}
	var of *url.Error
	if errors.As(err, &of) {
		if of.Timeout() {
			return fmt.Errorf("no answer within %v", answerPatience)
		}
		err = of.Err
	}
	return err
}

// retryAfter reads the header of that name: seconds or a date.
func retryAfter(answer *http.Response, now time.Time) time.Time {
	text := answer.Header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil && seconds >= 0 {
		return now.Add(time.Duration(seconds) * time.Second)
	}
	if at, err := http.ParseTime(text); err == nil {
		return at
	}
	return time.Time{}
}

// told is the body of a message.
type told struct {
	Type      orrery.NewsType `json:"type"`
	Timestamp string          `json:"timestamp"`
	Data      toldData        `json:"data"`
}

type toldData struct {
	orrery.NewsData
	Name string `json:"name,omitempty"` // of the person, where the endpoint is to have names
	URL  string `json:"url,omitempty"`
}

func (s *Service) body(ctx context.Context, e *Endpoint, n *orrery.News) ([]byte, error) {
	t := told{n.Type, n.At.UTC().Format("2006-01-02T15:04:05.000000Z"), toldData{NewsData: n.Data}}
	if s.Origin != "" && n.Data.Path != "" {
		t.Data.URL = s.Origin + n.Data.Path
	}
	if e.Names && n.Data.Person != 0 && s.Name != nil {
		t.Data.Name = s.Name(ctx, n.Data.Person)
	}
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	if err := out.Encode(t); err != nil {
		return nil, fmt.Errorf("write a message: %w", err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// harmless clips what the other end said, and takes out what looks like a secret
// of ours.
func (s *Service) harmless(e *Endpoint, text string) string {
	if keys, err := s.open(e); err == nil {
		for _, secret := range []string{keys.Now, keys.Before} {
			if bare := strings.TrimPrefix(secret, secretPrefix); bare != "" {
				text = strings.ReplaceAll(strings.ReplaceAll(text, secret, "…"), bare, "…")
			}
		}
	}
	if u, err := url.Parse(e.Address); err == nil {
		for _, part := range []string{e.Address, u.RequestURI()} {
			if len(part) > 1 {
				text = strings.ReplaceAll(text, part, "…")
			}
		}
	}
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "�")
	}
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if runes := []rune(text); len(runes) > saidShown {
		text = string(runes[:saidShown]) + "…"
	}
	return text
}
