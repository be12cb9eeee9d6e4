package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/ndjson"
)

// salon is a forum in which three groups of fifteen answer each other about their
// subject, and now and then somebody elsewhere.
func salon(t *testing.T) (data string) {
	t.Helper()
	chance := rand.New(rand.NewPCG(5, 2))
	subjects := []string{"telescopes", "binoculars", "weather"}
	who := func(g, i int) orrery.Actor {
		name := fmt.Sprintf("%s-%d", subjects[g], i)
		return orrery.Actor{Namespace: "forum.example", Type: "login", Value: name, Name: name}
	}
	var b []byte
	for n := range 1500 {
		g := chance.IntN(3)
		to := who(g, chance.IntN(15))
		if chance.IntN(6) == 0 {
			to = who(chance.IntN(3), chance.IntN(15))
		}
		b = ndjson.Append(b, &orrery.Activity{
			ExternalID: fmt.Sprint(n), Namespace: "forum.example", Kind: "forum.reply", Actor: who(g, chance.IntN(15)), To: []orrery.Actor{to},
			At:     now.AddDate(0, 0, -chance.IntN(300)),
			Object: orrery.Object{ID: fmt.Sprint("post", n), Type: "post", Title: "About " + subjects[g]},
		})
	}
	data = filepath.Join(t.TempDir(), "data")
	orr(t, data, "import", "ndjson", write(t, "forum.ndjson", string(b)), "--planet", "forum").ok()
	return data
}

func TestCirclesOfAPlanet(t *testing.T) {
	t.Parallel()
	data := salon(t)
	lines := orr(t, data, "circles", "--planet", "forum", "--json").ok().lines()
	if len(lines) != 4 {
		t.Fatalf("got %d lines, want three circles and the sum", len(lines))
	}
	var words []string
	for _, line := range lines[:3] {
		c := shaped(t, "a circle", line, "type planet as_of id name named since people in_orbit closeness trend words kinds nearest")
		said := c["words"].([]any)
		if c["type"] != "circle" || c["people"] != 15.0 || c["named"] != false || len(said) == 0 {
			t.Fatalf("got %v", c)
		}
		words = append(words, said[0].(string))
		for _, n := range c["nearest"].([]any) {
			if name := shaped(t, "somebody", n, "id name")["name"].(string); !strings.HasPrefix(name, words[len(words)-1]) {
				t.Errorf("%s stands in the circle of %s", name, words[len(words)-1])
			}
		}
	}
	slices.Sort(words)
	if got := strings.Join(words, " "); got != "binoculars telescopes weather" {
		t.Errorf("the circles are told apart by %q", got)
	}
	done := shaped(t, "the sum", lines[3], "type planet as_of clear circles people ties none confidence modularity by_chance bridges")
	if done["clear"] != true || done["circles"] != 3.0 || done["people"] != 45.0 || done["none"] != 0.0 ||
		done["confidence"].(float64) < .8 || done["modularity"].(float64) < done["by_chance"].(float64)+.1 {
		t.Errorf("got %v", done)
	}
	text := orr(t, data, "circles", "--planet", "forum").ok().out
	for _, want := range []string{"telescopes", "3 circles around forum", "45 people", "by chance"} {
		if !strings.Contains(text, want) {
			t.Errorf("the list does not say %q:\n%s", want, text)
		}
	}
	if failed := orr(t, data, "circles", "--planet", "elsewhere"); failed.code != exitNotFound {
		t.Errorf("of a planet that is not there: got %d", failed.code)
	}
	// Two months before, the same circles had the same numbers.
	ids := map[any]any{}
	for _, line := range lines[:3] {
		ids[line["name"]] = line["id"]
	}
	earlier := orr(t, data, "circles", "--planet", "forum", "--as-of", now.AddDate(0, -2, 0).Format("2006-01-02"), "--json").ok().lines()
	for _, line := range earlier[:len(earlier)-1] {
		if id, known := ids[line["name"]]; known && id != line["id"] {
			t.Errorf("%v was circle %v and is %v", line["name"], line["id"], id)
		}
	}
	if len(earlier) != 4 {
		t.Errorf("two months before there were %d circles", len(earlier)-1)
	}
}

