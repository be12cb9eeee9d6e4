package stir_test

import (
	"math/rand/v2"
	"testing"

	"orrery.dev/orrery/internal/stir"
)

// weeks are n usual weeks, and one more.
func weeks(r *rand.Rand, n int, usual, spread, last float64) stir.Series {
	s := make(stir.Series, n)
	for i := range s {
		s[i] = usual + spread*r.NormFloat64()
	}
	return append(s, last)
}

func TestWhatMovedMostIsToldBesideWhatIsUsual(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	groups := []stir.Group{
		{Name: "calm", People: 50, Moved: weeks(r, 26, -.2, .4, -.1)},
		{Name: "rose", People: 40, Moved: weeks(r, 26, -.2, .4, 4), Kinds: map[string]stir.Series{
			"reply": weeks(r, 26, 15, 3, 48), "like": weeks(r, 26, 15, 3, 16), "sale": weeks(r, 26, 30, 3, 2), "new": append(make(stir.Series, 26), 9),
		}},
		{Name: "fell", People: 40, Moved: weeks(r, 26, -.2, .4, -7), Kinds: map[string]stir.Series{"sale": weeks(r, 26, 30, 3, 2)}},
		{Name: "few", People: 3, Moved: weeks(r, 26, 0, .4, 9)},
		{Name: "new", People: 90, Moved: weeks(r, 5, 0, .4, 9)},
		{Name: "hardly", People: 90, Moved: weeks(r, 26, 0, .01, .4)},
	}
	got := stir.Most(groups)
	if len(got) != 2 || got[0].Name != "fell" || got[1].Name != "rose" {
		t.Fatalf("got %+v, want what fell and what rose", got)
	}
	if got[0].Closer() || len(got[0].Kinds) != 1 || got[0].Kinds[0].Name != "sale" || got[0].Kinds[0].Now != 2 {
		t.Errorf("beside what fell stands %+v, want that there were few sales", got[0])
	}
	if !got[1].Closer() || len(got[1].Kinds) != 2 || got[1].Kinds[0].Name != "new" || got[1].Kinds[1].Name != "reply" {
		t.Errorf("beside what rose stands %+v, want what is new and the replies", got[1])
	}
	if stir.Most(nil) != nil {
		t.Error("of nobody something stands out")
	}
}

// Twelve groups that move by chance alone seldom stand out.
func TestChanceSeldomStandsOut(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	const tries = 2000
	told := 0
	for range tries {
		var groups []stir.Group
		for range 12 {
			groups = append(groups, stir.Group{People: 50, Moved: weeks(r, 26, 0, .8, .8*r.NormFloat64())})
		}
		if len(stir.Most(groups)) > 0 {
			told++
		}
	}
	if share := float64(told) / tries; share > .08 {
		t.Errorf("in %.0f of 100 weeks of chance something stands out", 100*share)
	} else {
		t.Logf("in %.1f of 100 weeks of chance something stands out", 100*share)
	}
}

func TestUsualIsTheMedianOfTheWeeksBefore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		weeks      stir.Series
		now, usual float64
	}{
		{nil, 0, 0},
		{stir.Series{4}, 4, 0},
		{stir.Series{1, 9}, 9, 1},
		{stir.Series{1, 3, 9}, 9, 2},
		{stir.Series{5, 100, 1, 7}, 7, 5},
	} {
		if now, usual := c.weeks.Now(), c.weeks.Usual(); now != c.now || usual != c.usual {
			t.Errorf("of %v now is %v and usual %v, want %v and %v", c.weeks, now, usual, c.now, c.usual)
		}
	}
}
