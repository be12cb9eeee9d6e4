// Package feed is the connector for feeds: RSS, Atom and JSON Feed, from an
// address or a file. An entry becomes something that its author published.
//
// It keeps no text of an entry but its title, and runs no program that an entry
// names. Package flow runs it and feeds identity and journal with what it emits;
// package sources asks an address now and then through Platform.
package feed

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/archive"
	"orrery.dev/orrery/internal/collect/intake"
)

// kind is what entries become.
const kind = "feed.article.published"

// Options say how a feed is to be read.
type Options struct {
	Client *http.Client // that asks addresses; nil is NewClient(false)
	Author string       // of entries that name none in a feed that names none; empty: they are skipped
	Now    time.Time    // entries dated more than 48 hours after it wait; zero is the time of New
}

// Connector reads one feed. It is used by one goroutine and for one Collect.
type Connector struct {
	address *url.URL // nil: a file
	path    string
	opt     Options
}

var _ collect.Connector = (*Connector)(nil)

// New returns a connector of an address, which begins with http:// or https://,
// or of a file.
func New(where string, opt Options) *Connector {
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	c := &Connector{path: where, opt: opt}
	if lower := strings.ToLower(where); strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") {
		c.address, _ = url.Parse(where)
		if c.address == nil {
			c.address = &url.URL{}
		}
	}
	return c
}

// Platform describes feeds as a source that is asked every hour.
func Platform() collect.Platform {
	return collect.Platform{
		Name:  "feed",
		Title: "RSS, Atom or JSON feed",
		Short: "What people publish on a blog, a podcast or any page with a feed",
		Fields: []collect.Field{
			{
				Name: "url", Label: "Address of the feed", Example: "https://blog.example.org/feed.xml", Required: true,
				Help: "As a feed reader takes it; on many pages it stands behind an orange sign or the word RSS.",
			},
			{
				Name: "author", Label: "Author where the feed names none", Example: "Ada Lovelace",
				Help: "Some feeds do not say who wrote what: their entries are passed over, unless you say who it was.",
			},
		},
		Keeps: []string{"who published: the name, and the e-mail address where the feed states it", "the title, the address and the categories of what was published", "when"},
		Pull: func(v collect.Values, client *http.Client) (collect.Connector, error) {
			c := New(strings.TrimSpace(v["url"]), Options{Client: client, Author: strings.TrimSpace(v["author"])})
			if c.address == nil {
				return nil, orrery.Errorf(orrery.Invalid, "%.80q is not the address of a feed: write it as https://blog.example.org/feed.xml", v["url"])
			}
			_, err := c.Source(context.Background())
			return c, err
		},
		Every: time.Hour,
	}
}

// Source describes the feed. A file that is no feed is an orrery.Invalid error;
// an address is only looked at, not asked.
func (c *Connector) Source(context.Context) (collect.Source, error) {
	if c.address == nil {
		if _, err := c.readFile(); err != nil {
			return collect.Source{}, err
		}
		planet := intake.Planet(strings.TrimSuffix(strings.TrimSuffix(c.path, ".xml"), ".rss"))
		return collect.Source{Kind: "feed", Name: "feed/" + planet, Planet: planet, Origin: c.path}, nil
	}
	u := c.address
	if u.Hostname() == "" || u.User != nil {
		return collect.Source{}, orrery.Errorf(orrery.Invalid, "%.80q is not the address of a feed: write it as https://blog.example.org/feed.xml", c.path)
	}
	name := "feed/" + intake.Planet(strings.ReplaceAll(u.Host+u.Path, "/", "-"))
	if u.RawQuery != "" { // it may hold a key: it tells feeds apart and is not shown
		name += "-" + short(u.RawQuery)[:6]
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	return collect.Source{Kind: "feed", Name: name, Planet: intake.Planet(strings.TrimPrefix(u.Hostname(), "www.")), Origin: shown.String()}, nil
}

// cursor is what is known of a feed: what lets a server answer that nothing is
// new, and the entries that it held last.
type cursor struct {
	Version  int      `json:"version"`
	ETag     string   `json:"etag,omitempty"`
	Modified string   `json:"modified,omitempty"`
	Seen     []string `json:"seen,omitempty"` // short ids
}

const cursorVersion = 1

func parseCursor(b collect.Cursor) cursor {
	var c cursor
	if json.Unmarshal(b, &c) != nil || c.Version != cursorVersion {
		return cursor{}
	}
	return c
}

// Collect emits the entries that the feed did not hold when it was read last.
func (c *Connector) Collect(ctx context.Context, from collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	if err := ctx.Err(); err != nil {
		return from, err
	}
	old := parseCursor(from)
	next := cursor{Version: cursorVersion}
	var text []byte
	var err error
	host := ""
	if c.address == nil {
		text, err = c.readFile()
	} else {
		host = strings.ToLower(c.address.Host)
		text, err = c.ask(ctx, old, &next)
	}
	if err != nil || text == nil {
		return from, err
	}
	parsed, err := parse(text)
	if err != nil {
		return from, err
	}
	e := newEmitter(c.opt, host, old.Seen, to)
	if err := e.feed(ctx, parsed); err != nil {
		return from, err
	}
	if next.Seen = e.held; e.early {
		next.ETag, next.Modified = "", "" // an entry waits for its time: the feed must be looked at again
	}
	b, err := json.Marshal(next)
	if err != nil {
		panic(fmt.Sprintf("write a cursor: %v", err)) // texts
	}
	return b, nil
}

// mostText is how many bytes a feed may have. Real ones have a few hundred
// thousand.
const mostText = 8 << 20

func (c *Connector) readFile() ([]byte, error) {
	text, err := archive.ReadFile(c.path, mostText)
	if err != nil {
		return nil, err
	}
	_, err = parse(text)
	return text, err
}
