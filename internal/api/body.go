package api

import (
	"io"
	"net/http"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/inlet"
)

// Bounds of what is read.
const (
	maxSent        = 8 << 20   // bytes of a body as sent
	maxBody        = 32 << 20  // bytes of a body, expanded
	bodiesInMemory = 128 << 20 // of all requests together
	maxFirst       = 256 << 10 // bytes that are made ready before they come
)

var errTooLarge = inlet.TooLarge{Err: orrery.Errorf(orrery.Invalid, "the body is too large: send at most 8 MB, 32 MB when expanded, in one request")}

// readBody reads the body of a call, expanding it. release gives its memory
// back and is never nil.
func (s *server) readBody(w http.ResponseWriter, c *call) (release func(), err error) {
	var from io.Reader = http.MaxBytesReader(w, c.Body, maxSent)
	first := 0 // more is taken as it comes, whatever length was promised
	switch coding := strings.ToLower(c.Header.Get("Content-Encoding")); coding {
	case "", "identity":
		if n := c.ContentLength; n > 0 && n < maxFirst {
			first = int(n) + 1 // one read more tells that it ends
		}
	case "gzip":
		expanded, done, err := inlet.Gunzip(from)
		if err != nil {
			return func() {}, inlet.BodyError(err, errTooLarge)
		}
		defer done()
		from = expanded
	default:
		return func() {}, inlet.ErrCoding(coding)
	}
	c.body, release, err = s.memory.Read(from, first, maxBody, errTooLarge)
	return release, err
}
