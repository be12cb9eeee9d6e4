package purpose

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
)

func day(text string) orrery.Day {
	d, err := orrery.ParseDay(text)
	if err != nil {
		panic(err)
	}
	return d
}

func parse(t testing.TB, text string) *Measure {
	t.Helper()
	m, err := ParseMeasure(text, day("2026-01-01"))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return &m
}

func TestAMeasureIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Measure{
		"count target 1,000 by 2026-12-31": {Target: 1000 * One, From: day("2026-01-01"), By: day("2026-12-31")},
		"sum hours over kind=volunteer.hours target 2.5 from 2026-02-01 by 2026-12-31": {
			Takes: Sum, Unit: "hours", Over: Filter{{Kinds: []string{"volunteer.hours"}}}, Target: 2500, From: day("2026-02-01"), By: day("2026-12-31"),
		},
		"sum EUR over marked target 2500 by 2026-12-31": {
			Takes: Sum, Unit: "EUR", Over: Filter{{Marked: true}}, Target: 250_000 * One, From: day("2026-01-01"), By: day("2026-12-31"),
		},
		`PEOPLE OVER way=contribution AND tag="field day, late",x OR space=recording/dawn-,/p-,page and planet=reedbed TARGET 20 BY 2026-12-31`: {
			Takes: People, Target: 20 * One, From: day("2026-01-01"), By: day("2026-12-31"),
			Over: Filter{
				{Ways: []orrery.Strategy{orrery.Contribution}, Tags: []string{"field day, late", "x"}},
				{Spaces: []Space{{"recording", "dawn-"}, {"", "p-"}, {"page", ""}}, Planets: []string{"reedbed"}},
			},
		},
		"count over everything target 3 by 2026-12-31": {Target: 3 * One, From: day("2026-01-01"), By: day("2026-12-31")},
	} {
		got := *parse(t, text)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
		if again := *parse(t, got.String()); !reflect.DeepEqual(again, got) {
			t.Errorf("%s is written as %s, which reads %+v", text, got, again)
		}
	}
}

func TestAMeasureThatCannotBeReadSaysWithWhichWord(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                           "the measure ends where count, sum or people was expected",
		"hours":                      `"hours" stands where count, sum or people was expected`,
		"sum over":                   "a sum needs a unit",
		"count over kind=a":          "the measure has no target",
		"count over kind=a target 5": "the measure has no date",
		"count over kind= target 5 by 2027-01-01":                   "kind= has an empty value",
		"count over colour=red target 5 by 2027-01-01":              `"colour=" is no condition`,
		"count over way=fun target 5 by 2027-01-01":                 `"fun" is not a strategy`,
		"count over kind=a kind=b target 5 by 2027-01-01":           `"kind=b" stands where over, and, or, target`,
		"count over target 5 by 2027-01-01":                         `"target" stands where marked`,
		"count target five by 2027-01-01":                           "target five is not a number",
		"count target 1,50 by 2027-01-01":                           "target 1,50 is not a number",
		"count target 1e9 by 2027-01-01":                            "target 1e9 is not a number",
		"count target 2.5 by 2027-01-01":                            "there are no parts of activities",
		"count target 0 by 2027-01-01":                              "target 0 is out of reach",
		"count target 5 by tomorrow":                                `behind "by": "tomorrow" is not a date`,
		"count target 5 by":                                         `a date is missing behind "by"`,
		"count target 5 by 2025-01-01":                              "does not lie after the start",
		"count target 5 by 2226-01-01":                              "more than 20 years",
		`count over tag="field day target 5 by 2027-01-01`:          "a quotation mark opens and does not close",
		"count over space=/ target 5 by 2027-01-01":                 "space=/ names no object",
		"sum hours of volunteers target 5 by 2027-01-01":            `"of" is not needed`,
		"count over marked\x00 target 5 by 2027-01-01":              "a sign that cannot be seen",
		"count over marked or target 5 by 2027-01-01":               `"target" stands where marked`,
		"count over marked target 5 target-date by 2027-01-01":      `"target-date" stands where`,
		"sum hours over kind=x target -5 by 2027-01-01":             "target -5 is not a number",
		"sum hours over kind=x target 99999999999999 by 2027-01-01": "out of reach",
	} {
		_, err := ParseMeasure(text, day("2026-01-01"))
		if err == nil || !strings.Contains(err.Error(), want) || orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func FuzzParseMeasure(f *testing.F) {
	f.Add(Example)
	f.Add(`people over way=contribution and tag="field day",a or space=recording/dawn- and marked target 200 from 2026-09-01 by 2027-01-01`)
	f.Add(`sum JPY over planet=x target 1,500 by 2027-01-01`)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMeasure(text, day("2026-01-01"))
		if err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Fatalf("%q: %v has no code", text, err)
			}
			return
		}
		again, err := ParseMeasure(m.String(), 0)
		if err != nil {
			t.Fatalf("%q is written as %q, which cannot be read: %v", text, m, err)
		}
		if !reflect.DeepEqual(again, m) && m.Target < 1e15 {
			t.Fatalf("%q is written as %q, which reads %+v, not %+v", text, m, again, m)
		}
	})
}

