package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/history"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// Reports knows what weeks and months were.
type Reports interface {
	// ReportPeriods lists the weeks, or months, that are over, the newest first.
	ReportPeriods(ctx context.Context, planet orrery.PlanetID, kind string) ([]view.Period, error)

	// Report tells of one as of its end; There is false while it is being reckoned. One
	// that is not over, or of which nothing is known, is NotFound.
	Report(ctx context.Context, planet orrery.PlanetID, period view.Period, patience time.Duration) (view.Report, error)
}

const (
	reportPatience = 2 * time.Second
	reportsListed  = 26 // weeks, and months
)

type reportsPage struct {
	Weeks, Months []view.Period
	All           bool // older ones are shown, too
	More          bool // there are older ones
}

func (s *server) reports(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	p := &reportsPage{All: v.URL.Query().Get("all") != ""}
	for kind, to := range map[string]*[]view.Period{"week": &p.Weeks, "month": &p.Months} {
		list, err := s.Backend.Reports.ReportPeriods(v.Context(), v.planet.ID, kind)
		if err != nil {
			return err
		}
		if !p.All && len(list) > reportsListed {
			list, p.More = list[:reportsListed], true
		}
		*to = list
	}
	return s.render(w, v, http.StatusOK, "reports", language.T("Reports"), p)
}

type reportPage struct {
	view.Report
	Wide, Narrow *gravityChart
	Numbered     *chartNotes
	Next         bool // the one after is over, too
}

// theReport finds the report that an address asks for.
func (s *server) theReport(v *visit, patience time.Duration) (view.Report, error) {
	period, err := view.ParsePeriod(v.PathValue("kind"), v.PathValue("name"))
	if err != nil {
		return view.Report{}, err
	}
	return s.Backend.Reports.Report(v.Context(), v.planet.ID, period, patience)
}

func (s *server) report(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	known, err := s.theReport(v, reportPatience)
	if err != nil {
		return err
	}
	if !known.There {
		w.Header().Set("Refresh", "4")
	}
	p := &reportPage{Report: known, Next: known.After().Until < orrery.DayOf(s.Clock())}
	on := func(day orrery.Day) string { return v.on(day, "/") }
	p.Wide = newGravityChart(known.Weeks, p.Planet.RhythmDays, true, on)
	p.Narrow = newGravityChart(known.Weeks, p.Planet.RhythmDays, false, on)
	if p.Wide != nil {
		if p.Numbered, err = s.notesOn(v, known.Weeks[0].Day, known.Until); err != nil {
			return err
		}
		p.Wide.Notes, p.Narrow.Notes = p.Wide.notes(p.Numbered), p.Narrow.notes(p.Numbered)
	}
	return s.render(w, v, http.StatusOK, "report", "Report of "+known.Words(), p)
}

// reportCSV writes all figures of a report as one table.
func (s *server) reportCSV(w http.ResponseWriter, v *visit) error {
	known, err := s.theReport(v, time.Minute)
	if err != nil {
		return err
	}
	if !known.There {
		return orrery.Errorf(orrery.Exhausted, "the report is being reckoned: ask again in a moment")
	}
	out := newSheet(w, "report-"+known.Name, view.ReportHead...)
	for _, line := range known.Table() {
		out.row(line...)
	}
	out.Flush()
	return nil // who left half-way does not read the rest
}

// Link is the address of what is behind a figure, as of the end; empty where the page
// cannot be told as of a day.
func (p *reportPage) Link(at *page, f view.ReportFigure) string {
	if f.To == "" || !travels(f.To) {
		return ""
	}
	return asOf(address(at.Planets, at.Planet, f.To, f.Pairs...), p.Until)
}

// Who is the address of a person as of the end.
func (p *reportPage) Who(at *page, id orrery.MemberID) string {
	return p.Link(at, view.ReportFigure{To: fmt.Sprint("/people/", id)})
}

// Other is the address of another report.
func (*reportPage) Other(at *page, of view.Period) string { return at.To(reportPath(of)) }

// Behind is the address of a page as of the end.
func (p *reportPage) Behind(at *page, to string) string { return p.Link(at, view.ReportFigure{To: to}) }

// Compared tells whether any figure of a section has one before, or a year ago.
func (*reportPage) Compared(s view.ReportSection) (before, ago bool) {
	for _, f := range s.Figures {
		before, ago = before || f.Before != nil, ago || f.YearAgo != nil
	}
	return before, ago
}

// HasBefore and HasAgo tell whether a column is needed.
func (p *reportPage) HasBefore(s view.ReportSection) bool { before, _ := p.Compared(s); return before }

// HasAgo tells whether any figure is known of a year ago.
func (p *reportPage) HasAgo(s view.ReportSection) bool { _, ago := p.Compared(s); return ago }

// Change writes what changed since another value.
func (*reportPage) Change(f view.ReportFigure, was *float64) language.Text {
	switch {
	case was == nil:
		return nil
	case f.Unit == "share":
		return language.T("%v of 100", signed(round(100*(f.Value-*was))))
	case f.Unit == view.Waited:
		return nil
	}
	return signed(round(f.Value) - round(*was))
}

// Past are the weeks of the table beside the picture, the newest first.
func (p *reportPage) Past() []history.Week {
	list := slices.Clone(p.Weeks)
	slices.Reverse(list)
	return list
}

// Path is the address of a report in the list.
func (*reportsPage) Path(of view.Period) string { return reportPath(of) }

func reportPath(of view.Period) string { return "/reports/" + of.Kind + "/" + of.Name }
