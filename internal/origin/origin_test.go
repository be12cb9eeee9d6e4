package origin_test

import (
	"context"
	"math"
	"os"
	"reflect"
	"slices"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/origin"
	"orrery.dev/orrery/internal/simulate"
)

// Of the shares in worlds whose truth is known.
const (
	mostClaimed = .05 // pull where nobody draws anybody
	pushError   = .02
	shareError  = .03
)

// wide makes worlds of full size by more seeds: ORRERY_WIDE=1 go test.
func wide() bool { return os.Getenv("ORRERY_WIDE") != "" }

func TestSharesComeBackFromWorldsOfKnownOrigin(t *testing.T) {
	t.Parallel()
	seeds, scale, placebos := []uint64{1}, 1., 3
	short := []string{"season", "people_campaigns", "unrecorded"}
	if wide() {
		seeds, placebos, short = []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 20, nil
	}
	if testing.Short() {
		t.Skip("worlds of full size take seconds")
	}
	for _, seed := range seeds {
		for _, w := range simulate.OriginWorlds(seed, scale) {
			if short != nil && !slices.Contains(short, w.Name) {
				continue
			}
			r, err := origin.Reckon(t.Context(), input(w), origin.Config{Placebos: placebos})
			if err != nil {
				t.Fatal(err)
			}
			all := r.All
			t.Logf("seed %d, %s: by themselves %.3f of %.3f, by people %.3f of %.3f, by us %.3f of %.3f; pull %.3f claimed %.3f placebo %.3f",
				seed, w.Name, all.Unprompted.Value, w.Truth.Unprompted, all.Peer.Value, w.Truth.Peer, all.Prompted.Value, w.Truth.Prompted,
				r.Direct.Pull, r.Direct.Claimed, r.Direct.Placebo)
			if w.Truth.Peer == 0 && (all.Peer.Value > mostClaimed || r.Direct.Pull > mostClaimed) {
				t.Errorf("seed %d, %s: claims a pull of %.3f (shares) and %.3f (direct) where nobody draws anybody", seed, w.Name, all.Peer.Value, r.Direct.Pull)
			}
			if !w.Truth.Recorded { // who was drawn by somebody prompted was drawn, as far as can be known
				within(t, w.Name+": drawn by people", all.Peer.Value, w.Truth.AnyPeer, shareError)
				unknown(t, w.Name, r)
				continue
			}
			within(t, w.Name+": drawn by people", all.Peer.Value, w.Truth.Peer, shareError)
			within(t, w.Name+": prompted", all.Prompted.Value, w.Truth.Prompted, pushError)
			within(t, w.Name+": by themselves", all.Unprompted.Value, w.Truth.Unprompted, shareError)
		}
	}
}

func within(t *testing.T, what string, got, want, most float64) {
	t.Helper()
	if math.Abs(got-want) > most {
		t.Errorf("%s: got %.3f, want %.3f ± %.2f", what, got, want, most)
	}
}

// unknown checks that nothing is unprompted for certain where no campaign is
// recorded.
func unknown(t *testing.T, name string, r *origin.Result) {
	t.Helper()
	switch s := r.All; {
	case r.Recorded:
		t.Errorf("%s: says that prompting is recorded", name)
	case s.Unprompted.Low > s.Unprompted.Observed:
		t.Errorf("%s: says that at least %.3f came by themselves; sources told it of %.3f", name, s.Unprompted.Low, s.Unprompted.Observed)
	case s.Prompted.High < s.Unprompted.Estimated-1e-9:
		t.Errorf("%s: says that at most %.3f were prompted, of %.3f who may have been", name, s.Prompted.High, s.Unprompted.Estimated)
	}
}

// little is a small world in which people draw people and campaigns prompt them.
func little(t *testing.T) origin.Input {
	t.Helper()
	for _, w := range simulate.OriginWorlds(7, .1) {
		if w.Name == "marked" {
			return input(w)
		}
	}
	t.Fatal("there is no such world")
	return origin.Input{}
}

var few = origin.Config{Placebos: 2, Workers: 1}

