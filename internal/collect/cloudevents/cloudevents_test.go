package cloudevents_test

import (
	"encoding/base64"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/cloudevents"
)

var received = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

func read(t testing.TB, h http.Header, body string) cloudevents.Mapping {
	t.Helper()
	m, err := cloudevents.Read(h, []byte(body), received)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const data = `{"actor":{"type":"login","value":"ada","name":"Ada","email":"ada@example.org"},"name":"Solved","object":{"id":"q7","type":"quiz","title":"Seven","url":"https://example.org/7"},
	"thread":"t","parent":"p","to":[{"type":"login","value":"bob"},7,{}],"origin":"peer","prompted_by":"may","quantity":2.5,"unit":"hours","valence":-1,"partner":"acme",
	"purposes":["water"],"tags":["a",null,"b"],"secret":"not kept"}`

func TestThreeModesSayTheSame(t *testing.T) {
	t.Parallel()
	valence := int8(-1)
	want := orrery.Activity{
		ExternalID: "e1", Namespace: "https://example.org/quiz", Kind: "org.example.quiz.solved", Name: "Solved",
		Actor:  orrery.Actor{Type: "login", Value: "ada", Name: "Ada", Email: "ada@example.org"},
		Object: orrery.Object{ID: "q7", Type: "quiz", Title: "Seven", URL: "https://example.org/7"}, Thread: "t", Parent: "p",
		To: []orrery.Actor{{Type: "login", Value: "bob"}}, At: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC),
		Origin: orrery.Peer, PromptedBy: "may", Quantity: 2.5, Unit: "hours", Valence: &valence, Partner: "acme",
		Purposes: []string{"water"}, Tags: []string{"a", "b"},
	}
	attributes := `"specversion":"1.0","id":"e1","source":"https://example.org/quiz","type":"org.example.quiz.solved","time":"2026-11-20T08:00:00Z"`
	ce := []string{
		"ce-specversion", "1.0", "ce-id", "e1", "ce-source", "https://example.org/quiz", "ce-type", "org.example.quiz.solved",
		"ce-time", "2026-11-20T08:00:00.000Z", "Content-Type", "application/json; charset=utf-8",
	}
	structured := header("Content-Type", "application/cloudevents+json; charset=utf-8")
	for _, c := range []struct {
		mode   string
		header http.Header
		body   string
	}{
		{"binary", header(ce...), data},
		{"structured", structured, `{` + attributes + `,"data":` + data + `}`},
		{"structured, in base64", structured, `{` + attributes + `,"datacontenttype":"application/json","data_base64":"` + base64.StdEncoding.EncodeToString([]byte(data)) + `"}`},
		{"structured, without saying so", header("Content-Type", "application/json"), `{` + attributes + `,"data":` + data + `}`},
		{"batched", header("Content-Type", "application/cloudevents-batch+json"), `[{` + attributes + `,"data":` + data + `}]`},
	} {
		t.Run(c.mode, func(t *testing.T) {
			t.Parallel()
			m := read(t, c.header, c.body)
			if len(m.Activities) != 1 || m.Len != 1 || !reflect.DeepEqual(m.Activities[0], want) {
				t.Errorf("got  %+v\nwant %+v", m.Activities, want)
			}
		})
	}
}

func TestWhoActs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, event string
		actor       orrery.Actor
		object      string
	}{
		{"the subject", `"subject":"u7"`, orrery.Actor{Type: "user_id", Value: "u7"}, ""},
		{"an address as the subject", `"subject":"ada@example.org"`, orrery.Actor{Type: "email", Value: "ada@example.org"}, ""},
		{"an address as a URI", `"subject":"mailto:ada@example.org"`, orrery.Actor{Type: "email", Value: "ada@example.org"}, ""},
		{"data goes before the subject, which is the object then", `"subject":"doc/7","data":{"actor":{"value":"u7"}}`, orrery.Actor{Type: "user_id", Value: "u7"}, "doc/7"},
		{"an actor known by an address", `"data":{"actor":{"email":"ada@example.org","name":"Ada"}}`, orrery.Actor{Type: "email", Value: "ada@example.org", Name: "Ada"}, ""},
		{"data that is none", `"subject":"u7","data":"text"`, orrery.Actor{Type: "user_id", Value: "u7"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := read(t, nil, `{"specversion":"1.0","id":"1","source":"s","type":"x.like",`+c.event+`}`).Activities[0]
			if a.Actor != c.actor || a.Object.ID != c.object || !a.At.Equal(received) {
				t.Errorf("got %+v on %+v at %s, want %+v on %q, now", a.Actor, a.Object, a.At, c.actor, c.object)
			}
		})
	}
}

