package purpose

import (
	"math"
	"slices"
	"strings"

	"orrery.dev/orrery"
)

// Act is an activity as measures see it.
type Act struct {
	Member   orrery.MemberID
	Planet   orrery.PlanetID
	Around   string // the planet's slug
	Day      orrery.Day
	Kind     string
	Way      orrery.Strategy
	Quantity float64
	Unit     string

	ObjectType, ObjectID string
	Tags, Purposes       []string
}

// Filter says which activities count: those that one of its clauses holds for. An
// empty one lets everything around the purpose's planets count.
type Filter []Clause

// Clause holds for an activity when all that stands in it does. Of several values
// one is enough.
type Clause struct {
	Marked  bool     // its source marked it with the purpose
	Kinds   []string // whole, or their last segments: "volunteer.hours", "hours"
	Ways    []orrery.Strategy
	Tags    []string
	Spaces  []Space
	Planets []string // slugs
}

// Space is where something was done: on objects of a type, whose ids begin alike.
type Space struct {
	Type   string // empty: any
	Prefix string // of the id; empty: any
}

func (s Space) holds(a *Act) bool {
	return (s.Type == "" || s.Type == a.ObjectType) && (a.ObjectType != "" || a.ObjectID != "") && strings.HasPrefix(a.ObjectID, s.Prefix)
}

func ofKind(kind, wanted string) bool {
	return kind == wanted || len(kind) > len(wanted) && strings.HasSuffix(kind, wanted) && kind[len(kind)-len(wanted)-1] == '.'
}

// possible says whether a clause may hold for an activity of which only kind, way
// and planet are known.
func (c *Clause) possible(kind string, way orrery.Strategy, around string) bool {
	return (len(c.Kinds) == 0 || slices.ContainsFunc(c.Kinds, func(k string) bool { return ofKind(kind, k) })) &&
		(len(c.Ways) == 0 || slices.Contains(c.Ways, way)) &&
		(len(c.Planets) == 0 || slices.Contains(c.Planets, around))
}

// open says whether more than kind, way and planet must be known.
func (c *Clause) open() bool { return c.Marked || len(c.Tags) > 0 || len(c.Spaces) > 0 }

func (c *Clause) holds(a *Act, slug string) bool {
	return c.possible(a.Kind, a.Way, a.Around) &&
		(!c.Marked || slices.Contains(a.Purposes, slug)) &&
		(len(c.Tags) == 0 || slices.ContainsFunc(c.Tags, func(t string) bool { return slices.Contains(a.Tags, t) })) &&
		(len(c.Spaces) == 0 || slices.ContainsFunc(c.Spaces, func(s Space) bool { return s.holds(a) }))
}

// Look is what can be said of an activity whose texts were not opened.
type Look uint8

// What can be said.
const (
	Not   Look = iota // it does not count
	Maybe             // its texts decide
	Sure              // it counts, and as how much is known
)

// At says what a measure makes of an activity of which kind, way and planet are
// known.
func (m *Measure) At(kind string, way orrery.Strategy, around string) Look {
	if len(m.Over) == 0 {
		return m.sure()
	}
	look := Not
	for i := range m.Over {
		switch c := &m.Over[i]; {
		case !c.possible(kind, way, around):
		case c.open():
			look = Maybe
		default:
			return m.sure()
		}
	}
	return look
}

func (m *Measure) sure() Look {
	if m.Takes == Sum {
		return Maybe
	}
	return Sure
}

// mostQuantity is as how much one activity counts at most: with it no sum of a
// journal that fits on a disk runs over.
const mostQuantity = 1e9

// Counts says whether an activity counts for a measure of the purpose with a slug,
// as how much, and by which clause: nil where the filter is empty.
func (m *Measure) Counts(a *Act, slug string) (Amount, *Clause, bool) {
	if a.Day < 0 {
		return 0, nil, false
	}
	var by *Clause
	if len(m.Over) > 0 {
		i := slices.IndexFunc(m.Over, func(c Clause) bool { return c.holds(a, slug) })
		if i < 0 {
			return 0, nil, false
		}
		by = &m.Over[i]
	}
	if m.Takes != Sum {
		return One, by, true
	}
	if !strings.EqualFold(a.Unit, m.Unit) || a.Quantity == 0 || math.IsNaN(a.Quantity) {
		return 0, nil, false
	}
	return Amount(math.Round(max(-mostQuantity, min(mostQuantity, a.Quantity)) * float64(One))), by, true
}

// Why says in words why a clause holds for an activity.
func (c *Clause) Why(a *Act) string {
	if c == nil {
		return "everything counts"
	}
	var why []string
	if c.Marked {
		why = append(why, "its source marked it with this purpose")
	}
	if len(c.Kinds) > 0 {
		why = append(why, "it is of the kind "+a.Kind)
	}
	if len(c.Ways) > 0 {
		why = append(why, "its way to belong is "+a.Way.String())
	}
	for _, tag := range c.Tags {
		if slices.Contains(a.Tags, tag) {
			why = append(why, "it is tagged “"+tag+"”")
			break
		}
	}
	for _, s := range c.Spaces {
		if s.holds(a) {
			why = append(why, "it was done in the space "+s.String())
			break
		}
	}
	if len(c.Planets) > 0 {
		why = append(why, "it is around "+a.Around)
	}
	return strings.Join(why, ", ")
}
