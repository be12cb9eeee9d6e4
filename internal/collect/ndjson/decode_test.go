package ndjson_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/ndjson"
)

const whole = `{"external_id":"gh-1+opened","namespace":"github.com","source":"git/web","planet":"web","kind":"github.pull_request.opened","name":"Opened",` +
	`"actor":{"namespace":"github.com","type":"login","value":"ada","name":"Ada \"the\" First","email":"ada@example.org"},` +
	`"object":{"id":"web/7","type":"pull_request","title":"Über\ndate","url":"https://example.org/7"},"thread":"7","parent":"gh-0",` +
	`"to":[{"namespace":"global","type":"email","value":"bob@example.org"},{"namespace":"github.com","type":"login","value":"cy"}],` +
	`"at":"2026-04-03T10:15:00.25+02:00","origin":"peer","prompted_by":"mail-3","quantity":1250,"unit":"EUR","valence":-1,"partner":"acme",` +
	`"purposes":["clean water"],"tags":["a","b"],"retracts":"gh-9","time_clamped":true}`

const least = `{"external_id":"1","kind":"like","actor":{"type":"who","value":"1"},"at":"2026-04-03T10:15:00Z"}`

func TestAWholeActivityIsWrittenAsItWasRead(t *testing.T) {
	t.Parallel()
	a, err := ndjson.Decode([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	valence := int8(-1)
	want := orrery.Activity{
		ExternalID: "gh-1+opened", Namespace: "github.com", Source: "git/web", Planet: "web",
		Kind: "github.pull_request.opened", Name: "Opened",
		Actor:  orrery.Actor{Namespace: "github.com", Type: "login", Value: "ada", Name: `Ada "the" First`, Email: "ada@example.org"},
		Object: orrery.Object{ID: "web/7", Type: "pull_request", Title: "Über\ndate", URL: "https://example.org/7"},
		Thread: "7", Parent: "gh-0",
		To: []orrery.Actor{
			{Namespace: "global", Type: "email", Value: "bob@example.org"},
			{Namespace: "github.com", Type: "login", Value: "cy"},
		},
		At: a.At, Origin: orrery.Peer, PromptedBy: "mail-3", Quantity: 1250, Unit: "EUR", Valence: &valence,
		Partner: "acme", Purposes: []string{"clean water"}, Tags: []string{"a", "b"}, Retracts: "gh-9", TimeClamped: true,
	}
	if !reflect.DeepEqual(a, want) {
		t.Errorf("got %+v, want %+v", a, want)
	}
	if at := time.Date(2026, 4, 3, 8, 15, 0, 250_000_000, time.UTC); !a.At.Equal(at) {
		t.Errorf("got time %s, want %s", a.At, at)
	}
	if got := string(ndjson.Append(nil, &a)); got != whole+"\n" {
		t.Errorf("got  %swant %s", got, whole)
	}
}

func TestDecodeTakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, line string }{
		{"the least that is needed", least},
		{"keys in any order, with space", " {\t\"at\" : \"2026-04-03T10:15:00Z\" , \"kind\":\"k\",\"actor\":{\"value\":\"1\",\"type\":\"t\"},\"external_id\":\"1\"} \r"},
		{"null for what can be left out", strings.Replace(least, `"kind"`, `"object":null,"to":null,"valence":null,"quantity":null,"thread":null,"kind"`, 1)},
		{"keys of others that begin with x_", strings.Replace(least, `"kind"`, `"x_raw":{"a":[1,-2.5e-3,true,null,{"a":{}}],"b":"\u00e9"},"kind"`, 1)},
		{"pairs of surrogates", strings.Replace(least, `"like"`, `"\ud83d\ude80"`, 1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, err := ndjson.Decode([]byte(c.line)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	with := func(old, replacement string) string { return strings.Replace(least, old, replacement, 1) }
	for _, c := range []struct{ name, line, says string }{
		{"no external id", with(`"external_id":"1",`, ""), "external_id is missing"},
		{"no kind", with(`"like"`, `""`), "kind is missing"},
		{"no time", with(`,"at":"2026-04-03T10:15:00Z"`, ""), "at is missing"},
		{"no actor", with(`"actor":{"type":"who","value":"1"},`, ""), "actor.type is missing"},
		{"an actor without a value", with(`"value":"1"`, `"value":" "`), "actor.value is missing"},
		{"an addressed actor without a type", with(`"kind"`, `"to":[{"value":"1"}],"kind"`), "to needs a type"},
		{"a key twice", with(`"kind"`, `"kind":"a","kind"`), "kind, at byte 38: the key stands twice"},
		{"a nested key twice", with(`"type"`, `"type":"a","type"`), "actor.type"},
		{"an unknown key", with(`"kind"`, `"knd":1,"kind"`), `no key "knd"`},
		{"an unknown nested key", with(`"type"`, `"typ":1,"type"`), `no key "actor.typ"`},
		{"a key in another case", with(`"kind"`, `"Kind"`), `no key "Kind"`},
		{"a time without a zone", with("00Z", "00"), "is no time"},
		{"a time with odd seconds in its zone", with("00Z", "00+25:00"), "is no time"},
		{"a time with a comma", with("00Z", "00,5Z"), "is no time"},
		{"an origin that is none", with(`"kind"`, `"origin":"web","kind"`), "no origin"},
		{"a valence that is none", with(`"kind"`, `"valence":2,"kind"`), "a valence is"},
		{"a number in quotes", with(`"kind"`, `"quantity":"2","kind"`), "must be a number"},
		{"a number past all numbers", with(`"kind"`, `"quantity":1e999,"kind"`), "too large"},
		{"a number with a zero before it", with(`"kind"`, `"quantity":01,"kind"`), "must be a number"},
		{"a text that is a number", with(`"like"`, `1`), "text in double quotes"},
		{"half a pair of surrogates", with(`"like"`, `"\ud83d"`), "escape"},
		{"a zero character", with(`"like"`, `"\u0000"`), "escape"},
		{"a line break in a text", with("like", "li\nke"), "control character"},
		{"what is not UTF-8", with("like", "li\xffke"), "UTF-8"},
		{"two objects", least + least, "something follows"},
		{"an array", "[]", "must be an object"},
		{"half an object", least[:40], ""},
		{"nothing", "", "must be an object"},
		{"a depth without end", with(`"kind"`, `"x_deep":`+strings.Repeat("[", 100_000)), "deep"},
		{"more marks than there may be", with(`"kind"`, `"tags":[`+strings.Repeat(`"a",`, 100)+`"a"],"kind"`), "at most 100"},
		{"more addressed than there may be", with(`"kind"`, `"to":[`+strings.Repeat(`{"type":"a","value":"b"},`, 1000)+`{}],"kind"`), "at most 1000"},
		{"more than a megabyte", with("like", strings.Repeat("k", 1<<20)), "longer than one megabyte"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a, err := ndjson.Decode([]byte(c.line))
			if err == nil {
				t.Fatalf("got %+v, want an error", a)
			}
			if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want an invalid error that says %q", err, c.says)
			}
		})
	}
}

// FuzzDecode checks that what is accepted is JSON by the standard library's
// word too, and that writing it and reading it again changes nothing.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte(least))
	f.Add([]byte(strings.Replace(least, `"kind"`, `"x_raw":[1,-2.5e-3,{"a":"\u00e9"}],"kind"`, 1)))
	f.Fuzz(func(t *testing.T, line []byte) {
		a, err := ndjson.Decode(line)
		if err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("got %v, want an invalid error", err)
			}
			return
		}
		if !json.Valid(line) {
			t.Fatalf("accepted %q, which is no JSON", line)
		}
		out := ndjson.Append(nil, &a)
		if !json.Valid(out) || bytes.Count(out, []byte("\n")) != 1 {
			t.Fatalf("wrote %q, which is no line of JSON", out)
		}
		again, err := ndjson.Decode(out)
		if err != nil {
			t.Fatalf("wrote %q, which it does not read: %v", out, err)
		}
		if !bytes.Equal(ndjson.Append(nil, &again), out) {
			t.Errorf("wrote %q, then %q", out, ndjson.Append(nil, &again))
		}
		sameKeys(t, line, out)
	})
}

