package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/purpose"
	"orrery.dev/orrery/internal/view"
)

// The brand is not the centre of the universe: /map?around=purpose:SLUG sets a
// purpose in the middle, /map?around=person:ID a person; around=planet, or nothing,
// is the brand.

// centres are what the map can stand around.
type centres struct {
	Now      string // "planet", "purpose" or "person"
	Slug     string // of the purpose in the middle
	Purposes []purpose.Purpose
}

func (s *server) centres(v *visit, now, slug string) (centres, error) {
	list, err := s.Backend.Purposes.PurposeList(v.Context())
	return centres{now, slug, list}, err
}

// around makes the map that an address asks for.
func (s *server) around(v *visit, asked string) (*view.Around, error) {
	kind, name, _ := strings.Cut(asked, ":")
	switch kind {
	case "purpose":
		if v.account.Access.Limited() {
			if _, err := s.purposePlanets(v, name); err != nil {
				return nil, err
			}
		}
		return s.Backend.Purposes.MapAroundPurpose(v.Context(), name, v.asOf, purposePatience)
	case "person":
		id, err := memberID(name)
		if err != nil {
			return nil, err
		}
		if v.account.Access.Limited() {
			if _, err := s.orbits(v, id); err != nil {
				return nil, err
			}
		}
		return s.Backend.Purposes.MapAroundPerson(v.Context(), id, v.asOf)
	default:
		return nil, orrery.Errorf(orrery.NotFound, "the map cannot stand around %q: choose a brand, a purpose or a person", asked)
	}
}

type metaBody struct {
	Kind   string  `json:"kind"`
	Name   string  `json:"name"`
	Note   string  `json:"note"`
	Link   string  `json:"link"`
	Angle  float64 `json:"angle"`
	Radius float64 `json:"radius"`
	Size   float64 `json:"size"`
}

type aroundPage struct {
	*view.Around
	Asked    string
	Headline []phrase
	Meta     mapMeta
	Centres  centres
	Table    bool
	Shown    []view.PurposeGiver // in a table
	Next     string
	Lately   int // who gave in the last 90 days
	Headers  []string
	Goals    []goal
}

func (s *server) aroundMap(w http.ResponseWriter, v *visit, asked string) error {
	if asked == "person" {
		return s.askPerson(w, v)
	}
	a, err := s.around(v, asked)
	if err != nil {
		return err
	}
	p := aroundPage{Around: a, Asked: asked, Table: v.URL.Query().Get("view") == "table"}
	kind, slug, _ := strings.Cut(asked, ":")
	if p.Centres, err = s.centres(v, kind, slug); err != nil {
		return err
	}
	p.Headline = aroundHeadline(a)
	title := language.T("Map around %s", a.Centre)
	if a.Purpose != nil {
		p.Headers, p.Goals = headersOf(a.Purpose.Measures), goalsOf(a.Purpose.Progress)
		for _, g := range a.Givers {
			if a.AsOf()-g.Last < purpose.LatelyDays {
				p.Lately++
			}
		}
	}
	start := 0
	if text := v.URL.Query().Get("cursor"); text != "" {
		if start, err = strconv.Atoi(text); err != nil || start < 0 || start > len(a.Givers) {
			return orrery.Errorf(orrery.Invalid, "this page does not exist: start again from the first")
		}
	}
	p.Shown = a.Givers[start:min(start+tableRows, len(a.Givers))]
	if start+tableRows < len(a.Givers) {
		p.Next = strconv.Itoa(start + tableRows)
	}
	if p.Table {
		return s.render(w, v, http.StatusOK, "aroundtable", title, p)
	}
	p.Meta = s.aroundMeta(v, a, asked)
	return s.render(w, v, http.StatusOK, "around", title, p)
}

// aroundHeadline says in words what the map shows.
func aroundHeadline(a *view.Around) []phrase {
	if p := a.Purpose; p != nil {
		if len(a.Givers) == 0 {
			return []phrase{{Text: language.T("Nobody has given to “%s” yet.", p.Name())}}
		}
		one := &p.Progress[0]
		return []phrase{
			{language.T("%s for “%s”: %s, <0>%s</0>.", people(p.People), p.Name(), one.Measure.Write(one.Value), one.VerdictWords()), goalTone(one.Verdict)},
		}
	}
	if len(a.Turns) == 0 {
		return []phrase{{Text: language.T("%s has come to none of the planets in a year.", a.Centre)}}
	}
	first := a.Turns[0]
	if len(a.Turns) == 1 {
		return []phrase{{Text: language.T("%s turns to %s alone.", a.Centre, brand(first.Planet))}}
	}
	return []phrase{{Text: language.T("%s turns to %d planets, to %s most.", a.Centre, len(a.Turns), brand(first.Planet))}}
}

