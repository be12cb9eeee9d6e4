package web

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/history"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// A hit is a stretch of a chart that leads to the page as of one of its points.
type hit struct {
	X, Wide        float64
	PointX, PointY float64
	Top            float64 // of its panel, where a chart has several
	To             string
	Text           language.Text
}

// A plot is what charts over time share: a box, and the days along it.
type plot struct {
	W, H                     float64
	Left, Right, Top, Bottom float64
	from, to                 orrery.Day
	Ticks                    []chartTick
	Hits                     []hit
	Says                     language.Text // the picture in words
}

// levelBands are the four levels between their bounds of closeness.
func levelBands(y func(closeness float64) float64) (bands []chartBand) {
	bounds := []float64{100, 70, 35, 10, 0}
	for i, level := range []orrery.Level{orrery.Core, orrery.Inner, orrery.Outer, orrery.Edge} {
		bands = append(bands, chartBand{level, y(bounds[i]), y(bounds[i+1]) - y(bounds[i])})
	}
	return bands
}

// lifeBands are levelBands, those named that are tall enough for it.
func lifeBands(y func(closeness float64) float64) (bands []lifeBand) {
	for _, b := range levelBands(y) {
		bands = append(bands, lifeBand{b, b.Height >= 13})
	}
	return bands
}

// Tall is the height of the plot, Plot its width.
func (c *plot) Tall() float64 { return c.Bottom - c.Top }

// Plot is the width of the plot.
func (c *plot) Plot() float64 { return c.Right - c.Left }

// Foot is where the days are written.
func (c *plot) Foot() float64 { return c.H - 8 }

func (c *plot) x(d orrery.Day) float64 {
	return c.Left + c.Plot()*float64(d-c.from)/float64(max(1, c.to-c.from))
}

