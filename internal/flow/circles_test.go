package flow_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
)

// salons tells of people who answer each other within groups, from so many days
// ago on, and now and then somebody elsewhere.
func salons(groups, size, acts int) []told {
	chance := rand.New(rand.NewPCG(5, 1))
	who := func(g, i int) orrery.Actor {
		name := fmt.Sprintf("g%d-%d", g, i)
		return orrery.Actor{Namespace: "forum.example", Type: "login", Value: name, Name: name}
	}
	subjects := []string{"telescopes", "mirrors", "binoculars", "weather", "cameras", "travel"}
	var list []told
	for n := range acts {
		g := chance.IntN(groups)
		from, to := chance.IntN(size), chance.IntN(size)
		other := g
		if chance.IntN(4) == 0 {
			other = chance.IntN(groups)
		}
		list = append(list, told{activity: orrery.Activity{
			ExternalID: fmt.Sprint(n), Namespace: "forum.example", Kind: "forum.reply", Planet: "origin", Actor: who(g, from),
			To: []orrery.Actor{who(other, to)}, At: now.AddDate(0, 0, -chance.IntN(700)),
			Object: orrery.Object{ID: fmt.Sprint("post", n), Type: "post", Title: "About " + subjects[g] + " number " + fmt.Sprint(n)},
		}})
	}
	return list
}

func TestCirclesAreFoundAndKeepTheirNumbers(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	defer leave(t, s)
	tell(t, s, "forum", salons(4, 20, 6000))
	planet := s.Planets()[0].ID
	now, err := s.Circles(t.Context(), planet, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !now.Clear || len(now.Circles) != 4 || now.People != 80 {
		t.Fatalf("got %d circles of %d people, confidence %.2f", len(now.Circles), now.People, now.Confidence)
	}
	subjects := map[string]bool{}
	for _, c := range now.Circles {
		if len(c.Members) != 20 || len(c.Sizes) != len(now.Steps) || c.Sizes[len(c.Sizes)-1] != 20 {
			t.Errorf("circle %d has %d people, sizes %v", c.ID, len(c.Members), c.Sizes)
		}
		if len(c.Apart) == 0 || c.Apart[0].Kind {
			t.Fatalf("nothing sets circle %d apart: %+v", c.ID, c.Apart)
		}
		subjects[c.Apart[0].Text] = true
	}
	if len(subjects) != 4 || !subjects["telescopes"] || !subjects["weather"] {
		t.Errorf("circles are told apart by %v", subjects)
	}
	if len(now.Bridges) == 0 || len(now.Bridges[0].Into) < 2 {
		t.Errorf("bridges: %+v", now.Bridges)
	}
	// Half a year before, the same circles had the same numbers.
	then, err := s.Circles(t.Context(), planet, now.Day-180)
	if err != nil {
		t.Fatal(err)
	}
	for _, old := range then.Circles {
		at := slices.IndexFunc(now.Circles, func(c flow.Circle) bool { return c.ID == old.ID })
		if at < 0 || !reflect.DeepEqual(now.Circles[at].Members, old.Members) {
			t.Errorf("circle %d is another now", old.ID)
		}
	}
}

func TestWhereNobodyTalksThereAreNoCircles(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	defer leave(t, s)
	tell(t, s, "forum", salons(1, 60, 200)) // one crowd, by chance
	c, err := s.Circles(t.Context(), s.Planets()[0].ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	if c.Clear || len(c.Circles) > 0 {
		t.Errorf("a crowd without circles has %d", len(c.Circles))
	}
}
