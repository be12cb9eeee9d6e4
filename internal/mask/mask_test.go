package mask_test

import (
	"bytes"
	"html/template"
	"net/url"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/mask"
)

func TestTextLosesAddressesAndNumbers(t *testing.T) {
	t.Parallel()
	const a, p = mask.Address, mask.Phone
	for _, test := range []struct{ given, want string }{
		{"", ""},
		{"write to ada@night-radio.example, please", "write to " + a + ", please"},
		{"Ada <ada.l+news@x.example>; bob@y.example.", "Ada <" + a + ">; " + a + "."},
		{"ada%40night-radio.example", a},
		{"call +49 30 5550 1234 today", "call " + p + " today"},
		{"call 0049 (30) 55501234", "call " + p},
		{"(030) 555-01234", p},
		{"030 5550 1234", p},
		{"03055501234", p},
		{"212-555-0187", p},
		{"tel:+4930555012", "tel:" + p},
		{"at the meeting @ noon", "at the meeting @ noon"},
		{"domains like @example.org", "domains like @example.org"},
		{"2026-11-22 10:05:33", "2026-11-22 10:05:33"},
		{"commit 0123456789abcdef", "commit 0123456789abcdef"},
		{"came closer by +12.4 in 90 days", "came closer by +12.4 in 90 days"},
		{"1,234,567 rows", "1,234,567 rows"},
		{"order 20261122001", "order 20261122001"},
	} {
		if got := mask.Text(test.given); got != test.want {
			t.Errorf("%q: got %q, want %q", test.given, got, test.want)
		}
	}
}

func TestNoWayOfWritingAnAddressPasses(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"canary@trap.example", "o'canary+x@trap.example", "canary@täp.example"} {
		for name, write := range map[string]func(string) string{
			"plain": func(s string) string { return s },
			"html":  template.HTMLEscapeString,
			"js":    template.JSEscapeString,
			"query": url.QueryEscape,
			"path":  url.PathEscape,
			"twice": func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
			"entity": func(s string) string {
				return strings.NewReplacer("@", "&#64;", "+", "&#43;").Replace(s)
			},
		} {
			body := `<a href="/people?q=` + write(secret) + `">` + write(secret) + "</a>,\"" + write(secret) + "\"\n"
			if got := mask.Body([]byte(body)); bytes.Contains(got, []byte("canary")) || bytes.Contains(got, []byte("trap")) {
				t.Errorf("%s: %s", name, got)
			}
		}
	}
	for _, body := range []string{"&#43;49 30 5550 1234", "%2B493055501234", "+49-30-5550-1234", "%2B49%2030%205550%201234"} {
		if got := mask.Body([]byte(body)); string(got) != mask.Phone {
			t.Errorf("%s: got %s", body, got)
		}
	}
	for _, body := range []string{`<path d="M0 12.5 13 20 21">`, "+12.4 2026-11-22", "<td>+3.1</td><td>+4.5</td>", "2026-11-22T10:00:00+02:00", "a {b: c@media}"} {
		if got := mask.Body([]byte(body)); !strings.Contains(body, "@") && string(got) != body {
			t.Errorf("%s: got %s", body, got)
		}
	}
}

type inner struct{ Name string }

type outer struct {
	inner
	N     int
	List  []inner
	Map   map[string]*inner
	Any   any
	Plain []int
	Up    *outer
}

func TestDeepLeavesTheOriginalAlone(t *testing.T) {
	t.Parallel()
	const secret = "ada@night-radio.example"
	v := &outer{N: 3, List: []inner{{secret}}, Map: map[string]*inner{"x": {secret}}, Any: inner{secret}, Plain: []int{1}, Up: &outer{Any: secret}}
	got := mask.Deep(v)
	if got.N != 3 || got.List[0].Name != mask.Address || got.Map["x"].Name != mask.Address || got.Any.(inner).Name != mask.Address || got.Up.Any != mask.Address {
		t.Errorf("got %+v", got)
	}
	if none := mask.Deep[any](nil); none != nil {
		t.Errorf("nothing becomes %v", none)
	}
	if v.List[0].Name != secret || v.Map["x"].Name != secret || v.Any.(inner).Name != secret || v.Up.Any != secret {
		t.Errorf("the original is %+v", v)
	}
}

func FuzzBodyEndsAndKeepsNoAddress(f *testing.F) {
	f.Add("x ada@b.example y")
	f.Add("@@@+1+2")
	f.Add("%40%2B&#43;123456789")
	f.Fuzz(func(t *testing.T, text string) {
		if got := mask.Body([]byte("\n" + "canary@trap.example" + "\n" + text)); bytes.Contains(got, []byte("canary@")) {
			t.Errorf("behind %q stays %q", text, got)
		}
	})
}
