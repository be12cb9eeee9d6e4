package identity

import (
	"cmp"
	"slices"
	"strings"

	"orrery.dev/orrery"
)

// Span is the time in which an identity acted or was addressed.
type Span struct{ First, Last orrery.Day }

// profile is what is known of one person, for comparing with others.
type profile struct {
	member  orrery.MemberID
	key     orrery.Key // the smallest of theirs, which no order of arrival changes
	names   []spelled  // of two words or more
	given   []spelled  // of one word
	handles []handle
	domains []string            // of organizations, by address or by statement
	sources []string            // namespaces in which they are known, but for the global one
	numbers map[string]string   // namespace → an account's number there; "" where they have several
	crowds  []orrery.IdentityID // addresses of a household
	span    Span                // of all of theirs
	acted   bool
}

// spelled is a name as one identity carries it.
type spelled struct {
	words []string
	forms []form // handles that are made of it, of names of two words or more
	text  string
	of    orrery.IdentityID
}

// handle is a name of one word that somebody chose: a login, the local part of
// an address, or what stands where a name should.
type handle struct {
	value   string // without dots, signs and case
	letters string // of value, without digits
	text    string
	what    string // "login", "address" or "name"
	of      orrery.IdentityID
}

// profiles gathers every person of whom something is known to have happened, by
// number of member.
func (g *Graph) profiles(seen func(orrery.IdentityID) (Span, bool)) []profile {
	members, others := g.Members(), g.Others()
	at := make([]int32, len(members))
	var list []profile
	for i := range g.list {
		id := &g.list[i]
		if id.Key.Value == "" || others[members[id.ID]] != orrery.Person {
			continue
		}
		m := members[id.ID]
		if at[m] == 0 {
			list = append(list, profile{member: m, key: id.Key})
			at[m] = int32(len(list))
		}
		p := &list[at[m]-1]
		if id.Key.Compare(p.key) < 0 {
			p.key = id.Key
		}
		p.take(id, g.shared[id.ID])
		if span, ok := seen(id.ID); ok {
			if !p.acted {
				p.span, p.acted = span, true
			}
			p.span.First, p.span.Last = min(p.span.First, span.First), max(p.span.Last, span.Last)
		}
	}
	for e := range g.known {
		if e.kind != orrery.SameEmail {
			continue
		}
		address, other := g.addressOf(e)
		if members[address] == members[other] || at[members[other]] == 0 {
			continue
		}
		p := &list[at[members[other]]-1]
		if g.shared[address] {
			p.crowds = append(p.crowds, address)
		}
		if local, _, ok := strings.Cut(g.list[address-1].Key.Value, "@"); ok && !placeholders[local] {
			p.takeHandle(local, "address", other) // nobody's address still says how they call themselves
		}
	}
	for i := range g.affiliations {
		s := &g.affiliations[i]
		if at[members[s.Identity]] != 0 {
			p := &list[at[members[s.Identity]]-1]
			p.domains = append(p.domains, organizationID(&s.Organization))
		}
	}
	// Whoever did nothing, and to whom nothing was said, is left of an import that
	// was undone.
	list = slices.DeleteFunc(list, func(p profile) bool { return !p.acted })
	for i := range list {
		list[i].tidy()
	}
	return list
}

func (p *profile) take(id *Identity, shared bool) {
	k := id.Key
	if k.Namespace != orrery.GlobalNamespace {
		p.sources = append(p.sources, k.Namespace)
	}
	switch k.Type {
	case orrery.TypeEmail:
		if shared {
			return
		}
		if d := OrganizationDomain(k.Value); d != "" {
			p.domains = append(p.domains, d)
		}
		local, host, _ := strings.Cut(k.Value, "@")
		local, tag, _ := strings.Cut(local, "+")
		if strings.HasPrefix(host, "users.noreply.") {
			if tag != "" {
				local = tag
			}
			p.takeHandle(local, "login", id.ID)
		} else if !placeholders[local] {
			p.takeHandle(local, "address", id.ID)
		}
	case "login":
		p.takeHandle(k.Value, "login", id.ID)
	case "user_id":
		if p.numbers == nil {
			p.numbers = map[string]string{}
		}
		if known, ok := p.numbers[k.Namespace]; ok && known != k.Value {
			p.numbers[k.Namespace] = ""
		} else {
			p.numbers[k.Namespace] = k.Value
		}
	}
	words := namesIn(id.Name)
	switch {
	case len(words) > 6 || placeholders[strings.ToLower(id.Name)]:
	case len(words) > 1:
		p.names = append(p.names, spelled{words: words, text: id.Name, of: id.ID})
	case len(words) == 1 && len(words[0]) > 2:
		p.given = append(p.given, spelled{words: words, text: id.Name, of: id.ID})
	}
	if !strings.ContainsRune(id.Name, ' ') && !placeholders[strings.ToLower(id.Name)] {
		p.takeHandle(id.Name, "name", id.ID)
	}
}

// shortestHandle is how long a handle must be to say anything.
const shortestHandle = 4

func (p *profile) takeHandle(text, what string, of orrery.IdentityID) {
	value := strings.ReplaceAll(fold(text), " ", "")
	letters, _ := lettersOf(value)
	if len(value) < shortestHandle || letters == "" || roles[letters] {
		return
	}
	p.handles = append(p.handles, handle{value, letters, text, what, of})
}

// roles are handles that name a task and nobody.
var roles = map[string]bool{
	"admin": true, "administrator": true, "info": true, "mail": true, "email": true, "contact": true, "github": true, "gitlab": true,
	"hello": true, "office": true, "support": true, "webmaster": true, "postmaster": true, "help": true, "team": true, "noreply": true,
	"root": true, "user": true, "test": true, "guest": true, "developer": true, "ubuntu": true, "unknown": true, "student": true, "sales": true,
	"home": true, "work": true, "code": true, "spam": true, "list": true, "lists": true, "open": true, "opensource": true, "none": true, "nobody": true,
}

// tidy keeps one of each, in an order that no order of arrival shows in.
func (p *profile) tidy() {
	p.names, p.given = tidied(p.names), tidied(p.given)
	for i := range p.names {
		p.names[i].forms = formsOf(p.names[i].words)
	}
	slices.SortFunc(p.handles, func(a, b handle) int {
		return cmp.Or(cmp.Compare(a.value, b.value), cmp.Compare(a.what, b.what), cmp.Compare(a.text, b.text))
	})
	p.handles = slices.CompactFunc(p.handles, func(a, b handle) bool { return a.value == b.value })
	for _, list := range []*[]string{&p.domains, &p.sources} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	slices.Sort(p.crowds)
}

func tidied(list []spelled) []spelled {
	slices.SortFunc(list, func(a, b spelled) int {
		return cmp.Or(slices.Compare(a.words, b.words), cmp.Compare(a.text, b.text))
	})
	return slices.CompactFunc(list, func(a, b spelled) bool { return slices.Equal(a.words, b.words) })
}
