// Package authentic says of whom it may be asked whether what they do is real:
// programs, rings that praise each other, and activity that is made for the sake
// of being counted. A flag is a question with its reasons and figures; nothing
// follows from it until a person decides, and nothing is ever deleted for it.
//
// It is not part of the field: package flow feeds it with who did what when, asks
// it for flags, and reckons what each flagged activity is worth. It takes no
// clock, no chance, no storage.
//
// The signs of programs and their order of worth are measured (SCIENCE §6):
// active-day ratio (AUC .90), gaps under ten seconds (.75), entropy of the minute
// (.73), few objects (.71). The bounds of rings and of gaming are chosen so that
// friends who thank each other, people who come every day and helpers thanked by
// many are not asked about; package simulate holds the worlds that say so.
package authentic

import (
	"cmp"
	"math"
	"slices"

	"orrery.dev/orrery"
)

// Kind says what is asked about somebody.
type Kind uint8

// The kinds of flag.
const (
	Program Kind = iota // who may be a program
	Ring                // people whose praise goes round among themselves
	Gaming              // activity made to be counted
	kinds
)

var kindNames = [kinds]string{"program", "ring", "gaming"}

// String returns the kind's name in lower case.
func (k Kind) String() string {
	if k < kinds {
		return kindNames[k]
	}
	return "unknown"
}

// ParseKind is the inverse of String. Invalid for anything else.
func ParseKind(name string) (Kind, error) {
	if i := slices.Index(kindNames[:], name); i >= 0 {
		return Kind(i), nil
	}
	return 0, orrery.Errorf(orrery.Invalid, "%q is no kind of flag: choose program, ring or gaming", name)
}

// MarshalText writes the kind's name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the kind's name.
func (k *Kind) UnmarshalText(text []byte) (err error) {
	*k, err = ParseKind(string(text))
	return err
}

// Flag is a question about somebody, or about several.
type Flag struct {
	Kind     Kind              `json:"kind"`
	Members  []orrery.MemberID `json:"members"`          // rising; one, but for rings and for accounts that come together
	Toward   orrery.MemberID   `json:"toward,omitempty"` // of such accounts: whom all of them praise; one of Members
	Activity string            `json:"activity,omitempty"`
	Reasons  []string          `json:"reasons"`  // strongest first, with their figures
	Strength float64           `json:"strength"` // 0–1: how much speaks for it; no chance
}

// Praise says whether a flag is about who praises whom: what does not count then
// is the praise among its members.
func (f *Flag) Praise() bool { return f.Kind == Ring || f.Kind == Gaming && f.Activity == "" }

// Sort orders flags: programs, rings, gaming; of a kind the strongest first.
func Sort(flags []Flag) {
	slices.SortFunc(flags, func(a, b Flag) int {
		return cmp.Or(
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(b.Strength, a.Strength), slices.Compare(a.Members, b.Members),
			cmp.Compare(a.Activity, b.Activity),
		)
	})
}

// strength turns how far something lies beyond a bound into 0–1: a half at the
// bound, nine tenths at nine times of it.
func strength(found, bound float64) float64 {
	if found <= 0 || bound <= 0 {
		return 0
	}
	return found / (found + bound)
}

// Entropy of counts, in bits.
func entropy(counts []float64) (bits float64) {
	total := 0.
	for _, c := range counts {
		total += c
	}
	for _, c := range counts {
		if c > 0 {
			bits -= c / total * math.Log2(c/total)
		}
	}
	return bits
}