// sameKeys checks that each key of a line, but for empty ones, those that begin
// with x_ and the time, stands in the other with the same value.
func sameKeys(t *testing.T, line, out []byte) {
	t.Helper()
	var before, after map[string]any
	if err := json.Unmarshal(line, &before); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &after); err != nil {
		t.Fatal(err)
	}
	delete(before, "at")
	before, after = tidy(before).(map[string]any), tidy(after).(map[string]any)
	delete(after, "at")
	if before["quantity"] == nil {
		delete(after, "quantity")
	}
	if !reflect.DeepEqual(before, after) {
		t.Errorf("read %v, wrote %v", before, after)
	}
}

// tidy takes away what means nothing: x_ keys, null, empty texts and lists,
// false and a quantity of 0.
func tidy(v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		if list, ok := v.([]any); ok {
			for i := range list {
				list[i] = tidy(list[i])
			}
		}
		return v
	}
	for k, v := range m {
		v = tidy(v)
		switch {
		case strings.HasPrefix(k, "x_"), v == nil, v == "", v == false, k == "quantity" && v == 0.0:
			delete(m, k)
			continue
		}
		switch w := v.(type) {
		case []any:
			if len(w) == 0 {
				delete(m, k)
			}
		case map[string]any:
			if len(w) == 0 {
				delete(m, k)
			}
		}
	}
	return m
}

