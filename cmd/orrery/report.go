package main

import (
	"encoding/csv"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

func (a *app) reportCommand() *cobra.Command {
	var week, month string
	var asCSV bool
	c := &cobra.Command{
		Use: "report", Short: "A week or a month on one page", Args: cobra.NoArgs,
		Long: `Print what a week or a month was around a planet, as of its end: gravity, who came
near and who moved away, newcomers, conversations, what brought people, purposes,
partners, what pushed away, notes. As Markdown; with --csv one table of all figures,
with --json a line each. Without --week or --month it is the last week that is over.
A report stays as it is unless data about its time arrives later; then it says so.

  orrery report --week 2026-W46
  orrery report --month 2026-10 > october.md`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if week != "" && month != "" {
				return orrery.Errorf(orrery.Invalid, "choose a week or a month, not both")
			}
			return a.with(cmd.Context(), true, func(s *flow.System, desk *view.Desk) error {
				p, err := s.Planet(a.planet)
				if err != nil {
					return err
				}
				var period view.Period
				switch {
				case week != "":
					period, err = view.ParsePeriod("week", week)
				case month != "":
					period, err = view.ParsePeriod("month", month)
				default:
					var list []view.Period
					if list, err = desk.ReportPeriods(cmd.Context(), p.ID, "week"); err == nil && len(list) == 0 {
						err = orrery.Errorf(orrery.NotFound, "no week is over yet around %s", p.Slug)
					} else if err == nil {
						period = list[0]
					}
				}
				if err != nil {
					return err
				}
				r, err := desk.Report(cmd.Context(), p.ID, period, study.Forever)
				if err != nil {
					return err
				}
				switch {
				case asCSV:
					out := csv.NewWriter(a.out)
					if err := out.Write(view.ReportHead); err != nil {
						return err
					}
					return out.WriteAll(r.Table())
				case a.json:
					return a.lineReport(p, &r)
				}
				a.printReport(&r)
				return nil
			})
		},
	}
	c.Flags().StringVar(&week, "week", "", "the `week`, such as 2026-W46")
	c.Flags().StringVar(&month, "month", "", "the `month`, such as 2026-10")
	c.Flags().BoolVar(&asCSV, "csv", false, "print one table of all figures")
	return c
}

// figureLine is a figure of a report, for programs.
type figureLine struct {
	Type    string     `json:"type"` // figure
	Planet  string     `json:"planet"`
	Period  string     `json:"period"`
	From    orrery.Day `json:"from"`
	Until   orrery.Day `json:"until"`
	Section string     `json:"section"`
	Figure  string     `json:"figure"`
	Name    string     `json:"name"`
	Value   float64    `json:"value"`
	Low     *float64   `json:"low,omitempty"`
	High    *float64   `json:"high,omitempty"`
	Before  *float64   `json:"before,omitempty"`
	YearAgo *float64   `json:"year_ago,omitempty"`
	Unit    string     `json:"unit"`
	Meaning string     `json:"meaning"`
}

// movedLine is somebody who changed level, for programs.
type movedLine struct {
	Type   string          `json:"type"` // came_near or moved_away
	Planet string          `json:"planet"`
	Period string          `json:"period"`
	ID     orrery.MemberID `json:"id"`
	Name   string          `json:"name"`
	Was    orrery.Level    `json:"was"`
	Now    orrery.Level    `json:"now"`
	Change float64         `json:"change"`
	Why    string          `json:"why,omitempty"`
}

// reportDone ends a report, for programs.
type reportDone struct {
	Type     string     `json:"type"` // report
	Planet   string     `json:"planet"`
	Period   string     `json:"period"`
	Headline string     `json:"headline"`
	Late     *time.Time `json:"data_arrived_later,omitempty"`
}

func (a *app) lineReport(p orrery.Planet, r *view.Report) error {
	for i := range r.Sections {
		s := &r.Sections[i]
		for _, f := range s.Figures {
			if err := a.line(figureLine{"figure", p.Slug, r.Name, r.From, r.Until, s.Key, f.Key, f.Name, f.Value, f.Low, f.High, f.Before, f.YearAgo, f.Unit, f.Meaning}); err != nil {
				return err
			}
		}
		for kind, list := range map[string][]view.ReportPerson{"came_near": s.Near, "moved_away": s.Away} {
			for _, m := range list {
				if err := a.line(movedLine{kind, p.Slug, r.Name, m.ID, m.Name, m.Was, m.Now, m.Change, m.Why.String()}); err != nil {
					return err
				}
			}
		}
	}
	for _, n := range r.Notes {
		slug := p.Slug
		if n.Planet == 0 {
			slug = ""
		}
		if err := a.line(datedLine{"note", n.Number, slug, n.Day, n.Text}); err != nil {
			return err
		}
	}
	end := reportDone{Type: "report", Planet: p.Slug, Period: r.Name, Headline: r.Headline}
	if !r.Late.IsZero() {
		end.Late = &r.Late
	}
	return a.line(end)
}

// printReport writes a report as Markdown.
func (a *app) printReport(r *view.Report) {
	out := func(format string, args ...any) { fmt.Fprintf(a.out, format+"\n", args...) }
	out("# %s\n", marked(r.Headline))
	out("%v to %v, as of its end.", r.From, r.Until)
	if !r.Late.IsZero() {
		out("\n**Data about this time arrived later, last on %s.**", r.Late.Format(time.DateOnly))
	}
	for i := range r.Sections {
		s := &r.Sections[i]
		out("\n## %s\n", marked(s.Title))
		if len(s.Figures) == 0 {
			out("%s", s.Empty)
			continue
		}
		out("| | %s | %s | %s |\n|---|---:|---:|---:|", r.Words(), r.Period.Before().Words(), r.YearAgo().Words())
		for _, f := range s.Figures {
			value := "**" + f.Write(f.Value) + "**"
			if f.Low != nil && f.High != nil {
				value += " (" + f.Write(*f.Low) + " to " + f.Write(*f.High) + ")"
			}
			was := func(v *float64) string {
				if v == nil {
					return "–"
				}
				return f.Write(*v)
			}
			out("| %s | %s | %s | %s |", marked(f.Name), value, was(f.Before), was(f.YearAgo))
		}
		for _, list := range []struct {
			title  string
			people []view.ReportPerson
		}{{"Came near", s.Near}, {"Moved away", s.Away}} {
			if len(list.people) > 0 {
				out("\n### %s\n", list.title)
			}
			for _, m := range list.people {
				out("- %s: %v to %v (%+.0f). %s", marked(m.Name), m.Was, m.Now, m.Change, marked(m.Why.String()))
			}
		}
		if s.Hint != "" {
			out("\n%s", s.Hint)
		}
	}
	if len(r.Notes) > 0 {
		out("\n## Notes of these days\n")
		for _, n := range r.Notes {
			out("- %v: %s", n.Day, marked(n.Text))
		}
	}
}

// marked keeps a text from being taken for Markdown, and on its line.
func marked(text string) string {
	return strings.NewReplacer("|", "\\|", "*", "\\*", "_", "\\_", "[", "\\[", "<", "&lt;", "`", "\\`", "#", "\\#").Replace(clean(text, 400))
}
