package main

import (
	"log/slog"
	"os"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/segment"
)

// eventKinds is the file that says what the team's events are. It is read again
// when it was changed: whoever edits it need not stop anything. Safe for
// concurrent use.
type eventKinds struct {
	path string
	log  *slog.Logger

	mu      sync.Mutex
	looked  time.Time // at the file
	changed time.Time // as the file says
	kinds   segment.Kinds
}

// lookAgain is how long an edit may wait.
const lookAgain = time.Second

// newEventKinds reads the file; without a path there is none.
func newEventKinds(path string, log *slog.Logger) (*eventKinds, error) {
	k := &eventKinds{path: path, log: log}
	if path == "" {
		return k, nil
	}
	return k, k.read()
}

func (k *eventKinds) read() error {
	info, err := os.Stat(k.path)
	if err != nil {
		return orrery.Errorf(orrery.Invalid, "--event-kinds %s cannot be read: %w", k.path, err)
	}
	if k.looked = time.Now(); info.ModTime().Equal(k.changed) {
		return nil
	}
	table, err := os.ReadFile(k.path)
	if err != nil {
		return orrery.Errorf(orrery.Invalid, "--event-kinds %s cannot be read: %w", k.path, err)
	}
	k.changed = info.ModTime()
	kinds, err := segment.ParseKinds(string(table))
	if err != nil {
		return err
	}
	k.kinds = kinds
	return nil
}

// now returns the table as it stands. A mistake in an edit is told in the log,
// and the table of before holds.
func (k *eventKinds) now() segment.Kinds {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.path != "" && time.Since(k.looked) > lookAgain {
		if err := k.read(); err != nil {
			k.looked = time.Now()
			k.log.Warn("the names of events are as before", "reason", err.Error())
		}
	}
	return k.kinds
}
