// Package outward judges addresses before this machine calls on them for
// somebody else: a link in a feed or a platform's address must not lead into the
// team's own network. It knows no source and no program that is called; whoever
// asks decides what is refused and in which words.
package outward

import (
	"net/netip"
	"slices"
)

// Place is where an address leads.
type Place uint8

// The places.
const (
	Public  Place = iota // the internet
	Own                  // this machine or a private network
	Shared               // what carriers share between their customers
	Nowhere              // nobody, everybody, or a cloud's own service (link-local)
)

// Networks besides those that netip names.
var (
	shared = netip.MustParsePrefix("100.64.0.0/10")
	never  = prefixes("0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
		"240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10")
)

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// PlaceOf says where an address leads; an IPv4 address inside an IPv6 one is
// judged as itself.
func PlaceOf(addr netip.Addr) Place {
	addr = addr.Unmap().WithZone("")
	switch {
	case addr.IsLoopback(), addr.IsPrivate():
		return Own
	case shared.Contains(addr):
		return Shared
	case !addr.IsGlobalUnicast(), slices.ContainsFunc(never, func(p netip.Prefix) bool { return p.Contains(addr) }):
		return Nowhere
	}
	return Public
}
