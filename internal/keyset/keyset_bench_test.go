package keyset_test

import (
	"fmt"
	"strconv"
	"testing"

	"orrery.dev/orrery/internal/keyset"
)

var sizes = []int{1_000, 100_000, 1_000_000, 10_000_000}

func keys(n int) []keyset.Key {
	hasher := keyset.NewHasher([16]byte{1})
	list := make([]keyset.Key, n)
	for i := range list {
		list[i] = hasher.Key("1", "bench.example", strconv.Itoa(i))
	}
	return list
}

func BenchmarkHash(b *testing.B) {
	hasher := keyset.NewHasher([16]byte{1})
	for b.Loop() {
		hasher.Key("1", "bench.example", "activity-1234567")
	}
}

func bySize(b *testing.B, bench func(b *testing.B, list []keyset.Key)) {
	for _, n := range sizes {
		list := keys(n)
		b.Run(fmt.Sprintf("keys=%d", n), func(b *testing.B) { bench(b, list) })
	}
}

func BenchmarkAdd(b *testing.B) {
	bySize(b, func(b *testing.B, list []keyset.Key) {
		for b.Loop() {
			var set keyset.Set
			for i := range list {
				set.Add(list[i], 1)
			}
		}
		perKey(b, len(list))
	})
}

func BenchmarkGet(b *testing.B) {
	bySize(b, func(b *testing.B, list []keyset.Key) {
		var set keyset.Set
		for i := range list {
			set.Add(list[i], 1)
		}
		for b.Loop() {
			for i := range list {
				if _, ok := set.Get(list[i]); !ok {
					b.Fatal("a key is missing")
				}
			}
		}
		perKey(b, len(list))
	})
}

// The limit: Go's map.
func BenchmarkMapGet(b *testing.B) {
	bySize(b, func(b *testing.B, list []keyset.Key) {
		set := map[keyset.Key]uint32{}
		for i := range list {
			set[list[i]] = 1
		}
		for b.Loop() {
			for i := range list {
				if _, ok := set[list[i]]; !ok {
					b.Fatal("a key is missing")
				}
			}
		}
		perKey(b, len(list))
	})
}

func perKey(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/key")
}
