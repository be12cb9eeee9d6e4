package csv_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/csv"
)

var exported = []struct{ file, preset, title, row string }{
	{"shopify", "", "orders as Shopify exports them", "#1009,ada@example.org,paid,2026-02-05 10:00:05 +0100,,yes,EUR,1,0,0,1.00,,1,Loom,1.00,Ada Lovelace,,0.00,9009,,web,2026-02-05 10:00:00 +0100\n"},
	{"woocommerce", "", "orders as WooCommerce exports them", "39,Completed,2026-02-09 10:15,Ada,Lovelace,ada@example.org,1.00,0,USD\n"},
	{"stripe", "", "payments as Stripe exports them", "ch_9,2026-03-09 10:00:00,2.00,0.00,usd,TRUE,Card,0.6,,Paid,cus_3,,mary@example.org\n"},
	{"mailchimp", "", "an audience as Mailchimp exports it", "lin@example.com,Lin,X,2,,,2025-09-05 10:00:00,,,,,,,,,,,,,,9,e9,,\n"},
	{"listmonk", "", "subscribers as listmonk exports them", "u9,lin@example.com,Lin,{},enabled,2025-09-05T10:00:00Z,2025-09-06T10:00:00Z\n"},
	{"eventbrite", "", "attendees as Eventbrite exports them", "779,2026-04-09 09:00:00+00:00,Lin,X,lin@example.com,1,General,Engine evening,e-9,Checked In,2026-05-01 19:00:00+00:00\n"},
	{"meetup", "", "attendees as Meetup exports them", "Lin\tuser 109\t\tNo\tYes\t0\t2026-05-09\t2020-01-01\thttps://www.meetup.com/members/109\n"},
	{"volunteers", csv.PresetAttendance, "attendance", "lin@example.com,Lin,Harvest,2026-09-01,1,yes\n"},
}

func TestExportsAreKnownByTheirColumns(t *testing.T) {
	t.Parallel()
	for _, c := range exported {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile("testdata/presets/" + c.file + ".csv")
			if err != nil {
				t.Fatal(err)
			}
			path := write(t, c.file+".csv", string(b))
			opt := csv.Options{Preset: c.preset, Now: now}
			preview, err := csv.Inspect(t.Context(), path, opt)
			if err != nil || preview.Preset != c.title {
				t.Fatalf("got the preset %q, %v, want %q", preview.Preset, err, c.title)
			}
			collecttest.Run(t, collecttest.Case{
				New: func(*testing.T) collect.Connector { return csv.New(path, opt) },
				Grow: func(t *testing.T) {
					if err := os.WriteFile(path, append(b, c.row...), 0o600); err != nil {
						t.Fatal(err)
					}
				},
				Golden: "testdata/presets/" + c.file + ".golden.ndjson",
				Now:    now,
			})
		})
	}
}

// byID returns what a file says by external id.
func byID(t *testing.T, path string, opt csv.Options) map[string]orrery.Activity {
	t.Helper()
	found := map[string]orrery.Activity{}
	for _, a := range collecttest.Collect(t, csv.New(path, opt), nil).Activities {
		found[a.ExternalID] = a
	}
	return found
}

func TestARefundStandsBesideItsOrder(t *testing.T) {
	t.Parallel()
	got := byID(t, "testdata/presets/shopify.csv", csv.Options{Now: now})
	order, refund := got["#1002"], got["#1002/refund"]
	if order.Kind != "purchase" || order.Quantity != 2000 || order.Unit != "EUR" {
		t.Errorf("got the order %+v, want a purchase of 2,000 cents", order)
	}
	if refund.Kind != "refund" || refund.Quantity != -750 || refund.Unit != "EUR" || refund.Parent != "#1002" {
		t.Errorf("got the refund %+v, want −750 cents of #1002", refund)
	}
	if yen := got["#1004"]; yen.Quantity != 1200 || yen.Unit != "JPY" {
		t.Errorf("got %+v, want 1,200 yen, which have no cents", yen)
	}
	if len(got) != 4 { // 1001, 1002 and what came back, 1004
		t.Errorf("got %d activities, want 4: lines of one order are one, and what is not paid is none", len(got))
	}
	paid := byID(t, "testdata/presets/stripe.csv", csv.Options{Now: now})["ch_2/refund"]
	if want := time.Date(2026, 3, 9, 11, 0, 0, 0, time.UTC); !paid.At.Equal(want) {
		t.Errorf("got the refund at %s, want %s: when the money went back", paid.At, want)
	}
}

