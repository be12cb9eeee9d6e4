package web

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/search"
	"orrery.dev/orrery/internal/view"
)

// Finder looks for a text among all that a planet's pages are about.
type Finder interface {
	Search(ctx context.Context, q view.SearchQuery) (view.Search, error)
}

const (
	suggested   = 4  // of each kind while somebody types
	suggestedOf = 10 // of all kinds
	foundRows   = 20 // of each kind on the page
	longestAsk  = 200
)

type searchPage struct {
	Query  string
	Groups []group
	Making bool
}

// A group is what was found of one kind.
type group struct {
	Title language.Text
	Hits  []finding
	All   string // address of the whole list, or empty
	Of    int
	best  search.Match
}

// A finding is one thing that was found.
type finding struct {
	Title, Path, Key string
	Note             language.Text
}

// mayFindAddresses says whether people are found by their addresses.
func (v *visit) mayFindAddresses() bool { return v.grant.Addresses }

func (s *server) search(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	found, err := s.find(v, foundRows)
	if err != nil {
		return err
	}
	if found.Making {
		w.Header().Set("Refresh", "2")
	}
	return s.render(w, v, http.StatusOK, "search", language.T("Search"), found)
}

// suggest answers with a piece of page: what fits while somebody types.
func (s *server) suggest(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	found, err := s.find(v, suggested)
	if err != nil {
		return err
	}
	left := suggestedOf
	for i := range found.Groups {
		g := &found.Groups[i]
		g.Hits = g.Hits[:min(left, len(g.Hits))]
		left -= len(g.Hits)
	}
	found.Groups = slices.DeleteFunc(found.Groups, func(g group) bool { return len(g.Hits) == 0 })
	var out bytes.Buffer
	if err := s.pages[v.language].ExecuteTemplate(&out, "suggestions", s.page(w, v, "suggestions", "", found)); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = out.WriteTo(w) // who left does not read it
	return nil
}

// find looks for what the address asks for, so many of each kind.
func (s *server) find(v *visit, limit int) (searchPage, error) {
	text := strings.TrimSpace(v.URL.Query().Get("q"))
	if utf8.RuneCountInString(text) > longestAsk {
		return searchPage{}, orrery.Errorf(orrery.Invalid, "that is longer than what can be looked for: %d letters at most", longestAsk)
	}
	page := searchPage{Query: text}
	asked := search.Ask(text)
	if asked.Empty() {
		return page, nil
	}
	found, err := s.Backend.Finder.Search(v.Context(), view.SearchQuery{
		Planet: v.planet.ID, AsOf: v.asOf, Text: text, NoAddresses: !v.mayFindAddresses(), Limit: limit,
	})
	if err != nil {
		return page, err
	}
	page.Making = found.Making
	add := func(g group) {
		if len(g.Hits) == 0 {
			return
		}
		g.best, g.Of = search.Almost, max(g.Of, len(g.Hits))
		for _, h := range g.Hits {
			if how, ok := asked.In(cmp.Or(h.Key, h.Title)); ok {
				g.best = min(g.best, how)
			}
		}
		page.Groups = append(page.Groups, g)
	}
	people := group{Title: language.T("People"), Of: found.PeopleOf}
	for _, p := range found.People {
		note := levelWords(p.Level)
		switch {
		case p.Kind != orrery.Person:
			note = kindWords(p.Kind)
		case p.Level != orrery.OutOfOrbit:
			note = language.T("%s, closeness %d", note, round(p.Closeness))
		}
		people.Hits = append(people.Hits, finding{Title: p.Name, Note: note, Path: v.to(fmt.Sprint("/people/", p.ID))})
	}
	if people.Of > len(people.Hits) {
		people.All = v.to("/people", "q", text)
	}
	add(people)
	for _, g := range groupsOf(v, found) {
		add(g)
	}
	sources, err := s.foundSources(v, asked, limit)
	if err != nil {
		return page, err
	}
	add(sources)
	add(foundPlaces(v, asked, limit))
	add(foundTerms(v, asked, limit))
	slices.SortStableFunc(page.Groups, func(a, b group) int { return cmp.Compare(a.best, b.best) })
	return page, nil
}

func groupsOf(v *visit, found view.Search) []group {
	tags, circles, talks := group{Title: language.T("Tags")}, group{Title: language.T("Circles")}, group{Title: language.T("Conversations")}
	for _, tag := range found.Tags {
		tags.Hits = append(tags.Hits, finding{Title: tag, Note: language.T("people with this tag"), Path: v.to("/people", "tag", tag)})
	}
	for _, c := range found.Circles {
		circles.Hits = append(circles.Hits, finding{Title: c.Name, Path: v.to(fmt.Sprint("/circles/", c.ID))})
	}
	for _, t := range found.Talks {
		talks.Hits = append(talks.Hits, finding{Title: t.Title, Note: language.T("last word %s", language.Date(t.Last, "2 January 2006")), Path: v.to(fmt.Sprint("/conversations/", t.Thread))})
	}
	named := func(title language.Text, path string, list []view.Named) group {
		g := group{Title: title}
		for _, n := range list {
			g.Hits = append(g.Hits, finding{Title: n.Title, Path: v.to(path + n.Slug), Key: n.Title + " " + n.Slug})
		}
		return g
	}
	return []group{tags, circles, named(language.T("Purposes"), "/purposes/", found.Purposes), named(language.T("Partners"), "/partners/", found.Partners), talks}
}

func (s *server) foundSources(v *visit, asked search.Query, limit int) (group, error) {
	g := group{Title: language.T("Sources")}
	known, err := s.Backend.Imports.Sources(v.Context())
	if err != nil {
		return g, err
	}
	for i := range known.Connections {
		if c := &known.Connections[i]; fits(asked, c.Name+" "+c.Platform.Name) {
			g.Hits = append(g.Hits, finding{Title: c.Name, Note: language.Name(c.Platform.Title), Path: v.to(sourcePath(c.Name)), Key: c.Name + " " + c.Platform.Name})
		}
	}
	for i := range known.Sources {
		if one := &known.Sources[i]; fits(asked, one.Name) {
			g.Hits = append(g.Hits, finding{Title: one.Name, Note: language.Name(one.Planet), Path: v.to("/sources")})
		}
	}
	g.Hits = g.Hits[:min(limit, len(g.Hits))]
	return g, nil
}

func fits(asked search.Query, text string) bool {
	how, ok := asked.In(text)
	return ok && how < search.Almost
}

func foundPlaces(v *visit, asked search.Query, limit int) group {
	g := group{Title: language.T("Pages")}
	for _, p := range places {
		if text := p.Title + " " + p.Words; fits(asked, text) && len(g.Hits) < limit {
			g.Hits = append(g.Hits, finding{Title: p.Title, Path: v.to(p.Path), Key: text})
		}
	}
	return g
}

func foundTerms(v *visit, asked search.Query, limit int) group {
	g := group{Title: language.T("What the numbers mean")}
	for _, t := range terms {
		title := v.language.Say(t.Title)
		if text := title + " " + t.Title.String() + " " + strings.ReplaceAll(t.Key, "-", " "); fits(asked, text) && len(g.Hits) < limit {
			g.Hits = append(g.Hits, finding{Title: title, Note: t.Short, Path: v.to("/about-the-numbers") + "#" + t.Key, Key: text})
		}
	}
	return g
}