func (s *server) aroundMeta(v *visit, a *view.Around, asked string) mapMeta {
	m := a.Map
	meta := mapMeta{
		Version: m.Version, Data: v.to("/map/data", "around", asked), Names: v.to("/map/names", "around", asked, "v", m.Version),
		Person: strings.Replace(v.to("/people/0"), "/people/0", "/people/{id}", 1),
		Table:  v.to("/map", "around", asked, "view", "table"), Brand: a.Centre,
		Bands: []metaBand{}, Sectors: []metaSector{}, Named: []metaName{}, Words: mapWords(v.language), Sun: a.Purpose != nil, Still: a.Person != nil,
	}
	if v.asOf != 0 {
		meta.Day = v.language.Say(language.Date(v.asOf, "2 Jan 2006"))
	}
	for way := range orrery.Strategies {
		meta.Ways = append(meta.Ways, v.language.Say(wayWords(way)))
	}
	for i, ring := range a.Rings {
		meta.Bands = append(meta.Bands, metaBand{ring, a.Ringed[i]})
	}
	for _, sector := range m.Sectors {
		if a.Purpose != nil {
			meta.Sectors = append(meta.Sectors, metaSector{v.language.Say(sectorName(sector)), sector.From, sector.To, sector.People, 0})
		}
	}
	for _, b := range a.Bodies {
		body := metaBody{b.Kind, b.Name, b.Note, "", b.Angle, b.Radius, b.Size}
		if b.Kind == "brand" {
			body.Link = asOf(address(v.installation.Planets, b.Planet, "/map"), v.asOf)
			if a.Person != nil {
				body.Link = asOf(address(v.installation.Planets, b.Planet, fmt.Sprint("/people/", a.Person.ID)), v.asOf)
			}
		} else if a.Purpose != nil {
			body.Link = v.to("/purposes/"+a.Purpose.Slug) + "#partners"
		}
		meta.Bodies = append(meta.Bodies, body)
	}
	facts := newAroundFacts(v, a)
	for i := range min(namedFirst, len(m.People)) {
		meta.Named = append(meta.Named, facts.name(i))
	}
	return meta
}

// aroundFacts tells what stands on somebody's card.
type aroundFacts struct {
	*view.Around
	v      *visit
	givers map[orrery.MemberID]*view.PurposeGiver
}

func newAroundFacts(v *visit, a *view.Around) *aroundFacts {
	f := &aroundFacts{a, v, map[orrery.MemberID]*view.PurposeGiver{}}
	for i := range a.Givers {
		f.givers[a.Givers[i].ID] = &a.Givers[i]
	}
	return f
}

func (f *aroundFacts) name(rank int) metaName {
	p := f.Map.People[rank]
	n := metaName{Rank: rank, ID: uint32(p.ID), Name: p.Name}
	say := f.v.language.Say
	if f.Purpose != nil {
		if int(p.Sector) < len(f.Purpose.Brands) {
			home := f.Purpose.Brands[p.Sector]
			n.Link = asOf(address(f.v.installation.Planets, home, fmt.Sprint("/people/", p.ID)), f.v.asOf)
			n.Facts = append(n.Facts, [2]string{say(language.T("Mostly")), brand(home)})
		}
		if g := f.givers[p.ID]; g != nil {
			for i := range f.Purpose.Measures {
				m := &f.Purpose.Measures[i]
				if m.Takes == purpose.Sum && g.Amounts[i] != 0 {
					n.Facts = append(n.Facts, [2]string{say(language.T("Gave")), m.Write(g.Amounts[i])})
				}
			}
			n.Facts = append(n.Facts, [2]string{say(language.T("Activities")), say(count(g.Activities))}, [2]string{say(language.T("First")), say(language.Date(g.First, "2 Jan 2006"))}, [2]string{say(language.T("Last")), say(language.Date(g.Last, "2 Jan 2006"))})
		}
		return n
	}
	if int(p.Sector) < len(f.Turns) {
		t := &f.Turns[p.Sector]
		n.Link = asOf(address(f.v.installation.Planets, t.Planet, fmt.Sprint("/people/", p.ID)), f.v.asOf)
		n.Facts = [][2]string{{say(language.T("Around")), brand(t.Planet)}, {say(language.T("There")), say(levelWords(p.Level))}, {say(language.T("Met")), say(language.N(round(p.Reach), "1 time", "%d times"))}}
	}
	return n
}

// aroundNames answers who stands at some places of a map around something else.
func (s *server) aroundNames(w http.ResponseWriter, v *visit, asked string) error {
	a, err := s.around(v, asked)
	if err != nil {
		return err
	}
	q := v.URL.Query()
	if a.Map.Version != q.Get("v") {
		return orrery.Errorf(orrery.Conflict, "the map has changed: load the page again")
	}
	facts := newAroundFacts(v, a)
	names := []metaName{}
	for rank := range strings.SplitSeq(q.Get("of"), ",") {
		i, err := strconv.Atoi(rank)
		if err != nil || i < 0 || i >= len(a.Map.People) || len(names) == 200 {
			return orrery.Errorf(orrery.Invalid, "%q is not a place on this map, or there are more than 200", rank)
		}
		names = append(names, facts.name(i))
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(names)
}

type askPersonPage struct {
	Search string
	Found  view.PeoplePage
}

// askPerson looks for the person to set in the middle: one who is found alone is
// gone to at once.
func (s *server) askPerson(w http.ResponseWriter, v *visit) error {
	p := askPersonPage{Search: strings.TrimSpace(v.URL.Query().Get("q"))}
	if p.Search != "" {
		var err error
		p.Found, err = s.Backend.Reader.People(v.Context(), view.PeopleQuery{
			Planet: v.planet.ID, AsOf: v.asOf, Preset: view.Everyone, Way: orrery.Strategies, Search: p.Search, Limit: 20,
		})
		if err != nil {
			return err
		}
		if len(p.Found.Rows) == 1 {
			http.Redirect(w, v.Request, v.to("/map", "around", fmt.Sprint("person:", p.Found.Rows[0].ID)), http.StatusSeeOther)
			return nil
		}
	}
	return s.render(w, v, http.StatusOK, "aroundwho", language.T("Who in the middle?"), p)
}
