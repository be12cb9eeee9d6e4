package flow_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/flow"
)

// told is one thing that a source tells: an activity, or evidence.
type told struct {
	activity orrery.Activity
	link     *orrery.Link
}

// script is a connector that tells what it was given. Its cursor counts what it
// told, and like a file that grew it goes on from there.
type script struct {
	name  string
	path  string
	tells []told
	whole bool // says Complete, and starts over each time
}

var _ collect.Connector = (*script)(nil)

func (s *script) Source(context.Context) (collect.Source, error) {
	return collect.Source{Kind: "script", Name: s.name, Planet: "origin", Origin: s.path, Mirror: s.whole}, nil
}

func (s *script) Collect(ctx context.Context, from collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	known := 0
	if len(from) > 0 && !s.whole {
		if err := json.Unmarshal(from, &known); err != nil {
			return nil, err
		}
	}
	for i := min(known, len(s.tells)); i < len(s.tells); i++ {
		if link := s.tells[i].link; link != nil {
			if err := to.Link(ctx, *link); err != nil {
				return nil, err
			}
			continue
		}
		a := s.tells[i].activity // a copy: the sink may change nothing of ours
		if err := to.Activity(ctx, &a); err != nil {
			return nil, err
		}
	}
	if s.whole {
		to.Complete()
	}
	return json.Marshal(len(s.tells))
}

// soul is somebody in a world: several accounts, most with an address.
type soul struct {
	accounts []orrery.Actor
}

// kinds with and without caps, weight and meaning, one that nobody knows.
var worldKinds = []string{
	"forum.reply", "forum.like", "git.commit", "shop.order.placed", "email.opened", "forum.topic.created",
	"page.viewed", "complaint", "moon.walk", "git.merge", "refund",
}

var planets = []string{"night-radio", "day-radio", "zine"}

