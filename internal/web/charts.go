package web

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// Charts are geometry in a view box's units; the templates draw them. Each is
// made for a wide and a narrow page, so that its letters keep their size.

// A lineChart shows a closeness over the four bands.
type lineChart struct {
	W, H                     float64
	Left, Right, Top, Bottom float64 // bounds of the plot
	Bands                    []chartBand
	Path                     string
	points                   [][2]float64 // of the path
	EndX, EndY               float64
	Marks                    []chartMark
	Months                   []chartTick
	Says                     language.Text // the picture in words
	Over                     *plot         // what of it a pointer can open
}

type chartBand struct {
	Level     orrery.Level
	Y, Height float64
}

type chartMark struct {
	view.Mark
	X, Y, R        float64
	LabelX, LabelY float64
	Before         bool // the label stands left of the mark
}

type chartTick struct {
	X      float64
	Text   language.Text
	Anchor string
}

func newLineChart(p view.Person, wide bool) *lineChart {
	if len(p.Line) < 2 {
		return nil
	}
	c := &lineChart{W: 1040, H: 290, Left: 64, Top: 8}
	ticks := 2
	if !wide {
		c.W, c.H, c.Left, ticks = 340, 230, 46, 4
	}
	c.Right, c.Bottom = c.W-14, c.H-28
	from, to := p.AsOf-365, p.AsOf
	x := func(d orrery.Day) float64 {
		return c.Left + (c.Right-c.Left)*float64(max(0, d-from))/float64(to-from)
	}
	y := func(closeness float64) float64 { return c.Top + (c.Bottom-c.Top)*(1-closeness/100) }
	c.Bands = levelBands(y)
	var path strings.Builder
	for i, point := range p.Line {
		command := byte('L')
		if i == 0 {
			command = 'M'
		}
		c.EndX, c.EndY = x(point.Day), y(point.Closeness)
		fmt.Fprintf(&path, "%c%.1f %.1f", command, c.EndX, c.EndY)
		c.points = append(c.points, [2]float64{c.EndX, c.EndY})
	}
	c.Path = path.String()
	for _, m := range p.Marks {
		mark := chartMark{Mark: m, X: x(m.Day), Y: y(closenessOn(p.Line, m.Day)), R: 3 + m.Weight/3}
		mark.Before = mark.X > (c.Left+c.Right)/2
		mark.LabelX, mark.LabelY = mark.X+mark.R+5, mark.Y+mark.R+12
		if mark.Before {
			mark.LabelX, mark.LabelY = mark.X-mark.R-4, mark.Y-mark.R-4
		}
		if mark.LabelY < c.Top+14 {
			mark.LabelY = mark.Y + mark.R + 14
		}
		mark.Label = mark.Label && wide
		c.Marks = append(c.Marks, mark)
	}
	c.placeLabels()
	for month := to.Time(); ; month = month.AddDate(0, -ticks, 0) {
		first := orrery.DayOf(month.AddDate(0, 0, 1-month.Day()))
		if first < from {
			break
		}
		c.Months = append(c.Months, chartTick{X: x(first), Text: language.Date(first, "Jan"), Anchor: "middle"})
		month = first.Time()
	}
	first, last := p.Line[0], p.Line[len(p.Line)-1]
	c.Says = language.T("Closeness of %s from %s to %s: from %d, %s, to %d, %s.", p.Name, dayWords(first.Day), dayWords(last.Day),
		round(first.Closeness), levelWords(bandOf(first.Closeness)), round(last.Closeness), levelWords(p.Level))
	return c
}

// placeLabels moves labels that would lie over the line below it, and takes those
// away that would lie over one before them.
func (c *lineChart) placeLabels() {
	const letter, line = 6.4, 15 // of the label's type, about
	var taken [][4]float64
	for i := range c.Marks {
		m := &c.Marks[i]
		if !m.Label {
			continue
		}
		left, wide := m.LabelX, letter*float64(len([]rune(m.Title)))
		if m.Before {
			left -= wide
		}
		if high, low := c.between(left, left+wide); high < m.LabelY+4 && low > m.LabelY-line {
			m.LabelY = low + line + 4
		}
		box := [4]float64{left, m.LabelY - line, left + wide, m.LabelY}
		m.Label = left >= c.Left && left+wide <= c.W && m.LabelY < c.Bottom && !slices.ContainsFunc(taken, func(b [4]float64) bool {
			return b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1]
		})
		if m.Label {
			taken = append(taken, box)
		}
	}
}

