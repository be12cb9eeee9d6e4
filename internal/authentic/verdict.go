package authentic

import (
	"slices"

	"orrery.dev/orrery"
)

// Verdict is what a person decided about a flag. It hangs on identities, so that
// it follows a merge and an unmerge, and holds until it is taken back. What it
// lets not count stays stored and visible; only the field passes it over.
type Verdict struct {
	Number     int64
	Kind       Kind
	Planet     orrery.PlanetID
	Activity   string // gaming: the kind of activity that is meant; empty: praise among the identities
	Counts     bool   // it was left as it is
	Identities []orrery.IdentityID
	AtMicros   int64
}

// Uncounted says which activities are not to count. It depends on the verdicts
// and on what is stored of an activity alone, so that the field is the same live
// and rebuilt. The zero value and nil let everything count. It is safe for
// concurrent use.
type Uncounted struct {
	among map[orrery.IdentityID][]circle // verdicts on praise, by identity
	own   map[habit]bool
}

type circle struct {
	verdict int64
	planet  orrery.PlanetID
}

type habit struct {
	identity orrery.IdentityID
	planet   orrery.PlanetID
	kind     string
}

// NewUncounted returns what verdicts let not count; nil where all counts.
func NewUncounted(verdicts []Verdict) *Uncounted {
	u := &Uncounted{among: map[orrery.IdentityID][]circle{}, own: map[habit]bool{}}
	for i := range verdicts {
		v := &verdicts[i]
		if v.Counts {
			continue
		}
		for _, id := range v.Identities {
			if v.Activity != "" {
				u.own[habit{id, v.Planet, v.Activity}] = true
			} else {
				u.among[id] = append(u.among[id], circle{v.Number, v.Planet})
			}
		}
	}
	if len(u.among) == 0 && len(u.own) == 0 {
		return nil
	}
	return u
}

// Praises says whether a praise from one to another is passed over.
func (u *Uncounted) Praises(planet orrery.PlanetID, from, to orrery.IdentityID) bool {
	if u == nil {
		return false
	}
	for _, c := range u.among[from] {
		if c.planet == planet && slices.Contains(u.among[to], c) {
			return true
		}
	}
	return false
}

// Own says whether a kind of activity of somebody is passed over.
func (u *Uncounted) Own(planet orrery.PlanetID, from orrery.IdentityID, kind string) bool {
	return u != nil && len(u.own) > 0 && u.own[habit{from, planet, kind}]
}

// Whole says whether a whole activity is passed over: its kind is, or it praises
// nobody but members of one ring.
func (u *Uncounted) Whole(planet orrery.PlanetID, from orrery.IdentityID, kind string, praise bool, to []orrery.IdentityID) bool {
	if u == nil {
		return false
	}
	if u.Own(planet, from, kind) {
		return true
	}
	if !praise || len(to) == 0 || len(u.among[from]) == 0 {
		return false
	}
	for _, id := range to {
		if !u.Praises(planet, from, id) {
			return false
		}
	}
	return true
}
