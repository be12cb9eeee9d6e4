package flow_test

import (
	"fmt"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/journal"
)

func TestAnswersToOthersAreDrawnByPeople(t *testing.T) {
	t.Parallel()
	s := openWith(t, t.TempDir(), "radio")
	live := s.StartLive(flow.LiveLimits{})
	t.Cleanup(live.Stop)
	say := func(id, who, parent string, origin orrery.Origin) orrery.Activity {
		return orrery.Activity{
			ExternalID: id, Kind: "forum.post", At: now, Parent: parent, Origin: origin,
			Actor: orrery.Actor{Type: "login", Value: who},
		}
	}
	source := orrery.IngestSource{Name: "forum", Kind: "api", Planet: "radio"}
	for _, told := range [][]orrery.Activity{
		{say("1", "ann", "", 0), say("2", "bo", "1", 0), say("3", "bo", "2", 0)}, // in one batch
		{say("4", "cy", "1", 0), say("5", "ann", "1", 0)},                        // to what is stored
		{say("6", "bo", "nowhere", 0), say("7", "bo", "1", orrery.Prompted), say("8", "bo", "1", orrery.Unprompted)},
	} {
		if _, err := live.Ingest(t.Context(), source, orrery.Told{Activities: told}); err != nil {
			t.Fatal(err)
		}
	}
	list, _, _, err := s.Page(t.Context(), 0, journal.Position{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, a := range list {
		got += fmt.Sprintf("%s %s\n", a.ExternalID, a.Origin)
	}
	const want = "1 \n2 peer\n3 \n4 peer\n5 \n6 \n7 prompted\n8 unprompted\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
