package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"orrery.dev/orrery"
)

// Secrets are written in lower-case base32: letters and digits that survive
// being read out, in links and between underscores.
var secretCoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// newSecret returns 256 random bits as 52 characters.
func newSecret() string { return newToken(32) }

func newToken(bytes int) string {
	raw := make([]byte, bytes)
	rand.Read(raw) // never fails: it ends the program where there is no chance to be had
	return secretCoding.EncodeToString(raw)
}

// hashSecret hashes a secret of 256 random bits. It needs no salt and no
// slowness: there is nothing to guess.
func hashSecret(secret string) [32]byte { return sha256.Sum256([]byte(secret)) }

// The cost of a password hash: argon2id with 19 MiB, two passes, one lane
// (OWASP password storage cheat sheet).
const (
	argonKiB    = 19 * 1024
	argonPasses = 2
	argonLanes  = 1
	saltBytes   = 16
	hashBytes   = 32
)

// Bounds of a password, in characters and bytes.
const (
	minPassword = 12
	maxPassword = 1024
)

func checkPassword(email, password string) error {
	switch {
	case utf8.RuneCountInString(password) < minPassword:
		return orrery.Errorf(orrery.Invalid, "the password needs at least %d characters: a few words do well", minPassword)
	case len(password) > maxPassword:
		return orrery.Errorf(orrery.Invalid, "the password is longer than %d bytes", maxPassword)
	case strings.EqualFold(password, email):
		return orrery.Errorf(orrery.Invalid, "the password must not be the address")
	case strings.Count(password, password[:1]) == len(password):
		return orrery.Errorf(orrery.Invalid, "the password repeats one character: a few words do well")
	}
	return nil
}

// hashPassword returns the hash in the PHC string format.
func hashPassword(password string) (string, error) {
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	return writtenHash(salt, argon2.IDKey([]byte(password), salt, argonPasses, argonKiB, argonLanes, hashBytes)), nil
}

// unusedHash returns a hash that no password is known to have. Comparing with it
// costs as much as with any other.
func unusedHash() string {
	salt, sum := make([]byte, saltBytes), make([]byte, hashBytes)
	rand.Read(salt)
	rand.Read(sum)
	return writtenHash(salt, sum)
}

func writtenHash(salt, sum []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonKiB, argonPasses, argonLanes,
		b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// verifyPassword compares in constant time. A hash that cannot be read fits
// nothing.
func verifyPassword(hash, password string) bool {
	if len(password) > maxPassword {
		password = "" // fits nothing, and takes as long as any other
	}
	parts := strings.Split(hash, "$")
	var version, kib, passes, lanes int
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &kib, &passes, &lanes); err != nil ||
		kib < 8 || kib > 1<<20 || passes < 1 || passes > 16 || lanes < 1 || lanes > 16 {
		return false
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	want, hashErr := base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || hashErr != nil || len(want) == 0 {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, uint32(passes), uint32(kib), uint8(lanes), uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1
}

// hashing caps how many passwords are hashed at once, and how many wait for it:
// each takes 19 MiB and a core.
type hashing struct {
	slots chan struct{}
	queue chan struct{}
}

const hashesWaiting = 32

func newHashing() *hashing {
	return &hashing{
		slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)),
		queue: make(chan struct{}, hashesWaiting),
	}
}

// enter waits for a turn. The caller calls release after.
func (h *hashing) enter(ctx context.Context) (release func(), err error) {
	select {
	case h.queue <- struct{}{}:
	default:
		return nil, orrery.Errorf(orrery.Exhausted, "too many people log in at once: try again in a moment")
	}
	defer func() { <-h.queue }()
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
