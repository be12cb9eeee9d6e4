package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/archive"
	"orrery.dev/orrery/internal/collect/intake"
	"orrery.dev/orrery/internal/collect/payload"
)

// Options say how an export is to be read.
type Options struct {
	Scope Scope     // which conversations are kept; empty is Public
	Now   time.Time // times more than 48 hours after it are skipped; zero is the time of NewExport
}

// Export reads a workspace's export: the ZIP that Slack makes, or the folder
// that was unpacked from it. It is used by one goroutine.
type Export struct {
	path    string
	opt     Options
	archive *archive.Archive // opened by Source, read and closed by Collect
}

var _ collect.Connector = (*Export)(nil)

// NewExport returns a connector of the export at a path, which is first opened
// by Source.
func NewExport(path string, opt Options) *Export {
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	if opt.Scope == "" {
		opt.Scope = Public
	}
	return &Export{path: path, opt: opt}
}

// Source describes the export. What is none is an orrery.Invalid error.
func (x *Export) Source(context.Context) (collect.Source, error) {
	if err := x.open(); err != nil {
		return collect.Source{}, err
	}
	name := intake.Planet(strings.TrimSuffix(x.path, ".zip"))
	return collect.Source{Kind: "slack", Name: "slack/" + name, Planet: name, Origin: x.path}, nil
}

func (x *Export) open() error {
	if x.archive != nil {
		return nil
	}
	a, err := archive.Open(x.path, func(name string) bool { return strings.HasSuffix(name, ".json") })
	if err != nil {
		return err
	}
	for i := range a.Entries {
		if path.Base(a.Entries[i].Name) == "users.json" {
			x.archive = a
			return nil
		}
	}
	_ = a.Close() // nothing was written
	return orrery.Errorf(orrery.Invalid, "%s has no users.json: name the ZIP file that Slack made under Settings, Import/Export Data, or the folder unpacked from it", x.path)
}

// seen is how far each channel was read: the time of its last message, by the
// channel's number.
type seen map[string]string

func parseSeen(cursor collect.Cursor) seen {
	s := seen{}
	if json.Unmarshal(cursor, &s) != nil || s == nil {
		return seen{}
	}
	return s
}

func (s seen) cursor() collect.Cursor {
	b, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("write a cursor: %v", err)) // it holds texts
	}
	return b
}

// Collect emits the messages that came since the cursor, channel by channel and
// day by day. A later export holds the earlier one, so what was read is passed
// over; a reaction that was added to such a message since is not seen. It
// returns a cursor with an error too.
func (x *Export) Collect(ctx context.Context, from collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	if err := x.open(); err != nil {
		return from, err
	}
	defer func() {
		_ = x.archive.Close() // nothing was written
		x.archive = nil
	}()
	r := reading{to: to, scope: x.opt.Scope, now: x.opt.Now, seen: maps.Clone(parseSeen(from)), total: x.archive.Size}
	channels, days, err := r.survey(ctx, x.archive)
	if err != nil {
		return from, err
	}
	for i := range days {
		day := &days[i]
		channel, ok := channels[day.channel]
		if !ok || !r.scope.keeps(channel.id, channel.kind) || day.before(r.seen[string(channel.id)]) {
			r.done += day.entry.Size
			continue
		}
		if err := r.day(ctx, day, channel.id); err != nil {
			return r.seen.cursor(), err
		}
	}
	return r.seen.cursor(), ctx.Err()
}

// reading is one Collect.
type reading struct {
	workspace
	to    collect.Sink
	scope Scope
	now   time.Time
	seen  seen
	rows  int64
	done  int64
	total int64
}

// channel is a conversation of the export.
type channel struct {
	id, kind payload.Text
}

// day is the file of one channel's day.
type day struct {
	channel string // its folder
	entry   *archive.Entry
}