// imagine makes up activities of three years up to 2026-11-22.
func imagine(seed uint64, n int) []Act {
	r := rand.New(rand.NewPCG(seed, 3))
	kinds := []string{"volunteer.hours", "appeal.pledge", "forum.reply", "hours"}
	acts := make([]Act, n)
	for i := range acts {
		a := Act{
			Member: orrery.MemberID(1 + r.IntN(40)), Planet: orrery.PlanetID(1 + r.IntN(3)), Day: day("2026-11-22") - orrery.Day(r.IntN(1100)),
			Kind: kinds[r.IntN(len(kinds))], Way: orrery.Strategy(r.IntN(6)), Quantity: r.NormFloat64() * 10,
			Unit: []string{"hours", "EUR", ""}[r.IntN(3)], ObjectType: []string{"", "page", "recording"}[r.IntN(3)], ObjectID: fmt.Sprint("p-", r.IntN(20)),
		}
		a.Around = fmt.Sprint("planet-", a.Planet)
		if r.IntN(3) == 0 {
			a.Purposes = []string{"dawn", "other"}[:1+r.IntN(2)]
		}
		if r.IntN(3) == 0 {
			a.Tags = []string{"field day"}
		}
		acts[i] = a
	}
	return acts
}

var measures = []string{
	"count over marked target 500 from 2026-01-01 by 2027-01-01",
	"sum hours over kind=hours target 900 from 2025-06-01 by 2027-01-01",
	"sum EUR over marked or tag=\"field day\" and way=commerce,content target 20 from 2026-01-01 by 2027-01-01",
	"people over space=page/p-1 and planet=planet-1,planet-2 target 30 from 2026-05-01 by 2027-01-01",
	"count target 5000 from 2026-01-01 by 2027-01-01",
}

func tallied(m *Measure, acts []Act, until orrery.Day) Tally {
	b := NewBook("dawn", m, until)
	for i := range acts {
		b.Add(&acts[i])
	}
	return b.Tally()
}

func TestFiguresFollowFromActivitiesAloneInAnyOrderAndAnySplit(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		acts := imagine(seed, 4000)
		r := rand.New(rand.NewPCG(seed, 4))
		for _, text := range measures {
			m := parse(t, text)
			want := tallied(m, acts, day("2026-11-22"))
			shuffled := slices.Clone(acts)
			r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			if got := tallied(m, shuffled, day("2026-11-22")); !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: another order tells other figures", text)
			}
			var parts [4][]Act // as if around four planets
			for _, a := range shuffled {
				i := r.IntN(4)
				parts[i] = append(parts[i], a)
			}
			var tallies []Tally
			for _, part := range parts {
				tallies = append(tallies, tallied(m, part, day("2026-11-22")))
			}
			if got := Join(tallies...); !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: added up from four parts the figures differ", text)
			}
			// Who did something from the start on gave; who did so before did not.
			total := Amount(0)
			for _, d := range want.gains(m) {
				total += d.Amount
			}
			given := Amount(0)
			for _, g := range want.Givers {
				if g.First < m.From || g.Last < g.First || g.Activities < 1 {
					t.Fatalf("%s: %+v gave outside of the time that counts", text, g)
				}
				given += g.Amount
			}
			if m.Takes == People {
				given = Amount(len(want.Givers)) * One
			}
			if p := Reckon(m, &want, day("2026-11-22")); p.Value != total || given != total {
				t.Fatalf("%s: the figure is %d, the days sum to %d, the givers to %d", text, p.Value, total, given)
			}
		}
	}
}

func TestWhatTheHotHalfSaysIsTrue(t *testing.T) {
	t.Parallel()
	acts := imagine(9, 5000)
	for _, text := range measures {
		m := parse(t, text)
		seen := [3]int{}
		for i := range acts {
			a := &acts[i]
			look := m.At(a.Kind, a.Way, a.Around)
			seen[look]++
			amount, clause, counts := m.Counts(a, "dawn")
			if counts && look == Not || !counts && look == Sure || look == Sure && amount != One {
				t.Fatalf("%s: %+v looks like %d and counts: %t as %d", text, a, look, counts, amount)
			}
			if counts && clause.Why(a) == "" {
				t.Fatalf("%s: nothing is said of why %+v counts", text, a)
			}
		}
	}
}

