// Package stackexchange is the connector for the dumps that Stack Exchange
// publishes of its sites: a folder with Users.xml, Posts.xml and Comments.xml,
// or a 7z or zip archive of one. Questions, answers, comments and the last edit
// of a post by somebody else become activities.
//
// Votes are left out, for the dumps do not say whose they are, and so are badges
// and the history of posts. Texts are passed over in the stream: of a question
// its title is kept, of everything else nothing. Package flow runs it and feeds
// identity and journal with what it emits.
package stackexchange

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/archive"
	"orrery.dev/orrery/internal/collect/intake"
)

// network is the namespace of accounts, which are the same on all sites.
const network = "stackexchange.com"

// Options say how a dump is to be read.
type Options struct {
	Site string    // its host, "cooking.stackexchange.com"; empty: as the folder or the archive is called
	Now  time.Time // what is dated more than 48 hours after it is skipped; zero is the time of New
}

// Connector reads one dump. It is used by one goroutine and for one Collect.
type Connector struct {
	path string
	opt  Options
}

var _ collect.Connector = (*Connector)(nil)

// New returns a connector of a folder or an archive.
func New(path string, opt Options) *Connector {
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	return &Connector{path: path, opt: opt}
}

// dump is the files of one site.
type dump struct {
	*archive.Archive
	users, posts, comments *archive.Entry // users and comments may be nil
}

func (c *Connector) open() (*dump, error) {
	a, err := archive.Open(c.path, func(name string) bool {
		switch strings.ToLower(path.Base(name)) {
		case "users.xml", "posts.xml", "comments.xml":
			return true
		default:
			return false
		}
	})
	if err != nil {
		return nil, err
	}
	d := &dump{Archive: a}
	for i := range a.Entries {
		e := &a.Entries[i]
		place := map[string]**archive.Entry{"users.xml": &d.users, "posts.xml": &d.posts, "comments.xml": &d.comments}[strings.ToLower(path.Base(e.Name))]
		switch {
		case place == nil:
			err = orrery.Errorf(orrery.Invalid, "%s is one file: name the folder or the archive with Posts.xml, Users.xml and Comments.xml", c.path)
		case *place != nil:
			err = orrery.Errorf(orrery.Invalid, "%s holds several sites, in %s and %s: name the folder of one", c.path, (*place).Name, e.Name)
		default:
			*place = e
		}
	}
	if err == nil && d.posts == nil {
		err = orrery.Errorf(orrery.Invalid, "%s has no Posts.xml: name the folder or the archive of a site's whole dump", c.path)
	}
	if err != nil {
		a.Close()
		return nil, err
	}
	return d, nil
}

// Source describes the dump. It is an orrery.Invalid error where the path holds
// no Posts.xml or that of several sites, and where it has no rows.
func (c *Connector) Source(ctx context.Context) (collect.Source, error) {
	d, err := c.open()
	if err != nil {
		return collect.Source{}, err
	}
	defer d.Close()
	text, err := d.posts.Open()
	if err != nil {
		return collect.Source{}, err
	}
	defer text.Close()
	if err := newRows(text).next(ctx); err == io.EOF {
		return collect.Source{}, orrery.Errorf(orrery.Invalid, "%s of %s has no rows: is it a dump of Stack Exchange?", d.posts.Name, c.path)
	} else if err != nil {
		return collect.Source{}, err
	}
	planet := intake.Planet(c.stem())
	return collect.Source{Kind: "stackexchange", Name: "stackexchange/" + planet, Planet: planet, Origin: c.path}, nil
}

// stem is what the folder or the archive is called.
func (c *Connector) stem() string {
	name := path.Base(strings.ReplaceAll(strings.TrimRight(c.path, `/\`), `\`, "/"))
	return strings.TrimSuffix(strings.TrimSuffix(name, ".7z"), ".zip")
}

// site is the host of the site, empty where nothing says it: then ids are the
// source's own.
func (c *Connector) site() string {
	if c.opt.Site != "" {
		return strings.ToLower(c.opt.Site)
	}
	if host := strings.ToLower(c.stem()); strings.Contains(host, ".") && strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789.-") == "" {
		return host
	}
	return ""
}

// cursor is up to where a dump was read. A later dump of the site holds the same
// rows and more.
type cursor struct {
	Version  int    `json:"version"`
	Site     string `json:"site"`
	Posts    int32  `json:"posts"`    // the highest id
	Comments int32  `json:"comments"` // the highest id
	Edits    string `json:"edits"`    // the latest time, as the dump writes it
}

const cursorVersion = 1

// Collect emits what the cursor did not see: posts, then comments, then who has
// which account. What it saw is read again, for what answers it.
func (c *Connector) Collect(ctx context.Context, start collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	d, err := c.open()
	if err != nil {
		return start, err
	}
	defer d.Close()
	var before cursor
	if json.Unmarshal(start, &before) != nil || before.Version != cursorVersion || before.Site != c.site() {
		before = cursor{Version: cursorVersion, Site: c.site()}
	}
	r := newReader(c.site(), c.opt.Now, before, to)
	r.total = d.Size
	steps := []struct {
		entry *archive.Entry
		row   func(context.Context, *rows) error
	}{{d.users, r.user}, {d.posts, r.post}, {d.comments, r.comment}, {d.users, r.link}}
	if d.users != nil {
		r.total += d.users.Size
	}
	for _, step := range steps {
		if step.entry == nil {
			continue
		}
		if err := r.file(ctx, step.entry, step.row); err != nil {
			return start, err
		}
	}
	r.progress()
	b, err := json.Marshal(r.next)
	if err != nil {
		panic(fmt.Sprintf("write a cursor: %v", err)) // text and numbers
	}
	return b, nil
}
