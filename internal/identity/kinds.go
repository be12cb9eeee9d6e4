package identity

import (
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

// Others returns the members that are no people: bots by their names and
// teammates by the rules, and whatever a person marked. A person's mark counts
// most, then a teammate's rule, then a bot's name.
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
	for _, id := range identities {
		if kind, ok := g.marks[id]; ok && kind == orrery.Person {
			delete(others, m)
		} else if ok {
			others[m] = kind
		}
	}
}

func (g *Graph) addOther(others map[orrery.MemberID]orrery.MemberKind, m orrery.MemberID, id *Identity) {
	switch {
	case id.Key.Value == "":
	case g.isTeammate(id):
		others[m] = orrery.Teammate
	case others[m] == orrery.Person && isBot(id):
		others[m] = orrery.Bot
	}
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
