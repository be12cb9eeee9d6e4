package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// Every list of a page is to be had as a sheet: at the page's address and ".csv".

// exported are the pages of which the address and ".csv" is their list, by
// template.
var exported = map[string]bool{
	"hello": true, "imbalance": true, "same": true, "real": true, "introductions": true, "conversations": true, "circles": true,
	"originbehind": true, "repulsionacts": true, "systempeople": true, "purposes": true, "purposeacts": true, "skipped": true, "thanks": true, "anniversaries": true, "sources": true, "ways": true,
}

// exportPatience is how long a sheet waits for what is being reckoned.
const exportPatience = 20 * time.Second

// Export is the address of this page's list as a sheet; empty where it has its own
// link, or no list.
func (p *page) Export() string {
	if !exported[p.Name] || p.Planet.ID == 0 || !p.MayTake() {
		return ""
	}
	path, query, _ := strings.Cut(p.On(p.AsOf), "?")
	if query != "" {
		query = "?" + query
	}
	return strings.TrimSuffix(path, "/") + ".csv" + query
}

func (s *server) exportRoutes() []route {
	return []route{
		{"GET /people/hello.csv", take, s.hellosCSV},
		{"GET /people/imbalance.csv", take, s.imbalanceCSV},
		{"GET /people/thanks.csv", take, s.thanksCSV},
		{"GET /people/anniversaries.csv", take, s.anniversariesCSV},
		{"GET /people/same.csv", take.of(onInstallation), s.sameCSV},
		{"GET /people/real.csv", take, s.realCSV},
		{"GET /introductions.csv", take, s.introductionsCSV},
		{"GET /conversations.csv", take, s.conversationsCSV},
		{"GET /circles.csv", take, s.circlesCSV},
		{"GET /origin/unprompted.csv", take, s.broughtBehind},
		{"GET /origin/peer.csv", take, s.broughtBehind},
		{"GET /origin/prompted.csv", take, s.broughtBehind},
		{"GET /repulsion/acts.csv", take, s.repelledCSV},
		{"GET /system/people.csv", take.of(onInstallation), s.systemPeopleCSV},
		{"GET /purposes.csv", take, s.purposesCSV},
		{"GET /purposes/{slug}/activities.csv", take.of(onPurpose), s.purposeActsCSV},
		{"GET /imports/{id}/skipped.csv", take.of(onImport), s.skippedCSV},
		{"GET /sources.csv", take, s.sourcesCSV},
		{"GET /ways.csv", take, s.waysCSV},
	}
}

// notYet says that what a sheet is to hold is still being reckoned.
func notYet(there bool) error {
	if there {
		return nil
	}
	return orrery.Errorf(orrery.Exhausted, "this is still being reckoned: try again in a moment")
}

func idOf(id orrery.MemberID) string { return strconv.Itoa(int(id)) }

func timeOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func dayOf(d orrery.Day) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func (s *server) hellosCSV(w http.ResponseWriter, v *visit) error {
	known, err := s.Backend.Reader.Hellos(v.Context(), v.planet.ID, v.asOf, 1_000_000)
	if err != nil {
		return err
	}
	out := newSheet(w, named("hello", v.asOf), "id", "name", "why", "level", "closeness", "closeness_after_a_visit", "may_change", "greeted")
	for i := range known.List {
		h := &known.List[i]
		out.row(idOf(h.ID), h.Name, h.Why.String(), h.Level.String(), number(h.Closeness), number(h.If), number(h.Worth), dayOf(h.Greeted))
	}
	return out.end()
}

func (s *server) imbalanceCSV(w http.ResponseWriter, v *visit) error {
	received := v.URL.Query().Get("side") == "received"
	known, err := s.Backend.Reader.Imbalance(v.Context(), v.planet.ID, received, 1_000_000, exportPatience)
	if err == nil {
		err = notYet(known.There)
	}
	if err != nil {
		return err
	}
	out := newSheet(w, "gave-and-received", "id", "name", "level", "closeness", "gave", "received", "people")
	for _, l := range known.List {
		out.row(idOf(l.ID), l.Name, l.Level.String(), number(l.Closeness), number(l.Gave), number(l.Got), strconv.Itoa(l.To))
	}
	return out.end()
}

