package orrery

// Strategy is a way to belong: what draws somebody in.
type Strategy uint8

// The six ways to belong.
const (
	Content Strategy = iota
	Conversation
	Collaboration
	Contribution
	Commerce
	Curation
	Strategies // how many there are
)

var strategyNames = [...]string{"content", "conversation", "collaboration", "contribution", "commerce", "curation"}

// String returns the strategy's name in lower case.
func (s Strategy) String() string { return nameOf(strategyNames[:], uint8(s)) }

// ParseStrategy is the inverse of String.
func ParseStrategy(name string) (Strategy, error) {
	i, err := indexOf(strategyNames[:], "strategy", name)
	return Strategy(i), err
}

// Origin says what brought an activity about.
type Origin uint8

// The origins. Unknown counts as unprompted.
const (
	OriginUnknown Origin = iota
	Unprompted           // they came by themselves
	Peer                 // drawn by other people: a reply, a mention, an invitation
	Prompted             // prompted by a message or campaign of ours
)

var originNames = [...]string{"", "unprompted", "peer", "prompted"}

// String returns the origin's name in lower case, empty when unknown.
func (o Origin) String() string { return nameOf(originNames[:], uint8(o)) }

// ParseOrigin is the inverse of String.
func ParseOrigin(name string) (Origin, error) {
	i, err := indexOf(originNames[:], "origin", name)
	return Origin(i), err
}

// MemberKind tells people from those who are not counted as drawn.
type MemberKind uint8

// The kinds of member.
const (
	Person   MemberKind = iota
	Bot                 // a program
	Teammate            // one of us
	Visitor             // somebody who has not said who they are: counted, and no member
)

var memberKindNames = [...]string{"person", "bot", "teammate", "visitor"}

// String returns the kind's name in lower case.
func (k MemberKind) String() string { return nameOf(memberKindNames[:], uint8(k)) }

// Level is a band of closeness: how near somebody's orbit is to a planet. Levels
// compare with <: nearer is greater.
type Level uint8

// The levels, farthest first.
const (
	OutOfOrbit Level = iota
	Edge
	Outer
	Inner
	Core
)

var levelNames = [...]string{"none", "edge", "outer", "inner", "core"}

// String returns the level's name in lower case; "none" when out of orbit.
func (l Level) String() string { return nameOf(levelNames[:], uint8(l)) }

// Rule is what the catalogue says of a kind of activity.
type Rule struct {
	Strategy    Strategy
	WeightMilli int32 // effort and worth to the planet, 0–10,000: thousandths, so that sums are exact
	Meaningful  bool  // whether such an activity can bring somebody closer
	Valence     int8  // +1 attraction, 0 neutral, −1 repulsion
	DailyCap    uint8 // how many a person and day count; 0 is no cap
}

func nameOf(names []string, i uint8) string {
	if int(i) < len(names) {
		return names[i]
	}
	return "unknown"
}

func indexOf(names []string, what, name string) (uint8, error) {
	for i, n := range names {
		if n == name {
			return uint8(i), nil
		}
	}
	return 0, Errorf(Invalid, "%q is not a %s: choose one of %q", name, what, names)
}
