// Package document reads JSON whose shape its sender decides: a field may be
// missing, null or of another type than it should be, and that costs the field
// and not the whole. Keys match exactly, letter by letter. It knows nothing of
// activities.
//
// Connectors that take in what programs send read through it.
package document

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
)

// Object is a JSON object. A nil one is empty. Numbers are kept as they were
// written.
type Object map[string]any

// Parse reads a text that is one JSON object; anything else is orrery.Invalid.
func Parse(text []byte) (Object, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var o Object
	if err := d.Decode(&o); err != nil {
		return nil, orrery.Errorf(orrery.Invalid, "this is no JSON object: %s", told(err))
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, orrery.Errorf(orrery.Invalid, "something follows the JSON object")
	}
	if o == nil {
		return nil, orrery.Errorf(orrery.Invalid, "this is no JSON object: it is null")
	}
	return o, nil
}

// told says what is wrong without the parser's own name.
func told(err error) string {
	return strings.TrimPrefix(err.Error(), "json: ")
}

// At returns the value at the end of a path of keys, nil where there is none.
func (o Object) At(path ...string) any {
	last := len(path) - 1
	for _, key := range path[:last] {
		o, _ = o[key].(map[string]any)
	}
	return o[path[last]]
}

// Object returns the object at the end of a path, empty where there is none.
func (o Object) Object(path ...string) Object {
	inner, _ := o.At(path...).(map[string]any)
	return inner
}

// Text returns the text or the number at the end of a path, without space
// around it; empty where there is neither.
func (o Object) Text(path ...string) string { return Text(o.At(path...)) }

// First returns the first text among keys that is not empty.
func (o Object) First(keys ...string) string {
	for _, key := range keys {
		if text := o.Text(key); text != "" {
			return text
		}
	}
	return ""
}

// Texts returns the texts of a list, or the one text that stands instead of it.
func (o Object) Texts(path ...string) []string {
	v := o.At(path...)
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var texts []string
	for _, v := range list {
		if text := Text(v); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// Number returns the number at the end of a path, which may be written as text;
// ok is false where there is none or it is not finite.
func (o Object) Number(path ...string) (n float64, ok bool) {
	n, err := strconv.ParseFloat(o.Text(path...), 64)
	return n, err == nil && !math.IsInf(n, 0) && !math.IsNaN(n)
}

// Time returns the time at the end of a path; ok is false where there is none.
func (o Object) Time(path ...string) (at time.Time, ok bool) { return Time(o.Text(path...)) }

// Over returns an object with the fields of o and, where o has none, those of
// below. What is an object in both is joined the same way. Neither is changed.
func (o Object) Over(below Object) Object {
	if len(below) == 0 {
		return o
	}
	joined := make(Object, len(o)+len(below))
	for key, v := range below {
		joined[key] = v
	}
	for key, v := range o {
		inner, isObject := v.(map[string]any)
		under, wasObject := joined[key].(map[string]any)
		switch {
		case isObject && wasObject:
			v = map[string]any(Object(inner).Over(under))
		case v == nil:
			continue
		}
		joined[key] = v
	}
	return joined
}

// Text returns a text or a number as text, without space around it and without
// zero characters; empty for anything else.
func Text(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(strings.ReplaceAll(v, "\x00", ""))
	case json.Number:
		return v.String()
	default:
		return ""
	}
}

// layouts are the ways in which programs write times, besides numbers.
var layouts = []string{
	time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", time.DateOnly,
}

// Time reads a time as programs write it: ISO 8601, or seconds or milliseconds
// since 1970. Without a zone it is UTC.
func Time(text string) (at time.Time, ok bool) {
	for _, layout := range layouts {
		at, err := time.Parse(layout, text)
		if _, offset := at.Zone(); err == nil && offset%60 == 0 && offset > -24*3600 && offset < 24*3600 {
			if offset == 0 {
				return at.UTC(), true
			}
			return at.In(time.FixedZone("", offset)), true
		}
	}
	n, err := strconv.ParseFloat(text, 64)
	const (
		milliFrom = 1e11 // as seconds this is the year 5138
		last      = 253402300799
	)
	if err == nil && math.Abs(n) >= milliFrom {
		n /= 1000
	}
	if err != nil || !(n > 0 && n <= last) {
		return time.Time{}, false
	}
	return time.UnixMicro(int64(math.Round(n * 1e6))).UTC(), true
}