// between returns how high and how low the line is over a stretch of the plot.
func (c *lineChart) between(left, right float64) (high, low float64) {
	high, low = c.H, 0
	for i := 1; i < len(c.points); i++ {
		a, b := c.points[i-1], c.points[i]
		if b[0] >= left && a[0] <= right {
			high, low = min(high, a[1], b[1]), max(low, a[1], b[1])
		}
	}
	return high, low
}

// Plot is the width of the plot.
func (c *lineChart) Plot() float64 { return c.Right - c.Left }

// Foot is where the months are written.
func (c *lineChart) Foot() float64 { return c.H - 8 }

// Middle is the base line of a band's name.
func (b chartBand) Middle() float64 { return b.Y + b.Height/2 + 4 }

func bandOf(closeness float64) orrery.Level {
	switch {
	case closeness >= 70:
		return orrery.Core
	case closeness >= 35:
		return orrery.Inner
	case closeness >= 10:
		return orrery.Outer
	}
	return orrery.Edge
}

// closenessOn reads the line between its points.
func closenessOn(line []view.LinePoint, d orrery.Day) float64 {
	i, _ := slices.BinarySearchFunc(line, d, func(p view.LinePoint, d orrery.Day) int { return cmp.Compare(p.Day, d) })
	switch {
	case i == 0:
		return line[0].Closeness
	case i == len(line):
		return line[i-1].Closeness
	}
	a, b := line[i-1], line[i]
	return a.Closeness + (b.Closeness-a.Closeness)*float64(d-a.Day)/float64(b.Day-a.Day)
}

// A movesChart shows the weekly moves to a nearer level above a line and those
// to a farther one below it.
type movesChart struct {
	W, H, Axis float64
	Bars       []movesBar
	Says       language.Text
	Notes      noteMarks
}

type movesBar struct {
	view.WeekMoves
	X, Wide         float64
	UpY, UpH, DownH float64
	Text            language.Text // of the week, where it is written
	TextX           float64
}

func newMovesChart(weeks []view.WeekMoves, wide bool) *movesChart {
	if len(weeks) == 0 {
		return nil
	}
	c := &movesChart{W: 1040, H: 176}
	every := 2
	if !wide {
		c.W, every = 330, 4
	}
	most, in, out := 1, 0, 0
	for _, w := range weeks {
		most = max(most, w.In, w.Out)
		in, out = in+w.In, out+w.Out
	}
	const label = 22
	c.Axis = (c.H - label) / 2
	pitch := c.W / float64(len(weeks))
	scale := (c.Axis - 16) / float64(most)
	for i, w := range weeks {
		b := movesBar{WeekMoves: w, X: float64(i)*pitch + pitch*.14, Wide: pitch * .72}
		b.UpH, b.DownH = height(w.In, scale), height(w.Out, scale)
		b.UpY = c.Axis - 1 - b.UpH
		if (len(weeks)-1-i)%every == 0 {
			b.Text = language.Date(w.Monday, "2 Jan")
			b.TextX = max(20, min(c.W-20, b.X+b.Wide/2))
		}
		c.Bars = append(c.Bars, b)
	}
	c.Says = language.T("Moves between levels in %d weeks: %s to a nearer one, %s to a farther one.", len(weeks), count(in), count(out))
	return c
}

func height(n int, scale float64) float64 {
	if n == 0 {
		return 0
	}
	return math.Max(1.5, float64(n)*scale)
}

// mark puts notes on the weeks.
func (c *movesChart) mark(n *chartNotes) {
	if c != nil {
		c.Notes = n.marks(9, c.H-22, inWeeks(c.Bars[0].Monday, len(c.Bars), 0, c.W/float64(len(c.Bars))))
	}
}

// Below is where the lower bars begin.
func (c *movesChart) Below() float64 { return c.Axis + 1 }
