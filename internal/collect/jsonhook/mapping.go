package jsonhook

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"orrery.dev/orrery"
)

// names lists what a line can say, in the order of forms.
func names() []string {
	return []string{
		"only", "each", "external_id", "kind", "name", "at",
		"actor.id", "actor.type", "actor.email", "actor.name",
		"object.id", "object.type", "object.title", "object.url", "thread", "parent",
		"to.id", "to.type", "to.email", "to.name",
		"quantity", "amount", "unit", "valence", "origin", "prompted_by", "partner", "tags", "retracts",
	}
}

// mapping is what a team wrote, read.
type mapping struct {
	only   *condition
	each   string // a gjson path of an array; empty: there is no each line
	fields map[string]line
}

func (m *mapping) fieldNames() iter.Seq[string] { return maps.Keys(m.fields) }

// line is one field's line.
type line struct {
	number int
	text   string // as written
	terms  []term
}

// term is a text, or where one stands.
type term struct {
	literal string
	path    string // for gjson; empty: the literal
	item    bool   // the path begins at the one
	whole   bool   // the path is $ or @ alone
	all     bool   // it ends with [*]
	written string
}

// condition compares two terms.
type condition struct {
	line        line
	left, right []term
	not         bool
}

const mostLines = 100

func parseMapping(text string) (*mapping, error) {
	m := &mapping{fields: map[string]line{}}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if len(lines) > mostLines || len(text) > 64<<10 {
		return nil, orrery.Errorf(orrery.Invalid, "the mapping is longer than %d lines: one line a field is enough", mostLines)
	}
	list := ""                      // as each names it
	for i, written := range lines { // paths under each are told from others once it is known
		name, value, _ := split(written)
		if name != "each" {
			continue
		}
		if m.each != "" {
			return nil, fault(i+1, "each stands twice: keep one")
		}
		t, rest, err := parseTerm(value)
		if err != nil {
			return nil, fault(i+1, "each: %w", err)
		}
		if !ends(rest) || t.item || t.path == "" && !t.whole {
			return nil, fault(i+1, "each needs the path of a list: each = $.items[*]")
		}
		m.each, list = cmp.Or(t.path, "@this"), strings.TrimSuffix(t.written, "[*]")
	}
	for i, written := range lines {
		name, value, ok := split(written)
		if name == "" && value == "" {
			continue
		}
		if !ok {
			return nil, fault(i+1, "%.60q has no equals sign: write it as kind = \"ticket.opened\"", strings.TrimSpace(written))
		}
		if name == "each" {
			continue
		}
		if err := m.add(i+1, name, value, list); err != nil {
			return nil, err
		}
	}
	return m, m.complete()
}

// split parts a line at its first equals sign. What is empty or a remark is
// empty on both sides.
func split(written string) (name, value string, ok bool) {
	written = strings.TrimSpace(written)
	if written == "" || strings.HasPrefix(written, "#") {
		return "", "", false
	}
	name, value, ok = strings.Cut(written, "=")
	if !ok {
		return written, "", false
	}
	return strings.TrimSpace(name), strings.TrimSpace(value), true
}

func fault(number int, format string, args ...any) error {
	return orrery.Errorf(orrery.Invalid, "line %d of the mapping: "+format, append([]any{number}, args...)...)
}

func (m *mapping) add(number int, name, value, list string) error {
	l := line{number: number, text: name + " = " + value}
	if name == "only" {
		c, err := parseCondition(value, list)
		if err != nil {
			return fault(number, "only: %w", err)
		}
		c.line = l
		if m.only != nil {
			return fault(number, "only stands twice: keep one")
		}
		m.only = c
		return nil
	}
	if !slices.Contains(names(), name) {
		return fault(number, "there is no field %.60q: the fields are %s", name, strings.Join(names(), ", "))
	}
	if _, twice := m.fields[name]; twice {
		return fault(number, "%s stands twice: keep one", name)
	}
	terms, rest, err := parseTerms(value, list)
	if err != nil {
		return fault(number, "%s: %w", name, err)
	}
	if !ends(rest) {
		return fault(number, "%s: %.40q stands behind: join parts with +, and put texts in double quotes", name, rest)
	}
	for _, t := range terms {
		switch {
		case t.item && m.each == "":
			return fault(number, "%s: @ is the one of many, and there is no each line: write $ or add each = $.items[*]", name)
		case t.all && name != "tags":
			return fault(number, "%s: %s is a list: choose one with [0], or write each = %s and @ for the one", name, t.written, t.written)
		}
	}
	l.terms = terms
	m.fields[name] = l
	return nil
}

// complete refuses a mapping that lacks what every activity needs.
func (m *mapping) complete() error {
	for _, needed := range []struct{ name, example string }{
		{"external_id", `external_id = $.id, an id that is the same when a delivery is sent again`},
		{"kind", `kind = "ticket.opened", or the path of where it stands`},
	} {
		if _, ok := m.fields[needed.name]; !ok {
			return orrery.Errorf(orrery.Invalid, "the mapping does not say %s: add %s", needed.name, needed.example)
		}
	}
	_, id := m.fields["actor.id"]
	_, email := m.fields["actor.email"]
	if !id && !email {
		return orrery.Errorf(orrery.Invalid, "the mapping does not say who it was: add actor.id = $.user.id or actor.email = $.user.email")
	}
	return nil
}

