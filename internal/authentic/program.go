package authentic

import (
	"fmt"
	"math"
	"slices"

	"orrery.dev/orrery"
)

// A program shows in what it does: it acts at all hours, on nearly every day, in
// quick succession, at the same minute. Each sign alone is somebody's habit; from
// two on a person is asked.
const (
	WatchedFrom = 100  // activities from which on behaviour says anything
	WatchedMost = 4096 // activities of one person that are worth looking at
	Signs       = 2    // signs from which on somebody is asked about

	daysFrom    = 60  // days between the first and the last of them
	activeShare = .85 // of those days, on which something was done
	quickShare  = .3  // of the gaps, under ten seconds
	quickGap    = 10  // seconds
	sameMinute  = .5  // of the activities, in the same minute of an hour
	hoursEven   = .97 // entropy of the hours of the day, of what it could be
	hoursFrom   = 200 // activities from which on hours say anything
	manyADay    = 150 // activities on the middle one of the active days
	fewObjects  = .03 // different objects an activity
	wholeDays   = .95 // of the times at midnight: the source keeps days, no minutes
)

// Objects is what is known of what somebody's activities were done to: how many
// different things, of how many activities. The zero value knows nothing.
type Objects struct{ Different, Of int }

// ObjectsIn counts objects that are told apart by numbers; 0 is none.
func ObjectsIn(ids []uint64) Objects {
	var o Objects
	different := map[uint64]bool{}
	for _, id := range ids {
		if id != 0 {
			o.Of++
			different[id] = true
		}
	}
	o.Different = len(different)
	return o
}

// ProgramSigns tells in words what of somebody's times, in seconds, is like a
// program's, strongest first; nothing below WatchedFrom times. The times are
// sorted in place.
func ProgramSigns(times []int64, objects Objects) (reasons []string) {
	if len(times) < WatchedFrom {
		return nil
	}
	slices.Sort(times)
	n := float64(len(times))
	perDay := map[orrery.Day]int{}
	var hours [24]float64
	var minutes [60]float64
	quick, gaps, midnights := 0., 0., 0.
	for i, at := range times {
		perDay[orrery.DayOfUnix(at)]++
		hours[((at/3600)%24+24)%24]++
		minutes[((at/60)%60+60)%60]++
		if at%86400 == 0 {
			midnights++
		}
		// What shares one second is one thing told in several ways, such as a
		// commit and its trailers.
		if i > 0 && at != times[i-1] {
			gaps++
			if at-times[i-1] < quickGap {
				quick++
			}
		}
	}
	between := float64(orrery.DayOfUnix(times[len(times)-1])-orrery.DayOfUnix(times[0])) + 1
	if share := float64(len(perDay)) / between; between >= daysFrom && share >= activeShare {
		reasons = append(reasons, fmt.Sprintf("active on %.0f %% of %.0f days", 100*share, between))
	}
	daily := midnights/n >= wholeDays
	if even := entropy(hours[:]) / math.Log2(24); !daily && len(times) >= hoursFrom && even >= hoursEven {
		reasons = append(reasons, "at work at every hour of the day alike")
	}
	if share := quick / max(gaps, 1); gaps >= WatchedFrom/2 && share >= quickShare {
		reasons = append(reasons, fmt.Sprintf("%.0f %% of what they do follows within ten seconds", 100*share))
	}
	if most := slices.Max(minutes[:]) / n; !daily && most >= sameMinute {
		at := slices.Index(minutes[:], slices.Max(minutes[:]))
		reasons = append(reasons, fmt.Sprintf("%.0f %% of it in minute %d of an hour", 100*most, at))
	}
	if objects.Of >= WatchedFrom && float64(objects.Different) <= fewObjects*float64(objects.Of) {
		reasons = append(reasons, fmt.Sprintf("%d activities on %s", objects.Of, things(objects.Different, "thing", "things")))
	}
	if middle := median(perDay); middle >= manyADay {
		reasons = append(reasons, fmt.Sprintf("%d activities on an ordinary day", middle))
	}
	return reasons
}

// ProgramFlag makes a flag of signs; word is what in their name or address speaks
// of a program, or empty. ok is false where too little speaks for it.
func ProgramFlag(m orrery.MemberID, signs []string, word string) (f Flag, ok bool) {
	n := len(signs)
	if word != "" {
		signs = append(slices.Clip(signs), fmt.Sprintf("their name or address says “%s”", word))
		n++
	}
	if n < Signs && word == "" {
		return Flag{}, false
	}
	return Flag{Kind: Program, Members: []orrery.MemberID{m}, Reasons: signs, Strength: strength(float64(n), 1)}, true
}

func median(perDay map[orrery.Day]int) int {
	list := make([]int, 0, len(perDay))
	for _, n := range perDay {
		list = append(list, n)
	}
	slices.Sort(list)
	return list[len(list)/2]
}

func things(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
