// Package payload reads what platforms push: values in JSON that may be written
// as text or as numbers, times, money and signatures. It knows no platform and
// keeps nothing.
//
// Connectors of webhooks read their deliveries with it.
package payload

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"orrery.dev/orrery"
)

// maxText is how many bytes of one value are kept: ids, names and titles are
// shorter, and nothing longer is of use.
const maxText = 1024

// Parse reads a JSON body into v. What is no JSON, or not of that shape, is
// orrery.Invalid.
func Parse(body []byte, v any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return orrery.Errorf(orrery.Invalid, "the delivery is empty: it should be a JSON object")
	}
	if err := json.Unmarshal(body, v); err != nil {
		return orrery.Errorf(orrery.Invalid, "the delivery cannot be read as JSON: %w; have the platform send JSON", err)
	}
	return nil
}

// Text is a value that a platform writes as text, as a number or, where it may
// be expanded, as an object with an id. Anything else reads as empty. It is
// clean: valid UTF-8 without control characters or spaces around it.
type Text string

// UnmarshalJSON reads any value and never fails.
func (t *Text) UnmarshalJSON(data []byte) error {
	*t = ""
	if len(data) == 0 {
		return nil
	}
	switch data[0] {
	case '"':
		var s string
		if json.Unmarshal(data, &s) == nil {
			*t = Text(Clean(s))
		}
	case '{':
		var expanded struct {
			ID json.RawMessage `json:"id"`
		}
		if json.Unmarshal(data, &expanded) == nil && len(expanded.ID) > 0 && expanded.ID[0] != '{' {
			return t.UnmarshalJSON(expanded.ID)
		}
	case 't', 'f', 'n', '[':
	default:
		if len(data) <= maxText {
			*t = Text(data)
		}
	}
	return nil
}

// String returns the text.
func (t Text) String() string { return string(t) }

// Bool is a truth that a platform may leave out or write as null; anything that
// is not true is false.
type Bool bool

// UnmarshalJSON reads any value and never fails.
func (b *Bool) UnmarshalJSON(data []byte) error {
	*b = string(data) == "true"
	return nil
}

// Map is an object by its keys; anything else reads as empty.
type Map map[string]json.RawMessage

// UnmarshalJSON reads any value and never fails.
func (m *Map) UnmarshalJSON(data []byte) error {
	var keys map[string]json.RawMessage
	if json.Unmarshal(data, &keys) != nil {
		keys = nil
	}
	*m = keys
	return nil
}

// Text returns the value of a key.
func (m Map) Text(key string) Text {
	var t Text
	_ = t.UnmarshalJSON(m[key]) // it never fails
	return t
}

// Clean returns s as text that can be kept: valid UTF-8, no control characters,
// no spaces around it, at most a kilobyte.
func Clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case r < ' ' || r == 0x7f:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if len(s) > maxText {
		s = s[:maxText]
		for !utf8.ValidString(s) {
			s = s[:len(s)-1]
		}
	}
	return strings.TrimSpace(s)
}

// Email returns an address in lower case, or empty for what is none.
func Email(s Text) string {
	e := strings.ToLower(string(s))
	at := strings.LastIndexByte(e, '@')
	if at < 1 || at == len(e)-1 || len(e) > 254 || strings.ContainsAny(e, " <>,;\"") {
		return ""
	}
	return e
}

// First returns the first text that is not empty.
func First(texts ...Text) string {
	for _, t := range texts {
		if t != "" {
			return string(t)
		}
	}
	return ""
}
