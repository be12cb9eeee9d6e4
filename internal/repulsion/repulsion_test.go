package repulsion

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/simulate"
)

const start = 19723 // Monday, 2024-01-01

func reportOf(w *simulate.RepulsionWorld) Report {
	p := NewPast(start+orrery.Day(w.Days)-1, 0, nil)
	for i, d := range w.Deeds {
		p.Add(Act{Day: start + orrery.Day(d.Day), Who: orrery.MemberID(d.Who), Kind: "k", On: uint64(d.On) << 8, Row: uint32(i), Repels: d.Repels, Own: !d.Repels})
	}
	return p.Report()
}

func TestAPlantedBurstIsFound(t *testing.T) {
	t.Parallel()
	found := 0
	for seed := range uint64(20) {
		w := simulate.NewRepulsionWorld(seed, true)
		from, until := start+orrery.Day(w.Burst.First), start+orrery.Day(w.Burst.First)+6
		for _, b := range reportOf(w).Bursts {
			if b.On == uint64(w.Burst.On)<<8 && b.From <= until && b.Until >= from {
				found++
				break
			}
		}
	}
	if found < 18 {
		t.Errorf("found %d of 20 bursts, want 18 or more", found)
	}
	t.Logf("found %d of 20", found)
}

func TestNoBurstIsFoundWhereThereIsNone(t *testing.T) {
	t.Parallel()
	const worlds = 60
	wrong := 0
	for seed := range uint64(worlds) {
		if r := reportOf(simulate.NewRepulsionWorld(100+seed, false)); len(r.Bursts) > 0 {
			wrong++
		}
	}
	if wrong > worlds/20 {
		t.Errorf("%d of %d worlds without a burst showed one, want %d at most", wrong, worlds, worlds/20)
	}
	t.Logf("%d of %d", wrong, worlds)
}

func TestTheOrderOfActivitiesDoesNotMatter(t *testing.T) {
	t.Parallel()
	w := simulate.NewRepulsionWorld(3, true)
	want := reportOf(w)
	shuffled := func() Report {
		p := NewPast(start+orrery.Day(w.Days)-1, 0, nil)
		order := rand.New(rand.NewPCG(1, 2)).Perm(len(w.Deeds))
		for _, i := range order {
			d := w.Deeds[i]
			p.Add(Act{Day: start + orrery.Day(d.Day), Who: orrery.MemberID(d.Who), Kind: "k", On: uint64(d.On) << 8, Row: uint32(i), Repels: d.Repels, Own: !d.Repels})
		}
		return p.Report()
	}
	if got := shuffled(); !reflect.DeepEqual(got, want) {
		t.Error("another order gives another report")
	}
}

func TestCountsAreOfPeopleAndOfActivities(t *testing.T) {
	t.Parallel()
	const asOf = orrery.Day(start + 700)
	p := NewPast(asOf, 1, func(m orrery.MemberID) []int {
		if m == 1 {
			return []int{0}
		}
		return nil
	})
	act := func(age int, who orrery.MemberID, repels bool) {
		p.Add(Act{Day: asOf - orrery.Day(age), Who: who, Kind: "complaint", Repels: repels, Own: !repels})
	}
	act(3, 1, true)
	act(4, 1, true)
	act(2, 1, false) // came since
	act(2, 1, false) // the same day
	act(5, 2, false)
	act(100, 2, true)
	act(100, 3, false)
	act(900, 3, true) // too long ago
	r := p.Report()
	if want := (Counts{2, 1, 2}); r.Everybody.Now != want {
		t.Errorf("now %+v, want %+v", r.Everybody.Now, want)
	}
	if want := (Counts{1, 1, 2}); r.Everybody.Before != want {
		t.Errorf("before %+v, want %+v", r.Everybody.Before, want)
	}
	if want := (Counts{3, 2, 3}); r.Everybody.All != want {
		t.Errorf("all %+v, want %+v", r.Everybody.All, want)
	}
	if want := (Counts{2, 1, 1}); r.Groups[0].Now != want {
		t.Errorf("the group %+v, want %+v", r.Groups[0].Now, want)
	}
	if len(r.People) != 2 || r.People[0] != (Person{Who: 1, Acts: 2, Last: asOf - 3, Came: 1}) || r.People[1] != (Person{Who: 2, Acts: 1, Last: asOf - 100, Came: 1}) {
		t.Errorf("people %+v", r.People)
	}
	if r.Kinds[0] != (KindCount{"complaint", 2, 1, 3}) {
		t.Errorf("kinds %+v", r.Kinds)
	}
	acts, people := 0, 0
	for _, w := range r.Everybody.Weeks {
		acts, people = acts+w.Acts, people+w.People
	}
	if acts != 3 || people != 2 {
		t.Errorf("weeks have %d activities of %d people, want 3 of 2", acts, people)
	}
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(raw, &back); err != nil || !reflect.DeepEqual(back.Everybody, r.Everybody) {
		t.Errorf("a report does not survive its file: %v", err)
	}
}

func TestGrowthIsToldOnlyWhereItIsClear(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		now, before Counts
		groups      int
		want        Verdict
	}{
		{"four people say nothing", Counts{9, 3, 50}, Counts{1, 1, 50}, 1, TooLittle},
		{"nobody was there before", Counts{9, 9, 50}, Counts{}, 1, TooLittle},
		{"twice as many of ten could be chance", Counts{8, 8, 100}, Counts{4, 4, 100}, 1, Alike},
		{"four times as many", Counts{40, 40, 200}, Counts{10, 10, 200}, 1, Grew},
		{"a quarter", Counts{10, 10, 200}, Counts{40, 40, 200}, 1, Fell},
		{"as many of half as many is twice the share", Counts{40, 40, 200}, Counts{40, 40, 400}, 1, Grew},
		{"clear alone, but not among forty groups", Counts{14, 14, 200}, Counts{4, 4, 200}, 40, Alike},
	} {
		if got := growth(c.now, c.before, c.groups); got.Verdict != c.want {
			t.Errorf("%s: got %s [%.2f–%.2f], want %s", c.name, got.Verdict, got.Low, got.High, c.want)
		}
	}
}

func TestPoissonsTail(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ k, mean, want float64 }{
		{0, 3, 1},
		{1, 2, 1 - math.Exp(-2)},
		{2, 2, 1 - 3*math.Exp(-2)},
		{5, .5, 1.7211562995584e-4},
		{100, 1, 3.98e-159}, // e⁻¹/100! and a little
	} {
		if got := atLeast(c.k, c.mean); math.Abs(got-c.want) > 1e-2*c.want {
			t.Errorf("%v or more of %v expected: got %v, want %v", c.k, c.mean, got, c.want)
		}
	}
}

func BenchmarkReport(b *testing.B) {
	w := simulate.NewRepulsionWorld(1, true)
	for b.Loop() {
		reportOf(w)
	}
	b.ReportMetric(float64(len(w.Deeds)), "activities/op")
}
