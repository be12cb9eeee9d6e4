// Package webtest is a made-up backend for the screens: a bicycle brand whose
// people come closer and drift away, by seed, held in memory. Tests, pictures
// and measurements of package web use it; the product never does.
package webtest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/task"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// Options shape a World.
type Options struct {
	People  int    // around the first planet; 0: an installation before its first run
	Seed    uint64 //
	Hostile bool   // some people have names that attack
	Stale   bool   // the data ended long ago
	Sample  bool   // the first planet is the sample
	Empty   bool   // a planet with nobody around it
}

// World is a made-up installation.
type World struct {
	decided map[conversation.ThreadID]conversation.Say // what was said of conversations
	options Options
	now     time.Time

	mu       sync.Mutex
	planets  []view.Planet
	people   []*soul
	byID     map[orrery.MemberID]*soul
	pictures map[orrery.PlanetID]*view.Map
	tags     []string
	sources  view.Sources
	uploads  map[string]view.Upload
	settings view.Settings
	sessions map[string]view.Account
	ticks    int
	arrived  map[orrery.PlanetID]int64 // activities that came since the beginning
	stopped  bool
	ruled    map[int64]bool // decisions about flags: whether it counts
	tasks    []task.Task
	met      map[string]view.Encounter
	apart    map[[2]orrery.MemberID]bool // pairs of whom somebody said that they are two
}

// A soul is one made-up person.
type soul struct {
	row    view.Row
	alike  uint64
	line   []float32 // closeness, weekly, a year; the last is now
	notes  []view.Note
	merged []orrery.MemberID
	birth  int // week of the line in which they came
}

const weeks = 53

// The way each band's people are told apart, and what draws them.
var (
	bandShare = []float64{.035, .11, .27, .585}
	wayShare  = []float64{.24, .22, .09, .13, .24, .08}
	wayTrend  = []float64{-.2, .6, 1.2, 3.4, -3.6, .5} // points of closeness in 90 days
	cuts      = []float64{100, 70, 35, 10, 0}
)

// New makes a world.
func New(o Options) *World {
	w := &World{
		options: o, now: time.Date(2026, 11, 21, 15, 4, 0, 0, time.UTC),
		byID: map[orrery.MemberID]*soul{}, pictures: map[orrery.PlanetID]*view.Map{},
		uploads: map[string]view.Upload{}, sessions: map[string]view.Account{},
		tags: []string{"ambassador", "beta", "met in Malmö", "speaker"},
	}
	if o.People == 0 && !o.Empty {
		return w
	}
	w.planets = []view.Planet{
		{ID: 1, Name: "alder-bikes", Title: "Alder Bikes", AsOf: orrery.DayOf(w.now), RhythmDays: 30, Sample: o.Sample},
	}
	if o.People > 1000 {
		w.planets = append(w.planets, view.Planet{ID: 2, Name: "fjell-frames", Title: "Fjell Frames", AsOf: orrery.DayOf(w.now), RhythmDays: 90})
	}
	if o.Stale {
		w.planets[0].Stale, w.planets[0].AsOf = true, orrery.DayOf(w.now)-412
	}
	r := rand.New(rand.NewPCG(o.Seed, 7))
	for i := range o.People {
		s := w.imagine(r, i)
		w.people = append(w.people, s)
		w.byID[s.row.ID] = s
	}
	slices.SortFunc(w.people, func(a, b *soul) int {
		if a.row.Closeness != b.row.Closeness {
			return int(math.Copysign(1, b.row.Closeness-a.row.Closeness))
		}
		return int(a.row.ID) - int(b.row.ID)
	})
	for _, s := range w.people {
		if s.row.Level > orrery.OutOfOrbit && s.row.Kind == orrery.Person {
			w.planets[0].People++
		}
	}
	w.sources = madeSources(w)
	w.settings = view.Settings{
		Teammates: []string{"alder-bikes.example"},
		Keys: []view.Key{
			{ID: "k7f3q2", Planet: "Alder Bikes", Source: "shop", Scope: "ingest", Created: w.now.AddDate(0, -3, 0), Used: w.now.Add(-4 * time.Minute)},
			{ID: "m1x9ad", Planet: "Alder Bikes", Source: "dashboard", Scope: "read", Created: w.now.AddDate(0, -1, -4)},
		},
		Sources: []string{"forum", "shop", "newsletter"},
	}
	return w
}

// Backend hands the world to the screens.
func (w *World) Backend() web.Backend {
	b := w.backend()
	b.Colleagues, b.Own, b.Passkeys = &teaming{}, newOwning(w), (*holding)(w)
	return b
}

func (w *World) backend() web.Backend {
	return web.Backend{Setup: w, Reader: w, People: (*changes)(w), Same: (*same)(w), Real: (*doubting)(w), Imports: w, Uploads: w, Sessions: w, Bounds: (*bounding)(w), Audit: &auditing{}, Connections: (*linking)(w), Settings: (*steering)(w), Weights: (*weighing)(w), Purposes: newSharing(w), Conversations: (*talking)(w), Tasks: (*meaning)(w), Encounters: (*meaning)(w), Weekly: (*meaning)(w), Partners: &partnering{World: w}, Finder: w, Lists: &keeping{World: w}, Newcomers: (*welcoming)(w), DatedNotes: newNoting(w), Reports: (*reporting)(w), Webhooks: newCalling(w), Backups: newCopying(w)}
}

// Now is the world's clock.
func (w *World) Now() time.Time { return w.now }

