package stackexchange

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"orrery.dev/orrery"
)

// mostRow is how many bytes a row may have; the site allows 30,000 characters
// of text in a post.
const mostRow = 1 << 20

// rows reads the tables of a dump, `<row Id="1" Body="…" />` one after the other,
// and holds one of them. It reads no more of XML than these files use: there is
// no document type, so no entity can be declared, and elements around or inside
// a row say nothing. encoding/xml takes ten times as long and holds a value of
// any size. It is used by one goroutine.
type rows struct {
	number int64 // of the row, counted from 1
	cut    bool  // the row is longer than mostRow, and says nothing

	r   io.Reader
	buf []byte
	at  int // buf[at:end] is still to be read
	end int
	err error

	values [columns][]byte // of the row, as they stand in the file; they share the buffer
}

// column is one of the values of rows that are looked at.
type column uint8

const (
	colID column = iota
	colAccountID
	colDisplayName
	colCreationDate
	colPostTypeID
	colParentID
	colOwner
	colAcceptedAnswer
	colTitle
	colTags
	colEditor
	colEditDate
	colPostID
	colUserID
	columns
)

// columnOf returns the column of a name, columns where it is of no use.
func columnOf(name []byte) column {
	switch string(name) {
	case "Id":
		return colID
	case "AccountId":
		return colAccountID
	case "DisplayName":
		return colDisplayName
	case "CreationDate":
		return colCreationDate
	case "PostTypeId":
		return colPostTypeID
	case "ParentId":
		return colParentID
	case "OwnerUserId":
		return colOwner
	case "AcceptedAnswerId":
		return colAcceptedAnswer
	case "Title":
		return colTitle
	case "Tags":
		return colTags
	case "LastEditorUserId":
		return colEditor
	case "LastEditDate":
		return colEditDate
	case "PostId":
		return colPostID
	case "UserId":
		return colUserID
	default:
		return columns
	}
}

func newRows(r io.Reader) *rows { return &rows{r: r, buf: make([]byte, 256<<10)} }

