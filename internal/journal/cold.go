package journal

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/klauspost/compress/zstd"
)

// The cold part of a block is cut into frames of frameEntries rows, each
// compressed by itself with Zstandard, so that a timeline of a few rows opens a
// few frames and not whole blocks. Inside: version byte, row count, number of
// columns, then each column that is not empty throughout: its number and its
// values. Strings are (length, bytes); lists are a count and strings; quantities
// are IEEE 754 bits.
const (
	coldVersion     = 1
	frameEntries    = 128
	maxBlockEntries = 1 << 16
)

// Column numbers are part of the format: never renumber, only add.
const (
	colQuantity = 100
	colPurposes = 101
	colTags     = 102
)

var stringColumns = [...]func(*Cold) *string{
	func(c *Cold) *string { return &c.ExternalID },
	func(c *Cold) *string { return &c.Namespace },
	func(c *Cold) *string { return &c.Name },
	func(c *Cold) *string { return &c.ObjectID },
	func(c *Cold) *string { return &c.ObjectType },
	func(c *Cold) *string { return &c.ObjectTitle },
	func(c *Cold) *string { return &c.ObjectURL },
	func(c *Cold) *string { return &c.Thread },
	func(c *Cold) *string { return &c.Parent },
	func(c *Cold) *string { return &c.PromptedBy },
	func(c *Cold) *string { return &c.Unit },
	func(c *Cold) *string { return &c.Partner },
	func(c *Cold) *string { return &c.Retracts },
}

func encodeFrame(dst []byte, entries []Entry) []byte {
	dst = append(dst, coldVersion)
	dst = binary.AppendUvarint(dst, uint64(len(entries)))
	countAt := len(dst)
	dst = append(dst, 0)

	for col, of := range stringColumns {
		if hasAny(entries, func(c *Cold) bool { return *of(c) != "" }) {
			dst[countAt]++
			dst = append(dst, byte(col))
			for i := range entries {
				dst = appendString(dst, *of(&entries[i].Cold))
			}
		}
	}
	if hasAny(entries, func(c *Cold) bool { return c.Quantity != 0 }) {
		dst[countAt]++
		dst = append(dst, colQuantity)
		for i := range entries {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(entries[i].Quantity))
		}
	}
	lists := []struct {
		col byte
		of  func(*Cold) []string
	}{
		{colPurposes, func(c *Cold) []string { return c.Purposes }},
		{colTags, func(c *Cold) []string { return c.Tags }},
	}
	for _, l := range lists {
		if hasAny(entries, func(c *Cold) bool { return len(l.of(c)) > 0 }) {
			dst[countAt]++
			dst = append(dst, l.col)
			for i := range entries {
				list := l.of(&entries[i].Cold)
				dst = binary.AppendUvarint(dst, uint64(len(list)))
				for _, s := range list {
					dst = appendString(dst, s)
				}
			}
		}
	}
	return dst
}

func hasAny(entries []Entry, has func(*Cold) bool) bool {
	for i := range entries {
		if has(&entries[i].Cold) {
			return true
		}
	}
	return false
}

func decodeFrame(src []byte) ([]Cold, error) {
	r := reader{rest: src}
	if version := r.byte(); version != coldVersion && r.err == nil {
		return nil, fmt.Errorf("frame format %d is not known to this version", version)
	}
	n := r.count(frameEntries)
	rows := make([]Cold, n)
	for range r.byte() {
		switch col := int(r.byte()); {
		case col < len(stringColumns):
			for i := range rows {
				*stringColumns[col](&rows[i]) = r.string()
			}
		case col == colQuantity:
			b := r.bytes(8 * n)
			if r.err != nil {
				return nil, r.err
			}
			for i := range rows {
				rows[i].Quantity = quantityAt(b, i)
			}
		case col == colPurposes || col == colTags:
			for i := range rows {
				var list []string
				for range r.count(len(r.rest)) {
					list = append(list, r.string())
				}
				if col == colPurposes {
					rows[i].Purposes = list
				} else {
					rows[i].Tags = list
				}
			}
		default:
			return nil, fmt.Errorf("frame column %d is not known to this version", col)
		}
		if r.err != nil {
			return nil, r.err
		}
	}
	return rows, r.err
}

func quantityAt(b []byte, row int) float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(b[8*row:]))
}

// codec compresses and expands frames. Both directions are stateless calls and
// safe for concurrent use.
type codec struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

// maxFrameBytes caps what a frame may expand to: a damaged or hostile file must
// not take the memory.
const maxFrameBytes = 1 << 30

func newCodec() (codec, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2))
	if err != nil {
		return codec{}, fmt.Errorf("zstd encoder: %w", err)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(maxFrameBytes))
	if err != nil {
		return codec{}, fmt.Errorf("zstd decoder: %w", err)
	}
	return codec{enc, dec}, nil
}
