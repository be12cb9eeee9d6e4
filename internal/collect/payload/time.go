package payload

import (
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/intake"
)

// layouts are how platforms write times that are no numbers.
var layouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05 -0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly}

// Time reads a time written in RFC 3339, or in seconds, milliseconds or
// microseconds since 1970; one without a zone is UTC. ok is false for anything
// else.
func Time(s Text) (at time.Time, ok bool) {
	if s == "" {
		return time.Time{}, false
	}
	if at, ok := number(string(s)); ok {
		return at, true
	}
	for _, layout := range layouts {
		if at, err := time.Parse(layout, string(s)); err == nil {
			return inZone(at), true
		}
	}
	return time.Time{}, false
}

// number reads a count since 1970 by its size: in seconds up to the year 5138,
// in milliseconds up to the same year, else in microseconds. Digits behind a
// point are kept to the microsecond.
func number(s string) (time.Time, bool) {
	whole, part, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || strings.Trim(part, "0123456789") != "" {
		return time.Time{}, false
	}
	const far = 100_000_000_000
	switch {
	case n < far && n > -far:
		micros := int64(0)
		if part != "" {
			micros, _ = strconv.ParseInt((part + "000000")[:6], 10, 64)
		}
		return time.Unix(n, micros*1000).UTC(), true
	case n < far*1000 && n > -far*1000:
		return time.UnixMilli(n).UTC(), true
	default:
		return time.UnixMicro(n).UTC(), true
	}
}

// inZone returns at in a zone of whole minutes less than a day from UTC, which
// is what can be kept.
func inZone(at time.Time) time.Time {
	_, offset := at.Zone()
	if offset == 0 || offset%60 != 0 || offset <= -24*3600 || offset >= 24*3600 {
		return at.UTC()
	}
	return at.In(time.FixedZone("", offset))
}

// When returns the first of the texts that is a time, or arrived where none is.
// A time before 1970 or more than 48 hours after arrived is orrery.Invalid.
func When(arrived time.Time, texts ...Text) (time.Time, error) {
	for _, t := range texts {
		if t == "" {
			continue
		}
		at, ok := Time(t)
		if !ok {
			return time.Time{}, orrery.Errorf(orrery.Invalid, "%.60q is not a time: write it as 2026-11-22T10:15:00Z or in seconds since 1970", string(t))
		}
		if err := intake.CheckTime(at, arrived); err != nil {
			return time.Time{}, err
		}
		return at, nil
	}
	return arrived.UTC(), nil
}
