package circle

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func TestNMI(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		a, b Partition
		want float64
	}{
		{"the same under other numbers", Partition{0, 0, 1, 1}, Partition{9, 9, 4, 4}, 1},
		{"halves across halves say nothing", Partition{0, 0, 1, 1}, Partition{0, 1, 0, 1}, 0},
		{"one circle says nothing about two", Partition{0, 0, 0, 0}, Partition{0, 0, 1, 1}, 0},
		{"one circle each", Partition{0, 0}, Partition{3, 3}, 1},
		{"nobody", Partition{}, Partition{}, 1},
		// The mutual information is all of ln 2, the entropies are ln 2 and ln 4: 2·1/(1+2).
		{"halves of halves", Partition{0, 0, 1, 1}, Partition{0, 1, 2, 3}, 2. / 3},
	}
	for _, test := range tests {
		if got := NMI(test.a, test.b); math.Abs(got-test.want) > 1e-12 {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
		if there, back := NMI(test.a, test.b), NMI(test.b, test.a); there != back {
			t.Errorf("%s: %v one way, %v the other", test.name, there, back)
		}
	}
}

func TestFollow(t *testing.T) {
	t.Parallel()
	before := [][]int{{1, 2, 3, 4, 5, 6}, {7, 8, 9}, {10, 11, 12}}
	tests := []struct {
		name  string
		after [][]int
		want  []int
	}{
		{"nothing moved", before, []int{0, 1, 2}},
		{"another order", [][]int{{10, 11, 12}, {1, 2, 3, 4, 5, 6}, {7, 8, 9}}, []int{2, 0, 1}},
		{"the larger part of what split keeps the name", [][]int{{5, 6}, {1, 2, 3, 4}}, []int{-1, 0}},
		{"of two that joined the larger gives the name", [][]int{{1, 2, 3, 4, 5, 6, 7, 8, 9}}, []int{0}},
		// 1 of 5 in common: under .3.
		{"too little in common is new", [][]int{{7, 20, 21}}, []int{-1}},
		// 2 of 5 in common.
		{"newcomers do not take the name away", [][]int{{7, 8, 20, 21}}, []int{1}},
		{"nobody is left", nil, nil},
	}
	for _, test := range tests {
		if got := Follow(before, test.after); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
	if got := Follow[int](nil, before); !slices.Equal(got, []int{-1, -1, -1}) {
		t.Errorf("before there was nothing: got %v", got)
	}
}

func TestJaccard(t *testing.T) {
	t.Parallel()
	if got := Jaccard([]int{1, 2, 3}, []int{2, 3, 4, 5}); got != .4 {
		t.Errorf("got %v, want 2 of 5", got)
	}
	if got := Jaccard[int](nil, nil); got != 0 {
		t.Errorf("two empty sets: got %v, want 0", got)
	}
}

func TestCarry(t *testing.T) {
	t.Parallel()
	got := Carry([]string{"ada", "new", "ben", "eve", "newer"}, map[string]uint32{"ada": 70, "ben": 3, "eve": 70, "gone": 1})
	if want := (Partition{0, 1, 2, 0, 3}); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func ExampleFollow() {
	january := [][]string{{"ada", "ben", "eve"}, {"kim", "lou", "max"}}
	february := [][]string{{"kim", "lou", "max", "nia"}, {"oda", "pia", "quo"}}
	fmt.Println(Follow(january, february))
	// Output: [1 -1]
}
