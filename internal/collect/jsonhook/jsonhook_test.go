package jsonhook_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/jsonhook"
	"orrery.dev/orrery/internal/collect/payload"
)

const secret = "a secret of the help desk"

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const ticket = `
# a help desk
only         = $.event == "ticket.opened"
external_id  = "ticket/" + $.id + "+opened"
kind         = $.event                      # as the help desk says it
at           = $.created
actor.id     = $.user.id
actor.email  = $.user.email
actor.name   = $.user.name
to.id        = $.agent.id
object.id    = $['id']
object.type  = "ticket"
object.title = $.subject
thread       = "ticket/" + $["id"]
partner      = $['a key']['x.y']
tags         = $.labels[*].name
valence      = $.score
amount       = $.total
unit         = $.currency
origin       = "unprompted"
parent       = $.in_reply_to
`

const donations = `each = $.items[*]
external_id = $.account + "/" + $.items[*].id
kind = "donation"
actor.email = @.who
at = @.when
quantity = @.amount
unit = "hours"`

func read(t testing.TB, path string) []byte {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestASampleBecomesActivities(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, mapping, sample, namespace string }{
		{"ticket", ticket, "testdata/ticket.json", "desk.example.org"},
		{"batch", donations, "testdata/batch.json", ""},
	} {
		p, err := jsonhook.Inspect(collect.Values{"mapping": c.mapping, "namespace": c.namespace}, read(t, c.sample), now)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		collecttest.Mapped(t, p.Mapped, now)
		var got bytes.Buffer
		got.Write(collecttest.Lines(&collecttest.Recorder{Activities: p.Activities, Links: p.Links}))
		for _, line := range p.Empty {
			got.WriteString("found nothing: " + line + "\n")
		}
		collecttest.Golden(t, "testdata/"+c.name+".golden.txt", got.Bytes())
	}
}

const least = "external_id = $.id\nkind = \"x\"\nactor.id = $.who\n"

func TestAMistakeInTheMappingIsNamedWithItsLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, mapping, says string }{
		{"nothing", "", "external_id"},
		{"no kind", "external_id = $.id", "does not say kind"},
		{"nobody", "external_id = $.id\nkind = \"x\"", "who it was"},
		{"no equals sign", least + "at $.created", "line 4 of the mapping: \"at $.created\" has no equals sign"},
		{"an unknown field", least + "extrenal = $.id", "line 4 of the mapping: there is no field \"extrenal\""},
		{"a bare word", least + "name = ticket", "line 4 of the mapping: name: \"ticket\" is neither a path nor a text"},
		{"no value", least + "name =", "nothing stands there"},
		{"an open quote", least + `name = "x`, "closing quote"},
		{"an open bracket", least + "name = $.a[0", "closing bracket"},
		{"a word in brackets", least + "name = $.a[b]", "in brackets"},
		{"no key", least + "name = $..a", "key is missing"},
		{"two texts", least + `name = "a" "b"`, "join parts with +"},
		{"a list", least + "name = $.a[*]", "is a list"},
		{"the one of none", least + "name = @.a", "no each line"},
		{"a field twice", least + "kind = \"y\"", "line 4 of the mapping: kind stands twice"},
		{"each of a text", least + `each = "a"`, "path of a list"},
		{"each twice", least + "each = $.a\neach = $.b", "line 5 of the mapping: each stands twice"},
		{"a condition without a sign", least + "only = $.a", "compares two things"},
		{"a condition of three", least + `only = $.a == "b" == "c"`, "no more"},
		{"a mapping without end", strings.Repeat("#\n", 200), "longer than"},
	} {
		_, err := jsonhook.Platform().Hook(collect.Values{"secret": secret, "mapping": c.mapping})
		if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want an invalid error that says %q", c.name, err, c.says)
		}
	}
}

func TestAPayloadThatDoesNotFitIsToldWhere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, mapping, body, says string }{
		{"no JSON", least, "a=b", "not JSON"},
		{"no id", least, `{"number":1,"who":2}`, "line 1 of the mapping: external_id = $.id finds nothing: it has the keys number, who"},
		{"no id in an item", least + "each = $.l[*]\n", `{"l":[{"n":1}]}`, "external_id = $.id finds nothing"},
		{"an object for an id", least, `{"id":{"a":1},"who":2}`, "finds nothing"},
		{"no list", least + "each = $.l[*]", `{"x":1}`, "each finds nothing"},
		{"something else than a list", least + "each = $.l[*]", `{"l":1}`, "no list"},
		{"no time", least + "at = $.at", `{"id":1,"who":2,"at":"soon"}`, "line 4 of the mapping: at: \"soon\" is not a time"},
		{"a time ahead", least + "at = $.at", `{"id":1,"who":2,"at":"2027-01-01"}`, "48 hours"},
		{"no number", least + "quantity = $.q", `{"id":1,"who":2,"q":"many"}`, "must be a number"},
		{"no currency", least + "amount = $.q", `{"id":1,"who":2,"q":"3"}`, "with its currency"},
		{"no origin", least + "origin = $.q", `{"id":1,"who":2,"q":"us"}`, "unprompted, peer or prompted"},
		{"no valence", least + "valence = $.q", `{"id":1,"who":2,"q":7}`, "-1 for against"},
	} {
		_, err := jsonhook.Inspect(collect.Values{"mapping": c.mapping}, []byte(c.body), now)
		if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want an invalid error that says %q", c.name, err, c.says)
		}
	}
}

