package csv

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestOccurrencesCountEachHashByItself(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	var o occurrences
	count := map[int]int{}
	for range 20_000 {
		n := r.IntN(10_000)
		count[n]++
		sum := sha256.Sum256([]byte{byte(n), byte(n >> 8)})
		if n == 0 {
			sum = [32]byte{} // the one that looks like a free place
		}
		want := fmt.Sprintf("row-%x", sum[:16])
		if count[n] > 1 {
			want += fmt.Sprintf("#%d", count[n])
		}
		if got := o.id(sum); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
}
