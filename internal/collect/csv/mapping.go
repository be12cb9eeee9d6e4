package csv

import (
	"slices"
	"strconv"
	"strings"

	"orrery.dev/orrery"
)

// Role is what a column says about an activity.
type Role uint8

// The roles that a column can have.
const (
	Who Role = iota // the person, as the source knows them
	Name
	Email
	When
	Kind
	Object
	ObjectType
	Title
	URL
	ID     // of the row: its external id
	Thread // the conversation
	Parent // the external id that is answered
	To     // people addressed, parted by ; or |
	Quantity
	Unit
	Origin
	PromptedBy
	Partner
	Tags    // parted by ; , or |
	Purpose // parted by ; , or |
	Valence
	Roles // how many there are
)

var roleNames = [...]string{
	"who", "name", "email", "when", "kind", "object", "object_type", "title", "url", "id", "thread", "parent",
	"to", "quantity", "unit", "origin", "prompted_by", "partner", "tags", "purpose", "valence",
}

// String returns the role as it is written in a mapping.
func (r Role) String() string { return roleNames[r] }

// Place says where a role is read from. The zero value leaves it to guessing.
type Place struct {
	Column string // its name, or its number from 1; several joined by "+" are read with a space between
	Fixed  string // the same for all rows
	Off    bool   // not at all, whatever the columns are called
}

// Mapping says for each role where it is read from.
type Mapping [Roles]Place

// ParseMapping reads "who=Member,when=Date+Time,kind==purchase,title=": pairs of
// a role and a column, parted by commas. A second equals sign makes a fixed
// value; an empty column switches a guess off. A column whose name has a comma
// is written in double quotes. Errors are orrery.Invalid; whether the columns
// exist shows when the file is read.
func ParseMapping(text string) (Mapping, error) {
	var m Mapping
	var given [Roles]bool
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		name, rest, found := strings.Cut(text, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		i := slices.Index(roleNames[:], name)
		if i < 0 || !found {
			return m, orrery.Errorf(orrery.Invalid,
				"%q is not a mapping: write ROLE=COLUMN, as in who=Member,when=Date; the roles are %s", text, strings.Join(roleNames[:], ", "))
		}
		if given[i] {
			return m, orrery.Errorf(orrery.Invalid, "the mapping names %s twice: keep one", name)
		}
		given[i] = true
		fixed := strings.HasPrefix(rest, "=")
		value, rest, err := mappingValue(strings.TrimPrefix(rest, "="))
		if err != nil {
			return m, err
		}
		switch {
		case value == "":
			m[i] = Place{Off: true}
		case fixed:
			m[i] = Place{Fixed: value}
		default:
			m[i] = Place{Column: value}
		}
		text = rest
	}
	return m, nil
}

// mappingValue reads a value, in double quotes or up to the next comma.
func mappingValue(text string) (value, rest string, err error) {
	text = strings.TrimLeft(text, " ")
	if !strings.HasPrefix(text, `"`) {
		value, rest, _ = strings.Cut(text, ",")
		return strings.TrimSpace(value), rest, nil
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] != '"':
			b.WriteByte(text[i])
		case i+1 < len(text) && text[i+1] == '"':
			b.WriteByte('"')
			i++
		default:
			rest = strings.TrimSpace(text[i+1:])
			if rest != "" && rest[0] != ',' {
				return "", "", orrery.Errorf(orrery.Invalid, "the mapping has %q after a closing quote: put a comma between pairs", rest)
			}
			return b.String(), strings.TrimPrefix(rest, ","), nil
		}
	}
	return "", "", orrery.Errorf(orrery.Invalid, "the mapping opens a quote and does not close it: %s", text)
}

// String writes m so that ParseMapping reads it.
func (m Mapping) String() string {
	var parts []string
	for r, p := range m {
		switch {
		case p.Off:
			parts = append(parts, roleNames[r]+"=")
		case p.Fixed != "":
			parts = append(parts, roleNames[r]+"=="+quoteMapping(p.Fixed))
		case p.Column != "":
			parts = append(parts, roleNames[r]+"="+quoteMapping(p.Column))
		}
	}
	return strings.Join(parts, ",")
}

func quoteMapping(s string) string {
	if strings.ContainsAny(s, `,"`) || strings.HasPrefix(s, "=") || strings.TrimSpace(s) != s {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// source is a Place in terms of a file's columns: fixed where columns is empty.
type source struct {
	columns []int
	fixed   string
}

func (s source) given() bool { return len(s.columns) > 0 || s.fixed != "" }

// resolve finds the columns that a place names.
func (p Place) resolve(role Role, header []string) (source, error) {
	if p.Fixed != "" || p.Column == "" {
		return source{fixed: p.Fixed}, nil
	}
	if i, err := findColumn(p.Column, role, header); err != nil || i >= 0 {
		return source{columns: []int{i}}, err
	}
	var s source
	for part := range strings.SplitSeq(p.Column, "+") {
		i, err := findColumn(strings.TrimSpace(part), role, header)
		if err != nil {
			return source{}, err
		}
		if i < 0 {
			return source{}, orrery.Errorf(orrery.Invalid, "there is no column %q for %s: the columns are %s", p.Column, role, listColumns(header))
		}
		s.columns = append(s.columns, i)
	}
	return s, nil
}

// findColumn finds a column by its name, then by its name in any case, then by
// its number from 1. It returns −1 where there is none.
func findColumn(name string, role Role, header []string) (int, error) {
	for _, same := range []func(string) bool{
		func(h string) bool { return h == name },
		func(h string) bool { return normalize(h) == normalize(name) && normalize(h) != "" },
	} {
		if i := slices.IndexFunc(header, same); i >= 0 {
			if slices.ContainsFunc(header[i+1:], same) {
				return -1, orrery.Errorf(orrery.Invalid, "several columns are called %q: name the one for %s by its number, as in %s=%d", name, role, role, i+1)
			}
			return i, nil
		}
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(header) {
		return n - 1, nil
	}
	return -1, nil
}

// listColumns names the columns for a person, the first 40 at most.
func listColumns(header []string) string {
	const most = 40
	var b strings.Builder
	for i, h := range header {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == most {
			b.WriteString("…")
			break
		}
		b.WriteString(strconv.Quote(clip(h, 60)))
	}
	return b.String()
}
