package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestAnEditedTableOfEventsHoldsWithoutAStop(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "events.txt")
	write := func(table string, at time.Time) {
		t.Helper()
		if err := os.WriteFile(path, []byte(table), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	day := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	write("Garden Dug = hours.volunteered\n", day)
	k, err := newEventKinds(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	later := func() string {
		k.looked = time.Time{}
		return k.now().Of("Garden Dug")
	}
	if got := later(); got != "hours.volunteered" {
		t.Errorf("got %q", got)
	}
	write("Garden Dug = contribution.garden\n", day.Add(time.Hour))
	if got := later(); got != "contribution.garden" {
		t.Errorf("after an edit: got %q", got)
	}
	write("Garden Dug\n", day.Add(2*time.Hour))
	if got := later(); got != "contribution.garden" {
		t.Errorf("after a mistake: got %q", got)
	}
	if _, err := newEventKinds(path, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a table with a mistake is taken at the start")
	}
	if none, err := newEventKinds("", nil); err != nil || none.now().Of("Order Completed") == "" {
		t.Errorf("without a table: %v", err)
	}
}
