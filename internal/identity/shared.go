package identity

import (
	"slices"
	"strings"
	"unicode"

	"orrery.dev/orrery"
)

// maxUnrelatedNames is how many names without a word in common one address may
// carry before it is held to be shared by several people. A person who commits
// as "jdoe", "John Doe" and "John" carries two.
const maxUnrelatedNames = 4

// placeholders are local parts that tools fill in for nobody in particular;
// with no real host behind them the address is nobody's.
var placeholders = map[string]bool{
	"noreply": true, "no-reply": true, "no_reply": true, "donotreply": true, "do-not-reply": true,
	"nobody": true, "devnull": true, "null": true, "none": true, "unknown": true, "root": true,
	"invalid": true, "example": true, "test": true, "user": true, "you": true, "your": true, "email": true,
}

// nobodys says whether an address, in lower case, identifies nobody: it has no
// host that mail could reach, or is what a tool writes for everybody.
func nobodys(address string) bool {
	at := strings.LastIndexByte(address, '@')
	if at <= 0 || at == len(address)-1 {
		return true
	}
	local, host := address[:at], address[at+1:]
	if !strings.Contains(host, ".") || strings.HasPrefix(host, "localhost") || strings.HasSuffix(host, ".(none)") ||
		strings.HasSuffix(host, ".localdomain") || strings.HasSuffix(host, ".local") {
		return true
	}
	switch host {
	case "example.com", "example.org", "example.net", "github.com", "gitlab.com":
		return placeholders[local] || (host == "github.com" && local == "support")
	}
	switch local {
	case "noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "nobody", "devnull", "invalid", "unknown":
		return true
	}
	return false
}

// sharedAddresses finds the e-mail identities that belong to nobody because
// several people use them.
func (g *Graph) sharedAddresses() map[orrery.IdentityID]bool {
	names := map[orrery.IdentityID][]string{}
	for e := range g.known {
		if e.kind != orrery.SameEmail {
			continue
		}
		address, other := g.addressOf(e)
		if name := g.list[other-1].Name; name != "" {
			names[address] = append(names[address], name)
		}
	}
	shared := map[orrery.IdentityID]bool{}
	for address, list := range names {
		if len(list) > maxUnrelatedNames && unrelated(list) > maxUnrelatedNames || len(list) > 1 && household(list) {
			shared[address] = true
		}
	}
	return shared
}

// namesakes returns evidence between those who state one shared address under one
// full name: whoever else uses the address, "Ann Fox <fox@town.example>" is one
// person on all platforms.
func (g *Graph) namesakes() []edge {
	type written struct {
		address orrery.IdentityID
		name    string
	}
	by := map[written][]orrery.IdentityID{}
	for e := range g.known {
		if e.kind != orrery.SameEmail {
			continue
		}
		address, other := g.addressOf(e)
		if !g.shared[address] || g.nobodys(address) || g.void(e) {
			continue
		}
		if name := g.fullName(other); name != "" {
			by[written{address, name}] = append(by[written{address, name}], other)
		}
	}
	var edges []edge
	for _, ids := range by {
		slices.SortFunc(ids, func(a, b orrery.IdentityID) int { return g.list[a-1].Key.Compare(g.list[b-1].Key) })
		for i := range len(ids) - 1 {
			edges = append(edges, edge{pairOf(ids[i], ids[i+1]), orrery.SameEmail})
		}
	}
	return edges
}

// fullName is the name of an identity without case, accents and signs, empty
// where it has no first and last part.
func (g *Graph) fullName(id orrery.IdentityID) string {
	parts := partsOf(g.list[id-1].Name)
	if len(parts) < 2 {
		return ""
	}
	return strings.Join(parts, " ")
}

// unrelated counts the groups of names that share no word of three letters or
// more within the group's chain.
func unrelated(names []string) int {
	group := make([]int, len(names))
	var find func(i int) int
	find = func(i int) int {
		if group[i] != i {
			group[i] = find(group[i])
		}
		return group[i]
	}
	first := map[string]int{}
	for i, name := range names {
		group[i] = i
		for _, w := range words(name) {
			if j, ok := first[w]; ok {
				group[find(i)] = find(j)
			} else {
				first[w] = i
			}
		}
	}
	n := 0
	for i := range group {
		if find(i) == i {
			n++
		}
	}
	return n
}

func words(name string) []string {
	fields := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) })
	long := fields[:0:0]
	for _, w := range fields {
		if len([]rune(w)) >= 3 {
			long = append(long, w)
		}
	}
	if len(long) == 0 {
		return fields
	}
	return long
}
