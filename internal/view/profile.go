package view

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/language"
)

// Profile is one person over all planets, as the command line shows them.
type Profile struct {
	ID         orrery.MemberID    `json:"id"`
	Name       string             `json:"name"`
	Kind       orrery.MemberKind  `json:"kind"`
	AsOf       orrery.Day         `json:"as_of,omitzero"` // where it was asked for
	Orbits     []ProfileOrbit     `json:"orbits"`
	Identities []ProfileIdentity  `json:"identities"`
	Belongs    []ProfileBelongs   `json:"organizations,omitempty"`
	MayBeBot   []string           `json:"may_be_bot,omitempty"` // why
	Timeline   []ProfileHappening `json:"timeline"`             // newest first, a few
}

// ProfileOrbit is how a person stands around one planet.
type ProfileOrbit struct {
	Member
	AsOf orrery.Day `json:"as_of,omitzero"` // where that is not today
}

// ProfileIdentity is one way in which a person is known.
type ProfileIdentity struct {
	ID        orrery.IdentityID `json:"id"`
	Namespace string            `json:"namespace"`
	Type      string            `json:"type"`
	Value     string            `json:"value"`
	Name      string            `json:"name,omitempty"`
	Evidence  []ProfileEvidence `json:"evidence,omitempty"`
}

// ProfileEvidence is why an identity belongs to a person.
type ProfileEvidence struct {
	Kind orrery.EvidenceKind `json:"kind"`
	With string              `json:"with"`
	At   time.Time           `json:"at"`
}

// ProfileBelongs is an organization of a person.
type ProfileBelongs struct {
	Organization string        `json:"organization"`
	Since        orrery.Day    `json:"since,omitzero"`
	Until        orrery.Day    `json:"until,omitzero"`
	Why          language.Text `json:"why"`
}

// ProfileHappening is one activity of a person, or one that addressed them.
type ProfileHappening struct {
	At       time.Time       `json:"at"`
	Planet   string          `json:"planet"`
	Kind     string          `json:"kind"`
	Title    string          `json:"title,omitempty"`
	Origin   orrery.Origin   `json:"origin,omitempty"`
	Way      orrery.Strategy `json:"way"`
	Received bool            `json:"received,omitempty"`
}

const profileTimeline = 12

// Profile tells one person as of a day (0: as screens answer). Any identity of
// the person finds them.
func (d *Desk) Profile(ctx context.Context, id orrery.IdentityID, asOf orrery.Day) (Profile, error) {
	p := Profile{AsOf: asOf}
	var ids []orrery.IdentityID
	err := d.system.Graph(ctx, func(g *identity.Graph) error {
		m, ok := g.MemberOf(id)
		if !ok {
			return orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", id)
		}
		list := g.Of(m)
		p.ID, p.Name, p.Kind = m, identity.Name(list), g.Others()[m]
		evidence := g.EvidenceOf(m)
		for _, i := range list {
			ids = append(ids, i.ID)
			entry := ProfileIdentity{ID: i.ID, Namespace: i.Key.Namespace, Type: i.Key.Type, Value: i.Key.Value, Name: i.Name}
			for _, e := range evidence {
				other := e.B
				if e.B == i.ID {
					other = e.A
				}
				if e.A == i.ID || e.B == i.ID {
					o, _ := g.Identity(other)
					entry.Evidence = append(entry.Evidence, ProfileEvidence{e.Kind, o.Key.Value, time.UnixMicro(e.AtMicros).UTC()})
				}
			}
			p.Identities = append(p.Identities, entry)
		}
		return nil
	})
	if err != nil {
		return Profile{}, err
	}
	until := map[orrery.PlanetID]orrery.Day{}
	err = d.readOn(ctx, asOf, []orrery.MemberID{p.ID}, func(st *flow.State) error {
		for _, planet := range d.system.Planets() {
			day, _ := d.day(st, planet.ID, asOf)
			if m, ok := member(st, planet, p.ID, day); ok {
				m.Name = p.Name
				orbit := ProfileOrbit{Member: m}
				if day != d.system.Now() {
					orbit.AsOf = day
				}
				p.Orbits = append(p.Orbits, orbit)
				until[planet.ID] = day
			}
		}
		return nil
	})
	if err != nil {
		return Profile{}, err
	}
	last := d.system.Now()
	if asOf != 0 {
		last = asOf
	}
	seen, err := d.system.Glances(ctx, ids, 0, 0, last+2)
	if err != nil {
		return Profile{}, err
	}
	for i := range p.Orbits {
		planet, err := d.system.Planet(p.Orbits[i].Planet)
		if err != nil {
			return Profile{}, err
		}
		tellByKind(&p.Orbits[i].Member, around(planet.ID, seen), until[planet.ID])
	}
	var more Person
	more.ID = p.ID
	if err := d.addBelongs(ctx, seen, &more); err != nil {
		return Profile{}, err
	}
	p.MayBeBot = more.MayBeBot
	for _, b := range more.Belongs {
		p.Belongs = append(p.Belongs, ProfileBelongs(b))
	}
	if asOf != 0 {
		seen = slices.DeleteFunc(seen, func(g flow.Glance) bool { return g.Day > asOf })
	}
	done, err := d.system.Tell(ctx, seen[:min(profileTimeline, len(seen))])
	if err != nil {
		return Profile{}, err
	}
	for _, a := range done {
		p.Timeline = append(p.Timeline, ProfileHappening{
			At: a.At, Planet: a.Planet, Kind: a.Kind, Title: cmp.Or(a.Object.Title, a.Object.ID),
			Origin: a.Origin, Way: a.Rule.Strategy, Received: a.Received,
		})
	}
	return p, nil
}

// around keeps what was done around one planet.
func around(planet orrery.PlanetID, seen []flow.Glance) []flow.Glance {
	var list []flow.Glance
	for i := range seen {
		if seen[i].Planet == planet {
			list = append(list, seen[i])
		}
	}
	return list
}

// tellByKind tells the term of the last month by what was done: "git.commit on 9
// days, git.commit.reviewed on 2, in the last 30". Its points stay as they are.
// What was done is told newest first.
func tellByKind(m *Member, done []flow.Glance, day orrery.Day) {
	at := slices.IndexFunc(m.Reasons, func(r Reason) bool { return strings.Contains(r.Term.String(), "of the last 30") })
	if at < 0 {
		return
	}
	type dayKind struct {
		day  orrery.Day
		kind string
	}
	seen := map[dayKind]bool{}
	counts := map[string]int{}
	for _, a := range done {
		if a.Day > day {
			continue
		}
		if a.Day <= day-monthDays {
			break
		}
		if a.Received || !a.Rule.Meaningful || a.Origin == orrery.Prompted || seen[dayKind{a.Day, a.Kind}] {
			continue
		}
		seen[dayKind{a.Day, a.Kind}] = true
		counts[a.Kind]++
	}
	kinds := make([]string, 0, len(counts))
	for k := range counts {
		kinds = append(kinds, k)
	}
	slices.SortFunc(kinds, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	var parts []language.Text
	for _, k := range kinds[:min(3, len(kinds))] {
		parts = append(parts, language.T("%s on %s", k, days(counts[k])))
	}
	if len(parts) > 0 {
		m.Reasons[at].Term = language.T("%s: %s", m.Reasons[at].Term, language.Join(", ", parts...))
	}
}
