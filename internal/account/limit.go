package account

import (
	"context"
	"hash/maphash"
	"net/netip"
	"sync"
	"time"

	"orrery.dev/orrery"
)

// limiter lets each key try a number of times at once, then once an interval.
// Keys share a fixed number of buckets by a hash that outsiders cannot foresee:
// memory is bounded, nobody is forgotten for others' sake, and the worst that a
// flood of made-up keys does is to make somebody wait.
type limiter struct {
	seed  maphash.Seed
	burst int64
	every time.Duration

	mu      sync.Mutex
	buckets [1 << 14]int64 // when the bucket is full again, in nanoseconds since 1970
}

func newLimiter(burst int64, every time.Duration) *limiter {
	return &limiter{seed: maphash.MakeSeed(), burst: burst, every: every}
}

func (l *limiter) bucket(key string) *int64 {
	return &l.buckets[maphash.String(l.seed, key)%uint64(len(l.buckets))]
}

// take uses one try up (generic cell rate algorithm, ITU-T I.371). Exhausted
// where there is none.
func (l *limiter) take(key string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	full := l.bucket(key)
	next := max(*full, now.UnixNano()) + int64(l.every)
	if wait := time.Duration(next-now.UnixNano()) - time.Duration(l.burst)*l.every; wait > 0 {
		return orrery.Errorf(orrery.Exhausted, "too many tries: wait %s and try again", max(wait, time.Second).Round(time.Second))
	}
	*full = next
	return nil
}

// giveBack returns a try that was well meant.
func (l *limiter) giveBack(key string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	full := l.bucket(key)
	*full = max(*full-int64(l.every), now.UnixNano())
}

type remoteKey struct{}

// WithRemote notes from where somebody speaks, so that tries can be counted by
// place.
func WithRemote(ctx context.Context, from netip.Addr) context.Context {
	return context.WithValue(ctx, remoteKey{}, from)
}

// remoteOf names the place: an address, or the /64 network of an IPv6 address,
// which one household or machine holds as a whole.
func remoteOf(ctx context.Context) string {
	from, _ := ctx.Value(remoteKey{}).(netip.Addr)
	from = from.Unmap()
	if from.Is6() {
		if network, err := from.Prefix(64); err == nil {
			return network.String()
		}
	}
	return from.String()
}
