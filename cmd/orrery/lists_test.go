package main

import (
	"path/filepath"
	"testing"
)

func TestListsAtTheCommandLine(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	orr(t, data, "import", "ndjson", doubtful(t)).ok()
	orr(t, data, "lists", "save", "P people", "--query", "q=p1").ok()
	if got := orr(t, data, "lists", "save", "p PEOPLE").code; got != exitConflict {
		t.Errorf("a second list of one name exits with %d, want %d", got, exitConflict)
	}
	if got := orr(t, data, "lists", "save", "Other", "--query", "level=nowhere").code; got != exitUsage {
		t.Errorf("a filter that is none exits with %d, want %d", got, exitUsage)
	}
	lists := orr(t, data, "lists", "--json").ok().lines()
	people := orr(t, data, "lists", "show", "p people", "--json").ok().lines()
	if len(lists) != 1 || lists[0]["query"] != "q=p1" || lists[0]["people"] != float64(len(people)) || len(people) < 11 {
		t.Errorf("the lists are %v, of %d people, want p1 and p10 to p19", lists, len(people))
	}
	orr(t, data, "lists", "rename", "P people", "Peers").ok()
	orr(t, data, "lists", "remove", "Peers").ok()
	if got := orr(t, data, "lists", "show", "Peers").code; got != exitNotFound {
		t.Errorf("a list that was removed exits with %d, want %d", got, exitNotFound)
	}
}
