// Package mbox is the connector for archives of mail: mbox files, gzipped or
// not, a folder of monthly ones as mailing lists publish them, a Maildir, single
// mails, or a zip or 7z archive of such. A mail becomes an activity of whoever
// wrote it, addressed to whoever they answered.
//
// Bodies are passed over in the stream: they are neither kept nor held. Mails
// that programs sent are skipped with a reason. It does not decide who is one
// person; it only undoes what lists do to authors' addresses. Package flow runs
// it and feeds identity and journal with what it emits.
package mbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/archive"
	"orrery.dev/orrery/internal/collect/intake"
)

// namespace is the one of every mail: a Message-ID is the same wherever it is
// read.
const namespace = "mail"

// The kinds that mails become.
const (
	kindPost  = "list.post"
	kindReply = "list.reply"
)

// Longest values, in bytes. Longer ids are no ids; longer names and titles are cut.
const (
	longestID    = 900
	longestName  = 300
	longestTitle = 300
	longestKey   = 250
)

// Options say how an archive is to be read.
type Options struct {
	Now time.Time // mails dated more than 48 hours after it have a wrong date; zero is the time of New
}

// Connector reads one archive. It is used by one goroutine and for one Collect.
type Connector struct {
	path string
	opt  Options
}

var _ collect.Connector = (*Connector)(nil)

// New returns a connector of a file, a folder or an archive of files.
func New(path string, opt Options) *Connector {
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	return &Connector{path: path, opt: opt}
}

// notMail are the endings of files that lie beside mail in copies of archives.
var notMail = []string{".html", ".htm", ".css", ".js", ".png", ".gif", ".jpg", ".pdf", ".csv", ".json", ".xml", ".db", ".idx", ".msf", ".sig", ".asc"}

func (c *Connector) open() (*archive.Archive, error) {
	a, err := archive.Open(c.path, func(name string) bool { return !slices.Contains(notMail, strings.ToLower(path.Ext(name))) })
	if err != nil {
		return nil, err
	}
	inOrder(a.Entries)
	return a, nil
}

// Source describes the archive. It is an orrery.Invalid error where no file at
// the path begins as mail does.
func (c *Connector) Source(ctx context.Context) (collect.Source, error) {
	a, err := c.open()
	if err != nil {
		return collect.Source{}, err
	}
	defer a.Close()
	found := false
	for i := range a.Entries {
		if found, err = isMail(&a.Entries[i]); err != nil || ctx.Err() != nil {
			return collect.Source{}, firstError(ctx.Err(), err)
		}
		if found {
			break
		}
	}
	if !found {
		return collect.Source{}, orrery.Errorf(orrery.Invalid,
			"%s holds no mail: an mbox file begins with a line such as \"From ada@example.org Mon Jan  5 10:00:00 2026\"", c.path)
	}
	planet := intake.Planet(stem(c.path))
	return collect.Source{Kind: "mbox", Name: "mbox/" + planet, Planet: planet, Origin: c.path}, nil
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// stem takes off the endings of mail archives.
func stem(name string) string {
	for _, ending := range []string{".gz", ".xz", ".bz2", ".zip", ".7z", ".mbox", ".mbx", ".eml"} {
		name = strings.TrimSuffix(name, ending)
	}
	return name
}

// isMail looks at the beginning of a file.
func isMail(e *archive.Entry) (bool, error) {
	r, err := e.Open()
	if err != nil {
		return false, err
	}
	defer r.Close()
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return false, err
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head[:n], []byte("\ufeff")), "\r\n")
	if isField(text) {
		return true, nil
	}
	return isSeparator(text, true) || bytes.Contains(text, []byte("\nFrom ")) && bytes.Contains(text, []byte("\nFrom: ")), nil
}

// Collect emits the mails that stand behind what the cursor saw, in the order of
// the files. What stands before is read again, for answers to it.
func (c *Connector) Collect(ctx context.Context, start collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	a, err := c.open()
	if err != nil {
		return start, err
	}
	defer a.Close()
	known, err := parseCursor(start, c.opt.Now).check(ctx, a)
	if err != nil {
		return start, err
	}
	if known.nothing {
		return start, ctx.Err()
	}
	r := &reader{
		to: to, dates: dates{now: c.opt.Now}, lists: lists{}, seen: newSeen(), total: a.Size,
		next: cursor{ByName: known.byName},
	}
	for i := range a.Entries {
		if err := r.file(ctx, &a.Entries[i], known.until(&a.Entries[i])); err != nil {
			return start, err
		}
	}
	r.progress()
	r.next.Until = int64(r.dates.early)
	return r.next.write(), nil
}

