// Package commit makes of a commit, as a platform tells it in a push, the
// activity that package git makes of the same commit in a clone: the same
// namespace, external id, kind, author and title, so that a webhook beside a
// clone doubles nothing. It parses no payload, reads no repository and keeps no
// message beyond its subject.
//
// Packages github and gitlab feed it.
package commit

import (
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/intake"
)

// Namespace is the one of every commit: its hash is the same wherever it is read.
const Namespace = "git"

// titleRunes is how much of a subject is kept, as package git does.
const titleRunes = 120

// ahead is how far in the future a date may be.
const ahead = 48 * time.Hour

// Commit is what a platform says of one commit.
type Commit struct {
	Hash    string
	Message string // its subject is kept
	Name    string // of the author, as git has it
	Email   string
	At      time.Time // when it was written; zero: unknown
	Arrived time.Time // when it was pushed: the clock by which At is judged
}

// Activity returns what the author did, and what the no-reply address of a
// platform says of who they are. It is false for what has no hash or no author.
func (c Commit) Activity() (orrery.Activity, []orrery.Link, bool) {
	author := c.author()
	if c.Hash == "" || author.Value == "" {
		return orrery.Activity{}, nil, false
	}
	a := orrery.Activity{
		ExternalID: c.Hash, Namespace: Namespace, Kind: "git.commit", Actor: author, At: c.At,
		Object: orrery.Object{ID: c.Hash, Type: "commit", Title: c.title()},
	}
	if c.isMerge() {
		a.Kind = "git.merge"
	}
	if c.At.Unix() <= 0 || c.At.After(c.Arrived.Add(ahead)) {
		a.At, a.TimeClamped = c.Arrived, true
	}
	var links []orrery.Link
	for _, account := range accounts(author) {
		links = append(links, orrery.Link{A: author, B: account, Kind: orrery.SamePlatform, At: a.At.UTC()})
	}
	return a, links, true
}

// author names them as the repository does: "Name <address>".
func (c Commit) author() orrery.Actor {
	name, mail := strings.TrimSpace(text(c.Name)), strings.TrimSpace(text(c.Email))
	if name == "" && mail == "" {
		return orrery.Actor{}
	}
	person, via := intake.Via(name)
	if via {
		if signed, address, ok := intake.SignedOff([]byte(text(c.Message)), person); ok {
			name, mail, via = signed, address, false
		}
	}
	a := orrery.Actor{Type: "alias", Value: strings.TrimSpace(name + " <" + mail + ">"), Name: name}
	if via {
		a.Name = person // and the address is a list's
	} else if isAddress(mail) {
		a.Email = mail
	}
	return a
}

// title is the first paragraph on one line, as git's %s.
func (c Commit) title() string {
	var subject []string
	for line := range strings.Lines(strings.TrimLeft(text(c.Message), "\r\n")) {
		if line = strings.TrimSpace(line); line == "" {
			break
		}
		subject = append(subject, line)
	}
	runes := 0
	title := strings.Join(subject, " ")
	for i := range title {
		if runes++; runes > titleRunes {
			return title[:i]
		}
	}
	return title
}

// merges begin the subjects that git and the platforms give a commit of two
// parents. No push says how many parents a commit has.
var merges = []string{
	"Merge pull request #", "Merge branch '", "Merge branches '", "Merge remote-tracking branch '", "Merge tag '", "Merge commit '",
}

func (c Commit) isMerge() bool {
	for _, m := range merges {
		if strings.HasPrefix(c.Message, m) {
			return true
		}
	}
	return false
}

// noReply are the platforms whose addresses name an account, with what stands
// between its number and its login.
var noReply = []struct{ domain, platform, between string }{
	{"@users.noreply.github.com", "github.com", "+"},
	{"@users.noreply.gitlab.com", "gitlab.com", "-"},
}

// accounts are those that a no-reply address names: by number, which is for
// ever, and by login, which may be renamed.
func accounts(a orrery.Actor) []orrery.Actor {
	for _, p := range noReply {
		login, ok := strings.CutSuffix(strings.ToLower(a.Email), p.domain)
		if !ok {
			continue
		}
		var out []orrery.Actor
		if number, rest, ok := strings.Cut(login, p.between); ok && isNumber(number) {
			out = append(out, orrery.Actor{Namespace: p.platform, Type: "user_id", Value: number, Name: a.Name})
			login = rest
		}
		if login, ok := Login(login); ok {
			out = append(out, orrery.Actor{Namespace: p.platform, Type: "login", Value: login, Name: a.Name})
		}
		return out
	}
	return nil
}

// Login writes an account's name in lower case, for case plays no part in it,
// and tells whether it is one that GitHub or GitLab allow.
func Login(name string) (string, bool) {
	name = strings.ToLower(name)
	bare := strings.TrimSuffix(name, "[bot]")
	return name, bare != "" && strings.Trim(bare, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
}

func isNumber(s string) bool {
	return s != "" && len(s) < 20 && strings.Trim(s, "0123456789") == ""
}

// isAddress tells whether s looks like an e-mail address: something on both
// sides of an @, and nothing that only an address of a page or a text has.
func isAddress(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && at < len(s)-1 && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r == 0x7f || strings.ContainsRune("<>/,;()", r)
	})
}

// text is s without what no text has.
func text(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}
