package history

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"orrery.dev/orrery"
)

// ErrUnusable wraps every reason for which a stored Book cannot be used. It is
// then made anew.
var ErrUnusable = errors.New("unusable history")

// The layout, little-endian: magic, the length of the head, the head as JSON,
// the blocks one after the other, and the CRC-32C of all before it.
const magic = "ORRWEEKS"

const maxHead = 1 << 28 // bytes

type head struct {
	Version int         `json:"version"`
	Stamp   Stamp       `json:"stamp"`
	Weeks   []Week      `json:"weeks"`
	Blocks  []blockHead `json:"blocks"`
}

type blockHead struct {
	First   orrery.MemberID `json:"f"`
	Members int             `json:"m"`
	Points  int             `json:"p"`
	Bytes   int             `json:"b"`
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Encode writes the book.
func (b *Book) Encode(w io.Writer) error {
	h := head{Version: Version, Stamp: b.Stamp, Weeks: b.Weeks}
	for _, k := range b.blocks {
		h.Blocks = append(h.Blocks, blockHead{k.first, k.members, k.points, len(k.data)})
	}
	raw, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("encode the history: %w", err)
	}
	sum := crc32.New(castagnoli)
	out := io.MultiWriter(w, sum)
	parts := [][]byte{[]byte(magic), binary.LittleEndian.AppendUint32(nil, uint32(len(raw))), raw}
	for _, k := range b.blocks {
		parts = append(parts, k.data)
	}
	for _, part := range parts {
		if _, err := out.Write(part); err != nil {
			return fmt.Errorf("write the history: %w", err)
		}
	}
	return binary.Write(w, binary.LittleEndian, sum.Sum32())
}

// Decode reads what Encode wrote, whole. Errors wrap ErrUnusable.
func Decode(r io.Reader) (*Book, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	const least = len(magic) + 4 + 4
	if len(raw) < least || string(raw[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: it is no history", ErrUnusable)
	}
	end := len(raw) - 4
	if crc32.Checksum(raw[:end], castagnoli) != binary.LittleEndian.Uint32(raw[end:]) {
		return nil, fmt.Errorf("%w: it is damaged", ErrUnusable)
	}
	size := binary.LittleEndian.Uint32(raw[len(magic):])
	rest := raw[len(magic)+4 : end]
	if size > maxHead || int(size) > len(rest) {
		return nil, fmt.Errorf("%w: its head is damaged", ErrUnusable)
	}
	var h head
	if err := json.Unmarshal(rest[:size], &h); err != nil || h.Version != Version {
		return nil, fmt.Errorf("%w: its head is of another version", ErrUnusable)
	}
	rest = rest[size:]
	b := &Book{Stamp: h.Stamp, Weeks: h.Weeks, zstd: unpacker()}
	for _, k := range h.Blocks {
		if k.Bytes < 0 || k.Bytes > len(rest) {
			return nil, fmt.Errorf("%w: its blocks are damaged", ErrUnusable)
		}
		b.blocks = append(b.blocks, block{k.First, k.Members, k.Points, rest[:k.Bytes]})
		rest = rest[k.Bytes:]
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%w: it goes on behind its end", ErrUnusable)
	}
	return b, nil
}
