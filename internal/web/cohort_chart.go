package web

import (
	"slices"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/newcomer"
	"orrery.dev/orrery/internal/view"
)

// A cohortChart shows newcomers cohort by cohort, one step below the other: how many
// came, and which share took each step, with its interval. Cohorts whose time is not
// over stand empty, and those of few people have no share.
type cohortChart struct {
	W, H        float64
	Left, Right float64
	Panels      []cohortPanel
	Ticks       []chartTick
	Hits        []hit
	Says        language.Text
	Notes       noteMarks
	from        []orrery.Day // first days of the cohorts
	until       orrery.Day   // the last day of the last
}

// A cohortPanel is one step.
type cohortPanel struct {
	Title       language.Text
	Top, Bottom float64
	Max         language.Text // at the top of the scale
	Bars        []cohortBar
	Path        string // through shares, broken where there is none
	Points      []cohortPoint
	Young       float64 // where cohorts begin that are not over; 0: there are none
	YoungWide   float64
	YoungText   language.Text
	TextX       float64
}

type cohortBar struct{ X, Y, Wide, Tall float64 }

type cohortPoint struct {
	X, Y, LowY, HighY float64
}

// Of a chart of cohorts, in its units.
const (
	panelTall = 74
	panelHead = 34 // above a panel, for its title
)

func newCohortChart(cohorts []view.NewcomerCohort, later int, wide float64, to func(c view.NewcomerCohort, step, is string) string) *cohortChart {
	if len(cohorts) < 2 {
		return nil
	}
	c := &cohortChart{W: wide, Left: 40, Right: wide - 6}
	for i := range cohorts {
		c.from = append(c.from, cohorts[i].From)
	}
	c.until = cohorts[len(cohorts)-1].Until
	titles := []language.Text{
		language.T("Came for the first time"), language.T("Answered within 30 days, of those who said what can be answered"),
		language.T("Acted on a second day within 30 days"), language.T("Came by themselves in the %d days after those", later),
	}
	if wide < 500 {
		titles = []language.Text{language.T("Came for the first time"), language.T("Answered, of who could be"), language.T("A second day within 30 days"), language.T("Returned in the %d days after", later)}
	}
	c.came(cohorts, titles[0], to)
	for i, step := range []newcomer.Step{newcomer.Answered, newcomer.Second, newcomer.Returned} {
		c.share(cohorts, step, i+1, titles[i+1], to)
	}
	c.H = c.Panels[len(c.Panels)-1].Bottom + 24
	every := 1 + len(cohorts)*58/int(wide-46)
	for i := len(cohorts) - 1; i >= 0; i -= every {
		text := language.Date(cohorts[i].From, "2 Jan")
		if cohorts[i].Until-cohorts[i].From > 7 {
			text = language.Date(cohorts[i].From, "Jan")
			if cohorts[i].From.Time().Month() == 1 {
				text = language.Date(cohorts[i].From, "2006")
			}
		}
		t := chartTick{X: c.x(i), Text: text, Anchor: "middle"}
		if t.X > c.Right-18 {
			t.X, t.Anchor = c.Right, "end"
		}
		c.Ticks = append(c.Ticks, t)
	}
	c.Says = c.tell(cohorts)
	return c
}

func (c *cohortChart) pitch() float64      { return (c.Right - c.Left) / float64(len(c.from)) }
func (c *cohortChart) x(i int) float64     { return c.Left + c.pitch()*(float64(i)+.5) }
func (c *cohortChart) top(n int) float64   { return panelHead + float64(n)*(panelTall+panelHead) }
func (c *cohortChart) begin(i int) float64 { return c.Left + c.pitch()*float64(i) }

// Foot is where the days are written.
func (c *cohortChart) Foot() float64 { return c.H - 6 }

// TitleY is the base line of a panel's title.
func (p *cohortPanel) TitleY() float64 { return p.Top - 10 }

// Tall is the height of a panel.
func (p *cohortPanel) Tall() float64 { return p.Bottom - p.Top }

// Middle is the base line of what stands in the middle.
func (p *cohortPanel) Middle() float64 { return (p.Top+p.Bottom)/2 + 4 }

