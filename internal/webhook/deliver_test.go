package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/store/sqlite"
	. "orrery.dev/orrery/internal/webhook"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// plainVault seals nothing: what seals is tested where it lives.
type plainVault struct{}

func (plainVault) Seal(_, _ string, text []byte) ([]byte, error)   { return text, nil }
func (plainVault) Open(_, _ string, sealed []byte) ([]byte, error) { return sealed, nil }

func opened(t testing.TB) Storage {
	t.Helper()
	s, err := sqlite.Open(t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestWhatAnAttemptLeadsTo(t *testing.T) {
	t.Parallel()
	on := Endpoint{Name: "crm", State: On}
	failing := func(since time.Duration) Endpoint {
		return Endpoint{Name: "crm", State: On, Failing: noon.Add(-since)}
	}
	cases := []struct {
		name   string
		e      Endpoint
		tries  int // before
		status int
		again  time.Time

		outcome Outcome
		pause   time.Duration // until the next try; the chance of jitter is none here
		state   State
		failing bool
	}{
		{"200 is delivered", on, 0, 200, time.Time{}, Delivered, 0, On, false},
		{"204 is, too, and ends a failure", failing(time.Hour), 3, 204, time.Time{}, Delivered, 0, On, false},
		{"a redirect is a failure", on, 0, 302, time.Time{}, Waiting, 5 * time.Second, On, true},
		{"no answer is tried again after 5 s", on, 0, 0, time.Time{}, Waiting, 5 * time.Second, On, true},
		{"the second failure waits 5 min", on, 1, 500, time.Time{}, Waiting, 5 * time.Minute, On, true},
		{"the ninth waits a day", on, 8, 500, time.Time{}, Waiting, 24 * time.Hour, On, true},
		{"the tenth is the last", on, 9, 500, time.Time{}, Failed, 0, On, true},
		{"Retry-After is kept to", on, 0, 429, noon.Add(time.Hour), Waiting, time.Hour, On, true},
		{"a Retry-After sooner than the schedule is not", on, 1, 503, noon.Add(time.Second), Waiting, 5 * time.Minute, On, true},
		{"nobody may ask for more than a day", on, 0, 429, noon.Add(90 * 24 * time.Hour), Waiting, 24 * time.Hour, On, true},
		{"410 switches the endpoint off, and the message waits", on, 0, 410, time.Time{}, Waiting, 5 * time.Second, Gone, true},
		{"days of failure do", failing(5 * 24 * time.Hour), 4, 500, time.Time{}, Waiting, 5 * time.Hour, Off, true},
		{"fewer do not", failing(5*24*time.Hour - time.Second), 4, 500, time.Time{}, Waiting, 5 * time.Hour, On, true},
		{"one that rests goes on resting", Endpoint{Name: "crm", State: Paused}, 0, 410, time.Time{}, Waiting, 5 * time.Second, Paused, true},
	}
	for _, c := range cases {
		got := SettleOf(c.e, Message{Tries: c.tries, Outcome: Waiting}, Try{Status: c.status}, c.again, noon, 0)
		pause := time.Duration(0)
		if !got.Message.Next.IsZero() {
			pause = got.Message.Next.Sub(noon)
		}
		if got.Message.Outcome != c.outcome || pause != c.pause || got.Webhook.State != c.state || got.Webhook.Failing.IsZero() == c.failing || got.Message.Tries != c.tries+1 {
			t.Errorf("%s: got %s after %v, %s, failing %v; want %s after %v, %s, %v", c.name,
				got.Message.Outcome, pause, got.Webhook.State, !got.Webhook.Failing.IsZero(), c.outcome, c.pause, c.state, c.failing)
		}
		if got.Message.Outcome == Waiting != got.Message.Ended.IsZero() {
			t.Errorf("%s: what ended has a time, what waits none", c.name)
		}
	}
	// 5 s + 5 min + 30 min + 2 + 5 + 10 + 14 + 20 + 24 h: three days and a bit.
	sum := time.Duration(0)
	for _, pause := range Schedule {
		sum += pause
	}
	if want := 75*time.Hour + 35*time.Minute + 5*time.Second; sum != want {
		t.Errorf("the schedule spans %v, want %v", sum, want)
	}
}

func TestASecretThatIsTurnedSignsWithBothForADay(t *testing.T) {
	t.Parallel()
	first, second := NewSecret(), NewSecret()
	k := Turned(Secrets{Now: first}, second, noon)
	body := []byte(`{"type":"webhook.test"}`)
	verifies := func(header, secret string) bool {
		key, err := KeyOf(secret)
		if err != nil {
			t.Fatal(err)
		}
		mac := hmac.New(sha256.New, key)
		fmt.Fprintf(mac, "msg_1.%d.%s", noon.Unix(), body)
		return slices.Contains(strings.Split(header, " "), "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	header, err := Sign(k, "msg_1", noon, body)
	if err != nil || !verifies(header, first) || !verifies(header, second) {
		t.Errorf("on the day: %q, %v; want both secrets to verify", header, err)
	}
	if got := InForce(k, noon.Add(Overlap)); !slices.Equal(got, []string{second}) {
		t.Errorf("after a day %d secrets sign, want the new one alone", len(got))
	}
	// From the specification of Standard Webhooks.
	key := Secrets{Now: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
	got, err := Sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; err != nil || got != want {
		t.Errorf("got %q, %v; want the signature of the libraries' own tests %q", got, err, want)
	}
	for _, bad := range []string{"", "whsec_", "whsec_short", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!!!!", "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 65))} {
		if _, err := KeyOf(bad); orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("the secret %q: %v, want Invalid", bad, err)
		}
	}
}

// far is the other end: it does what the dice say, and notes what arrived.
type far struct {
	mu       sync.Mutex
	dice     *rand.Rand
	kind     bool // it takes everything
	arrived  map[string]int
	accepted map[string]bool
	bad      []string // that did not verify
	secret   string
}

func (f *far) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	defer f.mu.Unlock()
	id := r.Header.Get("webhook-id")
	key, _ := KeyOf(f.secret)
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", id, r.Header.Get("webhook-timestamp"), body)
	if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); r.Header.Get("webhook-signature") != want {
		f.bad = append(f.bad, id)
	}
	f.arrived[id]++
	if f.kind {
		f.accepted[id] = true
		return
	}
	switch f.dice.IntN(6) {
	case 0:
		w.WriteHeader(http.StatusInternalServerError)
	case 1:
		w.Header().Set("Retry-After", "90")
		w.WriteHeader(http.StatusTooManyRequests)
	case 2:
		w.WriteHeader(http.StatusFound)
	case 3:
		panic(http.ErrAbortHandler) // the connection is cut
	default:
		f.accepted[id] = true
	}
}

