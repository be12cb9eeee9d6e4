package web

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

const (
	fewPeople  = 30 // under these a list says more than a picture
	namedFirst = 40 // people whose names come with the page
	tableRows  = 50

	listedMovers = 4 // of each direction, beside the picture
)

// pictures keeps the newest two maps of each planet that were shown, and as many
// of days past, so that a browser can ask for the names of people on a map that
// has since changed.
type pictures struct {
	mu    sync.Mutex
	shown map[shelfMark][]*picture
}

// A shelfMark is where the pictures of a planet stand.
type shelfMark struct {
	planet orrery.PlanetID
	past   bool
}

// A picture is a map and what its page says of all its people.
type picture struct {
	*view.Map
	movers           []ranked // who moved most, in order
	Rising, Drifting []ranked
	Way              []int // percent of people by way to belong
}

func newPictures() *pictures { return &pictures{shown: map[shelfMark][]*picture{}} }

// keep returns the picture of a map, made when the map is first shown.
func (p *pictures) keep(m *view.Map, past bool) *picture {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := shelfMark{m.Planet.ID, past}
	kept := p.shown[at]
	for _, k := range kept {
		if k.Version == m.Version {
			return k
		}
	}
	made := newPicture(m)
	p.shown[at] = append([]*picture{made}, kept[:min(1, len(kept))]...)
	return made
}

func (p *pictures) find(planet orrery.PlanetID, past bool, version string) *view.Map {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, k := range p.shown[shelfMark{planet, past}] {
		if k.Version == version {
			return k.Map
		}
	}
	return nil
}

func newPicture(m *view.Map) *picture {
	p := &picture{Map: m, Way: make([]int, orrery.Strategies)}
	movers := movers(m)
	for _, r := range movers {
		switch {
		case r.Change > 0 && len(p.Rising) < listedMovers:
			p.Rising = append(p.Rising, r)
		case r.Change < 0 && len(p.Drifting) < listedMovers:
			p.Drifting = append(p.Drifting, r)
		}
	}
	p.movers = slices.Clone(movers[:min(2*namedFirst, len(movers))])
	for _, one := range m.People {
		p.Way[min(one.Way, orrery.Strategies-1)]++
	}
	for i, n := range p.Way {
		p.Way[i] = part(n, len(m.People))
	}
	return p
}

type mapPage struct {
	*picture
	Headline []phrase
	Meta     mapMeta
	Table    bool
	People   view.PeoplePage // for the table
	Nearest  []ranked        // for the picture where there is no JavaScript
	Centres  centres
}

// A ranked person is somebody of the map with their place in its order.
type ranked struct {
	view.MapPerson
	Rank   int
	Change int
}

// mapMeta is what the browser needs beside the wire format. Its JSON stands in
// the page.
type mapMeta struct {
	Version string            `json:"version"`
	Data    string            `json:"data"`
	Names   string            `json:"names"`
	Person  string            `json:"person"` // address of a person, {id} in it
	Table   string            `json:"table"`
	Brand   string            `json:"brand"`
	Day     string            `json:"day"` // that the map is told as of, in words; empty for today
	Ways    []string          `json:"ways"`
	Words   map[string]string `json:"words,omitempty"` // of the browser, in the page's language
	Bands   []metaBand        `json:"bands"`
	Sectors []metaSector      `json:"sectors"`
	Named   []metaName        `json:"named"`
	Bodies  []metaBody        `json:"bodies,omitempty"` // brands and partners: on a map around the planet, its partners in the order of the wire format
	Sun     bool              `json:"sun,omitempty"`    // a purpose stands in the middle
	Still   bool              `json:"still,omitempty"`  // nobody moves: nothing is replayed
}

type metaBand struct {
	Name   string `json:"name"`
	People int    `json:"people"`
}

type metaSector struct {
	Name   string  `json:"name"`
	From   float64 `json:"from"`
	To     float64 `json:"to"`
	People int     `json:"people"`
	Trend  float64 `json:"trend"`
}

type metaName struct {
	Rank  int    `json:"rank"`
	ID    uint32 `json:"id"`
	Name  string `json:"name"`
	Level string `json:"level"`
	Now   int    `json:"now"`
	Was   int    `json:"was"`

	Facts [][2]string `json:"facts,omitempty"` // instead of level and closeness
	Link  string      `json:"link,omitempty"`  // where it is not mapMeta.Person
}

func (s *server) orbitMap(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	if around := v.URL.Query().Get("around"); around != "" && around != "planet" {
		return s.aroundMap(w, v, around)
	}
	m, err := s.Backend.Reader.MapAsOf(v.Context(), v.planet.ID, v.asOf)
	if err != nil {
		return err
	}
	picture := s.pictures.keep(m, v.asOf != 0)
	asked := v.URL.Query().Get("view")
	p := mapPage{picture: picture, Headline: headline(brand(v.planet), m.Sectors, m.Moves), Table: asked == "table" || asked == "" && len(m.People) < fewPeople}
	if p.Table {
		p.People, err = s.Backend.Reader.People(v.Context(), view.PeopleQuery{
			Planet: v.planet.ID, AsOf: v.asOf, Preset: view.Everyone, Way: orrery.Strategies, Limit: tableRows, Cursor: v.URL.Query().Get("cursor"),
		})
		if err != nil {
			return err
		}
		return s.render(w, v, http.StatusOK, "maptable", language.T("Orbit map as a table"), p)
	}
	for i := range min(tableRows, len(m.People)) {
		one := m.People[i]
		p.Nearest = append(p.Nearest, ranked{one, i, round(one.Closeness) - round(one.Was)})
	}
	p.Meta = metaOf(v, picture)
	if p.Centres, err = s.centres(v, "planet", ""); err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "map", language.T("Orbit map"), p)
}

