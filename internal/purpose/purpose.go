// Package purpose is what people do something for together: a why, told in a
// statement, and measures that their activities advance. It reads a measure from a
// line of text, says which activities it counts and why, folds them by whole UTC
// days, and compares what came with an expected line.
//
// It is pure: package flow feeds it activities from the journal, package view
// reads its answers. It never says that a purpose made anybody do anything.
package purpose

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"orrery.dev/orrery"
)

// Purpose is a goal that people share. Its figures follow from Planets and
// Measures alone.
type Purpose struct {
	Number    int64 // from 1 on, never given again
	Version   int64 // grows with every change of what stands here
	Slug      string
	Title     string // a few words; empty: made from the slug
	Statement string // the why
	Owner     string // who looks after it; for the team alone
	Ask       string // what is asked now, or empty
	Planets   []orrery.PlanetID
	Partners  []string // slugs
	Measures  []Measure
	Public    bool // has a page that everybody may read
	Sample    bool // came with the sample and goes with it
	Opened    time.Time
	Closed    time.Time // zero while it is open
}

// Update is a dated short text about how a purpose goes.
type Update struct {
	Number int64
	At     time.Time
	By     string // for the team alone
	Text   string
}

// Longest texts, in letters.
const (
	MaxTitle     = 80
	MaxStatement = 600
	MaxAsk       = 300
	MaxUpdate    = 1000
	maxMeasures  = 8
	maxPartners  = 24
	maxOwner     = 120
)

var slugs = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Check says what is wrong with a purpose before it is kept, as an Invalid error.
func (p *Purpose) Check() error {
	switch {
	case !slugs.MatchString(p.Slug) || len(p.Slug) > 60:
		return orrery.Errorf(orrery.Invalid, "%q cannot name a purpose: use up to 60 small letters, digits and hyphens, as in a-thousand-dawns", p.Slug)
	case strings.TrimSpace(p.Statement) == "":
		return orrery.Errorf(orrery.Invalid, "a purpose needs a statement: say in a sentence why people do this together")
	case len(p.Planets) == 0:
		return orrery.Errorf(orrery.Invalid, "a purpose needs a brand that serves it: name at least one")
	case len(p.Measures) == 0:
		return orrery.Errorf(orrery.Invalid, "a purpose needs a measure, as in: %s", Example)
	case len(p.Measures) > maxMeasures:
		return orrery.Errorf(orrery.Invalid, "a purpose has at most %d measures, this one has %d", maxMeasures, len(p.Measures))
	case len(p.Partners) > maxPartners:
		return orrery.Errorf(orrery.Invalid, "a purpose has at most %d partners, this one has %d", maxPartners, len(p.Partners))
	}
	for _, text := range []struct {
		what, text string
		most       int
	}{{"title", p.Title, MaxTitle}, {"statement", p.Statement, MaxStatement}, {"ask", p.Ask, MaxAsk}, {"owner", p.Owner, maxOwner}} {
		if n := utf8.RuneCountInString(text.text); n > text.most {
			return orrery.Errorf(orrery.Invalid, "the %s has %d letters, %d are the most", text.what, n, text.most)
		}
	}
	for _, slug := range p.Partners {
		if !slugs.MatchString(slug) || len(slug) > 60 {
			return orrery.Errorf(orrery.Invalid, "%q cannot name a partner: use small letters, digits and hyphens", slug)
		}
	}
	for i := range p.Measures {
		if err := p.Measures[i].check(); err != nil {
			return err
		}
	}
	return nil
}

// Name is the title, or the slug in words.
func (p Purpose) Name() string {
	if p.Title != "" {
		return p.Title
	}
	words := strings.ReplaceAll(p.Slug, "-", " ")
	return strings.ToUpper(words[:min(1, len(words))]) + words[min(1, len(words)):]
}

// Serves says whether a planet is among those that serve the purpose.
func (p *Purpose) Serves(planet orrery.PlanetID) bool { return slices.Contains(p.Planets, planet) }

// Takes is what a measure takes of the activities it counts.
type Takes uint8

// What measures take.
const (
	Count  Takes = iota // how many activities
	Sum                 // their quantities, of one unit
	People              // how many people did any
)

var takesNames = [...]string{"count", "sum", "people"}

// String returns the word that the grammar has for it.
func (t Takes) String() string { return takesNames[min(int(t), len(takesNames)-1)] }

// MarshalText writes t by its name.
func (t Takes) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// Amount is in thousandths: of an activity, of a person, or of a sum's unit as the
// activities carry it, which for money is the minor one. Whole numbers, so that no
// order of adding shows.
type Amount int64

// One is one activity, one person or one unit.
const One Amount = 1000

// Measure is one figure of a purpose.
type Measure struct {
	Takes    Takes
	Unit     string // of a Sum
	Over     Filter
	Target   Amount
	From, By orrery.Day // the first day that counts, and the day on which the target should be reached
}

func (m *Measure) check() error {
	switch {
	case m.Target <= 0:
		return orrery.Errorf(orrery.Invalid, "a measure needs a target above 0, as in: target 500")
	case m.By <= m.From:
		return orrery.Errorf(orrery.Invalid, "the target date %v does not lie after the start %v", m.By, m.From)
	case m.By-m.From > maxSpan:
		return orrery.Errorf(orrery.Invalid, "from %v to %v are more than 20 years: choose a nearer date", m.From, m.By)
	case m.Takes == Sum && m.Unit == "":
		return orrery.Errorf(orrery.Invalid, "a sum needs a unit, as in: sum hours")
	}
	return nil
}

const maxSpan = 20 * 366
