package orrery

import (
	"fmt"
	"time"
)

// Day counts whole UTC days since 1970-01-01.
type Day int32

const secondsPerDay = 24 * 60 * 60

// DayOf returns the UTC day that t falls in.
func DayOf(t time.Time) Day { return DayOfUnix(t.Unix()) }

// DayOfUnix returns the UTC day of a time in seconds since 1970, rounding
// towards the past for times before it.
func DayOfUnix(seconds int64) Day {
	d := seconds / secondsPerDay
	if seconds%secondsPerDay < 0 {
		d--
	}
	return Day(d)
}

// Time returns the UTC midnight at which d begins.
func (d Day) Time() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// String returns d as 2006-01-02.
func (d Day) String() string { return d.Time().Format(time.DateOnly) }

// ParseDay reads a day written as 2006-01-02.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, Errorf(Invalid, "%q is not a date: write it as 2026-11-22", s)
	}
	return DayOf(t), nil
}

// MarshalText writes d as 2006-01-02, so that JSON shows dates, not numbers.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (d *Day) UnmarshalText(text []byte) error {
	parsed, err := ParseDay(string(text))
	if err != nil {
		return fmt.Errorf("day: %w", err)
	}
	*d = parsed
	return nil
}
