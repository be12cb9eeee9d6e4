package field_test

import (
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
)

func TestGapsLieBetweenDaysOnWhichSomebodyCameByThemselves(t *testing.T) {
	t.Parallel()
	meant, like := orrery.Rule{WeightMilli: 3000, Valence: 1, Meaningful: true}, orrery.Rule{WeightMilli: 100, Valence: 1}
	past := field.NewPast([]orrery.Rule{meant, like})
	row := func(member orrery.MemberID, day orrery.Day, kind uint16, origin orrery.Origin) field.Row {
		return field.Row{Member: member, Planet: 1, Day: day, Kind: kind, Origin: origin, Valence: 1}
	}
	past.Add([]field.Row{
		row(1, 1000, 0, orrery.Unprompted), row(1, 1130, 0, orrery.Unprompted), row(1, 1030, 0, orrery.Unprompted), row(1, 1030, 0, orrery.Unprompted), // 30 and 100 days, out of order and twice
		row(1, 1031, 1, orrery.Unprompted),                                     // a like is no return
		row(2, 1000, 0, orrery.Unprompted), row(2, 1366, 0, orrery.Unprompted), // 366 days: within no rhythm
		row(3, 1000, 0, orrery.Unprompted), row(3, 1010, 0, orrery.Prompted), // prompted: no return
		row(4, 1000, 0, orrery.Unprompted), row(4, 1001, 0, orrery.Unprompted), // a bot
	})
	got := past.Gaps(func(m orrery.MemberID) bool { return m != 4 })
	want := field.Gaps{People: 2, Gaps: 3, Median: 100, Within: [3]int{1, 1, 2}}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := field.NewPast(nil).Gaps(nil); got != (field.Gaps{}) {
		t.Errorf("without a past: got %+v", got)
	}
	for days, h := range map[int]field.Horizon{0: field.Monthly, 60: field.Monthly, 61: field.Quarterly, 180: field.Quarterly, 181: field.Yearly} {
		if got := (field.Spacing{People: 9, Median: days}).Proposes(); got != h {
			t.Errorf("%d days propose %d, want %d", days, got, h)
		}
	}
}
