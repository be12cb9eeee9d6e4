package git

import (
	"bytes"
	"context"
	"time"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/intake"
)

// namespace is the one of every git activity: a commit's hash is the same
// wherever it is read.
const namespace = "git"

// webFlow is the committer of what is merged or edited on GitHub's pages.
const webFlow = "noreply@github.com"

// titleRunes is how much of a subject is kept.
const titleRunes = 120

// ahead is how far in the future a date may be.
const ahead = 48 * time.Hour

// emitter turns commits into activities.
type emitter struct {
	to          collect.Sink
	now, latest int64 // seconds
	aliases     *aliases
	aliasesOnly bool           // nothing is emitted
	cut         map[string]int // parents that a shallow clone hides, by hash
	zones       map[int]*time.Location

	activity orrery.Activity // reused
	author   [1]orrery.Actor // whom trailers address
	done     []roleOfAlias   // in this commit
}

type roleOfAlias struct {
	segment string
	alias   *alias
}

func newEmitter(now time.Time, to collect.Sink) *emitter {
	return &emitter{
		to: to, now: now.Unix(), latest: now.Add(ahead).Unix(),
		aliases: newAliases(), zones: map[int]*time.Location{0: time.UTC},
	}
}

// moment is when something happened, as told.
type moment struct {
	second  int64
	minutes int // east of UTC
	clamped bool
}

// commit emits one commit: its author first, then its committer and whom the
// trailers name. It emits nothing twice for one person and role.
func (e *emitter) commit(ctx context.Context, r *record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	authored, committed := e.moments(r)
	author := e.signed(r, e.aliases.of(r.author, authored.second), authored)
	committer := e.signed(r, e.aliases.of(r.committer, committed.second), committed)

	a := &e.activity
	*a = orrery.Activity{Namespace: namespace, Kind: "git.commit", Actor: author.actor}
	a.At, a.TimeClamped = e.time(authored), authored.clamped
	if !e.aliasesOnly {
		hash := string(r.hash)
		a.ExternalID = hash
		a.Object = orrery.Object{ID: hash, Type: "commit", Title: title(r.subject)}
		if e.isMerge(r) {
			a.Kind = "git.merge"
		}
		if err := e.to.Activity(ctx, a); err != nil {
			return err
		}
	}

	e.author[0], e.done = author.actor, e.done[:0]
	if err := e.role(ctx, &committing, committer, author, committed); err != nil {
		return err
	}
	// Nobody knows where those were whom a trailer names: their time is in UTC.
	helped := moment{second: authored.second, clamped: authored.clamped}
	return trailers(r.body, func(ro *role, name, mail []byte) error {
		who := e.aliases.ofParts(name, mail, helped.second)
		if ro.unnamed && samePerson(who, committer) {
			return nil
		}
		return e.role(ctx, ro, who, author, helped)
	})
}

// signed returns who an alias is that a list wrote over: the sign-off of that name
// says it.
func (e *emitter) signed(r *record, who *alias, at moment) *alias {
	if !who.via {
		return who
	}
	name, mail, ok := intake.SignedOff(r.body, who.actor.Name)
	if !ok {
		return who
	}
	return e.aliases.ofParts([]byte(name), []byte(mail), at.second)
}

// role emits what somebody else than the author did.
func (e *emitter) role(ctx context.Context, ro *role, who, author *alias, at moment) error {
	if e.aliasesOnly || who.mail == webFlow || samePerson(who, author) {
		return nil
	}
	for _, d := range e.done {
		if d.segment == ro.segment && samePerson(d.alias, who) {
			return nil
		}
	}
	e.done = append(e.done, roleOfAlias{ro.segment, who})

	a := &e.activity
	a.ExternalID = a.Object.ID + "/" + ro.segment + "/" + who.id
	a.Kind, a.Actor = ro.kind, who.actor
	a.At, a.TimeClamped = e.time(at), at.clamped
	a.To = nil
	if ro.toAuthor {
		a.To = e.author[:]
	}
	return e.to.Activity(ctx, a)
}

// samePerson tells whether two aliases are written the same or share an address.
func samePerson(a, b *alias) bool {
	return a == b || a.id == b.id || a.mail != "" && a.mail == b.mail
}

func (e *emitter) isMerge(r *record) bool {
	if len(e.cut) > 0 && len(r.parents) == 0 {
		return e.cut[string(r.hash)] > 1
	}
	return bytes.IndexByte(r.parents, ' ') > 0
}

// moments reads both dates. The author's is capped at the committer's, for
// nothing is committed before it is written. A date that cannot be is replaced
// by the other one, or by the nearest that can be.
func (e *emitter) moments(r *record) (authored, committed moment) {
	a, aZone, aOK := e.date(r.authored)
	c, cZone, cOK := e.date(r.committed)
	authored = moment{second: a, minutes: aZone, clamped: !aOK}
	committed = moment{second: c, minutes: cZone, clamped: !cOK}
	switch {
	case aOK && cOK:
		authored.second = min(a, c)
	case aOK:
		committed.second = a
	case cOK:
		authored.second = c
	default:
		authored.second = e.nearest(a)
		committed.second = e.nearest(c)
	}
	return authored, committed
}

// date reads one date and tells whether it can be. Second 0 is what git prints
// for a date that it cannot read.
func (e *emitter) date(b []byte) (second int64, minutes int, ok bool) {
	second, minutes, ok = parseDate(b)
	return second, minutes, ok && second > 0 && second <= e.latest
}

func (e *emitter) nearest(second int64) int64 {
	if second > e.latest {
		return e.now
	}
	return 0
}

func (e *emitter) time(m moment) time.Time {
	zone, ok := e.zones[m.minutes]
	if !ok {
		zone = time.FixedZone("", m.minutes*60)
		e.zones[m.minutes] = zone
	}
	return time.Unix(m.second, 0).In(zone)
}

// title cuts a subject.
func title(b []byte) string {
	if len(b) > titleRunes {
		for i, n := 0, 0; i < len(b); n++ {
			if n == titleRunes {
				b = b[:i]
				break
			}
			_, size := utf8.DecodeRune(b[i:])
			i += size
		}
	}
	return clean(b)
}
