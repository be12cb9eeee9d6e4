package github

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"orrery.dev/orrery/internal/collect"
)

// lag is how long GitHub may take to show everywhere what was done. What is
// younger is read once more next time.
const lag = time.Minute

// cursor is how far each list has been read.
type cursor struct {
	Repository string           `json:"repository,omitempty"` // its number: another one starts anew
	Lists      map[string]*list `json:"lists,omitempty"`
}

// list is how far one list has been read.
type list struct {
	Edge  mark `json:"edge,omitzero"`  // latest change, of lists that are ordered by it
	Floor mark `json:"floor,omitzero"` // latest deed that a whole reading told
	Top   mark `json:"top,omitzero"`   // latest deed that was told
	Page  int  `json:"page,omitempty"` // of lists that only grow at their end

	URL  string `json:"url,omitempty"` // of a reading that ETag stands for
	ETag string `json:"etag,omitempty"`

	reading *reading // the latest page, once a whole reading has told it
}

// reading is a page as it was read, and what it goes by while it stays so.
type reading struct{ url, etag string }

// mark is a moment up to which all is known, and what is known of the moment
// itself.
type mark struct {
	At  time.Time `json:"at,omitzero"`
	IDs []string  `json:"ids,omitempty"`
}

func (m *mark) knows(at time.Time, id string) bool {
	return at.Before(m.At) || at.Equal(m.At) && slices.Contains(m.IDs, id)
}

func (m *mark) add(at time.Time, id string) {
	switch {
	case at.After(m.At):
		m.At, m.IDs = at.UTC(), []string{id}
	case at.Equal(m.At) && !slices.Contains(m.IDs, id):
		m.IDs = append(m.IDs, id)
	}
}

// settle takes the mark back to what GitHub surely shows by now.
func (m *mark) settle(now time.Time) {
	if sure := now.Add(-lag); m.At.After(sure) {
		m.At, m.IDs = sure.UTC().Truncate(time.Second), nil
	}
}

// finish ends a whole reading.
func (l *list) finish(now time.Time) {
	l.Top.settle(now)
	l.Edge.settle(now)
	l.Floor = mark{l.Top.At, slices.Clone(l.Top.IDs)}
	if l.reading != nil {
		l.URL, l.ETag = l.reading.url, l.reading.etag
	}
}

// parseCursor reads a cursor. One that cannot be read starts anew, which doubles
// nothing.
func parseCursor(from collect.Cursor) cursor {
	var c cursor
	if json.Unmarshal(from, &c) != nil {
		c = cursor{}
	}
	return c
}

// bytes writes the cursor.
func (c *cursor) bytes() (collect.Cursor, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("writing the cursor: %w", err)
	}
	return b, nil
}

func (c *cursor) list(name string) *list {
	if c.Lists == nil {
		c.Lists = map[string]*list{}
	}
	if c.Lists[name] == nil {
		c.Lists[name] = &list{}
	}
	return c.Lists[name]
}
