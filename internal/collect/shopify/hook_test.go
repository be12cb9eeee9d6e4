package shopify_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/payload"
	"orrery.dev/orrery/internal/collect/shopify"
)

const secret = "hush of a test"

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func newHook(t testing.TB, values collect.Values) collect.Hook {
	t.Helper()
	hook, err := shopify.Platform().Hook(values)
	if err != nil {
		t.Fatal(err)
	}
	return hook
}

var settings = collect.Values{"secret": secret}

func delivery(topic string, body []byte) collect.Delivery {
	return collect.Delivery{
		Header: http.Header{
			"X-Shopify-Topic":       {topic},
			"X-Shopify-Shop-Domain": {"night-radio.myshopify.com"},
			"X-Shopify-Webhook-Id":  {"b54557e4-bdd9-4b37-8a5f-bf7d70bcd043"},
			"X-Shopify-Hmac-Sha256": {base64.StdEncoding.EncodeToString(payload.Sum(secret, string(body)))},
		},
		Body: body, At: now,
	}
}

// topicOf reads a fixture's name: orders_create-guest.json is of orders/create.
func topicOf(path string) string {
	topic, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(path), ".json"), "-")
	at := strings.Index(topic, "_")
	if strings.Contains(topic, "consent_") {
		at = strings.LastIndex(topic, "_")
	}
	return topic[:at] + "/" + topic[at+1:]
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

func TestEveryDeliveryIsMappedOrIgnoredWithWords(t *testing.T) {
	t.Parallel()
	hook := newHook(t, settings)
	var got bytes.Buffer
	for _, path := range fixtures(t) {
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		d := delivery(topicOf(path), read(t, path))
		if err := hook.Verify(d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		m, err := hook.Map(t.Context(), d)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		collecttest.Mapped(t, m, now)
		fmt.Fprintf(&got, "# %s (%s)\n", name, topicOf(path))
		if m.Ignored != "" {
			fmt.Fprintf(&got, "ignored: %s\n", m.Ignored)
		}
		got.Write(collecttest.Lines(&collecttest.Recorder{Activities: m.Activities, Links: m.Links}))
	}
	collecttest.Golden(t, "testdata/hook.golden.txt", got.Bytes())
	for _, kept := range []string{"Hafenstrasse", "+49", "Oak oil", "leave it at the door"} {
		if strings.Contains(got.String(), kept) {
			t.Errorf("%q is kept, of an address, a note or what was bought", kept)
		}
	}
}

func TestAnOrderAndARefundCountOnceWhateverTopicsTellThem(t *testing.T) {
	t.Parallel()
	hook := newHook(t, settings)
	ids := map[string]int{}
	for _, fixture := range []string{"orders_create", "orders_paid", "orders_updated-refunded", "orders_cancelled"} {
		path := "testdata/hook/" + fixture + ".json"
		m, err := hook.Map(t.Context(), delivery(topicOf(path), read(t, path)))
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range m.Activities {
			ids[a.Kind+" "+a.ExternalID]++
		}
	}
	if len(ids) != 4 || ids["shopify.order.created order/820982911946154508+created"] != 2 || ids["shopify.refund refund/509562969+created"] != 2 {
		t.Errorf("got %v, want an order, a refund, that it was taken back and that the customer wished so", ids)
	}
}

func TestOnlySignedDeliveriesAreTaken(t *testing.T) {
	t.Parallel()
	hook := newHook(t, settings)
	body := []byte(`{}`)
	for _, c := range []struct{ name, signature, says string }{
		{"no signature", "", "not signed"},
		{"another secret", base64.StdEncoding.EncodeToString(payload.Sum("another", string(body))), "does not fit"},
		{"another body", base64.StdEncoding.EncodeToString(payload.Sum(secret, "[]")), "does not fit"},
		{"no base64", "ä", "does not fit"},
	} {
		d := delivery("orders/create", body)
		d.Header.Set("X-Shopify-Hmac-Sha256", c.signature)
		if err := hook.Verify(d); orrery.CodeOf(err) != orrery.Denied || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want a denied error that says %q", c.name, err, c.says)
		}
	}
}

func TestAnotherShopIsRefused(t *testing.T) {
	t.Parallel()
	hook := newHook(t, collect.Values{"secret": secret, "shop": "https://Day-Radio.myshopify.com/"})
	_, err := hook.Map(t.Context(), delivery("orders/create", []byte(`{"id":1}`)))
	if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), "day-radio.myshopify.com") {
		t.Errorf("got %v, want an invalid error that names the shop", err)
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	t.Parallel()
	for says, values := range map[string]collect.Values{"no secret": {}, "address of a shop": {"secret": secret, "shop": "my shop"}} {
		if _, err := shopify.Platform().Hook(values); orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want an invalid error that says %q", err, says)
		}
	}
}

func FuzzMap(f *testing.F) {
	for _, path := range fixtures(f) {
		f.Add(topicOf(path), read(f, path))
	}
	hook := newHook(f, settings)
	f.Fuzz(func(t *testing.T, topic string, body []byte) {
		m, err := hook.Map(t.Context(), delivery(topic, body))
		if err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("got %v, want an invalid error", err)
			}
			return
		}
		collecttest.Mapped(t, m, now)
	})
}
