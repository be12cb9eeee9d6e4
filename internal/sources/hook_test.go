package sources_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/sources"
)

func delivery(secret, body string) collect.Delivery {
	return collect.Delivery{Header: http.Header{"X-Secret": {secret}}, Body: []byte(body), At: time.Now()}
}

func TestAHookTakesDeliveriesAndCountsThem(t *testing.T) {
	t.Parallel()
	b := newBoard(t, 1)
	d := open(t, t.TempDir(), "", time.Hour, false)
	if _, _, err := d.Hook(t.Context(), "posts"); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("what is not there: %v", err)
	}
	d.connect(t, b, "posts")
	h, at, err := d.Hook(t.Context(), "posts")
	must(t, err)
	if want := (orrery.IngestSource{Name: "posts", Kind: "board", Planet: "radio"}); at != want {
		t.Errorf("it belongs to %+v, want %+v", at, want)
	}
	if same, _, _ := d.Hook(t.Context(), "posts"); same != h {
		t.Error("it is made anew each time")
	}
	if err := h.Verify(delivery("wrong", "ada")); orrery.CodeOf(err) != orrery.Denied {
		t.Errorf("a wrong secret: %v", err)
	}
	for body, code := range map[string]orrery.Code{"ada": 0, "ping": 0, "nonsense": orrery.Invalid} {
		must(t, h.Verify(delivery("hush-hush-hush", body)))
		if _, err := h.Map(t.Context(), delivery("hush-hush-hush", body)); err != nil && orrery.CodeOf(err) != code || err == nil && code != 0 {
			t.Errorf("%s: %v", body, err)
		} else if err != nil && strings.Contains(err.Error(), "hush-hush-hush") {
			t.Errorf("the secret is told: %v", err)
		}
	}
	d.Delivered("posts", sources.Refused, "more arrives than can be stored")
	got := d.at(t, "posts").Pushed
	if got.Received != 5 || got.Taken != 1 || got.Ignored != 1 || got.Refused != 2 || got.Denied != 1 || got.Last.IsZero() || got.Reasons["ignored: a ping"] != 1 || len(got.Reasons) != 4 {
		t.Errorf("counted %+v", got)
	}
	for i := range 1000 {
		d.Delivered("posts", sources.Refused, fmt.Sprint("reason ", i))
	}
	if got := d.at(t, "posts").Pushed; len(got.Reasons) > 25 || got.Refused != 1002 {
		t.Errorf("%d reasons of %d are remembered", len(got.Reasons), got.Refused)
	}

	must(t, d.ForgetWords(t.Context()))
	if got := d.at(t, "posts").Pushed; len(got.Reasons) != 0 || got.Refused != 1002 {
		t.Errorf("after the words are forgotten it counts %+v", got)
	}
	must(t, d.Pause(t.Context(), "posts"))
	_, _, err = d.Hook(t.Context(), "posts")
	var hint interface{ RetryAfter() time.Duration }
	if orrery.CodeOf(err) != orrery.Exhausted || !errors.As(err, &hint) || hint.RetryAfter() < time.Minute {
		t.Errorf("paused: %v", err)
	}
	must(t, d.Resume(t.Context(), "posts"))
	values := d.at(t, "posts").Open
	values["secret"] = "another secret"
	must(t, d.Change(t.Context(), "posts", values))
	changed, _, err := d.Hook(t.Context(), "posts")
	must(t, err)
	if changed.Verify(delivery("hush-hush-hush", "")) == nil || changed.Verify(delivery("another secret", "")) != nil {
		t.Error("after a change the old secret counts")
	}
}

func TestWithoutASecretNothingIsTaken(t *testing.T) {
	t.Parallel()
	b := newBoard(t, 1)
	d := open(t, t.TempDir(), "", time.Hour, false)
	must(t, d.Add(t.Context(), sources.Setup{Name: "posts", Platform: "board", Planet: "radio", Values: collect.Values{"address": b.URL, "token": token}}))
	if _, _, err := d.Hook(t.Context(), "posts"); orrery.CodeOf(err) != orrery.Denied || !strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
	if st := d.at(t, "posts"); st.Takes || !st.Asks || st.TakeErr == "" {
		t.Errorf("it says %+v", st)
	}
}

func TestCountersOutliveARestart(t *testing.T) {
	t.Parallel()
	b, dir := newBoard(t, 1), t.TempDir()
	d := open(t, dir, "", time.Hour, true)
	d.connect(t, b, "posts")
	until(t, "read", func() bool { return !d.at(t, "posts").Success.IsZero() })
	h, _, err := d.Hook(t.Context(), "posts")
	must(t, err)
	for range 7 {
		_, err := h.Map(t.Context(), delivery("", "ping"))
		must(t, err)
	}
	d.stop()
	if got := open(t, dir, "", time.Hour, false).at(t, "posts"); got.Pushed.Ignored != 7 || got.Success.IsZero() {
		t.Errorf("after a restart it counts %+v", got.Pushed)
	}
}

// Everything at once, for the race detector; in the end all of it is there.
func TestManyHandsAtOnce(t *testing.T) {
	t.Parallel()
	b := newBoard(t, 40)
	d := open(t, t.TempDir(), "", 5*time.Millisecond, true)
	const n = 6
	for i := range n {
		d.connect(t, b, fmt.Sprint("posts", i))
	}
	var work sync.WaitGroup
	for i := range n {
		name := fmt.Sprint("posts", i)
		for hand := range 5 {
			work.Go(func() {
				for range 6 {
					var err error
					switch hand {
					case 0:
						err = errors.Join(d.Pause(t.Context(), name), d.Resume(t.Context(), name))
					case 1:
						err = d.Rewind(t.Context(), name, time.Time{})
					case 2:
						values := d.at(t, name).Open
						err = d.Change(t.Context(), name, values)
					case 3:
						if h, _, hookErr := d.Hook(t.Context(), name); hookErr == nil {
							_, err = h.Map(t.Context(), delivery("", "ping"))
						}
					case 4:
						_, err = d.Test(t.Context(), name)
						_ = d.List()
					}
					if err != nil {
						t.Error(name, hand, err)
					}
				}
			})
		}
	}
	work.Wait()
	for i := range n {
		name := fmt.Sprint("posts", i)
		must(t, d.Resume(t.Context(), name))
		until(t, name+" is whole", func() bool { got, _ := d.added(t, name); return got == 39 })
	}
	for i := range n {
		_, err := d.Delete(t.Context(), fmt.Sprint("posts", i), i%2 == 0)
		must(t, err)
	}
}
