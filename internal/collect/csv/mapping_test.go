package csv_test

import (
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/csv"
)

func TestMappingsAreReadAndWritten(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       func(*csv.Mapping)
	}{
		{"nothing", "", func(*csv.Mapping) {}},
		{"columns", "who=Member, when=Date", func(m *csv.Mapping) {
			m[csv.Who].Column, m[csv.When].Column = "Member", "Date"
		}},
		{"a fixed value", "kind==purchase,who=1", func(m *csv.Mapping) {
			m[csv.Kind].Fixed, m[csv.Who].Column = "purchase", "1"
		}},
		{"a guess switched off", "title=,WHO=a", func(m *csv.Mapping) {
			m[csv.Title].Off, m[csv.Who].Column = true, "a"
		}},
		{"two columns", "when=Date+Time", func(m *csv.Mapping) { m[csv.When].Column = "Date+Time" }},
		{"quotes around commas", `who="Name, full",kind=="a ""b"""`, func(m *csv.Mapping) {
			m[csv.Who].Column, m[csv.Kind].Fixed = "Name, full", `a "b"`
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var want csv.Mapping
			c.want(&want)
			got, err := csv.ParseMapping(c.text)
			if err != nil || got != want {
				t.Fatalf("got %v %v, want %v", got, err, want)
			}
			if again, err := csv.ParseMapping(got.String()); err != nil || again != want {
				t.Errorf("%s: got %v %v, want %v", got, again, err, want)
			}
		})
	}
}

func TestMappingsThatAreWrongAreRefusedInWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, says string }{
		{"no pair", "who", "write ROLE=COLUMN"},
		{"an unknown role", "whom=a", "the roles are who, name, email"},
		{"a role twice", "who=a,who=b", "who twice"},
		{"an open quote", `who="a`, "does not close it"},
		{"something behind a quote", `who="a"b`, "after a closing quote"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, err := csv.ParseMapping(c.text); orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want an invalid error that says %q", err, c.says)
			}
		})
	}
}

func TestAMappingMustFitTheFile(t *testing.T) {
	t.Parallel()
	path := write(t, "a.csv", "Member,Date,Date,Action\na,2026-04-03,2026-04-04,like\n")
	for _, c := range []struct{ mapping, says string }{
		{"who=Person", `there is no column "Person" for who: the columns are "Member", "Date", "Date", "Action"`},
		{"when=Date", "name the one for when by its number, as in when=2"},
		{"who=9", `there is no column "9"`},
		{"when=Date2+Time", `there is no column "Date2+Time"`},
		{"who=", "no column that tells who did it"},
	} {
		t.Run(c.mapping, func(t *testing.T) {
			t.Parallel()
			mapping, err := csv.ParseMapping(c.mapping)
			if err != nil {
				t.Fatal(err)
			}
			_, err = csv.New(path, csv.Options{Mapping: mapping, Now: now}).Source(t.Context())
			if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want an invalid error that says %q", err, c.says)
			}
		})
	}
}

func FuzzMapping(f *testing.F) {
	f.Add(`who="Name, full",kind==purchase,title=,when=Date+Time`)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := csv.ParseMapping(text)
		if err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("got %v, want an invalid error", err)
			}
			return
		}
		if again, err := csv.ParseMapping(m.String()); err != nil || again != m {
			t.Errorf("%q is %v, written %q, read %v %v", text, m, m, again, err)
		}
	})
}