func reckon(t *testing.T, in origin.Input, c origin.Config) *origin.Result {
	t.Helper()
	r, err := origin.Reckon(t.Context(), in, c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheOrderInWhichThePastIsHandedOverPlaysNoPart(t *testing.T) {
	t.Parallel()
	in := little(t)
	want := reckon(t, in, few)
	other := in
	other.Events, other.Ties, other.Deliveries = slices.Clone(in.Events), slices.Clone(in.Ties), slices.Clone(in.Deliveries)
	slices.Reverse(other.Events)
	slices.Reverse(other.Ties)
	slices.Reverse(other.Deliveries)
	got := reckon(t, other, origin.Config{Placebos: 2, Workers: 2})
	within(t, "drawn by people", got.All.Peer.Value, want.All.Peer.Value, 1e-9)
	within(t, "prompted", got.All.Prompted.Value, want.All.Prompted.Value, 1e-9)
}

func TestTheSameSeedGivesTheSameResult(t *testing.T) {
	t.Parallel()
	in := little(t)
	if a, b := reckon(t, in, few), reckon(t, in, origin.Config{Placebos: 2, Workers: 2}); !reflect.DeepEqual(a, b) {
		t.Errorf("got %+v, then %+v", a.All, b.All)
	}
}

func TestSharesSumToOneAndLieInTheirIntervals(t *testing.T) {
	t.Parallel()
	in := little(t)
	in.Groups, in.Member = 2, make([][]int32, in.People)
	for who := range in.Member {
		in.Member[who] = []int32{int32(who % 2)}
	}
	r := reckon(t, in, few)
	activities := 0
	for _, s := range append(append([]origin.Shares{r.All}, r.Strategies[:]...), r.Groups...) {
		if s.Activities == 0 {
			continue
		}
		within(t, "sum", s.Unprompted.Value+s.Peer.Value+s.Prompted.Value, 1, 1e-6)
		for _, part := range []origin.Share{s.Unprompted, s.Peer, s.Prompted} {
			within(t, "observed and estimated", part.Observed+part.Estimated, part.Value, 1e-9)
			if !(part.Low <= part.Value+1e-12 && part.Value <= part.High+1e-12) {
				t.Errorf("%v is not in %v … %v", part.Value, part.Low, part.High)
			}
		}
	}
	for _, s := range r.Groups {
		activities += s.Activities
	}
	if activities != r.All.Activities {
		t.Errorf("two groups of %d activities in all, want %d", activities, r.All.Activities)
	}
}

func TestWhatSourcesToldIsTakenAtItsWord(t *testing.T) {
	t.Parallel()
	var events []origin.Event
	for i := range 3000 {
		e := origin.Event{At: int64(i) * 3600, Who: int32(i % 10), Origin: orrery.Unprompted}
		if i%10 < 3 {
			e.Origin = orrery.Peer
		}
		events = append(events, e)
	}
	r := reckon(t, origin.Input{People: 10, Events: events}, few)
	within(t, "drawn by people", r.All.Peer.Value, .3, 1e-12)
	within(t, "by themselves", r.All.Unprompted.Observed, .7, 1e-12)
	if r.Estimated || r.Why == "" || r.All.Known != 3000 {
		t.Errorf("got an estimate (%v, %q) where nothing is unknown", r.Estimated, r.Why)
	}
}

func TestThereIsNoFigureOfPullWithoutAPlacebo(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		events int
		gap    int64
	}{
		{"nothing happened", 0, 1},
		{"too little happened", 100, 24 * 3600},
		{"the past is too short to move anything by weeks", 2000, 60},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var events []origin.Event
			for i := range test.events {
				events = append(events, origin.Event{At: int64(i) * test.gap, Who: int32(i % 7)})
			}
			r := reckon(t, origin.Input{People: 7, Events: events}, few)
			if r.Estimated || r.Why == "" || r.All.Activities != 0 {
				t.Errorf("got %+v, want no estimate and a reason", r)
			}
		})
	}
}

func TestTeammatesDrawOthersAndAreNotCounted(t *testing.T) {
	t.Parallel()
	in := little(t)
	in.Ours = make([]bool, in.People)
	counted := 0
	for who := range in.Ours {
		in.Ours[who] = who%5 == 0
	}
	for _, e := range in.Events {
		if !in.Ours[e.Who] {
			counted++
		}
	}
	if r := reckon(t, in, few); r.All.Activities != counted {
		t.Errorf("got shares of %d activities, want %d", r.All.Activities, counted)
	}
}

func TestWhatIsNotThereIsRefused(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]origin.Input{
		"a person":   {People: 1, Events: []origin.Event{{Who: 1}}},
		"a strategy": {People: 1, Events: []origin.Event{{Strategy: orrery.Strategies}}},
		"a campaign": {People: 1, Deliveries: []origin.Delivery{{Campaign: 0}}},
		"a weight":   {People: 2, Ties: []origin.Tie{{From: 0, To: 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := origin.Reckon(t.Context(), in, few); err == nil {
				t.Error("got no error")
			}
		})
	}
}

func TestReckoningStopsWhereNobodyWaits(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := origin.Reckon(ctx, little(t), few); err == nil {
		t.Error("got a result")
	}
}

func BenchmarkReckon(b *testing.B) {
	for _, size := range []struct {
		name string
		n    int
	}{{"10k", 10_000}, {"100k", 100_000}, {"1M", 1_000_000}} {
		b.Run(size.name, func(b *testing.B) {
			w := simulate.OriginBulk(1, size.n)
			in := input(w)
			for b.Loop() {
				if _, err := origin.Reckon(b.Context(), in, origin.Config{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(in.Events)), "activities")
		})
	}
}
