package tie

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// trust reads the ratings of Bitcoin OTC in the order of time, or skips the test.
func trust(t testing.TB) []Rating {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "bitcoinotc.csv.gz"))
	if err != nil {
		t.Skip("left out: the data for development are not beside the repository (bitcoinotc)")
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	type timed struct {
		Rating
		when int64
	}
	var all []timed
	lines := bufio.NewScanner(unzipped)
	for lines.Scan() {
		var r timed
		text := strings.NewReplacer(",rate", " ", ",", " ").Replace(lines.Text())
		if _, err := fmt.Sscan(text, &r.From, &r.when, &r.Value, &r.To); err == nil {
			r.Value /= 10
			all = append(all, r)
		}
	}
	if err := lines.Err(); err != nil || len(all) < 28_000 {
		t.Fatalf("%d ratings, %v", len(all), err)
	}
	slices.SortStableFunc(all, func(a, b timed) int { return cmp.Compare(a.when, b.when) })
	ratings := make([]Rating, len(all))
	for i, r := range all {
		ratings[i] = r.Rating
	}
	return ratings
}

// auc returns the chance that a rating above 0 was expected higher than one below.
func auc(ratings []Rating, expect func(from, to uint32) float64) float64 {
	type scored struct {
		score float64
		good  bool
	}
	all := make([]scored, len(ratings))
	for i, r := range ratings {
		all[i] = scored{expect(r.From, r.To), r.Value > 0}
	}
	slices.SortFunc(all, func(a, b scored) int { return cmp.Compare(a.score, b.score) })
	var good, bad, ranks float64
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j].score == all[i].score {
			j++
		}
		for _, s := range all[i:j] {
			if s.good {
				good++
				ranks += float64(i+j+1) / 2 // equals share their ranks
			} else {
				bad++
			}
		}
		i = j
	}
	return (ranks - good*(good+1)/2) / (good * bad)
}

func TestTrustIsForetoldBetterThanByFairnessAndGoodness(t *testing.T) {
	t.Parallel()
	all := trust(t)
	signs := make([]Rating, len(all))
	for i, r := range all {
		signs[i] = Rating{r.From, r.To, sign(r.Value)}
	}
	// The last cut is the one that counts; the earlier ones show that it is no
	// accident, though from little past the baseline of signs knows more.
	var sums [3]float64
	for _, share := range []int{40, 51, 64, 80} {
		cut := len(all) * share / 100
		future := all[cut:min(len(all), cut*5/4)]
		ours := auc(future, Learn(all[:cut]).Expect)
		theirs := auc(future, LearnFairness(all[:cut]).Expect)
		ofSigns := auc(future, LearnFairness(signs[:cut]).Expect)
		for i, figure := range []float64{ours, theirs, ofSigns} {
			sums[i] += figure
		}
		t.Logf("first %d %%, the %d ratings after by time: AUC %.3f; fairness and goodness %.3f, of signs %.3f", share, len(future), ours, theirs, ofSigns)
		if share == 80 && (ours < .66 || ours <= theirs || ours <= ofSigns) {
			t.Errorf("AUC %.3f, fairness and goodness %.3f, of signs %.3f: want .66 and more than theirs", ours, theirs, ofSigns)
		}
	}
	if sums[0] <= sums[1] || sums[0] <= sums[2] {
		t.Errorf("over four cuts the AUC sum up to %.3f, theirs to %.3f and %.3f", sums[0], sums[1], sums[2])
	}
}

func TestTrianglesAtOdds(t *testing.T) {
	t.Parallel()
	triangles, frustrated := Balance(trust(t))
	share := float64(frustrated) / float64(triangles)
	t.Logf("%d triangles, %.3f of them at odds", triangles, share)
	if math.Abs(share-.092) > .02 {
		t.Errorf("%.3f of %d triangles are at odds, want about .092", share, triangles)
	}
}

