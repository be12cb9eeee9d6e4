package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// acts writes activities of a few people who are known in two ways.
func acts(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for i, who := range []string{
		`"type":"alias","value":"Barnaby Quigley <bq@acme.example>","name":"Barnaby Quigley","email":"bq@acme.example"`,
		`"type":"alias","value":"Barnaby Quigley <other@b.example>","name":"Barnaby Quigley","email":"other@b.example"`,
		`"type":"alias","value":"Rosamund Peake <rp@acme.example>","name":"Rosamund Peake","email":"rp@acme.example"`,
		`"type":"login","value":"release-sync"`,
		`"type":"anonymous_id","value":"browser-1"`,
		`"type":"anonymous_id","value":"browser-2"`,
	} {
		fmt.Fprintf(&b, `{"external_id":"e%d","namespace":"town","planet":"origin","kind":"forum.reply","actor":{"namespace":"town",%s},"at":"2026-11-2%dT10:00:00Z"}`+"\n", i, who, i%3)
	}
	path := filepath.Join(t.TempDir(), "acts.ndjson")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhoIsWhoAtTheCommandLine(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	orr(t, data, "import", "ndjson", acts(t)).ok()

	truth := filepath.Join(t.TempDir(), "mailmap")
	if err := os.WriteFile(truth, []byte("Barnaby Quigley <bq@acme.example> <other@b.example>\nRosamund Peake <rp@acme.example>\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	// One true pair, which no evidence joins; the suggestion finds it.
	score := orr(t, data, "identities", "score", "--truth", truth, "--json").ok().lines()[0]
	automatic, accepted := score["automatic"].(map[string]any), score["with_suggestions"].(map[string]any)
	if score["true_pairs"] != 1. || automatic["recall"] != 0. || accepted["recall"] != 1. || accepted["precision"] != 1. {
		t.Errorf("got %v", score)
	}

	list := orr(t, data, "identities", "suggest", "--json").ok().lines()
	if len(list) != 1 || list[0]["score"].(float64) < .8 || len(list[0]["evidence"].([]any)) == 0 {
		t.Fatalf("got %v", list)
	}
	id := func(side string) string { return fmt.Sprint(list[0][side].(map[string]any)["id"]) }
	if text := orr(t, data, "identities", "suggest").ok().out; !strings.Contains(text, "same name Barnaby Quigley") || !strings.Contains(text, "identities accept "+id("a")+" "+id("b")) {
		t.Errorf("got %s", text)
	}
	orr(t, data, "identities", "accept", id("a"), id("b")).ok()
	if r := orr(t, data, "identities", "accept", id("a"), id("b")); r.code != exitConflict {
		t.Errorf("accepted twice ends with %d: %s", r.code, r.err)
	}
	orr(t, data, "unmerge", id("a"), id("b")).ok()
	if list := orr(t, data, "identities", "suggest", "--json", "--limit", "0").ok().lines(); len(list) != 0 {
		t.Errorf("accepted and parted, they are suggested: %v", list)
	}

	flags := orr(t, data, "identities", "bots", "--json").ok().lines()
	if len(flags) != 1 || flags[0]["name"] != "release-sync" {
		t.Errorf("got %v", flags)
	}
	orr(t, data, "identities", "mark", fmt.Sprint(flags[0]["id"]), "bot").ok()
	if text := orr(t, data, "identities", "bots").ok().out; !strings.Contains(text, "Nobody acts like a program") {
		t.Errorf("got %s", text)
	}

	organizations := orr(t, data, "organizations", "--json").ok().lines()
	if len(organizations) != 1 || organizations[0]["name"] != "acme.example" || organizations[0]["people"] != 2. {
		t.Errorf("got %v", organizations)
	}
	if text := orr(t, data, "member", "rp@acme.example").ok().out; !strings.Contains(text, "belongs to acme.example, since 2026-11, by acme.example address") {
		t.Errorf("got %s", text)
	}

	if list := orr(t, data, "members", "--organization", "acme.example", "--limit", "0", "--json").ok().lines(); len(list) != 2 {
		t.Errorf("got %v, want the two of the organization", list)
	}
	if r := orr(t, data, "members", "--organization", "nowhere"); r.code != exitNotFound {
		t.Errorf("an organization that is not there ends with %d", r.code)
	}
	if list := orr(t, data, "export", "organizations").ok().lines(); len(list) != 2 || list[0]["since"] == nil || list[0]["stated"] != false {
		t.Errorf("exported %v", list)
	}
	if text := orr(t, data, "export", "organizations", "--format", "csv").ok().out; strings.Count(text, "\n") != 3 {
		t.Errorf("exported %s", text)
	}

	// Visitors are counted, and no members.
	for _, m := range orr(t, data, "members", "--limit", "0", "--json").ok().lines() {
		if m["kind"] == "visitor" || strings.HasPrefix(fmt.Sprint(m["name"]), "browser") {
			t.Errorf("a visitor is listed: %v", m)
		}
	}
	if planet := orr(t, data, "planets", "--json").ok().lines()[0]; planet["visitors"] != 2. {
		t.Errorf("got %v visitors, want 2", planet["visitors"])
	}

	for _, wrong := range [][]string{
		{"identities", "score"},
		{"identities", "score", "--truth", "nowhere"},
		{"identities", "score", "--truth", acts(t)},
		{"identities", "score", "--truth", truth, "--threshold", "2"},
		{"identities", "suggest", "--limit", "-1"},
		{"identities", "mark", id("a"), "visitor"},
		{"identities", "mark", id("a"), "planet"},
		{"organizations", "--limit", "-1"},
	} {
		if r := orr(t, data, wrong...); r.code != exitUsage || r.err == "" {
			t.Errorf("%q ends with %d: %s", wrong, r.code, r.err)
		}
	}
}
