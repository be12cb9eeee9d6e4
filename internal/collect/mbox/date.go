package mbox

import (
	"bytes"
	"time"

	"orrery.dev/orrery/internal/collect/intake"
)

// earliest is the first time that a mail can have: before it, a clock was wrong.
var earliest = time.Date(1980, 1, 1, 12, 0, 0, 0, time.UTC)

// zones are those that mails name in words, in hours east of UTC.
var zones = map[string]int{
	"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
	"BST": 1, "CET": 1, "MET": 1, "CEST": 2, "MEST": 2, "EET": 2, "EEST": 3, "JST": 9, "AEST": 10, "AEDT": 11,
}

const monthNames = "janfebmaraprmayjunjulaugsepoctnovdec"

// dates reads times, and keeps the zones that it made. It is used by one
// goroutine.
type dates struct {
	now   time.Time
	fixed map[int]*time.Location
	early intake.Early
}

// of returns when a mail was sent. Where its own date cannot be true, because it
// is in no calendar, lies ahead of when the mail was handed on, or before there
// was any mail, the time at which it was handed on is taken and clamped is set.
// ok is false where there is no time at all.
func (d *dates) of(h *header, fromLine []byte) (at time.Time, clamped, ok bool) {
	at, ok = d.parse(h[date])
	handed, known := d.handedOn(h, fromLine)
	switch {
	case ok && d.possible(at) && (!known || !at.After(handed.Add(intake.Ahead))):
		return at, false, true
	case known:
		return handed, true, true
	case ok:
		d.early.Note(at, d.now)
	}
	return time.Time{}, false, false
}

// handedOn returns when the last server or the archive took the mail.
func (d *dates) handedOn(h *header, fromLine []byte) (time.Time, bool) {
	if i := bytes.LastIndexByte(h[received], ';'); i >= 0 {
		if at, ok := d.parse(h[received][i+1:]); ok && d.possible(at) {
			return at, true
		}
	}
	if fields := bytes.SplitN(fromLine, []byte("  "), 2); len(fields) == 2 {
		if at, ok := d.parse(fields[1]); ok && d.possible(at) {
			return at, true
		}
	}
	// "From name date" with single spaces: pass over the first words until the
	// rest is a date.
	for range 6 {
		i := bytes.IndexByte(fromLine, ' ')
		if i < 0 {
			break
		}
		fromLine = bytes.TrimLeft(fromLine[i+1:], " ")
		if at, ok := d.parse(fromLine); ok && d.possible(at) {
			return at, true
		}
	}
	return time.Time{}, false
}

func (d *dates) possible(at time.Time) bool {
	return !at.Before(earliest) && !at.After(d.now.Add(intake.Ahead))
}

// parts are what was found of a time; −1 where it was not.
type parts struct {
	year, month, day, hour, minute, second int
	offset                                 int // seconds
}

// parse reads a time as mail programs have written them: RFC 5322 and its
// ancestors, as ctime does, with words in any order, two-digit years, zones in
// words, comments behind.
func (d *dates) parse(s []byte) (time.Time, bool) {
	p := parts{year: -1, month: -1, day: -1, hour: -1}
	for len(s) > 0 {
		c := s[0]
		if c == ' ' || c == ',' || c == '\t' {
			s = s[1:]
			continue
		}
		if c == '(' {
			break
		}
		end := bytes.IndexAny(s, " ,\t(")
		if end < 0 {
			end = len(s)
		}
		if !p.word(s[:end]) {
			return time.Time{}, false
		}
		s = s[end:]
	}
	if p.year < 0 || p.month < 0 || p.day < 1 || p.hour < 0 || p.day > 31 || p.hour > 23 || p.minute > 59 || p.second > 60 {
		return time.Time{}, false
	}
	at := time.Date(p.year, time.Month(p.month), p.day, p.hour, p.minute, p.second, 0, d.zone(p.offset))
	return at, at.Day() == p.day || p.second == 60
}

