package web

import (
	"fmt"
	"math"
	"net/http"
	"strconv"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

type systemPage struct {
	view.System
	Groups     []skyGroup
	UTC, Local *weekHours
}

// A skyGroup is a constellation and its planets' orbit maps.
type skyGroup struct {
	view.Constellation
	Maps []skyMap
}

// A skyMap is a small orbit map: dots in the four bands, each for so many people.
type skyMap struct {
	view.SystemPlanet
	Rings []float64
	Dots  []skyDot
	Each  int // people a dot stands for
	Says  language.Text
}

type skyDot struct {
	X, Y, R float64
	Level   orrery.Level
}

// bandRadii are the orbit map's, from the middle out.
var bandRadii = [...]float64{.165, .345, .545, .765, 1}

const (
	skySize = 120 // of a map, from the middle to the rim
	skyDots = 240 // on it at most
	golden  = 2.399963
)

func newSkyMap(b view.SystemPlanet) skyMap {
	m := skyMap{SystemPlanet: b, Each: 1}
	for b.People/m.Each > skyDots {
		m.Each *= 10
		if b.People/m.Each <= skyDots/2 && b.People/(m.Each/2) <= skyDots {
			m.Each /= 2
		}
	}
	for _, r := range bandRadii[1:] {
		m.Rings = append(m.Rings, skySize*r)
	}
	turn := 0
	for band, level := range []orrery.Level{orrery.Core, orrery.Inner, orrery.Outer, orrery.Edge} {
		n := (b.Levels[level] + m.Each - 1) / m.Each
		low, high := bandRadii[band]+.05, bandRadii[band+1]-.04
		for i := range n {
			// Even over the band's area, and by the golden angle never in rows.
			share := (float64(i) + .5) / float64(n)
			r := skySize * math.Sqrt(low*low+share*(high*high-low*low))
			angle := golden * float64(turn)
			turn++
			m.Dots = append(m.Dots, skyDot{r * math.Cos(angle), r * math.Sin(angle), 2.1, level})
		}
	}
	m.Says = language.T("%s: %d in the core, %d inner, %d outer, %d at the edge", brand(b.Planet),
		b.Levels[orrery.Core], b.Levels[orrery.Inner], b.Levels[orrery.Outer], b.Levels[orrery.Edge])
	return m
}

// A weekHours is how busy the hours of the week are.
type weekHours struct {
	W, H  float64
	Cells []hourCell
	Days  []chartTick
	Hours []chartTick
	Total int
	Says  language.Text
}

type hourCell struct {
	X, Y, Wide, High, Strength float64
	Text                       language.Text
}

func weekday(n int) language.Text {
	return language.OneOf(n, "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
}

func newWeekHours(name language.Text, n [7 * 24]uint32) *weekHours {
	h := &weekHours{W: 500, H: 7*20 + 24}
	most, busiest := uint32(1), 0
	for i, count := range n {
		h.Total += int(count)
		if count > most {
			most, busiest = count, i
		}
	}
	if h.Total == 0 {
		return nil
	}
	const left = 36
	wide := (h.W - left) / 24
	for i, count := range n {
		day, hour := i/24, i%24
		h.Cells = append(h.Cells, hourCell{
			X: left + float64(hour)*wide + 1, Y: float64(day)*20 + 1, Wide: wide - 2, High: 18,
			Strength: .06 + .94*math.Sqrt(float64(count)/float64(most)),
			Text:     language.T("%s, %d to %d h: %s", weekday(day), hour, hour+1, activities(int(count))),
		})
	}
	for day := range 7 {
		h.Days = append(h.Days, chartTick{X: 0, Text: weekday(day), Anchor: strconv.Itoa(day*20 + 14)})
	}
	for hour := 0; hour < 24; hour += 6 {
		h.Hours = append(h.Hours, chartTick{X: left + float64(hour)*wide, Text: language.T("%d h", hour), Anchor: "start"})
	}
	h.Says = language.T("%s in the last year by hour of the week, %s: busiest on %s at %d h.", activities(h.Total), name, weekday(busiest/24), busiest%24)
	return h
}

func (s *server) solarSystem(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	known, err := s.Backend.Reader.SolarSystem(v.Context(), v.asOf, patience)
	if err != nil {
		return err
	}
	if !known.There {
		w.Header().Set("Refresh", "3")
	}
	return s.render(w, v, http.StatusOK, "system", language.T("Solar system"), newSystemPage(known))
}

func newSystemPage(known view.System) *systemPage {
	p := &systemPage{System: known}
	for _, c := range known.Constellations {
		g := skyGroup{Constellation: c}
		for _, id := range c.Planets {
			if b := known.Brand(id); b.Planet.ID != 0 {
				g.Maps = append(g.Maps, newSkyMap(b))
			}
		}
		if len(g.Maps) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	p.UTC, p.Local = newWeekHours(language.Name("UTC"), known.Hours.UTC), newWeekHours(language.T("on the actors’ own clocks"), known.Hours.Local)
	return p
}

// Remained is who was in orbit and still is, around whichever of its planets.
func (g skyGroup) Remained() int { return g.Was - g.Gone }

// At is the address of one of our pages for another planet.
func (p *page) At(planet view.Planet, to string) string {
	return asOf(address(p.Planets, planet, to), p.AsOf)
}

// Walked are the paths on which anybody was seen.
func (p *systemPage) Walked() (list []view.Path) {
	for _, at := range p.Paths {
		if at.Arrived.Of > 0 && at.Year.Of+at.Quarter.Of > 0 {
			list = append(list, at)
		}
	}
	return list
}

// Clock writes an offset: UTC+2, UTC−3:30.
func (*systemPage) Clock(minutes int) string {
	sign := "+"
	if minutes < 0 {
		sign, minutes = "−", -minutes
	}
	text := "UTC" + sign + strconv.Itoa(minutes/60)
	if minutes%60 != 0 {
		text += fmt.Sprintf(":%02d", minutes%60)
	}
	return text
}

// systemPeople names the people behind a figure.
func (s *server) systemPeople(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	list, err := s.Backend.Reader.SystemPeople(v.Context(), systemQuery(v))
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "systempeople", language.T("Solar system"), list)
}

func systemQuery(v *visit) view.SystemQuery {
	ask := v.URL.Query()
	find := func(name string) orrery.PlanetID {
		for _, p := range v.installation.Planets {
			if p.Name != "" && p.Name == ask.Get(name) {
				return p.ID
			}
		}
		return 0
	}
	return view.SystemQuery{List: ask.Get("list"), A: find("a"), B: find("b"), AsOf: v.asOf}
}
