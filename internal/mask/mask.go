// Package mask takes e-mail addresses, telephone numbers and the like out of what
// is shown to colleagues and keys that are not to see them: out of texts (Text),
// out of whole read models (Deep), and out of a finished answer in whatever way it
// writes them (Body), which is the last fence before the door.
//
// It knows nothing of who may see what: doors decide that, and views use it where
// they know that something is an address though it does not look like one.
package mask

import (
	"bytes"
	"regexp"
	"strings"
)

// What stands in place of what was taken out.
const (
	Address = "an e-mail address"
	Phone   = "a phone number"
)

// Text returns a text without addresses and telephone numbers.
func Text(text string) string {
	if text == "" {
		return text
	}
	if strings.ContainsAny(text, "@%&\\") {
		text = string(Body([]byte(text)))
	}
	if digits(text) < 7 {
		return text
	}
	return phones.ReplaceAllStringFunc(text, func(found string) string {
		lead := ""
		if c := found[0]; !strings.ContainsRune("+(0123456789", rune(c)) { // what the expression took to see where the number begins
			lead, found = found[:1], found[1:]
		}
		if n := digits(found); n < 7 || n > 15 || date.MatchString(found) {
			return lead + found
		}
		return lead + Phone
	})
}

func digits(text string) (n int) {
	for i := range len(text) {
		if '0' <= text[i] && text[i] <= '9' {
			n++
		}
	}
	return n
}

// phones are numbers as people write them: with a country's code, with a zero in
// front, in brackets, or in the three groups of North America.
var (
	phones = regexp.MustCompile(`(?:^|[^0-9A-Za-z_+.\-])(?:` +
		`(?:\+|00)[1-9][0-9]{0,3}(?:[ ./()\x{a0}-]{0,3}[0-9]+){1,7}` +
		`|\(0?[0-9]{2,5}\)[ /.\x{a0}-]{0,2}[0-9]+(?:[ /.\x{a0}-][0-9]+){0,4}` +
		`|0[1-9][0-9]{1,4}[ /\x{a0}-]{1,2}[0-9]{2,}(?:[ /.\x{a0}-][0-9]{2,}){0,4}` +
		`|0[1-9][0-9]{7,12}\b` +
		`|[2-9][0-9]{2}[-. ][0-9]{3}[-. ][0-9]{4}\b)`)
	date = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}`)
)

// signs are the ways in which an answer may write the sign in an address.
var signs = [][]byte{
	[]byte("@"), []byte("%40"), []byte("%2540"), []byte("&#64;"), []byte("&#x40;"), []byte("&commat;"), []byte(`\u0040`), []byte("\uff20"),
}

// plus are the ways in which an answer may write the plus of a country's code.
var plus = [][]byte{[]byte("+"), []byte("%2B"), []byte("%2b"), []byte("&#43;"), []byte("&#x2b;"), []byte("&plus;"), []byte(`\u002b`)}

// Body returns a finished answer, or a whole line of one, without what looks like
// an e-mail address or a telephone number with its country's code, in HTML, JSON,
// CSV or the address of a page. What has neither is returned as it is.
func Body(body []byte) []byte {
	body = without(body, signs, addressAround, Address)
	return without(body, plus, phoneAround, Phone)
}

// without replaces what around finds at each of the marks.
func without(body []byte, marks [][]byte, around func(body []byte, at, end int) (from, to int), by string) []byte {
	var out []byte
	done, at := 0, 0
	for {
		next, length := -1, 0
		for _, m := range marks {
			limit := len(body)
			if next >= 0 {
				limit = min(len(body), next+len(m)-1)
			}
			if i := bytes.Index(body[at:limit], m); i >= 0 && (next < 0 || at+i < next) {
				next, length = at+i, len(m)
			}
		}
		if next < 0 {
			break
		}
		from, to := around(body, next, next+length)
		at = max(next+length, to)
		if to <= from || from < done {
			from = max(from, done)
			if to <= from {
				continue
			}
		}
		out = append(append(out, body[done:from]...), by...)
		done = to
	}
	if done == 0 {
		return body
	}
	return append(out, body[done:]...)
}

// addressAround returns where the address with a sign at such a place begins and
// ends; nothing where there is none.
func addressAround(body []byte, at, end int) (from, to int) {
	from = at
	for from > 0 {
		c := body[from-1]
		switch {
		case isLocal(c):
			from--
			continue
		case c == '\\' && from < at && strings.IndexByte("nrtbf", body[from]) >= 0: // a JSON escape stays whole
			from++
		case c == '\\' && from < at && body[from] == 'u': // one of those is a letter in disguise
			from--
			continue
		case c == ';':
			if n := entity(body[:from]); n > 0 {
				from -= n
				continue
			}
		}
		break
	}
	to = end
	for to < len(body) && isDomain(body[to]) {
		to++
	}
	for to > end && (body[to-1] == '.' || body[to-1] == '-') {
		to--
	}
	if to == end || from == at {
		return 0, 0
	}
	return from, to
}

// entity returns the length of what stands for a letter of an address at the end.
func entity(body []byte) int {
	for _, e := range [...]string{"&#43;", "&#39;", "&amp;", "&plus;", "&apos;", "&#x27;", "&#x2b;"} {
		if bytes.HasSuffix(body, []byte(e)) {
			return len(e)
		}
	}
	return 0
}

// isLocal takes what may stand before the sign, and the bytes of its escapes: in
// doubt it takes too much.
func isLocal(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c >= 0x80:
		return true
	}
	return strings.IndexByte("._%+-!#$*/^`{|}~'", c) >= 0 && c != '/'
}

func isDomain(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '.' || c == '-' || c == '%' || c >= 0x80
}

// phoneAround returns where the number behind a plus ends: 8 to 15 digits with
// what people write between them, none of it a date.
func phoneAround(body []byte, at, end int) (from, to int) {
	n, since := 0, end
	for i := end; i < len(body); {
		c := body[i]
		switch {
		case '0' <= c && c <= '9':
			if n == 0 && c == '0' || isDate(body[i:]) && i > end && !isDigit(body[i-1]) {
				i = len(body)
				continue
			}
			n, since = n+1, i+1
			i++
		case n > 0 && i-since < 3 && strings.IndexByte(" -()/.", c) >= 0:
			i++
		case n > 0 && c == '%' && i+2 < len(body) && body[i+1] == '2' && (body[i+2] == '0' || body[i+2] == '8' || body[i+2] == '9' || body[i+2] == 'D' || body[i+2] == 'F'):
			i += 3
			since = max(since, i-2)
		default:
			i = len(body)
		}
	}
	if n < 8 || n > 15 {
		return 0, 0
	}
	return at, since
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isDate(b []byte) bool { return len(b) >= 10 && date.Match(b[:10]) }