func TestARequestKeepsWhenHowAndWhereItsProofIs(t *testing.T) {
	t.Parallel()
	made, withdrawn := 0, 0
	for _, a := range byID(t, "testdata/presets/mailchimp.csv", csv.Options{Now: now}) {
		tags := strings.Join(a.Tags, ", ")
		if a.Object.Type != "topic" || a.Object.ID != "mailchimp" || !strings.Contains(tags, "proof:mailchimp.csv") {
			t.Errorf("got %+v, want a topic and its proof", a)
		}
		switch a.Kind {
		case "request.made":
			made++
			if !strings.Contains(tags, "how:confirmed by mail") {
				t.Errorf("got the tags %s, want how it was made", tags)
			}
		case "request.withdrawn":
			withdrawn++
			if !strings.Contains(tags, "why:NO LONGER INTERESTED") || a.At.Month() != time.June {
				t.Errorf("got %s at %s, want why and June", tags, a.At)
			}
		default:
			t.Errorf("got the kind %s", a.Kind)
		}
		if strings.Contains(tags, "192.0.2") {
			t.Errorf("an address of the internet is kept: %s", tags)
		}
	}
	if made != 3 || withdrawn != 1 {
		t.Errorf("got %d requests and %d withdrawn, want 3 and 1", made, withdrawn)
	}
}

func TestWhatWasSaidGoesBeforeAPreset(t *testing.T) {
	t.Parallel()
	const path = "testdata/presets/shopify.csv"
	mapping, err := csv.ParseMapping("who=Email,when=Created at")
	if err != nil {
		t.Fatal(err)
	}
	for name, opt := range map[string]csv.Options{
		"none":      {Preset: csv.NoPreset, Now: now},
		"a mapping": {Mapping: mapping, Now: now},
		"a kind":    {Kind: "visit", Now: now},
	} {
		preview, err := csv.Inspect(t.Context(), path, opt)
		if err != nil || preview.Preset != "" {
			t.Errorf("%s: got the preset %q, %v, want none", name, preview.Preset, err)
		}
	}
	both := csv.Options{Preset: csv.PresetOrders, Kind: "donation", Now: now}
	if got := byID(t, path, both)["#1001"]; got.Kind != "donation" || got.Quantity != 4500 {
		t.Errorf("got %+v, want a donation of 4,500 cents", got)
	}
	if _, err := csv.New(path, csv.Options{Preset: "invoices"}).Source(t.Context()); orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), "orders, subscribers, attendance") {
		t.Errorf("got %v, want the presets named", err)
	}
}

func FuzzPresets(f *testing.F) {
	for _, c := range exported {
		b, err := os.ReadFile("testdata/presets/" + c.file + ".csv")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b), c.preset)
	}
	f.Fuzz(func(t *testing.T, text, preset string) {
		path := filepath.Join(t.TempDir(), "a.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		connector := csv.New(path, csv.Options{Preset: preset, Now: now})
		if _, err := connector.Source(t.Context()); err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Error(err)
			}
			return
		}
		for _, a := range collecttest.Collect(t, connector, nil).Activities {
			if a.ExternalID == "" || a.Kind == "" || a.Actor.Value == "" || a.At.IsZero() {
				t.Errorf("got %+v", a)
			}
		}
	})
}
