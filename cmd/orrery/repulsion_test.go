package main

import (
	"strings"
	"testing"
)

func TestRepulsionOfAPlanet(t *testing.T) {
	t.Parallel()
	const planet = "night-radio"
	data := feed(t)
	lines := orr(t, data, "repulsion", "--planet", planet, "--json").ok().lines()
	shaped(t, "everybody", lines[0], "type planet as_of since last_90_days days_before all growth weeks")
	shaped(t, "between people", lines[len(lines)-1], "type planet against triangles frustrated")
	if text := orr(t, data, "repulsion", "--planet", planet).ok().out; !strings.Contains(text, "as of") {
		t.Errorf("got %s, want it to say of which day it tells", text)
	}
	if r := orr(t, data, "repulsion", "--planet", "nowhere"); r.code != exitNotFound {
		t.Errorf("a planet that is not there: exit code %d, want %d", r.code, exitNotFound)
	}
}

func TestSystemOfPlanets(t *testing.T) {
	t.Parallel()
	data := feed(t)
	lines := orr(t, data, "system", "--json").ok().lines()
	if lines[0]["type"] != "planet" || lines[len(lines)-1]["type"] != "zones" {
		t.Fatalf("got %v first and %v last, want a planet and zones", lines[0]["type"], lines[len(lines)-1]["type"])
	}
	shaped(t, "a planet", lines[0], "type planet as_of people gravity rhythm_days activities in_orbit_90_days_ago stayed left_near left_elsewhere left_all")
	if text := orr(t, data, "system").ok().out; !strings.Contains(text, "An association") {
		t.Errorf("got %s, want it to say what kind of figure this is", text)
	}
}
