package identity

import (
	"math"
	"slices"

	"orrery.dev/orrery"
)

// Weights follow Fellegi and Sunter (A Theory for Record Linkage, JASA 64, 1969):
// what two members agree in weighs log2(m/u), where m is how often two accounts
// of one person agree in it and u how often two people do by chance. u is taken
// from the installation's own frequencies, so that an agreement in a rare name
// weighs more than in a common one (their section 3.3.1; Winkler, Frequency-Based
// Matching in the Fellegi–Sunter Model, 2000). The sum, with the odds that any
// two members are one person, is a chance.
const (
	duplicates = .3 // how many further members a member is expected to be

	// How often two accounts of one person agree, by what in.
	mSameName    = .5
	mWithin      = .15 // one name is the other with more words
	mInitials    = .1
	mNickname    = .05
	mAlike       = .08 // Jaro–Winkler
	mGivenAlone  = .05
	mHandle      = .3
	mHandleName  = .2 // a handle is made of the name
	mSpan        = .85
	mDomain      = .3
	mSource      = .6
	jaroWinkler  = .92
	namesGoAlong = 5 // given names and family names go together more often than by chance

	// What speaks against, in bits.
	otherName   = -6 // two whole names that have nothing in common
	otherGiven  = -9 // one family's name, and other given names
	twoAccounts = -4 // two accounts of one platform, by their numbers

	// pretended members smooth the frequencies of small installations.
	pretended = 500

	// near is how far apart two spans of activity may be, in days, to count as
	// one time.
	near = 365
)

func bits(m, u float64) float64 { return math.Log2(m / u) }

// chance turns a sum of weights into a probability.
func chance(weight float64) float64 { return 1 / (1 + math.Exp2(-weight)) }

// Clue is one thing that speaks for or against two members being one person.
type Clue struct {
	Kind   ClueKind
	A, B   string            // as each of the two has it
	Weight float64           // in bits: each doubles the odds
	AID    orrery.IdentityID // that carry it, or 0
	BID    orrery.IdentityID
}

// ClueKind says what a clue is about.
type ClueKind string

// The kinds of clue.
const (
	ClueName        ClueKind = "same name"
	ClueNameWithin  ClueKind = "one name within the other"
	ClueInitials    ClueKind = "initials"
	ClueNickname    ClueKind = "short form of the name"
	ClueAlike       ClueKind = "names alike"
	ClueGivenName   ClueKind = "given name"
	ClueHandle      ClueKind = "same handle"
	ClueHandleName  ClueKind = "handle made of the name"
	ClueTime        ClueKind = "active at the same time"
	ClueOtherTime   ClueKind = "active at other times"
	ClueDomain      ClueKind = "same organization"
	ClueSource      ClueKind = "same source"
	ClueOtherName   ClueKind = "other names"
	ClueRelatives   ClueKind = "names of one family"
	ClueTwoAccounts ClueKind = "two accounts of one platform"
)

// weigh compares two members. ok is false where nothing but a name alone, or
// nothing at all, speaks for them, or where they are kept apart.
func (f *frequencies) weigh(a, b *profile) (s Suggestion, ok bool) {
	if oneHousehold(a, b) {
		return s, false
	}
	name, named := f.names(a, b)
	hand, handled := f.handled(a, b)
	made, isMade := f.handleOfName(a, b)
	if isMade && (!handled || made.Weight > hand.Weight) {
		hand, handled = made, true
	}
	switch {
	case !named && !handled:
		return s, false
	case named && name.Weight > 0 && handled && hand.Kind == ClueHandle && !madeOf(hand.A, name.A) && !madeOf(hand.B, name.B):
		s.Clues = append(s.Clues, name, hand) // two things that have nothing to do with each other
	case named && handled && hand.Weight > name.Weight:
		s.Clues = append(s.Clues, hand)
		if name.Weight > 0 {
			name.Weight = 1
		}
		s.Clues = append(s.Clues, name)
	case named && handled:
		s.Clues = append(s.Clues, name)
		hand.Weight = 1
		s.Clues = append(s.Clues, hand)
	case named:
		s.Clues = append(s.Clues, name)
	default:
		s.Clues = append(s.Clues, hand)
	}
	spoken := 0.
	for _, c := range s.Clues {
		spoken += c.Weight
	}
	if spoken <= 0 {
		return s, false // what stands around two people says nothing by itself
	}
	around, corroborated := f.around(a, b)
	s.Clues = append(s.Clues, around...)
	if !handled && !corroborated {
		return s, false
	}
	weight := math.Log2(duplicates / max(1, f.n))
	for _, c := range s.Clues {
		weight += c.Weight
	}
	s.A, s.B, s.Score = a.member, b.member, chance(weight)
	return s, true
}

// oneHousehold says whether two state one address that several use, under names of
// one family: Anna and Bernd Müller are never asked about.
func oneHousehold(a, b *profile) bool {
	for _, x := range a.crowds {
		if _, found := slices.BinarySearch(b.crowds, x); !found {
			continue
		}
		for i := range a.names {
			for j := range b.names {
				if relatives(a.names[i].words, b.names[j].words) {
					return true
				}
			}
		}
	}
	return false
}

// around weighs what stands around two members: where, when and with whom they
// are.
func (f *frequencies) around(a, b *profile) (list []Clue, corroborated bool) {
	if rarest, ok := common(a.domains, b.domains, f.domains); ok {
		list = append(list, Clue{Kind: ClueDomain, A: rarest, B: rarest, Weight: max(0, bits(mDomain, (float64(f.domains[rarest])+1)/(f.n+1)))})
		corroborated = true
	}
	source, together := common(a.sources, b.sources, f.sources)
	if together {
		list = append(list, Clue{Kind: ClueSource, A: source, B: source, Weight: max(0, bits(mSource, float64(f.sources[source])/f.n))})
	}
	u := min(.99, max(f.near(a.span), f.near(b.span)))
	if apart(a.span, b.span) <= near {
		list = append(list, Clue{Kind: ClueTime, Weight: max(0, bits(mSpan, u))})
		corroborated = corroborated || together
	} else {
		list = append(list, Clue{Kind: ClueOtherTime, Weight: max(-3, min(0, bits(1-mSpan, 1-u)))})
	}
	for namespace, number := range a.numbers {
		if other, ok := b.numbers[namespace]; ok && number != other {
			list = append(list, Clue{Kind: ClueTwoAccounts, A: number, B: other, Weight: twoAccounts})
			break
		}
	}
	return list, corroborated
}

func (s Span) words() string { return s.First.String() + " to " + s.Last.String() }

// common returns the rarest value in both of two sorted lists.
func common(a, b []string, counts map[string]int) (rarest string, ok bool) {
	for _, v := range a {
		if _, found := slices.BinarySearch(b, v); found && (!ok || counts[v] < counts[rarest]) {
			rarest, ok = v, true
		}
	}
	return rarest, ok
}
