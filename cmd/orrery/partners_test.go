package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestPartnersOfMadeUpWorldsAreToldBesideTheTruth(t *testing.T) {
	t.Parallel()
	var all []partnerTruth
	for seed := range uint64(2) {
		lines := partnersWorld(seed, 4000)
		if again := partnersWorld(seed, 4000); !slices.Equal(lines, again) {
			t.Error("the same seed makes another world")
		}
		all = append(all, lines...)
	}
	nulls := 0
	for i := range all {
		if all[i].Null {
			nulls++
			if all[i].Truth != 0 || all[i].Credit.Shapley == 0 {
				t.Errorf("a partner who changes nothing: %+v", all[i])
			}
		}
		text, err := json.Marshal(&all[i])
		if err != nil {
			t.Fatal(err)
		}
		credit, increment, _ := strings.Cut(string(text), `"increment"`)
		if !strings.Contains(credit, `"credit":{"last_touch"`) || !strings.Contains(increment, `"method":"holdout"`) {
			t.Errorf("got %s", text)
		}
	}
	if nulls != 4 {
		t.Errorf("got %d partners who change nothing in two worlds, want 4", nulls)
	}
}

func TestPartnersByCommand(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	rows := "who,when,kind,partner,object\n"
	for i := range 40 {
		of := ""
		if i%2 == 0 {
			of = "radio"
		}
		rows += fmt.Sprintf("p%d,2026-0%d-1%d,reply,%s,post\n", i, 1+i%3, i%10, of)
	}
	orr(t, data, "import", "csv", write(t, "club.csv", rows), "--planet", "club").ok()
	orr(t, data, "partners", "add", "radio", "--title", "Radio Nord", "--code", "DAWN https://example.org/dawn", "--domain", "radio.example").ok()
	shown := shaped(t, "a partner", orr(t, data, "partners", "show", "radio", "--json").ok().line(),
		"planet partner title as_of codes domains channels brought in_orbit now later together circles credit increment people")
	if brought := shown["brought"].(map[string]any); brought["ever"] != 20.0 || len(shown["increment"].([]any)) != 0 {
		t.Errorf("got %v, want 20 people and no increment", shown)
	}
	if text := orr(t, data, "partners").ok().out; !strings.Contains(text, "radio") || !strings.Contains(text, "not known") {
		t.Errorf("got %s", text)
	}
	room := shaped(t, "a room", orr(t, data, "partners", "room", "radio", "--json", "--public-url", "https://club.example/").ok().line(), "partner room link expires")
	if link, _ := room["link"].(string); !strings.HasPrefix(link, "https://club.example/room/") || len(link) < 60 {
		t.Errorf("the room has the link %q", link)
	}
	orr(t, data, "partners", "room", "radio", "--revoke", "1").ok()
	if failed := orr(t, data, "partners", "room", "radio", "--revoke", "1"); failed.code != exitNotFound {
		t.Errorf("a link is taken back twice: %d", failed.code)
	}
	if failed := orr(t, data, "partners", "add", "radio", "--code", "A javascript:alert(1)"); failed.code != exitUsage {
		t.Errorf("a link may lead anywhere: %d", failed.code)
	}
	if failed := orr(t, data, "partners", "trial", "radio", "x", "--from", "2020-01-01"); failed.code != exitUsage {
		t.Errorf("a trial begins in the past: %d", failed.code)
	}
	orr(t, data, "partners", "trial", "radio", "x", "--from", "2099-01-01").ok()
	if lines := strings.Count(orr(t, data, "partners", "trial", "radio", "x").ok().out, "\n"); lines != 40 {
		t.Errorf("the lots of %d people are told, want 40", lines)
	}
	orr(t, data, "partners", "remove", "radio").ok()
}
