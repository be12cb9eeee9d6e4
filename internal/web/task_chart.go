package web

import (
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/task"
	"orrery.dev/orrery/internal/view"
)

// A taskChart shows a closeness over the four bands from some weeks before a task was
// made until today, with when it was made and done.
type taskChart struct {
	plot
	Bands      []lifeBand
	Path       string
	EndX, EndY float64
	Events     []taskEvent
}

// A taskEvent is a day on the line.
type taskEvent struct {
	X, Y   float64
	TextY  float64
	Text   language.Text
	Anchor string
}

func newTaskChart(s *view.TaskStory, wide bool) *taskChart {
	if len(s.Line) < 2 {
		return nil
	}
	c := &taskChart{plot: plot{W: 1040, H: 220, Left: 64, Top: 22, from: s.Line[0].Day, to: s.Today}}
	ticks := 10
	if !wide {
		c.W, c.H, c.Left, ticks = 340, 200, 46, 4
	}
	c.Right, c.Bottom = c.W-14, c.H-26
	y := func(closeness float64) float64 { return c.Top + c.Tall()*(1-closeness/100) }
	c.Bands = lifeBands(y)
	var path strings.Builder
	for i, p := range s.Line {
		c.EndX, c.EndY = c.x(p.Day), y(p.Closeness)
		drawTo(&path, i, c.EndX, c.EndY)
	}
	c.Path = path.String()
	c.mark(ticks)
	c.event(s, orrery.DayOf(s.Made), language.T("made"), y)
	says := language.T("Closeness of %s: %d when the task was made on %s", s.Who.Name, round(s.Began.Closeness), dayWords(orrery.DayOf(s.Made)))
	if s.State == task.Done {
		c.event(s, orrery.DayOf(s.Ended), language.T("done"), y)
		says = language.Join(", ", says, language.T("%d when it was done on %s", round(s.Closed.Closeness), dayWords(orrery.DayOf(s.Ended))))
	}
	c.Says = language.Join(", ", says, language.T("%d now.", round(s.Now.Closeness)))
	return c
}

// event marks a day; the words of two that are close to each other stand apart.
func (c *taskChart) event(s *view.TaskStory, day orrery.Day, text language.Text, y func(float64) float64) {
	e := taskEvent{X: c.x(min(max(day, c.from), c.to)), Text: text, Anchor: "middle", TextY: 14}
	e.Y = y(closenessOn(s.Line, day))
	if e.X > c.Right-24 {
		e.Anchor = "end"
	}
	if n := len(c.Events); n > 0 && e.X-c.Events[n-1].X < 44 {
		before := &c.Events[n-1]
		before.Anchor, e.Anchor = "end", "start"
		if e.X > c.Right-30 { // no room at the right: both before the line, one above
			before.Text, e.Text, e.Anchor = nil, language.Join(", ", before.Text, e.Text), "end"
		}
	}
	c.Events = append(c.Events, e)
}
