package intake

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Mark is a connector's note of a file that it read to its end. A file that
// still begins with the same text, read by the same rules, has only its later
// rows to tell.
type Mark struct {
	Rules string `json:"rules"` // how the text was read, in the connector's own words
	Rows  int64  `json:"rows"`
	Bytes int64  `json:"bytes"` // of text
	Sum   []byte `json:"sum"`   // SHA-256 of the text
	Ended bool   `json:"ended"` // the text ended with a line end
	Until int64  `json:"until"` // Unix seconds at which a row that was too early becomes good; 0 where there is none
}

// Mark notes that the file was read to its end, early its rows that lay ahead.
func (f *File) Mark(rules string, rows int64, early Early) Mark {
	return Mark{
		Rules: rules, Rows: rows, Bytes: f.read, Sum: f.sum.Sum(nil),
		Ended: f.last == '\n' || f.last == '\r', Until: int64(early),
	}
}

// Cursor writes m for ParseMark.
func (m Mark) Cursor() []byte {
	b, err := json.Marshal(m)
	if err != nil {
		panic(fmt.Sprintf("write a mark: %v", err)) // its fields are text and numbers
	}
	return b
}

// ParseMark is the inverse of Cursor; ok is false for what it did not write.
func ParseMark(cursor []byte) (m Mark, ok bool) {
	if json.Unmarshal(cursor, &m) != nil {
		return Mark{}, false
	}
	return m, len(m.Sum) == sha256.Size && m.Bytes > 0
}

// Known returns how many of the file's first rows a cursor has seen, 0 where
// the file does not begin as it did then, and whether there is nothing else in
// it. It reads the file once more, so a pipe is never known.
func (f *File) Known(ctx context.Context, cursor []byte, rules string, now time.Time) (rows int64, all bool, err error) {
	m, ok := ParseMark(cursor)
	if !ok || m.Rules != rules || f.Pipe || m.Until != 0 && now.Unix() >= m.Until {
		return 0, false, nil
	}
	again, err := Open(f.Path)
	if err != nil {
		return 0, false, err
	}
	defer again.Close()
	buf := make([]byte, 256<<10)
	for again.read < m.Bytes {
		if err := ctx.Err(); err != nil {
			return 0, false, err
		}
		n := min(int64(len(buf)), m.Bytes-again.read)
		if _, err := again.Read(buf[:n]); err != nil {
			return 0, false, nil // reading on tells what it is
		}
	}
	if string(again.sum.Sum(nil)) != string(m.Sum) {
		return 0, false, nil
	}
	_, err = io.ReadFull(again, buf[:1])
	switch {
	case errors.Is(err, io.EOF):
		return m.Rows, true, nil
	case err != nil, !m.Ended && buf[0] != '\n' && buf[0] != '\r': // the last row has grown
		return 0, false, nil
	}
	return m.Rows, false, nil
}
