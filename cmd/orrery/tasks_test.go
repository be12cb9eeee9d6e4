package main

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/ndjson"
)

func TestATaskIsMadePutOffDoneAndShowsWhatBecameOfTheOrbit(t *testing.T) {
	t.Parallel()
	var b []byte
	came := func(n, days int) {
		b = ndjson.Append(b, &orrery.Activity{
			ExternalID: fmt.Sprint(n), Namespace: "forum.example", Kind: "forum.reply", At: now.AddDate(0, 0, -days), Planet: "night-radio", Origin: orrery.Unprompted,
			Actor: orrery.Actor{Namespace: "forum.example", Type: "login", Value: "ann", Name: "Ann"},
		})
	}
	came(1, 40)
	came(2, 30)
	data := filepath.Join(t.TempDir(), "data")
	orr(t, data, "import", "ndjson", write(t, "forum.ndjson", string(b))).ok()

	made := orr(t, data, "tasks", "add", "ann", "Ask", "about", "the", "antenna", "--because", "silent for 30 days", "--json").ok().lines()[0]
	if made["task"] != float64(1) || made["made"] != true {
		t.Fatalf("got %v", made)
	}
	if again := orr(t, data, "tasks", "add", "ann", "Ask about the antenna", "--json").ok().lines()[0]; again["task"] != float64(1) || again["made"] != false {
		t.Errorf("the same again: %v", again)
	}
	open := orr(t, data, "tasks", "--json").ok().lines()
	if len(open) != 1 || open[0]["name"] != "Ann" || open[0]["because"] != "silent for 30 days" || open[0]["state"] != "open" || open[0]["text"] != "Ask about the antenna" {
		t.Fatalf("got %v", open)
	}
	then := open[0]["when_made"].(map[string]any)
	if then["closeness"] == float64(0) || then["last_active"] != now.AddDate(0, 0, -30).Format(time.DateOnly) {
		t.Errorf("where she stood is kept as %v", then)
	}
	orr(t, data, "tasks", "snooze", "1", now.AddDate(0, 0, 9).Format(time.DateOnly)).ok()
	if off := orr(t, data, "tasks", "--show", "snoozed", "--json").ok().lines(); len(off) != 1 || off[0]["until"] != now.AddDate(0, 0, 9).Format(time.DateOnly) {
		t.Errorf("put off: %v", off)
	}
	orr(t, data, "tasks", "done", "1", "--outcome", "answered", "--note", "by letter").ok()
	done := orr(t, data, "tasks", "--show", "done", "--json").ok().lines()
	if len(done) != 1 || done[0]["outcome"] != "answered" || done[0]["when_done"] == nil || done[0]["since"].(map[string]any)["days"] != float64(0) {
		t.Errorf("done: %v", done)
	}
	for _, wrong := range [][]string{
		{"tasks", "done", "1"},
		{"tasks", "done", "x"},
		{"tasks", "done", "7"},
		{"tasks", "--show", "some"},
		{"tasks", "add", "nobody", "word"},
		{"tasks", "add", "ann"},
		{"tasks", "add", "ann", "--kind", "answer"},
		{"tasks", "add", "ann", "word", "--due", "2001-01-01"},
		{"tasks", "snooze", "1", "soon"},
	} {
		if r := orr(t, data, wrong...); r.code == 0 {
			t.Errorf("%v is taken", wrong)
		}
	}
}
