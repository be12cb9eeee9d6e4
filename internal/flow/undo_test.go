package flow_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
)

func TestAnUndoneImportBroughtInAgainIsAsIfNothingHadHappened(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			chance := rand.New(rand.NewPCG(seed, 2))
			list := world(seed, 30, 300)
			// Three sources that overlap: what one holds keeps another's rows out.
			var told [3][]told
			for _, x := range list {
				for i := range told {
					if chance.IntN(2) == 0 {
						told[i] = append(told[i], x)
					}
				}
			}
			first, second, third := told[0], told[1], told[2]

			s := open(t, t.TempDir())
			n := tell(t, s, "first", first)
			m := tell(t, s, "second", second)
			k := tell(t, s, "third", third)
			want := map[orrery.ImportID]int64{}
			if d := overlap(first, second); d > 0 {
				want[m.ID] = d
			}
			if d := overlap(first, third); d > 0 {
				want[k.ID] = d
			}
			undone, err := s.Undo(t.Context(), n.ID)
			if err != nil {
				t.Fatal(err)
			}
			if undone.Activities != n.Added || !reflect.DeepEqual(undone.HeldBack, want) {
				t.Errorf("got %+v, want %d activities and held back %v", undone, n.Added, want)
			}
			healthy(t, s)
			again := tell(t, s, "second", second)
			if again.Added != want[m.ID] {
				t.Errorf("importing the second again brought %d, want the %d that were held back", again.Added, want[m.ID])
			}
			tell(t, s, "third", third)
			if healthy(t, s) != hashOfAll(t, second, third) {
				t.Error("undone and the others imported again, it is not as if it had never been")
			}
			tell(t, s, "first", first)
			if healthy(t, s) != hashOfAll(t, first, second, third) {
				t.Error("imported again, it is not as if it had never been undone")
			}
			leave(t, s)
		})
	}
}

// overlap counts the activities that both lists tell.
func overlap(a, b []told) (n int64) {
	in := map[string]bool{}
	for i := range a {
		if a[i].link == nil {
			in[a[i].activity.Planet+a[i].activity.ExternalID] = true
		}
	}
	for i := range b {
		if b[i].link == nil && in[b[i].activity.Planet+b[i].activity.ExternalID] {
			n++
		}
	}
	return n
}

func TestUndoingEverythingLeavesNothing(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			chance := rand.New(rand.NewPCG(seed, 3))
			list := world(seed, 20, 200)
			s := open(t, t.TempDir())
			var ids []orrery.ImportID
			for i, part := range slicesOf(chance, shuffled(chance, list), 4) {
				ids = append(ids, tell(t, s, fmt.Sprint("feed", i), part).ID)
			}
			chance.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
			for _, id := range ids {
				if _, err := s.Undo(t.Context(), id); err != nil {
					t.Fatal(err)
				}
			}
			if healthy(t, s) != hashOfAll(t) {
				t.Error("something is left")
			}
			tell(t, s, "feed0", list)
			if healthy(t, s) != hashOfAll(t, list) {
				t.Error("after everything was undone an import is not what it was")
			}
			leave(t, s)
		})
	}
}

func TestUndoGoesBackToWhereTheSourceStood(t *testing.T) {
	t.Parallel()
	list := world(1, 20, 120)
	dir := t.TempDir()
	s := open(t, dir)
	grow := func(n int) flow.ImportResult { return tell(t, s, "feed", list[:n]) }
	cursor := func() string {
		sources, err := s.Sources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return string(sources[0].Cursor)
	}
	undo := func(id orrery.ImportID) {
		t.Helper()
		if _, err := s.Undo(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	first := grow(40)
	second := grow(80)
	if first.Read != 40 || second.Read != 40 {
		t.Fatalf("read %d and then %d, want 40 each", first.Read, second.Read)
	}
	undo(second.ID)
	if cursor() != "40" {
		t.Errorf("the cursor is %s, want 40", cursor())
	}
	if _, err := s.Undo(t.Context(), second.ID); orrery.CodeOf(err) != orrery.Conflict {
		t.Errorf("undoing twice: got %v, want a Conflict", err)
	}
	if _, err := s.Undo(t.Context(), 99); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("undoing nothing: got %v, want NotFound", err)
	}
	third := grow(80)
	if third.Read != 40 || third.ID == second.ID {
		t.Errorf("after undoing, import %d read %d, want another number and 40", third.ID, third.Read)
	}

	// The older one first, then the newer: what the older held must come again.
	undo(first.ID)
	undo(third.ID)
	if all := grow(80); all.Read != 80 {
		t.Errorf("after undoing both, %d were read, want all 80", all.Read)
	}
	if healthy(t, s) != hashOfAll(t, list[:80]) {
		t.Error("after undoing both and importing again, it is another state")
	}
	leave(t, s)
}
