package identity

import (
	_ "embed"
	"maps"
	"regexp"
	"slices"
	"strings"

	"orrery.dev/orrery"
)

// botName matches names, logins and local parts of programs that act under
// their own name.
//
// Ask isBotName, which is quick where nobody is a bot.
var botName = regexp.MustCompile(`(?i)(\[bot\]|^bot$|[-_. ]bot$|^bot[-_. ]|^(dependabot|renovate|greenkeeper|github[- ]actions?|travis ci|travis-ci|ansibot|codecov|weblate|transifex|pre-commit-ci|imgbot|allcontributors|semantic-release-bot|mergify|snyk|deepsource-autofix|stale|copybara|jenkins|buildbot|lgtm-com|codeclimate|pyup|scala[- ]steward)\b)`)

// programs begin the names of bots in botName that have no "bot" in them.
var programs = [...]string{
	"allcontributors", "codeclimate", "codecov", "copybara", "deepsource", "github", "greenkeeper", "jenkins", "lgtm",
	"mergify", "pre-commit", "pyup", "renovate", "scala", "snyk", "stale", "transifex", "travis", "weblate",
}

// isBotName matches botName, in ASCII. Nearly everybody is told from a bot
// without the expression, which took a quarter of a replay.
func isBotName(name string) bool {
	return (holdsBot(name) || isProgram(name)) && botName.MatchString(name)
}

func isProgram(name string) bool {
	for _, p := range programs {
		if len(name) >= len(p) && name[0]|0x20 == p[0] && strings.EqualFold(name[:len(p)], p) {
			return true
		}
	}
	return false
}

func holdsBot(name string) bool {
	for i := 0; i+2 < len(name); i++ {
		if name[i]|0x20 == 'b' && name[i+1]|0x20 == 'o' && name[i+2]|0x20 == 't' {
			return true
		}
	}
	return false
}

// Others returns the members that are no people: visitors, bots by their names,
// teammates by the rules, and whatever a person marked. A person's mark counts
// most, then a teammate's rule, then a bot's name. A visitor is a member of whom
// nothing but a browser's or a device's number is known.
func (g *Graph) Others() map[orrery.MemberID]orrery.MemberKind {
	others := map[orrery.MemberID]orrery.MemberKind{}
	g.AddOthers(others, 0)
	return others
}

// AddOthers adds to others what identities after one say. While no identity
// changed its member, that is all that is new.
func (g *Graph) AddOthers(others map[orrery.MemberID]orrery.MemberKind, after orrery.IdentityID) {
	members := g.Members()
	for i := int(after); i < len(g.list); i++ {
		g.addOther(others, members[i+1], &g.list[i])
	}
	for _, id := range slices.Sorted(maps.Keys(g.marks)) { // of several, the same counts each time
		if kind := g.marks[id]; kind == orrery.Person {
			delete(others, members[id])
		} else {
			others[members[id]] = kind
		}
	}
}

// AddOthersOf adds to others what the identities of one member say.
func (g *Graph) AddOthersOf(others map[orrery.MemberID]orrery.MemberKind, m orrery.MemberID, identities []orrery.IdentityID) {
	for _, id := range identities {
		g.addOther(others, m, &g.list[id-1])
	}
	if g.allAnonymous(identities) {
		others[m] = orrery.Visitor
	} else if others[m] == orrery.Visitor {
		delete(others, m)
	}
	for _, id := range identities {
		if kind, ok := g.marks[id]; ok && kind == orrery.Person {
			delete(others, m)
		} else if ok {
			others[m] = kind
		}
	}
}

