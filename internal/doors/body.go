package doors

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/inlet"
)

const bodiesInMemory = 128 << 20 // bytes, of all requests together

var errTooLarge = inlet.TooLarge{Err: orrery.Errorf(orrery.Invalid, "the body is too large: send less in one request")}

// read reads the body of a request, of at most limit bytes as sent and limit
// bytes when expanded; raw leaves it as it was sent. release gives its memory
// back and is never nil.
func (s *server) read(w http.ResponseWriter, r *http.Request, limit int, raw bool) (body []byte, release func(), err error) {
	if r.ContentLength > int64(limit) {
		return nil, func() {}, errTooLarge
	}
	from := io.Reader(http.MaxBytesReader(w, r.Body, int64(limit)))
	if !raw {
		expanded, done, err := expand(from, strings.ToLower(r.Header.Get("Content-Encoding")))
		if err != nil {
			return nil, func() {}, err
		}
		defer done()
		from = expanded
	}
	return s.memory.Read(from, 0, limit, errTooLarge)
}

// expand reads through gzip where the first bytes say so: some clients tell it in
// a header, and some do not.
func expand(from io.Reader, coding string) (expanded io.Reader, done func(), err error) {
	switch coding {
	case "", "identity", "gzip", "x-gzip":
	default:
		return nil, nil, inlet.ErrCoding(coding)
	}
	start := bufio.NewReader(from)
	if magic, _ := start.Peek(2); !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return start, func() {}, nil
	}
	if expanded, done, err = inlet.Gunzip(start); err != nil {
		return nil, nil, inlet.BodyError(err, errTooLarge)
	}
	return expanded, done, nil
}
