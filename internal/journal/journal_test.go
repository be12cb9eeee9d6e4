package journal

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/keyset"
)

// shelf keeps blocks in memory, as a store does in a file.
type shelf struct {
	blocks map[orrery.BlockSeq]*Block
	last   orrery.BlockSeq
}

var (
	_ Reader = (*shelf)(nil)
	_ Writer = (*shelf)(nil)
)

func (s *shelf) PutBlock(b *Block) error {
	kept := *b
	kept.Hot, kept.Keys = slices.Clone(b.Hot), slices.Clone(b.Keys)
	if s.blocks == nil {
		s.blocks = map[orrery.BlockSeq]*Block{}
	}
	s.blocks[b.Seq], s.last = &kept, max(s.last, b.Seq)
	return nil
}

func (s *shelf) DeleteBlock(seq orrery.BlockSeq) error {
	delete(s.blocks, seq)
	return nil
}

func (s *shelf) LastBlock(context.Context) (orrery.BlockSeq, error) { return s.last, nil }

func (s *shelf) Blocks(_ context.Context, which Selection, fn func(*Block) error) error {
	for _, seq := range slices.Sorted(maps.Keys(s.blocks)) {
		b := s.blocks[seq]
		if seq <= which.After || which.Until != 0 && seq > which.Until || which.Retractions && b.Retracts == 0 {
			continue
		}
		if err := fn(b); err != nil {
			return err
		}
	}
	return nil
}

func (s *shelf) BlockKeys(_ context.Context, fn func(orrery.BlockSeq, []byte) error) error {
	for _, seq := range slices.Sorted(maps.Keys(s.blocks)) {
		if err := fn(seq, s.blocks[seq].Keys); err != nil {
			return err
		}
	}
	return nil
}

func (s *shelf) KeysOf(_ context.Context, seq orrery.BlockSeq) ([]byte, error) {
	return s.blocks[seq].Keys, nil
}

func (s *shelf) Frame(_ context.Context, seq orrery.BlockSeq, frame int) ([]byte, error) {
	return s.blocks[seq].Frames[frame], nil
}

