package csv

import (
	"fmt"
	"strings"
	"time"
)

// DateOrder says how dates such as 03/04/2026 and 03-04-2026 are read. Dates
// with dots (03.04.2026) have the day first everywhere.
type DateOrder uint8

// The orders. Guessed looks at all of the file for a number over 12. Where
// there is none the month is first only in a comma-separated file with English
// headers, which is what American spreadsheets write, and the day is first in
// all others; Preview asks.
const (
	OrderGuessed DateOrder = iota
	DayFirst
	MonthFirst
)

// numeric says what a bare number means as a time.
type numeric uint8

const (
	unixSeconds numeric = iota
	unixMillis
	unixMicros
	unixNanos
	serialDays // a spreadsheet's days since the end of 1899, or of 1903
	compact    // 20260403 or 20260403101500
	numerics
)

var numericNames = [...]string{
	"seconds since 1970", "milliseconds since 1970", "microseconds since 1970", "nanoseconds since 1970",
	"a spreadsheet's day numbers", "year, month and day without signs between",
}

// times reads the times of one column.
type times struct {
	dayFirst   bool
	number     numeric
	from1904   bool
	zone       *time.Location         // of times that name none
	fixedZones map[int]*time.Location // by offset in seconds
}

// parse reads a time to the microsecond; fault says what is wrong with it, for a
// person. Ranges are not checked.
func (t *times) parse(s string) (at time.Time, fault string) {
	if whole, fraction, ok := parseNumber(s); ok {
		return t.fromNumber(s, whole, fraction)
	}
	w, ok := scanISO(s)
	if !ok {
		w, ok = scanWritten(s)
	}
	if !ok {
		return time.Time{}, unreadable(s)
	}
	return t.at(s, w)
}

func unreadable(s string) string {
	if _, exponent, ok := strings.Cut(s, "E+"); ok && allDigits(exponent) {
		return fmt.Sprintf("%q was shortened by a spreadsheet: format the column as a plain number and export it again", clip(s, 40))
	}
	return fmt.Sprintf("%q is not a time that can be read: write it as 2026-04-03 or 2026-04-03T10:15:00+02:00", clip(s, 40))
}

// written is a time as it is written, in parts.
type written struct {
	year, month, day       int
	hour, minute, second   int
	nanos                  int
	first, other           int // of a date whose order is open; month and day are 0 then
	offset                 int // seconds east of UTC
	timed, zoned, meridiem bool
}

func (t *times) at(s string, w written) (time.Time, string) {
	if w.first != 0 {
		w.month, w.day = w.first, w.other
		if t.dayFirst {
			w.day, w.month = w.first, w.other
		}
		if w.month > 12 && w.day <= 12 {
			order, other := "month", "day"
			if t.dayFirst {
				order, other = other, order
			}
			return time.Time{}, fmt.Sprintf("%q has no such month when the %s is first: tell the order of dates, or mend the row if only a few have the %s first", clip(s, 40), order, other)
		}
	}
	zone := t.zone
	if w.zoned {
		zone = t.fixed(w.offset)
	} else if zone == nil {
		zone = time.UTC
	}
	at := time.Date(w.year, time.Month(w.month), w.day, w.hour, w.minute, w.second, w.nanos/1000*1000, zone)
	if w.month < 1 || w.month > 12 || w.day < 1 || w.day > 28 && w.day > daysIn(w.year, w.month) {
		return time.Time{}, fmt.Sprintf("%q is no day of the calendar", clip(s, 40))
	}
	if w.hour > 23 || w.minute > 59 || w.second > 60 {
		return time.Time{}, fmt.Sprintf("%q is no time of the day", clip(s, 40))
	}
	if _, offset := at.Zone(); offset%60 != 0 {
		at = at.In(t.fixed(offset / 60 * 60))
	}
	return at, ""
}

