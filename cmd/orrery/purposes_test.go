package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/ndjson"
)

func TestAPurposeFromTheShell(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	var b []byte
	for i := range 40 {
		a := orrery.Activity{
			ExternalID: "x" + string(rune('a'+i)), Namespace: "club.example", Kind: "volunteer.hours", At: now.AddDate(0, 0, -i).Truncate(time.Second),
			Actor:    orrery.Actor{Namespace: "club.example", Type: "login", Value: "u" + string(rune('a'+i%5)), Name: "Member " + string(rune('A'+i%5)) + hostile},
			Quantity: 2, Unit: "hours",
		}
		if i%2 == 0 {
			a.Purposes = []string{"tidy-shores"}
		}
		b = ndjson.Append(b, &a)
	}
	orr(t, data, "import", "ndjson", write(t, "club.ndjson", string(b)))

	must := func(args ...string) string {
		t.Helper()
		r := orr(t, data, args...)
		if r.code != exitOK {
			t.Fatalf("orrery %q: %d, %s", args, r.code, r.err)
		}
		return r.out
	}
	if out := must("purposes"); !strings.Contains(out, "No purposes yet") {
		t.Errorf("without purposes it says %s", out)
	}
	from := now.AddDate(0, 0, -29).Format(time.DateOnly)
	by := now.AddDate(0, 0, 30).Format(time.DateOnly)
	must("purposes", "add", "tidy-shores", "--statement", "So that seals rest"+hostile, "--partner", "bay-trust", "--ask", "Bring gloves",
		"--measure", "sum hours over kind=hours target 120 from "+from+" by "+by, "--measure", "count over marked target 100 from "+from+" by "+by)
	var p struct {
		Slug     string   `json:"slug"`
		Public   bool     `json:"public"`
		People   int      `json:"people"`
		Partners []string `json:"partners"`
		Measures []struct {
			Value    float64 `json:"value"`
			Expected float64 `json:"expected"`
			Verdict  string  `json:"verdict"`
		} `json:"measures"`
		Givers []struct {
			Amounts []float64 `json:"amounts"`
		} `json:"givers"`
	}
	show := func(more ...string) {
		t.Helper()
		p.Givers = nil
		if err := json.Unmarshal([]byte(must(append([]string{"purposes", "show", "tidy-shores", "--json"}, more...)...)), &p); err != nil {
			t.Fatal(err)
		}
	}
	show()
	// Thirty of the forty days count, of which fifteen are marked.
	if p.People != 5 || len(p.Measures) != 2 || p.Measures[0].Value != 60 || p.Measures[1].Value != 15 || p.Measures[0].Verdict != "on_the_way" || p.Measures[1].Verdict != "behind" {
		t.Errorf("it stands as %+v", p)
	}
	sum := 0.0
	for _, g := range p.Givers {
		sum += g.Amounts[0]
	}
	if sum != 60 {
		t.Errorf("givers gave %v hours, want 60", sum)
	}
	show("--as-of", now.AddDate(0, 0, -20).Format(time.DateOnly))
	if p.Measures[0].Value != 20 {
		t.Errorf("twenty days ago it stood at %v hours, want 20", p.Measures[0].Value)
	}
	must("purposes", "publish", "tidy-shores")
	must("purposes", "edit", "tidy-shores", "--title", "Tidy shores", "--update", "It goes well")
	must("purposes", "close", "tidy-shores")
	out := must("purposes")
	if !strings.Contains(out, "tidy-shores (closed)") || !strings.Contains(out, "on the way") {
		t.Errorf("the list says %s", out)
	}
	if text := must("purposes", "show", "tidy-shores"); strings.ContainsAny(text, "\x1b\u202e\x07") || !strings.Contains(text, "Bring gloves") {
		t.Errorf("it is shown as %q", text)
	}
	show()
	if !p.Public || len(p.Partners) != 1 {
		t.Errorf("after a change it is %+v", p)
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"add", "tidy-shores", "--statement", "x", "--measure", "count target 5 by " + by}, exitConflict, "there is a purpose"},
		{[]string{"add", "other", "--statement", "x", "--measure", "count over hue=red target 5 by " + by}, exitUsage, "is no condition"},
		{[]string{"add", "other", "--statement", "x"}, exitUsage, "needs a measure"},
		{[]string{"add", "Other Words", "--statement", "x", "--measure", "count target 5 by " + by}, exitUsage, "cannot name a purpose"},
		{[]string{"show", "nothing"}, exitNotFound, "no purpose"},
		{[]string{"show"}, exitUsage, "accepts 1 arg"},
	} {
		if r := orr(t, data, append([]string{"purposes"}, c.args...)...); r.code != c.code || !strings.Contains(r.err, c.want) {
			t.Errorf("orrery purposes %q: %d, %q, want %d, %q", c.args, r.code, r.err, c.code, c.want)
		}
	}
}
