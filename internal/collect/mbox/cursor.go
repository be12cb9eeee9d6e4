package mbox

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/archive"
)

// cursorVersion changes when mails are read in another way: then all are emitted
// again, which does no harm.
const cursorVersion = 1

// mostMarks is how many files a cursor marks one by one. Of folders with more,
// as of a Maildir, files are known by their name: programs that put mail there
// name them by the time.
const mostMarks = 2000

// cursor is what was read of an archive.
type cursor struct {
	Version int    `json:"version"`
	Files   []mark `json:"files,omitempty"`
	ByName  bool   `json:"by_name,omitempty"`
	Last    string `json:"last,omitempty"`  // by name: the last of them
	Until   int64  `json:"until,omitempty"` // Unix seconds at which a mail that was too early becomes good
}

// mark is how far one file was read, and a sum of the text until there.
type mark struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
	Sum   uint32 `json:"sum"` // CRC-32C
}

func (c *cursor) add(name string, bytes int64, sum uint32) {
	if c.ByName {
		c.Last = max(c.Last, order(name))
		return
	}
	c.Files = append(c.Files, mark{name, bytes, sum})
}

func (c cursor) write() collect.Cursor {
	c.Version = cursorVersion
	b, err := json.Marshal(c)
	if err != nil {
		panic(fmt.Sprintf("write a cursor: %v", err)) // text and numbers
	}
	return b
}

// parseCursor is the inverse of write. What it does not understand is the start,
// and so is one that passed over a mail whose time has come by now.
func parseCursor(b collect.Cursor, now time.Time) cursor {
	var c cursor
	if json.Unmarshal(b, &c) != nil || c.Version != cursorVersion || c.Until != 0 && now.Unix() >= c.Until {
		return cursor{}
	}
	return c
}

// knowledge is what of an archive needs not be emitted.
type knowledge struct {
	nothing bool // there is nothing else
	byName  bool
	last    string
	offsets map[string]int64
}

// until returns up to where a file is known.
func (k *knowledge) until(e *archive.Entry) int64 {
	if k.byName {
		if k.last != "" && order(e.Name) <= k.last {
			return 1 << 62
		}
		return 0
	}
	return k.offsets[e.Name]
}

// check compares a cursor with what there is. Files are compared by their text,
// so that one that was packed in another way is known all the same.
func (c cursor) check(ctx context.Context, a *archive.Archive) (*knowledge, error) {
	k := &knowledge{byName: a.Folder && (len(a.Entries) > mostMarks || isMaildir(a)), offsets: map[string]int64{}}
	if k.byName {
		if c.ByName {
			k.last = c.Last
		}
		k.nothing = k.last != ""
		for i := range a.Entries {
			k.nothing = k.nothing && order(a.Entries[i].Name) <= k.last
		}
		return k, nil
	}
	marks := map[string]mark{}
	for _, m := range c.Files {
		marks[m.Name] = m
	}
	k.nothing = len(c.Files) > 0
	for i := range a.Entries {
		m, ok := marks[a.Entries[i].Name]
		if !ok {
			k.nothing = false
			continue
		}
		same, more, err := m.holds(ctx, &a.Entries[i])
		if err != nil {
			return nil, err
		}
		if same {
			k.offsets[m.Name] = m.Bytes
		}
		k.nothing = k.nothing && same && !more
	}
	return k, nil
}

// holds says whether a file still begins with what was read, and has more.
func (m mark) holds(ctx context.Context, e *archive.Entry) (same, more bool, err error) {
	r, err := e.Open()
	if err != nil {
		return false, false, err
	}
	defer r.Close()
	sum, buf := uint32(0), make([]byte, 256<<10)
	for left := m.Bytes; left > 0; {
		if err := ctx.Err(); err != nil {
			return false, false, err
		}
		n, err := r.Read(buf[:min(int64(len(buf)), left)])
		sum = crc32.Update(sum, castagnoli, buf[:n])
		left -= int64(n)
		if err == io.EOF && left > 0 {
			return false, true, nil
		}
		if err != nil && err != io.EOF {
			return false, false, err
		}
	}
	n, err := io.ReadFull(r, buf[:1])
	if err != nil && err != io.EOF {
		return false, false, err
	}
	return sum == m.Sum, n > 0, nil
}

func isMaildir(a *archive.Archive) bool {
	for i := range a.Entries {
		if dir := path.Base(path.Dir(a.Entries[i].Name)); dir != "cur" && dir != "new" {
			return false
		}
	}
	return true
}

// inOrder sorts entries by order.
func inOrder(entries []archive.Entry) {
	type keyed struct {
		key   string
		entry archive.Entry
	}
	list := make([]keyed, len(entries))
	for i, e := range entries {
		list[i] = keyed{order(e.Name), e}
	}
	slices.SortStableFunc(list, func(x, y keyed) int { return strings.Compare(x.key, y.key) })
	for i := range list {
		entries[i] = list[i].entry
	}
}

var monthName = regexp.MustCompile(`(?i)(\d{4})[-_.]?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*`)

// order returns a name by which files stand in the order of their time: months
// as numbers, and of a Maildir's files neither the folder nor the flags.
func order(name string) string {
	if dir := path.Dir(name); path.Base(dir) == "cur" || path.Base(dir) == "new" {
		name, _, _ = strings.Cut(path.Join(path.Dir(dir), path.Base(name)), ":")
		return name
	}
	return monthName.ReplaceAllStringFunc(name, func(found string) string {
		m := monthName.FindStringSubmatch(found)
		return fmt.Sprintf("%s-%02d", m[1], strings.Index(monthNames, strings.ToLower(m[2]))/3+1)
	})
}
