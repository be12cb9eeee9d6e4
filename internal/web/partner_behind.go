package web

import (
	"net/http"
	"strconv"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// Who and what stands behind the figures of a partner's page: people, activities,
// and both as files.

type partnerPeoplePage struct {
	view.BroughtList
	Asked string // which figure
	Newer int    // offset of the page before
}

func (s *server) broughtBy(v *visit, limit int) (p partnerPeoplePage, err error) {
	p.Asked = v.URL.Query().Get("of")
	offset, err := offsetAsked(v)
	if err != nil {
		return p, err
	}
	p.Newer = max(0, offset-limit)
	p.BroughtList, err = s.Backend.Partners.PartnerPeople(v.Context(), view.BroughtQuery{
		Planet: v.planet.ID, Slug: v.PathValue("slug"), Of: p.Asked, AsOf: v.asOf, Offset: offset, Limit: limit,
	}, patience)
	return p, err
}

func (s *server) partnerPeople(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	p, err := s.broughtBy(v, partnerRows)
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "partnerpeople", p.Title(), p)
}

// Side says whether the list is of people on a side, who were not all brought.
func (p partnerPeoplePage) Side() bool { return p.Asked == "side" || p.Asked == "others" }

// Title says who is listed.
func (p partnerPeoplePage) Title() string {
	switch p.Asked {
	case "side":
		return "People of " + p.Name
	case "others":
		return "People beside those of " + p.Name
	default:
		return "First seen through " + p.Name
	}
}

// partnerPeopleCSV writes the whole list.
func (s *server) partnerPeopleCSV(w http.ResponseWriter, v *visit) error {
	known, err := s.broughtBy(v, 0)
	if err != nil {
		return err
	}
	out := newSheet(w, named(known.Slug+"-people", v.asOf), "id", "name", "first_seen", "by", "closeness", "level")
	for _, p := range known.People {
		first := ""
		if p.Day != 0 {
			first = p.Day.String()
		}
		out.row(strconv.Itoa(int(p.ID)), p.Name, first, p.How.String(), strconv.Itoa(round(p.Closeness)), p.Level.String())
	}
	out.Flush()
	return nil // who left half-way does not read the rest
}

const partnerRows = 50

// offsetAsked reads how many lines are left out before a page of a list.
func offsetAsked(v *visit) (int, error) {
	text := v.URL.Query().Get("after")
	if text == "" {
		return 0, nil
	}
	offset, err := strconv.Atoi(text)
	if err != nil || offset < 0 {
		return 0, orrery.Errorf(orrery.Invalid, "this page does not exist: start again from the first")
	}
	return offset, nil
}

type partnerActsPage struct {
	view.PartnerActs
	Asked string // which figure
	Newer int    // offset of the page before
}

func (s *server) partnerActsOf(v *visit, limit int) (p partnerActsPage, err error) {
	q := view.PartnerActsQuery{Planet: v.planet.ID, Slug: v.PathValue("slug"), Of: v.URL.Query().Get("of"), AsOf: v.asOf, Limit: limit}
	if q.Of == "" {
		q.Of = "marked"
	}
	if q.Offset, err = offsetAsked(v); err != nil {
		return p, err
	}
	p.Asked, p.Newer = q.Of, max(0, q.Offset-limit)
	p.PartnerActs, err = s.Backend.Partners.PartnerActs(v.Context(), q, patience)
	return p, err
}

func (s *server) partnerActs(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	p, err := s.partnerActsOf(v, partnerRows)
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "partneracts", p.Title(), p)
}

// Title says what is listed.
func (p partnerActsPage) Title() string {
	switch p.Asked {
	case "things":
		return "Things that both sides acted on"
	case "talks":
		return "Conversations in which both sides spoke"
	default:
		return "Activities of " + p.Name
	}
}

// partnerActsCSV writes all activities that are kept.
func (s *server) partnerActsCSV(w http.ResponseWriter, v *visit) error {
	known, err := s.partnerActsOf(v, 0)
	if err != nil {
		return err
	}
	out := newSheet(w, named(known.Slug+"-"+known.Asked, v.asOf), "at", "id", "name", "kind", "title", "url", "by")
	for _, a := range known.List {
		out.row(a.At.UTC().Format("2006-01-02T15:04:05Z"), strconv.Itoa(int(a.ID)), a.Who, a.Kind, a.Title, a.URL, a.How.String())
	}
	out.Flush()
	return nil // who left half-way does not read the rest
}