func opened(t testing.TB, s *shelf) *Journal {
	t.Helper()
	j, err := Open(t.Context(), s, [16]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func put(t testing.TB, j *Journal, s *shelf, entries []Entry) (added int) {
	t.Helper()
	added, _, err := j.Append(t.Context(), s, 1, slices.Clone(entries), func(orrery.BlockSeq) {})
	if err != nil {
		t.Fatal(err)
	}
	return added
}

// anyEntry makes an entry with any value that an activity may have, and with
// the ends of each range.
func anyEntry(chance *rand.Rand, j *Journal, n int) Entry {
	text := func() string {
		switch chance.IntN(6) {
		case 0, 1:
			return ""
		case 2:
			return strings.Repeat("ä\x00\xff", chance.IntN(200))
		default:
			return fmt.Sprint("text ", chance.IntN(50))
		}
	}
	list := func() (l []string) {
		for range chance.IntN(4) {
			l = append(l, text())
		}
		return l
	}
	e := Entry{
		Hot: Hot{
			Identity: orrery.IdentityID(chance.Uint32()), Planet: orrery.PlanetID(chance.Uint32()), AtMicros: chance.Int64() - math.MaxInt64/2,
			Offset: int16(chance.IntN(65536) - 32768), Origin: orrery.Origin(chance.IntN(4)), Valence: int8(chance.IntN(256) - 128),
			Kind: text(),
		},
		Cold: Cold{
			ExternalID: fmt.Sprint("id", n), Namespace: text(), Name: text(), ObjectID: text(), ObjectType: text(), ObjectTitle: text(),
			ObjectURL: text(), Thread: text(), Parent: text(), PromptedBy: text(), Unit: text(), Partner: text(),
			Quantity: []float64{0, 1, -2.5, math.Inf(1), math.MaxFloat64}[chance.IntN(5)], Purposes: list(), Tags: list(),
		},
	}
	for range []int{0, 0, 1, 3, 255}[chance.IntN(5)] {
		e.To = append(e.To, orrery.IdentityID(chance.Uint32()))
	}
	if chance.IntN(3) == 0 {
		e.Flags |= FlagTimeClamped
	}
	if chance.IntN(3) == 0 {
		e.Flags |= FlagRetraction
		e.Retracts = fmt.Sprint("id", chance.IntN(50))
		e.RetractsKey = j.Key(e.Planet, e.Namespace, e.Retracts)
	}
	e.Key = j.Key(e.Planet, e.Namespace, e.ExternalID)
	return e
}

func TestWhatIsAppendedIsReadBack(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		chance := rand.New(rand.NewPCG(seed, 1))
		s := &shelf{}
		j := opened(t, s)
		var want []Entry
		for range 1 + chance.IntN(4) {
			batch := make([]Entry, 1+chance.IntN(600))
			same := anyEntry(chance, j, 0) // columns whose values are all one are kept once
			for i := range batch {
				e := anyEntry(chance, j, len(want)+i)
				if seed%3 == 0 {
					e.Identity, e.Planet, e.AtMicros, e.Offset, e.Hot.Kind = same.Identity, same.Planet, same.AtMicros, same.Offset, same.Hot.Kind
					e.Key = j.Key(e.Planet, e.Namespace, e.ExternalID)
				}
				e.InThread, e.OnObject = j.mark(&e, "thread", e.Cold.Thread), j.mark(&e, "object", e.ObjectID)
				batch[i] = e
			}
			if added := put(t, j, s, batch); added != len(batch) {
				t.Fatalf("seed %d: added %d of %d", seed, added, len(batch))
			}
			want = append(want, batch...)
		}
		j = opened(t, s)
		n := 0
		err := j.Replay(t.Context(), 0, func(r *Replayed) error {
			keys, err := j.KeysOf(t.Context(), r.Seq)
			if err != nil {
				return err
			}
			retracts := map[uint32]keyset.Key{}
			for _, x := range r.Retracts {
				retracts[x.Row] = x.Key
			}
			return j.Entries(t.Context(), r, func(int) bool { return true }, func(row int, e *Entry) error {
				got := *e
				got.Key, got.RetractsKey, got.KindIndex = keys[row], retracts[uint32(row)], 0
				got.To = slices.Clone(got.To)
				if len(got.To) == 0 {
					got.To = nil
				}
				if !reflect.DeepEqual(got, want[n]) {
					t.Fatalf("seed %d, entry %d: got\n%+v\nwant\n%+v", seed, n, got, want[n])
				}
				n++
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if n != len(want) {
			t.Errorf("seed %d: %d entries came back, want %d", seed, n, len(want))
		}
		for range 20 {
			at := chance.IntN(len(want))
			seq, ok, err := j.Contains(t.Context(), want[at].Key)
			if err != nil || !ok || seq == 0 {
				t.Errorf("entry %d is not contained: %v", at, err)
			}
		}
	}
}

func TestAnEntryIsStoredOnce(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	j := opened(t, s)
	chance := rand.New(rand.NewPCG(1, 1))
	var all []Entry
	for n := range 40 {
		all = append(all, anyEntry(chance, j, n))
	}
	if added := put(t, j, s, append(slices.Clone(all[:20]), all[:10]...)); added != 20 {
		t.Errorf("a batch that repeats itself added %d, want 20", added)
	}
	j = opened(t, s)
	holders := map[orrery.BlockSeq]int{}
	added, seq, err := j.Append(t.Context(), s, 2, append(slices.Clone(all), all[39]), func(of orrery.BlockSeq) { holders[of]++ })
	if err != nil {
		t.Fatal(err)
	}
	if added != 20 || seq != 2 || holders[1] != 20 || holders[2] != 1 {
		t.Errorf("added %d in block %d, held by %v; want 20 in 2, 20 held by 1 and one by 2", added, seq, holders)
	}
	if added := put(t, j, s, all); added != 0 || s.last != 2 {
		t.Errorf("again added %d, in %d blocks", added, s.last)
	}
	if err := s.DeleteBlock(1); err != nil {
		t.Fatal(err)
	}
	j.Forget()
	if added := put(t, j, s, all); added != 20 || s.last != 3 {
		t.Errorf("after a block was removed, %d came back and the last block is %d; want 20 and 3", added, s.last)
	}
	if _, _, err := j.Append(t.Context(), s, 1, make([]Entry, maxBlockEntries+1), func(orrery.BlockSeq) {}); err == nil {
		t.Error("a block of more entries than fit was taken")
	}
}

// retraction makes the entry n, which takes back the entry of; of < 0 takes
// back nothing.
func retraction(j *Journal, n, of int) Entry {
	id := func(n int) string { return fmt.Sprint("id", n) }
	e := Entry{Hot: Hot{Identity: 1, Planet: 1, Kind: "k", Valence: NoValence}, Cold: Cold{ExternalID: id(n)}, Key: j.Key(1, "", id(n))}
	if of >= 0 {
		e.Flags, e.Retracts, e.RetractsKey = FlagRetraction, id(of), j.Key(1, "", id(of))
	}
	return e
}

// deadOf lists the external ids of entries that are taken back.
func deadOf(t testing.TB, j *Journal) (ids []string) {
	t.Helper()
	err := j.Replay(t.Context(), 0, func(r *Replayed) error {
		return j.Entries(t.Context(), r, r.TakenBack, func(_ int, e *Entry) error {
			ids = append(ids, e.ExternalID)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ids)
	return ids
}

func TestRetractionsInWhateverOrder(t *testing.T) {
	t.Parallel()
	for seed := range uint64(150) {
		chance := rand.New(rand.NewPCG(seed, 2))
		n := 3 + chance.IntN(25)
		cyclic := seed%3 == 0
		of := make([]int, n)
		for i := range of {
			of[i] = -1
			if i > 0 && chance.IntN(3) > 0 {
				of[i] = chance.IntN(i) // something before it: no circle
			}
			if cyclic && chance.IntN(3) == 0 {
				of[i] = chance.IntN(n + 3) // anything, itself too, or what never comes
			}
		}
		dead := make([]bool, n)
		for i := n - 1; i >= 0 && !cyclic; i-- { // those that take back i are known
			for by := range n {
				dead[i] = dead[i] || of[by] == i && !dead[by]
			}
		}
		var want []string
		for i := range dead {
			if dead[i] {
				want = append(want, fmt.Sprint("id", i))
			}
		}
		slices.Sort(want)
		var first []string
		for round := range 6 {
			s := &shelf{}
			j := opened(t, s)
			order := chance.Perm(n)
			for len(order) > 0 {
				k := 1 + chance.IntN(len(order))
				var batch []Entry
				for _, i := range order[:k] {
					batch = append(batch, retraction(j, i, of[i]))
				}
				order = order[k:]
				put(t, j, s, batch)
				if chance.IntN(2) == 0 {
					if _, err := j.TakenBack(t.Context()); err != nil { // known, and extended from here
						t.Fatal(err)
					}
				}
			}
			got := deadOf(t, j)
			if again := deadOf(t, opened(t, s)); !slices.Equal(got, again) {
				t.Fatalf("seed %d: extended it is %v, read anew %v", seed, got, again)
			}
			if !cyclic && !slices.Equal(got, want) {
				t.Fatalf("seed %d: got %v, want %v of %v", seed, got, want, of)
			}
			if round == 0 {
				first = got
			} else if !slices.Equal(got, first) {
				t.Fatalf("seed %d: in another order it is %v, before %v, of %v", seed, got, first, of)
			}
		}
	}
}

func TestAChainOfRetractionsMayBeLong(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	j := opened(t, s)
	const long = 120_000
	var batch []Entry
	for i := range long {
		batch = append(batch, retraction(j, i, i-1))
		if len(batch) == 1<<16 || i == long-1 {
			put(t, j, s, batch)
			batch = batch[:0]
		}
	}
	dead, err := j.TakenBack(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(dead) != long/2 { // the last stands, the one before falls, and so on
		t.Errorf("%d are taken back, want %d", len(dead), long/2)
	}
}

func TestRewriteDropsAndEditsAndNothingElse(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		chance := rand.New(rand.NewPCG(seed, 3))
		s := &shelf{}
		j := opened(t, s)
		var all []Entry
		for n := range 700 {
			all = append(all, anyEntry(chance, j, n))
		}
		put(t, j, s, all)
		fate := map[string]int{} // 0 stays, 1 is edited, 2 is dropped
		for i := range all {
			fate[all[i].ExternalID] = chance.IntN(3)
			if seed == 0 {
				fate[all[i].ExternalID] = 0
			} else if seed == 1 {
				fate[all[i].ExternalID] = 2
			}
		}
		var touched bool
		err := j.Replay(t.Context(), 0, func(r *Replayed) (err error) {
			touched, err = j.Rewrite(t.Context(), s, r, func(e *Entry) (keep, edited bool) {
				if fate[e.ExternalID] == 1 {
					e.ObjectTitle = "edited"
				}
				return fate[e.ExternalID] < 2, fate[e.ExternalID] == 1
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if touched != (seed != 0) {
			t.Errorf("seed %d: touched is %v", seed, touched)
		}
		if seed == 1 && len(s.blocks) > 0 {
			t.Error("a block of which nothing is left stays")
		}
		j.Forget()
		var want, got []string
		for i := range all {
			e := all[i]
			if fate[e.ExternalID] == 1 {
				e.ObjectTitle = "edited"
			}
			if fate[e.ExternalID] < 2 {
				want = append(want, fmt.Sprintf("%v %+v %x %x", e.To, e.Cold, e.Key, e.RetractsKey))
			}
		}
		err = j.Replay(t.Context(), 0, func(r *Replayed) error {
			keys, err := j.KeysOf(t.Context(), r.Seq)
			if err != nil {
				return err
			}
			retracts := map[uint32]keyset.Key{}
			for _, x := range r.Retracts {
				retracts[x.Row] = x.Key
			}
			return j.Entries(t.Context(), r, func(int) bool { return true }, func(row int, e *Entry) error {
				got = append(got, fmt.Sprintf("%v %+v %x %x", e.To, e.Cold, keys[row], retracts[uint32(row)]))
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("seed %d: %d entries are left, want %d, or they differ", seed, len(got), len(want))
		}
	}
}

func TestDamageIsAnErrorAndNeverAPanic(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(4, 4))
	j := opened(t, &shelf{})
	var all []Entry
	for n := range 60 {
		all = append(all, anyEntry(chance, j, n))
	}
	hot, err := encodeHot(nil, all)
	if err != nil {
		t.Fatal(err)
	}
	cold := encodeFrame(nil, all)
	var c Columns
	damages := 6_000
	if testing.Short() {
		damages = 600
	}
	for i := range damages {
		for _, whole := range [][]byte{hot, cold} {
			bad := slices.Clone(whole)
			if i%2 == 0 {
				bad = bad[:chance.IntN(len(bad))]
			}
			for range chance.IntN(4) {
				if len(bad) > 0 {
					bad[chance.IntN(len(bad))] = byte(chance.Uint32())
				}
			}
			readAll(&c, bad)
			if rows, err := decodeFrame(bad); err == nil && len(rows) > frameEntries {
				t.Fatalf("a frame of %d rows", len(rows))
			}
		}
	}
}

// readAll reads every value of a block, if it decodes.
func readAll(c *Columns, data []byte) {
	if c.Decode(data) != nil {
		return
	}
	for row := range c.N {
		_ = c.Hot(row)
	}
	for _, r := range c.Retracts {
		_ = c.Identity[r.Row]
	}
}

func FuzzColumns(f *testing.F) {
	j := opened(f, &shelf{})
	chance := rand.New(rand.NewPCG(5, 5))
	for n := range 5 {
		entries := make([]Entry, 1+n*7)
		for i := range entries {
			entries[i] = anyEntry(chance, j, i)
		}
		hot, err := encodeHot(nil, entries)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(hot)
	}
	f.Fuzz(func(_ *testing.T, data []byte) {
		var c Columns
		readAll(&c, data)
		readAll(&c, data) // into memory that was used
	})
}

func FuzzFrame(f *testing.F) {
	j := opened(f, &shelf{})
	chance := rand.New(rand.NewPCG(6, 6))
	for n := range 5 {
		entries := make([]Entry, 1+n*7)
		for i := range entries {
			entries[i] = anyEntry(chance, j, i)
		}
		f.Add(encodeFrame(nil, entries))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := decodeFrame(data)
		if err != nil || len(rows) == 0 {
			return
		}
		// What decodes is encoded and decoded to the same.
		entries := make([]Entry, len(rows))
		for i := range rows {
			entries[i].Cold = rows[i]
		}
		again, err := decodeFrame(encodeFrame(nil, entries))
		if err != nil || fmt.Sprintf("%#v", again) != fmt.Sprintf("%#v", rows) {
			t.Errorf("got %#v, %v, want %#v", again, err, rows)
		}
	})
}

func TestMarksOfThreadsAreAlikeWhereTheirWordsMeanTheSame(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	j := opened(t, s)
	mark := func(planet orrery.PlanetID, namespace, what, word string) uint64 {
		return j.mark(&Entry{Hot: Hot{Planet: planet}, Cold: Cold{Namespace: namespace}}, what, word)
	}
	first := mark(1, "forum.example", "thread", "t1")
	if mark(1, "forum.example", "thread", "") != 0 || first == 0 {
		t.Error("no thread has a mark, or a thread has none")
	}
	if mark(1, "forum.example", "thread", "t1") != first {
		t.Error("one thread has two marks")
	}
	for _, other := range []uint64{
		mark(2, "forum.example", "thread", "t1"), mark(1, "code.example", "thread", "t1"),
		mark(1, "forum.example", "object", "t1"), mark(1, "forum.example", "thread", "t2"),
	} {
		if other == first {
			t.Error("two threads have one mark")
		}
	}
}
