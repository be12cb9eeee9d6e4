package journal

import (
	"context"
	"fmt"
)

// Columns of a frame that Marks reads, as places in stringColumns.
const (
	colObjectID   = 3
	colObjectType = 4
	colUnit       = 10
)

// Marks hands the wanted entries of a block to fn as Entries does, but with a part of
// their texts alone: quantity, unit, the object's id and type, purposes and tags. It
// costs a fraction. fn must not keep the entry.
func (j *Journal) Marks(ctx context.Context, r *Replayed, want func(row int) bool, fn func(row int, e *Entry) error) error {
	memory := j.memory()
	defer j.expanded.Put(memory)
	var cold [frameEntries]Cold
	var wanted [frameEntries]bool
	for frame := 0; frame*frameEntries < r.N; frame++ {
		n, any := min(frameEntries, r.N-frame*frameEntries), false
		for place := range n {
			wanted[place] = want(frame*frameEntries + place)
			any = any || wanted[place]
		}
		if !any {
			continue
		}
		raw, err := j.expand(ctx, memory, r.Seq, frame)
		if err != nil {
			return err
		}
		clear(cold[:])
		if err := decodeMarks(raw, wanted[:n], cold[:n]); err != nil {
			return fmt.Errorf("decode frame %d of block %d: %w", frame, r.Seq, err)
		}
		for place := range n {
			if !wanted[place] {
				continue
			}
			row := frame*frameEntries + place
			e := Entry{Hot: r.Hot(row), Cold: cold[place]}
			if err := fn(row, &e); err != nil {
				return err
			}
		}
	}
	return nil
}

// decodeMarks reads the columns that Marks tells of the wanted rows, and passes over
// everything else.
func decodeMarks(src []byte, wanted []bool, rows []Cold) error {
	r := reader{rest: src}
	if version := r.byte(); version != coldVersion && r.err == nil {
		return fmt.Errorf("frame format %d is not known to this version", version)
	}
	if n := r.count(frameEntries); n != len(rows) && r.err == nil {
		return errShortBlock
	}
	for range r.byte() {
		switch col := int(r.byte()); {
		case col == colObjectID || col == colObjectType || col == colUnit:
			for i := range rows {
				if wanted[i] {
					*stringColumns[col](&rows[i]) = r.string()
				} else {
					r.pass(1)
				}
			}
		case col < len(stringColumns):
			r.pass(len(rows))
		case col == colQuantity:
			b := r.bytes(8 * len(rows))
			if r.err != nil {
				return r.err
			}
			for i := range rows {
				rows[i].Quantity = quantityAt(b, i)
			}
		case col == colPurposes || col == colTags:
			for i := range rows {
				count := r.count(len(r.rest))
				if !wanted[i] {
					r.pass(count)
					continue
				}
				var list []string
				for range count {
					list = append(list, r.string())
				}
				if col == colPurposes {
					rows[i].Purposes = list
				} else {
					rows[i].Tags = list
				}
			}
		default:
			return fmt.Errorf("frame column %d is not known to this version", col)
		}
		if r.err != nil {
			return r.err
		}
	}
	return r.err
}