func (c *cohortChart) came(cohorts []view.NewcomerCohort, title language.Text, to func(view.NewcomerCohort, string, string) string) {
	p := cohortPanel{Title: title, Top: c.top(0), Bottom: c.top(0) + panelTall}
	most := 1.0
	for i := range cohorts {
		most = max(most, float64(cohorts[i].Came))
	}
	p.Max = count(round(most))
	for i := range cohorts {
		tall := height(cohorts[i].Came, p.Tall()/most)
		p.Bars = append(p.Bars, cohortBar{c.begin(i) + c.pitch()*.14, p.Bottom - tall, c.pitch() * .72, tall})
		if cohorts[i].Came > 0 {
			c.Hits = append(c.Hits, hit{
				X: c.begin(i), Wide: c.pitch(), Top: p.Top, PointX: c.x(i), PointY: p.Bottom - tall, To: to(cohorts[i], "", ""),
				Text: language.T("%s: %s", cohorts[i].Name, people(cohorts[i].Came)),
			})
		}
	}
	c.Panels = append(c.Panels, p)
}

func (c *cohortChart) share(cohorts []view.NewcomerCohort, step newcomer.Step, n int, title language.Text, to func(view.NewcomerCohort, string, string) string) {
	p := cohortPanel{Title: title, Top: c.top(n), Bottom: c.top(n) + panelTall}
	most := 0.0
	for i := range cohorts {
		if cell := cohorts[i].Of(step); cell.Tells() && cell.Whole() {
			_, high := cell.Between()
			most = max(most, high)
		}
	}
	scale := 1.0
	for _, s := range []float64{.1, .25, .5} {
		if most > 0 && most <= s {
			scale = s
			break
		}
	}
	p.Max = percent(scale)
	y := func(v float64) float64 { return p.Bottom - p.Tall()*v/scale }
	var path strings.Builder
	drawn := false
	young := len(cohorts)
	for i := range cohorts {
		cell := cohorts[i].Of(step)
		if !cell.Whole() {
			young = min(young, i)
			continue
		}
		if !cell.Tells() {
			drawn = false
			continue
		}
		low, high := cell.Between()
		point := cohortPoint{X: c.x(i), Y: y(cell.Share()), LowY: y(low), HighY: y(high)}
		p.Points = append(p.Points, point)
		after := 1
		if !drawn {
			after = 0
		}
		drawTo(&path, after, point.X, point.Y)
		drawn = true
		c.Hits = append(c.Hits, hit{
			X: c.begin(i), Wide: c.pitch(), Top: p.Top, PointX: point.X, PointY: point.Y, To: to(cohorts[i], step.String(), "done"),
			Text: language.T("%s: %s, %d of %d (%s to %s)", cohorts[i].Name, percent(cell.Share()), cell.Done, cell.Known, percent(low), percent(high)),
		})
	}
	p.Path = path.String()
	if young < len(cohorts) {
		p.Young, p.YoungWide = c.begin(young), c.Right-c.begin(young)
		p.TextX = p.Young + p.YoungWide/2
		if p.YoungWide >= 84 {
			p.YoungText = language.T("not over yet")
		}
	}
	if len(p.Points) == 0 && p.YoungText == nil {
		p.YoungText, p.TextX = language.T("too few for a share"), (c.Left+c.Right)/2
	}
	c.Panels = append(c.Panels, p)
}

// mark puts notes on the days of the cohorts.
func (c *cohortChart) mark(n *chartNotes) {
	if c == nil {
		return
	}
	c.Notes = n.marks(panelHead-8, c.Panels[len(c.Panels)-1].Bottom, func(d orrery.Day) (float64, bool) {
		at, _ := slices.BinarySearch(c.from, d+1)
		if at == 0 || d > c.until {
			return 0, false
		}
		end := c.until + 1
		if at < len(c.from) {
			end = c.from[at]
		}
		return c.begin(at-1) + c.pitch()*float64(d-c.from[at-1])/float64(end-c.from[at-1]), true
	})
}

// tell says the picture in words.
func (c *cohortChart) tell(cohorts []view.NewcomerCohort) language.Text {
	all := 0
	for i := range cohorts {
		all += cohorts[i].Came
	}
	return language.T("Newcomers by cohort, from %s to %s: %s in all; below, the share of each cohort that was answered, that acted on a second day and that returned. The table has the figures.",
		cohorts[0].Name, cohorts[len(cohorts)-1].Name, people(all))
}
