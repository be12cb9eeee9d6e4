package language

import (
	"strings"
	"unicode"
)

// A token is a stretch of a template's source: text, a tag or an action.
type token struct {
	kind  tokenKind
	raw   string
	name  string // of a tag, in lower case; of an action, its keyword or empty
	mate  int    // index of what closes an inline element or control, or -1
	owner int    // of {{else}}: index of its control
}

type tokenKind uint8

const (
	textToken  tokenKind = iota
	openToken            // <a …>
	closeToken           // </a>
	voidToken            // <br>, <path/>, <!doctype html>, comments
	actionToken
)

// scan cuts a template's source into tokens. Their raws in a row are the source,
// except that trim markers of actions in text are carried out.
func scan(src string) []token {
	var all []token
	trim := false
	add := func(t token) {
		t.mate, t.owner = -1, -1
		all = append(all, t)
	}
	for src != "" {
		if strings.HasPrefix(src, "{{") {
			n := actionLength(src)
			raw := src[:n]
			src = src[n:]
			inner, left, right := insideOf(raw)
			if left && len(all) > 0 && all[len(all)-1].kind == textToken {
				all[len(all)-1].raw = strings.TrimRight(all[len(all)-1].raw, " \t\r\n")
			}
			trim = right
			if !strings.HasPrefix(inner, "/*") {
				raw = "{{" + inner + "}}"
			}
			add(token{kind: actionToken, raw: raw, name: keyword(inner)})
			continue
		}
		if n := tagLength(src); n > 0 {
			add(tag(src[:n]))
			src, trim = src[n:], false
			continue
		}
		n := 1
		for n < len(src) && !strings.HasPrefix(src[n:], "{{") && tagLength(src[n:]) == 0 {
			n++
		}
		text := src[:n]
		src = src[n:]
		if trim {
			text, trim = strings.TrimLeft(text, " \t\r\n"), false
		}
		add(token{kind: textToken, raw: text})
	}
	return all
}

// actionLength is how long the action is that src begins with.
func actionLength(src string) int {
	if rest := strings.TrimLeft(strings.TrimPrefix(src[2:], "-"), " \t\r\n"); strings.HasPrefix(rest, "/*") {
		if end := strings.Index(src, "*/"); end >= 0 {
			if close := strings.Index(src[end:], "}}"); close >= 0 {
				return end + close + 2
			}
		}
		return len(src)
	}
	for i := 2; i < len(src); i++ {
		switch src[i] {
		case '"', '\'':
			quote := src[i]
			for i++; i < len(src) && src[i] != quote; i++ {
				if src[i] == '\\' {
					i++
				}
			}
		case '`':
			for i++; i < len(src) && src[i] != '`'; i++ {
			}
		case '}':
			if strings.HasPrefix(src[i:], "}}") {
				return i + 2
			}
		}
	}
	return len(src)
}

// insideOf returns what stands in an action, and whether it trims what is left
// and right of it.
func insideOf(raw string) (inner string, left, right bool) {
	inner = strings.TrimSuffix(strings.TrimPrefix(raw, "{{"), "}}")
	if len(inner) > 1 && inner[0] == '-' && unicode.IsSpace(rune(inner[1])) {
		inner, left = inner[1:], true
	}
	if n := len(inner); n > 1 && inner[n-1] == '-' && unicode.IsSpace(rune(inner[n-2])) {
		inner, right = inner[:n-1], true
	}
	return strings.TrimSpace(inner), left, right
}

func keyword(inner string) string {
	word := inner
	if i := strings.IndexFunc(inner, func(r rune) bool { return !unicode.IsLetter(r) }); i >= 0 {
		word = inner[:i]
	}
	switch word {
	case "if", "with", "range", "else", "end", "define", "block", "template", "break", "continue":
		return word
	}
	switch {
	case strings.HasPrefix(inner, "/*"):
		return "comment"
	case strings.HasPrefix(inner, "$"):
		name := strings.TrimLeftFunc(inner[1:], func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' })
		if name = strings.TrimSpace(name); strings.HasPrefix(name, ":=") || strings.HasPrefix(name, "=") {
			return "let"
		}
	}
	return ""
}

// tagLength is how long the tag is that src begins with; 0 where none begins.
func tagLength(src string) int {
	if len(src) < 2 || src[0] != '<' || !(src[1] == '/' || src[1] == '!' || src[1] >= 'a' && src[1] <= 'z' || src[1] >= 'A' && src[1] <= 'Z') {
		return 0
	}
	if strings.HasPrefix(src, "<!--") {
		if end := strings.Index(src, "-->"); end >= 0 {
			return end + 3
		}
		return len(src)
	}
	var quote byte
	for i := 1; i < len(src); i++ {
		switch c := src[i]; {
		case strings.HasPrefix(src[i:], "{{"):
			i += actionLength(src[i:]) - 1
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(src)
}

func tag(raw string) token {
	name := strings.TrimLeft(raw, "</")
	if i := strings.IndexFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '!' }); i >= 0 {
		name = name[:i]
	}
	t := token{kind: openToken, raw: raw, name: strings.ToLower(name)}
	switch {
	case strings.HasPrefix(raw, "</"):
		t.kind = closeToken
	case strings.HasPrefix(raw, "<!") || strings.HasSuffix(raw, "/>") || void[t.name]:
		t.kind = voidToken
	}
	return t
}

var void = map[string]bool{"br": true, "wbr": true, "input": true, "img": true, "meta": true, "link": true, "hr": true, "col": true, "source": true}

// inline elements may stand within a sentence.
var inline = map[string]bool{
	"a": true, "abbr": true, "b": true, "bdi": true, "cite": true, "del": true, "dfn": true, "em": true, "i": true, "ins": true, "mark": true,
	"q": true, "s": true, "small": true, "span": true, "strong": true, "sub": true, "sup": true, "time": true, "u": true, "output": true,
}

// opaque elements hold what is for programs, not for readers.
var opaque = map[string]bool{"code": true, "kbd": true, "pre": true, "samp": true, "var": true, "script": true, "style": true}

// match finds what closes each element and control that may be part of a
// sentence. Where they cross, none of them is.
func match(all []token) {
	type open struct{ at int }
	var stack []open
	drop := func(to int) {
		for _, o := range stack[to:] {
			if all[o.at].kind == openToken {
				all[o.at].mate = -1
			}
		}
		stack = stack[:to]
	}
	for i := range all {
		t := &all[i]
		switch {
		case t.kind == openToken && (inline[t.name] || opaque[t.name]):
			stack = append(stack, open{i})
		case t.kind == closeToken && (inline[t.name] || opaque[t.name]):
			for n := len(stack) - 1; n >= 0 && all[stack[n].at].kind == openToken; n-- {
				if at := stack[n].at; all[at].name == t.name {
					drop(n + 1)
					stack = stack[:n]
					all[at].mate = i
					break
				}
			}
		case t.kind != actionToken:
		case t.name == "if" || t.name == "with" || t.name == "range" || t.name == "define" || t.name == "block":
			stack = append(stack, open{i})
		case t.name == "else" || t.name == "end":
			n := len(stack) - 1
			for n >= 0 && all[stack[n].at].kind == openToken {
				n--
			}
			if n < 0 {
				continue
			}
			drop(n + 1)
			if t.name == "else" {
				t.owner = stack[n].at
				continue
			}
			all[stack[n].at].mate = i
			stack = stack[:n]
		}
	}
}
