package flow_test

import (
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
)

func TestNotesOnDaysAreKeptByPlanetAndDay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	tell(t, s, "world", world(3, 20, 200))
	planets := s.Planets()
	one, other := planets[0].ID, planets[1].ID
	before, err := s.Generation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	day := orrery.DayOf(now) - 30
	save := func(n orrery.DatedNote) orrery.DatedNote {
		t.Helper()
		kept, err := s.SaveDatedNote(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		return kept
	}
	release := save(orrery.DatedNote{Planet: one, Day: day, Text: "  Release \n 2.0 ", By: 7})
	all := save(orrery.DatedNote{Day: day - 3, Text: "Moved house"})
	save(orrery.DatedNote{Planet: other, Day: day, Text: "Elsewhere"})
	if after, err := s.Generation(t.Context()); err != nil || after != before {
		t.Errorf("notes made answers old: generation %d, was %d, %v", after, before, err)
	}
	release.Text, release.Day = "Release 2.1", day-1
	release = save(release)
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	t.Cleanup(func() { _ = s.Close(t.Context()) })
	list, err := s.DatedNotes(t.Context(), one, day-10, day)
	if err != nil || len(list) != 2 || list[0].Text != "Moved house" || list[1].Text != "Release 2.1" || list[1].By != 7 || list[1].Number != release.Number || !list[1].At.Equal(now.Truncate(time.Microsecond)) {
		t.Fatalf("got %+v, %v", list, err)
	}
	if list, err := s.DatedNotes(t.Context(), one, day-2, 0); err != nil || len(list) != 1 {
		t.Errorf("from a day on: %+v, %v", list, err)
	}
	if list, err := s.DatedNotes(t.Context(), 0, 0, 0); err != nil || len(list) != 3 {
		t.Errorf("every note: %+v, %v", list, err)
	}
	if err := s.RemoveDatedNote(t.Context(), all.Number); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"removed before": s.RemoveDatedNote(t.Context(), all.Number),
		"changed after":  second(s.SaveDatedNote(t.Context(), all)),
		"on no planet":   second(s.SaveDatedNote(t.Context(), orrery.DatedNote{Planet: 99, Day: day, Text: "Hello"})),
	} {
		if orrery.CodeOf(err) != orrery.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, n := range map[string]orrery.DatedNote{
		"nothing written": {Day: day, Text: " \n"}, "no day": {Text: "Release"}, "too long": {Day: day, Text: strings.Repeat("é", flow.MostDatedNote+1)},
		"a century ahead": {Day: day + 36525, Text: "Moon base"},
	} {
		if _, err := s.SaveDatedNote(t.Context(), n); orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
