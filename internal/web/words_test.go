package web

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

func TestReasonsAreRoundedSoThatTheySumToTheCloseness(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		reasons := make([]view.Reason, 1+r.IntN(7))
		sum := 0.0
		for i := range reasons {
			reasons[i] = view.Reason{Term: language.Name("t"), Points: r.Float64()*40 - 8}
			sum += reasons[i].Points
		}
		got, before := 0, 0.0
		for i, shown := range whole(reasons, sum) {
			got += shown.Points
			before = reasons[i].Points
			if d := float64(shown.Points) - before; d <= -1.5 || d >= 1.5 {
				t.Fatalf("%v is shown as %d", before, shown.Points)
			}
		}
		if got != round(sum) {
			t.Fatalf("reasons %v show a sum of %d, want %d", reasons, got, round(sum))
		}
	}
	if got := whole(nil, 40); len(got) != 0 {
		t.Errorf("without reasons got %v", got)
	}
}

func TestHeadlinesNameWhoMovesMost(t *testing.T) {
	t.Parallel()
	sector := func(way orrery.Strategy, people int, trend float64) view.Sector {
		return view.Sector{Way: way, People: people, Trend: trend}
	}
	for _, test := range []struct {
		name    string
		sectors []view.Sector
		moves   view.MapMoves
		want    string
	}{
		{"both", []view.Sector{sector(orrery.Contribution, 50, 2), sector(orrery.Commerce, 60, -3)}, view.MapMoves{}, "Those who contribute are [coming closer]. Those who buy are [drifting]."},
		{"a circle by its name", []view.Sector{{Circle: "Bikepackers", People: 50, Trend: 2}}, view.MapMoves{}, "The people of “Bikepackers” are [coming closer]."},
		{"a tiny sector is no news", []view.Sector{sector(orrery.Curation, 2, 30), sector(orrery.Content, 500, -1)}, view.MapMoves{}, "Those who read are [drifting]."},
		{"no trend, but moves", []view.Sector{sector(orrery.Content, 500, .1)}, view.MapMoves{In: 9, Out: 4}, "More people come [closer] to Alder than leave."},
		{"nothing moves", []view.Sector{sector(orrery.Content, 500, 0)}, view.MapMoves{}, "All is calm around Alder."},
		{"nobody there", nil, view.MapMoves{}, "Nobody orbits Alder yet."},
	} {
		var got strings.Builder
		for _, p := range headline("Alder", test.sectors, test.moves) {
			text, ok := p.Text.(language.Text)
			if !ok {
				got.WriteString(p.Text.(string))
			}
			for _, part := range language.English().Parts(text) {
				if part.Marked {
					part.Text = "[" + part.Text + "]"
				}
				got.WriteString(part.Text)
			}
		}
		if got.String() != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got.String(), test.want)
		}
	}
}

func TestNumbersAndTimesReadWell(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		got  language.Text
		want string
	}{
		{count(0), "0"},
		{count(999), "999"},
		{count(1000), "1,000"},
		{count(-1234567), "−1,234,567"},
		{count(int64(21)), "21"},
		{people(1), "1 person"},
		{people(2), "2 people"},
		{signed(3), "+3"},
		{signed(-3), "−3"},
		{signed(0), "0"},
		{trend(2.66), "+2.7"},
		{trend(-.04), "0.0"},
		{trend(-1.26), "−1.3"},
		{decimal(-.25), "−0.3"},
		{percent(.126), "13%"},
		{ago(time.Time{}, now), "never"},
		{ago(now.Add(-30*time.Second), now), "just now"},
		{ago(now.Add(-time.Hour), now), "1 hour ago"},
		{ago(now.AddDate(0, 0, -3), now), "3 days ago"},
		{ago(now.AddDate(-3, 0, 0), now), "3 years ago"},
		{lasting(41 * time.Second), "41 s"},
		{lasting(6 * time.Minute), "6 min"},
		{lasting(26 * time.Hour), "26 h"},
		{lasting(0), "under 1 s"},
		{byteWords(812), "812 bytes"},
		{byteWords(81234), "81 KB"},
		{byteWords(8_123_400), "8.1 MB"},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestTheClosenessLineStaysInItsPlotAndReadsBetweenPoints(t *testing.T) {
	t.Parallel()
	line := []view.LinePoint{{Day: 100, Closeness: 10}, {Day: 107, Closeness: 24}, {Day: 114, Closeness: 100}}
	// Half-way between 10 and 24 is 17.
	if got := closenessOn(line, 103); got < 15.9 || got > 16.1 { // 10 + 14·3/7
		t.Errorf("got %.2f on day 103, want 16", got)
	}
	if first, last := closenessOn(line, 1), closenessOn(line, 999); first != 10 || last != 100 {
		t.Errorf("outside of the line got %.0f and %.0f, want its ends", first, last)
	}
	p := view.Person{AsOf: 114, Line: line, Marks: []view.Mark{{Day: 107, Weight: 9, Label: true}}}
	for _, wide := range []bool{true, false} {
		c := newLineChart(p, wide)
		if c.EndX > c.Right+.1 || c.EndY < c.Top-.1 || c.EndY > c.Bottom+.1 {
			t.Errorf("the line ends at (%.1f, %.1f), outside of the plot", c.EndX, c.EndY)
		}
		if c.Marks[0].Label != wide {
			t.Errorf("wide %v: labelled %v", wide, c.Marks[0].Label)
		}
	}
	if newLineChart(view.Person{}, true) != nil || newMovesChart(nil, true) != nil {
		t.Error("charts were made of nothing")
	}
}

func TestNobodyMovesInAWeekMeansNoBar(t *testing.T) {
	t.Parallel()
	c := newMovesChart([]view.WeekMoves{{Monday: 100}, {Monday: 107, In: 1, Out: 200}}, true)
	if c.Bars[0].UpH != 0 || c.Bars[0].DownH != 0 {
		t.Errorf("an empty week has bars of %.1f and %.1f", c.Bars[0].UpH, c.Bars[0].DownH)
	}
	if c.Bars[1].UpH < 1.5 || c.Bars[1].DownH > c.Axis {
		t.Errorf("got bars of %.1f and %.1f around %.1f", c.Bars[1].UpH, c.Bars[1].DownH, c.Axis)
	}
}

func FuzzLocalNeverLeavesTheHost(f *testing.F) {
	for _, seed := range []string{"/", "/people?x=1", "//e", "/\\e", "https://e", "/a\nb", "javascript:1", "/%2f%2fe"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, to string) {
		got := local(to, "/")
		if !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n\t") {
			t.Errorf("%q leads to %q", to, got)
		}
	})
}
