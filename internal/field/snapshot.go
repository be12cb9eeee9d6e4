package field

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"

	"orrery.dev/orrery"
)

// ErrSnapshot wraps every reason for which a snapshot cannot be used. The state
// is then rebuilt from the journal.
var ErrSnapshot = errors.New("unusable snapshot of the field")

// Version is raised whenever the state that rows lead to, or its encoding,
// changes. A snapshot of another version is refused.
const Version = 1

// The layout, little-endian: header, rules, cells, entries of open days
// (cell number, kind, tally), pairs of reach (cell number, member), and the
// CRC-32C of all before it. Cells are numbered from 1 in the order they stand.
const (
	magic      = "ORRFIELD"
	headerSize = 8 + 4 + 4 + 3*8
	ruleSize   = 8
	entrySize  = 4 + 2 + 4
	pairSize   = 8
	chunkSize  = 1 << 16
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Encode writes the whole state, rules included. Members, planets and kinds
// stand by their numbers: the caller keeps with it what those mean, and up to
// where the journal was read.
func (e *Engine) Encode(w io.Writer) error {
	number, cells, entries := e.count()
	pairs := uint64(0)
	for _, pair := range e.around.table {
		if pair != 0 && number(uint32(pair>>32)) != 0 {
			pairs++
		}
	}
	out := &sealer{w: w, sum: crc32.New(castagnoli), buf: make([]byte, 0, chunkSize)}
	b := out.room(headerSize)
	copy(b, magic)
	le := binary.LittleEndian
	le.PutUint32(b[8:], Version)
	le.PutUint32(b[12:], uint32(len(e.rules)))
	le.PutUint64(b[16:], cells)
	le.PutUint64(b[24:], entries)
	le.PutUint64(b[32:], pairs)
	for i := range e.rules {
		putRule(out.room(ruleSize), &e.rules[i])
	}
	for slot := uint32(1); slot < e.slots; slot++ {
		if c := e.at(slot); c.member != 0 {
			c.put(out.room(cellSize))
		}
	}
	for slot := uint32(1); slot < e.slots && entries > 0; slot++ {
		for i := e.at(slot).next; i != 0; i = e.chain[i].next {
			b := out.room(entrySize)
			le.PutUint32(b, number(slot))
			le.PutUint16(b[4:], e.chain[i].kind)
			le.PutUint32(b[6:], uint32(e.chain[i].count))
		}
	}
	for _, pair := range e.around.table {
		if pair == 0 {
			continue
		}
		if n := number(uint32(pair >> 32)); n != 0 {
			le.PutUint64(out.room(pairSize), pairOf(n, orrery.MemberID(uint32(pair))))
		}
	}
	return out.seal()
}

// count returns the number of cells and open-day entries, and how a slot's cell
// is numbered when the holes are left out: 0 for a hole.
func (e *Engine) count() (number func(slot uint32) uint32, cells, entries uint64) {
	numbers := make([]uint32, e.slots)
	for slot := uint32(1); slot < e.slots; slot++ {
		c := e.at(slot)
		if c.member == 0 {
			continue
		}
		cells++
		numbers[slot] = uint32(cells)
		for i := c.next; i != 0; i = e.chain[i].next {
			entries++
		}
	}
	return func(slot uint32) uint32 { return numbers[slot] }, cells, entries
}

// Decode reads what Encode wrote. A snapshot that is cut off, damaged or of
// another version gives an error that wraps ErrSnapshot.
func Decode(r io.Reader) (*Engine, error) {
	in := &opener{r: bufio.NewReaderSize(r, chunkSize), sum: crc32.New(castagnoli)}
	b := in.take(headerSize)
	le := binary.LittleEndian
	switch {
	case b == nil:
		return nil, in.err
	case string(b[:8]) != magic:
		return nil, fmt.Errorf("%w: it begins with %q", ErrSnapshot, b[:8])
	case le.Uint32(b[8:]) != Version:
		return nil, fmt.Errorf("%w: it has version %d, this program reads %d", ErrSnapshot, le.Uint32(b[8:]), Version)
	}
	rules, cells, entries, pairs := le.Uint32(b[12:]), le.Uint64(b[16:]), le.Uint64(b[24:]), le.Uint64(b[32:])
	if rules > 1<<16 || cells >= 1<<32 {
		return nil, fmt.Errorf("%w: it counts %d rules and %d orbits", ErrSnapshot, rules, cells)
	}
	e := New()
	for range rules {
		b := in.take(ruleSize)
		if b == nil {
			return nil, in.err
		}
		e.rules = append(e.rules, getRule(b))
	}
	e.readCells(in, cells)
	e.readEntries(in, entries)
	e.readPairs(in, pairs)
	if err := in.check(); err != nil {
		return nil, err
	}
	return e, nil
}

func (e *Engine) readCells(in *opener, n uint64) {
	for ; n > 0; n-- {
		b := in.take(cellSize)
		if b == nil {
			return
		}
		var c Cell
		c.get(b)
		o := Orbit{c.member, c.planet}
		if c.member == 0 || c.planet == 0 || int(c.kind) >= len(e.rules) && c.count != 0 ||
			c.count.class() > repelled || e.find(o) != 0 {
			in.refuse("orbit of member %d and planet %d", c.member, c.planet)
			return
		}
		*e.at(e.slotOf(o)) = c
	}
}

func (e *Engine) readEntries(in *opener, n uint64) {
	for ; n > 0; n-- {
		b := in.take(entrySize)
		if b == nil {
			return
		}
		le := binary.LittleEndian
		slot, x := le.Uint32(b), entry{kind: le.Uint16(b[4:]), count: tally(le.Uint32(b[6:]))}
		if slot == 0 || slot >= e.slots || int(x.kind) >= len(e.rules) || x.count.class() > repelled {
			in.refuse("entry of orbit %d", slot)
			return
		}
		c := e.at(slot)
		x.next = c.next
		c.next = e.link(x)
	}
}

// readPairs gathers first, so that the table is made once, at its size, and the
// size is no more than what the snapshot really holds.
func (e *Engine) readPairs(in *opener, n uint64) {
	var all []uint64
	for ; n > 0; n-- {
		b := in.take(pairSize)
		if b == nil {
			return
		}
		pair := binary.LittleEndian.Uint64(b)
		if slot := uint32(pair >> 32); slot == 0 || slot >= e.slots || uint32(pair) == 0 {
			in.refuse("pair of orbit %d", slot)
			return
		}
		all = append(all, pair)
	}
	e.around.reserve(len(all))
	for _, pair := range all {
		e.around.add(pair)
	}
}

func putRule(b []byte, r *orrery.Rule) {
	b[0], b[1], b[2], b[3] = byte(r.Strategy), r.DailyCap, byte(r.Valence), 0
	if r.Meaningful {
		b[3] = 1
	}
	binary.LittleEndian.PutUint32(b[4:], uint32(r.WeightMilli))
}

func getRule(b []byte) orrery.Rule {
	return orrery.Rule{
		// A strategy beyond the list would index beyond given.
		Strategy:    min(orrery.Strategy(b[0]), orrery.Strategies-1),
		DailyCap:    b[1],
		Valence:     int8(b[2]),
		Meaningful:  b[3] == 1,
		WeightMilli: int32(binary.LittleEndian.Uint32(b[4:])),
	}
}

// sealer gathers small rows into large writes and sums them.
type sealer struct {
	w   io.Writer
	sum hash.Hash32
	buf []byte
	err error
}

// room returns the next n bytes to fill.
func (s *sealer) room(n int) []byte {
	if len(s.buf)+n > cap(s.buf) {
		s.flush()
	}
	s.buf = s.buf[:len(s.buf)+n]
	return s.buf[len(s.buf)-n:]
}

func (s *sealer) flush() {
	if s.err == nil {
		s.sum.Write(s.buf)
		_, s.err = s.w.Write(s.buf)
	}
	s.buf = s.buf[:0]
}

func (s *sealer) seal() error {
	s.flush()
	if s.err == nil {
		_, s.err = s.w.Write(binary.LittleEndian.AppendUint32(nil, s.sum.Sum32()))
	}
	if s.err != nil {
		return fmt.Errorf("write snapshot of the field: %w", s.err)
	}
	return nil
}

// opener is the inverse of sealer. Its first error stays.
type opener struct {
	r    *bufio.Reader
	sum  hash.Hash32
	last int // bytes of the window that were taken, summed in one go
	err  error
}

// take returns the next n bytes, until the next call, or nil after an error.
func (o *opener) take(n int) []byte {
	if o.err != nil {
		return nil
	}
	if o.r.Buffered()-o.last < n {
		o.settle()
	}
	window, err := o.r.Peek(o.last + n)
	if err != nil {
		o.fail(err)
		return nil
	}
	o.last += n
	return window[o.last-n:]
}

// settle sums what was taken and lets go of it.
func (o *opener) settle() {
	window, err := o.r.Peek(o.last)
	if err == nil {
		o.sum.Write(window)
		_, err = o.r.Discard(o.last)
	}
	o.last = 0
	o.fail(err)
}

func (o *opener) fail(err error) {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if o.err == nil && err != nil {
		o.err = fmt.Errorf("%w: %w", ErrSnapshot, err)
	}
}

func (o *opener) refuse(format string, args ...any) {
	o.fail(fmt.Errorf("impossible "+format, args...))
}

// check compares the sum, after everything else was taken.
func (o *opener) check() error {
	if o.err != nil {
		return o.err
	}
	o.settle()
	want := o.sum.Sum32()
	b := o.take(4)
	if b != nil && binary.LittleEndian.Uint32(b) != want {
		o.fail(errors.New("its checksum does not match"))
	}
	return o.err
}