// before says whether all of a day lies before a message, in whatever zone the
// days of the export begin.
func (d *day) before(ts string) bool {
	date, err := time.Parse(time.DateOnly, strings.TrimSuffix(path.Base(d.entry.Name), ".json"))
	at, ok := payload.Time(payload.Text(ts))
	return err == nil && ok && date.Add(48*time.Hour).Before(at)
}

// lists are the files that name conversations, and of what kind they are.
var lists = map[string]payload.Text{"channels.json": "channel", "groups.json": "group", "mpims.json": "mpim", "dms.json": "im"}

// mostPeople is how many members or channels an export may name.
const mostPeople = 250_000

// survey reads who and which channels there are, and lists the days in order.
func (r *reading) survey(ctx context.Context, a *archive.Archive) (channels map[string]channel, days []day, err error) {
	r.people = map[string]profile{}
	channels = map[string]channel{}
	root := ""
	for i := range a.Entries {
		if path.Base(a.Entries[i].Name) == "users.json" {
			root = path.Dir(a.Entries[i].Name)
			break
		}
	}
	for i := range a.Entries {
		e := &a.Entries[i]
		folder, file := path.Dir(e.Name), path.Base(e.Name)
		switch kind, list := lists[file]; {
		case folder == root && file == "users.json":
			err = r.members(ctx, e)
		case folder == root && list:
			err = r.conversations(ctx, e, kind, channels)
		case path.Dir(folder) == root && isDay(file):
			days = append(days, day{path.Base(folder), e})
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return channels, days, nil
}

// isDay says whether a file is named after a day: 2026-11-22.json.
func isDay(file string) bool {
	_, err := time.Parse(time.DateOnly, strings.TrimSuffix(file, ".json"))
	return err == nil
}

func (r *reading) members(ctx context.Context, e *archive.Entry) error {
	return each(ctx, e, func(raw json.RawMessage) error {
		var m member
		if json.Unmarshal(raw, &m) != nil || m.ID == "" {
			return nil
		}
		if len(r.people) == mostPeople {
			return orrery.Errorf(orrery.Invalid, "%s names more than %d people: this is no export of Slack", e.Name, mostPeople)
		}
		r.people[string(m.ID)] = m.profile()
		if r.namespace == "" && m.Team != "" {
			r.namespace = namespaceOf(m.Team)
		}
		return nil
	})
}

func (r *reading) conversations(ctx context.Context, e *archive.Entry, kind payload.Text, channels map[string]channel) error {
	return each(ctx, e, func(raw json.RawMessage) error {
		var c struct {
			ID   payload.Text `json:"id"`
			Name payload.Text `json:"name"`
		}
		if json.Unmarshal(raw, &c) != nil || c.ID == "" {
			return nil
		}
		if len(channels) >= mostPeople {
			return orrery.Errorf(orrery.Invalid, "%s names more than %d conversations: this is no export of Slack", e.Name, mostPeople)
		}
		channels[payload.First(c.Name, c.ID)] = channel{c.ID, kind} // direct ones have no name: their folder is their number
		return nil
	})
}

// day emits one file.
func (r *reading) day(ctx context.Context, d *day, channel payload.Text) error {
	known := r.seen[string(channel)]
	latest := known
	here := map[string]bool{} // joins, which may stand twice on one day
	err := each(ctx, d.entry, func(raw json.RawMessage) error {
		r.rows++
		if r.rows%1024 == 0 {
			r.to.Progress(collect.Progress{Rows: r.rows, Done: r.done, Total: r.total})
		}
		var m message
		if err := json.Unmarshal(raw, &m); err != nil {
			return r.skip(ctx, d, "this is no message: an object in braces was expected", raw)
		}
		if m.TS == "" || !later(string(m.TS), known) {
			return nil
		}
		if at, ok := payload.Time(m.TS); ok && !at.After(r.now.Add(intake.Ahead)) && later(string(m.TS), latest) {
			latest = string(m.TS)
		}
		return r.message(ctx, d, &m, channel, here)
	})
	if err != nil {
		return err
	}
	r.done += d.entry.Size
	if latest != "" {
		r.seen[string(channel)] = latest
	}
	r.to.Progress(collect.Progress{Rows: r.rows, Done: r.done, Total: r.total})
	return nil
}

// later compares two times as Slack writes them: seconds, a point, six digits.
func later(a, b string) bool {
	if b == "" {
		return true
	}
	x, okA := payload.Time(payload.Text(a))
	y, okB := payload.Time(payload.Text(b))
	return !okA || !okB || x.After(y)
}

func (r *reading) message(ctx context.Context, d *day, m *message, channel payload.Text, here map[string]bool) error {
	if slices.Contains(joined, m.Subtype) && m.User != "" {
		at, err := payload.When(r.now, m.TS)
		if err != nil {
			return r.skip(ctx, d, err.Error(), nil)
		}
		a := r.arrived(m.User, m.Inviter, channel, at)
		if here[a.ExternalID] {
			return nil
		}
		here[a.ExternalID] = true
		return r.to.Activity(ctx, &a)
	}
	if !slices.Contains(written, m.Subtype) {
		return nil
	}
	a, ok, err := r.said(m, channel, r.now)
	if err != nil {
		return r.skip(ctx, d, err.Error(), nil)
	}
	if !ok || here[a.ExternalID] {
		return nil
	}
	here[a.ExternalID] = true
	if err := r.to.Activity(ctx, &a); err != nil {
		return err
	}
	for _, reaction := range m.Reactions {
		for _, who := range reaction.Users {
			if who == "" || reaction.Name == "" {
				continue
			}
			// An export does not say when: not before the message, mostly soon after.
			re := r.reacted(who, m.User, reaction.Name, channel, m.TS, a.At)
			if here[re.ExternalID] {
				continue
			}
			here[re.ExternalID] = true
			if err := r.to.Activity(ctx, &re); err != nil {
				return err
			}
		}
	}
	return nil
}

// skip keeps a message that cannot be used. Its text is not shown: it is
// somebody's.
func (r *reading) skip(ctx context.Context, d *day, reason string, raw json.RawMessage) error {
	excerpt := d.entry.Name
	if len(raw) > 0 && raw[0] != '{' {
		excerpt += ": " + intake.Excerpt(raw[:min(len(raw), 20)])
	}
	return r.to.Skip(ctx, collect.Skipped{Row: r.rows, Reason: reason, Excerpt: intake.Excerpt([]byte(excerpt))})
}

// each hands the elements of a file that holds a JSON array on, one by one.
func each(ctx context.Context, e *archive.Entry, do func(json.RawMessage) error) error {
	text, err := e.Open()
	if err != nil {
		return err
	}
	defer text.Close()
	in := &metered{r: text}
	d := json.NewDecoder(in)
	start, err := d.Token()
	if err != nil || start != json.Delim('[') {
		return noList(e, err)
	}
	for d.More() {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("read %s: %w", e.Name, err)
		}
		in.since = 0
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return noList(e, err)
		}
		if err := do(raw); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return noList(e, err)
	}
	return nil
}

func noList(e *archive.Entry, err error) error {
	var forPeople *orrery.Error
	switch {
	case errors.As(err, &forPeople):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return orrery.Errorf(orrery.Invalid, "%s ends early: make the export again and import it again, what is already there counts once", e.Name)
	case err == nil:
		return orrery.Errorf(orrery.Invalid, "%s is no list of Slack's: it should begin with a bracket", e.Name)
	default:
		return orrery.Errorf(orrery.Invalid, "%s is damaged (%w): make the export again and import it again, what is already there counts once", e.Name, err)
	}
}

// metered refuses to read an element that would fill the memory.
type metered struct {
	r     io.Reader
	since int // bytes since the last element
}

func (m *metered) Read(p []byte) (int, error) {
	if m.since > 4*intake.MaxRecord {
		return 0, orrery.Errorf(orrery.Invalid, "one entry is longer than four megabytes, as no message is: make the export again")
	}
	n, err := m.r.Read(p)
	m.since += n
	return n, err
}
