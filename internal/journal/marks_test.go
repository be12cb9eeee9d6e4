package journal

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
)

func TestMarksAreThoseOfTheWholeEntry(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(4, 4))
	for range 8 {
		entries := make([]Entry, 1+chance.IntN(frameEntries))
		wanted := make([]bool, len(entries))
		for i := range entries {
			wanted[i] = chance.IntN(3) > 0
			c := &entries[i].Cold
			c.ExternalID, c.Namespace, c.ObjectTitle = fmt.Sprint("x", i), "forum.example", "On radios, and what is heard at night"
			if chance.IntN(2) == 0 {
				c.ObjectID, c.ObjectType, c.Unit, c.Quantity = fmt.Sprint("o", i), "topic", "hours", chance.Float64()
			}
			if chance.IntN(3) == 0 {
				c.Purposes, c.Tags = []string{"dawn", "dusk"}, []string{"field day"}
			}
		}
		raw := encodeFrame(nil, entries)
		rows := make([]Cold, len(entries))
		if err := decodeMarks(raw, wanted, rows); err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			if !wanted[i] {
				continue
			}
			c := &entries[i].Cold
			want := Cold{ObjectID: c.ObjectID, ObjectType: c.ObjectType, Unit: c.Unit, Quantity: c.Quantity, Purposes: c.Purposes, Tags: c.Tags}
			if !reflect.DeepEqual(rows[i], want) {
				t.Fatalf("row %d: got %+v, want %+v", i, rows[i], want)
			}
		}
		for cut := range len(raw) {
			_ = decodeMarks(raw[:cut], wanted, rows) // a damaged frame is an error at worst
		}
	}
}
