package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

type circlesPage struct {
	view.Circles
	Empty bool         // nobody was ever here
	Lines []*sizesLine // of each circle; nil where there is only one step
}

func (s *server) circles(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	known, err := s.Backend.Reader.Circles(v.Context(), v.planet.ID, v.asOf, patience)
	if err != nil {
		return err
	}
	if !known.There {
		w.Header().Set("Refresh", "3")
	}
	p := circlesPage{Circles: known, Empty: v.planet.People == 0}
	for i := range known.Circles {
		p.Lines = append(p.Lines, newSizesLine(known.Circles[i].Sizes, 96, 22))
	}
	return s.render(w, v, http.StatusOK, "circles", language.T("Like minds"), p)
}

func circlePath(id int) string { return "/circles/" + strconv.Itoa(id) }

type circlePage struct {
	view.CirclePage
	Line *sizesLine
	Size []circleSize // newest first
}

type circleSize struct {
	Day    orrery.Day
	People int
}

func (s *server) circle(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	id, err := strconv.Atoi(v.PathValue("id"))
	if err != nil {
		return orrery.Errorf(orrery.NotFound, "there is no such circle")
	}
	known, err := s.Backend.Reader.Circle(v.Context(), v.planet.ID, id, v.asOf, v.URL.Query().Get("trait"), patience)
	if err != nil {
		return err
	}
	p := circlePage{CirclePage: known}
	var name any = known.Name
	if !known.There {
		w.Header().Set("Refresh", "3")
		name = language.T("Like minds")
	}
	p.Line = newSizesLine(known.Sizes, 1040, 90)
	for i := range known.Sizes {
		at := len(known.Sizes) - 1 - i
		p.Size = append(p.Size, circleSize{known.Steps[at], known.Sizes[at]})
	}
	return s.render(w, v, http.StatusOK, "circle", name, p)
}

// A sizesLine is how many people a circle had, quarter by quarter.
type sizesLine struct {
	W, H       float64
	Path, Area string
	EndX, EndY float64
	Most       int
	Says       language.Text
}

func newSizesLine(sizes []int, wide, high float64) *sizesLine {
	first := slices.IndexFunc(sizes, func(n int) bool { return n > 0 })
	if first < 0 || len(sizes)-first < 2 {
		return nil
	}
	sizes = sizes[first:]
	c := &sizesLine{W: wide, H: high, Most: slices.Max(sizes)}
	c.Says = language.T("from %s to %s in %s, %s at most", people(sizes[0]), people(sizes[len(sizes)-1]), language.N(len(sizes)-1, "1 quarter", "%d quarters"), people(c.Most))
	var line strings.Builder
	for i, n := range sizes {
		c.EndX = 3 + (wide-6)*float64(i)/float64(len(sizes)-1)
		c.EndY = high - 3 - (high-6)*float64(n)/float64(c.Most)
		if i > 0 {
			line.WriteByte('L')
		}
		fmt.Fprintf(&line, "%.1f %.1f", c.EndX, c.EndY)
	}
	c.Path = "M" + line.String()
	c.Area = fmt.Sprintf("M3 %.1fL%sL%.1f %.1fZ", high-3, line.String(), c.EndX, high-3)
	return c
}

func (s *server) nameCircle(w http.ResponseWriter, v *visit) error {
	id, err := strconv.Atoi(v.PathValue("id"))
	if err != nil {
		return orrery.Errorf(orrery.NotFound, "there is no such circle")
	}
	name := v.PostForm.Get("name")
	if err := s.Backend.Settings.NameCircle(v.Context(), v.account, v.planet.ID, id, name); err != nil {
		return err
	}
	if name == "" {
		return s.done(w, v, v.to(circlePath(id)), "The circle is told by what sets it apart again.")
	}
	return s.done(w, v, v.to(circlePath(id)), "The circle is called %s now. The name goes with its people.", name)
}
