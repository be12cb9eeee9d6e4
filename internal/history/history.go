// Package history keeps how a planet stood at the end of every week since its
// first activity: gravity, levels, moves, who came; and, for each member, the
// closeness and the level, in about a tenth of a byte a week.
//
// It reckons nothing: package flow reads the past through and hands in where
// everybody stood, package view reads the weeks and the lines. It knows no file;
// Encode and Decode take streams. A Book is a cache: whatever it says can be had
// from the journal again.
package history

import (
	"cmp"
	"slices"

	"github.com/klauspost/compress/zstd"
	"orrery.dev/orrery"
)

// Version is raised whenever the encoding or the meaning of a Book changes.
const Version = 1

// Week is how a planet stood at the midnight that ends a Sunday, with what
// happened in the seven days up to it. People only: bots, teammates and visitors
// are left out of all but Activities.
type Week struct {
	Day        orrery.Day           `json:"day"` // the Sunday
	Gravity    float64              `json:"gravity"`
	Low        float64              `json:"low"` // the interval of the gravity
	High       float64              `json:"high"`
	Levels     [orrery.Core + 1]int `json:"levels"` // people by level; nothing for OutOfOrbit
	In         int                  `json:"in"`     // people who came to a nearer level since the week before
	Out        int                  `json:"out"`    // to a farther one
	Activities int                  `json:"activities"`
	Came       int                  `json:"came"` // people who did anything of their own

	// Actual is what Gravity foretold: how many of those in orbit came by
	// themselves, with something meaningful, within the rhythm. Known when that
	// time is over.
	Actual int  `json:"actual"`
	Known  bool `json:"known"`
}

// Monday is the day on which the week began.
func (w *Week) Monday() orrery.Day { return w.Day - 6 }

// InOrbit counts the people in orbit.
func (w *Week) InOrbit() (n int) {
	for _, people := range w.Levels[orrery.Edge:] {
		n += people
	}
	return n
}

// Point is where somebody stood at the end of a week.
type Point struct {
	Near  uint8 // closeness in steps of .4, 0–250; 0 out of orbit
	Level orrery.Level
}

// steps is how many parts the closeness is told in.
const steps = 250

// PointOf rounds a closeness (0–100), which is off by .2 at most.
func PointOf(closeness float64, level orrery.Level) Point {
	if level == orrery.OutOfOrbit {
		return Point{}
	}
	return Point{Near: uint8(closeness*steps/100 + .5), Level: level}
}

// Closeness is 0–100.
func (p Point) Closeness() float64 { return float64(p.Near) * 100 / steps }

// Stamp says what a Book was made of.
type Stamp struct {
	Generation int64      `json:"generation"` // of the stored data
	Until      orrery.Day `json:"until"`      // the day that was the newest then
	RhythmDays int        `json:"rhythm_days"`
	Print      string     `json:"print"` // of all that the weeks follow from: fit, people, days on which they came
}

// Book is the history of one planet. It is never changed once it is made.
type Book struct {
	Stamp Stamp
	Weeks []Week // oldest first, a week apart

	blocks []block
	zstd   *zstd.Decoder
}

// New joins the weeks of a planet and what writers took in, in rising order of
// members.
func New(stamp Stamp, weeks []Week, writers ...*Writer) *Book {
	b := &Book{Stamp: stamp, Weeks: weeks, zstd: unpacker()}
	for _, w := range writers {
		w.flush()
		b.blocks = append(b.blocks, w.blocks...)
	}
	return b
}

// Sundays returns the days that the weeks since a first activity end on, up to
// a day.
func Sundays(first, until orrery.Day) []orrery.Day {
	sunday := first + (10-first%7)%7 // 1970-01-01 was a Thursday
	var days []orrery.Day
	for ; sunday <= until; sunday += 7 {
		days = append(days, sunday)
	}
	return days
}

// Settled is how many weeks, from the first, cannot change unless the past does:
// those of which is known what came of their gravity.
func (b *Book) Settled() int {
	at := slices.IndexFunc(b.Weeks, func(w Week) bool { return !w.Known })
	if at < 0 {
		return len(b.Weeks)
	}
	return at
}

// Members counts those whose lines are kept; Bytes is what the lines take, and
// Points how many member-weeks they tell of.
func (b *Book) Members() (members, bytes, points int) {
	for _, k := range b.blocks {
		members += k.members
		bytes += len(k.data)
		points += k.points
	}
	return members, bytes, points
}

// Reader reads lines out of a book; members who stand together are read at the
// cost of one. It is not safe for concurrent use: take one each.
type Reader struct {
	book *Book
	open *opened // the block that was read last
}

// Reader returns a Reader of the book.
func (b *Book) Reader() *Reader { return &Reader{book: b} }

// Line tells where a member stood at the ends of the weeks from one on; none
// where nothing is known of them. The points are good until the next line.
func (r *Reader) Line(m orrery.MemberID) (from int, points []Point) {
	b := r.book
	at, found := slices.BinarySearchFunc(b.blocks, m, func(k block, m orrery.MemberID) int { return cmp.Compare(k.first, m) })
	if !found {
		at--
	}
	if at < 0 {
		return 0, nil
	}
	if r.open == nil || r.open.at != at {
		o, err := b.blocks[at].open(len(b.Weeks), b.zstd)
		if err != nil {
			return 0, nil // a damaged file is refused when it is read
		}
		o.at = at
		r.open = o
	}
	i, found := slices.BinarySearch(r.open.members, m)
	if !found {
		return 0, nil
	}
	return r.open.from[i], r.open.line(i)
}