// mark writes years, months or days along the foot, so many at most.
func (c *plot) mark(most int) {
	step := func(t time.Time, n int) time.Time { return t.AddDate(0, 0, 7*n) }
	first, tick := c.to.Time(), func(t time.Time) language.Text { return language.Date(t, "2 Jan") }
	span, per := int(c.to-c.from), 7
	switch {
	case span > 3*366:
		step, tick, per = func(t time.Time, n int) time.Time { return t.AddDate(n, 0, 0) }, func(t time.Time) language.Text { return language.Date(t, "2006") }, 365
		first = time.Date(first.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	case span > 190:
		step, tick, per = func(t time.Time, n int) time.Time { return t.AddDate(0, n, 0) }, func(t time.Time) language.Text { return language.Date(t, "Jan 2006") }, 30
		first = time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	every := max(1, int(math.Ceil(float64(span)/float64(per)/float64(most))))
	for t := first; orrery.DayOf(t) >= c.from; t = step(t, -every) {
		mark := chartTick{X: c.x(orrery.DayOf(t)), Text: tick(t), Anchor: "middle"}
		if mark.X > c.Right-16 {
			mark.Anchor = "end"
		} else if mark.X < c.Left+16 {
			mark.Anchor = "start"
		}
		c.Ticks = append(c.Ticks, mark)
	}
}

// reach lets a pointer open so many of the points at most: the last one of each
// stretch.
func (c *plot) reach(days []orrery.Day, most int, y func(i int) float64, to func(orrery.Day) string, text func(i int) language.Text) {
	every := max(1, (len(days)+most-1)/most)
	for i := len(days) - 1; i >= 0; i -= every {
		h := hit{PointX: c.x(days[i]), PointY: y(i), To: to(days[i]), Text: text(i)}
		h.X = c.Left
		if i-every >= 0 {
			h.X = (h.PointX + c.x(days[i-every])) / 2
		}
		end := c.Right
		if n := len(c.Hits); n > 0 {
			end = c.Hits[n-1].X
		}
		h.Wide = max(0, end-h.X)
		c.Hits = append(c.Hits, h)
	}
}

// A lifeChart shows a closeness over the four bands since somebody's first
// activity, and where they changed level.
type lifeChart struct {
	plot
	Bands      []lifeBand
	Path       string
	EndX, EndY float64
	Moves      []lifeMove
}

type lifeBand struct {
	chartBand
	Named bool
}

// A lifeMove is a change of level.
type lifeMove struct {
	Day      orrery.Day
	From, To orrery.Level
	X, Y     float64
	Address  string
}

// Nearer tells whether it was to a nearer level.
func (m lifeMove) Nearer() bool { return m.To > m.From }

// shortLife is up to how many weeks the chart of twelve months tells it all.
const shortLife = 56

func newLifeChart(p view.Person, wide bool, to func(orrery.Day) string) *lifeChart {
	if len(p.Life) < shortLife {
		return nil
	}
	c := &lifeChart{plot: plot{W: 1040, H: 190, Left: 64, Top: 6, from: p.Life[0].Day, to: p.AsOf}}
	ticks, hits := 12, 78
	if !wide {
		c.W, c.H, c.Left, ticks, hits = 340, 150, 46, 4, 26
	}
	c.Right, c.Bottom = c.W-14, c.H-26
	y := func(closeness float64) float64 { return c.Top + c.Tall()*(1-closeness/100) }
	c.Bands = lifeBands(y)
	var path strings.Builder
	was := orrery.OutOfOrbit
	days := make([]orrery.Day, len(p.Life))
	for i, point := range p.Life {
		days[i] = point.Day
		c.EndX, c.EndY = c.x(point.Day), y(point.Closeness)
		drawTo(&path, i, c.EndX, c.EndY)
		if point.Level != was {
			c.Moves = append(c.Moves, lifeMove{point.Day, was, point.Level, c.EndX, c.EndY, to(point.Day)})
		}
		was = point.Level
	}
	c.EndX, c.EndY = c.x(p.AsOf), y(p.Closeness)
	drawTo(&path, len(days), c.EndX, c.EndY)
	c.Path = path.String()
	c.mark(ticks)
	c.reach(days, hits, func(i int) float64 { return y(p.Life[i].Closeness) }, to, func(i int) language.Text {
		return pointText(p.Life[i])
	})
	nearest := slices.MaxFunc(p.Life, func(a, b view.LinePoint) int { return int(a.Level) - int(b.Level) })
	c.Says = language.T("Closeness of %s week by week since %s: the nearest level was %s, the level changed %s.", p.Name, dayWords(p.Life[0].Day),
		levelWords(nearest.Level), times(len(c.Moves)))
	return c
}

func times(n int) language.Text {
	switch n {
	case 1:
		return language.T("once")
	case 2:
		return language.T("twice")
	}
	return language.T("%d times", n)
}

func pointText(p view.LinePoint) language.Text {
	return language.T("%s: closeness %d, %s", dayWords(p.Day), round(p.Closeness), levelWords(p.Level))
}

func drawTo(path *strings.Builder, i int, x, y float64) {
	command := byte('L')
	if i == 0 {
		command = 'M'
	}
	fmt.Fprintf(path, "%c%.1f %.1f", command, x, y)
}

// addHits lets a pointer open the person's page as of the weeks of the line.
func (c *lineChart) addHits(p view.Person, to func(orrery.Day) string) {
	if c == nil {
		return
	}
	over := plot{W: c.W, H: c.H, Left: c.Left, Right: c.Right, Top: c.Top, Bottom: c.Bottom, from: p.AsOf - 365, to: p.AsOf}
	line := p.Line[:len(p.Line)-1] // the last is where the page is
	days := make([]orrery.Day, len(line))
	for i, point := range line {
		days[i] = point.Day
	}
	most := len(days)
	if c.W < 500 {
		most = 27
	}
	over.reach(days, most, func(i int) float64 { return over.Top + over.Tall()*(1-line[i].Closeness/100) }, to, func(i int) language.Text {
		return pointText(line[i])
	})
	c.Over = &over
}

// A gravityChart shows a planet's gravity week by week with its likely range, and
// beside it how many really came.
type gravityChart struct {
	plot
	Levels            []gravityLevel
	Margin            float64
	Range, Path, Came string
	Notes             noteMarks
	Dots              []gravityDot // how many came, where there are few weeks
}

type gravityLevel struct {
	Y    float64
	Text language.Text
}

type gravityDot struct{ X, Y float64 }

// drawnWeeks is how many weeks are drawn, of more each so many'th; fewWeeks up to
// how many are told one by one.
const (
	drawnWeeks = 260
	fewWeeks   = 60
)

func newGravityChart(weeks []history.Week, rhythm int, wide bool, to func(orrery.Day) string) *gravityChart {
	if len(weeks) < 2 {
		return nil
	}
	whole := weeks
	if every := (len(weeks) + drawnWeeks - 1) / drawnWeeks; every > 1 {
		var some []history.Week
		for i := len(weeks) - 1; i >= 0; i -= every {
			some = append(some, weeks[i])
		}
		slices.Reverse(some)
		weeks = some
	}
	last := weeks[len(weeks)-1]
	c := &gravityChart{plot: plot{W: 1040, H: 220, Top: 10, from: weeks[0].Day, to: last.Day}, Margin: 44}
	ticks, hits := 10, 78
	if !wide {
		c.W, c.H, c.Margin, ticks, hits = 340, 190, 34, 4, 26
	}
	c.Left, c.Right, c.Bottom = c.Margin+10, c.W-8, c.H-26
	most := 1.0
	for _, w := range weeks {
		most = max(most, w.High, float64(w.Actual))
	}
	step := niceStep(most)
	most = step * math.Ceil(most/step)
	y := func(v float64) float64 { return c.Top + c.Tall()*(1-v/most) }
	for v := 0.0; v <= most; v += step {
		c.Levels = append(c.Levels, gravityLevel{y(v), count(round(v))})
	}
	var line, above, came strings.Builder
	days := make([]orrery.Day, len(weeks))
	known := 0
	for i, w := range weeks {
		x := c.x(w.Day)
		days[i] = w.Day
		drawTo(&line, i, x, y(w.Gravity))
		drawTo(&above, i, x, y(w.High))
		if w.Known {
			drawTo(&came, known, x, y(float64(w.Actual)))
			known++
			if len(weeks) <= fewWeeks {
				c.Dots = append(c.Dots, gravityDot{x, y(float64(w.Actual))})
			}
		}
	}
	for i := len(weeks) - 1; i >= 0; i-- {
		drawTo(&above, 1, c.x(weeks[i].Day), y(weeks[i].Low))
	}
	c.Path, c.Range, c.Came = line.String(), above.String()+"Z", came.String()
	c.mark(ticks)
	c.reach(days, hits, func(i int) float64 { return y(weeks[i].Gravity) }, to, func(i int) language.Text {
		w := &weeks[i]
		text := language.T("%s: gravity %d (%d to %d)", dayWords(w.Day), round(w.Gravity), round(w.Low), round(w.High))
		if w.Known {
			return language.Join("; ", text, language.T("%d came within %d days", w.Actual, rhythm))
		}
		return text
	})
	c.Says = language.T("Gravity in %s, from %d on %s to %d on %s.", language.N(len(whole), "1 week", "%d weeks"), round(whole[0].Gravity), dayWords(whole[0].Day), round(last.Gravity), dayWords(last.Day))
	within, of := 0, 0
	for i := range whole {
		if w := &whole[i]; w.Known {
			of++
			if a := float64(w.Actual); a >= w.Low && a <= w.High {
				within++
			}
		}
	}
	if of > 0 {
		c.Says = language.Join(" ", c.Says, language.T("In %d of the %s of which it is known, as many came as was thought likely.", within, language.N(of, "1 week", "%d weeks")))
	}
	return c
}

// niceStep parts a height into two to five rounds steps.
func niceStep(most float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(most)))
	for _, step := range []float64{.2, .5, 1, 2, 5} {
		if most/(step*power) <= 5 {
			return max(1, step*power)
		}
	}
	return 10 * power
}
