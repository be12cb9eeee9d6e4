package intake

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Text returns a record as UTF-8. A record that is not UTF-8 is read as
// Windows-1252, what spreadsheets in the West write; this is decided record by
// record, so that what is added to a file later does not change how its older
// rows are read. dst is the buffer to decode into.
//
// ok is false where the bytes are neither: a zero byte, a byte that
// Windows-1252 leaves undefined, or a record that is UTF-8 in one place and
// broken in another.
func Text(dst, record []byte) (text []byte, encoding Encoding, ok bool) {
	if bytes.IndexByte(record, 0) >= 0 {
		return record, UTF8, false
	}
	if utf8.Valid(record) {
		return record, UTF8, true
	}
	dst = dst[:0]
	for i := 0; i < len(record); {
		b := record[i]
		if b >= utf8.RuneSelf {
			if r, size := utf8.DecodeRune(record[i:]); r != utf8.RuneError && size > 1 {
				return record, UTF8, false
			}
			switch b {
			case 0x81, 0x8d, 0x8f, 0x90, 0x9d:
				return record, Windows1252, false
			}
		}
		dst = utf8.AppendRune(dst, charmap.Windows1252.DecodeByte(b))
		i++
	}
	return dst, Windows1252, true
}

// Excerpt returns the beginning of a record for a person to recognise it by:
// at most 200 bytes of valid UTF-8 without control characters.
func Excerpt(record []byte) string {
	const most = 200
	out := make([]byte, 0, most)
	for i := 0; i < len(record) && len(out) < most; {
		r, size := utf8.DecodeRune(record[i:])
		i += size
		switch {
		case r == utf8.RuneError && size == 1:
			r = '?'
		case r < ' ' || r == 0x7f:
			r = ' '
		}
		if len(out)+utf8.RuneLen(r) > most {
			break
		}
		out = utf8.AppendRune(out, r)
	}
	return string(bytes.TrimSpace(out))
}
