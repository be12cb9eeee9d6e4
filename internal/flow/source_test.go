package flow_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
)

func TestASourceThatIsAskedOftenIsOneImportADay(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	defer leave(t, s)
	list := plain(30)
	asked := &script{name: "asked", path: "asked"}
	plan := flow.ImportPlan{Planet: "origin", Daily: true}
	var last flow.ImportResult
	for _, n := range []int{10, 10, 30} {
		asked.tells = list[:n]
		last = mustImport(t, s, asked, plan)
	}
	imports, err := s.Imports(t.Context())
	if err != nil || len(imports) != 1 || imports[0].Added != 30 || last.ID != imports[0].ID || imports[0].State != orrery.ImportDone {
		t.Errorf("asked three times on a day it has the imports %+v (%v)", imports, err)
	}
	// What arrives one by one has an import of its own on the same day.
	live := s.StartLive(flow.LiveLimits{})
	told := orrery.Told{Activities: []orrery.Activity{list[0].activity}}
	told.Activities[0].ExternalID = "pushed"
	receipt, err := live.Ingest(t.Context(), orrery.IngestSource{Name: "asked", Kind: "script", Planet: "origin"}, told)
	live.Stop()
	if err != nil || receipt.Added != 1 || receipt.Imports[0] == last.ID {
		t.Errorf("pushed beside it: %+v (%v)", receipt, err)
	}
	if again := mustImport(t, s, asked, plan); again.ID != last.ID {
		t.Errorf("asked once more it is import %d, want %d", again.ID, last.ID)
	}
	if undone, err := s.Undo(t.Context(), last.ID); err != nil || undone.Activities != 30 {
		t.Errorf("undone %+v (%v)", undone, err)
	}
	if src, err := s.Source(t.Context(), "asked"); err != nil || len(src.Cursor) != 0 {
		t.Errorf("the cursor is %q (%v), want that of the day's beginning", src.Cursor, err)
	}
	healthy(t, s)
}

func TestASourceThatIsTakenBackIsAsIfItHadNeverBeen(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			list := world(seed, 30, 300)
			parts := slicesOf(rand.New(rand.NewPCG(seed, 5)), list, 3)
			s := open(t, t.TempDir())
			defer leave(t, s)
			tell(t, s, "kept", parts[0])
			gone := &script{name: "gone", path: "gone", tells: parts[1]}
			mustImport(t, s, gone, flow.ImportPlan{Planet: "origin"})
			gone.tells = append(gone.tells, parts[2]...)
			mustImport(t, s, gone, flow.ImportPlan{Planet: "origin"})
			if _, err := s.UndoSource(t.Context(), "gone"); err != nil {
				t.Fatal(err)
			}
			if healthy(t, s) != hashOfAll(t, parts[0]) {
				t.Error("something of it is left")
			}
			if again, err := s.UndoSource(t.Context(), "gone"); err != nil || again.Activities != 0 {
				t.Errorf("taken back twice: %+v (%v)", again, err)
			}
			mustImport(t, s, gone, flow.ImportPlan{Planet: "origin"})
			if healthy(t, s) != hashOfAll(t, list) {
				t.Error("read again it is not whole")
			}
		})
	}
}

func TestACursorMovesOnlyFromWhereItStands(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	defer leave(t, s)
	if err := s.MoveCursor(t.Context(), "list", nil, nil); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("of a source that is not there: %v", err)
	}
	tell(t, s, "list", plain(3))
	src, err := s.Source(t.Context(), "list")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.MoveCursor(t.Context(), "list", []byte("elsewhere"), nil); orrery.CodeOf(err) != orrery.Conflict {
		t.Errorf("from elsewhere: %v", err)
	}
	if err := s.MoveCursor(t.Context(), "list", src.Cursor, nil); err != nil {
		t.Fatal(err)
	}
	if again := tell(t, s, "list", plain(3)); again.Duplicates != 3 || again.Added != 0 {
		t.Errorf("read from the start again: %+v", again)
	}
}
