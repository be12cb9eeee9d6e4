package journal

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
	"orrery.dev/orrery"
)

// A Sight is one block as it is stored, for looking at a few of its rows: where
// Replayed takes every column apart, a Sight reads a value where it lies.
type Sight struct {
	Seq orrery.BlockSeq
	N   int

	kinds   []byte // dictionary, as it is stored
	columns [sightColumns]sightColumn
	to      []byte
	ends    []uint32 // where the addressees of a row end in to; nil until asked for
	dead    map[Position]bool
}

// sightColumn is a column as it is stored: one value that all rows share, or one
// a row.
type sightColumn struct {
	data   []byte
	shared bool
}

// The columns in the order in which they are stored.
const (
	sightIdentity = iota
	sightPlanet
	sightKind
	sightAt
	sightOffset
	sightOrigin
	sightValence
	sightFlags
	sightThread
	sightObject
	sightCounts
	sightColumns
)

var sightWidths = [sightColumns]int{4, 2, 2, 8, 2, 1, 1, 1, 8, 8, 1}

// Look hands the rows of a block in which one of the identities acted, or was
// addressed, to fn, in order; rows that move nothing are left out. The Sight is
// good until fn returns. A block that is not stored is passed over.
func (j *Journal) Look(ctx context.Context, seq orrery.BlockSeq, identities []orrery.IdentityID, fn func(s *Sight, row int, received bool)) error {
	still, err := j.Still(ctx)
	if err != nil {
		return err
	}
	return still.Look(ctx, seq, identities, fn)
}

// Look is the Journal's, and safe for concurrent use.
func (s Still) Look(ctx context.Context, seq orrery.BlockSeq, identities []orrery.IdentityID, fn func(s *Sight, row int, received bool)) error {
	dead := s.dead
	return s.storage.Blocks(ctx, Selection{After: seq - 1, Until: seq}, func(b *Block) error {
		s := Sight{Seq: b.Seq, dead: dead}
		if err := s.open(b.Hot); err != nil {
			return fmt.Errorf("block %d: %w", b.Seq, err)
		}
		return s.look(identities, fn)
	})
}

func (s *Sight) open(src []byte) error {
	r := reader{rest: src}
	if version := r.byte(); version != hotVersion && r.err == nil {
		return fmt.Errorf("block format %d is not known to this version", version)
	}
	s.N = r.count(maxBlockEntries)
	kinds := r.count(len(src))
	s.kinds = r.rest
	r.pass(kinds)
	s.kinds = s.kinds[:len(s.kinds)-len(r.rest)]
	for range r.count(len(src)) {
		r.uvarint()
		r.bytes(16)
	}
	for i, width := range sightWidths {
		switch mode := r.byte(); {
		case r.err != nil:
			return r.err
		case mode == columnShared:
			s.columns[i] = sightColumn{r.bytes(width), true}
		case mode == columnRaw:
			s.columns[i] = sightColumn{r.bytes(width * s.N), false}
		default:
			return fmt.Errorf("column mode %d is not known", mode)
		}
	}
	if r.err != nil {
		return r.err
	}
	s.to = r.rest
	last := 0
	for kind := range s.columns[sightKind].values(2) {
		last = max(last, int(binary.LittleEndian.Uint16(kind)))
	}
	if last >= kinds {
		return errors.New("block names a kind that its dictionary lacks")
	}
	return nil
}

// values yields the values of a column as they are stored: one where all rows
// share it.
func (c *sightColumn) values(width int) iter.Seq[[]byte] { return slices.Chunk(c.data, width) }

func (s *Sight) value(column, row int) []byte {
	c := &s.columns[column]
	if c.shared {
		return c.data
	}
	width := sightWidths[column]
	return c.data[row*width : row*width+width]
}