func (s *server) sameCSV(w http.ResponseWriter, v *visit) error {
	var out sheet
	for cursor := ""; ; {
		known, err := s.Backend.Same.Suggestions(v.Context(), v.planet.ID, cursor)
		if err != nil {
			return out.broken(err)
		}
		if out.Writer == nil {
			out = newSheet(w, "who-may-be-one", "chance", "id", "name", "other_id", "other_name", "for", "against")
		}
		for _, p := range known.Pairs {
			var speaks [2][]string
			for _, c := range p.Clues {
				side := 0
				if c.Against {
					side = 1
				}
				speaks[side] = append(speaks[side], c.What)
			}
			out.row(number(p.Chance), idOf(p.A.ID), p.A.Name, idOf(p.B.ID), p.B.Name, strings.Join(speaks[0], "; "), strings.Join(speaks[1], "; "))
		}
		if cursor = known.Next; cursor == "" || out.Error() != nil {
			return out.end()
		}
	}
}

func (s *server) realCSV(w http.ResponseWriter, v *visit) error {
	known, err := s.Backend.Real.Authenticity(v.Context(), v.planet.ID, exportPatience)
	if err == nil {
		err = notYet(known.There)
	}
	if err != nil {
		return err
	}
	out := newSheet(w, "is-it-real", "state", "question", "people", "reasons", "activities", "gravity_with", "gravity_without")
	write := func(state string, list []view.Doubt) {
		for i := range list {
			d := &list[i]
			with, without := "", ""
			if d.Weighed {
				with, without = number(d.Gravity), number(d.Without)
			}
			out.row(state, doubtTitle(*d).String(), doubtNames(*d).String(), strings.Join(d.Reasons, "; "), strconv.Itoa(d.Acts), with, without)
		}
	}
	write("open", known.Open)
	write("decided", known.Decided)
	return out.end()
}

func (s *server) introductionsCSV(w http.ResponseWriter, v *visit) error {
	known, err := s.Backend.Reader.Introductions(v.Context(), v.planet.ID, 1_000_000, exportPatience)
	if err != nil {
		return err
	}
	out := newSheet(w, "introductions", "state", "id", "name", "other_id", "other_name", "both_know", "both_work_on", "at", "note", "what_followed")
	for _, one := range known.Suggested {
		var common []string
		for _, c := range one.Common {
			common = append(common, c.Name)
		}
		out.row("suggested", idOf(one.A.ID), one.A.Name, idOf(one.B.ID), one.B.Name, strings.Join(common, "; "), strings.Join(one.Words, "; "), "", "", "")
	}
	for _, list := range [][]view.Introduced{known.Made, known.Aside} {
		for _, one := range list {
			out.row(introducedWords(one).String(), idOf(one.A.ID), one.A.Name, idOf(one.B.ID), one.B.Name, "", "", timeOf(one.At), one.Note, outcomeWords(one).String())
		}
	}
	return out.end()
}

func (s *server) conversationsCSV(w http.ResponseWriter, v *visit) error {
	filter, err := view.ParseTalkFilter(v.URL.Query().Get("show"))
	if err != nil {
		return err
	}
	q := view.TalksQuery{Planet: v.planet.ID, AsOf: v.asOf, Filter: filter, Account: v.account.ID, Limit: 200, Patience: exportPatience}
	var out sheet
	for {
		known, err := s.Backend.Conversations.Conversations(v.Context(), q)
		if err == nil {
			err = notYet(known.There)
		}
		if err != nil {
			return out.broken(err)
		}
		if out.Writer == nil {
			out = newSheet(w, named("conversations", v.asOf), "id", "title", "url", "state", "why", "opened_by_id", "opened_by", "opened", "since", "last", "waited_hours", "activities", "people", "newcomer", "owner")
		}
		for i := range known.List {
			t := &known.List[i]
			out.row(fmt.Sprint(t.Thread), talkTitle(*t).String(), t.URL, talkState(*t).String(), t.Why.String(), idOf(t.Opener.ID), t.Opener.Name, timeOf(t.Opened), timeOf(t.Since), timeOf(t.Last),
				number(t.Waited.Hours()), strconv.Itoa(t.Acts), strconv.Itoa(t.People), strconv.FormatBool(t.Newcomer), t.Owner)
		}
		if q.Cursor = known.Next; q.Cursor == "" || out.Error() != nil {
			return out.end()
		}
	}
}

