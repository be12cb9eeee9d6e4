package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// doubtful writes activities of some honest people, of three who praise each
// other, and of a program that nobody named one.
func doubtful(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	n := 0
	act := func(who, kind, at, to string) {
		n++
		if to != "" {
			to = fmt.Sprintf(`,"to":[{"namespace":"town","type":"login","value":%q}]`, to)
		}
		fmt.Fprintf(&b, `{"external_id":"e%d","namespace":"town","planet":"origin","kind":%q,"actor":{"namespace":"town","type":"login","value":%q},"at":%q%s}`+"\n", n, kind, who, at, to)
	}
	for day := range 80 {
		date := fmt.Sprintf("2026-%02d-%02dT", 9+day/28, 1+day%28)
		act("hourly", "forum.reply", date+"03:07:00Z", "")
		act("hourly", "forum.reply", date+"15:07:02Z", "")
		for i := range 30 {
			if (day+i)%5 == 0 {
				act(fmt.Sprint("p", i), "forum.reply", fmt.Sprintf("%s%02d:%02d:00Z", date, 9+i%12, (day*7+i)%60), fmt.Sprint("p", (i+day)%30))
				act(fmt.Sprint("p", i), "forum.like", fmt.Sprintf("%s%02d:%02d:30Z", date, 9+i%12, (day*7+i)%60), fmt.Sprint("p", (i+day/2)%30))
			}
		}
		for i, who := range []string{"una", "vic", "wes"} {
			if day%4 == i {
				act(who, "forum.reply", date+"18:20:00Z", fmt.Sprint("p", day%30))
				continue
			}
			act(who, "forum.like", fmt.Sprintf("%s12:%02d:00Z", date, (day*11+i*17)%60), []string{"vic", "wes", "una"}[i])
			act(who, "answer.accepted", fmt.Sprintf("%s14:%02d:00Z", date, (day*13+i*7)%60), []string{"wes", "una", "vic"}[i])
		}
	}
	return write(t, "acts.ndjson", b.String())
}

func TestIsItRealAtTheCommandLine(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	orr(t, data, "import", "ndjson", doubtful(t)).ok()
	open := func() (kinds []string, lines []map[string]any) {
		t.Helper()
		lines = orr(t, data, "authenticity", "--json").ok().lines()
		for _, l := range lines {
			if l["open"] == true {
				kinds = append(kinds, l["kind"].(string))
			}
		}
		return kinds, lines
	}
	kinds, lines := open()
	if !slices.Equal(kinds, []string{"program", "ring"}) {
		t.Fatalf("asked about %v, want a program and a ring: %v", kinds, lines)
	}
	ring := shaped(t, "a flag", lines[1], "activities counts gravity gravity_without kind members open planet reasons strength")
	members := ring["members"].([]any)
	first := shaped(t, "a member", members[0], "id name with without")
	with := shaped(t, "how they stand", first["with"], "closeness given level received")
	without := first["without"].(map[string]any)
	if len(members) != 3 || with["closeness"].(float64) <= without["closeness"].(float64) || without["received"] != 0. {
		t.Errorf("got %v", ring)
	}
	text := orr(t, data, "authenticity").ok().out
	for _, want := range []string{"program", "hourly", "praised each other", "in minute 7 of an hour", "authenticity accept"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %s", want, text)
		}
	}

	orr(t, data, "authenticity", "accept", "town:login:una").ok()
	if kinds, lines = open(); !slices.Equal(kinds, []string{"program"}) || len(lines) != 2 || lines[1]["counts"] != false || lines[1]["decision"] != 1. {
		t.Errorf("accepted, it lists %v", lines)
	}
	una := orr(t, data, "member", fmt.Sprint(first["id"]), "--json").ok().line()["orbits"].([]any)[0].(map[string]any)
	if math.Abs(una["closeness"].(float64)-without["closeness"].(float64)) > .1 || una["level"] != without["level"] {
		t.Errorf("una stands at %v, foretold %v", una, without)
	}
	orr(t, data, "authenticity", "undo", "1").ok()
	if kinds, _ = open(); len(kinds) != 2 {
		t.Errorf("taken back, it asks about %v", kinds)
	}
	if r := orr(t, data, "authenticity", "undo", "1"); r.code != exitNotFound {
		t.Errorf("taken back twice ends with %d", r.code)
	}
	orr(t, data, "authenticity", "reject", "town:login:vic").ok()
	orr(t, data, "authenticity", "accept", "town:login:hourly", "--kind", "program").ok()
	if kinds, lines = open(); len(kinds) != 0 || len(lines) != 2 {
		t.Errorf("all decided, it lists %v", lines)
	}
	if text := orr(t, data, "authenticity").ok().out; !strings.Contains(text, "left as it is") || !strings.Contains(text, "a program") {
		t.Errorf("got %s", text)
	}
	if r := orr(t, data, "authenticity", "accept", "town:login:p1"); r.code != exitNotFound {
		t.Errorf("about an honest person it ends with %d: %s", r.code, r.err)
	}
}
