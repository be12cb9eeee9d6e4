package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery/internal/backtest"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

type trustPage struct {
	view.Trust
	Calibration *calibrationChart
	Lift        *liftChart
	Wide        *windowsChart
	Narrow      *windowsChart
}

func (s *server) trust(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	t, err := s.Backend.Reader.Trust(v.Context(), v.planet.ID, patience)
	if err != nil {
		return err
	}
	p := trustPage{Trust: t}
	if len(t.Methods) > 0 {
		p.Calibration, p.Lift = newCalibrationChart(t.Curve), newLiftChart(t.Curve)
		p.Wide, p.Narrow = newWindowsChart(t.Windows, true), newWindowsChart(t.Windows, false)
	}
	return s.render(w, v, http.StatusOK, "trust", language.T("How far to trust this"), p)
}

// Told is the band that speaks for the others: of those told 20 in 100 or more,
// the one with most people; of all bands where nobody was.
func (p trustPage) Told() backtest.Band {
	near := slices.DeleteFunc(slices.Clone(p.Curve.Bands), func(b backtest.Band) bool { return b.Told < .2 })
	if len(near) == 0 {
		near = p.Curve.Bands
	}
	return slices.MaxFunc(near, func(a, b backtest.Band) int { return cmp.Compare(a.People, b.People) })
}

// Fitted is the figures of the model in use.
func (p trustPage) Fitted() backtest.Result { return p.Methods[0] }

// Plainly tells the kind of the fit in use.
func (p trustPage) Plainly() language.Text {
	switch {
	case strings.HasPrefix(p.Fit, "cold-start"):
		return language.T("the same for every brand, since too few people have come back yet to learn from: 30 are the least. Who is nearer than whom is told well by it; how many will come in all is not")
	case strings.HasPrefix(p.Fit, "scaled"):
		return language.T("the order of people is told as for every brand, the chances are scaled to what happened here: for more, 100 people who came back are the least")
	default:
		return language.T("learned from the past of this very brand, on windows that were over, and learned anew each night")
	}
}

// MethodWords names a method as people know it.
func (p trustPage) MethodWords(name string) language.Text {
	switch name {
	case "fitted":
		return language.T("Closeness, as it is shown")
	case "cold_start":
		return language.T("Closeness, not learned here")
	case "pareto_nbd":
		return language.T("Pareto/NBD, a model of buying")
	case "bg_nbd":
		return language.T("BG/NBD, a model of buying")
	case "orbit_love":
		return language.T("Orbit model’s love")
	case "rfm":
		return language.T("RFM: recency, frequency, value")
	default:
		return language.T("Who came last")
	}
}

// OfTen tells a share as so many of ten people.
func (p trustPage) OfTen(share float64) language.Text {
	switch n := round(10 * share); n {
	case 0:
		return language.T("hardly any")
	case 10:
		return language.T("nearly all")
	default:
		return language.T("about %s", language.OneOf(n-1, "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"))
	}
}

// WindowBefore is how many came in the window before, or a dash.
func (p trustPage) WindowBefore(g backtest.Gravity) language.Text {
	if g.SameAsBefore == nil {
		return language.Name("–")
	}
	return count(*g.SameAsBefore)
}

// Hundred is a share in whole hundredths.
func (p trustPage) Hundred(share float64) int { return round(100 * share) }

// Three writes a share with three digits.
func (p trustPage) Three(v float64) language.Text { return language.T("%.3f", v) }

// A square is a plot of two shares, both from nothing to all.
type square struct {
	W, H, Left, Right, Top, Bottom float64
	Ticks                          []squareTick
	Says                           language.Text
}

type squareTick struct {
	X, Y float64
	Text language.Text
}

func newSquare() square {
	c := square{W: 350, H: 300, Left: 46, Right: 336, Top: 10, Bottom: 262}
	for i := 0; i <= 4; i++ {
		share := float64(i) / 4
		c.Ticks = append(c.Ticks, squareTick{c.x(share), c.y(share), percent(share)})
	}
	return c
}

func (c *square) x(share float64) float64 { return c.Left + (c.Right-c.Left)*share }
func (c *square) y(share float64) float64 { return c.Bottom - (c.Bottom-c.Top)*share }

// Foot is where the marks of the lower edge are written, Name where its name is.
func (c *square) Foot() float64 { return c.Bottom + 17 }

// Name is where the name of the lower edge is written.
func (c *square) Name() float64 { return c.H - 3 }

// A calibrationChart shows the chance that was told against the share that came.
type calibrationChart struct {
	square
	Dots []calibrationDot
}

type calibrationDot struct {
	backtest.Band
	X, Y, R, LowY, HighY float64
}

