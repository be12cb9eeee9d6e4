package document_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/document"
)

func parse(t testing.TB, text string) document.Object {
	t.Helper()
	o, err := document.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestWhatIsOfAnotherTypeCostsTheFieldAlone(t *testing.T) {
	t.Parallel()
	o := parse(t, `{"a":{"b":" x\u0000 ","n":12.50,"null":null,"list":["p",7,null,{}]},"php":[],"t":true,"A":"other"}`)
	for _, c := range []struct {
		name string
		got  any
		want any
	}{
		{"a text without space and zero characters", o.Text("a", "b"), "x"},
		{"a number as it was written", o.Text("a", "n"), "12.50"},
		{"null is nothing", o.Text("a", "null"), ""},
		{"a boolean is no text", o.Text("t"), ""},
		{"a list is no object", o.Text("php", "b"), ""},
		{"an object that is missing", o.Object("x", "y").Text("z"), ""},
		{"keys match exactly", o.Text("A"), "other"},
		{"the first that is there", o.First("x", "t", "A"), "other"},
		{"the texts of a list", o.Texts("a", "list"), []string{"p", "7"}},
		{"one text instead of a list", o.Texts("a", "b"), []string{"x"}},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
	if n, ok := o.Number("a", "n"); !ok || n != 12.5 {
		t.Errorf("got %v %t, want 12.5", n, ok)
	}
	if _, ok := parse(t, `{"n":"1e999"}`).Number("n"); ok {
		t.Error("what is not finite is a number")
	}
}

func TestOnlyAnObjectIsTaken(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "null", "[]", "1", `{"a":1} {}`, `{"a":}`, `{"a":1`} {
		if o, err := document.Parse([]byte(text)); orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("%q: got %v and %v, want an invalid error", text, o, err)
		}
	}
}

func TestAnObjectLiesOverAnother(t *testing.T) {
	t.Parallel()
	below := parse(t, `{"traits":{"email":"a@example.org","name":"Below"},"ip":"below","page":"text"}`)
	over := parse(t, `{"traits":{"name":"Over"},"page":{"url":"u"},"ip":null}`)
	want := parse(t, `{"traits":{"email":"a@example.org","name":"Over"},"ip":"below","page":{"url":"u"}}`)
	if got := over.Over(below); !same(t, got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !same(t, below, parse(t, `{"traits":{"email":"a@example.org","name":"Below"},"ip":"below","page":"text"}`)) {
		t.Errorf("what lay below was changed: %v", below)
	}
}

func same(t *testing.T, a, b document.Object) bool {
	t.Helper()
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

func TestTimesAsProgramsWriteThem(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 4, 3, 8, 15, 0, 250_000_000, time.UTC)
	for text, offset := range map[string]int{
		"2026-04-03T08:15:00.25Z":      0,
		"2026-04-03T10:15:00.250+0200": 7200,
		"2026-04-03T10:15:00.25+02:00": 7200,
		"2026-04-03T08:15:00.25":       0,
		"2026-04-03 08:15:00.25":       0,
		"1775204100.25":                0,
		"1775204100250":                0,
	} {
		at, ok := document.Time(text)
		if _, got := at.Zone(); !ok || !at.Equal(want) || got != offset {
			t.Errorf("%s: got %s, want %s at %d s", text, at, want, offset)
		}
	}
	for _, text := range []string{"", "soon", "-5", "0", "1e30", "NaN", "2026-02-30T00:00:00Z", "2026-04-03T10:15:00+02:00:30"} {
		if at, ok := document.Time(text); ok {
			t.Errorf("%q is taken for %s", text, at)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"a":{"b":[1,"x",null]},"at":"2026-04-03T10:15:00Z"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		o, err := document.Parse(text)
		if err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("got %v, want an invalid error", err)
			}
			return
		}
		o.Text("a", "b")
		o.Number("a")
		if at, ok := o.Time("at"); ok {
			if _, err := json.Marshal(at); err != nil && at.Year() >= 0 {
				t.Errorf("%v of %q", err, o.Text("at"))
			}
		}
		if !same(t, o.Over(o), o) && len(o) > 0 {
			t.Errorf("over itself %v is %v", o, o.Over(o))
		}
	})
}
