package simulate

import (
	"fmt"
	"time"

	"orrery.dev/orrery"
)

// leadDays is how long after the start of the world the first yearly event may
// be: those who come every year have arrived and signed up by then.
const leadDays = 82

// yearlyEvents returns the first Saturday of each May from leadDays after start to end.
func yearlyEvents(start, end orrery.Day) []orrery.Day {
	var days []orrery.Day
	for year := start.Time().Year(); year <= end.Time().Year(); year++ {
		t := time.Date(year, time.May, 1, 0, 0, 0, 0, time.UTC)
		for t.Weekday() != time.Saturday {
			t = t.AddDate(0, 0, 1)
		}
		if d := orrery.DayOf(t); d >= start+leadDays && d <= end {
			days = append(days, d)
		}
	}
	return days
}

// launches are sendings about something new, in days before the end.
var launches = []struct {
	before int
	title  string
	id     string
}{
	{1500, "The Heron R2 is here", "launch-heron-r2"},
	{1010, "A hydrophone for everybody: Bittern", "launch-bittern"},
	{610, "Four tracks: Heron R4", "launch-heron-r4"},
	{240, "Tern, made to be repaired", "launch-tern"},
	{65, "Firmware 4.0: one gain stage", "firmware-4"},
}

// sendings returns the campaigns of the sample in order of their days.
func sendings(w *World) []Campaign {
	var all []Campaign
	regular := func(planet, every int, id, title string) {
		n := 1
		for day := w.Planets[planet].Opened + orrery.Day(every); day <= w.End; day += orrery.Day(every) {
			all = append(all, Campaign{fmt.Sprintf("%s-%03d", id, n), fmt.Sprintf("%s, no. %d", title, n), planet, day, false})
			n++
		}
	}
	regular(recorders, 14, "long-take", "The Long Take")
	regular(listening, 28, "letter-from-the-map", "Letter from the map")
	regular(reedbed, 35, "reedbed-release", "Reedbed release notes")
	for _, l := range launches {
		all = append(all, Campaign{l.id, l.title, recorders, w.End - orrery.Day(l.before), true})
	}
	for _, event := range w.gatherings {
		for _, before := range []orrery.Day{56, 21} {
			if day := event - before; day <= w.End {
				year := event.Time().Year()
				all = append(all, Campaign{
					fmt.Sprintf("wakesong-%d-%dd", year, before),
					fmt.Sprintf("Come to Wakesong %d", year), wakesong, day, false,
				})
			}
		}
	}
	return all
}
