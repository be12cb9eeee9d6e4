package language

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"
)

// A Text is something to say, made of an English format and what stands in it,
// so that it can be said in other languages later. It prints and marshals as
// English. It is a slice so that templates and JSON take an empty one for
// nothing; make one with T and its kin only.
type Text []any

// What may stand first in a Text: format, forms, layout or glue.
type (
	format string
	forms  struct{ one, other string }
	layout string
	glue   string
)

// T returns a text by a format as of fmt. Whole numbers are written in groups,
// Texts among the arguments are said in the same language.
func T(english string, args ...any) Text {
	if false {
		_ = fmt.Sprintf(english, args...) // for vet: the arguments are those of fmt
	}
	return append(Text{format(english)}, args...)
}

// N returns the text that fits a number. The number is the first argument of
// both formats, the others follow.
func N[I int | int64 | int32 | uint32](n I, one, other string, args ...any) Text {
	return append(Text{forms{one, other}, int64(n)}, args...)
}

// Date returns a time, or what has one by a method Time, by a layout of package
// time and in the way of a language.
func Date(t any, by string) Text { return Text{layout(by), t} }

// OneOf returns the text number i of several.
func OneOf[I ~int | ~int8 | ~uint8](i I, english ...string) Text {
	if english[i] == "" {
		return nil
	}
	return Text{format(escape.Replace(english[i]))}
}

var escape = strings.NewReplacer("%", "%%")

// Name returns a text that is the same in all languages.
func Name(name string) Text {
	if name == "" {
		return nil
	}
	return Text{glue(""), name}
}

// Join returns texts one after another with something between them.
func Join(between string, texts ...Text) Text {
	t := Text{glue(between)}
	for _, one := range texts {
		if len(one) > 0 {
			t = append(t, one)
		}
	}
	if len(t) == 1 {
		return nil
	}
	return t
}

// String says a text in English.
func (t Text) String() string { return English().Say(t) }

// MarshalText writes a text in English.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// MarshalJSON writes a text in English.
func (t Text) MarshalJSON() ([]byte, error) { return json.Marshal(t.String()) }

// Say says a text in l.
func (l *Language) Say(t Text) string {
	if len(t) == 0 {
		return ""
	}
	var key source
	switch first := t[0].(type) {
	case format:
		key = sourceOf(string(first))
	case forms:
		key = sourceOfForms(first)
	case layout:
		return l.date(t[1], string(first))
	case glue:
		said := make([]string, len(t)-1)
		for i, arg := range t[1:] {
			said[i] = l.argument(arg, "%v")
		}
		return strings.Join(said, string(first))
	default:
		return fmt.Sprint([]any(t)...)
	}
	var b strings.Builder
	l.write(&b, l.entry(key.key), key.verbs, t[1:])
	return b.String()
}

func (l *Language) write(b *strings.Builder, p pattern, verbs []string, args []any) {
	for _, q := range p {
		switch q.kind {
		case literal:
			b.WriteString(q.text)
		case value:
			if q.id < len(args) && q.id < len(verbs) {
				b.WriteString(l.argument(args[q.id], verbs[q.id]))
			}
		case element:
			l.write(b, q.forms[0], verbs, args)
		case plural:
			if q.id < len(args) {
				l.write(b, q.forms[min(l.form(args[q.id]), len(q.forms)-1)], verbs, args)
			}
		}
	}
}

// A Part is a stretch of a text that is said; Marked is one between <0> and </0>.
type Part struct {
	Text   string
	Marked bool
}

// Parts says a text in l, cut where its marks begin and end.
func (l *Language) Parts(t Text) (parts []Part) {
	if len(t) == 0 {
		return nil
	}
	english, ok := t[0].(format)
	if !ok {
		return []Part{{Text: l.Say(t)}}
	}
	key := sourceOf(string(english))
	for _, q := range l.entry(key.key) {
		var b strings.Builder
		l.write(&b, pattern{q}, key.verbs, t[1:])
		marked := q.kind == element
		if n := len(parts); n > 0 && parts[n-1].Marked == marked {
			parts[n-1].Text += b.String()
			continue
		}
		parts = append(parts, Part{b.String(), marked})
	}
	return parts
}

