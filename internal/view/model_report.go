package view

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/history"
	"orrery.dev/orrery/internal/language"
)

// Period is a week or a month of which a report tells.
type Period struct {
	Kind        string // week or month
	Name        string // 2026-W46 or 2026-10
	From, Until orrery.Day
}

// ParsePeriod reads a week as 2026-W46 (ISO 8601) or a month as 2026-10.
func ParsePeriod(kind, name string) (Period, error) {
	refuse := orrery.Errorf(orrery.NotFound, "there is no %s %q: write a week as 2026-W46, a month as 2026-10", kind, name)
	switch kind {
	case "week":
		year, week, ok := strings.Cut(name, "-W")
		y, err := strconv.Atoi(year)
		w, err2 := strconv.Atoi(week)
		if !ok || err != nil || err2 != nil || y < 1 || y > 9999 || w < 1 || w > 53 {
			return Period{}, refuse
		}
		// The fourth of January lies in the first week of its year.
		p := weekOf(mondayOf(orrery.DayOf(time.Date(y, 1, 4, 0, 0, 0, 0, time.UTC))) + orrery.Day(7*(w-1)))
		if p.Name != name {
			return Period{}, refuse
		}
		return p, nil
	case "month":
		t, err := time.Parse("2006-01", name)
		if err != nil {
			return Period{}, refuse
		}
		return monthOf(orrery.DayOf(t)), nil
	}
	return Period{}, orrery.Errorf(orrery.NotFound, "there are reports of a week and of a month, and none of a %q", kind)
}

// weekOf is the week in which a day lies.
func weekOf(d orrery.Day) Period {
	monday := mondayOf(d)
	y, w := monday.Time().ISOWeek()
	return Period{Kind: "week", Name: fmt.Sprintf("%04d-W%02d", y, w), From: monday, Until: monday + 6}
}

// monthOf is the month in which a day lies.
func monthOf(d orrery.Day) Period {
	t := d.Time()
	first := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
	return Period{Kind: "month", Name: first.Format("2006-01"), From: orrery.DayOf(first), Until: orrery.DayOf(first.AddDate(0, 1, 0)) - 1}
}

func periodOf(kind string, d orrery.Day) Period {
	if kind == "week" {
		return weekOf(d)
	}
	return monthOf(d)
}

// Before is the period before, and After the one after.
func (p Period) Before() Period { return periodOf(p.Kind, p.From-1) }

// After is the period after.
func (p Period) After() Period { return periodOf(p.Kind, p.Until+1) }

// YearAgo is the same month of the year before, or the week 52 weeks before.
func (p Period) YearAgo() Period {
	if p.Kind == "week" {
		return weekOf(p.From - 364)
	}
	return monthOf(orrery.DayOf(p.From.Time().AddDate(-1, 0, 0)))
}

// Words writes the period: October 2026, or week 46 of 2026.
func (p Period) Words() string {
	if p.Kind == "week" {
		y, w := p.From.Time().ISOWeek()
		return fmt.Sprintf("week %d of %d", w, y)
	}
	return p.From.Time().Format("January 2006")
}

// Report is what a week or a month was around a planet, as of its end.
type Report struct {
	Period
	Planet   Planet
	Headline string
	Sections []ReportSection
	Weeks    []history.Week // up to the end, for a picture
	Notes    []orrery.DatedNote
	Late     time.Time // when data that reaches into it last arrived after it was over; zero: none did
	Made     time.Time
	There    bool
}

// ReportSection is a part of a report.
type ReportSection struct {
	Key, Title string
	Figures    []ReportFigure
	Near, Away []ReportPerson // who came nearer and who moved farther
	Hint       string
	Empty      string // what to say where there are no figures
}

// ReportFigure is one number. Low, High, Before and YearAgo are nil where they are not
// known or mean nothing.
type ReportFigure struct {
	Key, Name       string
	Value           float64
	Low, High       *float64
	Before, YearAgo *float64 // the same of the period before, and a year ago
	Unit            string   // people, activities, conversations, share, Waited, or what a purpose counts
	Meaning         string
	To              string // path of the page with what is behind it; empty: the report says how
	Pairs           []any  // of its query
}

// ReportPerson is somebody who moved.
type ReportPerson struct {
	ID       orrery.MemberID
	Name     string
	Was, Now orrery.Level
	Change   float64 // of closeness
	Why      language.Text
}

// Waited is the unit of times until something, in hours.
const Waited = "hours waited"

// ReportHead names the columns of Report.Table.
var ReportHead = []string{"section", "figure", "value", "low", "high", "before", "year_ago", "unit", "meaning"}

// Table writes all figures as lines of one table.
func (r *Report) Table() (list [][]string) {
	text := func(v *float64) string {
		if v == nil {
			return ""
		}
		return number4(*v)
	}
	for i := range r.Sections {
		for _, f := range r.Sections[i].Figures {
			list = append(list, []string{r.Sections[i].Key, f.Key, number4(f.Value), text(f.Low), text(f.High), text(f.Before), text(f.YearAgo), f.Unit, f.Meaning})
		}
	}
	return list
}

func number4(v float64) string { return strconv.FormatFloat(round4(v), 'f', -1, 64) }

// Write writes a figure's number in words that fit its unit.
func (f ReportFigure) Write(v float64) string {
	switch f.Unit {
	case "share":
		return strconv.FormatFloat(100*v, 'f', 0, 64) + "%"
	case Waited:
		switch {
		case v < 1:
			return strconv.Itoa(int(60*v)) + " min"
		case v < 48:
			return strconv.Itoa(int(v)) + " h"
		}
		return strconv.Itoa(int(v/24)) + " d"
	}
	if v < 0 {
		return "−" + thousands(int(-v+.5))
	}
	return thousands(int(v + .5))
}
