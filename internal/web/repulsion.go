package web

import (
	"net/http"
	"strconv"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/repulsion"
	"orrery.dev/orrery/internal/view"
)

type repulsionPage struct {
	view.Repulsion
	Headline     []phrase
	Wide, Narrow *repulsionChart
	Notes        *chartNotes
	Empty        bool // nobody was ever here
}

// A repulsionChart shows by week how many people were pushed away.
type repulsionChart struct {
	W, H, Foot float64
	Bars       []repulsionBar
	Notes      noteMarks
	Says       language.Text
}

type repulsionBar struct {
	repulsion.Week
	X, Y, Wide, Tall float64
	Full             float64       // where the bar's whole column begins, for a pointer
	Text             language.Text // of the week, where it is written
	TextX            float64
}

func (s *server) repulsion(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	known, err := s.Backend.Reader.Repulsion(v.Context(), v.planet.ID, v.asOf, patience)
	if err != nil {
		return err
	}
	if !known.There {
		w.Header().Set("Refresh", "3")
	}
	p := newRepulsionPage(brand(v.planet), v.planet.People == 0, known)
	if p.Wide != nil && len(p.Wide.Bars) > 0 {
		if p.Notes, err = s.notesOn(v, p.Wide.Bars[0].Monday, known.AsOf); err != nil {
			return err
		}
		p.Wide.mark(p.Notes)
		p.Narrow.mark(p.Notes)
	}
	return s.render(w, v, http.StatusOK, "repulsion", language.T("What pushes away"), p)
}

func newRepulsionPage(title string, empty bool, known view.Repulsion) *repulsionPage {
	p := &repulsionPage{Repulsion: known, Headline: []phrase{{Text: language.T("What pushes away")}}, Empty: empty && known.Everybody.All.Active == 0}
	if !known.There || known.Everybody.All.Active == 0 {
		return p
	}
	now := known.Everybody.Now
	switch known.Everybody.Growth.Verdict {
	case repulsion.Grew:
		p.Headline = []phrase{{language.T("More people around %s are <0>pushed away</0> than before.", title), "drift"}}
	case repulsion.Fell:
		p.Headline = []phrase{{language.T("Fewer people around %s are <0>pushed away</0> than before.", title), "rise"}}
	default:
		if now.Active > 0 && now.People > 0 {
			p.Headline = []phrase{{Text: language.T("Something pushed %s of %d away.", people(now.People), now.Active)}}
		}
	}
	p.Wide, p.Narrow = newRepulsionChart(known.Everybody.Weeks, 52, 1040), newRepulsionChart(known.Everybody.Weeks, 26, 330)
	return p
}

func newRepulsionChart(weeks []repulsion.Week, last int, wide float64) *repulsionChart {
	weeks = weeks[max(0, len(weeks)-last):]
	for len(weeks) > 8 && weeks[0].Active == 0 { // nobody was there yet
		weeks = weeks[1:]
	}
	c := &repulsionChart{W: wide, H: 168, Foot: 164}
	most, all := 1, 0
	for _, w := range weeks {
		most, all = max(most, w.People), all+w.Acts
	}
	const top, bottom = 16, 142
	pitch := c.W / float64(max(1, len(weeks)))
	every := max(1, len(weeks)*80/int(wide))
	for i, w := range weeks {
		b := repulsionBar{Week: w, Full: float64(i) * pitch, X: float64(i)*pitch + pitch*.14, Wide: pitch * .72}
		b.Tall = height(w.People, (bottom-top)/float64(most))
		b.Y = bottom - b.Tall
		if (len(weeks)-1-i)%every == 0 {
			b.Text = language.Date(w.Monday, "2 Jan")
			b.TextX = max(20, min(c.W-20, b.X+b.Wide/2))
		}
		c.Bars = append(c.Bars, b)
	}
	c.Says = language.T("People who were pushed away, in %d weeks: %s in all, at most %s in one week.", len(weeks), activities(all), people(most))
	return c
}

// mark puts notes on the weeks.
func (c *repulsionChart) mark(n *chartNotes) {
	c.Notes = n.marks(9, 142, inWeeks(c.Bars[0].Monday, len(c.Bars), 0, c.Column()))
}

func activities(n int) language.Text { return language.N(n, "1 activity", "%d activities") }

// Column is the width that a bar's week has.
func (c *repulsionChart) Column() float64 { return c.W / float64(max(1, len(c.Bars))) }

// Kind tells so many activities of a kind in words.
func (*repulsionPage) Kind(kind string, n int) language.Text { return view.RepulsionWords(kind, n) }

// Times writes a ratio of shares: 1.4 times.
func (*repulsionPage) Times(ratio float64) language.Text { return language.T("%.1f", ratio) }

// Share is how many of the active people were pushed away.
func (*repulsionPage) Share(c repulsion.Counts) float64 {
	return float64(c.People) / float64(max(1, c.Active))
}

// Span is how many days are compared with as many before.
func (*repulsionPage) Span() int { return repulsion.Span }

// Shown are the groups in which anything was ever seen.
func (p *repulsionPage) Shown() (list []view.RepelledGroup) {
	for _, g := range p.Groups {
		if g.All.Acts > 0 {
			list = append(list, g)
		}
	}
	return list
}

type repelledPage struct {
	view.Repelled
	Query view.RepelledQuery
	Newer int // offset of the page before, where there is one
}

// repelled lists the activities behind a figure.
func (s *server) repelled(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	q, err := repelledQuery(v)
	if err != nil {
		return err
	}
	known, err := s.Backend.Reader.Repelled(v.Context(), q)
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "repulsionacts", language.T("What pushed away"), &repelledPage{known, q, max(0, q.Offset-len(known.List))})
}

func repelledQuery(v *visit) (view.RepelledQuery, error) {
	q, ask := view.RepelledQuery{Planet: v.planet.ID, AsOf: v.asOf}, v.URL.Query()
	q.Kind, q.Circle, q.Partner, q.Burst = ask.Get("kind"), ask.Get("circle"), ask.Get("partner"), ask.Get("burst")
	var err error
	if text := ask.Get("who"); text != "" {
		if q.Who, err = memberID(text); err != nil {
			return q, err
		}
	}
	if text := ask.Get("week"); text != "" {
		if q.Week, err = orrery.ParseDay(text); err != nil {
			return q, orrery.Errorf(orrery.NotFound, "there is no such week: see what pushes away")
		}
	}
	for name, into := range map[string]*int{"days": &q.Days, "after": &q.Offset} {
		if text := ask.Get(name); text != "" {
			if *into, err = strconv.Atoi(text); err != nil || *into < 0 {
				return q, orrery.Errorf(orrery.NotFound, "there is no such list: see what pushes away")
			}
		}
	}
	return q, nil
}

// Page is the address of another page of the list.
func (p *repelledPage) Page(at *page, after int) string {
	pairs := []any{"kind", p.Query.Kind, "circle", p.Query.Circle, "partner", p.Query.Partner, "burst", p.Query.Burst}
	if p.Query.Who != 0 {
		pairs = append(pairs, "who", p.Query.Who)
	}
	if p.Query.Week != 0 {
		pairs = append(pairs, "week", p.Query.Week)
	}
	if p.Query.Days != 0 {
		pairs = append(pairs, "days", p.Query.Days)
	}
	if after > 0 {
		pairs = append(pairs, "after", after)
	}
	return at.To("/repulsion/acts", pairs...)
}