func (t *times) fixed(offset int) *time.Location {
	if offset == 0 {
		return time.UTC
	}
	zone := t.fixedZones[offset]
	if zone == nil {
		if t.fixedZones == nil {
			t.fixedZones = map[int]*time.Location{}
		}
		zone = time.FixedZone("", offset)
		t.fixedZones[offset] = zone
	}
	return zone
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// parseNumber reads a decimal number: its whole part and the nanos of the rest.
func parseNumber(s string) (whole int64, nanos int, ok bool) {
	i, negative := 0, strings.HasPrefix(s, "-")
	if negative {
		i = 1
	}
	digits := i
	for ; i < len(s) && isDigit(s[i]); i++ {
		if i-digits > 18 {
			return 0, 0, false
		}
		whole = whole*10 + int64(s[i]-'0')
	}
	if i == digits || whole < 0 {
		return 0, 0, false
	}
	if i < len(s) && (s[i] == '.' || s[i] == ',') {
		scale := int(1e9)
		for i++; i < len(s) && isDigit(s[i]); i++ {
			scale /= 10
			nanos += int(s[i]-'0') * scale
		}
	}
	if i < len(s) {
		return 0, 0, false
	}
	if negative {
		whole = -whole
	}
	return whole, nanos, true
}

func (t *times) fromNumber(s string, whole int64, nanos int) (time.Time, string) {
	switch {
	case strings.HasPrefix(s, "-"):
		return time.Time{}, fmt.Sprintf("the time %q is before 1970", clip(s, 40))
	case t.number == compact:
		return t.fromCompact(s)
	case t.number == serialDays:
		if whole > 2_958_465 { // 9999-12-31
			return time.Time{}, fmt.Sprintf("%q is no day number of a spreadsheet", clip(s, 40))
		}
		year, day := 1899, 30
		if t.from1904 {
			year, day = 1904, 1
		}
		millis := (int64(nanos)*86_400 + 500_000) / 1_000_000
		month := 12
		if t.from1904 {
			month = 1
		}
		zone := t.zone
		if zone == nil {
			zone = time.UTC
		}
		return time.Date(year, time.Month(month), day+int(whole), 0, 0, int(millis/1000), int(millis%1000)*1_000_000, zone), ""
	}
	perSecond := [...]int64{unixSeconds: 1, unixMillis: 1e3, unixMicros: 1e6, unixNanos: 1e9}[t.number]
	seconds := whole / perSecond
	if seconds > 253_402_300_799 { // 9999-12-31
		return time.Time{}, fmt.Sprintf("%q is too large to be a time in %s", clip(s, 40), numericNames[t.number])
	}
	rest := whole % perSecond * (1_000_000_000 / perSecond)
	if perSecond == 1 {
		rest = int64(nanos)
	}
	return time.Unix(seconds, rest/1000*1000).UTC(), ""
}

func (t *times) fromCompact(s string) (time.Time, string) {
	w, ok := scanCompact(s)
	if !ok {
		return time.Time{}, fmt.Sprintf("%q is no date written as 20260403", clip(s, 40))
	}
	return t.at(s, w)
}

// scanCompact reads 20260403 and 20260403101500.
func scanCompact(s string) (w written, ok bool) {
	if len(s) != 8 && len(s) != 14 || !allDigits(s) {
		return w, false
	}
	w.year, w.month, w.day = number4(s), number2(s[4:]), number2(s[6:])
	if len(s) == 14 {
		w.hour, w.minute, w.second, w.timed = number2(s[8:]), number2(s[10:]), number2(s[12:]), true
	}
	return w, w.month >= 1 && w.month <= 12 && w.day >= 1 && w.day <= 31
}

// scanISO reads the most frequent form quickly: 2026-04-03, with T or a space
// and 10:15:00, a fraction, and Z or an offset behind it, or not.
func scanISO(s string) (w written, ok bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' || !allDigits(s[:4]) || !allDigits(s[5:7]) || !allDigits(s[8:10]) {
		return w, false
	}
	w.year, w.month, w.day = number4(s), number2(s[5:]), number2(s[8:])
	if len(s) == 10 {
		return w, true
	}
	if len(s) < 19 || s[10] != 'T' && s[10] != ' ' || s[13] != ':' || s[16] != ':' ||
		!allDigits(s[11:13]) || !allDigits(s[14:16]) || !allDigits(s[17:19]) {
		return w, false
	}
	w.hour, w.minute, w.second, w.timed = number2(s[11:]), number2(s[14:]), number2(s[17:]), true
	rest := s[19:]
	if rest != "" && (rest[0] == '.' || rest[0] == ',') {
		w.nanos, rest = scanFraction(rest[1:])
	}
	switch {
	case rest == "":
		return w, true
	case rest == "Z":
		w.zoned = true
		return w, true
	case rest[0] == '+' || rest[0] == '-':
		w.offset, rest, ok = scanOffset(rest)
		w.zoned = ok
		return w, ok && rest == ""
	}
	return w, false
}

func scanFraction(s string) (nanos int, rest string) {
	scale := int(1e9)
	for len(s) > 0 && isDigit(s[0]) {
		scale /= 10
		nanos += int(s[0]-'0') * scale
		s = s[1:]
	}
	return nanos, s
}

// scanOffset reads +02, +0200, +02:00.
func scanOffset(s string) (seconds int, rest string, ok bool) {
	sign := 1
	if s[0] == '-' {
		sign = -1
	}
	s = s[1:]
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	hours, minutes := 0, 0
	switch {
	case n == 4:
		hours, minutes, rest = number2(s), number2(s[2:]), s[4:]
	case n == 2 && len(s) >= 5 && s[2] == ':' && allDigits(s[3:5]):
		hours, minutes, rest = number2(s), number2(s[3:]), s[5:]
	case n == 2:
		hours, rest = number2(s), s[2:]
	case n == 1:
		hours, rest = int(s[0]-'0'), s[1:]
	default:
		return 0, s, false
	}
	return sign * (hours*3600 + minutes*60), rest, hours <= 18 && minutes < 60
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

func number2(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }

func number4(s string) int { return number2(s)*100 + number2(s[2:]) }