func TestAFilterHoldsForWhatItSays(t *testing.T) {
	t.Parallel()
	a := Act{
		Member: 1, Around: "reedbed", Kind: "volunteer.hours", Way: orrery.Contribution, Quantity: 2, Unit: "Hours",
		ObjectType: "page", ObjectID: "page-7", Tags: []string{"field day"}, Purposes: []string{"dawn"},
	}
	for text, want := range map[string]bool{
		"marked": true, "kind=hours": true, "kind=volunteer.hours": true, "kind=ours": false, "kind=teer.hours": false, "kind=a,hours": true,
		"way=contribution": true, "way=commerce": false, `tag="field day"`: true, "tag=field": false,
		"space=page": true, "space=page/page-": true, "space=/page-7": true, "space=page/page-8": false, "space=walk": false,
		"planet=reedbed": true, "planet=other": false, "marked and kind=x": false, "kind=x or marked": true, "kind=x and marked or tag=\"field day\" and way=contribution": true,
	} {
		m := parse(t, "count over "+text+" target 5 by 2027-01-01")
		if _, _, got := m.Counts(&a, "dawn"); got != want {
			t.Errorf("%s: got %t, want %t", text, got, want)
		}
	}
	if _, _, got := parse(t, "count over marked target 5 by 2027-01-01").Counts(&a, "dusk"); got {
		t.Error("the mark of another purpose counts")
	}
	if amount, _, ok := parse(t, "sum hours target 5 by 2027-01-01").Counts(&a, "dawn"); !ok || amount != 2*One {
		t.Errorf("two hours count as %d, %t", amount, ok)
	}
	for _, bad := range []float64{math.NaN(), 0} {
		a.Quantity = bad
		if _, _, ok := parse(t, "sum hours target 5 by 2027-01-01").Counts(&a, "dawn"); ok {
			t.Errorf("a quantity of %v counts", bad)
		}
	}
	a.Quantity = math.Inf(1)
	if amount, _, _ := parse(t, "sum hours target 5 by 2027-01-01").Counts(&a, "dawn"); amount != 1e9*One {
		t.Errorf("an endless quantity counts as %d", amount)
	}
}

func TestAmountsAreWrittenAsPeopleCountThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		measure string
		amount  Amount
		want    string
	}{
		{"sum hours target 500 by 2027-01-01", 12_500, "12.5 hours"},
		{"sum hours target 500 by 2027-01-01", 1_234_560, "1,235 hours"},
		{"sum EUR target 500 by 2027-01-01", 250_000 * One, "2,500 EUR"},
		{"sum EUR target 500 by 2027-01-01", 1250 * One, "12.5 EUR"},
		{"sum JPY target 500 by 2027-01-01", 2500 * One, "2,500 JPY"},
		{"sum hours target 500 by 2027-01-01", -3000, "−3 hours"},
		{"people target 5 by 2027-01-01", One, "1 person"},
		{"count target 5 by 2027-01-01", 1_000_000 * One, "1,000,000 activities"},
	} {
		if got := parse(t, c.measure).Write(c.amount); got != c.want {
			t.Errorf("%s: got %s, want %s", c.measure, got, c.want)
		}
	}
}

func TestAPurposeThatCannotBeKeptSaysWhy(t *testing.T) {
	t.Parallel()
	good := func() *Purpose {
		return &Purpose{Slug: "a-thousand-dawns", Statement: "So that no song is lost", Planets: []orrery.PlanetID{1}, Measures: []Measure{*parse(t, measures[0])}}
	}
	if err := good().Check(); err != nil {
		t.Fatal(err)
	}
	if got := good().Name(); got != "A thousand dawns" {
		t.Errorf("it is called %q", got)
	}
	for want, spoil := range map[string]func(*Purpose){
		"cannot name a purpose":  func(p *Purpose) { p.Slug = "Dawn!" },
		"needs a statement":      func(p *Purpose) { p.Statement = "  " },
		"needs a brand":          func(p *Purpose) { p.Planets = nil },
		"at most 8 measures":     func(p *Purpose) { p.Measures = make([]Measure, 9) },
		"cannot name a partner":  func(p *Purpose) { p.Partners = []string{"Radio Nordvind"} },
		"the title has 81":       func(p *Purpose) { p.Title = strings.Repeat("é", 81) },
		"needs a target above 0": func(p *Purpose) { p.Measures[0].Target = 0 },
	} {
		p := good()
		spoil(p)
		if err := p.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if day("2026-01-01").Time().Location() != time.UTC {
		t.Error("days are not UTC")
	}
}