func (s *server) circlesCSV(w http.ResponseWriter, v *visit) error {
	known, err := s.Backend.Reader.Circles(v.Context(), v.planet.ID, v.asOf, exportPatience)
	if err == nil {
		err = notYet(known.There)
	}
	if err != nil {
		return err
	}
	out := newSheet(w, named("circles", v.asOf), "circle", "name", "words", "kinds", "people", "in_orbit", "closeness", "change_in_90_days", "since")
	for i := range known.Circles {
		c := &known.Circles[i]
		out.row(strconv.Itoa(c.ID), c.Name, strings.Join(c.Words, "; "), strings.Join(c.Kinds, "; "), strconv.Itoa(c.People), strconv.Itoa(c.InOrbit), number(c.Closeness), number(c.Trend), dayOf(c.Since))
	}
	return out.end()
}

func (s *server) broughtBehindCSV(w http.ResponseWriter, b view.BroughtBehind) error {
	out := newSheet(w, "people-"+b.Origin.String(), "id", "name", "activities")
	for _, p := range b.People {
		out.row(idOf(p.ID), p.Name, strconv.Itoa(p.N))
	}
	return out.end()
}

func (s *server) repelledCSV(w http.ResponseWriter, v *visit) error {
	q, err := repelledQuery(v)
	if err != nil {
		return err
	}
	var out sheet
	for q.Offset = 0; ; {
		known, err := s.Backend.Reader.Repelled(v.Context(), q)
		if err == nil {
			err = notYet(known.There)
		}
		if err != nil {
			return out.broken(err)
		}
		if out.Writer == nil {
			out = newSheet(w, named("what-pushed-away", v.asOf), "at", "id", "name", "what", "kind", "way", "source", "url")
		}
		for i := range known.List {
			a := &known.List[i]
			out.row(timeOf(a.At), idOf(a.ID), a.Name, a.Title, a.Kind, a.Way.String(), a.Source, a.URL)
		}
		if q.Offset = known.Next; q.Offset == 0 || out.Error() != nil {
			return out.end()
		}
	}
}

func (s *server) systemPeopleCSV(w http.ResponseWriter, v *visit) error {
	known, err := s.Backend.Reader.SystemPeople(v.Context(), systemQuery(v))
	if err != nil {
		return err
	}
	out := newSheet(w, "solar-system-"+known.SystemQuery.List, "id", "name", "orbits")
	for _, p := range known.List {
		var orbits []string
		for _, o := range p.Orbits {
			orbits = append(orbits, fmt.Sprintf("%s %d", brand(o.Planet), round(o.Closeness)))
		}
		out.row(idOf(p.ID), p.Name, strings.Join(orbits, "; "))
	}
	return out.end()
}

func (s *server) purposesCSV(w http.ResponseWriter, v *visit) error {
	list, err := s.Backend.Purposes.Purposes(v.Context(), v.asOf, exportPatience)
	if err != nil {
		return err
	}
	out := newSheet(w, named("purposes", v.asOf), "purpose", "name", "measure", "so_far", "expected_by_now", "target", "by", "people", "activities", "closed")
	for i := range list {
		p := &list[i]
		for _, g := range p.Progress {
			out.row(p.Slug, p.Purpose.Name(), g.Measure.String(), number(g.Measure.Value(g.Value)), number(g.Measure.Value(g.Expected)), number(g.Measure.Value(g.Measure.Target)), dayOf(g.Measure.By),
				strconv.Itoa(g.People), strconv.Itoa(g.Activities), timeOf(p.Closed))
		}
		if len(p.Progress) == 0 {
			out.row(p.Slug, p.Purpose.Name(), "", "", "", "", "", "", "", timeOf(p.Closed))
		}
	}
	return out.end()
}

