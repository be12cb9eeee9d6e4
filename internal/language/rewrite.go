package language

import (
	"fmt"
	"strings"
)

// Rewrite returns a template's source with every sentence and every attribute
// that people read or hear in l. What the catalogue lacks stays as it is. Values
// shown to people go through the function say, which Funcs brings.
//
// A sentence reaches from one tag or action that is no part of it to the next:
// inline elements, values, and an if, with or range around nothing but such
// belong to it. Where all words are within these parts, each part is a sentence.
func (l *Language) Rewrite(src string) string {
	w := rewriter{translate: func(key string) (pattern, bool) {
		p, ok := l.entries[key]
		return p, ok
	}}
	return w.all(nodes(src))
}

// Keys returns the keys of a template's source in their order.
func Keys(src string) (keys []string) {
	w := rewriter{translate: func(key string) (pattern, bool) {
		keys = append(keys, key)
		return nil, false
	}}
	w.all(nodes(src))
	return keys
}

// Funcs are what templates need that Rewrite made.
func (l *Language) Funcs() map[string]any {
	return map[string]any{"say": l.say, "numberForm": l.form, "parts": l.parts, "language": func() string { return l.Tag }}
}

// say says what a template shows if it is a text, and returns the rest as it is.
func (l *Language) say(v any) any {
	if t, ok := v.(Text); ok {
		return l.Say(t)
	}
	return v
}

// parts cuts what a template shows where its marks are.
func (l *Language) parts(v any) []Part {
	if t, ok := v.(Text); ok {
		return l.Parts(t)
	}
	return []Part{{Text: fmt.Sprint(v)}}
}

type rewriter struct {
	translate func(key string) (pattern, bool)
	attribute bool // within quotes
}

// all writes nodes: runs between boundaries are sentences.
func (w *rewriter) all(list []node) string {
	var b strings.Builder
	begin := 0
	for i, n := range list {
		if n.kind == boundaryNode {
			b.WriteString(w.run(list[begin:i]))
			b.WriteString(w.tag(n.raw))
			begin = i + 1
		}
	}
	b.WriteString(w.run(list[begin:]))
	return b.String()
}

// run writes nodes without boundaries: as one sentence if they have words
// between their parts, else part by part.
func (w *rewriter) run(list []node) string {
	if len(list) == 0 {
		return ""
	}
	s := segmentOf(list)
	if !s.pattern.worded() {
		var b strings.Builder
		for _, n := range list {
			b.WriteString(w.node(n, w.run))
		}
		return b.String()
	}
	p, ok := w.translate(s.key())
	if !ok {
		return w.plain(list)
	}
	return s.before + w.pattern(p, &s, list) + s.after
}

// plain writes nodes as they were; values are said and attributes translated.
func (w *rewriter) plain(list []node) string {
	var b strings.Builder
	for _, n := range list {
		b.WriteString(w.node(n, w.plain))
	}
	return b.String()
}

// node writes one node, and what is in it by another function.
func (w *rewriter) node(n node, inside func([]node) string) string {
	switch n.kind {
	case valueNode:
		return w.value(n)
	case elementNode:
		return w.tag(n.raw) + inside(n.branches[0].nodes) + n.end
	case controlNode:
		var b strings.Builder
		for _, branch := range n.branches {
			b.WriteString(branch.raw)
			b.WriteString(inside(branch.nodes))
		}
		return b.String() + n.end
	default:
		return n.raw
	}
}

func (w *rewriter) value(n node) string {
	if n.name != "" {
		return n.raw // {{template}} or an opaque element
	}
	return "{{" + expression(n.raw) + " | say}}"
}

func expression(raw string) string { return strings.TrimSuffix(strings.TrimPrefix(raw, "{{"), "}}") }

// pattern writes a translation of the segment whose nodes are list at this level.
func (w *rewriter) pattern(p pattern, s *segment, list []node) string {
	var b strings.Builder
	for _, n := range list {
		if n.kind == letNode {
			b.WriteString(n.raw) // shows nothing, and must stand before what uses it
		}
	}
	w.pieces(&b, p, s)
	return b.String()
}

