package intake

import (
	"time"

	"orrery.dev/orrery"
)

// Ahead is how far in the future a time may lie: clocks and zones differ.
const Ahead = 48 * time.Hour

// CheckTime returns an orrery.Invalid error where an activity cannot have
// happened at a time: before 1970, or more than Ahead after now.
func CheckTime(at, now time.Time) error {
	if at.Unix() < 0 {
		return orrery.Errorf(orrery.Invalid, "the time %s is before 1970", at.Format(time.RFC3339))
	}
	if at.After(now.Add(Ahead)) {
		return orrery.Errorf(orrery.Invalid, "the time %s lies more than 48 hours in the future", at.Format(time.RFC3339))
	}
	return nil
}

// Early is the first second, since 1970, at which a row that lay too far ahead
// can be imported; the zero value says that there is no such row.
type Early int64

// Note takes in the time of a row that CheckTime refused.
func (e *Early) Note(at, now time.Time) {
	if !at.After(now) {
		return
	}
	if good := at.Add(-Ahead).Unix() + 1; *e == 0 || good < int64(*e) {
		*e = Early(good)
	}
}
