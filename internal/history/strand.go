package history

import (
	"encoding/binary"
	"errors"

	"github.com/klauspost/compress/zstd"
	"orrery.dev/orrery"
)

// blockLen is how many members stand in a block: more compress better, fewer
// are read faster.
const blockLen = 256

// A block is the lines of some members. Column by column: who they are, the week
// at which each begins, the levels, and the closeness while in orbit.
//
// A level is nearly always that of the nearest of this week and the last, for
// who falls below keeps theirs for a fortnight; runs of weeks of which that is
// so, and of weeks at a level said outright (out of orbit above all), are a
// number each. A closeness is the difference to the week before. All of it is
// compressed then, for most people fade in the same few ways.
type block struct {
	first   orrery.MemberID
	members int
	points  int
	data    []byte
}

// foreseen is the level that two closenesses in a row lead to.
func foreseen(before, now uint8) orrery.Level {
	switch near := max(before, now); {
	case near >= steps*70/100:
		return orrery.Core
	case near >= steps*35/100+1: // 87.5 is between two steps
		return orrery.Inner
	case near >= steps*10/100:
		return orrery.Outer
	default:
		return orrery.Edge
	}
}

// symbols of a run: as foreseen, or a level said outright, and 1.
const asForeseen = 0

// Writer takes lines in and compresses them. The zero Writer is ready; it is not
// safe for concurrent use.
type Writer struct {
	who, from, levels, near []byte
	first, last             orrery.MemberID
	members, points         int
	blocks                  []block
	zstd                    *zstd.Encoder
}

// Add takes in a member's line: where they stood from a week on, up to the last
// week of the book. Members come in rising order.
func (w *Writer) Add(m orrery.MemberID, from int, points []Point) {
	if w.members == blockLen {
		w.flush()
	}
	if w.members == 0 {
		w.first, w.last = m, m
	}
	w.who = binary.AppendUvarint(w.who, uint64(m-w.last))
	w.last = m
	w.from = binary.AppendUvarint(w.from, uint64(from))
	w.members++
	w.points += len(points)

	run, symbol, before := 0, byte(asForeseen), uint8(0)
	for i, p := range points {
		next := byte(asForeseen)
		switch {
		case p.Level == orrery.OutOfOrbit:
			next = 1
		case p.Level != foreseen(before, p.Near):
			next = 1 + byte(p.Level)
		}
		if p.Level == orrery.OutOfOrbit {
			before = 0
		} else {
			w.near = append(w.near, p.Near-before)
			before = p.Near
		}
		if i > 0 && next != symbol {
			w.levels = binary.AppendUvarint(w.levels, uint64(run)<<3|uint64(symbol))
			run = 0
		}
		run, symbol = run+1, next
	}
	if run > 0 {
		w.levels = binary.AppendUvarint(w.levels, uint64(run)<<3|uint64(symbol))
	}
}

func (w *Writer) flush() {
	if w.members == 0 {
		return
	}
	var raw []byte
	raw = binary.AppendUvarint(raw, uint64(w.members))
	for _, column := range [][]byte{w.who, w.from, w.levels, w.near} {
		raw = binary.AppendUvarint(raw, uint64(len(column)))
		raw = append(raw, column...)
	}
	if w.zstd == nil {
		var err error
		if w.zstd, err = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1)); err != nil {
			panic(err) // the options are constants
		}
	}
	w.blocks = append(w.blocks, block{w.first, w.members, w.points, w.zstd.EncodeAll(raw, nil)})
	w.who, w.from, w.levels, w.near = w.who[:0], w.from[:0], w.levels[:0], w.near[:0]
	w.members, w.points = 0, 0
}

var errDamaged = errors.New("a block of the history is damaged")

// opened is a block, read.
type opened struct {
	at      int
	weeks   int
	members []orrery.MemberID
	from    []int
	runs    []byte
	near    []byte
	starts  [][2]int // of each member, in runs and near
	points  []Point  // scratch
}

func (k *block) open(weeks int, with *zstd.Decoder) (*opened, error) {
	raw, err := with.DecodeAll(k.data, nil)
	if err != nil {
		return nil, errDamaged
	}
	n, size := binary.Uvarint(raw)
	if size <= 0 || n == 0 || n > blockLen {
		return nil, errDamaged
	}
	raw = raw[size:]
	var columns [4][]byte
	for i := range columns {
		length, size := binary.Uvarint(raw)
		if size <= 0 || length > uint64(len(raw)-size) {
			return nil, errDamaged
		}
		columns[i], raw = raw[size:size+int(length)], raw[size+int(length):]
	}
	o := &opened{weeks: weeks, runs: columns[2], near: columns[3]}
	who, from, m := columns[0], columns[1], uint64(k.first)
	runs, near := 0, 0
	for range n {
		more, size := binary.Uvarint(who)
		begin, width := binary.Uvarint(from)
		if size <= 0 || width <= 0 || more > 1<<32-1-m || begin > uint64(weeks) {
			return nil, errDamaged
		}
		m, who, from = m+more, who[size:], from[width:]
		o.members, o.from = append(o.members, orrery.MemberID(m)), append(o.from, int(begin))
		o.starts = append(o.starts, [2]int{runs, near})
		for left := uint64(weeks) - begin; left > 0; {
			run, size := binary.Uvarint(o.runs[runs:])
			if size <= 0 || run>>3 == 0 || run>>3 > left || run&7 > 1+uint64(orrery.Core) {
				return nil, errDamaged
			}
			runs += size
			left -= run >> 3
			if run&7 != 1 {
				near += int(run >> 3)
			}
		}
		if near > len(o.near) {
			return nil, errDamaged
		}
	}
	return o, nil
}

// line returns a member's points; they are only good until the next.
func (o *opened) line(i int) []Point {
	runs, near := o.runs[o.starts[i][0]:], o.near[o.starts[i][1]:]
	o.points = o.points[:0]
	before := uint8(0)
	for left := o.weeks - o.from[i]; left > 0; {
		run, size := binary.Uvarint(runs)
		runs = runs[size:]
		left -= int(run >> 3)
		for range run >> 3 {
			if run&7 == 1 {
				o.points, before = append(o.points, Point{}), 0
				continue
			}
			p := Point{Near: before + near[0]}
			near = near[1:]
			if p.Level = orrery.Level(run&7) - 1; run&7 == asForeseen {
				p.Level = foreseen(before, p.Near)
			}
			o.points, before = append(o.points, p), p.Near
		}
	}
	return o.points
}

const maxBlock = 64 << 20 // bytes: 256 members for 4,000 years

// unpacker returns what decompresses blocks. It is safe for concurrent use.
func unpacker() *zstd.Decoder {
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBlock))
	if err != nil {
		panic(err) // the options are constants
	}
	return dec
}