func newCalibrationChart(curve backtest.Curve) *calibrationChart {
	c := &calibrationChart{square: newSquare()}
	for _, b := range curve.Bands {
		d := calibrationDot{Band: b, X: c.x(b.Told), Y: c.y(b.Came), LowY: c.y(b.Low), HighY: c.y(b.High), R: 4}
		if b.People >= 1000 {
			d.R = 6
		}
		c.Dots = append(c.Dots, d)
	}
	said := make([]language.Text, len(c.Dots))
	for i, d := range c.Dots {
		said[i] = language.T("told %s, came %s", percent(d.Told), percent(d.Came))
	}
	c.Says = language.T("Chance that was told against share that came: %s.", language.Join("; ", said...))
	return c
}

// A liftChart shows how many of those who came were among the nearest.
type liftChart struct {
	square
	Path string
	Dots []squareTick
}

func newLiftChart(curve backtest.Curve) *liftChart {
	c := &liftChart{square: newSquare()}
	var path strings.Builder
	fmt.Fprintf(&path, "M%.1f %.1f", c.x(0), c.y(0))
	for _, l := range curve.Lift {
		x, y := c.x(l.Nearest), c.y(l.Caught)
		fmt.Fprintf(&path, "L%.1f %.1f", x, y)
		c.Dots = append(c.Dots, squareTick{x, y, language.T("the nearest %s held %s of those who came", percent(l.Nearest), percent(l.Caught))})
	}
	c.Path = path.String()
	if len(c.Dots) > 1 {
		c.Says = language.T("Of those who came, how many stood among the nearest: %s; %s.", c.Dots[0].Text, c.Dots[1].Text)
	}
	return c
}

// A windowsChart shows gravity as it was expected, with its interval, and who
// came, by window.
type windowsChart struct {
	W, H, Left, Top, Bottom float64
	Windows                 []windowMark
	Ticks                   []squareTick
	Says                    language.Text
}

type windowMark struct {
	backtest.Gravity
	X, Wide              float64
	LowY, HighY, ExpY, Y float64
	Text                 language.Text // of the window's first day, where it is written
	Day                  language.Text
}

// Tall is the height of the interval.
func (m windowMark) Tall() float64 { return m.LowY - m.HighY }

// From is where the mark of the expected number begins.
func (m windowMark) From() float64 { return m.X - m.Wide/2 }

// To is where it ends.
func (m windowMark) To() float64 { return m.X + m.Wide/2 }

func newWindowsChart(windows []backtest.Gravity, wide bool) *windowsChart {
	if len(windows) == 0 {
		return nil
	}
	c := &windowsChart{W: 1040, H: 250, Left: 52, Top: 10, Bottom: 220}
	every := 1
	if !wide {
		c.W, c.Left, every = 340, 44, 3
	}
	most := 1.0
	for _, g := range windows {
		most = max(most, g.High, float64(g.Actual))
	}
	top := nice(most)
	y := func(n float64) float64 { return c.Bottom - (c.Bottom-c.Top)*n/top }
	for i := range 3 {
		n := top * float64(i) / 2
		c.Ticks = append(c.Ticks, squareTick{c.Left, y(n), count(round(n))})
	}
	pitch := (c.W - c.Left) / float64(len(windows))
	held := 0
	for i, g := range windows {
		m := windowMark{Gravity: g, X: c.Left + (float64(i)+.5)*pitch, Wide: min(pitch*.6, 44)}
		m.LowY, m.HighY, m.ExpY, m.Y = y(g.Low), y(g.High), y(g.Expected), y(float64(g.Actual))
		m.Day = windowDay(g.Cut)
		if i%every == 0 {
			m.Text = m.Day
		}
		if g.Held() {
			held++
		}
		c.Windows = append(c.Windows, m)
	}
	c.Says = language.T("Gravity as expected and as it came in %d windows. The interval held it in %d.", len(windows), held)
	return c
}

// Foot is where the days are written.
func (c *windowsChart) Foot() float64 { return c.H - 8 }

// Before is where the text of the left axis ends.
func (c *windowsChart) Before() float64 { return c.Left - 8 }

// windowDay writes a window's first day.
func windowDay(cut string) language.Text {
	t, err := time.Parse(time.DateOnly, cut)
	if err != nil {
		return language.Name(cut)
	}
	return language.Date(t, "Jan 2006")
}

// nice returns a round number that is not below n.
func nice(n float64) float64 {
	for scale := 1.0; ; scale *= 10 {
		for _, step := range []float64{1, 2, 4, 6, 8, 10} {
			if step*scale >= n {
				return step * scale
			}
		}
	}
}
