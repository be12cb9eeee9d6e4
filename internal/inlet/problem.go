// Package inlet is what the doors for programs share: bodies read in bounded
// memory, and errors told as problem details (RFC 9457). It knows no address and
// no key; packages api and doors decide what is read and what is answered.
package inlet

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"orrery.dev/orrery"
)

// Problem is an error as RFC 9457 tells it.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Errors []Row  `json:"errors,omitempty"`
}

// Row is what is wrong with one of many activities or events.
type Row struct {
	Index  int    `json:"index"` // from 0
	Reason string `json:"reason"`
}

// WithRows is an error that many of them share.
type WithRows struct {
	Err  error
	Rows []Row
}

// Error is what they share.
func (e WithRows) Error() string { return e.Err.Error() }

// Unwrap returns what they share.
func (e WithRows) Unwrap() error { return e.Err }

// NoKey is an error that is answered 401.
type NoKey struct{ Err error }

// Error says what is wrong with the key.
func (e NoKey) Error() string { return e.Err.Error() }

// Unwrap returns what is wrong with the key.
func (e NoKey) Unwrap() error { return e.Err }

// Busy is an error that says when to try again.
type Busy struct{ Err error }

// Error says what there is too much of.
func (b Busy) Error() string { return b.Err.Error() }

// Unwrap returns what there is too much of.
func (b Busy) Unwrap() error { return b.Err }

// RetryAfter is how long to wait before trying again.
func (Busy) RetryAfter() time.Duration { return time.Second }

// StatusOf is the one place where codes become HTTP. invalid is what a door
// answers to what cannot be used.
func StatusOf(err error, invalid int) int {
	switch {
	case errors.As(err, new(NoKey)):
		return http.StatusUnauthorized
	case errors.As(err, new(*http.MaxBytesError)), errors.As(err, new(TooLarge)):
		return http.StatusRequestEntityTooLarge
	}
	switch orrery.CodeOf(err) {
	case orrery.Invalid:
		return invalid
	case orrery.NotFound:
		return http.StatusNotFound
	case orrery.Conflict:
		return http.StatusConflict
	case orrery.Denied:
		return http.StatusForbidden
	case orrery.Exhausted:
		return http.StatusTooManyRequests
	default:
		return http.StatusInternalServerError
	}
}

// ProblemOf tells an error, and sets what belongs to it in a header. What is our
// fault is told without its inside: log it.
func ProblemOf(h http.Header, err error, invalid int) Problem {
	p := Problem{Type: "about:blank", Status: StatusOf(err, invalid), Detail: err.Error()}
	p.Title = http.StatusText(p.Status)
	switch p.Status {
	case http.StatusInternalServerError:
		p.Detail = "something broke on our side; what was acknowledged is not lost"
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="orrery"`) // no Basic: a browser would ask its user
	case http.StatusTooManyRequests:
		h.Set("Retry-After", strconv.Itoa(retryAfter(err)))
	}
	var rows WithRows
	if errors.As(err, &rows) {
		p.Errors = rows.Rows
	}
	return p
}

// retryAfter returns the seconds that an error asks to wait for.
func retryAfter(err error) int {
	const unknown = 5
	var hint interface{ RetryAfter() time.Duration }
	if !errors.As(err, &hint) {
		return unknown
	}
	return max(1, int(math.Ceil(hint.RetryAfter().Seconds())))
}
