package circle

import (
	"cmp"
	"math"
	"slices"
)

// NMI returns how much two partitions of the same nodes tell about each other:
// their mutual information by the mean of their entropies (Danon et al. 2005),
// from 0, nothing, to 1, the same circles under whatever numbers. Two partitions
// of one circle each are the same. Lengths that differ are a programmer's error.
func NMI(a, b Partition) float64 {
	if len(a) != len(b) {
		panic("circle: NMI of partitions of different nodes")
	}
	n := float64(len(a))
	pairs := make([]uint64, len(a))
	for i := range a {
		pairs[i] = uint64(a[i])<<32 | uint64(b[i])
	}
	slices.Sort(pairs)
	inA, inB := entropy(counts(a), n), entropy(counts(b), n)
	if inA+inB == 0 {
		return 1
	}
	both := 0.
	for i := 0; i < len(pairs); {
		j := i
		for j < len(pairs) && pairs[j] == pairs[i] {
			j++
		}
		share := float64(j-i) / n
		both -= share * math.Log(share)
		i = j
	}
	return max(0, min(1, 2*(inA+inB-both)/(inA+inB)))
}

func counts(p Partition) []int {
	sorted := slices.Sorted(slices.Values(p))
	var sizes []int
	for i, c := range sorted {
		if i == 0 || c != sorted[i-1] {
			sizes = append(sizes, 0)
		}
		sizes[len(sizes)-1]++
	}
	return sizes
}

func entropy(sizes []int, n float64) float64 {
	sum := 0.
	for _, size := range sizes {
		share := float64(size) / n
		sum -= share * math.Log(share)
	}
	return sum
}

// Jaccard returns how much two sets, sorted, have in common: the share of all
// their members who are in both; 0 of two empty ones.
func Jaccard[M cmp.Ordered](a, b []M) float64 {
	common := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			common, i, j = common+1, i+1, j+1
		}
	}
	if len(a)+len(b) == 0 {
		return 0
	}
	return float64(common) / float64(len(a)+len(b)-common)
}

// SameFrom is the Jaccard likeness from which a circle is the one it was.
const SameFrom = .3

// Follow tells which circle of before each circle of after is: its index, or −1
// for a new one. The most alike find each other first, and each has one successor
// at most, so that the larger part of a circle that split keeps its name. Members
// are sorted; nobody is in two circles of one time.
func Follow[M cmp.Ordered](before, after [][]M) []int {
	was := map[M]int{}
	for i, members := range before {
		for _, m := range members {
			was[m] = i
		}
	}
	type likeness struct {
		before, after int
		share         float64
	}
	var all []likeness
	for j, members := range after {
		common := map[int]int{}
		for _, m := range members {
			if i, ok := was[m]; ok {
				common[i]++
			}
		}
		for i, n := range common {
			if share := float64(n) / float64(len(members)+len(before[i])-n); share >= SameFrom {
				all = append(all, likeness{i, j, share})
			}
		}
	}
	slices.SortFunc(all, func(a, b likeness) int {
		return cmp.Or(cmp.Compare(b.share, a.share), cmp.Compare(a.before, b.before), cmp.Compare(a.after, b.after))
	})
	successor := make([]int, len(after))
	for j := range successor {
		successor[j] = -1
	}
	taken := make([]bool, len(before))
	for _, l := range all {
		if successor[l.after] < 0 && !taken[l.before] {
			successor[l.after], taken[l.before] = l.before, true
		}
	}
	return successor
}

// Carry makes a partition to start from out of earlier circles: who stands behind
// each node, and the circle in which they were, of any number. Whoever was in none
// begins alone.
func Carry[M comparable](nodes []M, earlier map[M]uint32) Partition {
	p := make(Partition, len(nodes))
	number := map[uint32]uint32{}
	next := uint32(0)
	for node, m := range nodes {
		circle, ok := earlier[m]
		n, known := number[circle]
		if !ok || !known {
			n = next
			next++
			if ok {
				number[circle] = n
			}
		}
		p[node] = n
	}
	return p
}
