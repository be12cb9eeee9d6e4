package sqlite

import (
	"encoding/binary"
	"hash/crc32"

	"orrery.dev/orrery"
	"zombiezen.com/go/sqlite"
)

// SQLite notices damage to the structure of its pages, not to the values in
// them. So rows that the field and its members are made of carry a checksum over
// their values (CRC-32C), which every read compares: a flipped bit is an error
// and never an answer. Frames carry Zstandard's own. Numbers that SQLite gives,
// and two columns that are blanked in place (planet.sample, import.error), are
// left out.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sum gathers the values of a row.
type sum []byte

func sumOf(ints ...int64) sum {
	s := make(sum, 0, 128)
	for _, v := range ints {
		s = binary.AppendVarint(s, v)
	}
	return s
}

func (s sum) text(values ...string) sum {
	for _, v := range values {
		s = binary.AppendUvarint(s, uint64(len(v)))
		s = append(s, v...)
	}
	return s
}

// bytes gathers the checksum of a value that may be long.
func (s sum) bytes(v []byte) sum {
	return binary.AppendUvarint(s, uint64(crc32.Checksum(v, castagnoli))<<32|uint64(uint32(len(v))))
}

func (s sum) value() int64 { return int64(crc32.Checksum(s, castagnoli)) }

// check compares a row with the checksum in one of its columns.
func (s sum) check(stmt *sqlite.Stmt, col int, what string, number int64) error {
	if stmt.ColumnType(col) == sqlite.TypeInteger && stmt.ColumnInt64(col) == s.value() {
		return nil
	}
	return orrery.Errorf(orrery.Internal, "%s %d in the data file is damaged: the disk has changed it; restore a backup with `orrery restore`", what, number)
}

func oneIf(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
