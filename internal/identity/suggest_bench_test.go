package identity_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
)

// population is people with names of frequencies as they are found (Zipf's law
// over 2,000 given and 20,000 family names), with an account each, one in four
// with two that only a handle or a name joins.
func population(people int) []orrery.Actor {
	chance := rand.New(rand.NewPCG(5, 5))
	given, family := rand.NewZipf(chance, 1.2, 8, 2_000), rand.NewZipf(chance, 1.1, 8, 20_000)
	var list []orrery.Actor
	for i := range people {
		name := fmt.Sprintf("%s %s", syllables(given.Uint64()), syllables(family.Uint64()+7))
		list = append(list, orrery.Actor{Namespace: "forum.example", Type: "login", Value: fmt.Sprintf("handle%d", i), Name: name, Email: fmt.Sprintf("handle%d@mail.example", i)})
		switch i % 8 {
		case 0:
			list = append(list, orrery.Actor{Namespace: "git/town", Type: "alias", Value: fmt.Sprintf("%s <%d@work.example>", name, i), Name: name})
		case 4:
			list = append(list, orrery.Actor{Namespace: "git/town", Type: "alias", Value: fmt.Sprintf("handle%d <%d@work.example>", i, i), Name: fmt.Sprintf("handle%d", i)})
		}
	}
	return list
}

// syllables spells a number.
func syllables(n uint64) string {
	text := ""
	for n += 20; n > 0; n /= 20 {
		text += []string{"ba", "do", "fi", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "qui", "ro", "su", "ta", "ve", "wi", "xo", "yu", "za"}[n%20]
	}
	return text
}

func BenchmarkSuggest(b *testing.B) {
	for _, people := range []int{1_000, 10_000, 80_000} { // 80,000 people are 100,000 accounts, and as many addresses
		b.Run(fmt.Sprintf("people=%d", people), func(b *testing.B) {
			g := graphOf(b, population(people))
			n := 0
			for b.Loop() {
				list, err := g.Compare(func(id orrery.IdentityID) (identity.Span, bool) {
					return identity.Span{First: orrery.Day(id % 5000), Last: orrery.Day(id%5000 + id%97)}, true
				}).Suggestions(b.Context(), identity.LeastSuggested)
				if err != nil {
					b.Fatal(err)
				}
				n = len(list)
			}
			b.ReportMetric(float64(n), "suggestions")
			b.ReportMetric(float64(g.Len()), "identities")
		})
	}
}
