package field_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
)

func TestACellTakesAtMost192Bytes(t *testing.T) {
	t.Parallel()
	if got := unsafe.Sizeof(field.Cell{}); got > 192 {
		t.Errorf("a cell takes %d bytes, want at most 192", got)
	}
	if got := unsafe.Sizeof(field.Row{}); got > 20 {
		t.Errorf("a row takes %d bytes, want at most 20", got)
	}
}

func TestOrderAndSlicingOfRowsNeverShow(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 1))
		rows := world(rng, 1+rng.IntN(1500))
		want := hashOf(field.Build(rules, sliced(rng, rows)))
		if got := hashOf(field.Build(rules, sliced(rng, shuffled(rng, rows)))); got != want {
			t.Fatalf("seed %d: a build of shuffled rows differs", seed)
		}
		if got := hashOf(play(rng, shuffled(rng, rows))); got != want {
			t.Fatalf("seed %d: applying and replacing late orbits differs from a build", seed)
		}
		inOrder := shuffled(rng, rows)
		slices.SortStableFunc(inOrder, func(a, b field.Row) int { return int(a.Day - b.Day) })
		e := field.New(rules...)
		for batch := range sliced(rng, inOrder) {
			if late := e.Apply(batch); late != nil {
				t.Fatalf("seed %d: rows by rising day are late for %v", seed, late)
			}
		}
		if got := hashOf(e); got != want {
			t.Fatalf("seed %d: applying in order differs from a build", seed)
		}
	}
}

func TestAnyOneRowMoreOrLessShows(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 3))
	base := []field.Row{
		{Member: 1, Day: 100, Planet: 1, Kind: comment, Valence: field.NoValence},
		{Member: 1, Day: 130, Planet: 1, Kind: review, With: 2, Valence: field.NoValence},
	}
	seen := map[[32]byte]string{hashOf(play(rng, base)): "the base"}
	for name, extra := range map[string]field.Row{
		"a comment on another day":  {Member: 1, Day: 129, Planet: 1, Kind: comment, Valence: field.NoValence},
		"a like on another day":     {Member: 1, Day: 129, Planet: 1, Kind: like, Valence: field.NoValence},
		"a complaint":               {Member: 1, Day: 130, Planet: 1, Kind: complaint, Valence: field.NoValence},
		"a review received":         {Member: 1, Day: 130, Planet: 1, Kind: review, Valence: field.NoValence, Receives: true},
		"somebody else in reach":    {Member: 1, Day: 130, Planet: 1, Kind: presence, With: 3, Valence: field.NoValence},
		"another planet":            {Member: 1, Day: 130, Planet: 2, Kind: review, Valence: field.NoValence},
		"another member":            {Member: 2, Day: 130, Planet: 1, Kind: review, Valence: field.NoValence},
		"a prompted comment before": {Member: 1, Day: 120, Planet: 1, Kind: comment, Origin: orrery.Prompted, Valence: field.NoValence},
	} {
		h := hashOf(play(rng, append(slices.Clone(base), extra)))
		if other, ok := seen[h]; ok {
			t.Errorf("%s has the same hash as %s", name, other)
		}
		seen[h] = name
	}
	// Without these the hash must stay.
	for name, extra := range map[string]field.Row{
		"a kind that moves nothing":     {Member: 1, Day: 129, Planet: 1, Kind: silence, Valence: field.NoValence},
		"themselves as the counterpart": {Member: 1, Day: 130, Planet: 1, Kind: presence, With: 1, Valence: field.NoValence},
	} {
		if _, ok := seen[hashOf(play(rng, append(slices.Clone(base), extra)))]; !ok {
			t.Errorf("%s changes the hash", name)
		}
	}
}

func TestTheHashKnowsPeopleByTheirKeysNotTheirNumbers(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(4, 4))
	rows := world(rng, 800)
	want := hashOf(field.Build(rules, sliced(rng, rows)))
	renumber := func(m orrery.MemberID) orrery.MemberID { return 5000 - m }
	for i := range rows {
		rows[i].Member = renumber(rows[i].Member)
		if rows[i].With != 0 {
			rows[i].With = renumber(rows[i].With)
		}
	}
	e := field.Build(rules, sliced(rng, rows))
	got := e.Hash(func(m orrery.MemberID) orrery.Key { return keyOf(renumber(m)) }, planetOf)
	if got != want {
		t.Error("renumbering the members changes the hash")
	}
}

func TestALateRowLeavesItsOrbitAsItIsAndNamesItOnce(t *testing.T) {
	t.Parallel()
	e := field.New(rules...)
	row := field.Row{Member: 7, Day: 200, Planet: 1, Kind: comment, Valence: field.NoValence}
	e.Apply([]field.Row{row})
	before := hashOf(e)
	early := row
	early.Day = 199
	late := e.Apply([]field.Row{early, early})
	if want := []field.Orbit{{Member: 7, Planet: 1}}; !slices.Equal(late, want) {
		t.Errorf("got late orbits %v, want %v", late, want)
	}
	if hashOf(e) != before {
		t.Error("late rows moved the orbit")
	}
	// Named again by the next call, even between rows that are in time.
	next := row
	next.Day = 201
	if late := e.Apply([]field.Row{early, next, early}); len(late) != 1 {
		t.Errorf("got late orbits %v, want one", late)
	}
}

func TestRemovedAndReplacedOrbitsLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		rng := rand.New(rand.NewPCG(seed, 5))
		rows := world(rng, 1000)
		e := field.Build(rules, sliced(rng, rows))
		gone := field.Orbit{Member: rows[0].Member, Planet: rows[0].Planet}
		for range 9000 { // beyond what burns slots until they are swept
			e.Remove(gone)
			e.Replace(gone, of(rows, gone))
		}
		if hashOf(e) != hashOf(field.Build(rules, sliced(rng, rows))) {
			t.Fatalf("seed %d: replacing an orbit by its own rows changes the state", seed)
		}
		rows = slices.DeleteFunc(rows, func(r field.Row) bool {
			return r.Member == gone.Member && r.Planet == gone.Planet
		})
		e.Replace(gone, nil)
		if hashOf(e) != hashOf(field.Build(rules, sliced(rng, rows))) {
			t.Fatalf("seed %d: a removed orbit leaves traces", seed)
		}
	}
}

func TestASnapshotComesBackAndGoesOn(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 6))
		rows := world(rng, 1200)
		slices.SortStableFunc(rows, func(a, b field.Row) int { return int(a.Day - b.Day) })
		half := len(rows) / 2
		e := field.New(rules...)
		e.Apply(rows[:half])
		hole := field.Orbit{Member: rows[0].Member, Planet: rows[0].Planet}
		e.Remove(hole)
		e.Replace(hole, of(rows[:half], hole))
		var file bytes.Buffer
		if err := e.Encode(&file); err != nil {
			t.Fatal(err)
		}
		back, err := field.Decode(&file)
		if err != nil {
			t.Fatal(err)
		}
		if hashOf(back) != hashOf(e) || back.Len() != e.Len() {
			t.Fatalf("seed %d: the snapshot comes back as another state", seed)
		}
		if late := back.Apply(rows[half:]); late != nil {
			t.Fatalf("seed %d: late after a snapshot: %v", seed, late)
		}
		if hashOf(back) != hashOf(field.Build(rules, sliced(rng, rows))) {
			t.Fatalf("seed %d: going on from a snapshot differs from a build", seed)
		}
	}
}
