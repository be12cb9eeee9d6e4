package feed

import (
	"bytes"
	"context"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/intake"
)

// Longest values, in bytes, and most of them.
const (
	longestID    = 900
	longestTitle = 300
	longestName  = 200
	mostTags     = 20
	mostAuthors  = 20
)

// deepest is how many elements may stand in each other; parsers go down by
// calling themselves.
const deepest = 200

// parse reads a feed of any kind.
func parse(text []byte) (*gofeed.Feed, error) {
	if bytes.IndexByte(text, 0) >= 0 {
		return nil, orrery.Errorf(orrery.Invalid, "the feed is not text in UTF-8 or another encoding of single bytes: save it as UTF-8")
	}
	if depth(text) > deepest {
		return nil, orrery.Errorf(orrery.Invalid, "the feed has elements more than %d deep in each other, which no feed has: it seems made to do harm", deepest)
	}
	parsed, err := gofeed.NewParser().Parse(bytes.NewReader(text))
	if err != nil {
		return nil, orrery.Errorf(orrery.Invalid, "this is no feed that can be read (%w): it should be RSS, Atom or JSON Feed; is it the page instead of its feed?", err)
	}
	return parsed, nil
}

// depth returns how deep elements or objects stand in each other at most. It is
// no parser: what looks like a tag counts as one, but for comments, texts in
// CDATA and strings of JSON.
func depth(text []byte) (most int) {
	open := 0
	if start := bytes.TrimLeft(text, " \t\r\n\ufeff"); len(start) > 0 && start[0] == '{' {
		quoted := false
		for i := 0; i < len(start); i++ {
			switch c := start[i]; {
			case c == '\\' && quoted:
				i++
			case c == '"':
				quoted = !quoted
			case !quoted && (c == '{' || c == '['):
				open++
				most = max(most, open)
			case !quoted && (c == '}' || c == ']'):
				open--
			}
		}
		return most
	}
	for {
		i := bytes.IndexByte(text, '<')
		if i < 0 || i+1 >= len(text) {
			return most
		}
		text = text[i:]
		end := ">"
		switch {
		case bytes.HasPrefix(text, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(text, []byte("<![CDATA[")):
			end = "]]>"
		case text[1] == '/':
			open = max(0, open-1)
		case text[1] != '!' && text[1] != '?':
			open++
		}
		i = bytes.Index(text, []byte(end))
		if i < 0 {
			return max(most, open)
		}
		if i > 0 && end == ">" && text[i-1] == '/' && text[1] != '/' {
			open--
		}
		most = max(most, open)
		text = text[i+len(end):]
	}
}

// emitter turns entries into activities.
type emitter struct {
	opt   Options
	host  string // of the feed: names are those of people there
	to    collect.Sink
	known map[string]bool // short ids of entries that were there
	held  []string        // of those that are there now
	early bool            // an entry waits for its time
}

func newEmitter(opt Options, host string, seen []string, to collect.Sink) *emitter {
	e := &emitter{opt: opt, host: host, to: to, known: make(map[string]bool, len(seen))}
	for _, id := range seen {
		e.known[id] = true
	}
	return e
}

func (e *emitter) feed(ctx context.Context, f *gofeed.Feed) error {
	if link, err := url.Parse(f.Link); err == nil && e.host == "" {
		e.host = strings.ToLower(link.Host)
	}
	done := map[string]bool{}
	for i, item := range f.Items {
		if err := ctx.Err(); err != nil {
			return err
		}
		id := entryID(item)
		if done[id] {
			continue
		}
		done[id] = true
		if err := e.entry(ctx, f, item, id, int64(i+1)); err != nil {
			return err
		}
	}
	e.to.Progress(collect.Progress{Rows: int64(len(f.Items)), Done: int64(len(f.Items)), Total: int64(len(f.Items))})
	return ctx.Err()
}

// entryID is the entry's own id, else its address, else a hash of what it says.
func entryID(item *gofeed.Item) string {
	id := line(item.GUID, 1<<20)
	if id == "" {
		id = line(item.Link, 1<<20)
	}
	if id == "" {
		id = "hash-" + short(item.Title+"\x00"+item.Published+"\x00"+item.Updated)
	}
	if len(id) > longestID {
		id = "hash-" + short(id)
	}
	return id
}

// entry emits an entry that was not there before, once for each of its authors.
func (e *emitter) entry(ctx context.Context, f *gofeed.Feed, item *gofeed.Item, id string, row int64) error {
	mark := short(id)
	if e.known[mark] {
		e.held = append(e.held, mark)
		return nil
	}
	skip := func(reason string) error {
		seen := e.known["skip-"+mark]
		e.held = append(e.held, "skip-"+mark)
		if seen {
			return nil // it was said once
		}
		return e.to.Skip(ctx, collect.Skipped{Row: row, Reason: reason, Excerpt: intake.Excerpt([]byte(id))})
	}
	at := item.PublishedParsed
	if at == nil {
		at = item.UpdatedParsed
	}
	if at == nil {
		return skip("the entry has no date that can be read: without one nobody knows when it was published")
	}
	if err := intake.CheckTime(*at, e.opt.Now); err != nil {
		e.early = e.early || at.After(e.opt.Now)
		return skip(err.Error())
	}
	authors := e.authors(f, item)
	if len(authors) == 0 {
		return skip("neither the entry nor the feed says who wrote it: say it with --author")
	}
	e.held = append(e.held, mark)
	a := orrery.Activity{
		Namespace: e.host, Kind: kind, At: whole(*at), Origin: orrery.Unprompted,
		Object: orrery.Object{ID: id, Type: "article", Title: line(html.UnescapeString(item.Title), longestTitle), URL: address(item.Link)},
	}
	for _, c := range item.Categories {
		if c = line(c, longestName); c != "" && len(a.Tags) < mostTags && !slices.Contains(a.Tags, c) {
			a.Tags = append(a.Tags, c)
		}
	}
	for i, author := range authors {
		a.Actor, a.ExternalID = author, id
		if i > 0 {
			a.ExternalID = id + "/author/" + strconv.Itoa(i+1)
		}
		if err := e.to.Activity(ctx, &a); err != nil {
			return err
		}
	}
	return nil
}

// authors are the entry's, else the feed's, else whoever was said.
func (e *emitter) authors(f *gofeed.Feed, item *gofeed.Item) []orrery.Actor {
	var found []orrery.Actor
	for _, list := range [][]*gofeed.Person{item.Authors, f.Authors, {{Name: e.opt.Author}}} {
		for _, p := range list {
			if p == nil || len(found) == mostAuthors {
				continue
			}
			if a, ok := e.actor(line(p.Name, longestName), line(p.Email, 254)); ok && !slices.Contains(found, a) {
				found = append(found, a)
			}
		}
		if len(found) > 0 {
			break
		}
	}
	return found
}

// actor is a person; a name alone is one on this site only.
func (e *emitter) actor(name, email string) (orrery.Actor, bool) {
	a, ok := intake.Person(name, email)
	if ok && a.Type != orrery.TypeEmail {
		a.Namespace = e.host
	}
	return a, ok
}

// address keeps what a browser can open.
func address(link string) string {
	link = line(link, longestID)
	if u, err := url.Parse(link); err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return link
}

// line is a text in one line without control characters, cut at most bytes.
func line(s string, most int) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "?"), func(r rune) bool { return r <= ' ' || r >= 0x7f && r < 0xa0 }), " ")
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most-len("…")], "") + "…"
	}
	return s
}

// whole takes the seconds off a zone that has some.
func whole(at time.Time) time.Time {
	if _, offset := at.Zone(); offset%60 != 0 || offset <= -24*3600 || offset >= 24*3600 {
		at = at.UTC()
	}
	return at.Truncate(time.Microsecond)
}

func short(s string) string {
	return intake.Hash(s)[:16]
}
