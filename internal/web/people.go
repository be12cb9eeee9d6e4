package web

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

const peopleRows = 50

var presets = []view.Preset{view.Everyone, view.Rising, view.Drifting, view.New, view.Quiet, view.Others}

type peoplePage struct {
	view.PeoplePage
	Query   view.PeopleQuery
	Presets []view.Preset
	Levels  []orrery.Level
	Picked  map[string]string // the query as the address says it
	Marked  bool              // every row is to be ticked
}

// peopleQuery reads a query from an address. Unknown words are an error, so
// that nobody takes one list for another.
func peopleQuery(v *visit) (view.PeopleQuery, error) {
	q := v.URL.Query()
	query := view.PeopleQuery{
		Planet: v.planet.ID, AsOf: v.asOf, Preset: view.Preset(q.Get("preset")), Way: orrery.Strategies, Tag: strings.TrimSpace(q.Get("tag")),
		Search: strings.TrimSpace(q.Get("q")), Cursor: q.Get("cursor"), Limit: peopleRows,
	}
	if query.Preset == "" {
		query.Preset = view.Everyone
	}
	if !slices.Contains(presets, query.Preset) {
		return query, orrery.Errorf(orrery.Invalid, "%q is not a list of people: choose one of %q", query.Preset, presets)
	}
	if way := q.Get("way"); way != "" {
		var err error
		if query.Way, err = orrery.ParseStrategy(way); err != nil {
			return query, err
		}
	}
	if circle := q.Get("circle"); circle != "" {
		id, err := strconv.Atoi(circle)
		if err != nil || id < 0 {
			return query, orrery.Errorf(orrery.Invalid, "%q is not a circle: choose one under Like minds", circle)
		}
		query.Circle = id + 1
	}
	switch level := q.Get("level"); level {
	case "":
	case "core":
		query.Level = orrery.Core
	case "inner":
		query.Level = orrery.Inner
	case "outer":
		query.Level = orrery.Outer
	case "edge":
		query.Level = orrery.Edge
	default:
		return query, orrery.Errorf(orrery.Invalid, "%q is not a level: choose core, inner, outer or edge", level)
	}
	return query, nil
}

func picked(q view.PeopleQuery) map[string]string {
	p := map[string]string{"preset": string(q.Preset), "tag": q.Tag, "q": q.Search, "level": "", "way": "", "circle": ""}
	if q.Preset == view.Everyone {
		p["preset"] = ""
	}
	if q.Level != orrery.OutOfOrbit {
		p["level"] = q.Level.String()
	}
	if q.Way != orrery.Strategies {
		p["way"] = q.Way.String()
	}
	if q.Circle > 0 {
		p["circle"] = strconv.Itoa(q.Circle - 1)
	}
	return p
}

func (s *server) people(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	query, err := peopleQuery(v)
	if err != nil {
		return err
	}
	found, err := s.Backend.Reader.People(v.Context(), query)
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "people", "People", peoplePage{
		PeoplePage: found, Query: query, Presets: presets, Picked: picked(query), Marked: v.URL.Query().Get("mark") == "all",
		Levels: []orrery.Level{orrery.Core, orrery.Inner, orrery.Outer, orrery.Edge},
	})
}

// peopleCSV writes the whole list that a query finds.
func (s *server) peopleCSV(w http.ResponseWriter, v *visit) error {
	query, err := peopleQuery(v)
	if err != nil {
		return err
	}
	query.Limit, query.Cursor = 0, ""
	found, err := s.Backend.Reader.People(v.Context(), query)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+named("people-"+string(query.Preset), v.asOf)+`.csv"`)
	out := csv.NewWriter(w)
	_ = out.Write([]string{"id", "name", "kind", "planet", "level", "closeness", "closeness_90_days_ago", "return", "given", "received", "reach", "drift", "endurance", "last_active", "way", "tags"})
	for _, r := range found.Rows {
		_ = out.Write([]string{
			strconv.Itoa(int(r.ID)), plainCell(r.Name), r.Kind.String(), plainCell(r.Planet), r.Level.String(), number(r.Closeness), number(r.Was), number(r.Return),
			number(r.Given), number(r.Received), number(r.Reach), number(r.Drift), number(r.Endurance), r.LastActive.String(), r.Way.String(), plainCell(strings.Join(r.Tags, ";")),
		})
	}
	out.Flush()
	return nil // who left half-way does not read the rest
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }

// plainCell keeps a spreadsheet from taking a name for a formula.
func plainCell(text string) string {
	if text != "" && strings.ContainsAny(text[:1], "=+-@\t\r\n") {
		return "'" + text
	}
	return text
}

// tagPeople puts a tag on everybody who was ticked, or takes it off.
func (s *server) tagPeople(w http.ResponseWriter, v *visit) error {
	back := v.to("/people")
	if u, err := url.Parse(local(v.PostForm.Get("back"), "")); err == nil && u.Path == "/people" {
		back = u.String()
	}
	var ids []orrery.MemberID
	for _, text := range v.PostForm["id"] {
		id, err := memberID(text)
		if err != nil {
			return err
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return orrery.Errorf(orrery.Invalid, "nobody is ticked: go back and tick the people to tag")
	}
	tag, err := tagOf(v)
	if err != nil {
		return err
	}
	on := v.PostForm.Get("do") != "untag"
	if err := s.Backend.People.Tag(v.Context(), v.account, ids, tag, on); err != nil {
		return err
	}
	if on {
		return s.done(w, v, back, "“%s” is on %s now.", tag, people(len(ids)))
	}
	return s.done(w, v, back, "“%s” is off %s now.", tag, people(len(ids)))
}

func tagOf(v *visit) (string, error) {
	tag := strings.Join(strings.Fields(v.PostForm.Get("tag")), " ")
	if tag == "" || len(tag) > 60 {
		return "", orrery.Errorf(orrery.Invalid, "a tag has between 1 and 60 letters: go back and write one")
	}
	return tag, nil
}

func memberID(text string) (orrery.MemberID, error) {
	id, err := strconv.ParseUint(text, 10, 32)
	if err != nil || id == 0 {
		return 0, orrery.Errorf(orrery.NotFound, "%q is not the number of a person", text)
	}
	return orrery.MemberID(id), nil
}