func (s *Sight) look(identities []orrery.IdentityID, fn func(s *Sight, row int, received bool)) error {
	rows := matches(s.columns[sightIdentity].data, identities)
	if s.columns[sightIdentity].shared && len(rows) > 0 {
		for row := 1; row < s.N; row++ {
			rows = append(rows, row)
		}
	}
	addressed, err := s.rowsOf(matches(s.to, identities))
	if err != nil {
		return err
	}
	for len(rows) > 0 || len(addressed) > 0 {
		if mine := len(addressed) == 0 || len(rows) > 0 && rows[0] <= addressed[0]; mine {
			row := rows[0]
			rows = rows[1:]
			for len(addressed) > 0 && addressed[0] == row {
				addressed = addressed[1:]
			}
			if s.counts(row) {
				fn(s, row, false)
			}
			continue
		}
		row := addressed[0]
		for len(addressed) > 0 && addressed[0] == row { // named twice
			addressed = addressed[1:]
		}
		if s.counts(row) {
			fn(s, row, true)
		}
	}
	return nil
}

// matches returns where in a column of identities the wanted ones stand.
func matches(column []byte, wanted []orrery.IdentityID) (at []int) {
	if len(wanted) == 1 {
		id := uint32(wanted[0])
		for i := 0; i+4 <= len(column); i += 4 {
			if binary.LittleEndian.Uint32(column[i:]) == id {
				at = append(at, i/4)
			}
		}
		return at
	}
	is := make(map[uint32]bool, len(wanted))
	least, most := ^uint32(0), uint32(0)
	for _, id := range wanted {
		is[uint32(id)] = true
		least, most = min(least, uint32(id)), max(most, uint32(id))
	}
	for i := 0; i+4 <= len(column); i += 4 {
		if id := binary.LittleEndian.Uint32(column[i:]); id >= least && id <= most && is[id] {
			at = append(at, i/4)
		}
	}
	return at
}

// rowsOf returns the rows whose addressees stand at some places, in order.
func (s *Sight) rowsOf(places []int) ([]int, error) {
	if len(places) == 0 {
		return nil, nil
	}
	if err := s.findEnds(); err != nil {
		return nil, err
	}
	row := 0
	for i, place := range places {
		for int(s.ends[row]) <= place {
			row++
		}
		places[i] = row
	}
	return places, nil
}

// findEnds counts where the addressees of each row end.
func (s *Sight) findEnds() error {
	if s.ends != nil {
		return nil
	}
	ends := make([]uint32, s.N)
	total := uint32(0)
	if counts := &s.columns[sightCounts]; counts.shared {
		for row := range ends {
			total += uint32(counts.data[0])
			ends[row] = total
		}
	} else {
		for row, count := range counts.data {
			total += uint32(count)
			ends[row] = total
		}
	}
	if int(total)*4 != len(s.to) {
		return errShortBlock
	}
	s.ends = ends
	return nil
}

func (s *Sight) counts(row int) bool {
	return Flags(s.value(sightFlags, row)[0])&FlagRetraction == 0 &&
		(len(s.dead) == 0 || !s.dead[Position{s.Seq, uint32(row)}])
}

// Planet returns the planet of a row.
func (s *Sight) Planet(row int) orrery.PlanetID {
	return orrery.PlanetID(binary.LittleEndian.Uint16(s.value(sightPlanet, row)))
}

// AtMicros returns the time of a row, in microseconds since 1970.
func (s *Sight) AtMicros(row int) int64 {
	return int64(binary.LittleEndian.Uint64(s.value(sightAt, row)))
}

// Hot returns the hot part of a row, good beyond the block.
func (s *Sight) Hot(row int) Hot {
	h := Hot{
		Identity: orrery.IdentityID(binary.LittleEndian.Uint32(s.value(sightIdentity, row))),
		Planet:   s.Planet(row), AtMicros: s.AtMicros(row),
		Offset:    int16(binary.LittleEndian.Uint16(s.value(sightOffset, row))),
		Origin:    orrery.Origin(s.value(sightOrigin, row)[0]),
		Valence:   int8(s.value(sightValence, row)[0]),
		Flags:     Flags(s.value(sightFlags, row)[0]),
		KindIndex: binary.LittleEndian.Uint16(s.value(sightKind, row)),
		InThread:  binary.LittleEndian.Uint64(s.value(sightThread, row)),
		OnObject:  binary.LittleEndian.Uint64(s.value(sightObject, row)),
	}
	r := reader{rest: s.kinds}
	r.pass(int(h.KindIndex))
	h.Kind = r.string()
	if s.value(sightCounts, row)[0] > 0 && s.findEnds() == nil {
		start := uint32(0)
		if row > 0 {
			start = s.ends[row-1]
		}
		for at := start; at < s.ends[row]; at++ {
			h.To = append(h.To, orrery.IdentityID(binary.LittleEndian.Uint32(s.to[4*at:])))
		}
	}
	return h
}