// movers lists the people whose rounded closeness changed, most first.
func movers(m *view.Map) []ranked {
	var out []ranked
	for i, p := range m.People {
		if change := round(p.Closeness) - round(p.Was); change != 0 && !p.Newcomer {
			out = append(out, ranked{p, i, change})
		}
	}
	slices.SortStableFunc(out, func(a, b ranked) int { return cmp.Compare(abs(b.Change), abs(a.Change)) })
	return out
}

func abs(n int) int { return max(n, -n) }

func metaOf(v *visit, p *picture) mapMeta {
	m := p.Map
	meta := mapMeta{
		Version: m.Version, Data: v.to("/map/data", "v", m.Version), Names: v.to("/map/names", "v", m.Version),
		Person: strings.Replace(v.to("/people/0"), "/people/0", "/people/{id}", 1),
		Table:  v.to("/map", "view", "table"), Brand: brand(v.planet),
		Bands: []metaBand{}, Sectors: []metaSector{}, Named: []metaName{}, Words: mapWords(v.language),
	}
	if v.asOf != 0 {
		meta.Day = v.language.Say(language.Date(v.asOf, "2 Jan 2006"))
	}
	for way := range orrery.Strategies {
		meta.Ways = append(meta.Ways, v.language.Say(wayWords(way)))
	}
	for _, b := range m.Bands {
		meta.Bands = append(meta.Bands, metaBand{v.language.Say(levelWords(b.Level)), b.People})
	}
	for _, s := range m.Sectors {
		meta.Sectors = append(meta.Sectors, metaSector{v.language.Say(sectorName(s)), s.From, s.To, s.People, s.Trend})
	}
	for _, p := range m.Partners {
		meta.Bodies = append(meta.Bodies, metaBody{
			Kind: "partner", Name: p.Name, Note: v.language.Say(partnerNote(p)), Link: v.to("/partners/" + p.Slug), Angle: p.Angle, Radius: view.PartnerRadius,
		})
	}
	for i := range min(namedFirst, len(m.People)) {
		meta.Named = append(meta.Named, nameOf(v, m, i))
	}
	for _, r := range p.movers {
		if r.Rank >= namedFirst {
			meta.Named = append(meta.Named, nameOf(v, m, r.Rank))
		}
	}
	return meta
}

// partnerNote says how many people of a map were first seen through a partner.
func partnerNote(p view.MapPartner) language.Text {
	return language.T("%s, %d near", people(p.People), p.Near)
}

func nameOf(v *visit, m *view.Map, rank int) metaName {
	p := m.People[rank]
	return metaName{Rank: rank, ID: uint32(p.ID), Name: p.Name, Level: v.language.Say(levelWords(p.Level)), Now: round(p.Closeness), Was: round(p.Was)}
}

// mapData answers with the wire format that view.LayOut describes: of the map
// that the page was made of, while that is kept, else of the newest.
func (s *server) mapData(w http.ResponseWriter, v *visit) error {
	if around := v.URL.Query().Get("around"); around != "" && around != "planet" {
		a, err := s.around(v, around)
		if err != nil {
			return err
		}
		return wire(w, v, a.Map)
	}
	m := s.pictures.find(v.planet.ID, v.asOf != 0, v.URL.Query().Get("v"))
	if m == nil {
		newest, err := s.Backend.Reader.MapAsOf(v.Context(), v.planet.ID, v.asOf)
		if err != nil {
			return err
		}
		m = s.pictures.keep(newest, v.asOf != 0).Map
	}
	return wire(w, v, m)
}

// wire writes a map as the picture reads it.
func wire(w http.ResponseWriter, v *visit, m *view.Map) error {
	tag := strconv.Quote(m.Version)
	w.Header().Set("ETag", tag)
	if v.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(m.Data)))
	_, _ = w.Write(m.Data) // who left does not read it
	return nil
}

// mapNames answers who stands at the ranks named by "of" on the map of a
// version, at most 200. A version that is forgotten is a conflict: the page is
// to be loaded again.
func (s *server) mapNames(w http.ResponseWriter, v *visit) error {
	q := v.URL.Query()
	if around := q.Get("around"); around != "" && around != "planet" {
		return s.aroundNames(w, v, around)
	}
	m := s.pictures.find(v.planet.ID, v.asOf != 0, q.Get("v"))
	if m == nil {
		return orrery.Errorf(orrery.Conflict, "the map has changed: load the page again")
	}
	names := []metaName{}
	for rank := range strings.SplitSeq(q.Get("of"), ",") {
		i, err := strconv.Atoi(rank)
		if err != nil || i < 0 || i >= len(m.People) || len(names) == 200 {
			return orrery.Errorf(orrery.Invalid, "%q is not a place on this map, or there are more than 200", rank)
		}
		names = append(names, nameOf(v, m, i))
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(names)
}
