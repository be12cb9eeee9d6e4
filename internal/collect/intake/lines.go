package intake

import (
	"bytes"
	"context"
	"io"
)

// Lines reads text line by line in bounded memory. It is used by one goroutine.
type Lines struct {
	Number int64 // of the line that Next returned, counted from 1

	r    io.Reader
	buf  []byte
	from int // buf[from:to] is still to be returned
	to   int
	err  error
}

// NewLines returns the lines of r.
func NewLines(r io.Reader) *Lines {
	return &Lines{r: r, buf: make([]byte, MaxRecord+256<<10)}
}

// Next returns the next line without its end, good until the next call, and
// whether it is whole: of a line over MaxRecord bytes only the beginning is
// returned. io.EOF says that there are no more; a line that an error cut short
// is not returned.
func (l *Lines) Next(ctx context.Context) (line []byte, whole bool, err error) {
	searched := 0
	for {
		if i := bytes.IndexByte(l.buf[l.from+searched:l.to], '\n'); i >= 0 {
			line := l.buf[l.from : l.from+searched+i]
			l.from += searched + i + 1
			l.Number++
			return bytes.TrimSuffix(line, []byte{'\r'}), len(line) <= MaxRecord, nil
		}
		searched = l.to - l.from
		if searched > MaxRecord {
			return l.skip(ctx)
		}
		if l.err == nil {
			if err := l.fill(ctx); err != nil {
				return nil, false, err
			}
			continue
		}
		if l.err == io.EOF && searched > 0 {
			line := l.buf[l.from:l.to]
			l.from = l.to
			l.Number++
			return bytes.TrimSuffix(line, []byte{'\r'}), true, nil
		}
		return nil, false, l.err
	}
}

// skip reads to the end of a line that is too long, keeping its beginning.
func (l *Lines) skip(ctx context.Context) ([]byte, bool, error) {
	start := append([]byte(nil), l.buf[l.from:l.from+1024]...)
	for {
		if i := bytes.IndexByte(l.buf[l.from:l.to], '\n'); i >= 0 {
			l.from += i + 1
			break
		}
		l.from = l.to
		if l.err != nil {
			if l.err == io.EOF {
				break
			}
			return nil, false, l.err
		}
		if err := l.fill(ctx); err != nil {
			return nil, false, err
		}
	}
	l.Number++
	return start, false, nil
}

func (l *Lines) fill(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.to = copy(l.buf, l.buf[l.from:l.to])
	l.from = 0
	n, err := l.r.Read(l.buf[l.to:])
	l.to += n
	l.err = err
	return nil
}