func TestEstimateByHand(t *testing.T) {
	t.Parallel()
	e := Learn([]Rating{{0, 1, 1}, {0, 2, .5}, {2, 1, -.1}, {3, 1, 1}})
	// Three are good and one bad: the mean is 2/4. 1 got two good and a bad one: (1 + 5·.5)/(3 + 5).
	if got, want := e.Goodness(1), 3.5/8; math.Abs(got-want) > 1e-12 {
		t.Errorf("the goodness of 1 is %v, want %v", got, want)
	}
	// 2 gave a bad one, (−1 + 2.5)/6, and got a good one, (1 + 2.5)/6.
	if got, want := e.Expect(2, 2), 3.5/6+1.5/6-.5; math.Abs(got-want) > 1e-12 {
		t.Errorf("2 is expected to give 2 %v, want %v", got, want)
	}
	if got := e.Expect(77, 99); math.Abs(got-.5) > 1e-12 {
		t.Errorf("strangers are expected to give each other %v, want the mean .5", got)
	}
	if got := Learn(nil).Expect(0, 1); got != 0 {
		t.Errorf("without ratings %v is expected, want 0", got)
	}
}

func TestMoreRatingsWeighMore(t *testing.T) {
	t.Parallel()
	world := []Rating{{9, 10, 1}, {10, 9, 1}, {10, 11, 1}, {11, 10, 1}}
	before := Learn(world).Goodness(0)
	for n := range uint32(5) {
		world = append(world, Rating{20 + n, 0, -1})
		now := Learn(world).Goodness(0)
		if now >= before {
			t.Errorf("after %d bad ratings goodness is %v, was %v", n+1, now, before)
		}
		before = now
	}
}

func TestFairnessByHand(t *testing.T) {
	t.Parallel()
	// All agree: everybody is fair, and the rated are as good as they are said to be.
	f := LearnFairness([]Rating{{0, 1, .6}, {2, 1, .6}, {2, 3, -1}})
	if got := f.Expect(0, 1); math.Abs(got-.6) > 1e-6 {
		t.Errorf("got %v, want .6", got)
	}
	if got := f.Expect(0, 3); math.Abs(got+1) > 1e-6 {
		t.Errorf("got %v, want −1", got)
	}
	// Two who contradict each other are less fair than one whom nobody does.
	f = LearnFairness([]Rating{{0, 1, 1}, {2, 1, -1}, {3, 4, 1}})
	if f.fair[0] >= f.fair[3] || f.fair[0] != f.fair[2] {
		t.Errorf("fairness is %v of who is contradicted, %v of the other, %v of who is not", f.fair[0], f.fair[2], f.fair[3])
	}
	if got := LearnFairness(nil).Expect(0, 1); got != 0 {
		t.Errorf("of strangers %v is expected, want 0", got)
	}
}

func TestBalance(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                  string
		ratings               []Rating
		triangles, frustrated int
	}{
		{"three friends", []Rating{{0, 1, 1}, {1, 2, 1}, {2, 0, 1}}, 1, 0},
		{"two friends with one enemy", []Rating{{0, 1, 1}, {1, 2, -1}, {2, 0, -1}}, 1, 0},
		{"a friend of both of two who are none", []Rating{{0, 1, 1}, {1, 2, 1}, {0, 2, -1}}, 1, 1},
		{"three enemies", []Rating{{0, 1, -1}, {1, 2, -1}, {2, 0, -1}}, 1, 1},
		{"both directions are one tie, and its sum decides", []Rating{{0, 1, 1}, {1, 0, -.5}, {1, 2, 1}, {2, 0, 1}}, 1, 0},
		{"a tie at nothing is none", []Rating{{0, 1, 1}, {1, 0, -1}, {1, 2, 1}, {2, 0, 1}}, 0, 0},
		{"oneself is nobody else", []Rating{{0, 0, 1}, {0, 1, 1}, {1, 1, 1}}, 0, 0},
		{"four who all know each other, one an enemy of one", []Rating{{0, 1, 1}, {0, 2, 1}, {0, 3, 1}, {1, 2, 1}, {1, 3, 1}, {2, 3, -1}}, 4, 2},
		{"nobody", nil, 0, 0},
	}
	for _, test := range tests {
		if triangles, frustrated := Balance(test.ratings); triangles != test.triangles || frustrated != test.frustrated {
			t.Errorf("%s: got %d of %d at odds, want %d of %d", test.name, frustrated, triangles, test.frustrated, test.triangles)
		}
	}
}
