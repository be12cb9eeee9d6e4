package identity

import (
	"cmp"
	"slices"
	"strings"

	"orrery.dev/orrery"
)

// Organization is a group of people, by the domain of their addresses or because
// a source says so. Those whose domain is the same are one.
type Organization struct {
	ID     string // "acme.example", or "crm.example:42" where no domain is known
	Name   string // as a source calls it, else the domain
	Domain string // or empty
	People []Belonging
}

// Belonging says that a member belongs to an organization.
type Belonging struct {
	Member   orrery.MemberID
	Identity orrery.IdentityID // that says so
	Since    orrery.Day        // 0: not known
	Until    orrery.Day        // 0: they still do
	Stated   bool              // a source said so; else an address of theirs
}

// organizationID tells organizations apart.
func organizationID(o *orrery.Organization) string {
	if o.Domain != "" && !freeMail[o.Domain] {
		return o.Domain
	}
	return o.Namespace + ":" + o.ID
}

// Organizations lists the organizations that people belong to, by ID. An address
// makes one from the second person on, a statement at once. Bots and visitors
// are left out. seen tells when an identity acted.
func (g *Graph) Organizations(seen func(orrery.IdentityID) (Span, bool)) []Organization {
	b := belongings{g: g, members: g.Members(), others: g.Others(), seen: seen, of: map[string]*Organization{}, first: map[orrery.IdentityID]orrery.Day{}}
	b.present = map[orrery.MemberID]bool{}
	for id, m := range b.members {
		if _, ok := seen(orrery.IdentityID(id)); ok {
			b.present[m] = true
		}
	}
	b.byAddress()
	b.byStatement()
	return b.list(func(o *Organization) bool {
		return len(o.People) > 1 || slices.ContainsFunc(o.People, func(p Belonging) bool { return p.Stated })
	})
}

// OrganizationsOf lists the organizations of one member, each with them alone,
// the latest first. One address is enough.
func (g *Graph) OrganizationsOf(m orrery.MemberID, seen func(orrery.IdentityID) (Span, bool)) []Organization {
	b := belongings{g: g, members: g.Members(), only: m, seen: seen, of: map[string]*Organization{}, first: map[orrery.IdentityID]orrery.Day{}}
	b.byAddress()
	b.byStatement()
	list := b.list(func(*Organization) bool { return true })
	slices.SortStableFunc(list, func(x, y Organization) int { return cmp.Compare(y.People[0].Since, x.People[0].Since) })
	return list
}

// belongings gathers organizations.
type belongings struct {
	g       *Graph
	members []orrery.MemberID
	others  map[orrery.MemberID]orrery.MemberKind
	only    orrery.MemberID          // 0: everybody
	present map[orrery.MemberID]bool // who did something; the others are left of undone imports
	seen    func(orrery.IdentityID) (Span, bool)
	of      map[string]*Organization
	first   map[orrery.IdentityID]orrery.Day // by address: the first day of who stated it
}

func (b *belongings) wants(m orrery.MemberID) bool {
	if b.only != 0 {
		return m == b.only
	}
	kind := b.others[m]
	return kind != orrery.Bot && kind != orrery.Visitor && b.present[m]
}

func (b *belongings) byAddress() {
	note := func(address, by orrery.IdentityID, otherwise orrery.Day) {
		day := otherwise
		if span, ok := b.seen(by); ok {
			day = span.First
		}
		if known, ok := b.first[address]; day != 0 && (!ok || day < known) {
			b.first[address] = day
		}
	}
	identities, evidence := b.g.list, b.g.evidence
	if b.only != 0 {
		identities, evidence = b.g.Of(b.only), b.g.EvidenceOf(b.only)
	}
	for i := range identities {
		id := &identities[i]
		if id.Key.Type == orrery.TypeEmail && b.wants(b.members[id.ID]) {
			note(id.ID, id.ID, 0)
		}
	}
	for _, e := range evidence {
		if e.Kind != orrery.SameEmail || !b.wants(b.members[e.A]) || b.members[e.A] != b.members[e.B] {
			continue
		}
		address, other := b.g.addressOf(edge{pairOf(e.A, e.B), e.Kind})
		note(address, other, orrery.DayOfUnix(e.AtMicros/1e6))
	}
	for i := range identities {
		id := &identities[i]
		if id.Key.Type != orrery.TypeEmail || b.g.shared[id.ID] || !b.wants(b.members[id.ID]) {
			continue
		}
		if domain := OrganizationDomain(id.Key.Value); domain != "" {
			b.add(domain, "", domain, Belonging{Member: b.members[id.ID], Identity: id.ID, Since: b.first[id.ID]})
		}
	}
}

// byStatement takes what sources said, oldest first: the last word on whether
// somebody still belongs holds.
func (b *belongings) byStatement() {
	stated := slices.Clone(b.g.affiliations)
	slices.SortFunc(stated, func(x, y Affiliation) int {
		return cmp.Or(cmp.Compare(x.AtMicros, y.AtMicros), cmp.Compare(boolInt(x.Ended), boolInt(y.Ended)), cmp.Compare(x.Identity, y.Identity))
	})
	for i := range stated {
		s := &stated[i]
		m := b.members[s.Identity]
		if !b.wants(m) {
			continue
		}
		day := orrery.DayOfUnix(s.AtMicros / 1e6)
		belongs := Belonging{Member: m, Identity: s.Identity, Since: day, Stated: true}
		if s.Ended {
			belongs.Since, belongs.Until = 0, day
		}
		b.add(organizationID(&s.Organization), s.Organization.Name, s.Organization.Domain, belongs)
	}
}

// add joins what is said of one member and one organization: the first day, and
// the last word on whether it ended. A statement counts for more than an
// address.
func (b *belongings) add(id, name, domain string, p Belonging) {
	o := b.of[id]
	if o == nil {
		o = &Organization{ID: id, Domain: domain}
		b.of[id] = o
	}
	if betterName(name, o.Name) {
		o.Name = name
	}
	i := slices.IndexFunc(o.People, func(known Belonging) bool { return known.Member == p.Member })
	if i < 0 {
		o.People = append(o.People, p)
		return
	}
	known := &o.People[i]
	if p.Since != 0 && (known.Since == 0 || p.Since < known.Since) {
		known.Since = p.Since
	}
	if p.Stated {
		known.Stated, known.Identity, known.Until = true, p.Identity, p.Until
	}
}

func (b *belongings) list(keep func(*Organization) bool) []Organization {
	list := make([]Organization, 0, len(b.of))
	for _, o := range b.of {
		if !keep(o) {
			continue
		}
		if o.Name == "" {
			o.Name = cmp.Or(o.Domain, o.ID)
		}
		slices.SortFunc(o.People, func(x, y Belonging) int { return cmp.Compare(x.Member, y.Member) })
		list = append(list, *o)
	}
	slices.SortFunc(list, func(x, y Organization) int { return strings.Compare(x.ID, y.ID) })
	return list
}
