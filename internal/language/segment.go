package language

import (
	"slices"
	"strings"
)

// A node is a part of a template: a sentence is made of text, values, inline
// elements and what shows parts of it only if something holds; everything else
// is a boundary between sentences.
type node struct {
	kind     nodeKind
	raw      string   // source of a text, a value, a declaration, a boundary; opening tag
	branches []branch // of an element (one) and a control
	end      string   // closing tag or {{end}}
	name     string   // tag or keyword
}

// A branch is a part of a control, with the action that begins it.
type branch struct {
	raw   string
	nodes []node
}

type nodeKind uint8

const (
	textNode nodeKind = iota
	valueNode
	letNode      // a declaration of a variable, which shows nothing
	elementNode  // inline
	controlNode  // if, with, range whose content is inline
	boundaryNode // anything else
)

// nodes makes nodes of tokens.
func nodes(src string) []node {
	all := scan(src)
	match(all)
	return gather(all, 0, len(all))
}

func gather(all []token, from, to int) (out []node) {
	for i := from; i < to; i++ {
		t := all[i]
		switch {
		case t.kind == textToken:
			out = append(out, node{kind: textNode, raw: t.raw})
		case t.kind == voidToken && (t.name == "br" || t.name == "wbr"):
			out = append(out, node{kind: elementNode, raw: t.raw, name: t.name, branches: []branch{{}}})
		case t.kind == openToken && t.mate > 0 && opaque[t.name]:
			var raw strings.Builder
			for _, inside := range all[i : t.mate+1] {
				raw.WriteString(inside.raw)
			}
			kind := valueNode
			if t.name == "script" || t.name == "style" {
				kind = boundaryNode
			}
			out = append(out, node{kind: kind, raw: raw.String(), name: t.name})
			i = t.mate
		case t.kind == openToken && t.mate > 0:
			inside := gather(all, i+1, t.mate)
			if within(inside) {
				out = append(out, node{kind: elementNode, raw: t.raw, name: t.name, branches: []branch{{nodes: inside}}, end: all[t.mate].raw})
			} else {
				out = append(out, node{kind: boundaryNode, raw: t.raw, name: t.name})
				out = append(append(out, inside...), node{kind: boundaryNode, raw: all[t.mate].raw})
			}
			i = t.mate
		case t.kind == actionToken && t.mate > 0:
			out = append(out, control(all, i)...)
			i = t.mate
		case t.kind == actionToken && t.name == "let":
			out = append(out, node{kind: letNode, raw: t.raw})
		case t.kind == actionToken && (t.name == "" || t.name == "template"):
			out = append(out, node{kind: valueNode, raw: t.raw, name: t.name})
		default:
			out = append(out, node{kind: boundaryNode, raw: t.raw, name: t.name})
		}
	}
	return out
}

// control gathers an if, with or range: one node if it may stand within a
// sentence, else its parts with boundaries between them.
func control(all []token, at int) []node {
	t := all[at]
	whole := node{kind: controlNode, name: t.name, end: all[t.mate].raw}
	isPart := t.name == "if" || t.name == "with" || t.name == "range"
	begin := at
	for i := at + 1; i <= t.mate; i++ {
		if i == t.mate || all[i].owner == at {
			inside := gather(all, begin+1, i)
			isPart = isPart && within(inside)
			whole.branches = append(whole.branches, branch{all[begin].raw, inside})
			begin = i
		}
	}
	if isPart {
		return []node{whole}
	}
	var out []node
	for _, b := range whole.branches {
		out = append(append(out, node{kind: boundaryNode, raw: b.raw}), b.nodes...)
	}
	return append(out, node{kind: boundaryNode, raw: whole.end})
}

// within tells whether nodes may stand within a sentence.
func within(list []node) bool {
	return !slices.ContainsFunc(list, func(n node) bool { return n.kind == boundaryNode })
}

// A segment is what is translated as one: its key, what its places stand for,
// and the white space around it.
type segment struct {
	pattern       pattern
	nodes         []node // in the order of their places
	before, after string
}

func (s *segment) key() string { return s.pattern.String() }

// segmentOf makes one segment of nodes that have no boundary among them; the
// declarations among them are left out.
func segmentOf(list []node) segment {
	var s segment
	s.pattern = s.pieces(list)
	if len(s.pattern) > 0 {
		first, last := &s.pattern[0], &s.pattern[len(s.pattern)-1]
		if first.kind == literal {
			cut := strings.TrimLeft(first.text, " ")
			s.before, first.text = first.text[:len(first.text)-len(cut)], cut
		}
		if last.kind == literal {
			cut := strings.TrimRight(last.text, " ")
			s.after, last.text = last.text[len(cut):], cut
		}
	}
	return s
}

func (s *segment) pieces(list []node) pattern {
	p := pattern{}
	for _, n := range list {
		id := len(s.nodes)
		switch n.kind {
		case letNode:
			continue
		case textNode:
			p = p.literal(oneSpace(n.raw))
			continue
		case valueNode:
			s.nodes = append(s.nodes, n)
			p = append(p, piece{kind: value, id: id})
		case elementNode:
			s.nodes = append(s.nodes, n)
			p = append(p, piece{kind: element, id: id, forms: []pattern{s.pieces(n.branches[0].nodes)}})
		case controlNode:
			s.nodes = append(s.nodes, n)
			q := piece{kind: choice, id: id}
			if n.name == "range" {
				q.kind = repeat
			}
			for _, b := range n.branches {
				q.forms = append(q.forms, s.pieces(b.nodes))
			}
			p = append(p, q)
		}
	}
	return p
}

// oneSpace writes each stretch of white space as one space.
func oneSpace(text string) string {
	var b strings.Builder
	space := false
	for _, r := range text {
		if strings.ContainsRune(" \t\r\n\f", r) {
			space = true
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	if space {
		b.WriteByte(' ')
	}
	return b.String()
}