func pick(r *rand.Rand, share []float64) int {
	u := r.Float64()
	for i, v := range share {
		if u -= v; u < 0 {
			return i
		}
	}
	return len(share) - 1
}

func (w *World) imagine(r *rand.Rand, i int) *soul {
	way := pick(r, wayShare)
	band := pick(r, bandShare)
	f := math.Pow(r.Float64(), .8)
	if band == 3 {
		f = 1 - math.Pow(r.Float64(), 1.25)
	}
	now := cuts[band] - f*(cuts[band]-cuts[band+1])*.999
	s := &soul{alike: uint64(r.IntN(5)+1) * uint64(way+3) * 7919}
	if r.Float64() < .3 {
		s.alike = 0
	}
	change := r.NormFloat64() * 1.1
	if r.Float64() < .05 {
		change = r.NormFloat64() * 13
	}
	lean := wayTrend[way] * 1.6
	if s.alike/uint64(way+3)/7919 == 2 { // one clump moves more than the others
		lean *= 3
	}
	change += lean * math.Abs(r.NormFloat64()) * (.25 + now/55)
	if now > 60 && change < 0 {
		change /= 3
	}
	was := max(.2, min(98, now-change))
	s.birth = 0
	newcomer := r.Float64() < .05 && now < 60
	switch {
	case newcomer:
		s.birth = weeks - 1 - r.IntN(12)
		was = 0
	case r.Float64() < .3:
		s.birth = r.IntN(40)
	}
	s.line = wander(r, s.birth, was, now)
	day := w.planets[0].AsOf
	first := day - orrery.Day(7*(weeks-1-s.birth)+r.IntN(6))
	if s.birth == 0 {
		first = day - orrery.Day(365+r.IntN(1800))
	}
	id := orrery.MemberID(i*3 + 11)
	name := firstNames[r.IntN(len(firstNames))] + " " + lastNames[r.IntN(len(lastNames))]
	switch {
	case w.options.Hostile && i%9 == 0:
		name = hostileNames[i/9%len(hostileNames)]
	case r.Float64() < .06:
		name = fmt.Sprintf("%s_%02d", []string{"gravelgoat", "spoke", "torque", "nightrider", "lugs"}[r.IntN(5)], r.IntN(99))
	}
	s.row = view.Row{
		Member: view.Member{
			ID: id, Name: name, Planet: "alder-bikes", Level: levelOf(now), Closeness: now,
			Return: min(.99, now/100*.9+.08), Given: math.Pow(now/10, 2) * (.5 + r.Float64()), Received: math.Pow(now/12, 2) * r.Float64(),
			Reach: math.Pow(r.Float64(), 4) * (2 + now), Drift: (now - was) / 25, Endurance: min(1, now/100+.3*r.Float64()),
			LastActive: max(first, day-orrery.Day(float64(r.IntN(40))*(1.2-now/100))),
		},
		Was: was, WasLevel: levelOf(was), Way: orrery.Strategy(way), FirstActive: first,
	}
	if newcomer {
		s.row.WasLevel = orrery.OutOfOrbit
	}
	if r.Float64() < .02 {
		s.row.Tags = []string{w.tags[r.IntN(len(w.tags))]}
	}
	switch {
	case i%97 == 5:
		s.row.Kind, s.row.Name = orrery.Teammate, name
	case i%211 == 3:
		s.row.Kind, s.row.Name = orrery.Bot, "sync-bot"
	}
	s.row.Reasons = why(r, s.row)
	return s
}

// wander walks from nothing through was, thirteen weeks ago, to now.
func wander(r *rand.Rand, birth int, was, now float64) []float32 {
	line := make([]float32, weeks)
	at := was * (.4 + .5*r.Float64())
	const turn = weeks - 14
	for i := birth; i < weeks; i++ {
		goal, left := was, turn-i
		if i >= turn {
			goal, left = now, weeks-1-i
		}
		at += (goal-at)/float64(left+1) + r.NormFloat64()*.018*(8+at)
		at = max(.1, min(99, at))
		switch i {
		case turn:
			at = was
		case weeks - 1:
			at = now
		}
		line[i] = float32(at)
	}
	return line
}

func why(r *rand.Rand, row view.Row) []view.Reason {
	base := min(row.Closeness, 3.1)
	rest := row.Closeness - base
	second := orrery.Strategy((int(row.Way) + 1 + r.IntN(5)) % int(orrery.Strategies))
	parts := []float64{.52 + .2*r.Float64(), .3, .22, -.08}
	terms := []language.Text{
		language.T(reasonTerms[row.Way], 1+int(row.Closeness/9)),
		language.T(reasonTerms[second], 1+int(row.Closeness/25)),
		language.T("how often over the last years, older days counting less"),
		language.T("last came %s ago", language.N(max(1, 30-int(row.Closeness/4)), "1 day", "%d days")),
	}
	sum := 0.0
	for _, p := range parts {
		sum += p
	}
	reasons := []view.Reason{}
	for i, p := range parts {
		reasons = append(reasons, view.Reason{Term: terms[i], Points: rest * p / sum})
	}
	return append(reasons, view.Reason{Term: language.Name("base"), Points: base})
}

func levelOf(closeness float64) orrery.Level {
	switch {
	case closeness >= 70:
		return orrery.Core
	case closeness >= 35:
		return orrery.Inner
	case closeness >= 10:
		return orrery.Outer
	case closeness > 0:
		return orrery.Edge
	}
	return orrery.OutOfOrbit
}
