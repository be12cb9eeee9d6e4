package webtest

import (
	"context"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/history"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// reporting is World as web.Reports: made-up figures.
type reporting World

// ReportPeriods implements web.Reports.
func (r *reporting) ReportPeriods(_ context.Context, planet orrery.PlanetID, kind string) (list []view.Period, err error) {
	w := (*World)(r)
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := w.planet(planet); err != nil || w.options.Empty {
		return nil, err
	}
	names := map[string]string{"week": "2026-W46", "month": "2026-10"}
	at, err := view.ParsePeriod(kind, names[kind])
	for range 30 {
		list = append(list, at)
		at = at.Before()
	}
	return list, err
}

// Report implements web.Reports.
func (r *reporting) Report(_ context.Context, planet orrery.PlanetID, period view.Period, _ time.Duration) (view.Report, error) {
	w := (*World)(r)
	w.mu.Lock()
	defer w.mu.Unlock()
	p, err := w.planet(planet)
	if err != nil {
		return view.Report{}, err
	}
	if period.Until >= orrery.DayOf(w.Now()) {
		return view.Report{}, orrery.Errorf(orrery.NotFound, "%s is not over yet", period.Words())
	}
	low, high, before, share := 100., 140., 118., .25
	out := view.Report{Period: period, Planet: p, Headline: "The gravity of Alder Bikes held in " + period.Words() + ", at 120 people", There: true, Made: w.Now(), Late: w.Now()}
	out.Sections = []view.ReportSection{
		{Key: "gravity", Title: "Gravity", Figures: []view.ReportFigure{{Key: "gravity", Name: "Gravity", Value: 120, Low: &low, High: &high, Before: &before, YearAgo: &low, Unit: "people", Meaning: "people who were likely to come", To: "/"}}},
		{Key: "newcomers", Title: "Newcomers", Figures: []view.ReportFigure{{Key: "second", Name: "Acted on a second day", Value: .4, Before: &share, Unit: "share", Meaning: "share of newcomers", To: "/newcomers"}}},
		{Key: "circles", Title: "Like minds", Empty: "There were no clear circles."},
	}
	if around := w.around(planet); len(around) > 2 {
		out.Sections[0].Near = []view.ReportPerson{{ID: around[0].row.ID, Name: around[0].row.Name, Was: orrery.Edge, Now: orrery.Core, Change: 60, Why: language.T("came on 9 days of the last 14")}}
		out.Sections[0].Away = []view.ReportPerson{{ID: around[1].row.ID, Name: around[1].row.Name, Was: orrery.Core, Now: orrery.Edge, Change: -60, Why: language.T("last came 40 days ago")}}
	}
	for i := range 20 {
		out.Weeks = append(out.Weeks, history.Week{Day: period.Until - orrery.Day(7*(19-i)), Gravity: float64(100 + i), Low: float64(80 + i), High: float64(130 + i)})
	}
	out.Notes = []orrery.DatedNote{{Number: 1, Day: period.From, Text: "Release <b>2.0</b>"}}
	return out, nil
}
