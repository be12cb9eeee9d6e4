package simulate

import (
	"math"
	"reflect"
	"testing"

	"orrery.dev/orrery"
)

func TestWorldsOfKnownOriginFollowFromTheirSeed(t *testing.T) {
	t.Parallel()
	a, b, other := OriginWorlds(3, .1), OriginWorlds(3, .1), OriginWorlds(4, .1)
	if !reflect.DeepEqual(a, b) {
		t.Error("the same seed gives other worlds")
	}
	if reflect.DeepEqual(a, other) {
		t.Error("another seed gives the same worlds")
	}
}

func TestTheTruthOfAWorldIsWhatHappenedInIt(t *testing.T) {
	t.Parallel()
	for _, w := range OriginWorlds(3, .1) {
		t.Run(w.Name, func(t *testing.T) {
			t.Parallel()
			truth := w.Truth
			if sum := truth.Unprompted + truth.Peer + truth.Prompted; math.Abs(sum-1) > 1e-9 {
				t.Errorf("shares sum to %v", sum)
			}
			if truth.AnyPeer+1e-9 < truth.Peer || truth.DirectPeer > truth.AnyPeer+1e-9 {
				t.Errorf("%.3f have a person among their causes, %.3f directly, and %.3f are drawn by people", truth.AnyPeer, truth.DirectPeer, truth.Peer)
			}
			if !truth.Recorded && len(w.Messages)+w.Campaigns > 0 {
				t.Error("what nobody recorded is handed over")
			}
			for i := range w.Deeds {
				d := &w.Deeds[i]
				if i > 0 && d.At < w.Deeds[i-1].At {
					t.Fatal("not in order of time")
				}
				if d.Origin != orrery.OriginUnknown && d.Origin != d.root {
					t.Fatalf("a source says %v of what is %v", d.Origin, d.root)
				}
			}
		})
	}
}
