package flow_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
)

func TestMergeThenUnmergeIsAsIfNeverMerged(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			chance := rand.New(rand.NewPCG(seed, 4))
			// Two worlds whose people have nothing to do with each other: nothing
			// but the merge joins them.
			here, there := world(seed, 20, 200), elsewhere(world(seed+100, 20, 200))
			all := shuffled(chance, append(here, there...))
			before, between := all[:250], all[250:]

			never := open(t, t.TempDir())
			tell(t, never, "before", before)
			tell(t, never, "between", between)
			want := healthy(t, never)
			leave(t, never)

			dir := t.TempDir()
			s := open(t, dir)
			tell(t, s, "before", before)
			type pair struct{ a, b orrery.IdentityID }
			var merged []pair
			for range 4 {
				p := pair{anyIdentity(t, s, chance, false), anyIdentity(t, s, chance, true)}
				if _, err := s.Merge(t.Context(), p.a, p.b); err != nil {
					t.Fatal(err)
				}
				if memberOf(t, s, p.a) != memberOf(t, s, p.b) {
					t.Fatalf("%d and %d are merged and two people", p.a, p.b)
				}
				merged = append(merged, p)
			}
			healthy(t, s)
			for i, part := range slicesOf(chance, between, 3) {
				tell(t, s, fmt.Sprint("between", i), part)
				healthy(t, s)
				if i == 1 {
					leave(t, s)
					s = open(t, dir)
				}
			}
			if healthy(t, s) == want {
				t.Error("merging four pairs changed nothing")
			}
			chance.Shuffle(len(merged), func(i, j int) { merged[i], merged[j] = merged[j], merged[i] })
			for _, p := range merged {
				if _, err := s.Unmerge(t.Context(), p.b, p.a); err != nil {
					t.Fatal(err)
				}
			}
			if healthy(t, s) != want {
				t.Error("merged and unmerged, it is not as if never merged")
			}
			leave(t, s)
		})
	}
}

// elsewhere moves a world's people to other platforms and other addresses, and
// its activities to other ids.
func elsewhere(list []told) []told {
	move := func(a *orrery.Actor) {
		if a.Namespace == orrery.GlobalNamespace {
			a.Value = "far-" + a.Value
		} else {
			a.Namespace = "far." + a.Namespace
		}
		if a.Email != "" {
			a.Email = "far-" + a.Email
		}
	}
	for i := range list {
		if l := list[i].link; l != nil {
			move(&l.A)
			move(&l.B)
			continue
		}
		a := &list[i].activity
		a.Namespace = "far.example"
		move(&a.Actor)
		for j := range a.To {
			move(&a.To[j])
		}
	}
	return list
}

func anyIdentity(t testing.TB, s *flow.System, chance *rand.Rand, far bool) (id orrery.IdentityID) {
	t.Helper()
	err := s.Graph(t.Context(), func(g *identity.Graph) error {
		for id == 0 {
			try := orrery.IdentityID(1 + chance.IntN(g.Len()))
			if i, ok := g.Identity(try); ok && far == (len(i.Key.Namespace) > 4 && i.Key.Namespace[:4] == "far." || len(i.Key.Value) > 4 && i.Key.Value[:4] == "far-") {
				id = try
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func memberOf(t testing.TB, s *flow.System, id orrery.IdentityID) (m orrery.MemberID) {
	t.Helper()
	if err := s.Graph(t.Context(), func(g *identity.Graph) error { m, _ = g.MemberOf(id); return nil }); err != nil {
		t.Fatal(err)
	}
	return m
}

func find(t testing.TB, s *flow.System, key orrery.Key) (id orrery.IdentityID) {
	t.Helper()
	err := s.Graph(t.Context(), func(g *identity.Graph) error {
		var ok bool
		if id, ok = g.Find(key); !ok {
			t.Fatalf("nobody is known as %v", key)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestUnmergeOfPeopleThatEvidenceJoinedStays(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			chance := rand.New(rand.NewPCG(seed, 5))
			list := world(seed, 20, 300)
			dir := t.TempDir()
			s := open(t, dir)
			tell(t, s, "first", list[:200])
			type pair struct{ a, b orrery.IdentityID }
			var apart []pair
			for range 3 {
				var joined []pair
				err := s.Graph(t.Context(), func(g *identity.Graph) error {
					members := g.Members()
					for _, e := range g.Evidence() {
						if members[e.A] == members[e.B] {
							joined = append(joined, pair{e.A, e.B})
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if len(joined) == 0 {
					t.Fatal("no evidence joined anybody")
				}
				p := joined[chance.IntN(len(joined))]
				if _, err := s.Unmerge(t.Context(), p.a, p.b); err != nil {
					t.Fatal(err)
				}
				apart = append(apart, p)
			}
			together := func(when string) {
				t.Helper()
				healthy(t, s)
				for _, p := range apart {
					if memberOf(t, s, p.a) == memberOf(t, s, p.b) {
						t.Errorf("%s: %d and %d are one person again", when, p.a, p.b)
					}
				}
			}
			together("unmerged")
			tell(t, s, "again", list[:200])
			together("imported again")
			tell(t, s, "rest", shuffled(chance, list))
			together("imported more")
			live := hashOf(t, s)
			leave(t, s)
			s = open(t, dir)
			together("opened again")
			if hashOf(t, s) != live {
				t.Error("opened again it is another state")
			}
			leave(t, s)
		})
	}
}

func TestDecisionsAboutNobodyAreRefused(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	tell(t, s, "feed", world(1, 5, 20))
	for name, err := range map[string]error{
		"merge with nobody":   second(s.Merge(t.Context(), 1, 4711)),
		"unmerge from nobody": second(s.Unmerge(t.Context(), 4711, 1)),
		"mark nobody":         s.Mark(t.Context(), 4711, orrery.Bot),
	} {
		if orrery.CodeOf(err) != orrery.NotFound {
			t.Errorf("%s: got %v, want NotFound", name, err)
		}
	}
	if _, err := s.Merge(t.Context(), 1, 1); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("merge with oneself: got %v, want Invalid", err)
	}
	healthy(t, s)
	leave(t, s)
	s = open(t, s.Dir())
	healthy(t, s)
	leave(t, s)
}

func second[T any](_ T, err error) error { return err }
