package search_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery/internal/search"
)

// crowd makes names, handles and addresses up, as unevenly spread as those of
// people are.
func crowd(n int) (names, addresses []string) {
	chance := rand.New(rand.NewPCG(1, 2))
	syllables := strings.Fields("an ka lo mi ra to se vi ne du ber lin son man stein ova ski ez ito mar jo ha al be ri sa ti ko wa zu chen")
	word := func(of int) string {
		var b strings.Builder
		at := int(float64(of) * chance.Float64() * chance.Float64() * chance.Float64())
		for range 2 + at%2 {
			b.WriteString(syllables[at%len(syllables)])
			at = at/len(syllables) + 7*at%1009
		}
		return b.String()
	}
	for range n {
		first, last := word(3_000), word(80_000)
		handle := fmt.Sprintf("%s%s%d", first[:2], last, chance.IntN(1000))
		names = append(names, strings.ToUpper(first[:1])+first[1:]+" "+strings.ToUpper(last[:1])+last[1:]+" "+handle)
		addresses = append(addresses, fmt.Sprintf("%s.%s@%s.example", first, last, word(20_000)))
	}
	return names, addresses
}

// queries are what people type: pieces of names, letter by letter, two words, a
// handle, an address, a slip, what nobody is called.
func queries(names, addresses []string) []string {
	var list []string
	for i := range 40 {
		at := i * len(names) / 40
		words := strings.Fields(names[at])
		for n := 1; n <= min(4, len(words[1])); n++ {
			list = append(list, words[1][:n])
		}
		swapped := words[1][:2] + words[1][3:] // a letter missing
		list = append(list, words[0], words[0]+" "+words[1][:3], words[1]+" "+words[0], words[2], addresses[at], swapped, words[0][1:4], "qqx"+words[0])
	}
	return list
}

func benchmark(b *testing.B, n int) {
	names, addresses := crowd(n)
	var open, closed search.Builder
	seats := make(search.Seats, n)
	began := time.Now()
	for i := range names {
		open.Add(uint32(i), names[i])
		closed.Add(uint32(i), addresses[i])
		seats[i] = int32((i*7919)%n) + 1
	}
	in := []*search.Index{open.Index(), closed.Index()}
	made := time.Since(began)
	asked := queries(names, addresses)
	var took []time.Duration
	i := 0
	for b.Loop() {
		began := time.Now()
		f := search.Ask(asked[i%len(asked)]).Find(in, seats, n, 8)
		shown := 0
		for range f.Places() {
			if shown++; shown == 8 {
				break
			}
		}
		took = append(took, time.Since(began))
		i++
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
	b.ReportMetric(made.Seconds(), "s-to-make")
	b.ReportMetric(float64(in[0].Bytes()+in[1].Bytes())/1e6, "MB")
}

func BenchmarkFindAmong10k(b *testing.B)  { benchmark(b, 10_000) }
func BenchmarkFindAmong100k(b *testing.B) { benchmark(b, 100_000) }
func BenchmarkFindAmong1M(b *testing.B)   { benchmark(b, 1_000_000) }

// BenchmarkScanOf1M is the plain way: every text is read for every query.
func BenchmarkScanOf1M(b *testing.B) {
	names, addresses := crowd(1_000_000)
	for i := range names {
		names[i] = search.Fold(names[i] + " " + addresses[i])
	}
	asked := queries(names, addresses)
	var took []time.Duration
	i, found := 0, 0
	for b.Loop() {
		began := time.Now()
		words := search.Words(asked[i%len(asked)])
		for _, name := range names {
			all := true
			for _, w := range words {
				all = all && strings.Contains(name, w)
			}
			if all {
				found++
			}
		}
		took = append(took, time.Since(began))
		i++
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}