// forgetful loses what attempts led to, as a kill between the answer and the
// commit does.
type forgetful struct {
	Storage
	dice *rand.Rand
	mu   sync.Mutex
	lost int
}

var errKilled = errors.New("killed")

func (f *forgetful) Settle(ctx context.Context, s Settled) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dice.IntN(5) == 0 {
		f.lost++
		return errKilled
	}
	return f.Storage.Settle(ctx, s)
}

func TestWhateverHappensEachMessageArrivesAndNoneIsForgotten(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			dice := rand.New(rand.NewPCG(seed, 1))
			var one sync.Mutex // delivery throws at a time
			chance := func() float64 {
				one.Lock()
				defer one.Unlock()
				return dice.Float64()
			}
			end := &far{dice: rand.New(rand.NewPCG(seed, 2)), arrived: map[string]int{}, accepted: map[string]bool{}}
			server := httptest.NewUnstartedServer(end)
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			server.Start()
			defer server.Close()
			now := noon
			store := &forgetful{Storage: opened(t), dice: rand.New(rand.NewPCG(seed, 3))}
			start := func() *Service {
				s, err := New(Config{
					Storage: store, Vault: plainVault{}, Clock: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler), Private: true, Chance: chance,
				})
				if err != nil {
					t.Fatal(err)
				}
				return s
			}
			s := start()
			var err error
			if end.secret, err = s.Add(t.Context(), Form{Name: "crm", Address: server.URL + "/in"}); err != nil {
				t.Fatal(err)
			}
			want := map[string]bool{}
			for round := 0; ; round++ {
				if round < 40 {
					n := orrery.News{ID: NewsID(fmt.Sprint(seed, round)), Type: orrery.NewsTest, At: now}
					if _, err := store.PutMessage(t.Context(), "crm", n); err != nil {
						t.Fatal(err)
					}
					want[n.ID] = true
				}
				end.mu.Lock()
				end.kind = round > 60
				end.mu.Unlock()
				if dice.IntN(10) == 0 {
					s = start() // it was killed: nothing but the outbox is known
				}
				var work sync.WaitGroup
				pause, err := Launch(s, t.Context(), &work)
				work.Wait()
				if err != nil {
					t.Fatal(err)
				}
				if pause == Idle && round > 60 {
					messages, err := store.Messages(t.Context(), "crm", 0, 1000)
					if err != nil {
						t.Fatal(err)
					}
					if !slices.ContainsFunc(messages, func(m Message) bool { return m.Outcome == Waiting }) {
						break
					}
				}
				if round > 5000 {
					t.Fatal("the outbox does not become empty")
				}
				now = now.Add(max(time.Second, min(pause, time.Hour)))
			}
			if store.lost == 0 {
				t.Error("nothing was ever lost on the way, so this proves nothing")
			}
			if len(end.bad) > 0 {
				t.Errorf("%d requests did not verify", len(end.bad))
			}
			messages, err := store.Messages(t.Context(), "crm", 0, 1000)
			if err != nil {
				t.Fatal(err)
			}
			if len(messages) != len(want) {
				t.Errorf("%d messages are kept of %d", len(messages), len(want))
			}
			for _, m := range messages {
				if m.Outcome == Delivered && !end.accepted[m.News.ID] {
					t.Errorf("message %s is said to be delivered and never was", m.News.ID)
				}
				if m.Outcome == Failed && m.Tries <= len(Schedule) {
					t.Errorf("message %s was given up after %d tries", m.News.ID, m.Tries)
				}
				if m.Outcome == Delivered {
					delete(want, m.News.ID)
				}
			}
			for id := range want {
				if end.arrived[id] <= len(Schedule) {
					t.Errorf("message %s is lost: it arrived %d times and was never taken", id, end.arrived[id])
				}
			}
		})
	}
}

