package web

import (
	"cmp"
	"math"
	"net/http"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/ways"
)

type waysPage struct {
	view.Ways
	Shown    *view.WaysGroup // the group that is told in full
	Rows     []wayRow        // its ways: those that were tried most first
	Scale    int             // of the rows' charts: so many of a hundred to each side
	Words    view.TrialWords
	Headline []phrase
	Empty    bool // nobody was ever here
}

// A wayRow is a way in the group that is told in full.
type wayRow struct {
	Way orrery.Strategy
	*ways.Cell
	Chart *yieldChart // nil where nothing is compared
}

// A yieldChart is a dot and its interval around the line of no difference.
type yieldChart struct {
	W, H, Middle        float64
	Low, High, Estimate float64 // where they lie
	Tone                string  // "rise", "drift" or "still"
}

// leastScale is how many of a hundred a chart shows to each side at least.
const leastScale = 10

func (s *server) ways(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	known, err := s.Backend.Reader.Ways(v.Context(), v.planet.ID, v.asOf, patience)
	if err != nil {
		return err
	}
	p := waysPage{Ways: known}
	if len(known.Groups) == 0 {
		p.Headline = []phrase{{Text: language.T("Ways to belong")}}
		return s.render(w, v, http.StatusOK, "ways", language.T("Ways to belong"), p)
	}
	tag, circle := v.URL.Query().Get("tag"), v.URL.Query().Get("circle")
	at := slices.IndexFunc(known.Groups, func(g view.WaysGroup) bool {
		if circle != "" {
			return g.Circle > 0 && g.Value() == circle
		}
		return g.Circle == 0 && g.Tag == tag
	})
	if at < 0 {
		return orrery.Errorf(orrery.NotFound, "nobody around %s has the tag %q, or it has too few people to be told of here, or the circle is another now", brand(v.planet), tag)
	}
	p.Shown = &p.Groups[at]
	p.Empty = known.Groups[0].People == 0
	p.Words = p.Trial(p.Shown)
	p.Headline = waysHeadline(brand(v.planet), p.Shown)
	p.Scale = yieldScale(p.Shown)
	for way := range orrery.Strategies {
		c := &p.Shown.Cells[way]
		p.Rows = append(p.Rows, wayRow{way, c, newYieldChart(c, float64(p.Scale))})
	}
	slices.SortStableFunc(p.Rows, func(a, b wayRow) int { return cmp.Compare(b.Tried, a.Tried) })
	return s.render(w, v, http.StatusOK, "ways", language.T("Ways to belong"), p)
}

func waysHeadline(title string, g *view.WaysGroup) []phrase {
	around := language.T("around %s", title)
	if g.Tag != "" {
		around = language.T("among “%s”", g.Tag)
	}
	way, ok := g.Advised()
	if !ok {
		return []phrase{{Text: language.T("No way to belong stands out %s.", around)}}
	}
	return []phrase{{language.T("People %s early <0>come back more often</0> %s.", those(way), around), "rise"}}
}

// yieldScale returns a round number that all intervals of a group lie within.
func yieldScale(g *view.WaysGroup) int {
	most := 0.0
	for _, c := range g.Cells {
		if c.Verdict.Compared() {
			most = max(most, math.Abs(c.Low), math.Abs(c.High))
		}
	}
	return max(leastScale, 5*int(math.Ceil(most/5)))
}

func newYieldChart(c *ways.Cell, scale float64) *yieldChart {
	if !c.Verdict.Compared() {
		return nil
	}
	chart := &yieldChart{W: 220, H: 20, Middle: 110}
	x := func(v float64) float64 { return chart.Middle + (chart.Middle-6)*v/scale }
	chart.Low, chart.High, chart.Estimate = x(c.Low), x(c.High), x(c.Yield)
	chart.Tone = tone(verdictSign(c.Verdict))
	return chart
}

// verdictSign is 1 where more come back with the way, −1 where fewer do.
func verdictSign(v ways.Verdict) int {
	switch v {
	case ways.More:
		return 1
	case ways.Fewer:
		return -1
	default:
		return 0
	}
}

// Tone names the style class of what a row says.
func (r wayRow) Tone() string { return tone(verdictSign(r.Verdict)) }

// KnownOrigins counts the activities of which it is known what brought them.
func (r wayRow) KnownOrigins() int { return r.Activities - r.Origins[orrery.OriginUnknown] }

// OriginShare is the part of them from an origin.
func (r wayRow) OriginShare(origin int) float64 {
	return float64(r.Origins[origin]) / float64(max(1, r.KnownOrigins()))
}

// verdictWords says what is known of a way in a group.
func verdictWords(c ways.Cell) language.Text {
	switch c.Verdict {
	case ways.More:
		return language.T("came back more often")
	case ways.Fewer:
		return language.T("came back less often")
	case ways.NoDifference:
		return language.T("no difference")
	case ways.NoComparison:
		return language.T("nobody to compare with")
	default:
		return language.T("untested")
	}
}

// yieldWords writes how many more of a hundred came back: +12, −3.5, 0.
func yieldWords(v float64) language.Text {
	switch {
	case math.Abs(v) >= 9.95:
		return language.T("%+.0f", v)
	case math.Abs(v) < .05:
		return count(0)
	default:
		return language.T("%+.1f", v)
	}
}

// cellsOf lists the cells of a group, with their ways.
func cellsOf(g view.WaysGroup) (rows []wayRow) {
	for way := range orrery.Strategies {
		rows = append(rows, wayRow{Way: way, Cell: &g.Cells[way]})
	}
	return rows
}
