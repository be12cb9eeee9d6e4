package view

import (
	"context"
	"slices"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
)

// tagBook is who is tagged how. It is made at once and never changed.
type tagBook struct {
	of    map[orrery.MemberID][]string
	known []string // tags that exist, in order
}

func (b *tagBook) has(id orrery.MemberID, tag string) bool { return slices.Contains(b.of[id], tag) }

// tags keeps the newest tagBook.
type tags struct {
	mu         sync.Mutex
	book       *tagBook
	generation int64
	made       time.Time
	took       time.Duration
}

func (t *tags) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.book = nil
}

// tagged returns the tags, read anew where somebody tagged or the data has moved
// on for long enough.
func (d *Desk) tagged(ctx context.Context) (*tagBook, error) {
	generation, err := d.system.Generation(ctx)
	if err != nil {
		return nil, err
	}
	t := &d.tags
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.book != nil && (t.generation == generation || time.Since(t.made) < freshFor(t.took)) {
		return t.book, nil
	}
	began := time.Now()
	all, err := d.system.Tags(ctx)
	if err != nil {
		return nil, err
	}
	book := &tagBook{of: map[orrery.MemberID][]string{}}
	seen := map[string]bool{}
	err = d.system.Read(ctx, func(st *flow.State) error {
		for id, list := range all {
			if int(id) >= len(st.Members) {
				continue
			}
			m := st.Members[id]
			for _, tag := range list {
				if !slices.Contains(book.of[m], tag) {
					book.of[m] = append(book.of[m], tag)
				}
				if !seen[tag] {
					seen[tag] = true
					book.known = append(book.known, tag)
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(book.known)
	for _, list := range book.of {
		slices.Sort(list)
	}
	t.book, t.generation, t.made, t.took = book, generation, time.Now(), time.Since(began)
	return book, nil
}
