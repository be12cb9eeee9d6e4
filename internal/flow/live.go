package flow

import (
	"context"
	"sync"
	"time"

	"orrery.dev/orrery"
)

// LiveLimits bound what waits to be stored. The zero value takes the defaults.
type LiveLimits struct {
	Activities int // that wait or are being stored; 0: 40,000
	Bytes      int // that they take in memory, about; 0: 64 MiB
}

// Bounds of live ingest. A batch is bounded so that nobody waits long behind a
// large one.
const (
	liveActivities = 40_000
	liveBytes      = 64 << 20
	liveBatch      = 10_000
	activityBytes  = 640 // of an activity without its texts, with what storing it takes
)

// A Live takes in activities as they arrive. Whoever hands some in waits until
// they are durable and in the field; one writer stores all that has come
// meanwhile in one transaction, so that the more arrive at once, the less each
// costs. It is safe for concurrent use.
type Live struct {
	system *System
	limits LiveLimits
	wake   chan struct{}
	ended  chan struct{}

	mu      sync.Mutex
	queue   []*handful
	waiting LiveLimits // what is queued or being stored
	closed  bool
	pace    float64 // activities stored a second, smoothed

	books *liveBooks // the writer's own
}

// handful is what was handed in together.
type handful struct {
	source orrery.IngestSource
	told   orrery.Told
	bytes  int

	receipt orrery.Receipt
	err     error
	done    chan struct{}
}

// size is how much of a batch it is.
func (h *handful) size() int {
	return len(h.told.Activities) + len(h.told.Links) + len(h.told.Affiliations)
}

const linkBytes = 400 // what a link or an affiliation takes in memory, about

// LiveStats says how live ingest stands.
type LiveStats struct {
	Waiting LiveLimits // what is queued or being stored
	Limits  LiveLimits
}

// StartLive begins to take in activities. Stop ends it; the System must stay
// open until then.
func (s *System) StartLive(limits LiveLimits) *Live {
	if limits.Activities == 0 {
		limits.Activities = liveActivities
	}
	if limits.Bytes == 0 {
		limits.Bytes = liveBytes
	}
	l := &Live{
		system: s, limits: limits, wake: make(chan struct{}, 1), ended: make(chan struct{}),
		books: &liveBooks{system: s},
	}
	go l.run()
	return l
}

// Ingest stores what a source told and returns what became of them, once they are
// durable and in the field. A full queue is Exhausted, with a RetryAfter in the
// error's chain; then nothing of it is stored. After any other error parts may
// be stored: handing it in again is harmless. What was told must not change
// until Ingest returns, which a cancelled context does not hasten once they are
// queued: then they are as good as stored.
func (l *Live) Ingest(ctx context.Context, source orrery.IngestSource, told orrery.Told) (orrery.Receipt, error) {
	if len(told.Activities)+len(told.Links)+len(told.Affiliations) == 0 {
		return orrery.Receipt{}, nil
	}
	if err := ctx.Err(); err != nil {
		return orrery.Receipt{}, err
	}
	h := &handful{source: source, told: told, bytes: bytesOf(told.Activities) + linkBytes*(len(told.Links)+len(told.Affiliations)), done: make(chan struct{})}
	if err := l.put(h); err != nil {
		return orrery.Receipt{}, err
	}
	<-h.done
	return h.receipt, h.err
}

func (l *Live) put(h *handful) error {
	n := h.size()
	if n > l.limits.Activities || n > liveBatch || h.bytes > l.limits.Bytes {
		return orrery.Errorf(orrery.Invalid, "%d activities of %d bytes are too many at once: hand in at most %d at a time", n, h.bytes, liveBatch)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return orrery.Errorf(orrery.Exhausted, "Orrery is stopping: hand it in again in a moment%w", waitFor(5*time.Second))
	}
	if l.waiting.Activities+n > l.limits.Activities || l.waiting.Bytes+h.bytes > l.limits.Bytes {
		wait := time.Second
		if l.pace > 0 {
			wait = max(wait, time.Duration(float64(l.waiting.Activities)/l.pace*float64(time.Second)))
		}
		return orrery.Errorf(orrery.Exhausted, "more arrives than can be stored: hand it in again in a moment%w", waitFor(wait))
	}
	l.waiting.Activities += n
	l.waiting.Bytes += h.bytes
	l.queue = append(l.queue, h)
	select {
	case l.wake <- struct{}{}:
	default:
	}
	return nil
}

