package conversation

import (
	"fmt"
	"strconv"

	"orrery.dev/orrery"
)

// ThreadID names a conversation of an installation: sixteen hexadecimal digits.
type ThreadID uint64

// String writes the sixteen digits.
func (t ThreadID) String() string { return fmt.Sprintf("%016x", uint64(t)) }

// MarshalText writes what String writes: a JSON number could not hold it.
func (t ThreadID) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads it.
func (t *ThreadID) UnmarshalText(text []byte) (err error) {
	*t, err = ParseThread(string(text))
	return err
}

// ParseThread reads what String writes.
func ParseThread(text string) (ThreadID, error) {
	n, err := strconv.ParseUint(text, 16, 64)
	if err != nil || len(text) != 16 {
		return 0, orrery.Errorf(orrery.NotFound, "there is no conversation %q", text)
	}
	return ThreadID(n), nil
}