// reader turns mails into activities.
type reader struct {
	to     collect.Sink
	dates  dates
	lists  lists
	seen   *seen
	next   cursor
	header header

	mails       int64
	done, total int64
	text        *archive.Text

	key      []byte
	activity orrery.Activity
	receiver [1]orrery.Actor
}

func (r *reader) progress() {
	p := collect.Progress{Rows: r.mails, Done: r.done, Total: r.total}
	if r.text != nil {
		p.Done += r.text.Done()
	}
	p.Done = min(p.Done, p.Total)
	r.to.Progress(p)
}

// file reads one file, silently up to an offset.
func (r *reader) file(ctx context.Context, e *archive.Entry, known int64) error {
	text, err := e.Open()
	if err != nil {
		return err
	}
	r.text = text
	defer func() {
		text.Close()
		r.text = nil
		r.done += e.Size
	}()
	s := newScanner(text)
	for {
		err := s.next(ctx)
		if err == io.EOF {
			r.next.add(e.Name, s.offset(), s.sum)
			return ctx.Err()
		}
		if err != nil {
			return err
		}
		if err := r.mail(ctx, s, s.start < known); err != nil {
			return err
		}
		if r.mails%1024 == 0 {
			r.progress()
		}
	}
}

// mail reads the mail that the scanner stands at.
func (r *reader) mail(ctx context.Context, s *scanner, silent bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r.mails++
	h := &r.header
	h.parse(s.header)
	r.lists.learn(h)
	skip := func(reason string) error {
		if silent {
			return nil
		}
		return r.to.Skip(ctx, collect.Skipped{Row: r.mails, Reason: reason, Excerpt: intake.Excerpt(h[messageID])})
	}
	if s.cut {
		return skip("its header is longer than 256 KB: is the file mail?")
	}
	id := r.id(h)
	if _, passed := r.seen.author(id); passed {
		return nil // archives repeat mails, within files and across
	}
	r.key = append(append(append(append(append(r.key[:0], h[from]...), 0), h[replyTo]...), 0), h[originalFrom]...)
	if len(r.key) > longestKey {
		sum := sha256.Sum256(r.key)
		r.key = append(r.key[:0], sum[:]...)
	}
	index := r.seen.person(r.key, func() mailbox { return r.lists.author(h) })
	author := r.seen.young.authors[index]
	r.seen.add(id, index)
	if author == (mailbox{}) {
		return skip("its header does not tell who wrote it")
	}
	if reason := automatic(h, author); reason != "" {
		return skip(reason)
	}
	at, clamped, ok := r.dates.of(h, s.from)
	if !ok {
		return skip("it has no date that can be, neither in its header nor where it was handed on")
	}
	if silent {
		return nil
	}
	a := &r.activity
	*a = orrery.Activity{Namespace: namespace, ExternalID: clean(string(id)), Actor: author.actor(), At: at, TimeClamped: clamped, Gist: gistOf(h, s.words)}
	r.thread(a, h, author)
	a.Object = orrery.Object{ID: a.ExternalID, Type: "mail", Title: title(text(h[subject]))}
	return r.to.Activity(ctx, a)
}

// id returns the Message-ID, or where there is none a hash of what says which
// mail it is.
func (r *reader) id(h *header) []byte {
	if id := firstID(h[messageID]); id != nil {
		return id
	}
	if id := h[messageID]; len(id) > 0 && len(id) <= longestID && bytes.IndexByte(id, ' ') < 0 {
		return id // written without brackets
	}
	sum := sha256.New()
	for _, f := range []field{from, date, subject, inReplyTo} {
		sum.Write(h[f])
		sum.Write([]byte{0})
	}
	return []byte("hash-" + hex.EncodeToString(sum.Sum(nil)[:16]))
}

// thread fills in what the mail answers. The thread is the first mail that
// anybody's answer goes back to.
func (r *reader) thread(a *orrery.Activity, h *header, author mailbox) {
	a.Kind, a.Thread = kindPost, a.ExternalID
	parent := firstID(h[inReplyTo])
	if parent == nil {
		parent = lastID(h[references])
	}
	if parent == nil {
		a.Origin = orrery.Unprompted
		return
	}
	a.Kind, a.Parent, a.Thread = kindReply, clean(string(parent)), clean(string(parent))
	if root := firstID(h[references]); root != nil {
		a.Thread = clean(string(root))
	}
	if other, ok := r.seen.author(parent); ok && other != (mailbox{}) && !other.same(author) {
		a.Origin = orrery.Peer
		r.receiver[0] = other.actor()
		a.To = r.receiver[:]
	}
}
