package simulate

import (
	"fmt"
	"testing"
	"time"

	"orrery.dev/orrery"
)

func TestBulkIsInOrderUniqueAndOfZipfsShape(t *testing.T) {
	t.Parallel()
	const people, activities = 10_000, 200_000
	seen := map[string]bool{}
	byLogin := map[string]int{}
	var last time.Time
	for a := range Bulk(1, people, activities, end) {
		if a.At.Before(last) || orrery.DayOf(a.At) > end || orrery.DayOf(a.At) <= end-bulkDays {
			t.Fatalf("%s at %v follows %v", a.ExternalID, a.At, last)
		}
		last = a.At
		seen[a.ExternalID] = true
		byLogin[a.Actor.Value]++
		if len(a.To) > 0 && a.To[0] == a.Actor {
			t.Fatalf("%s is addressed to its actor", a.ExternalID)
		}
	}
	if len(seen) != activities {
		t.Errorf("got %d external ids, want %d", len(seen), activities)
	}
	// The chance of number n is log((n+1)/n)/log(people+1): 7.5 % for the first,
	// .95 % for the tenth... measured within a fifth.
	for n, want := range map[int]float64{1: .0753, 10: .01035, 100: .00108} {
		if got := float64(byLogin[fmt.Sprintf("u%d", n)]) / activities; got < .8*want || got > 1.2*want {
			t.Errorf("number %d did %.5f of all, want about %.5f", n, got, want)
		}
	}
}

func TestBulkRepeatsItselfBySeed(t *testing.T) {
	t.Parallel()
	tell := func(seed uint64) (all []string) {
		for a := range Bulk(seed, 500, 2000, end) {
			all = append(all, fmt.Sprint(*a))
		}
		return all
	}
	first, again, other := tell(1), tell(1), tell(2)
	same := 0
	for i := range first {
		if first[i] != again[i] {
			t.Fatalf("got %s, want %s", again[i], first[i])
		}
		if first[i] == other[i] {
			same++
		}
	}
	if same == len(first) {
		t.Error("another seed gave the same bulk")
	}
	if got := len(tell(1)); got != 2000 {
		t.Errorf("got %d activities, want 2000", got)
	}
}

func TestBulkOfNobodyIsEmpty(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{0, 10}, {10, 0}, {-1, -1}} {
		for a := range Bulk(1, size[0], size[1], end) {
			t.Fatalf("%d people and %d activities gave %v", size[0], size[1], a)
		}
	}
	n := 0
	for range Bulk(1, 1, 10, end) {
		n++
	}
	if n != 10 {
		t.Errorf("one person did %d activities, want 10", n)
	}
}

func BenchmarkSample(b *testing.B) {
	var n int
	for b.Loop() {
		for range Sample(1, end).Activities() {
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "activities/s")
}

func BenchmarkBulk(b *testing.B) {
	for _, people := range []int{1_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			n := 0
			for b.Loop() {
				for range Bulk(1, people, 10*people, end) {
					n++
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "activities/s")
		})
	}
}
