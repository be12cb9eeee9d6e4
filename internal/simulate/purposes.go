package simulate

import (
	"fmt"

	"orrery.dev/orrery"
)

// purposeDays is how long the sample's purposes have been open, and aheadDays how
// far their dates lie ahead.
const (
	purposeDays = 200
	aheadDays   = 165
)

// purposes are what the people of the sample do together. How far they are follows
// from the activities alone; tests count them anew.
func purposes(end orrery.Day) []Purpose {
	span := fmt.Sprintf(" from %v by %v", end-purposeDays+1, end+aheadDays)
	long := fmt.Sprintf(" from %v by %v", end-4*purposeDays+1, end+aheadDays)
	return []Purpose{
		{
			Slug: "ten-more-years", Name: "Ten more years",
			Statement: "Every recorder that is mended goes on listening: ten more years for each, instead of one more on a heap.",
			Ask:       "Two hours at the mending table on a Saturday, or one battery door from your drawer.",
			Planets:   []int{recorders, reedbed}, Partners: []int{0},
			Measures: []string{
				"sum hours over marked and kind=volunteer.hours target 4000" + span,
				"sum EUR over marked and kind=appeal.pledge target 8000" + span,
				"people over marked target 900" + span,
			},
			Updates: []string{"The mending table moved to the old boathouse: there is room for six now.", "The first hundred battery doors are printed, and go out on Monday."},
		},
		{
			Slug: "a-thousand-dawns", Name: "A thousand dawns",
			Statement: "So that nobody has to remember what a morning sounded like: a thousand dawns, recorded together.",
			Ask:       "Set your alarm once before four, and share what you hear.",
			Planets:   []int{listening, wakesong}, Partners: []int{1},
			Measures: []string{
				"count over marked and kind=recording.submission target 1000" + long,
				"sum hours over marked and kind=volunteer.hours target 2000" + span,
			},
			Updates: []string{"The museum lends its listening room to whoever has shared ten dawns."},
		},
	}
}
