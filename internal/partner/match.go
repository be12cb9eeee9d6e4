package partner

import "strings"

const objectChannel = "object:"

// How says by what somebody or something is a partner's, the surest first.
type How uint8

// The ways to be a partner's.
const (
	NotTheirs How = iota
	ByMark        // a source marked the activity with the partner
	ByCode        // it carries one of the partner's codes
	ByChannel     // it came through one of the partner's channels
	ByDomain      // their address or organization is the partner's
)

var howWords = [...]string{"", "mark", "code", "channel", "domain"}

// String returns the word for it.
func (h How) String() string { return howWords[min(int(h), len(howWords)-1)] }

// MarshalText writes the word for it.
func (h How) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads the word for it; any other is NotTheirs.
func (h *How) UnmarshalText(text []byte) error {
	*h = NotTheirs
	for i, w := range howWords {
		if w == string(text) {
			*h = How(i)
		}
	}
	return nil
}

// Matcher tells whose an activity is. It is safe for concurrent use.
type Matcher struct {
	marks, codes, sources, domains map[string]int
	objects                        []prefix
}

type prefix struct {
	text string
	of   int
}

// NewMatcher returns a Matcher of partners, whom it names by their places. Where
// two claim the same, it is the first one's.
func NewMatcher(list []Partner) *Matcher {
	m := &Matcher{marks: map[string]int{}, codes: map[string]int{}, sources: map[string]int{}, domains: map[string]int{}}
	claim := func(of map[string]int, key string, i int) {
		if _, taken := of[key]; !taken && key != "" {
			of[key] = i
		}
	}
	for i := range list {
		p := &list[i]
		claim(m.marks, strings.ToLower(p.Slug), i)
		for _, c := range p.Codes {
			claim(m.codes, strings.ToLower(c.Code), i)
		}
		for _, d := range p.Domains {
			claim(m.domains, d, i)
		}
		for _, c := range p.Channels {
			if text, ok := strings.CutPrefix(c, objectChannel); ok {
				m.objects = append(m.objects, prefix{text, i})
			} else {
				claim(m.sources, c, i)
			}
		}
	}
	return m
}

// Activity says whose an activity is, by its partner mark, what it was prompted by,
// its source and its object; −1 and NotTheirs where it is nobody's.
func (m *Matcher) Activity(mark, promptedBy, source, object string) (int, How) {
	if mark != "" {
		key := strings.ToLower(strings.TrimSpace(mark))
		if i, ok := m.marks[key]; ok {
			return i, ByMark
		}
		if i, ok := m.codes[key]; ok {
			return i, ByCode
		}
	}
	if promptedBy != "" {
		if i, ok := m.codes[strings.ToLower(promptedBy)]; ok {
			return i, ByCode
		}
	}
	if i, ok := m.sources[source]; ok {
		return i, ByChannel
	}
	for _, p := range m.objects {
		if strings.HasPrefix(object, p.text) {
			return p.of, ByChannel
		}
	}
	return -1, NotTheirs
}

// Domain says whose a domain is; domains below a partner's are the partner's too.
func (m *Matcher) Domain(domain string) (int, bool) {
	for d := strings.ToLower(domain); d != ""; {
		if i, ok := m.domains[d]; ok {
			return i, true
		}
		_, d, _ = strings.Cut(d, ".")
	}
	return -1, false
}
