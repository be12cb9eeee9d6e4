package main

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/ndjson"
)

func TestConversationsAreListedWithTheirReasons(t *testing.T) {
	t.Parallel()
	var b []byte
	say := func(n int, days int, kind, who, thread string, gist orrery.Gist, to ...string) {
		actor := func(name string) orrery.Actor {
			return orrery.Actor{Namespace: "forum.example", Type: "login", Value: name, Name: name, Email: name + "@example.org"}
		}
		a := orrery.Activity{
			ExternalID: fmt.Sprint(n), Namespace: "forum.example", Kind: kind, At: now.AddDate(0, 0, -days), Thread: thread, Planet: "night-radio",
			Gist: gist, Actor: actor(who), Object: orrery.Object{ID: thread, Title: "About " + thread, Type: "topic"},
		}
		for _, name := range to {
			a.To = append(a.To, actor(name))
		}
		b = ndjson.Append(b, &a)
	}
	say(1, 9, "forum.topic.created", "ann", "antennas", orrery.Asks)
	say(2, 8, "forum.topic.created", "bo", "batteries", orrery.Asks)
	say(3, 7, "forum.reply", "ann", "batteries", 0, "bo")
	say(4, 6, "forum.topic.created", "cy", "cables", orrery.Asks)
	say(5, 5, "forum.topic.closed", "cy", "cables", 0)
	data := filepath.Join(t.TempDir(), "data")
	orr(t, data, "import", "ndjson", write(t, "forum.ndjson", string(b))).ok()

	lines := orr(t, data, "conversations", "--json").ok().lines()
	if len(lines) != 3 {
		t.Fatalf("got %d lines, want two that wait and the end", len(lines))
	}
	first, second, end := lines[0], lines[1], lines[2]
	if first["title"] != "About antennas" || first["turn"] != "us" || first["newcomer"] != true || first["waited_seconds"] != float64(9*86400) {
		t.Errorf("got %v", first)
	}
	if second["turn"] != "them" || second["first_answer"].(map[string]any)["team"] != false {
		t.Errorf("got %v", second)
	}
	if end["type"] != "done" || end["conversations"] != float64(3) || end["newcomers_unanswered"] != float64(1) {
		t.Errorf("got %v", end)
	}
	if us := orr(t, data, "conversations", "--waiting", "us", "--json").ok().lines(); len(us) != 2 {
		t.Errorf("waiting on us: got %v", us)
	}
	earlier := orr(t, data, "conversations", "--as-of", now.AddDate(0, 0, -8).Format(time.DateOnly), "--json").ok().lines()
	if len(earlier) != 3 || earlier[1]["turn"] != "us" {
		t.Errorf("before the answer bo waited for us: got %v", earlier)
	}
	// What is exported with its marks and imported again is read alike.
	again := filepath.Join(t.TempDir(), "again")
	export := orr(t, data, "export", "activities").ok()
	orr(t, again, "import", "ndjson", write(t, "again.ndjson", export.out)).ok()
	if got := orr(t, again, "conversations", "--json").ok().lines(); got[0]["why"] != first["why"] || got[1]["why"] != second["why"] {
		t.Errorf("got %v, want %v", got[:2], lines[:2])
	}
}

func TestConversationsSayWhatCannotBeAsked(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	if r := orr(t, data, "conversations", "--waiting", "everybody"); r.code == 0 {
		t.Error("--waiting everybody is refused")
	}
}