// world makes what sources tell of some people around three planets, by seed.
// What is told of one external id is the same each time. It holds late days,
// addressees, evidence by address and by platform, evidence between people who
// are not the same, an address that a crowd shares, one that is nobody's, and
// retractions, some told before what they take back, some of retractions.
func world(seed uint64, people, activities int) []told {
	chance := rand.New(rand.NewPCG(seed, 21))
	given := []string{"Ann", "Bo", "Cyd", "Dora", "Egon", "Fay", "Gus", "Hal", "Ida", "Jo", "Kim", "Lee", "Mia"}
	family := []string{"Fox", "Gray", "Hill", "Iver", "Jung", "Kern", "Lund", "Moor", "Nash", "Oak", "Park"}
	souls := make([]soul, people)
	for i := range souls {
		name := given[i%len(given)] + " " + family[(i*7)%len(family)]
		address := fmt.Sprintf("p%d@town.example", i)
		for n := range 1 + chance.IntN(4) {
			a := orrery.Actor{Namespace: "forum.example", Type: "login", Value: fmt.Sprintf("u%d-%d", i, n), Name: name}
			switch chance.IntN(6) {
			case 0:
				a.Namespace, a.Type = "code.example", "alias"
			case 1:
				a.Namespace, a.Type = "shop.example", "user_id"
			case 2:
				a = orrery.Actor{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail, Value: address, Name: name}
			}
			switch {
			case a.Type == orrery.TypeEmail:
			case i < 9 && n == 0:
				a.Email = "desk@town.example" // a crowd's
			case chance.IntN(12) == 0:
				a.Email = "noreply@town.example"
			case chance.IntN(12) == 0:
				a.Email = fmt.Sprintf("p%d@town.example", chance.IntN(people)) // somebody else's
			case chance.IntN(3) > 0:
				a.Email = address
			}
			souls[i].accounts = append(souls[i].accounts, a)
		}
	}
	anybody := func() orrery.Actor {
		s := souls[int(chance.ExpFloat64()*float64(people)/4)%people]
		return s.accounts[chance.IntN(len(s.accounts))]
	}

	today := orrery.DayOf(now).Time()
	list := make([]told, 0, activities)
	for i := range activities {
		a := orrery.Activity{
			ExternalID: fmt.Sprint("a", i), Namespace: "forum.example", Planet: planets[chance.IntN(len(planets))],
			Kind: worldKinds[chance.IntN(len(worldKinds))], Actor: anybody(), Origin: orrery.Origin(chance.IntN(4)),
			Object: orrery.Object{ID: fmt.Sprint("t", i/9), Type: "topic", Title: "On radios"}, Thread: fmt.Sprint("t", i/9),
		}
		day := chance.IntN(200)
		if chance.IntN(6) == 0 {
			day = chance.IntN(2000)
		}
		a.At = today.AddDate(0, 0, -day).Add(time.Duration(chance.Int64N(int64(24 * time.Hour)))).Truncate(time.Microsecond)
		if chance.IntN(8) == 0 {
			a.At = a.At.In(time.FixedZone("", 60*(chance.IntN(1500)-720)))
		}
		for range max(0, chance.IntN(5)-2) {
			a.To = append(a.To, anybody())
		}
		if chance.IntN(9) == 0 {
			v := int8(chance.IntN(3) - 1)
			a.Valence = &v
		}
		if i > 3 && chance.IntN(7) == 0 { // a retraction, of something before or after it
			of := chance.IntN(activities)
			if chance.IntN(2) == 0 { // of a retraction, if there is one near
				for j := i - 1; j > max(0, i-12); j-- {
					if list[j].activity.Retracts != "" {
						of = j
						break
					}
				}
			}
			if of != i {
				a.Retracts = fmt.Sprint("a", of)
				if of < i {
					a.Planet = list[of].activity.Planet
				}
			}
		}
		list = append(list, told{activity: a})
	}
	for i := range activities / 12 {
		s := souls[chance.IntN(people)]
		l := orrery.Link{A: s.accounts[0], B: s.accounts[chance.IntN(len(s.accounts))], Kind: orrery.SamePlatform, At: today}
		switch i % 4 {
		case 0:
			l.Kind = orrery.Mailmap
		case 1:
			if chance.IntN(3) == 0 {
				l.B = anybody() // as it happens, somebody else
			}
		}
		list = append(list, told{link: &l})
	}
	return list
}

func shuffled(chance *rand.Rand, list []told) []told {
	list = slices.Clone(list)
	chance.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// slicesOf cuts a list into n pieces of any length.
func slicesOf(chance *rand.Rand, list []told, n int) [][]told {
	var pieces [][]told
	for ; n > 1; n-- {
		at := chance.IntN(len(list) + 1)
		pieces = append(pieces, list[:at])
		list = list[at:]
	}
	return append(pieces, list)
}

func mustImport(t testing.TB, s *flow.System, c collect.Connector, plan flow.ImportPlan) flow.ImportResult {
	t.Helper()
	r, err := s.Import(t.Context(), c, plan)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// tell imports a list as a source of its own.
func tell(t testing.TB, s *flow.System, name string, list []told) flow.ImportResult {
	t.Helper()
	return mustImport(t, s, &script{name: name, path: name, tells: list}, flow.ImportPlan{Planet: "origin"})
}

// healthy checks everything that is stored and returns the hash that the live
// and the rebuilt state share.
func healthy(t testing.TB, s *flow.System) [32]byte {
	t.Helper()
	c, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.LiveHash != c.RebuiltHash {
		t.Error("the live state is not the rebuilt one")
	}
	return c.RebuiltHash
}

func leave(t testing.TB, s *flow.System) {
	t.Helper()
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// told all at once, into an empty folder.
func hashOfAll(t testing.TB, lists ...[]told) [32]byte {
	t.Helper()
	s := open(t, t.TempDir())
	defer leave(t, s)
	for i, list := range lists {
		tell(t, s, fmt.Sprint("all", i), list)
	}
	return healthy(t, s)
}