// ends says whether nothing but a remark stands behind.
func ends(rest string) bool { return rest == "" || rest[0] == '#' }

func parseCondition(value, list string) (*condition, error) {
	left, rest, err := parseTerms(value, list)
	if err != nil {
		return nil, err
	}
	c := &condition{left: left, not: strings.HasPrefix(rest, "!=")}
	if !c.not && !strings.HasPrefix(rest, "==") {
		return nil, orrery.Errorf(orrery.Invalid, `it compares two things: write it as only = $.type == "ticket"`)
	}
	if c.right, rest, err = parseTerms(rest[2:], list); err == nil && !ends(rest) {
		err = orrery.Errorf(orrery.Invalid, "%.40q stands behind: it compares two things and no more", rest)
	}
	return c, err
}

// parseTerms reads terms joined by + and returns what stands behind them. list
// is the path that each names: an item's path may be written from there.
func parseTerms(value, list string) (terms []term, rest string, err error) {
	for {
		t, rest, err := parseTerm(value)
		if err != nil {
			return nil, "", err
		}
		if under := list + "[*]"; list != "" && t.path != "" && strings.HasPrefix(t.written, under) {
			if t, _, err = parseTerm("@" + t.written[len(under):]); err != nil {
				return nil, "", err
			}
		}
		terms = append(terms, t)
		if rest == "" || rest[0] != '+' {
			return terms, rest, nil
		}
		value = rest[1:]
	}
}

// parseTerm reads one term and returns what stands behind it.
func parseTerm(value string) (t term, rest string, err error) {
	value = strings.TrimSpace(value)
	switch {
	case value == "":
		return t, "", orrery.Errorf(orrery.Invalid, `nothing stands there: write a path as $.id or a text as "opened"`)
	case value[0] == '"':
		quoted, err := strconv.QuotedPrefix(value)
		if err != nil {
			return t, "", orrery.Errorf(orrery.Invalid, "%.40s: the text does not end: its closing quote is missing", value)
		}
		t.literal, err = strconv.Unquote(quoted)
		if err != nil {
			return t, "", orrery.Errorf(orrery.Invalid, "%.40s cannot be read: write \\\" for a quote in a text", value)
		}
		t.written = quoted
		return t, strings.TrimSpace(value[len(quoted):]), nil
	case value[0] == '$', value[0] == '@':
		return parsePath(value)
	}
	word := value
	if end := strings.IndexAny(value, "+#=! \t"); end > 0 {
		word = value[:end]
	}
	if _, err := strconv.ParseFloat(word, 64); err == nil && !strings.ContainsAny(word, "nNiIxXpP_") {
		return term{literal: word, written: word}, strings.TrimSpace(value[len(word):]), nil
	}
	return t, "", orrery.Errorf(orrery.Invalid, `%.40q is neither a path nor a text: begin a path with $. and put a text in double quotes`, word)
}

// parsePath reads $.key['any key'][0] and writes it for gjson.
func parsePath(value string) (t term, rest string, err error) {
	t.item = value[0] == '@'
	var keys []string
	i := 1
path:
	for i < len(value) {
		switch value[i] {
		case '.':
			n := strings.IndexAny(value[i+1:], ".[+ \t=!'\"")
			if n < 0 {
				n = len(value) - i - 1
			}
			key := value[i+1 : i+1+n]
			if key == "" {
				return t, "", orrery.Errorf(orrery.Invalid, "%.60s: a key is missing behind the point", value)
			}
			keys = append(keys, gjson.Escape(key))
			i += 1 + n
		case '[':
			key, n, err := bracket(value[i:])
			if err != nil {
				return t, "", err
			}
			i += n
			if key == "*" {
				t.all = true
				break path
			}
			keys = append(keys, key)
		default:
			break path
		}
	}
	t.written = strings.TrimSpace(value[:i])
	t.path = strings.Join(keys, ".")
	t.whole = t.path == ""
	rest = strings.TrimSpace(value[i:])
	if t.all && rest != "" && (rest[0] == '.' || rest[0] == '[') { // $.items[*].id: the list, and what stands in each
		inner, behind, err := parsePath("@" + rest)
		if err != nil {
			return t, "", err
		}
		t.written += inner.written[1:]
		t.path += ".#." + inner.path
		rest = behind
	}
	return t, rest, nil
}

// bracket reads ['any key'], [0] or [*] and returns it for gjson with its
// length.
func bracket(value string) (key string, n int, err error) {
	if quote := value[1:min(2, len(value))]; quote == "'" || quote == `"` {
		end := strings.Index(value[2:], quote+"]")
		if end < 1 {
			return "", 0, orrery.Errorf(orrery.Invalid, "%.60s: write a key with signs in it as ['any key']", value)
		}
		return gjson.Escape(value[2 : 2+end]), end + 4, nil
	}
	end := strings.IndexByte(value, ']')
	if end < 0 {
		return "", 0, orrery.Errorf(orrery.Invalid, "%.60s: the closing bracket is missing", value)
	}
	key = value[1:end]
	if _, err := strconv.ParseUint(key, 10, 16); err != nil && key != "*" {
		return "", 0, orrery.Errorf(orrery.Invalid, "[%.40s]: in brackets stands a number from 0, a star or a key as ['any key']", key)
	}
	return key, end + 1, nil
}