// Stop takes nothing more in, stores what waits and returns.
func (l *Live) Stop() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
	<-l.ended
}

// Stats returns how much waits.
func (l *Live) Stats() LiveStats {
	l.mu.Lock()
	defer l.mu.Unlock()
	return LiveStats{Waiting: l.waiting, Limits: l.limits}
}

// run is the writer.
func (l *Live) run() {
	defer close(l.ended)
	ctx := context.Background() // what was taken in is stored, whoever has left
	tidy := time.NewTimer(time.Hour)
	defer tidy.Stop()
	for {
		batch, last := l.take()
		if len(batch) == 0 {
			if last {
				l.books.tidy(ctx)
				return
			}
			if !l.idle(ctx) {
				tidy.Reset(l.books.untidyFor())
				select {
				case <-l.wake:
				case <-tidy.C:
					l.books.tidy(ctx)
				}
			}
			continue
		}
		began := time.Now()
		l.books.store(ctx, batch)
		l.release(batch, time.Since(began))
	}
}

// idle uses the time in which nobody waits to note who occurs in which blocks,
// which timelines and late activities need; false where that is done.
func (l *Live) idle(ctx context.Context) bool {
	if l.books.warm && l.books.warmed == l.system.drops() {
		return false
	}
	l.books.warmed = l.system.drops()
	more, err := l.system.warm(ctx)
	if err != nil {
		// Whoever needs it tries again and tells what is wrong.
		l.system.log.Warn("who occurs where is not noted", "reason", err.Error())
	}
	l.books.warm = !more
	return more
}

// take returns what waits, up to a batch; last says that nothing more comes.
func (l *Live) take() (batch []*handful, last bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for len(batch) < len(l.queue) && (n == 0 || n+l.queue[len(batch)].size() <= liveBatch) {
		h := l.queue[len(batch)]
		batch = append(batch, h)
		n += h.size()
	}
	clear(l.queue[:len(batch)])
	if l.queue = l.queue[len(batch):]; len(l.queue) == 0 {
		l.queue = nil
	}
	return batch, l.closed
}

// release acknowledges a batch and gives its room back.
func (l *Live) release(batch []*handful, took time.Duration) {
	const smooth = .2
	n, bytes := 0, 0
	for _, h := range batch {
		n += h.size()
		bytes += h.bytes
	}
	l.mu.Lock()
	l.waiting.Activities -= n
	l.waiting.Bytes -= bytes
	pace := float64(n) / max(took.Seconds(), 1e-6)
	if l.pace == 0 {
		l.pace = pace
	}
	l.pace += smooth * (pace - l.pace)
	l.mu.Unlock()
	for _, h := range batch {
		close(h.done)
	}
}

// waitFor is an error that says when to try again, and adds nothing to the
// message that wraps it.
type waitFor time.Duration

func (w waitFor) Error() string { return "" }

// RetryAfter is how long to wait before trying again.
func (w waitFor) RetryAfter() time.Duration { return time.Duration(w) }

// bytesOf estimates what activities take in memory until they are stored.
func bytesOf(activities []orrery.Activity) int {
	n := 0
	for i := range activities {
		a := &activities[i]
		n += activityBytes + len(a.ExternalID) + len(a.Namespace) + len(a.Kind) + len(a.Name) + len(a.Thread) + len(a.Parent) +
			len(a.PromptedBy) + len(a.Unit) + len(a.Partner) + len(a.Retracts) +
			len(a.Object.ID) + len(a.Object.Type) + len(a.Object.Title) + len(a.Object.URL) + bytesOfActor(&a.Actor)
		for j := range a.To {
			n += 80 + bytesOfActor(&a.To[j])
		}
		for _, list := range [...][]string{a.Purposes, a.Tags} {
			for _, text := range list {
				n += 16 + len(text)
			}
		}
	}
	return n
}

func bytesOfActor(a *orrery.Actor) int {
	return len(a.Namespace) + len(a.Type) + len(a.Value) + len(a.Name) + len(a.Email)
}