func TestWhatSaysNothingOfPeopleIsIgnoredWithWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, mapping, body, says string }{
		{"nobody", least, `{"id":1,"who":null}`, "names nobody: actor.id = $.who"},
		{"not wanted", least + `only = $.type != "ping"`, `{"id":1,"who":2,"type":"ping"}`, "passed over by the line only"},
		{"an empty list", least + "each = $", `[]`, "an empty list"},
	} {
		p, err := jsonhook.Inspect(collect.Values{"mapping": c.mapping}, []byte(c.body), now)
		if err != nil || !strings.Contains(p.Ignored, c.says) {
			t.Errorf("%s: got %q, %v, want ignored with %q", c.name, p.Ignored, err, c.says)
		}
	}
}

func TestOnlyDeliveriesThatProveThemselvesAreTaken(t *testing.T) {
	t.Parallel()
	body := []byte(`{"id":1,"who":2}`)
	sum, other := payload.Sum(secret, string(body)), payload.Sum("another", string(body))
	for _, c := range []struct {
		name                  string
		proof, header, prefix string
		sent                  map[string]string
		says                  string // empty: it is taken
	}{
		{"a signature", "", "", "", map[string]string{"X-Signature-256": hex.EncodeToString(sum)}, ""},
		{"a signature with a prefix", "signature in hexadecimal", "X-Hub", "sha256=", map[string]string{"X-Hub": "sha256=" + hex.EncodeToString(sum)}, ""},
		{"a signature in base64", "signature in base64", "X-Sum", "", map[string]string{"X-Sum": base64.StdEncoding.EncodeToString(sum)}, ""},
		{"a bearer token", "bearer token", "", "", map[string]string{"Authorization": "bearer " + secret}, ""},
		{"a token", "token in a header", "", "", map[string]string{"X-Token": secret}, ""},
		{"another signature", "", "", "", map[string]string{"X-Signature-256": hex.EncodeToString(other)}, "does not fit"},
		{"another signature in base64", "signature in base64", "", "", map[string]string{"X-Signature-256": base64.StdEncoding.EncodeToString(other)}, "does not fit"},
		{"no signature", "", "", "", nil, "X-Signature-256"},
		{"a signature without its prefix", "", "", "sha256=", map[string]string{"X-Signature-256": hex.EncodeToString(sum)}, "not signed"},
		{"no hexadecimal", "", "", "", map[string]string{"X-Signature-256": "??"}, "does not fit"},
		{"another token", "bearer token", "", "", map[string]string{"Authorization": "Bearer another"}, "does not fit"},
		{"no token", "bearer token", "", "", map[string]string{"Authorization": "Bearer "}, "not signed"},
		{"the beginning of the token", "token in a header", "", "", map[string]string{"X-Token": secret[:5]}, "does not fit"},
	} {
		hook, err := jsonhook.Platform().Hook(collect.Values{"secret": secret, "mapping": least, "proof": c.proof, "header": c.header, "prefix": c.prefix})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		d := collect.Delivery{Header: http.Header{}, Body: body, At: now}
		for name, value := range c.sent {
			d.Header.Set(name, value)
		}
		err = hook.Verify(d)
		switch {
		case c.says == "" && err != nil:
			t.Errorf("%s: got %v, want none", c.name, err)
		case c.says != "" && (orrery.CodeOf(err) != orrery.Denied || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: got %v, want a denied error that says %q", c.name, err, c.says)
		}
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	t.Parallel()
	for says, values := range map[string]collect.Values{
		"no secret":            {"mapping": least},
		"is not known":         {"mapping": least, "secret": secret, "proof": "md5"},
		"the name of a header": {"mapping": least, "secret": secret, "header": "X: y"},
	} {
		if _, err := jsonhook.Platform().Hook(values); orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want an invalid error that says %q", err, says)
		}
	}
}

func FuzzInspect(f *testing.F) {
	f.Add(ticket, read(f, "testdata/ticket.json"))
	f.Add(donations, read(f, "testdata/batch.json"))
	f.Add(least+"each = $[*]", []byte(`[{"id":1,"who":2}]`))
	f.Fuzz(func(t *testing.T, mapping string, body []byte) {
		p, err := jsonhook.Inspect(collect.Values{"mapping": mapping}, body, now)
		if err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("got %v, want an invalid error", err)
			}
			return
		}
		collecttest.Mapped(t, p.Mapped, now)
	})
}