// addOther adds to others what one identity says. Of the identities of a member
// the lowest, which is the member, comes first.
func (g *Graph) addOther(others map[orrery.MemberID]orrery.MemberKind, m orrery.MemberID, id *Identity) {
	if id.Key.Value == "" {
		return
	}
	if id.Key.Type == orrery.TypeAnonymous {
		if m == orrery.MemberID(id.ID) {
			others[m] = orrery.Visitor
		}
		return
	}
	if others[m] == orrery.Visitor {
		delete(others, m) // they said who they are
	}
	switch {
	case g.isTeammate(id):
		others[m] = orrery.Teammate
	case others[m] == orrery.Person && isBot(id):
		others[m] = orrery.Bot
	}
}

// MarkedMembers are those of whom a person said what they are.
func (g *Graph) MarkedMembers() map[orrery.MemberID]bool {
	members := g.Members()
	marked := make(map[orrery.MemberID]bool, len(g.marks))
	for id := range g.marks {
		marked[members[id]] = true
	}
	return marked
}

func (g *Graph) allAnonymous(identities []orrery.IdentityID) bool {
	known := false
	for _, id := range identities {
		k := &g.list[id-1].Key
		if k.Value != "" && k.Type != orrery.TypeAnonymous {
			return false
		}
		known = known || k.Value != ""
	}
	return known
}

func isBot(id *Identity) bool {
	if isBotName(id.Name) {
		return true
	}
	switch id.Key.Type {
	case orrery.TypeEmail:
		local, host, _ := strings.Cut(id.Key.Value, "@")
		if _, login, ok := strings.Cut(local, "+"); ok && strings.HasPrefix(host, "users.noreply.") {
			local = login
		}
		return isBotName(local)
	case "login", "who", "user_id":
		return isBotName(id.Key.Value)
	default:
		return false
	}
}

//go:embed data/programs.txt
var programText string

var programWords = setOf(programText)

// ProgramWord returns a word in the name, login or address of an identity that
// speaks of a program, such as "sync" in data-sync. It is reason to ask, and no more: people
// are called Mirror.
func ProgramWord(id Identity) (word string, found bool) {
	texts := []string{id.Name}
	switch id.Key.Type {
	case "login", "who":
		texts = append(texts, id.Key.Value)
	case orrery.TypeEmail:
		local, _, _ := strings.Cut(id.Key.Value, "@")
		texts = append(texts, local)
	case "alias": // whoever acts under an address that takes no answers
		if _, address, ok := strings.Cut(id.Key.Value, "<"); ok {
			if local, _, _ := strings.Cut(strings.ToLower(address), "@"); local == "noreply" || local == "no-reply" {
				return "noreply", true
			}
		}
	}
	for _, text := range texts {
		for _, w := range strings.Fields(fold(humps(text))) {
			if programWords[w] {
				return w, true
			}
			if trimmed := strings.TrimSuffix(w, "bot"); len(trimmed) > 3 && trimmed != w && !strings.Contains(strings.TrimSpace(text), " ") {
				return w, true
			}
		}
	}
	return "", false
}

// isTeammate says whether an address of the identity fits a rule: a whole
// address, or "@domain" with its subdomains.
func (g *Graph) isTeammate(id *Identity) bool {
	if len(g.rules) == 0 || id.Key.Type != orrery.TypeEmail {
		return false
	}
	_, host, _ := strings.Cut(id.Key.Value, "@")
	for _, rule := range g.rules {
		if domain, ok := strings.CutPrefix(rule, "@"); ok {
			if host == domain || strings.HasSuffix(host, "."+domain) {
				return true
			}
		} else if id.Key.Value == rule {
			return true
		}
	}
	return false
}

// ParseTeammates reads a rule: "@example.org" or "jane@example.org".
func ParseTeammates(rule string) (string, error) {
	rule = strings.ToLower(strings.TrimSpace(rule))
	_, domain, ok := strings.Cut(rule, "@")
	if !ok || !strings.Contains(domain, ".") || strings.ContainsAny(rule, " \t,;") || strings.Contains(domain, "@") {
		return "", orrery.Errorf(orrery.Invalid, "%q is neither a domain such as @example.org nor an address", rule)
	}
	return rule, nil
}
