package mbox

import (
	"bytes"
	"context"
	"hash/crc32"
	"io"
)

// Limits of one mail. A header of more than mostHeader bytes is no header.
const (
	mostHeader = 256 << 10
	mostWords  = 16 << 10
	window     = 512 << 10 // how much text is held
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// scanner parts a stream of text into mails and holds no body: an mbox, whose
// mails each begin with a "From " line, or a file that is one mail. It is used
// by one goroutine.
type scanner struct {
	start  int64  // where the mail begins, in bytes of text
	from   []byte // its "From " line, empty in a file that is one mail
	header []byte // as it stands, without the empty line behind; cut at mostHeader
	cut    bool   // the header was longer
	words  []byte // how its body begins, at most mostWords of it: to see what it does

	r     io.Reader
	buf   []byte
	at    int // buf[at:end] is still to be read
	end   int
	base  int64 // where buf begins
	err   error
	sum   uint32 // CRC-32C of all that was read from r
	begun bool
	lone  bool // the file is one mail
}

func newScanner(r io.Reader) *scanner { return &scanner{r: r, buf: make([]byte, window)} }

// fill reads more behind what is held, of which the part before at is dropped.
func (s *scanner) fill(ctx context.Context) error {
	if s.err != nil {
		return s.err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.at > 0 {
		copy(s.buf, s.buf[s.at:s.end])
		s.base += int64(s.at)
		s.end -= s.at
		s.at = 0
	}
	if s.end == len(s.buf) {
		return nil
	}
	n, err := s.r.Read(s.buf[s.end:])
	s.sum = crc32.Update(s.sum, castagnoli, s.buf[s.end:s.end+n])
	s.end += n
	s.err = err
	if n > 0 {
		return nil
	}
	return err
}

// offset is how many bytes of text were passed over.
func (s *scanner) offset() int64 { return s.base + int64(s.at) }

// line takes the next line with its end; a line longer than the window comes in
// parts. io.EOF says that there is none.
func (s *scanner) line(ctx context.Context) ([]byte, error) {
	searched := 0
	for {
		if i := bytes.IndexByte(s.buf[s.at+searched:s.end], '\n'); i >= 0 {
			l := s.buf[s.at : s.at+searched+i+1]
			s.at += len(l)
			return l, nil
		}
		searched = s.end - s.at
		full := s.at == 0 && s.end == len(s.buf)
		if !full {
			err := s.fill(ctx)
			if err == nil {
				continue
			}
			if err != io.EOF || searched == 0 {
				return nil, err
			}
		}
		l := s.buf[s.at:s.end]
		s.at = s.end
		return l, nil
	}
}

// next moves to the next mail. io.EOF says that there is none.
func (s *scanner) next(ctx context.Context) error {
	if err := s.separator(ctx); err != nil {
		return err
	}
	s.header, s.cut, s.words = s.header[:0], false, s.words[:0]
	for {
		l, err := s.line(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if len(l) == 1 || len(l) == 2 && l[0] == '\r' {
			return s.body(ctx)
		}
		if len(s.header)+len(l) > mostHeader {
			s.cut = true
			continue
		}
		s.header = append(s.header, l...)
	}
}

// separator takes the "From " line that a mail begins with.
func (s *scanner) separator(ctx context.Context) error {
	if s.begun {
		s.start = s.offset()
		l, err := s.line(ctx)
		s.from = append(s.from[:0], l...)
		return err
	}
	s.begun = true
	for first := true; ; {
		for s.end-s.at < 1024 && s.err == nil { // enough to see what it is
			if err := s.fill(ctx); err != nil && err != io.EOF {
				return err
			}
		}
		text := bytes.TrimPrefix(s.buf[s.at:s.end], []byte("\ufeff"))
		switch {
		case isSeparator(text, s.err != nil):
			s.at = s.end - len(text)
			return s.separator(ctx)
		case first && isField(text):
			s.at = s.end - len(text)
			s.start, s.lone, s.from = s.offset(), true, s.from[:0]
			return nil
		}
		l, err := s.line(ctx)
		if err != nil {
			return err
		}
		first = first && len(bytes.TrimSpace(l)) == 0
	}
}

// body passes over a body up to the next "From " line that follows an empty one
// and begins a header.
func (s *scanner) body(ctx context.Context) error {
	const enough = 1024 // behind a "From " line to tell whether it parts mails
	// The empty line that ended the header may be the one before the next mail.
	if s.at >= 1 {
		s.at--
	}
	for {
		text := s.buf[s.at:s.end]
		ended := s.err == io.EOF
		keep := max(0, len(text)-enough)
		skip := 0
		for !s.lone {
			i := bytes.Index(text[skip:], []byte("\nFrom "))
			if i < 0 {
				break
			}
			i += skip
			if !ended && len(text)-i < enough {
				keep = min(keep, max(0, i-2)) // look again with more behind it
				break
			}
			if emptyBefore(text, i) && isSeparator(text[i+1:], ended) {
				s.pass(i + 1)
				return nil
			}
			skip = i + 1
		}
		if ended {
			s.pass(len(text))
			return nil
		}
		s.pass(max(keep, skip)) // what was no beginning is not looked at again
		if err := s.fill(ctx); err != nil && err != io.EOF {
			return err
		}
	}
}

// pass moves on by n bytes of a body and keeps how it begins.
func (s *scanner) pass(n int) {
	if more := min(n, mostWords-len(s.words)); more > 0 {
		s.words = append(s.words, s.buf[s.at:s.at+more]...)
	}
	s.at += n
}

// emptyBefore says whether the line that ends at text[i] is empty, or is the
// first that is held: then it ended a header.
func emptyBefore(text []byte, i int) bool {
	if i > 0 && text[i-1] == '\r' {
		i--
	}
	return i == 0 || text[i-1] == '\n'
}

// isSeparator says whether text begins with "From ", a time of the day in the
// same line, and a header in the next: nobody writes that into a mail.
func isSeparator(text []byte, ended bool) bool {
	if !bytes.HasPrefix(text, []byte("From ")) {
		return false
	}
	end := bytes.IndexByte(text, '\n')
	if end < 0 {
		return false
	}
	line := text[:end]
	timed := false
	for i := 1; i+2 < len(line) && !timed; i++ {
		timed = line[i] == ':' && isDigit(line[i-1]) && isDigit(line[i+1]) && isDigit(line[i+2])
	}
	rest := text[end+1:]
	return timed && (isField(rest) || bytes.HasPrefix(rest, []byte(">From ")) || len(rest) == 0 && ended)
}

// isField says whether text begins with a header's field: "Name:".
func isField(text []byte) bool {
	for i, c := range text[:min(len(text), 80)] {
		if c == ':' {
			return i > 0
		}
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
