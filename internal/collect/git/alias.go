package git

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/intake"
)

// alias is one way in which somebody is written in a repository.
type alias struct {
	actor orrery.Actor
	id    string // the value in lower case
	mail  string // the address in lower case, where it is theirs
	raw   string // "Name <address>" with the bytes that git knows
	via   bool   // a list wrote over it: the address is not theirs
	first int64  // the earliest second of an activity under it
}

// aliases are all that were met, each once.
type aliases struct {
	byBytes map[string]*alias // by name, NUL, address
	byValue map[string]*alias // bytes that are not text may be written the same
	ordered []*alias
	key     []byte // reused
}

func newAliases() *aliases {
	return &aliases{byBytes: map[string]*alias{}, byValue: map[string]*alias{}}
}

// of returns the alias of "name NUL address" at a time.
func (as *aliases) of(b []byte, second int64) *alias {
	a, ok := as.byBytes[string(b)]
	if !ok {
		name, mail, _ := bytes.Cut(b, []byte{0})
		a = as.add(newAlias(name, mail, second))
		as.byBytes[string(b)] = a
	}
	a.first = min(a.first, second)
	return a
}

// ofParts is of for a name and an address that do not stand together.
func (as *aliases) ofParts(name, mail []byte, second int64) *alias {
	as.key = append(append(append(as.key[:0], name...), 0), mail...)
	return as.of(as.key, second)
}

func (as *aliases) add(a *alias) *alias {
	if known, ok := as.byValue[a.actor.Value]; ok {
		return known
	}
	as.byValue[a.actor.Value] = a
	as.ordered = append(as.ordered, a)
	return a
}

func newAlias(name, mail []byte, second int64) *alias {
	a := &alias{raw: contactOf(string(bytes.TrimSpace(name)), string(mail)), first: second}
	a.actor = aliasActor(clean(name), clean(mail))
	a.id = strings.ToLower(a.actor.Value)
	if _, a.via = intake.Via(clean(name)); !a.via {
		a.mail = strings.ToLower(strings.TrimSpace(clean(mail)))
	}
	return a
}

// aliasActor names somebody by name and address as the repository writes them.
// "Ada via dev <dev@lists.example.org>", as lists write who sent a patch, is Ada,
// and the address is not hers.
func aliasActor(name, mail string) orrery.Actor {
	name = strings.TrimSpace(name)
	a := orrery.Actor{Type: "alias", Value: contactOf(name, mail), Name: name}
	if person, via := intake.Via(name); via {
		a.Name = person
		return a
	}
	if mail = strings.TrimSpace(mail); isAddress(mail) {
		a.Email = mail
	}
	return a
}

func contactOf(name, mail string) string {
	if name == "" {
		return "<" + mail + ">"
	}
	return name + " <" + mail + ">"
}

// clean makes text of bytes: each that is not UTF-8 becomes U+FFFD.
func clean(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return string([]rune(string(b)))
}

// link emits what the repository states about its aliases being one person.
func (r *repository) link(ctx context.Context, s state, as *aliases, to collect.Sink) error {
	for _, a := range as.ordered {
		for _, account := range accounts(a) {
			l := orrery.Link{A: a.actor, B: account, Kind: orrery.SamePlatform, At: time.Unix(a.first, 0).UTC()}
			if err := to.Link(ctx, l); err != nil {
				return err
			}
		}
	}
	if s.mailmap == "" || len(as.ordered) == 0 {
		return ctx.Err()
	}
	return r.linkMailmap(ctx, s, as.ordered, to)
}

// linkMailmap asks git what the .mailmap makes of each alias.
func (r *repository) linkMailmap(ctx context.Context, s state, ordered []*alias, to collect.Sink) error {
	var asked bytes.Buffer
	for _, a := range ordered {
		asked.WriteString(a.raw)
		asked.WriteByte('\n')
	}
	args := []string{"check-mailmap", "--stdin"}
	if s.mailmapInHead {
		args = append([]string{"-c", "mailmap.blob=HEAD:.mailmap"}, args...)
	}
	out, err := r.output(ctx, asked.Bytes(), args...)
	if err != nil {
		return err
	}
	lines := bytes.Split(bytes.TrimSuffix(out, []byte("\n")), []byte("\n"))
	if len(lines) != len(ordered) {
		return fmt.Errorf("git check-mailmap: got %d answers to %d questions", len(lines), len(ordered))
	}
	for i, a := range ordered {
		name, mail, ok := bytes.Cut(lines[i], []byte("<"))
		if !ok || string(lines[i]) == a.raw {
			continue
		}
		mapped := aliasActor(clean(name), clean(bytes.TrimSuffix(mail, []byte(">"))))
		if mapped.Value == a.actor.Value {
			continue
		}
		l := orrery.Link{A: a.actor, B: mapped, Kind: orrery.Mailmap, At: time.Unix(a.first, 0).UTC()}
		if err := to.Link(ctx, l); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// noReply are the platforms that give out addresses which name an account, with
// what stands between its number and its login.
var noReply = []struct{ domain, platform, between string }{
	{"@users.noreply.github.com", "github.com", "+"},
	{"@users.noreply.gitlab.com", "gitlab.com", "-"},
}

// accounts are the accounts that a no-reply address names: by number, which is
// for ever, and by login, which may be renamed.
func accounts(a *alias) []orrery.Actor {
	for _, p := range noReply {
		local, ok := strings.CutSuffix(a.mail, p.domain)
		if !ok {
			continue
		}
		var out []orrery.Actor
		login := local
		if number, rest, ok := strings.Cut(local, p.between); ok && isNumber(number) {
			out = append(out, orrery.Actor{Namespace: p.platform, Type: "user_id", Value: number, Name: a.actor.Name})
			login = rest
		}
		if isLogin(login) {
			out = append(out, orrery.Actor{Namespace: p.platform, Type: "login", Value: login, Name: a.actor.Name})
		}
		return out
	}
	return nil
}

func isNumber(s string) bool {
	return s != "" && len(s) < 20 && strings.Trim(s, "0123456789") == ""
}

// isLogin takes what GitHub and GitLab allow, and GitHub's mark of programs.
func isLogin(s string) bool {
	s = strings.TrimSuffix(s, "[bot]")
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
}
