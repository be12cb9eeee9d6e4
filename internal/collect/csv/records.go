package csv

import (
	"bytes"
	"context"
	"io"

	"orrery.dev/orrery/internal/collect/intake"
)

// What can be wrong with a record.
const (
	tooLong    = "the row is longer than one megabyte: is a line end missing, or a closing quote?"
	openQuote  = "a quote is opened and never closed: double quotes inside a quoted value"
	afterQuote = "text follows a closing quote: double quotes inside a quoted value"
)

// records splits text into records and fields by RFC 4180, in bounded memory.
// It is more lenient where files in the wild are: a quote inside an unquoted
// field is text, spaces around a quoted field are dropped, and after a record
// that is broken the next line is tried.
type records struct {
	line  int64    // at which the record begins, counted from 1
	text  []byte   // the record's fields, quotes taken off, good until next is called again
	spans [][2]int // of the fields in text
	raw   []byte   // as read
	fault string   // why the record cannot be used, or empty

	r      io.Reader
	delim  byte
	eol    byte
	buf    []byte
	from   int // buf[from:to] is still to be read
	to     int
	err    error // of r, met at to
	lines  int64 // line ends before from
	quoted []byte
}

func newRecords(r io.Reader, delim, eol byte) *records {
	return &records{r: r, delim: delim, eol: eol, buf: make([]byte, intake.MaxRecord+256<<10)}
}

// recordsOf reads text that is in memory. It does not change it.
func recordsOf(text []byte, delim, eol byte) *records {
	return &records{delim: delim, eol: eol, buf: text, to: len(text), err: io.EOF}
}

// next reads the next record that is not an empty line. io.EOF says that there
// are no more; a record that an error cut short is not returned.
func (s *records) next(ctx context.Context) error {
	for {
		s.fault = ""
		s.line = s.lines + 1
		end, err := s.lineEnd(ctx, 0)
		if err != nil {
			return err
		}
		if end < 0 {
			return s.discard(ctx)
		}
		line := s.buf[s.from : s.from+end]
		if bytes.IndexByte(line, '"') >= 0 {
			return s.careful(ctx)
		}
		s.advance(end)
		line = bytes.TrimSuffix(line, []byte{'\r'})
		if len(line) == 0 {
			continue
		}
		s.raw, s.text = line, line
		s.split(line)
		return nil
	}
}

// split finds the fields of a record without quotes.
func (s *records) split(line []byte) {
	s.spans = s.spans[:0]
	start := 0
	for i, b := range line {
		if b == s.delim {
			s.spans = append(s.spans, [2]int{start, i})
			start = i + 1
		}
	}
	s.spans = append(s.spans, [2]int{start, len(line)})
}

// lineEnd returns the distance from s.from to the first line end, or end of
// text, at or after a distance; −1 where that is more than a record may have.
// The line end stays in the buffer.
func (s *records) lineEnd(ctx context.Context, after int) (int, error) {
	for {
		if i := bytes.IndexByte(s.buf[s.from+after:s.to], s.eol); i >= 0 {
			if after+i > intake.MaxRecord {
				return -1, nil
			}
			return after + i, nil
		}
		after = s.to - s.from
		if after > intake.MaxRecord {
			return -1, nil
		}
		if s.err != nil {
			if s.err == io.EOF && after > 0 {
				return after, nil
			}
			return 0, s.err
		}
		if err := s.fill(ctx); err != nil {
			return 0, err
		}
	}
}

// advance passes over a line and its end.
func (s *records) advance(length int) {
	s.from = min(s.from+length+1, s.to)
	s.lines++
}

// careful reads a record that has quotes, over as many lines as it takes. A
// record that is broken is given up at its first line end, so that one stray
// quote costs one row and not the rest of the file.
func (s *records) careful(ctx context.Context) error {
	s.quoted, s.spans = s.quoted[:0], s.spans[:0]
	first, at, lines := -1, 0, int64(0)
	for {
		end, err := s.lineEnd(ctx, at)
		switch {
		case err == io.EOF || err == nil && end < 0:
			return s.giveUp(first, openQuote)
		case err != nil:
			return err
		}
		if first < 0 {
			first = end
		}
		more, fault := s.fields(s.buf[s.from+at:s.from+end], at > 0)
		if fault != "" {
			return s.giveUp(first, fault)
		}
		if !more {
			s.raw, s.text = s.buf[s.from:s.from+end], s.quoted
			s.from, s.lines = min(s.from+end+1, s.to), s.lines+lines+1
			return nil
		}
		lines++
		if at = end + 1; s.from+at > s.to {
			return s.giveUp(first, openQuote)
		}
		s.quoted = append(s.quoted, '\n')
	}
}

// fields reads the fields of one line, or what is left of a record whose quoted
// field goes on; more says that it goes on in the next line.
func (s *records) fields(line []byte, inside bool) (more bool, fault string) {
	line = bytes.TrimSuffix(line, []byte{'\r'})
	start := len(s.quoted)
	if inside {
		start = s.spans[len(s.spans)-1][0]
		s.spans = s.spans[:len(s.spans)-1]
	}
	for {
		if !inside {
			if rest := bytes.TrimLeft(line, " "); len(rest) > 0 && rest[0] == '"' {
				line, inside = rest[1:], true
			}
		}
		if inside {
			var closed bool
			line, closed = s.unquote(line)
			if !closed {
				s.spans = append(s.spans, [2]int{start, 0})
				return true, ""
			}
			line = bytes.TrimLeft(line, " ")
			if len(line) > 0 && line[0] != s.delim {
				return false, afterQuote
			}
			inside = false
		} else {
			i := bytes.IndexByte(line, s.delim)
			if i < 0 {
				i = len(line)
			}
			s.quoted = append(s.quoted, line[:i]...)
			line = line[i:]
		}
		s.spans = append(s.spans, [2]int{start, len(s.quoted)})
		if len(line) == 0 {
			return false, ""
		}
		line, start = line[1:], len(s.quoted)
	}
}

// unquote appends what stands before the closing quote and returns what stands
// behind it.
func (s *records) unquote(line []byte) (rest []byte, closed bool) {
	for {
		i := bytes.IndexByte(line, '"')
		if i < 0 {
			s.quoted = append(s.quoted, line...)
			return nil, false
		}
		if i+1 < len(line) && line[i+1] == '"' {
			s.quoted = append(s.quoted, line[:i+1]...)
			line = line[i+2:]
			continue
		}
		s.quoted = append(s.quoted, line[:i]...)
		return line[i+1:], true
	}
}

// giveUp returns a record's first line as faulty.
func (s *records) giveUp(length int, fault string) error {
	s.raw, s.text, s.spans, s.fault = s.buf[s.from:s.from+length], nil, s.spans[:0], fault
	s.advance(length)
	return nil
}

// discard passes over a line that is too long, keeping its beginning.
func (s *records) discard(ctx context.Context) error {
	s.raw = append([]byte(nil), s.buf[s.from:s.from+1024]...)
	s.text, s.spans, s.fault = nil, s.spans[:0], tooLong
	for {
		if i := bytes.IndexByte(s.buf[s.from:s.to], s.eol); i >= 0 {
			s.advance(i)
			return nil
		}
		s.from = s.to
		switch {
		case s.err == io.EOF:
			return nil
		case s.err != nil:
			return s.err
		}
		if err := s.fill(ctx); err != nil {
			return err
		}
	}
}

func (s *records) fill(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.to = copy(s.buf, s.buf[s.from:s.to])
	s.from = 0
	n, err := s.r.Read(s.buf[s.to:])
	s.to += n
	s.err = err
	return nil
}
