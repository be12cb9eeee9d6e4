package identity_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
)

var sizes = []int{1_000, 100_000, 1_000_000}

func bySize(b *testing.B, bench func(b *testing.B, people int)) {
	for _, people := range sizes {
		b.Run(fmt.Sprintf("people=%d", people), func(b *testing.B) {
			bench(b, people)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(people), "ns/person")
		})
	}
}

// actors are people with a login each, of whom one in four states an address.
func actors(people int) []orrery.Actor {
	list := make([]orrery.Actor, people)
	for i := range list {
		list[i] = orrery.Actor{Namespace: "bench.example", Type: "login", Value: fmt.Sprint("u", i), Name: fmt.Sprint("Person ", i)}
		if i%4 == 0 {
			list[i].Email = fmt.Sprintf("u%d@mail.example", i/2)
		}
	}
	return list
}

func graphOf(b *testing.B, list []orrery.Actor) *identity.Graph {
	b.Helper()
	g := identity.NewGraph([16]byte{1}, identity.Stored{})
	for i := range list {
		if _, err := g.Resolve(list[i], "bench", 1, 0); err != nil {
			b.Fatal(err)
		}
	}
	return g
}

// People who are new.
func BenchmarkResolveNew(b *testing.B) {
	bySize(b, func(b *testing.B, people int) {
		list := actors(people)
		for b.Loop() {
			graphOf(b, list)
		}
	})
}

// People who are known.
func BenchmarkResolveKnown(b *testing.B) {
	bySize(b, func(b *testing.B, people int) {
		list := actors(people)
		g := graphOf(b, list)
		for b.Loop() {
			for i := range list {
				if _, err := g.Resolve(list[i], "bench", 1, 0); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// People who are known and of whom few do most, as Zipf's law has it.
func BenchmarkResolveActive(b *testing.B) {
	bySize(b, func(b *testing.B, people int) {
		list := actors(people)
		g := graphOf(b, list)
		chance := rand.New(rand.NewPCG(1, 1))
		seen := make([]orrery.Actor, people)
		for i := range seen {
			seen[i] = list[min(people-1, int(math.Exp(chance.Float64()*math.Log(float64(people)))))]
		}
		for b.Loop() {
			for i := range seen {
				if _, err := g.Resolve(seen[i], "bench", 1, 0); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// stored keeps what a graph flushes.
type stored struct{ identity.Stored }

func (s *stored) PutIdentity(i identity.Identity) error {
	s.Identities, s.LastID = append(s.Identities, i), max(s.LastID, i.ID)
	return nil
}

func (s *stored) PutEvidence(e identity.Evidence) error {
	s.Evidence = append(s.Evidence, e)
	return nil
}

func (s *stored) PutAffiliation(identity.Affiliation) error { return nil }

func (s *stored) PutDecision(d identity.Decision) error {
	s.Decisions = append(s.Decisions, d)
	return nil
}

// What is stored into a graph, and who is who and who is no person.
func BenchmarkLoadAndSettle(b *testing.B) {
	bySize(b, func(b *testing.B, people int) {
		var s stored
		if err := graphOf(b, actors(people)).Flush(&s); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			g := identity.NewGraph([16]byte{1}, s.Stored)
			if len(g.Members()) < people || len(g.Others()) > 0 {
				b.Fatalf("%d members, %d others", len(g.Members()), len(g.Others()))
			}
		}
	})
}