// ColdRows reads the cold parts of some rows, each frame once and several at a
// time.
func (j *Journal) ColdRows(ctx context.Context, at []Position) ([]Cold, error) {
	order := make([]int, len(at))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(at[a].Block, at[b].Block), cmp.Compare(at[a].Row, at[b].Row))
	})
	cold := make([]Cold, len(at))
	var frames [][]int // rows of one frame each
	for len(order) > 0 {
		block := at[order[0]].Block
		frame, _ := FrameOf(int(at[order[0]].Row))
		n := 1
		for ; n < len(order) && at[order[n]].Block == block; n++ {
			if next, _ := FrameOf(int(at[order[n]].Row)); next != frame {
				break
			}
		}
		frames, order = append(frames, order[:n]), order[n:]
	}
	workers := min(len(frames), runtime.GOMAXPROCS(0)) // few: SQLite makes each one's stack grow
	group, ctx := errgroup.WithContext(ctx)
	for worker := range workers {
		group.Go(func() error {
			memory := j.memory()
			defer j.expanded.Put(memory)
			for i := worker; i < len(frames); i += workers {
				rows := frames[i]
				block := at[rows[0]].Block
				frame, _ := FrameOf(int(at[rows[0]].Row))
				raw, err := j.expand(ctx, memory, block, frame)
				if err != nil {
					return err
				}
				for _, i := range rows {
					_, place := FrameOf(int(at[i].Row))
					if cold[i], err = decodeRow(raw, place); err != nil {
						return fmt.Errorf("decode frame %d of block %d: %w", frame, block, err)
					}
				}
			}
			return nil
		})
	}
	return cold, group.Wait()
}

// decodeRow reads one row of a frame and passes over the others.
func decodeRow(src []byte, place int) (cold Cold, err error) {
	r := reader{rest: src}
	if version := r.byte(); version != coldVersion && r.err == nil {
		return cold, fmt.Errorf("frame format %d is not known to this version", version)
	}
	n := r.count(frameEntries)
	if place >= n {
		return cold, errShortBlock
	}
	list := func() (list []string) {
		for range r.count(len(r.rest)) {
			list = append(list, r.string())
		}
		return list
	}
	for range r.byte() {
		switch col := int(r.byte()); {
		case col < len(stringColumns):
			r.pass(place)
			*stringColumns[col](&cold) = r.string()
			r.pass(n - place - 1)
		case col == colQuantity:
			b := r.bytes(8 * n)
			if r.err != nil {
				return cold, r.err
			}
			cold.Quantity = quantityAt(b, place)
		case col == colPurposes || col == colTags:
			for row := range n {
				if row != place {
					r.pass(r.count(len(r.rest)))
				} else if col == colPurposes {
					cold.Purposes = list()
				} else {
					cold.Tags = list()
				}
			}
		default:
			return cold, fmt.Errorf("frame column %d is not known to this version", col)
		}
		if r.err != nil {
			return cold, r.err
		}
	}
	return cold, r.err
}

// pass leaves a number of texts out.
func (r *reader) pass(texts int) {
	for range texts {
		if n := r.rest; len(n) > 0 && n[0] < 0x80 && len(n) > int(n[0]) {
			r.rest = n[1+int(n[0]):] // nearly all are short
			continue
		}
		r.bytes(r.count(len(r.rest)))
	}
}
