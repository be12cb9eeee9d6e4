package ndjson

import (
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"orrery.dev/orrery"
)

// scanner reads JSON (RFC 8259) from text that is valid UTF-8, strictly: no key
// twice, no half surrogates, no zero characters. Strings without escapes share
// the text's memory.
type scanner struct {
	text  string
	at    int
	outer string // key of the object around, for errors
	key   string // that is being read, for errors
}

// path names the key that is being read: "actor.type".
func (s *scanner) path() string {
	if s.outer != "" {
		return s.outer + "." + s.key
	}
	return s.key
}

func (s *scanner) errorf(format string, args ...any) error {
	where := "at byte %d: "
	args = append([]any{s.at + 1}, args...)
	if s.key != "" {
		where = "%s, at byte %d: "
		args = append([]any{s.path()}, args...)
	}
	return orrery.Errorf(orrery.Invalid, where+format, args...)
}

func (s *scanner) space() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// next passes over space and then a sign, if it is the one.
func (s *scanner) next(sign byte) bool {
	s.space()
	if s.at < len(s.text) && s.text[s.at] == sign {
		s.at++
		return true
	}
	return false
}

func (s *scanner) word(word string) bool {
	if strings.HasPrefix(s.text[s.at:], word) {
		s.at += len(word)
		return true
	}
	return false
}

func (s *scanner) null() bool {
	s.space()
	return s.word("null")
}

// object reads an object and hands its keys, of those known, to value, which
// reads what they stand for.
func (s *scanner) object(known []string, value func(key string) error) error {
	if !s.next('{') {
		return s.errorf("here must be an object: {…}")
	}
	outer, within := s.outer, s.key
	s.outer = within
	defer func() { s.outer, s.key = outer, within }()
	seen, likely := uint32(0), 0
	for first := true; !s.next('}'); first = false {
		if !first && !s.next(',') {
			return s.errorf("here must be a comma or }")
		}
		s.space()
		key, err := s.quoted()
		if err != nil {
			return err
		}
		if !s.next(':') {
			return s.errorf("here must be a colon")
		}
		i := likely
		if i >= len(known) || known[i] != key {
			i = slices.Index(known, key)
		}
		s.key = key
		switch {
		case i >= 0 && seen&(1<<i) != 0:
			return s.errorf("the key stands twice: keep one")
		case i >= 0:
			seen |= 1 << i
			likely = i + 1
			err = value(known[i])
		case strings.HasPrefix(key, "x_"):
			err = s.skip(1)
		default:
			return orrery.Errorf(orrery.Invalid, "there is no key %.60q: the keys are %s; begin it with x_ to have it passed over", s.path(), strings.Join(known, ", "))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// array reads an array, or null, whose values value reads.
func (s *scanner) array(value func() error) error {
	if s.null() {
		return nil
	}
	if !s.next('[') {
		return s.errorf("here must be an array: […]")
	}
	for first := true; !s.next(']'); first = false {
		if !first && !s.next(',') {
			return s.errorf("here must be a comma or ]")
		}
		s.space()
		if err := value(); err != nil {
			return err
		}
	}
	return nil
}

// skip reads any value and forgets it.
func (s *scanner) skip(depth int) error {
	if depth > MaxDepth {
		return s.errorf("values stand more than %d deep in each other", MaxDepth)
	}
	s.space()
	if s.at == len(s.text) {
		return s.errorf("the line ends early")
	}
	switch s.text[s.at] {
	case '{':
		s.at++
		for first := true; !s.next('}'); first = false {
			if !first && !s.next(',') {
				return s.errorf("here must be a comma or }")
			}
			s.space()
			if _, err := s.quoted(); err != nil {
				return err
			}
			if !s.next(':') {
				return s.errorf("here must be a colon")
			}
			if err := s.skip(depth + 1); err != nil {
				return err
			}
		}
		return nil
	case '[':
		return s.array(func() error { return s.skip(depth + 1) })
	case '"':
		_, err := s.quoted()
		return err
	}
	if s.word("true") || s.word("false") || s.word("null") || s.numeral() != "" {
		return nil
	}
	return s.errorf("here must be a value")
}

// quoted reads a string.
func (s *scanner) quoted() (string, error) {
	s.space()
	if s.at == len(s.text) {
		return "", s.errorf("the line ends early")
	}
	if s.text[s.at] != '"' {
		return "", s.errorf("here must be a text in double quotes")
	}
	s.at++
	for i := s.at; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '"':
			v := s.text[s.at:i]
			s.at = i + 1
			return v, nil
		case c == '\\':
			return s.escaped(i)
		case c < ' ':
			s.at = i
			return "", s.errorf("a control character must be escaped")
		}
	}
	return "", s.errorf("a text does not end: its closing quote is missing")
}

// escaped reads the rest of a string that has an escape at i.
func (s *scanner) escaped(i int) (string, error) {
	var b strings.Builder
	b.WriteString(s.text[s.at:i])
	s.at = i
	for s.at < len(s.text) {
		c := s.text[s.at]
		s.at++
		switch {
		case c == '"':
			return b.String(), nil
		case c < ' ':
			s.at--
			return "", s.errorf("a control character must be escaped")
		case c != '\\':
			end := strings.IndexFunc(s.text[s.at:], func(r rune) bool { return r == '"' || r == '\\' || r < ' ' })
			if end < 0 {
				end = len(s.text) - s.at
			}
			b.WriteString(s.text[s.at-1 : s.at+end])
			s.at += end
			continue
		}
		r, ok := s.escape()
		if !ok {
			return "", s.errorf("this escape is none: write \\n, \\\", \\\\ or \\u00e9, and no zero and no half of a pair")
		}
		b.WriteRune(r)
	}
	return "", s.errorf("a text does not end: its closing quote is missing")
}

// escape reads what follows a backslash.
func (s *scanner) escape() (rune, bool) {
	if s.at == len(s.text) {
		return 0, false
	}
	c := s.text[s.at]
	s.at++
	switch c {
	case '"', '\\', '/':
		return rune(c), true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 'u':
		r, ok := s.unit()
		if !ok || !utf16.IsSurrogate(r) {
			return r, ok && r != 0
		}
		if !s.word(`\u`) {
			return 0, false
		}
		low, ok := s.unit()
		r = utf16.DecodeRune(r, low)
		return r, ok && r != utf8.RuneError
	default:
		return 0, false
	}
}

// unit reads four hexadecimal digits.
func (s *scanner) unit() (r rune, ok bool) {
	if len(s.text)-s.at < 4 {
		return 0, false
	}
	for range 4 {
		c := s.text[s.at]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
		s.at++
	}
	return r, true
}

// numeral reads a number and returns it as written, empty where there is none.
func (s *scanner) numeral() string {
	i := s.at
	if i < len(s.text) && s.text[i] == '-' {
		i++
	}
	first := i
	i = s.digits(i)
	if i == first || s.text[first] == '0' && i > first+1 {
		return ""
	}
	if i < len(s.text) && s.text[i] == '.' {
		end := s.digits(i + 1)
		if end == i+1 {
			return ""
		}
		i = end
	}
	if i < len(s.text) && (s.text[i] == 'e' || s.text[i] == 'E') {
		from := i + 1
		if from < len(s.text) && (s.text[from] == '+' || s.text[from] == '-') {
			from++
		}
		end := s.digits(from)
		if end == from {
			return ""
		}
		i = end
	}
	v := s.text[s.at:i]
	s.at = i
	return v
}

func (s *scanner) digits(i int) int {
	for i < len(s.text) && s.text[i] >= '0' && s.text[i] <= '9' {
		i++
	}
	return i
}
