package view_test

import (
	"math"
	"reflect"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

func TestPeriodsAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, name, from, until, before, yearAgo string }{
		{"week", "2026-W46", "2026-11-09", "2026-11-15", "2026-W45", "2025-W46"},
		{"week", "2026-W01", "2025-12-29", "2026-01-04", "2025-W52", "2025-W01"}, // of both years
		{"week", "2020-W53", "2020-12-28", "2021-01-03", "2020-W52", "2019-W53"},
		{"month", "2026-10", "2026-10-01", "2026-10-31", "2026-09", "2025-10"},
		{"month", "2024-02", "2024-02-01", "2024-02-29", "2024-01", "2023-02"},
	} {
		p, err := view.ParsePeriod(c.kind, c.name)
		if c.name == "2020-W53" {
			c.yearAgo = "2020-W01" // 52 weeks before: 2019 had no week 53
		}
		if err != nil || p.Name != c.name || p.From.String() != c.from || p.Until.String() != c.until || p.Before().Name != c.before || p.YearAgo().Name != c.yearAgo || p.Before().After() != p {
			t.Errorf("%s: %+v, before %s, a year ago %s, %v; want %+v", c.name, p, p.Before().Name, p.YearAgo().Name, err, c)
		}
	}
	for _, c := range [][2]string{{"week", "2026-W54"}, {"week", "2026-W00"}, {"week", "2026-W6"}, {"week", "2025-W53"}, {"week", "-W"}, {"month", "2026-13"}, {"month", "2026-1"}, {"year", "2026"}} {
		if p, err := view.ParsePeriod(c[0], c[1]); orrery.CodeOf(err) != orrery.NotFound {
			t.Errorf("%v is taken for %+v, %v", c, p, err)
		}
	}
}

// A report of the past tells what the other pages tell as of its end.
func TestAReportTellsTheEndOfItsPeriod(t *testing.T) {
	t.Parallel()
	s, d, planet := deskOver(t, 300)
	months, err := d.ReportPeriods(t.Context(), planet, "month")
	if err != nil || len(months) < 3 {
		t.Fatalf("%d months, %v", len(months), err)
	}
	r, err := d.Report(t.Context(), planet, months[1], study.Forever)
	if err != nil || !r.There {
		t.Fatal(err)
	}
	figures := map[string]view.ReportFigure{}
	for _, section := range r.Sections {
		for _, f := range section.Figures {
			figures[section.Key+"/"+f.Key] = f
		}
	}
	then, err := d.TodayAsOf(t.Context(), planet, r.Until)
	if err != nil {
		t.Fatal(err)
	}
	if g := figures["gravity/gravity"]; math.Abs(g.Value-then.Gravity.Now) > 1e-6 || math.Abs(*g.Low-then.Gravity.Low) > 1e-6 {
		t.Errorf("gravity %v, Today says %+v as of that day", g, then.Gravity)
	}
	for _, b := range then.Bands {
		if f := figures["gravity/"+b.Level.String()]; int(f.Value) != b.People {
			t.Errorf("%v: %v, Today says %d", b.Level, f.Value, b.People)
		}
	}
	before, err := d.TodayAsOf(t.Context(), planet, r.From-1)
	if err != nil {
		t.Fatal(err)
	}
	if g := figures["gravity/gravity"]; g.Before == nil || math.Abs(*g.Before-before.Gravity.Now) > 1e-6 {
		t.Errorf("gravity before: %v, Today says %v", g.Before, before.Gravity.Now)
	}
	list, err := d.NewcomersList(t.Context(), view.NewcomersListQuery{NewcomersQuery: view.NewcomersQuery{Planet: planet, AsOf: r.Until, By: "month"}, Of: r.Name})
	if err != nil || list.N != int(figures["newcomers/came"].Value) {
		t.Errorf("%v came first, the list has %d, %v", figures["newcomers/came"].Value, list.N, err)
	}
	if r.Late.IsZero() {
		t.Error("all of it arrived after the month, and the report does not say so")
	}
	// What changes today changes nothing of it, notes excepted.
	if _, err := s.SaveDatedNote(t.Context(), orrery.DatedNote{Day: r.From, Text: "Release 2.0"}); err != nil {
		t.Fatal(err)
	}
	again, err := d.Report(t.Context(), planet, months[1], study.Forever)
	if err != nil || len(again.Notes) != 1 || !reflect.DeepEqual(again.Sections, r.Sections) {
		t.Errorf("asked again: %d notes, %v, or other figures", len(again.Notes), err)
	}
	if lines := r.Table(); len(lines) < 12 || len(lines[0]) != len(view.ReportHead) {
		t.Errorf("the table has %d lines", len(lines))
	}
	this, err := view.ParsePeriod("month", orrery.DayOf(now).Time().Format("2006-01"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Report(t.Context(), planet, this, study.Forever); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("a month that is not over: %v", err)
	}
}