func TestWhatIsToldNamesPeopleOnlyWhereThatIsWanted(t *testing.T) {
	t.Parallel()
	s := &Service{Config: Config{Origin: "https://orrery.example.org", Name: func(context.Context, orrery.MemberID) string { return "Ada <b>" }}}
	n := orrery.News{ID: "msg_1", Type: orrery.NewsPersonNear, At: noon, Data: orrery.NewsData{Planet: "radio", Person: 7, Level: "inner", Path: "/people/7?planet=radio"}}
	for names, want := range map[bool]string{
		false: `{"type":"person.came_near","timestamp":"2026-11-22T12:00:00.000000Z","data":{"planet":"radio","person":7,"level":"inner","path":"/people/7?planet=radio","url":"https://orrery.example.org/people/7?planet=radio"}}`,
		true:  `{"type":"person.came_near","timestamp":"2026-11-22T12:00:00.000000Z","data":{"planet":"radio","person":7,"level":"inner","path":"/people/7?planet=radio","name":"Ada <b>","url":"https://orrery.example.org/people/7?planet=radio"}}`,
	} {
		got, err := Body(s, t.Context(), &Endpoint{Names: names}, &n)
		if err != nil || string(got) != want || !json.Valid(got) {
			t.Errorf("names %v: got %s, %v; want %s", names, got, err, want)
		}
	}
}

func TestWhatTheOtherEndSaidIsClippedAndHoldsNoSecret(t *testing.T) {
	t.Parallel()
	secret := NewSecret()
	s := &Service{Config: Config{Vault: plainVault{}}}
	sealed, err := Seal(s, "crm", Secrets{Now: secret})
	if err != nil {
		t.Fatal(err)
	}
	e := Endpoint{Name: "crm", Address: "https://example.org/hooks/T0KEN", Secrets: sealed}
	got := Harmless(s, &e, "no:\x00 "+secret+"\nat /hooks/T0KEN, "+strings.TrimPrefix(secret, "whsec_")+strings.Repeat("x", 5000)+"\xff")
	if strings.Contains(got, "whsec_") || strings.Contains(got, strings.TrimPrefix(secret, "whsec_")) || strings.Contains(got, "T0KEN") || len([]rune(got)) > SaidShown+1 || strings.ContainsAny(got, "\x00\n") {
		t.Errorf("got %q", got)
	}
}

func TestNothingInsideIsCalledUnlessItWasAllowedOnStart(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was called") }))
	defer server.Close()
	s, err := New(Config{Storage: opened(t), Vault: plainVault{}, Clock: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler), Chance: rand.Float64})
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{server.URL, "ftp://example.org", "https://user:pass@example.org", "example.org", "https://", "https://example.org/#x", "javascript:alert(1)"} {
		if _, err := s.Add(t.Context(), Form{Name: "crm", Address: address}); orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("%s: %v, want Invalid", address, err)
		}
	}
	if _, err := s.Add(t.Context(), Form{Name: "crm", Address: strings.Replace(server.URL, "http:", "https:", 1)}); err != nil {
		t.Fatal(err)
	}
	try, err := s.Test(t.Context(), "crm")
	if err != nil || try.Status != 0 || !strings.Contains(try.Said, "your own network") {
		t.Errorf("got %+v, %v; want that it leads into the own network", try, err)
	}
}