// FuzzAppend checks that any activity of valid texts comes back as it was.
func FuzzAppend(f *testing.F) {
	f.Add("1", "k", "v", "a b", "", int64(1_775_204_100_250_000), int16(120), 12.5, int8(1), uint8(2))
	f.Add("\"\\\u2028", "\t", "\x01", "é", "🚀", int64(0), int16(-1439), -0.1, int8(-2), uint8(0))
	f.Fuzz(func(t *testing.T, id, kind, value, text, list string, micros int64, offset int16, quantity float64, valence int8, origin uint8) {
		for _, s := range []*string{&id, &kind, &value, &text, &list} {
			*s = strings.ReplaceAll(strings.ToValidUTF8(*s, "?"), "\x00", "?")
		}
		for _, s := range []*string{&id, &kind, &value} {
			if strings.TrimSpace(*s) == "" {
				*s = "x"
			}
		}
		if quantity != quantity || quantity-quantity != 0 { // NaN and infinities
			quantity = 0
		}
		zone := time.UTC
		if offset %= 24 * 60; offset != 0 {
			zone = time.FixedZone("", int(offset)*60)
		}
		actor := orrery.Actor{Namespace: text, Type: kind, Value: value, Name: list, Email: text}
		a := orrery.Activity{
			ExternalID: id, Namespace: text, Source: list, Planet: text, Kind: kind, Name: list, Actor: actor,
			Object: orrery.Object{ID: text, Type: list, Title: text, URL: list}, Thread: text, Parent: list,
			At: time.UnixMicro(((micros % 2e15) + 2e15) % 2e15).In(zone), Origin: orrery.Origin(origin % 4), PromptedBy: text,
			Quantity: quantity, Unit: list, Partner: text, Retracts: list, TimeClamped: offset%2 == 0,
		}
		if list != "" {
			a.To, a.Tags, a.Purposes = []orrery.Actor{actor, actor}, []string{list, text}, []string{text}
		}
		if valence >= -1 && valence <= 1 {
			a.Valence = &valence
		}
		line := ndjson.Append(nil, &a)
		got, err := ndjson.Decode(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		_, wantOffset := a.At.Zone()
		if _, gotOffset := got.At.Zone(); !got.At.Equal(a.At) || gotOffset != wantOffset {
			t.Errorf("got time %s, want %s", got.At, a.At)
		}
		got.At = a.At
		if got.Quantity == 0 {
			got.Quantity = a.Quantity // −0
		}
		if !reflect.DeepEqual(got, a) {
			t.Errorf("got %+v, want %+v", got, a)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	for _, c := range []struct{ name, line string }{{"least", least}, {"whole", whole}} {
		line := []byte(c.line)
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(line)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ndjson.Decode(line); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(c.name+"/encoding/json", func(b *testing.B) {
			b.SetBytes(int64(len(line)))
			b.ReportAllocs()
			for b.Loop() {
				var v shape
				if err := json.Unmarshal(line, &v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// shape is the contract as encoding/json takes it, to compare with.
type shape struct {
	ExternalID string       `json:"external_id"`
	Namespace  string       `json:"namespace"`
	Source     string       `json:"source"`
	Planet     string       `json:"planet"`
	Kind       string       `json:"kind"`
	Name       string       `json:"name"`
	Actor      actorShape   `json:"actor"`
	Object     *objectShape `json:"object"`
	Thread     string       `json:"thread"`
	Parent     string       `json:"parent"`
	To         []actorShape `json:"to"`
	At         time.Time    `json:"at"`
	Origin     string       `json:"origin"`
	PromptedBy string       `json:"prompted_by"`
	Quantity   float64      `json:"quantity"`
	Unit       string       `json:"unit"`
	Valence    *int8        `json:"valence"`
	Partner    string       `json:"partner"`
	Purposes   []string     `json:"purposes"`
	Tags       []string     `json:"tags"`
	Retracts   string       `json:"retracts"`
	Clamped    bool         `json:"time_clamped"`
}

type actorShape struct {
	Namespace string `json:"namespace"`
	Type      string `json:"type"`
	Value     string `json:"value"`
	Name      string `json:"name"`
	Email     string `json:"email"`
}

type objectShape struct {
	ID    string `json:"id"`
	Type  string `json:"type"`
	Title string `json:"title"`
	URL   string `json:"url"`
}

func BenchmarkAppend(b *testing.B) {
	a, err := ndjson.Decode([]byte(whole))
	if err != nil {
		b.Fatal(err)
	}
	var line []byte
	b.ReportAllocs()
	for b.Loop() {
		line = ndjson.Append(line[:0], &a)
	}
	b.SetBytes(int64(len(line)))
}
