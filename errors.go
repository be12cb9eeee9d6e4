package orrery

import (
	"errors"
	"fmt"
)

// Code sorts errors by what the person who meets one can do about it. Doors
// translate codes once: to HTTP statuses, to exit codes.
type Code uint8

// The codes. Anything without a code is Internal.
const (
	Internal  Code = iota // a fault of Orrery or of the machine
	Invalid               // the input is wrong; the message says what, where and what to do
	NotFound              // nothing has that name
	Conflict              // it contradicts what is stored, or somebody else holds it
	Denied                // it is not allowed
	Exhausted             // a limit was reached; later it may work
)

// String names the code as programs read it: "not_found".
func (c Code) String() string {
	names := [...]string{"internal", "invalid", "not_found", "conflict", "denied", "exhausted"}
	return names[min(int(c), len(names)-1)]
}

// Error is an error with a code and a message that is fit for a person to read.
type Error struct {
	Code Code
	err  error
}

// Errorf returns an *Error with a formatted message. A %w in the format keeps
// the wrapped error reachable for errors.Is and errors.As.
func Errorf(code Code, format string, args ...any) error {
	return &Error{Code: code, err: fmt.Errorf(format, args...)}
}

// Error returns the message.
func (e *Error) Error() string { return e.err.Error() }

// Unwrap returns what the message wraps, or nil.
func (e *Error) Unwrap() error { return errors.Unwrap(e.err) }

// CodeOf returns the code of the outermost *Error in err's chain, or Internal.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}
