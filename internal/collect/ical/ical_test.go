package ical_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/ical"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func write(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "team.ics")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func team(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("testdata/team.ics")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheConnectorConforms(t *testing.T) {
	t.Parallel()
	path := write(t, team(t))
	collecttest.Run(t, collecttest.Case{
		New: func(*testing.T) collect.Connector { return &ical.Connector{Path: path, Now: now} },
		Grow: func(t *testing.T) {
			more := "BEGIN:VEVENT\nUID:six@example.org\nDTSTART:20260601T100000Z\nATTENDEE;PARTSTAT=ACCEPTED:mailto:lin@example.com\nEND:VEVENT\nEND:VCALENDAR"
			if err := os.WriteFile(path, []byte(strings.Replace(team(t), "END:VCALENDAR", more, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		Golden: "testdata/team.golden.ndjson",
		Now:    now,
	})
}

func TestAnEventThatBeginsLaterIsToldThen(t *testing.T) {
	t.Parallel()
	path := write(t, team(t))
	first := collecttest.Collect(t, &ical.Connector{Path: path, Now: now}, nil)
	later := collecttest.Collect(t, &ical.Connector{Path: path, Now: now.AddDate(5, 0, 0)}, first.Cursor)
	if len(later.Activities) != 1 || later.Activities[0].Thread != "four@example.org" {
		t.Errorf("got %+v, want the fourth event", later.Activities)
	}
}

func TestWhatIsNoCalendarIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a table":         "who,when\nann,2026-01-01\n",
		"without an end":  "BEGIN:VCALENDAR\nBEGIN:VEVENT\n",
		"deep components": "BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:X\n", 500_000),
		"too large":       "BEGIN:VCALENDAR\n" + strings.Repeat("X-A:b\n", 2_000_000),
	} {
		if _, err := (&ical.Connector{Path: write(t, text), Now: now}).Source(t.Context()); orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("%s: got %v, want an invalid error", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(team(f))
	f.Fuzz(func(t *testing.T, text string) {
		c := &ical.Connector{Path: write(t, text), Now: now}
		if _, err := c.Source(t.Context()); err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Error(err)
			}
			return
		}
		for _, a := range collecttest.Collect(t, c, nil).Activities {
			for _, s := range []string{a.ExternalID, a.Thread, a.Actor.Value, a.Actor.Name, a.Object.Title} {
				if strings.ToValidUTF8(s, "") != s || strings.ContainsRune(s, 0) {
					t.Errorf("%q is no text", s)
				}
			}
			if a.Actor.Value == "" || a.Thread == "" || a.At.Unix() < 0 || a.At.After(now) {
				t.Errorf("got %+v", a)
			}
		}
	})
}
