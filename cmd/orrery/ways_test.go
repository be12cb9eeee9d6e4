package main

import (
	"strings"
	"testing"
)

func TestWaysOfAPlanet(t *testing.T) {
	t.Parallel()
	const planet = "night-radio"
	data := feed(t)
	line := orr(t, data, "ways", "--planet", planet, "--json").ok().line()
	shaped(t, "a group", line, "planet as_of horizon_days first_days people activities outside_purchase watched returned holds ways trial")
	if ways, ok := line["ways"].([]any); !ok || len(ways) != 6 {
		t.Errorf("got %v ways, want six", line["ways"])
	}
	if r := orr(t, data, "ways", "--planet", planet, "--tag", "nobody"); r.code != exitNotFound {
		t.Errorf("a tag that nobody has: exit code %d, want %d", r.code, exitNotFound)
	}
	if text := orr(t, data, "ways", "--planet", planet).ok().out; !strings.Contains(text, "An association") {
		t.Errorf("got %s, want it to say what kind of figure this is", text)
	}
}

func TestWaysOfMadeUpWorlds(t *testing.T) {
	t.Parallel()
	lines := orr(t, t.TempDir(), "ways", "simulate", "--seed", "3", "--json").ok().lines()
	if len(lines) != 3 || lines[0]["world"] != "best_way" || lines[1]["world"] != "no_difference" || lines[2]["type"] != "done" {
		t.Fatalf("got %v, want two worlds and a sum", lines)
	}
	for i, want := range []int{4, 0} {
		right := 0
		for _, g := range lines[i]["groups"].([]any) {
			group := g.(map[string]any)
			if group["advised"] == group["best"] && group["best"] != "" {
				right++
			} else if group["advised"] != "" {
				t.Errorf("world %v: advised %v where %v is best", lines[i]["world"], group["advised"], group["best"])
			}
		}
		if right < want-1 {
			t.Errorf("world %v: %d groups advised their best way, want %d", lines[i]["world"], right, want)
		}
	}
}
