package inlet

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"orrery.dev/orrery"
)

const readStep = 32 << 10 // bytes by which a body's memory begins to grow

// Budget bounds the memory that bodies take together. Bodies take from it as
// they arrive: one that comes slowly holds what has come of it. It is safe for
// concurrent use.
type Budget struct {
	Limit int64 // bytes
	used  atomic.Int64
}

// Used returns how many bytes are taken.
func (b *Budget) Used() int64 { return b.used.Load() }

func (b *Budget) take(n int) bool {
	if b.used.Add(int64(n)) > b.Limit {
		b.used.Add(-int64(n))
		return false
	}
	return true
}

// TooLarge is an error of a body that is larger than it may be.
type TooLarge struct{ Err error }

// Error says how large it may be.
func (e TooLarge) Error() string { return e.Err.Error() }

// Unwrap returns the same as an error with its code.
func (e TooLarge) Unwrap() error { return e.Err }

// Read reads a body of at most limit bytes to its end. first is how much memory
// is made ready before anything comes, 0 for a little. tooLarge is the error of a
// longer one, and of one that http.MaxBytesReader cut off. release gives the
// memory back and is never nil.
func (b *Budget) Read(from io.Reader, first, limit int, tooLarge TooLarge) (body []byte, release func(), err error) {
	taken := 0
	release = func() { b.used.Add(-int64(taken)) }
	if first == 0 {
		first = readStep
	}
	for {
		if len(body) == cap(body) {
			grow := min(max(first, len(body)), limit+1)
			if !b.take(grow) {
				return nil, release, Busy{orrery.Errorf(orrery.Exhausted, "too much arrives at once: send it again in a moment")}
			}
			taken += grow
			body = append(make([]byte, 0, len(body)+grow), body...)
		}
		n, err := from.Read(body[len(body):min(cap(body), limit+1)])
		body = body[:len(body)+n]
		switch {
		case len(body) > limit:
			return nil, release, tooLarge
		case err == io.EOF:
			return body, release, nil
		case err != nil:
			return nil, release, BodyError(err, tooLarge)
		}
	}
}

// BodyError tells what a broken body is.
func BodyError(err error, tooLarge TooLarge) error {
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		return tooLarge
	case errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || strings.HasPrefix(err.Error(), "flate:"):
		return orrery.Errorf(orrery.Invalid, "the body says that it is gzip and is none, or is damaged")
	default:
		return orrery.Errorf(orrery.Invalid, "the body ended early: send it again")
	}
}

// ErrCoding is the error of a Content-Encoding that is not read.
func ErrCoding(coding string) error {
	return orrery.Errorf(orrery.Invalid, "the body is encoded as %.40q: send it plain or with Content-Encoding: gzip", coding)
}

var expanders sync.Pool // of *gzip.Reader

// Gunzip expands what comes; done gives the expander back.
func Gunzip(from io.Reader) (expanded io.Reader, done func(), err error) {
	z, _ := expanders.Get().(*gzip.Reader)
	if z == nil {
		z = new(gzip.Reader)
	}
	if err := z.Reset(from); err != nil {
		return nil, nil, err
	}
	return z, func() { expanders.Put(z) }, nil
}
