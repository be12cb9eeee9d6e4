package mbox

import (
	"bytes"
	"io"
	"mime"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"orrery.dev/orrery/internal/collect/intake"
)

// field is one of the fields of a header that are looked at.
type field uint8

const (
	none field = iota
	from
	date
	subject
	messageID
	inReplyTo
	references
	replyTo
	originalFrom
	listPost
	listID
	beenThere
	autoSubmitted
	contentType
	encoding
	received
	returnPath
	fields
)

// fieldNames are in lower case, as bytes are compared.
var fieldNames = [fields]string{
	"", "from", "date", "subject", "message-id", "in-reply-to", "references", "reply-to", "x-original-from",
	"list-post", "list-id", "x-beenthere", "auto-submitted", "content-type", "content-transfer-encoding", "received", "return-path",
}

// header holds the values of a mail's fields: the first of each name, with
// folded lines joined. They share the scanner's memory.
type header [fields][]byte

// parse reads the fields of a header, whose line ends inside values it turns
// into spaces.
func (h *header) parse(text []byte) {
	*h = header{}
	for len(text) > 0 {
		end := lineEnd(text, 0)
		for end < len(text) && (text[end] == ' ' || text[end] == '\t') {
			text[end-1] = ' '
			if end > 1 && text[end-2] == '\r' {
				text[end-2] = ' '
			}
			end = lineEnd(text, end)
		}
		if colon := bytes.IndexByte(text[:min(end, 32)], ':'); colon > 0 {
			if f := fieldOf(text[:colon]); f != none && h[f] == nil {
				h[f] = bytes.TrimSpace(text[colon+1 : end])
			}
		}
		text = text[end:]
	}
}

func lineEnd(text []byte, at int) int {
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

func fieldOf(name []byte) field {
	name = bytes.TrimRight(name, " \t")
	if len(name) < 4 {
		return none
	}
	first := name[0] | 0x20
	for f := from; f < fields; f++ {
		if want := fieldNames[f]; len(want) == len(name) && want[0] == first && equalFold(name, want) {
			return f
		}
	}
	return none
}

func equalFold(name []byte, lower string) bool {
	for i, c := range name {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// ids calls take for each message id, the text between angle brackets, until it
// returns false.
func ids(value []byte, take func(id []byte) bool) {
	for {
		open := bytes.IndexByte(value, '<')
		if open < 0 {
			return
		}
		value = value[open+1:]
		end := bytes.IndexByte(value, '>')
		if end < 0 {
			return
		}
		if id := bytes.TrimSpace(value[:end]); len(id) > 0 && len(id) <= longestID && !take(id) {
			return
		}
		value = value[end+1:]
	}
}

func firstID(value []byte) (first []byte) {
	ids(value, func(id []byte) bool { first = id; return false })
	return first
}

func lastID(value []byte) (last []byte) {
	ids(value, func(id []byte) bool { last = id; return true })
	return last
}

// words decodes encoded words (RFC 2047), in any charset that browsers know.
var words = mime.WordDecoder{CharsetReader: func(charset string, input io.Reader) (io.Reader, error) {
	e, err := htmlindex.Get(charset)
	if err != nil {
		return nil, err
	}
	return e.NewDecoder().Reader(input), nil
}}

// text returns a value as people read it. What cannot be decoded stays as it is
// written.
func text(value []byte) string {
	s := plain(value)
	if strings.Contains(s, "=?") {
		if decoded, err := words.DecodeHeader(s); err == nil {
			s = decoded
		}
	}
	return clean(s)
}

// plain returns bytes as text: UTF-8, else Windows-1252.
func plain(value []byte) string {
	decoded, _, ok := intake.Text(nil, value)
	if !ok {
		return strings.ToValidUTF8(string(value), "?")
	}
	return string(decoded)
}

// clean takes out what no text has: control characters and broken runes.
func clean(s string) string {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return strings.Map(func(r rune) rune {
				if r < ' ' || r >= 0x7f && r < 0xa0 {
					return ' '
				}
				return r
			}, strings.ToValidUTF8(s, "?"))
		}
	}
	return s
}

// title is a subject without the marks of replies and the list's own tags, at
// most longestTitle bytes of it.
func title(s string) string {
	s = strings.TrimSpace(s)
	for {
		rest := s
		if strings.HasPrefix(rest, "[") {
			if end := strings.IndexByte(rest, ']'); end > 0 && end < len(rest)-1 && end < 60 {
				rest = strings.TrimSpace(rest[end+1:])
			}
		}
		if colon := strings.IndexByte(rest, ':'); colon > 0 && colon <= 6 && isReplyMark(rest[:colon]) {
			rest = strings.TrimSpace(rest[colon+1:])
		}
		if rest == s {
			break
		}
		s = rest
	}
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > longestTitle {
		s = strings.ToValidUTF8(s[:longestTitle-len("…")], "") + "…"
	}
	return s
}

// isReplyMark knows what mail programs write before a subject, in the languages
// in which they write it; a number may stand in brackets behind it.
func isReplyMark(s string) bool {
	if i := strings.IndexAny(s, "[("); i > 0 {
		s = s[:i]
	}
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "re", "fwd", "fw", "aw", "wg", "sv", "vs", "antw", "tr", "rv", "res", "enc", "odp", "ynt", "回复", "答复":
		return true
	default:
		return false
	}
}