func TestHeadersAreDecoded(t *testing.T) {
	t.Parallel()
	a := read(t, header("ce-specversion", "1.0", "ce-id", "1", "ce-source", "/caf%C3%A9", "ce-type", "x", "ce-subject", "100% sure"), "").Activities[0]
	if a.Namespace != "/café" || a.Actor.Value != "100% sure" {
		t.Errorf("got %+v", a)
	}
}

func TestWhatIsNoEventIsRefusedInWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ body, word string }{
		{``, "ce- headers"},
		{`{"id":"1","source":"s","type":"x","subject":"u"}`, "specversion"},
		{`{"specversion":"1.0","source":"s","type":"x","subject":"u"}`, "id"},
		{`{"specversion":"1.0","id":"1","type":"x","subject":"u"}`, "source"},
		{`{"specversion":"1.0","id":"1","source":"s","subject":"u"}`, "type"},
		{`{"specversion":"2.0","id":"1","source":"s","type":"x","subject":"u"}`, "version 1.0"},
		{`{"specversion":"1.0","id":"1","source":"s","type":"x"}`, "subject"},
		{`{"specversion":"1.0","id":"1","source":"s","type":"a b","subject":"u"}`, "kind"},
		{`[1}`, "array"},
		{`[` + strings.Repeat("1,", cloudevents.MaxEvents) + `1]`, "at most"},
	} {
		_, err := cloudevents.Read(nil, []byte(c.body), received)
		if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%.60s: got %v, want an invalid error that says %q", c.body, err, c.word)
		}
	}
	if _, err := cloudevents.Read(header("Content-Type", "application/cloudevents+avro"), []byte("x"), received); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("got %v", err)
	}
}

func TestABatchWithAnEventOfNoUseKeepsTheOthers(t *testing.T) {
	t.Parallel()
	m := read(t, nil, `[{"specversion":"1.0","id":"1","source":"s","type":"x"},7,{"specversion":"1.0","id":"3","source":"s","type":"x","subject":"u"}]`)
	if m.Len != 3 || len(m.Activities) != 1 || !reflect.DeepEqual(m.Items, []int{2}) || len(m.Refused) != 2 || m.Refused[1].Index != 1 {
		t.Errorf("got %+v", m)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("application/json", "", []byte(`{"specversion":"1.0","id":"1","source":"s","type":"x","time":"2026-11-20T08:00:00Z","data":`+data+`}`))
	f.Add("application/cloudevents-batch+json", "", []byte(`[{"specversion":"1.0","id":"1","source":"s","type":"x","subject":"u"},null]`))
	f.Add("application/json", "%C3%A9", []byte(data))
	f.Fuzz(func(t *testing.T, media, id string, body []byte) {
		h := header("Content-Type", media)
		if id != "" {
			h = header("Content-Type", media, "ce-specversion", "1.0", "ce-id", id, "ce-source", id, "ce-type", "x", "ce-subject", id)
		}
		m, err := cloudevents.Read(h, body, received)
		if err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("got %v, want an invalid error", err)
			}
			return
		}
		if len(m.Activities) != len(m.Items) || len(m.Activities)+len(m.Refused) != m.Len {
			t.Errorf("%d events are %d activities and %d refusals", m.Len, len(m.Activities), len(m.Refused))
		}
		for _, a := range m.Activities {
			if a.ExternalID == "" || a.Namespace == "" || a.Kind == "" || a.Actor.Value == "" || a.Actor.Type == "" {
				t.Errorf("got %+v", a)
			}
		}
	})
}