func TestTiesAndIntroductions(t *testing.T) {
	t.Parallel()
	data := salon(t)
	for _, line := range orr(t, data, "ties", "--planet", "forum", "--json").ok().lines() {
		l := shaped(t, "somebody who gave much", line, "planet as_of id name level closeness gave received people mostly_to")
		if l["gave"].(float64) <= l["received"].(float64) {
			t.Errorf("gave no more than they received: %v", l)
		}
	}
	ties := orr(t, data, "ties", "--planet", "forum", "--of", "telescopes-3", "--json").ok().lines()
	if len(ties) < 10 {
		t.Fatalf("telescopes-3 has %d ties", len(ties))
	}
	strength, own := -1., 0
	for _, line := range ties {
		l := shaped(t, "a tie", line, "planet as_of id with gave received met_over pushed_away was_pushed_away acts met since last")
		now := l["gave"].(float64) + l["received"].(float64) + l["met_over"].(float64)
		if strength >= 0 && now > strength+1e-6 {
			t.Error("a stronger tie stands after a weaker one")
		}
		strength = now
		if strings.HasPrefix(l["with"].(map[string]any)["name"].(string), "telescopes") {
			own++
		}
	}
	if 2*own < len(ties) {
		t.Errorf("%d of %d ties are within the group", own, len(ties))
	}
	if text := orr(t, data, "ties", "--planet", "forum", "--of", "telescopes-3").ok().out; !strings.Contains(text, "telescopes-") || !strings.Contains(text, "One step away") {
		t.Errorf("got %s", text)
	}
	if failed := orr(t, data, "ties", "--planet", "forum", "--of", "nobody"); failed.code != exitNotFound {
		t.Errorf("ties of nobody: got %d", failed.code)
	}
	if failed := orr(t, data, "ties", "--planet", "forum", "--of", "telescopes-3", "--imbalance"); failed.code != exitUsage {
		t.Errorf("of one and of everybody: got %d", failed.code)
	}

	var suggested []map[string]any
	for _, line := range orr(t, data, "introductions", "--planet", "forum", "--json").ok().lines() {
		suggested = append(suggested, shaped(t, "a suggestion", line, "type planet as_of a b score alike words common circles"))
	}
	if len(suggested) == 0 {
		t.Fatal("nobody is suggested")
	}
	name := func(side string) string { return suggested[0][side].(map[string]any)["name"].(string) }
	for _, line := range ties {
		if with := line["with"].(map[string]any)["name"]; name("a") == "telescopes-3" && with == name("b") || name("b") == "telescopes-3" && with == name("a") {
			t.Errorf("%s and %s are suggested and have a tie", name("a"), name("b"))
		}
	}
	made := orr(t, data, "introductions", "--planet", "forum", "make", name("a"), name("b"), "--note", "at the fair", "--json").ok().line()
	number := fmt.Sprint(made["introduction"])
	orr(t, data, "introductions", "--planet", "forum", "accept", number).ok()
	var found map[string]any
	for _, line := range orr(t, data, "introductions", "--planet", "forum", "--json").ok().lines() {
		if line["type"] == "introduced" {
			found = shaped(t, "an introduction", line, "type planet introduction a b day state note tied_within_days acts met")
		} else if line["a"].(map[string]any)["name"] == name("a") && line["b"].(map[string]any)["name"] == name("b") {
			t.Error("who was introduced is suggested again")
		}
	}
	if found == nil || found["state"] != "accepted" || found["note"] != "at the fair" || found["tied_within_days"] != 0.0 {
		t.Errorf("got %v", found)
	}
	if failed := orr(t, data, "introductions", "--planet", "forum", "accept", "x"); failed.code != exitUsage {
		t.Errorf("an introduction without a number: got %d", failed.code)
	}
}