func (s *server) purposeActsCSV(w http.ResponseWriter, v *visit) error {
	q, err := purposeActsQuery(v)
	if err != nil {
		return err
	}
	var out sheet
	for q.Before, q.Limit = "", 500; ; {
		known, err := s.Backend.Purposes.PurposeActs(v.Context(), q)
		if err != nil {
			return out.broken(err)
		}
		if out.Writer == nil {
			out = newSheet(w, named(known.Slug+"-activities", v.asOf), "at", "id", "name", "activity", "amount", "why", "planet", "url")
		}
		for i := range known.Acts {
			a := &known.Acts[i]
			out.row(timeOf(a.At), idOf(a.Who), a.Name, a.Title, number(known.Measure.Value(a.Amount)), a.Why, brand(a.Planet), a.URL)
		}
		if q.Before = known.Next; q.Before == "" || out.Error() != nil {
			return out.end()
		}
	}
}

func (s *server) skippedCSV(w http.ResponseWriter, v *visit) error {
	id, err := importID(v.PathValue("id"))
	if err != nil {
		return err
	}
	var out sheet
	for cursor := ""; ; {
		known, err := s.Backend.Imports.Skipped(v.Context(), id, cursor)
		if err != nil {
			return out.broken(err)
		}
		if out.Writer == nil {
			out = newSheet(w, fmt.Sprintf("import-%d-skipped", id), "row", "reason", "as_read")
		}
		for _, r := range known.Rows {
			out.row(number64(r.Row), r.Reason, r.Excerpt)
		}
		if cursor = known.Next; cursor == "" || out.Error() != nil {
			return out.end()
		}
	}
}

func (s *server) sourcesCSV(w http.ResponseWriter, v *visit) error {
	known, err := s.Backend.Imports.Sources(v.Context())
	if err != nil {
		return err
	}
	out := newSheet(w, "sources", "name", "kind", "planet", "state", "activities", "skipped", "newest")
	for i := range known.Connections {
		c := &known.Connections[i]
		out.row(c.Name, c.Platform.Name, c.Planet, string(c.State), number64(c.Activities), number64(c.Skipped), timeOf(c.Newest))
	}
	for i := range known.Sources {
		one := &known.Sources[i]
		out.row(one.Name, one.Kind, one.Planet, "", number64(one.Activities), number64(one.Skipped), timeOf(one.Newest))
	}
	return out.end()
}

func (s *server) waysCSV(w http.ResponseWriter, v *visit) error {
	known, err := s.Backend.Reader.Ways(v.Context(), v.planet.ID, v.asOf, exportPatience)
	if err == nil {
		err = notYet(known.There)
	}
	if err != nil {
		return err
	}
	out := newSheet(w, named("ways", v.asOf), "group", "way", "people", "activities", "tried", "came_back", "verdict", "yield", "low", "high")
	for i := range known.Groups {
		g := &known.Groups[i]
		for way := range orrery.Strategies {
			c := &g.Cells[way]
			yields := []string{"", "", ""}
			if c.Verdict.Compared() {
				yields = []string{number(c.Yield), number(c.Low), number(c.High)}
			}
			out.row(g.Tag, way.String(), strconv.Itoa(c.People), strconv.Itoa(c.Activities), strconv.Itoa(c.Tried), strconv.Itoa(c.Came), c.Verdict.String(), yields[0], yields[1], yields[2])
		}
	}
	return out.end()
}

// broken is an error while a sheet was written: the head that is out cannot be
// taken back, so what was written ends there.
func (s sheet) broken(err error) error {
	if s.Writer == nil {
		return err
	}
	s.Flush()
	panic(http.ErrAbortHandler) // the download fails instead of looking whole
}

// end sends what is left. Who left half-way does not read it.
func (s sheet) end() error {
	s.Flush()
	return nil
}
