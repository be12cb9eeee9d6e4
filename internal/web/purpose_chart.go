package web

import (
	"fmt"
	"math"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/purpose"
)

// A goalChart shows how a measure's figure grows beside its expected line.
type goalChart struct {
	W, H                     float64
	Left, Right, Top, Bottom float64
	Path, Area               string // what came
	Expected                 string
	Ahead                    string // where the pace of the last weeks leads; empty: nowhere that is shown
	NowX, NowY, TargetY      float64
	Target                   string
	Levels                   []chartLevel
	Ticks                    []chartTick
	Says                     language.Text
	Notes                    noteMarks
	from, to                 orrery.Day
}

// mark puts notes on the days.
func (c *goalChart) mark(n *chartNotes) {
	c.Notes = n.marks(c.Top, c.Bottom, func(d orrery.Day) (float64, bool) {
		return c.Left + (c.Right-c.Left)*float64(d-c.from)/float64(c.to-c.from+1), d >= c.from && d <= c.to
	})
}

type chartLevel struct {
	Y    float64
	Text language.Text
}

func newGoalChart(p *purpose.Progress, wide bool) *goalChart {
	m := p.Measure
	c := &goalChart{W: 1040, H: 270, Left: 64, Top: 14}
	ticks := 8
	if !wide {
		c.W, c.H, c.Left, ticks = 340, 220, 46, 3
	}
	c.Right, c.Bottom = c.W-12, c.H-26
	from, to := m.From, max(m.By, min(p.AsOf, m.By+(m.By-m.From)/2))
	c.from, c.to = from, to
	most := 1.06 * math.Max(m.Value(m.Target), m.Value(p.Value))
	x := func(d orrery.Day) float64 {
		share := float64(min(d, to)-from+1) / float64(to-from+1)
		return c.Left + (c.Right-c.Left)*max(0, share)
	}
	y := func(a purpose.Amount) float64 { return c.Bottom - (c.Bottom-c.Top)*max(0, m.Value(a))/most }
	var came, expected strings.Builder
	fmt.Fprintf(&came, "M%.1f %.1f", c.Left, y(0))
	for _, point := range thinned(p.Points, 400) {
		fmt.Fprintf(&came, "H%.1fV%.1f", x(point.Day), y(point.Value))
	}
	c.NowX, c.NowY = x(max(p.AsOf, from-1)), y(p.Value)
	fmt.Fprintf(&came, "H%.1f", c.NowX)
	c.Path = came.String()
	c.Area = c.Path + fmt.Sprintf("V%.1fH%.1fZ", c.Bottom, c.Left)
	fmt.Fprintf(&expected, "M%.1f %.1f", c.Left, y(0))
	for i := range 105 {
		d := m.From + orrery.Day(i)*(m.By-m.From)/104
		fmt.Fprintf(&expected, "L%.1f %.1f", x(d), y(p.Line.At(d)))
	}
	c.Expected = expected.String()
	if p.Pace.On > 0 && p.AsOf < to {
		end, value := p.Pace.On, m.Target
		if end > to {
			value = p.Value + purpose.Amount(float64(m.Target-p.Value)*float64(to-p.AsOf)/float64(end-p.AsOf))
			end = to
		}
		c.Ahead = fmt.Sprintf("M%.1f %.1fL%.1f %.1f", c.NowX, c.NowY, x(end), y(value))
	}
	c.TargetY, c.Target = y(m.Target), m.Number(m.Target)
	for _, part := range []purpose.Amount{0, m.Target / 2, m.Target} {
		c.Levels = append(c.Levels, chartLevel{y(part), language.Name(m.Number(part))})
	}
	for i := range ticks {
		d := from + orrery.Day(i)*(to-from)/orrery.Day(ticks)
		anchor := "middle"
		if i == 0 {
			anchor = "start"
		}
		c.Ticks = append(c.Ticks, chartTick{X: x(d), Text: tickWords(d.Time(), to-from), Anchor: anchor})
	}
	c.Says = language.T("Progress from %s to %s: %s", dayWords(from), dayWords(p.AsOf), p.Says())
	return c
}

// tickWords writes a date as short as a span of so many days allows.
func tickWords(t time.Time, span orrery.Day) language.Text {
	if span > 300 {
		return language.Date(t, "Jan 2006")
	}
	return language.Date(t, "2 Jan")
}

// thinned leaves out points that no eye would miss.
func thinned(points []purpose.Point, most int) []purpose.Point {
	if len(points) <= most {
		return points
	}
	out := make([]purpose.Point, 0, most+1)
	for i := range most {
		out = append(out, points[i*len(points)/most])
	}
	return append(out, points[len(points)-1])
}

// Foot is where the dates are written.
func (c *goalChart) Foot() float64 { return c.H - 6 }

// Margin is where the numbers beside the plot end.
func (c *goalChart) Margin() float64 { return c.Left - 8 }

// goalTone names the style class of a verdict.
func goalTone(v purpose.Verdict) string {
	switch v {
	case purpose.Ahead, purpose.Reached:
		return "rise"
	case purpose.Behind, purpose.Missed:
		return "drift"
	default:
		return "still"
	}
}

// A goal is a measure as pages show it.
type goal struct {
	*purpose.Progress
	Index        int // of the measure, from 1
	Wide, Narrow *goalChart
	Tone         string
}

func goalsOf(list []purpose.Progress) []goal {
	goals := make([]goal, len(list))
	for i := range list {
		p := &list[i]
		goals[i] = goal{p, i + 1, newGoalChart(p, true), newGoalChart(p, false), goalTone(p.Verdict)}
	}
	return goals
}

// Bar is the width of a bar of a hundred.
func (g goal) Bar() string { return fmt.Sprintf("%.1f", 100*g.Share()) }

// Mark is where the expected amount stands in it.
func (g goal) Mark() string {
	return fmt.Sprintf("%.1f", 100*min(1, float64(g.Expected)/float64(g.Measure.Target)))
}

// Percent is the figure as a share of the target, which it may pass.
func (g goal) Percent() language.Text { return percent(float64(g.Value) / float64(g.Measure.Target)) }
