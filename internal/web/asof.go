package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// The day that a page is told as of stands in its address, as as_of=2026-03-31,
// and its links keep it. Without it a page tells of the day that screens answer
// for.

// dated are the pages that can be told as of a day in the past, by template.
var dated = []string{"today", "map", "maptable", "people", "person", "circles", "circle", "together", "hello", "anniversaries", "ways", "newcomers", "newcomerspeople", "repulsion", "repulsionacts", "around", "aroundtable", "purposes", "purpose", "purposepeople", "search", "suggestions", "system", "systempeople", "origin", "originbehind", "partners", "partner", "partnerpeople", "partneracts"}

// travels says whether an address is of a page that can be told as of a day, or
// of a change that leads back to one.
func travels(path string) bool {
	path = strings.TrimSuffix(path, ".csv")
	switch path {
	case "/", "/search", "/search/suggest", "/people", "/people.csv", "/map", "/map/data", "/map/names", "/circles", "/people/hello", "/people/anniversaries", "/ways", "/newcomers", "/newcomers.csv", "/newcomers/people", "/newcomers/people.csv", "/repulsion", "/repulsion/acts", "/purposes", "/system", "/system/people", "/origin", "/partners":
		return true
	}
	for _, below := range []string{"/purposes/", "/partners/", "/origin/"} {
		if strings.HasPrefix(path, below) {
			return true
		}
	}
	if id, ok := strings.CutPrefix(path, "/circles/"); ok {
		_, err := strconv.Atoi(id)
		return err == nil
	}
	id, isPerson := strings.CutPrefix(path, "/people/")
	id, _, _ = strings.Cut(id, "/")
	_, err := memberID(id)
	return isPerson && err == nil
}

// dayAsked reads the day that a visit asks for; 0 is the one that screens answer
// for.
func dayAsked(v *visit) (orrery.Day, error) {
	text := strings.TrimSpace(v.URL.Query().Get("as_of"))
	if text == "" || !travels(v.URL.Path) {
		return 0, nil
	}
	day, err := orrery.ParseDay(text)
	if err != nil {
		return 0, view.RefuseDay("that is not a date: choose one above, or write it as 2026-03-31")
	}
	if day == v.planet.AsOf && !strings.HasPrefix(v.URL.Path, "/system") { // which is told as of the newest day of all
		return 0, nil
	}
	return day, nil
}

// asOf puts a day into an address of ours, if the page can be told as of it.
func asOf(to string, day orrery.Day) string {
	path, _, _ := strings.Cut(to, "?")
	if day == 0 || !travels(path) || strings.Contains(to, "as_of=") {
		return to
	}
	mark := "?"
	if strings.Contains(to, "?") {
		mark = "&"
	}
	return to + mark + "as_of=" + day.String()
}

// Dated tells whether this page can be told as of another day.
func (p *page) Dated() bool {
	path, _, _ := strings.Cut(p.Here, "?")
	return slices.Contains(dated, p.Name) || p.Name == "failure" && p.Planet.ID != 0 && travels(path)
}

// Past tells whether the page is told as of a day in the past.
func (p *page) Past() bool { return p.AsOf != 0 && slices.Contains(dated, p.Name) }

// On is the address of this page as of another day; nothing for the day that
// screens answer for.
func (p *page) On(day orrery.Day) string {
	to, query, _ := strings.Cut(p.Here, "?")
	q, err := url.ParseQuery(query)
	if err != nil {
		q = url.Values{}
	}
	for _, key := range []string{"as_of", "cursor", "before"} { // pages of another day's lists
		q.Del(key)
	}
	if day != 0 {
		q.Set("as_of", day.String())
	}
	if len(q) == 0 {
		return to
	}
	return to + "?" + q.Encode()
}

// Path is where this page is.
func (p *page) Path() string {
	to, _, _ := strings.Cut(p.Here, "?")
	return to
}

// kept is a part of an address that a form hands on.
type keptPair struct{ Key, Value string }

// Keep lists what a form that changes the day hands on.
func (p *page) Keep() []keptPair {
	_, query, _ := strings.Cut(p.On(0), "?")
	q, err := url.ParseQuery(query)
	if err != nil {
		return nil
	}
	var list []keptPair
	for key, values := range q {
		for _, v := range values {
			list = append(list, keptPair{key, v})
		}
	}
	slices.SortFunc(list, func(a, b keptPair) int { return strings.Compare(a.Key+"\x00"+a.Value, b.Key+"\x00"+b.Value) })
	return list
}

// Today is the last day that can be asked for.
func (p *page) Today() orrery.Day { return orrery.DayOf(p.Now) }

// Shown is the day in the field.
func (p *page) Shown() orrery.Day {
	if p.AsOf != 0 {
		return p.AsOf
	}
	return p.Planet.AsOf
}

// Earlier and Later are a week before and after; 0 where there is nothing.
func (p *page) Earlier() orrery.Day {
	if d := p.AsOf - 7; d >= p.Planet.First {
		return d
	}
	return 0
}

// Later is a week later.
func (p *page) Later() orrery.Day {
	if d := p.AsOf + 7; d <= p.Today() {
		return d
	}
	return 0
}

// named writes a day for a file's name.
func named(name string, day orrery.Day) string {
	if day == 0 {
		return name
	}
	return fmt.Sprint(name, "-", day)
}