// fill reads more behind what is held and drops what lies before at.
func (s *rows) fill(ctx context.Context) error {
	if s.err != nil {
		return s.err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.end = copy(s.buf, s.buf[s.at:s.end])
	s.at = 0
	if s.end == len(s.buf) {
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	n, err := s.r.Read(s.buf[s.end:])
	s.end += n
	s.err = err
	if n > 0 {
		return nil
	}
	return err
}

// next reads the next row. io.EOF says that there is none; a row that the end
// of the file cuts is none.
func (s *rows) next(ctx context.Context) error {
	for {
		i := bytes.IndexByte(s.buf[s.at:s.end], '<')
		if i < 0 {
			s.at = s.end
		} else {
			s.at += i
		}
		switch size, kind := s.tag(s.buf[s.at:s.end]); {
		case kind == rowTag:
			s.at += size
			s.number++
			s.cut = false
			return nil
		case kind == otherTag:
			s.at += size
		case kind == typeTag:
			return orrery.Errorf(orrery.Invalid, "the file declares a document type, which no dump of Stack Exchange does: it seems made to do harm; check where it comes from")
		case s.end-s.at > mostRow:
			s.number++
			s.cut, s.values = true, [columns][]byte{}
			return s.pass(ctx)
		default:
			if err := s.fill(ctx); err != nil {
				return err
			}
		}
	}
}

type tagKind uint8

const (
	partTag  tagKind = iota // its end is not seen yet
	rowTag                  // its values are read
	otherTag                // anything else between angle brackets
	typeTag                 // a document type or an entity
)

// tag reads what begins with '<' and returns how many bytes it takes.
func (s *rows) tag(text []byte) (size int, kind tagKind) {
	if len(text) < 9 {
		return 0, partTag
	}
	if text[1] == '!' {
		if bytes.HasPrefix(text, []byte("<!--")) {
			if end := bytes.Index(text, []byte("-->")); end >= 0 {
				return end + 3, otherTag
			}
			return 0, partTag
		}
		return 0, typeTag
	}
	if !bytes.HasPrefix(text, []byte("<row")) || !isSpace(text[4]) {
		if end := bytes.IndexByte(text, '>'); end >= 0 {
			return end + 1, otherTag
		}
		return 0, partTag
	}
	s.values = [columns][]byte{}
	for at := 5; at < len(text); {
		switch c := text[at]; {
		case isSpace(c) || c == '/':
			at++
			continue
		case c == '>':
			return at + 1, rowTag
		}
		equals := bytes.IndexByte(text[at:], '=')
		if equals < 0 || at+equals+1 >= len(text) {
			return 0, partTag
		}
		quote := text[at+equals+1]
		if quote != '"' && quote != '\'' {
			return at + 1, otherTag // no XML: look for the next row
		}
		value := text[at+equals+2:]
		end := bytes.IndexByte(value, quote)
		if end < 0 {
			return 0, partTag
		}
		if c := columnOf(text[at : at+equals]); c < columns {
			s.values[c] = value[:end]
		}
		at += equals + 2 + end + 1
	}
	return 0, partTag
}

// pass goes to the end of a row that is too long.
func (s *rows) pass(ctx context.Context) error {
	quote := byte(0)
	for {
		for ; s.at < s.end; s.at++ {
			switch c := s.buf[s.at]; {
			case quote != 0 && c == quote:
				quote = 0
			case quote == 0 && (c == '"' || c == '\''):
				quote = c
			case quote == 0 && c == '>':
				s.at++
				return nil
			}
		}
		if err := s.fill(ctx); err != nil {
			return err
		}
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// id reads a number over 0, and −1 for the site itself; 0 is nobody and nothing.
func (s *rows) id(c column) int32 {
	v := s.values[c]
	if string(v) == "-1" {
		return community
	}
	if len(v) == 0 || len(v) > 10 {
		return 0
	}
	n := int64(0)
	for _, c := range v {
		if c < '0' || c > '9' {
			return 0
		}
		n = n*10 + int64(c-'0')
	}
	if n >= 1<<31 {
		return 0
	}
	return int32(n)
}

// text returns a value as people read it, at most most bytes of it.
func (s *rows) text(c column, most int) string {
	v := s.values[c]
	out := string(v[:min(len(v), 8*most)])
	if strings.IndexByte(out, '&') >= 0 {
		out = unescape(out)
	}
	if !isPlain(out) {
		out = strings.Map(func(r rune) rune {
			if r < ' ' || r >= 0x7f && r < 0xa0 {
				return ' '
			}
			return r
		}, strings.ToValidUTF8(out, "?"))
	}
	if len(out) > most {
		out = strings.ToValidUTF8(out[:most-len("…")], "") + "…"
	}
	return strings.TrimSpace(out)
}

// isPlain says whether a text is of visible ASCII.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// entities are those that every XML has.
var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&amp;", "&")

func unescape(s string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, "&#")
		if i < 0 && b.Len() == 0 {
			return entities.Replace(s)
		}
		if i < 0 {
			b.WriteString(entities.Replace(s))
			return b.String()
		}
		b.WriteString(entities.Replace(s[:i]))
		s = s[i:]
		end := strings.IndexByte(s[:min(len(s), 12)], ';')
		if end < 0 {
			b.WriteString(s[:2])
			s = s[2:]
			continue
		}
		digits, base := s[2:end], 10
		if hex, ok := strings.CutPrefix(digits, "x"); ok {
			digits, base = hex, 16
		}
		if n, err := strconv.ParseUint(digits, base, 32); err == nil && utf8.ValidRune(rune(n)) {
			b.WriteRune(rune(n))
		}
		s = s[end+1:]
	}
}

// time reads a time, 2014-05-13T23:58:30.457, which is in UTC.
func (s *rows) time(c column) (time.Time, bool) {
	v := s.values[c]
	if len(v) < 19 || len(v) > 29 || v[4] != '-' || v[7] != '-' || v[10] != 'T' || v[13] != ':' || v[16] != ':' {
		return time.Time{}, false
	}
	ok := true
	number := func(from, to int) (n int) {
		for _, c := range v[from:to] {
			if c < '0' || c > '9' {
				ok = false
			}
			n = n*10 + int(c-'0')
		}
		return n
	}
	nanos := 0
	if len(v) > 20 && v[19] == '.' {
		nanos = number(20, len(v))
		for range 29 - len(v) {
			nanos *= 10
		}
	}
	month, day := number(5, 7), number(8, 10)
	hour, minute, second := number(11, 13), number(14, 16), number(17, 19)
	at := time.Date(number(0, 4), time.Month(month), day, hour, minute, second, nanos, time.UTC)
	return at, ok && month >= 1 && month <= 12 && at.Day() == day && hour < 24 && minute < 60 && second < 61
}
