package language

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// A pattern is a text with places in it, as keys and translations are written:
//
//	{0}            a value
//	<1>text</1>    an inline element around text; <1/> an empty one
//	{2?yes|no}     what a template shows if something holds, and else; {2*each} repeats
//	{0#one|other}  the form that fits the number that {0} is
//	\{ \| \} \<    these signs themselves; \\ a backslash
type pattern []piece

type piece struct {
	kind  pieceKind
	text  string // of a literal
	id    int
	forms []pattern // of an element (one), a choice, a repetition, a plural
}

type pieceKind uint8

const (
	literal pieceKind = iota
	value
	element
	choice
	repeat
	plural
)

// parse reads a pattern.
func parse(text string) (pattern, error) {
	r := patternReader{rest: text}
	p, err := r.pattern(0)
	if err == nil && r.rest != "" {
		err = fmt.Errorf("%q has no beginning", r.rest)
	}
	if err != nil {
		return nil, fmt.Errorf("text %q: %w", text, err)
	}
	return p, nil
}

type patternReader struct {
	rest  string
	depth int
}

const deepest = 40 // nested places; more is no text

// pattern reads up to the end, a closing tag or, within braces, a | or }.
func (r *patternReader) pattern(braces int) (pattern, error) {
	if r.depth++; r.depth > deepest {
		return nil, fmt.Errorf("nested too deeply")
	}
	defer func() { r.depth-- }()
	p := pattern{}
	for r.rest != "" {
		at := strings.IndexAny(r.rest, `{}|<\`)
		if at < 0 {
			at = len(r.rest)
		}
		if at > 0 {
			p = p.literal(r.rest[:at])
			r.rest = r.rest[at:]
			continue
		}
		switch {
		case r.rest[0] == '\\' && len(r.rest) > 1 && strings.ContainsRune(`{}|<\`, rune(r.rest[1])):
			p = p.literal(r.rest[1:2])
			r.rest = r.rest[2:]
		case r.rest[0] == '\\':
			return nil, fmt.Errorf(`a backslash stands before {, }, |, < or \ alone`)
		case r.rest[0] == '{':
			braced, err := r.braced()
			if err != nil {
				return nil, err
			}
			p = append(p, braced)
		case strings.HasPrefix(r.rest, "</"):
			return p, nil
		case r.rest[0] == '<':
			e, err := r.element()
			if err != nil {
				return nil, err
			}
			p = append(p, e)
		case braces > 0:
			return p, nil // | or }
		default:
			return nil, fmt.Errorf("%q without a {", r.rest[:1])
		}
	}
	return p, nil
}

func (p pattern) literal(text string) pattern {
	if n := len(p); n > 0 && p[n-1].kind == literal {
		p[n-1].text += text
		return p
	}
	return append(p, piece{kind: literal, text: text})
}

func (r *patternReader) number() (int, error) {
	n := 0
	for n < len(r.rest) && r.rest[n] >= '0' && r.rest[n] <= '9' {
		n++
	}
	id, err := strconv.Atoi(r.rest[:n])
	if err != nil || n > 3 {
		return 0, fmt.Errorf("%.8q does not begin with a number of a place", r.rest)
	}
	r.rest = r.rest[n:]
	return id, nil
}

func (r *patternReader) braced() (p piece, err error) {
	r.rest = r.rest[1:]
	if p.id, err = r.number(); err != nil {
		return p, err
	}
	if r.rest == "" {
		return p, fmt.Errorf("{%d is not closed", p.id)
	}
	switch sign := r.rest[0]; sign {
	case '}':
		p.kind, r.rest = value, r.rest[1:]
		return p, nil
	case '?', '*', '#':
		p.kind = map[byte]pieceKind{'?': choice, '*': repeat, '#': plural}[sign]
	default:
		return p, fmt.Errorf("{%d is followed by %q", p.id, sign)
	}
	for {
		r.rest = r.rest[1:]
		form, err := r.pattern(1)
		if err != nil {
			return p, err
		}
		p.forms = append(p.forms, form)
		switch {
		case strings.HasPrefix(r.rest, "}"):
			r.rest = r.rest[1:]
			return p, nil
		case !strings.HasPrefix(r.rest, "|"):
			return p, fmt.Errorf("{%d is not closed", p.id)
		}
	}
}

func (r *patternReader) element() (p piece, err error) {
	p.kind = element
	r.rest = r.rest[1:]
	if p.id, err = r.number(); err != nil {
		return p, err
	}
	if rest, ok := strings.CutPrefix(r.rest, "/>"); ok {
		r.rest, p.forms = rest, []pattern{{}}
		return p, nil
	}
	rest, ok := strings.CutPrefix(r.rest, ">")
	if !ok {
		return p, fmt.Errorf("<%d is not closed", p.id)
	}
	r.rest = rest
	inside, err := r.pattern(0)
	if err != nil {
		return p, err
	}
	p.forms = []pattern{inside}
	if r.rest, ok = strings.CutPrefix(r.rest, fmt.Sprintf("</%d>", p.id)); !ok {
		return p, fmt.Errorf("<%d> has no </%d>", p.id, p.id)
	}
	return p, nil
}

var signs = strings.NewReplacer(`\`, `\\`, `{`, `\{`, `}`, `\}`, `|`, `\|`, `<`, `\<`)

// String writes a pattern as parse reads it.
func (p pattern) String() string {
	var b strings.Builder
	for _, q := range p {
		switch q.kind {
		case literal:
			b.WriteString(signs.Replace(q.text))
		case value:
			fmt.Fprintf(&b, "{%d}", q.id)
		case element:
			if len(q.forms[0]) == 0 {
				fmt.Fprintf(&b, "<%d/>", q.id)
				continue
			}
			fmt.Fprintf(&b, "<%d>%s</%d>", q.id, q.forms[0], q.id)
		default:
			fmt.Fprintf(&b, "{%d%c", q.id, "???*#"[q.kind-1])
			for i, form := range q.forms {
				if i > 0 {
					b.WriteByte('|')
				}
				b.WriteString(form.String())
			}
			b.WriteByte('}')
		}
	}
	return b.String()
}

// worded tells whether a pattern has letters of its own, outside of its places.
func (p pattern) worded() bool {
	for _, q := range p {
		if q.kind == literal && strings.ContainsFunc(q.text, unicode.IsLetter) {
			return true
		}
	}
	return false
}

// Check tells what keeps a translation from standing for a key in a language:
// a place that is lost, added, moved out of what it belongs to, or a plural with
// other forms than the language has.
func (l *Language) Check(key, translation string) error {
	k, err := parse(key)
	if err != nil {
		return err
	}
	t, err := parse(translation)
	if err != nil {
		return err
	}
	return l.check(k, t)
}

func (l *Language) check(key, translation pattern) error {
	want, got := map[place]piece{}, map[place]piece{}
	if err := l.places(key, want, 0); err != nil {
		return err
	}
	if err := l.places(translation, got, l.forms); err != nil {
		return err
	}
	for id, w := range want {
		g, ok := got[id]
		switch {
		case !ok:
			return fmt.Errorf("place %d of %q is missing in %q", id.id, key, translation)
		case w.kind != g.kind || len(w.forms) != len(g.forms):
			return fmt.Errorf("place %d is of another kind in %q than in %q", id.id, translation, key)
		}
		for i := range w.forms {
			if err := l.check(w.forms[i], g.forms[i]); err != nil {
				return err
			}
		}
	}
	for id := range got {
		if _, ok := want[id]; !ok {
			return fmt.Errorf("place %d of %q is no place of %q", id.id, translation, key)
		}
	}
	return nil
}

// A place is what a number in a pattern names: elements are counted apart.
type place struct {
	element bool
	id      int
}

func (q piece) place() place { return place{q.kind == element, q.id} }

// places collects what stands in a pattern at one level; the forms of plurals
// are of that level. A plural counts as its value.
func (l *Language) places(p pattern, into map[place]piece, forms int) error {
	for _, q := range p {
		switch q.kind {
		case literal:
			continue
		case plural:
			if forms > 0 && len(q.forms) != forms {
				return fmt.Errorf("{%d#…} has %d forms and %s has %d", q.id, len(q.forms), l.Name, forms)
			}
			if _, ok := into[q.place()]; !ok {
				into[q.place()] = piece{kind: value, id: q.id}
			}
			for _, form := range q.forms {
				if err := l.places(form, into, forms); err != nil {
					return err
				}
			}
			continue
		}
		if before, ok := into[q.place()]; ok && before.kind != q.kind {
			return fmt.Errorf("place %d is used as two things in %q", q.id, p)
		}
		into[q.place()] = q
	}
	return nil
}
