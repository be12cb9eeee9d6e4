package journal

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"orrery.dev/orrery"
)

// someEntries returns a block's worth, with few people.
func someEntries(chance *rand.Rand, n int) []Entry {
	entries := make([]Entry, n)
	text := func() string {
		if chance.IntN(3) == 0 {
			return ""
		}
		return fmt.Sprintf("%*d", chance.IntN(200), chance.IntN(1000))
	}
	for i := range entries {
		e := &entries[i]
		e.Hot = Hot{
			Identity: orrery.IdentityID(1 + chance.IntN(9)), Planet: orrery.PlanetID(1 + chance.IntN(2)),
			AtMicros: chance.Int64(), Offset: int16(chance.IntN(800) - 400), Origin: orrery.Origin(chance.IntN(4)),
			Valence: int8(chance.IntN(3) - 1), Kind: fmt.Sprint("kind", chance.IntN(20)),
		}
		for chance.IntN(3) == 0 {
			e.To = append(e.To, orrery.IdentityID(1+chance.IntN(9)))
		}
		if chance.IntN(9) == 0 {
			e.Flags = FlagRetraction
		}
		e.Cold = Cold{ExternalID: text(), Namespace: text(), ObjectTitle: text(), Quantity: float64(chance.IntN(3))}
		for chance.IntN(4) == 0 {
			e.Tags = append(e.Tags, text())
		}
	}
	return entries
}

func TestASightShowsWhatDecodingShows(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		chance := rand.New(rand.NewPCG(seed, 1))
		n := 1 + chance.IntN(400)
		if seed%10 == 0 {
			n = 1
		}
		entries := someEntries(chance, n)
		if seed%7 == 0 {
			for i := range entries {
				entries[i].Identity, entries[i].To = 3, []orrery.IdentityID{3}
			}
		}
		hot, err := encodeHot(nil, entries)
		if err != nil {
			t.Fatal(err)
		}
		var ids []orrery.IdentityID
		for range 1 + chance.IntN(4) {
			ids = append(ids, orrery.IdentityID(1+chance.IntN(11)))
		}
		dead := map[Position]bool{{1, uint32(chance.IntN(n))}: true}
		type seen struct {
			row      int
			received bool
			hot      string
		}
		var want, got []seen
		r := Replayed{Seq: 1, Columns: &Columns{}, dead: dead}
		if err := r.Decode(hot); err != nil {
			t.Fatal(err)
		}
		for row := range r.N {
			mine := slices.Contains(ids, r.Identity[row])
			received := !mine && slices.ContainsFunc(r.To(row), func(id orrery.IdentityID) bool { return slices.Contains(ids, id) })
			if (mine || received) && r.Counts(row) {
				h := r.Hot(row)
				want = append(want, seen{row, received, fmt.Sprint(h)})
			}
		}
		s := Sight{Seq: 1, dead: dead}
		if err := s.open(hot); err != nil {
			t.Fatal(err)
		}
		if err := s.look(ids, func(s *Sight, row int, received bool) {
			got = append(got, seen{row, received, fmt.Sprint(s.Hot(row))})
		}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("seed %d: looking for %v got\n%v, want\n%v", seed, ids, got, want)
		}

		frame := encodeFrame(nil, entries[:min(n, frameEntries)])
		rows, err := decodeFrame(frame)
		if err != nil {
			t.Fatal(err)
		}
		for place := range rows {
			row, err := decodeRow(frame, place)
			if err != nil || !reflect.DeepEqual(row, rows[place]) {
				t.Fatalf("seed %d: got %+v, %v, want %+v", seed, row, err, rows[place])
			}
		}
	}
}

func FuzzSight(f *testing.F) {
	hot, err := encodeHot(nil, someEntries(rand.New(rand.NewPCG(1, 1)), 30))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(hot)
	f.Add(hot[:len(hot)/2])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		var s Sight
		if s.open(data) != nil {
			return
		}
		_ = s.look([]orrery.IdentityID{1, 2, 3}, func(s *Sight, row int, _ bool) { s.Hot(row) }) // a damaged block may be an error
	})
}

func FuzzRow(f *testing.F) {
	frame := encodeFrame(nil, someEntries(rand.New(rand.NewPCG(1, 1)), 30))
	f.Add(frame, 3)
	f.Add(frame[:len(frame)/2], 29)
	f.Fuzz(func(t *testing.T, data []byte, place int) {
		rows, err := decodeFrame(data)
		if place < 0 || place >= frameEntries {
			return
		}
		row, rowErr := decodeRow(data, place)
		if err == nil && place < len(rows) && (rowErr != nil || fmt.Sprint(row) != fmt.Sprint(rows[place])) {
			t.Errorf("got %+v, %v, want %+v", row, rowErr, rows[place])
		}
	})
}
