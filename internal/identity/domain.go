package identity

import (
	_ "embed"
	"strings"

	"golang.org/x/net/publicsuffix"
)

//go:embed data/freemail.txt
var freeMailText string

//go:embed data/nicknames.txt
var nicknameText string

// freeMail are hosts that give addresses to anybody.
var freeMail = setOf(freeMailText)

// nicknames are the groups that short forms of given names belong to.
var nicknames = groupsOf(nicknameText)

func linesOf(text string) (lines []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines
}

func setOf(text string) map[string]bool {
	set := map[string]bool{}
	for _, line := range linesOf(text) {
		set[line] = true
	}
	return set
}

func groupsOf(text string) map[string][]int {
	groups := map[string][]int{}
	for i, line := range linesOf(text) {
		for _, w := range strings.Fields(line) {
			groups[w] = append(groups[w], i)
		}
	}
	return groups
}

// shortOf says whether one given name is a short form of the other.
func shortOf(a, b string) bool {
	for _, x := range nicknames[a] {
		for _, y := range nicknames[b] {
			if x == y {
				return true
			}
		}
	}
	return false
}

// OrganizationDomain returns the domain of the organization that an address
// speaks of: the part that somebody registered, so that mail.acme.example is
// acme.example. It is empty for hosts that give addresses to anybody, that stand
// for accounts, or that no mail could reach.
func OrganizationDomain(address string) string {
	if nobodys(address) {
		return ""
	}
	host := address[strings.LastIndexByte(address, '@')+1:]
	if strings.Contains(host, "noreply.") || strings.Trim(host, "0123456789.") == "" {
		return ""
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil || freeMail[domain] || freeMail[host] {
		return ""
	}
	if _, rest, _ := strings.Cut(domain, "."); !strings.Contains(rest, ".") {
		if suffix, listed := publicsuffix.PublicSuffix(domain); !listed && suffix != "example" {
			return "" // nothing ends like this: a machine's own name
		}
	}
	return domain
}
