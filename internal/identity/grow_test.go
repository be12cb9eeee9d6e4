package identity

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"orrery.dev/orrery"
)

// storage keeps what a Graph flushes, to make the same Graph anew.
type storage struct{ Stored }

func (s *storage) PutIdentity(i Identity) error {
	s.LastID = max(s.LastID, i.ID)
	if at := slices.IndexFunc(s.Identities, func(x Identity) bool { return x.ID == i.ID }); at >= 0 {
		s.Identities[at] = i
		return nil
	}
	s.Identities = append(s.Identities, i)
	return nil
}

func (s *storage) PutEvidence(e Evidence) error {
	s.Evidence = append(s.Evidence, e)
	return nil
}

func (s *storage) PutAffiliation(Affiliation) error { return nil }

func (s *storage) PutDecision(d Decision) error {
	s.Decisions = append(s.Decisions, d)
	return nil
}

func TestMembersThatGrewAreThoseThatWouldBeSettled(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			chance := rand.New(rand.NewPCG(seed, 1))
			g, kept := NewGraph([16]byte{1}, Stored{}), &storage{}
			var lent, copied [][]orrery.MemberID
			for step := range 120 {
				who := orrery.Actor{
					Namespace: "forum", Type: "login", Value: fmt.Sprint("u", chance.IntN(60)),
					Name: fmt.Sprint([]string{"", "Ann", "Bo", "Cy", "Di", "Ed"}[chance.IntN(6)], " ", []string{"", "Fox", "Gray"}[chance.IntN(3)]),
				}
				switch chance.IntN(3) {
				case 0:
					who.Email = fmt.Sprintf("a%d@town.example", chance.IntN(8)) // crowded soon
				case 1:
					who.Email = fmt.Sprintf("b%d@town.example", chance.IntN(100))
				}
				if _, err := g.Resolve(who, "s", 1, int64(step)); err != nil {
					t.Fatal(err)
				}
				if chance.IntN(10) == 0 && g.Len() > 2 {
					a, b := orrery.IdentityID(1+chance.IntN(g.Len())), orrery.IdentityID(1+chance.IntN(g.Len()))
					if a != b {
						decide := g.Merge
						if chance.IntN(2) == 0 {
							decide = g.Unmerge
						}
						if err := decide(kept, a, b, int64(step)); err != nil {
							t.Fatal(err)
						}
					}
				}
				if chance.IntN(4) > 0 {
					continue
				}
				if err := g.Flush(kept); err != nil {
					t.Fatal(err)
				}
				got, want := g.Members(), NewGraph([16]byte{1}, kept.Stored).Members()
				if !slices.Equal(got, want) {
					t.Fatalf("after %d steps: got %v, want %v", step, got, want)
				}
				lent, copied = append(lent, got), append(copied, slices.Clone(got))
			}
			for i := range lent {
				if !slices.Equal(lent[i], copied[i]) {
					t.Errorf("members that were handed out changed: got %v, want %v", lent[i], copied[i])
				}
			}
		})
	}
}

func BenchmarkResolveOfNewcomers(b *testing.B) {
	for _, known := range []int{1_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(known), func(b *testing.B) {
			g := NewGraph([16]byte{1}, Stored{})
			resolve := func(i int) {
				who := orrery.Actor{Namespace: "forum", Type: "login", Value: fmt.Sprint("u", i), Email: fmt.Sprintf("u%d@town.example", i)}
				if _, err := g.Resolve(who, "s", 1, 0); err != nil {
					b.Fatal(err)
				}
			}
			for i := range known {
				resolve(i)
			}
			g.Members()
			b.ReportAllocs()
			i := known
			for b.Loop() {
				resolve(i)
				g.Members()
				i++
			}
		})
	}
}
