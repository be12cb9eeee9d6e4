package payload

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strconv"
	"time"

	"orrery.dev/orrery"
)

// Tolerance is how old a signed timestamp may be, and how far ahead: what is
// older may be a delivery that somebody listened to and sends again.
const Tolerance = 300 * time.Second

// Secret refuses settings without a secret, naming where to find it.
func Secret(secret, where string) error {
	if secret == "" {
		return orrery.Errorf(orrery.Invalid, "there is no secret: without one anybody could send activities; enter %s", where)
	}
	return nil
}

// Sum returns the HMAC-SHA256 of the parts, one behind the other.
func Sum(secret string, parts ...string) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	for _, p := range parts {
		mac.Write([]byte(p))
	}
	return mac.Sum(nil)
}

// SameHex compares a sum with its hexadecimal writing, in constant time.
func SameHex(sum []byte, written string) bool {
	got, err := hex.DecodeString(written)
	return err == nil && hmac.Equal(got, sum)
}

// Same compares two texts in a time that tells nothing of either.
func Same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// Fresh says whether a timestamp in seconds since 1970 lies within Tolerance of
// the arrival.
func Fresh(seconds string, arrived time.Time) bool {
	s, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return false
	}
	late := arrived.Sub(time.Unix(s, 0))
	return late <= Tolerance && late >= -Tolerance
}

// Missing is the error of a delivery without a signature.
func Missing(header string) error {
	return orrery.Errorf(orrery.Denied, "the delivery is not signed: there is no usable %s header; set the same secret on both sides", header)
}

// Wrong is the error of a signature that another secret made, or none.
func Wrong() error {
	return orrery.Errorf(orrery.Denied, "the delivery's signature does not fit: enter the same secret on both sides")
}

// Stale is the error of a timestamp that is too old or ahead.
func Stale() error {
	return orrery.Errorf(orrery.Denied, "the delivery was signed more than five minutes ago or ahead: check the clock of this machine; a delivery must not be sent a second time by hand")
}
