package stripe_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/payload"
	"orrery.dev/orrery/internal/collect/stripe"
)

const secret = "whsec_of_a_test"

var now = time.Unix(1795348800, 0).UTC() // 2026-11-22 12:00

func newHook(t testing.TB) collect.Hook {
	t.Helper()
	hook, err := stripe.Platform().Hook(collect.Values{"secret": secret})
	if err != nil {
		t.Fatal(err)
	}
	return hook
}

func v1(body []byte, at time.Time, key string) string {
	return "v1=" + hex.EncodeToString(payload.Sum(key, strconv.FormatInt(at.Unix(), 10)+"."+string(body)))
}

func delivery(body []byte, at time.Time, signatures ...string) collect.Delivery {
	header := fmt.Sprintf("t=%d,%s", at.Unix(), strings.Join(signatures, ","))
	return collect.Delivery{Header: http.Header{"Stripe-Signature": {header}}, Body: body, At: now}
}

func fixtures(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/hook/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	return paths
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func told(t *testing.T, hook collect.Hook, fixture string) []orrery.Activity {
	t.Helper()
	body := read(t, "testdata/hook/"+fixture+".json")
	m, err := hook.Map(t.Context(), delivery(body, now, v1(body, now, secret)))
	if err != nil {
		t.Fatal(err)
	}
	return m.Activities
}

func TestEveryDeliveryIsMappedOrIgnoredWithWords(t *testing.T) {
	t.Parallel()
	hook := newHook(t)
	var got bytes.Buffer
	for _, path := range fixtures(t) {
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		body := read(t, path)
		d := delivery(body, now, v1(body, now, secret))
		if err := hook.Verify(d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		m, err := hook.Map(t.Context(), d)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		collecttest.Mapped(t, m, now)
		fmt.Fprintf(&got, "# %s\n", name)
		if m.Ignored != "" {
			fmt.Fprintf(&got, "ignored: %s\n", m.Ignored)
		}
		got.Write(collecttest.Lines(&collecttest.Recorder{Activities: m.Activities, Links: m.Links}))
	}
	collecttest.Golden(t, "testdata/hook.golden.txt", got.Bytes())
	for _, kept := range []string{"4242", "Hafenstrasse", "+49"} {
		if strings.Contains(got.String(), kept) {
			t.Errorf("%q is kept, of a card or an address", kept)
		}
	}
}

func TestWhatSeveralEventsTellCountsOnce(t *testing.T) {
	t.Parallel()
	hook := newHook(t)
	for _, c := range []struct {
		name     string
		fixtures []string
	}{
		{"an invoice under both names", []string{"invoice_paid", "invoice_payment_succeeded"}},
		{"the start of a subscription", []string{"checkout_subscription", "customer_subscription_created", "invoice_paid_first", "invoice_paid_first_2025"}},
		{"a checkout and its payment", []string{"checkout_payment", "payment_intent_succeeded", "invoice_paid_manual"}},
		{"a decision to end and the end", []string{"customer_subscription_updated_ending", "customer_subscription_deleted"}},
	} {
		ids := map[string]bool{}
		for _, fixture := range c.fixtures {
			for _, a := range told(t, hook, fixture) {
				ids[a.ExternalID+" "+a.Kind] = true
			}
		}
		if len(ids) != 1 {
			t.Errorf("%s: got %v, want one", c.name, ids)
		}
	}
}

func TestWhoeverChangesTheirMindHasNotLeft(t *testing.T) {
	t.Parallel()
	hook := newHook(t)
	ending, resumed := told(t, hook, "customer_subscription_updated_ending"), told(t, hook, "customer_subscription_updated_resumed")
	if len(ending) != 1 || len(resumed) != 1 || resumed[0].Retracts != ending[0].ExternalID {
		t.Errorf("got %+v and %+v, want the second to take back the first", ending, resumed)
	}
}

func TestAmountsAreInMinorUnitsOfTheCurrency(t *testing.T) {
	t.Parallel()
	hook := newHook(t)
	for currency, want := range map[string]float64{"eur": 1200, "jpy": 1200, "kwd": 1200, "isk": 12, "ugx": 12, "mga": 120000} {
		body := fmt.Appendf(nil, `{"type":"payment_intent.succeeded","created":1795340000,"data":{"object":{"id":"pi_1","customer":"cus_1","amount_received":1200,"currency":%q}}}`, currency)
		m, err := hook.Map(t.Context(), delivery(body, now))
		if err != nil || len(m.Activities) != 1 || m.Activities[0].Quantity != want || m.Activities[0].Unit != strings.ToUpper(currency) {
			t.Errorf("1200 %s: got %+v, %v, want %v", currency, m.Activities, err, want)
		}
	}
}

func TestOnlyFreshSignedDeliveriesAreTaken(t *testing.T) {
	t.Parallel()
	hook := newHook(t)
	body := []byte(`{"type":"ping"}`)
	old := now.Add(-payload.Tolerance - time.Second)
	for _, c := range []struct {
		name string
		d    collect.Delivery
		says string // empty: it is taken
	}{
		{"signed now", delivery(body, now, v1(body, now, secret)), ""},
		{"signed with the old and the new secret", delivery(body, now, v1(body, now, "whsec_old"), v1(body, now, secret), "v0=ab"), ""},
		{"signed too long ago", delivery(body, old, v1(body, old, secret)), "five minutes"},
		{"another time than was signed", delivery(body, now, v1(body, old, secret)), "does not fit"},
		{"another secret", delivery(body, now, v1(body, now, "whsec_old")), "does not fit"},
		{"another body", delivery([]byte(`{}`), now, v1(body, now, secret)), "does not fit"},
		{"only an older way of signing", delivery(body, now, "v0=ab"), "not signed"},
		{"no header", collect.Delivery{Body: body, At: now}, "not signed"},
		{"a header without end", delivery(body, now, strings.Split(strings.Repeat("v1=ab,", 1000), ",")...), "not signed"},
	} {
		err := hook.Verify(c.d)
		switch {
		case c.says == "" && err != nil:
			t.Errorf("%s: got %v, want none", c.name, err)
		case c.says != "" && (orrery.CodeOf(err) != orrery.Denied || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: got %v, want a denied error that says %q", c.name, err, c.says)
		}
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	t.Parallel()
	for secret, says := range map[string]string{"": "no secret", "sk_live_1": "whsec_"} {
		if _, err := stripe.Platform().Hook(collect.Values{"secret": secret}); orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v, want an invalid error that says %q", secret, err, says)
		}
	}
}

func FuzzMap(f *testing.F) {
	for _, path := range fixtures(f) {
		f.Add(read(f, path))
	}
	hook := newHook(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := hook.Map(t.Context(), delivery(body, now))
		if err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("got %v, want an invalid error", err)
			}
			return
		}
		collecttest.Mapped(t, m, now)
	})
}