// argument says one argument by the verb that its format has for it.
func (l *Language) argument(arg any, verb string) string {
	switch arg := arg.(type) {
	case Text:
		return l.Say(arg)
	case fmt.Stringer, error, string:
		return fmt.Sprintf(verb, arg)
	}
	switch v := reflect.ValueOf(arg); v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if verb == "%d" || verb == "%v" || verb == "%+d" {
			return l.numbers.whole(fmt.Sprintf(verb, arg))
		}
	case reflect.Float64, reflect.Float32:
		if verb == "%v" {
			return l.numbers.broken(plainFloat(v.Float()), v.Float())
		}
		return l.numbers.broken(fmt.Sprintf(verb, arg), v.Float())
	}
	return fmt.Sprintf(verb, arg)
}

// form tells which plural form fits a number or a text that counts something.
func (l *Language) form(v any) int {
	if t, ok := v.(Text); ok {
		for _, arg := range t[min(1, len(t)):] {
			if n, ok := number(arg); ok {
				return l.plural(n)
			}
		}
		return l.forms - 1
	}
	if n, ok := number(v); ok {
		return l.plural(n)
	}
	return l.forms - 1
}

func number(v any) (float64, bool) {
	switch v := reflect.ValueOf(v); v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return float64(v.Int()), true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return float64(v.Uint()), true
	case reflect.Float32, reflect.Float64:
		return v.Float(), true
	}
	return 0, false
}

func (l *Language) date(at any, by string) string {
	switch at := at.(type) {
	case time.Time:
		return l.dated(at, by)
	case interface{ Time() time.Time }:
		return l.dated(at.Time(), by)
	case interface{ Format(string) string }:
		return at.Format(by)
	}
	return fmt.Sprint(at)
}

// A source is an English format as a catalogue has it: its key, and the verbs of
// fmt by which each place is written.
type source struct {
	key   string
	verbs []string
}

var sources sync.Map // format or forms → source

func sourceOf(english string) source {
	if s, ok := sources.Load(format(english)); ok {
		return s.(source)
	}
	s := source{}
	s.key, s.verbs = places(english, nil)
	sources.Store(format(english), s)
	return s
}

func sourceOfForms(f forms) source {
	if s, ok := sources.Load(f); ok {
		return s.(source)
	}
	s := source{}
	one, verbs := places(f.one, nil)
	other, verbs := places(f.other, verbs)
	s.key, s.verbs = "{0#"+one+"|"+other+"}", verbs
	if len(verbs) == 0 {
		s.verbs = []string{"%d"}
	}
	sources.Store(f, s)
	return s
}

// Key returns the key of a format of fmt in catalogues: its verbs are places.
func Key(english string) string { return sourceOf(english).key }

// KeyOfForms returns the key of what N was given.
func KeyOfForms(one, other string) string { return sourceOfForms(forms{one, other}).key }

// places turns the verbs of fmt into places; verbs that are known of another
// form of the same text are kept.
func places(english string, verbs []string) (string, []string) {
	var b strings.Builder
	next := 0
	for i := 0; i < len(english); i++ {
		c := english[i]
		if c != '%' {
			if strings.IndexByte(`{}|\`, c) >= 0 {
				b.WriteByte('\\')
			}
			b.WriteByte(c)
			continue
		}
		if i+1 < len(english) && english[i+1] == '%' {
			b.WriteByte('%')
			i++
			continue
		}
		verb, end := "%", i+1
		for end < len(english) {
			c := english[end]
			end++
			if c == '[' {
				n := 0
				for end < len(english) && english[end] != ']' {
					n, end = n*10+int(english[end]-'0'), end+1
				}
				next, end = n-1, end+1
				continue
			}
			verb += string(c)
			if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
				break
			}
		}
		for len(verbs) <= next {
			verbs = append(verbs, "%v")
		}
		verbs[next] = strings.Replace(verb, "%w", "%v", 1)
		fmt.Fprintf(&b, "{%d}", next)
		next, i = next+1, end-1
	}
	return b.String(), verbs
}