func (w *rewriter) pieces(b *strings.Builder, p pattern, s *segment) {
	for _, q := range p {
		switch q.kind {
		case literal:
			b.WriteString(w.quoted(q.text))
		case value:
			b.WriteString(w.value(s.nodes[q.id]))
		case element:
			n := s.nodes[q.id]
			b.WriteString(w.tag(n.raw))
			b.WriteString(w.pattern(q.forms[0], s, n.branches[0].nodes))
			b.WriteString(n.end)
		case choice, repeat:
			n := s.nodes[q.id]
			for i, branch := range n.branches {
				b.WriteString(branch.raw)
				b.WriteString(w.pattern(q.forms[i], s, branch.nodes))
			}
			b.WriteString(n.end)
		case plural:
			of := expression(s.nodes[q.id].raw)
			for i, form := range q.forms {
				switch {
				case i == len(q.forms)-1 && i > 0:
					b.WriteString("{{else}}")
				case i == 0:
					fmt.Fprintf(b, "{{if eq (numberForm (%s)) 0}}", of)
				default:
					fmt.Fprintf(b, "{{else if eq (numberForm (%s)) %d}}", of, i)
				}
				w.pieces(b, form, s)
			}
			b.WriteString("{{end}}")
		}
	}
}

// quoted keeps a translation from ending what it stands in.
func (w *rewriter) quoted(text string) string {
	text = strings.ReplaceAll(text, "<", "&lt;")
	text = strings.ReplaceAll(text, "{{", "{&#123;")
	if w.attribute {
		text = strings.NewReplacer(`"`, "&#34;", `'`, "&#39;").Replace(text)
	}
	return text
}

// read attributes are those that people read or hear.
var read = map[string]bool{
	"title": true, "aria-label": true, "placeholder": true, "alt": true, "aria-roledescription": true, "aria-valuetext": true,
	"aria-description": true, "data-says": true, "data-share": true, "data-source": true, "data-show": true, "data-close": true,
	"data-label": true, "data-many": true,
}

// tag writes a tag with its attributes translated; anything else as it is.
func (w *rewriter) tag(raw string) string {
	if !strings.HasPrefix(raw, "<") || strings.HasPrefix(raw, "</") || strings.HasPrefix(raw, "<!") || strings.HasPrefix(raw, "<script") || strings.HasPrefix(raw, "<style") {
		return raw
	}
	var b strings.Builder
	for i := 0; i < len(raw); {
		switch {
		case strings.HasPrefix(raw[i:], "{{"):
			n := actionLength(raw[i:])
			b.WriteString(raw[i : i+n])
			i += n
		case raw[i] == '"' || raw[i] == '\'':
			n, closed := quotedLength(raw[i:])
			if !closed {
				b.WriteString(raw[i:])
				return b.String()
			}
			content := raw[i+1 : i+n-1]
			if read[attributeBefore(raw[:i])] {
				inner := rewriter{translate: w.translate, attribute: true}
				content = inner.all(nodes(content))
			}
			b.WriteByte(raw[i])
			b.WriteString(content)
			b.WriteByte(raw[i])
			i += n
		default:
			b.WriteByte(raw[i])
			i++
		}
	}
	return b.String()
}

// quotedLength is how long the quoted value is that raw begins with, and whether
// it ends.
func quotedLength(raw string) (int, bool) {
	for i := 1; i < len(raw); i++ {
		if strings.HasPrefix(raw[i:], "{{") {
			i += actionLength(raw[i:]) - 1
		} else if raw[i] == raw[0] {
			return i + 1, true
		}
	}
	return len(raw), false
}

// attributeBefore is the name of the attribute whose value begins after raw.
func attributeBefore(raw string) string {
	name, ok := strings.CutSuffix(raw, "=")
	if !ok {
		return ""
	}
	if i := strings.LastIndexAny(name, " \t\r\n}"); i >= 0 {
		name = name[i+1:]
	}
	return strings.ToLower(name)
}
