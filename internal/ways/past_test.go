package ways

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/simulate"
)

func TestFirstWeeksAndWhatComesAfter(t *testing.T) {
	t.Parallel()
	const asOf = 200
	own := func(day orrery.Day, way orrery.Strategy) Deed { return Deed{1, day, way, orrery.Unprompted, true} }
	prompted := func(day orrery.Day) Deed { return Deed{1, day, orrery.Commerce, orrery.Prompted, false} }
	tests := []struct {
		name  string
		deeds []Deed
		want  []life
	}{
		{
			"a day after the first weeks is coming back",
			[]Deed{own(10, orrery.Content), own(10+FirstDays, orrery.Curation)},
			[]life{{arrived: 10, came: true, ways: 1 << orrery.Content, origin: orrery.Unprompted, acts: 1, days: 1, own: 1}},
		},
		{
			"a day within the first weeks is none",
			[]Deed{own(10, orrery.Content), own(10+FirstDays-1, orrery.Curation)},
			[]life{{arrived: 10, ways: 1<<orrery.Content | 1<<orrery.Curation, origin: orrery.Unprompted, acts: 2, days: 2, own: 2}},
		},
		{
			"the horizon ends",
			[]Deed{own(10, orrery.Content), own(10+FirstDays+30, orrery.Content)},
			[]life{{arrived: 10, ways: 1 << orrery.Content, origin: orrery.Unprompted, acts: 1, days: 1, own: 1}},
		},
		{
			"being prompted is no coming back",
			[]Deed{own(10, orrery.Content), prompted(50)},
			[]life{{arrived: 10, ways: 1 << orrery.Content, origin: orrery.Unprompted, acts: 1, days: 1, own: 1}},
		},
		{
			"who came prompted came prompted",
			[]Deed{own(10, orrery.Content), prompted(10), prompted(10)},
			[]life{{arrived: 10, ways: 1<<orrery.Content | 1<<orrery.Commerce, origin: orrery.Prompted, acts: 3, days: 1, own: 1}},
		},
		{
			"whose horizon ends today is judged",
			[]Deed{own(asOf+1-FirstDays-30, orrery.Content)},
			[]life{{arrived: asOf + 1 - FirstDays - 30, ways: 1 << orrery.Content, origin: orrery.Unprompted, acts: 1, days: 1, own: 1}},
		},
		{"whose horizon ends tomorrow is not", []Deed{own(asOf+2-FirstDays-30, orrery.Content)}, nil},
		{"nothing is known of later days", []Deed{own(asOf+1, orrery.Content)}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := NewPast(30, asOf, 0, func(orrery.MemberID) []int { return nil })
			for _, d := range test.deeds {
				p.Add(d)
			}
			if got := p.watched(); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestTheOrderOfDeedsDoesNotMatter(t *testing.T) {
	t.Parallel()
	w := simulate.WaysApart(3, 60, worldsEnd)
	var deeds []Deed
	for i := range w.People {
		for _, d := range w.People[i].Deeds {
			deeds = append(deeds, Deed{orrery.MemberID(i + 1), d.Day, d.Way, d.Origin, d.Meaningful})
		}
	}
	want := pastOfDeeds(w, deeds).Report()
	rng := rand.New(rand.NewPCG(1, 1))
	rng.Shuffle(len(deeds), func(i, j int) { deeds[i], deeds[j] = deeds[j], deeds[i] })
	if got := pastOfDeeds(w, deeds).Report(); !reflect.DeepEqual(got, want) {
		t.Errorf("shuffled deeds give another report:\ngot  %+v\nwant %+v", got, want)
	}
}

func pastOfDeeds(w *simulate.WaysWorld, deeds []Deed) *Past {
	p := NewPast(w.Horizon, w.End, w.Groups, func(m orrery.MemberID) []int { return []int{w.People[m-1].Group} })
	for _, d := range deeds {
		p.Add(d)
	}
	return p
}

func TestCountsOfAGroup(t *testing.T) {
	t.Parallel()
	// Two people of the one group, one of none.
	p := NewPast(30, 1000, 1, func(m orrery.MemberID) []int { return [][]int{1: {0}, 2: {0}, 3: nil}[m] })
	p.Add(Deed{1, 10, orrery.Commerce, orrery.Prompted, false})
	p.Add(Deed{1, 10, orrery.Commerce, orrery.Prompted, false})
	p.Add(Deed{1, 500, orrery.Content, orrery.Unprompted, true}) // long after: counted all the same
	p.Add(Deed{2, 20, orrery.Content, orrery.Peer, true})
	p.Add(Deed{3, 990, orrery.Commerce, orrery.OriginUnknown, true})
	r := p.Report()
	g := r.Groups[0]
	if g.People != 2 || g.Activities != 4 || g.OutsidePurchase != .5 || g.Watched != 2 || g.Returned != 0 {
		t.Errorf("got %d people, %d activities, %.2f outside purchase, %d watched, %d returned; want 2, 4, 0.50, 2, 0",
			g.People, g.Activities, g.OutsidePurchase, g.Watched, g.Returned)
	}
	content := g.Cells[orrery.Content]
	if content.People != 2 || content.Tried != 1 || content.Origins[orrery.Peer] != 1 || content.Verdict != Untested {
		t.Errorf("content: got %+v, want 2 people, 1 of them in the first weeks, 1 drawn by people, untested", content)
	}
	if all := r.Everybody; all.People != 3 || all.Watched != 2 || all.Trial.Arrivals != 1 {
		t.Errorf("everybody: got %d people, %d watched, %d new; want 3, 2, 1", all.People, all.Watched, all.Trial.Arrivals)
	}
}

func TestAnEmptyPastIsReported(t *testing.T) {
	t.Parallel()
	r := NewPast(90, 1000, 2, func(orrery.MemberID) []int { return nil }).Report()
	if len(r.Everybody.Holds) > 0 || r.Everybody.Trial.Obstacle != NothingSeen || len(r.Groups) != 2 {
		t.Errorf("got %+v, want nothing advised and nothing seen", r)
	}
}

func TestAReportSurvivesItsFile(t *testing.T) {
	t.Parallel()
	want := pastOf(simulate.WaysApart(1, 100, worldsEnd)).Report()
	encoded, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Report
	if err := json.Unmarshal(encoded, &got); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(got)
	if err != nil || string(again) != string(encoded) {
		t.Errorf("got %s, %v; want %s", again, err, encoded)
	}
}

func TestAWayOfEverybodyHasNothingToCompareWith(t *testing.T) {
	t.Parallel()
	p := NewPast(30, 10_000, 0, func(orrery.MemberID) []int { return nil })
	for m := orrery.MemberID(1); m <= 400; m++ {
		day := orrery.Day(m) * 10
		p.Add(Deed{m, day, orrery.Content, orrery.Unprompted, true})
		if m%2 == 0 { // those who talk do twenty times as much as anybody else
			for range 20 {
				p.Add(Deed{m, day, orrery.Conversation, orrery.Unprompted, true})
			}
		}
		if m%3 == 0 {
			p.Add(Deed{m, day + 40, orrery.Content, orrery.Unprompted, true})
		}
	}
	cells := p.Report().Everybody.Cells
	for way, want := range map[orrery.Strategy]Verdict{orrery.Content: NoComparison, orrery.Conversation: NoComparison, orrery.Curation: Untested} {
		if cells[way].Verdict != want {
			t.Errorf("%v: got %v, want %v", way, cells[way].Verdict, want)
		}
	}
}
