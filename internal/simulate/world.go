// Package simulate makes worlds with known truth, by seed: the sample that a
// newcomer sees first, and bulk for load tests and benchmarks.
//
// It is not a model of any real company, place of trade or person, and nothing
// is learned from it. It takes no clock, no file and no chance but its seed: the
// same seed and end give the same world on every machine of one architecture. Package flow feeds its
// activities to identity and journal as if they came from a source; tests ask
// Truth what the engine should have found.
package simulate

import (
	"iter"

	"orrery.dev/orrery"
)

// World is a company with its planets, its people and what they did. It is
// read-only once made; several goroutines may range over Activities at a time.
type World struct {
	Name       string
	Start, End orrery.Day // the first and the last day on which anything happens
	TeamDomain string     // e-mail domain of the teammates
	Planets    []Planet
	Kinds      []Kind
	Circles    []string // names, by index
	Campaigns  []Campaign
	Purposes   []Purpose
	Partners   []Partner
	People     []Person // bots and teammates included
	Truth      Truth

	seed       uint64
	gatherings []orrery.Day // days of the yearly event, oldest first
}

// Planet is one of the company's brands.
type Planet struct {
	Slug, Name    string
	Constellation string
	RhythmDays    int        // within which its people would come back: 30, 90 or 365
	Opened        orrery.Day // nothing happens around it before
}

// Kind is a kind of activity as the sample means it, for checks of a catalogue.
type Kind struct {
	Name       string
	Strategy   orrery.Strategy
	Meaningful bool
}

// Campaign is one sending of ours. Activities name it in PromptedBy.
type Campaign struct {
	ID, Title string
	Planet    int // index in World.Planets
	Day       orrery.Day

	launch bool // of something to buy
}

// Purpose is a goal that activities are marked with by its slug.
type Purpose struct {
	Slug, Name string
	Statement  string // the why
	Ask        string // what is asked now
	Planets    []int
	Partners   []int    // indices in World.Partners
	Measures   []string // as package purpose reads them
	Updates    []string // the newest last
}

// Partner is an organization that brought people; activities are marked with
// its slug.
type Partner struct {
	Slug, Name string
	Code       string // what people it brings may carry
	Statement  string // what it does with the company
}

// Role is why somebody behaves as they do.
type Role uint8

// The roles.
const (
	Ordinary     Role = iota
	DailyLiker        // a like a day, nothing else ever
	OnlyPrompted      // answers what we send, never comes by themselves
	Yearly            // comes to every yearly event since they joined, at no other time
	Bot
	Teammate
	Roles // how many there are
)

var roleNames = [...]string{"ordinary", "daily_liker", "only_prompted", "yearly", "bot", "teammate"}

// String returns the role's name in lower case.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return "unknown"
}

// Person is somebody, or some program, in the world.
type Person struct {
	Name    string
	Email   string // empty for bots
	Role    Role
	Circle  int // index in World.Circles; −1 for bots and teammates
	Second  int // another circle that they take part in, or −1: a bridge person
	Arrived orrery.Day
	Partner int // index in World.Partners of who brought them, or −1
	Keys    []orrery.Key

	offset     int // minutes east of UTC
	actors     [platforms]orrery.Actor
	uses       [platforms]bool
	around     [planets]float64 // how their time is shared between planets
	ways       [orrery.Strategies]float64
	subscribed [planets]bool
	leaves     orrery.Day // the day from which they no longer come by themselves
	rate       float64    // chance of coming on a day
}

// Kind returns what kind of member they are.
func (p *Person) Kind() orrery.MemberKind {
	switch p.Role {
	case Bot:
		return orrery.Bot
	case Teammate:
		return orrery.Teammate
	default:
		return orrery.Person
	}
}

// Truth is what the engine cannot know and should find.
type Truth struct {
	Actors    map[orrery.Key]int // index in World.People of everybody's identities
	FallingIn int                // the circle that comes closer in the last six weeks
	Drifting  int                // the circle that moves away in the last six weeks
}

// The sample's planets, by index.
const (
	recorders = iota
	reedbed
	listening
	wakesong
	planets
)

// historyDays holds five yearly events and the time to register for the first.
const historyDays = 5*365 + 97

// turnDays is how long the two moving circles have been moving.
const turnDays = 42

// Sample makes Tarnwick, a maker of field recorders: some 5,000 people around
// four planets in two constellations, five years of history up to and including
// the day end, some 270,000 activities.
func Sample(seed uint64, end orrery.Day) *World {
	start := end - historyDays + 1
	w := &World{
		Name: "Tarnwick", Start: start, End: end, TeamDomain: "tarnwick.example",
		Planets: []Planet{
			recorders: {"tarnwick-recorders", "Tarnwick Recorders", "Instruments", 90, start + 120},
			reedbed:   {"reedbed", "Reedbed", "Instruments", 30, start + 800},
			listening: {"listening-map", "The Listening Map", "Listening", 30, start + 520},
			wakesong:  {"wakesong", "Wakesong", "Listening", 365, start},
		},
		Kinds:    append([]Kind(nil), kinds[:]...),
		Purposes: purposes(end),
		Partners: []Partner{
			{"radio-nordvind", "Radio Nordvind", "NORDVIND", "A dawn that listeners recorded, every Sunday before the news."},
			{"museum-of-small-sounds", "Museum of Small Sounds", "SMALLSOUNDS", "Rooms, walks and a wall of recordings for everybody who brings one."},
		},
		seed: seed,
	}
	for _, c := range circles {
		w.Circles = append(w.Circles, c.name)
	}
	w.gatherings = yearlyEvents(start, end+90)
	w.Campaigns = sendings(w)
	w.People = populate(w)
	w.Truth = Truth{Actors: map[orrery.Key]int{}, FallingIn: fallingIn, Drifting: drifting}
	for i := range w.People {
		for _, k := range w.People[i].Keys {
			w.Truth.Actors[k] = i
		}
	}
	return w
}

// Activities yields everything that happened, in order of time. The activity
// and its slices are reused: copy what is kept. Each range starts anew and
// yields the same.
func (w *World) Activities() iter.Seq[*orrery.Activity] {
	return func(yield func(*orrery.Activity) bool) { newRun(w, yield).all() }
}