func (d *dates) zone(offset int) *time.Location {
	if offset == 0 {
		return time.UTC
	}
	zone := d.fixed[offset]
	if zone == nil {
		if d.fixed == nil {
			d.fixed = map[int]*time.Location{}
		}
		zone = time.FixedZone("", offset)
		d.fixed[offset] = zone
	}
	return zone
}

// word takes one word of a date and says whether it belongs to one.
func (p *parts) word(w []byte) bool {
	switch c := w[0]; {
	case isDigit(c):
		return p.digits(w)
	case (c == '+' || c == '-') && len(w) >= 5:
		if n, rest := number(w[1:5]); len(rest) == 0 && p.hour >= 0 {
			p.zone(n/100, n%100, c == '-')
		}
		return true
	case c|0x20 < 'a' || c|0x20 > 'z':
		return p.hour >= 0 // what stands behind a time is a comment
	}
	if hours, ok := zones[string(w)]; ok {
		p.offset = hours * 3600
		return true
	}
	if len(w) >= 3 && p.month < 0 {
		for m := range 12 {
			if equalFold(w[:3], monthNames[3*m:3*m+3]) {
				p.month = m + 1
				return len(w) == 3 || p.dashed(w[3:])
			}
		}
	}
	return len(w) <= 10
}

func (p *parts) zone(hours, minutes int, west bool) {
	if hours > 23 || minutes > 59 {
		return // no such zone: the time is read as UTC
	}
	p.offset = hours*3600 + minutes*60
	if west {
		p.offset = -p.offset
	}
}

// dashed takes what follows a month in "Jan-2004", or the rest of its name.
func (p *parts) dashed(rest []byte) bool {
	if rest[0] != '-' {
		return true
	}
	n, behind := number(rest[1:])
	p.setYear(n, len(rest)-1-len(behind))
	return len(behind) == 0
}

// digits takes a word that begins with a digit: a day, a year, a time of the
// day, or all of a date with dashes.
func (p *parts) digits(w []byte) bool {
	n, rest := number(w)
	count := len(w) - len(rest)
	switch {
	case len(rest) > 0 && (rest[0] == ':' || rest[0] == '.') && p.hour < 0 && len(rest) >= 3 && isDigit(rest[1]):
		p.hour = n
		p.minute, rest = number(rest[1:])
		if len(rest) >= 2 && (rest[0] == ':' || rest[0] == '.') {
			p.second, rest = number(rest[1:])
		}
		if len(rest) >= 5 && (rest[0] == '+' || rest[0] == '-') {
			digits := bytes.ReplaceAll(rest[1:], []byte(":"), nil)
			if z, behind := number(digits); len(behind) == 0 && len(digits) == 4 {
				p.zone(z/100, z%100, rest[0] == '-')
			}
		}
		return true
	case count == 4 && len(rest) >= 6 && rest[0] == '-' && isDigit(rest[1]): // 2004-01-31, perhaps T and a time
		p.year = n
		p.month, rest = number(rest[1:])
		if len(rest) < 2 || rest[0] != '-' || p.month < 1 || p.month > 12 {
			return false
		}
		p.day, rest = number(rest[1:])
		if len(rest) > 1 && rest[0] == 'T' && isDigit(rest[1]) {
			return p.digits(bytes.TrimSuffix(rest[1:], []byte("Z")))
		}
		return len(rest) == 0
	case len(rest) > 1 && rest[0] == '-' && p.day < 0: // 31-Jan-2004
		p.day = n
		return p.word(rest[1:])
	case count <= 2 && p.day < 0:
		p.day = n
		return true
	case count >= 2 && count <= 4 && p.year < 0:
		p.setYear(n, count)
		return true
	}
	return p.hour >= 0
}

// setYear reads years of two digits and those of three that programs counted
// from 1900.
func (p *parts) setYear(n, digits int) {
	switch {
	case digits == 3:
		n += 1900
	case digits <= 2 && n < 70:
		n += 2000
	case digits <= 2:
		n += 1900
	}
	p.year = n
}

// number reads up to six digits.
func number(s []byte) (n int, rest []byte) {
	i := 0
	for i < len(s) && i < 6 && isDigit(s[i]) {
		n = n*10 + int(s[i]-'0')
		i++
	}
	return n, s[i:]
}
