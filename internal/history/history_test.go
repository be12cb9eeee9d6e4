package history_test

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/history"
)

// lines makes up where people stood, by seed: they come, fade, keep levels for
// a fortnight, leave, come again.
func lines(seed uint64, members, weeks int) map[orrery.MemberID][]history.Point {
	chance := rand.New(rand.NewPCG(seed, 5))
	of := map[orrery.MemberID][]history.Point{}
	m := orrery.MemberID(0)
	for range members {
		m += orrery.MemberID(1 + chance.IntN(1+chance.IntN(2000)))
		var line []history.Point
		near := 0.0
		for range chance.IntN(weeks + 1) {
			near *= .97
			if chance.IntN(9) == 0 {
				near = 100 * chance.Float64()
			}
			line = append(line, history.PointOf(near, orrery.Level(chance.IntN(int(orrery.Core)+1))))
		}
		of[m] = line
	}
	return of
}

func bookOf(of map[orrery.MemberID][]history.Point, weeks int) *history.Book {
	var members []orrery.MemberID
	for m := range of {
		members = append(members, m)
	}
	slices.Sort(members)
	writers := []*history.Writer{{}, {}}
	for i, m := range members {
		writers[2*i/len(members)].Add(m, weeks-len(of[m]), of[m])
	}
	list := make([]history.Week, weeks)
	for i := range list {
		list[i] = history.Week{Day: orrery.Day(10*7 + 3 + 7*i), Gravity: math.Sqrt(float64(i)), In: i, Known: i < weeks/2}
	}
	return history.New(history.Stamp{Until: 5, Print: "x"}, list, writers...)
}

func TestALineIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		weeks := int(seed * 9)
		of := lines(seed, 1+int(seed*70), weeks)
		b := bookOf(of, weeks)
		var kept bytes.Buffer
		if err := b.Encode(&kept); err != nil {
			t.Fatal(err)
		}
		again, err := history.Decode(&kept)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(again.Weeks, b.Weeks) && weeks > 0 || again.Stamp != b.Stamp || again.Settled() != weeks/2 {
			t.Errorf("got %+v, want %+v", again.Stamp, b.Stamp)
		}
		for _, b := range []*history.Book{b, again} {
			r := b.Reader()
			for m, want := range of {
				from, got := r.Line(m)
				if !slices.Equal(got, want) || from != weeks-len(want) {
					t.Fatalf("seed %d, member %d: got %v from %d, want %v", seed, m, got, from, want)
				}
				if _, none := r.Line(m + 1); of[m+1] == nil && len(none) > 0 {
					t.Fatalf("seed %d: member %d, who is nobody, has a line", seed, m+1)
				}
			}
			points := 0
			for _, line := range of {
				points += len(line)
			}
			if members, _, n := b.Members(); members != len(of) || n != points {
				t.Errorf("got %d members and %d points, want %d and %d", members, n, len(of), points)
			}
		}
	}
}

func TestAClosenessIsOffByAFifthOfAPointAtMost(t *testing.T) {
	t.Parallel()
	for i := range 10_001 {
		closeness := float64(i) / 100
		if got := history.PointOf(closeness, orrery.Edge).Closeness(); math.Abs(got-closeness) > .2+1e-9 {
			t.Fatalf("%v is told as %v", closeness, got)
		}
	}
}

func TestWeeksEndOnSundays(t *testing.T) {
	t.Parallel()
	for first := range orrery.Day(20) {
		days := history.Sundays(first, first+30)
		if len(days) < 4 || days[0] < first || days[0] > first+6 {
			t.Fatalf("from %s: got %v", first, days)
		}
		for _, d := range days {
			if d.Time().Weekday() != 0 {
				t.Errorf("%s is no Sunday", d)
			}
		}
	}
	if days := history.Sundays(4, 5); len(days) > 0 {
		t.Errorf("got %v before the first week is over", days)
	}
}

func TestADamagedHistoryIsRefused(t *testing.T) {
	t.Parallel()
	var kept bytes.Buffer
	if err := bookOf(lines(1, 300, 60), 60).Encode(&kept); err != nil {
		t.Fatal(err)
	}
	whole := kept.Bytes()
	chance := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		bad := bytes.Clone(whole)
		if chance.IntN(3) == 0 {
			bad = bad[:chance.IntN(len(bad))]
		} else {
			bad[chance.IntN(len(bad))] ^= 1 << chance.IntN(8)
		}
		if _, err := history.Decode(bytes.NewReader(bad)); !errors.Is(err, history.ErrUnusable) {
			t.Fatalf("got %v", err)
		}
	}
}
