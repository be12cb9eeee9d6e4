// Package partner tells what partners brought: who was first seen through one,
// what credit each has by being there, and what would not have happened without
// one, where that can be known.
//
// Credit and increment are different words. Credit says who was there: it is
// counted from what sources marked, and a partner who changes nothing can have much
// of it. Increment says what would not have happened: it comes from a trial alone,
// in which we decided by lot who was reached. The package is pure: package flow
// feeds it, package view tells its answers.
package partner

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"orrery.dev/orrery"
)

// Partner is an organization that brings people.
type Partner struct {
	Slug      string // activities marked with it are its own
	Title     string // for people; empty: made from the slug
	Statement string // what we do together, in a sentence
	Domains   []string
	Channels  []string // names of sources, or beginnings of objects' ids, written object:PREFIX
	Codes     []Code
	Trials    []Trial
	Sample    bool // came with the sample and goes with it
}

// Code is a coupon, referral code or campaign token that stands for a partner in
// what sources say. With an address, /go/{code} leads there, and notes nothing of
// who follows it but that somebody did.
type Code struct {
	Code      string
	Address   string // empty: the code has no link
	Otherwise string // where the link leads while the code is switched off
	Followed  int64  // how often the link was followed
	Switch    Switch // zero: always on
}

// Update is a dated short text in a partner's room.
type Update struct {
	Number int64
	At     time.Time
	Theirs bool // the partner wrote it
	Text   string
}

// Room is a page that a partner opens by a link, without an account. The link's
// token is kept as a hash alone.
type Room struct {
	Number  int64
	Partner string
	Purpose string // slug of the joint purpose, or empty
	Planet  orrery.PlanetID
	Made    time.Time
	Expires time.Time
}

// Limits of what is kept, texts in letters.
const (
	MaxTitle     = 80
	MaxStatement = 600
	MaxUpdate    = 1000
	maxAddress   = 2000
	maxList      = 64
)

// LeastCell is the least number of people that a partner's room tells; smaller ones
// are told as fewer.
const LeastCell = 10

var (
	slugs = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	codes = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	// An address is plain letters: a host, perhaps a port, and a path; no account.
	addresses = regexp.MustCompile(`^https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?([/?#][!-\[\]-~]*)?$`)
	domains   = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)
)

// Tidy brings what people wrote into the form in which it is compared.
func (p *Partner) Tidy() {
	p.Slug, p.Title, p.Statement = strings.TrimSpace(p.Slug), strings.TrimSpace(p.Title), strings.TrimSpace(p.Statement)
	for i, d := range p.Domains {
		p.Domains[i] = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(d), "@"))
	}
	for i, c := range p.Channels {
		p.Channels[i] = strings.TrimSpace(c)
	}
	slices.Sort(p.Domains)
	slices.Sort(p.Channels)
	p.Domains, p.Channels = slices.Compact(p.Domains), slices.Compact(p.Channels)
}

// Check says what is wrong with a partner before it is kept, as an Invalid error.
func (p *Partner) Check() error {
	if !slugs.MatchString(p.Slug) || len(p.Slug) > 60 {
		return orrery.Errorf(orrery.Invalid, "%q cannot name a partner: use up to 60 small letters, digits and hyphens, as in radio-nordvind", p.Slug)
	}
	if n := utf8.RuneCountInString(p.Title); n > MaxTitle {
		return orrery.Errorf(orrery.Invalid, "the name has %d letters, %d are the most", n, MaxTitle)
	}
	if n := utf8.RuneCountInString(p.Statement); n > MaxStatement {
		return orrery.Errorf(orrery.Invalid, "the statement has %d letters, %d are the most", n, MaxStatement)
	}
	if len(p.Domains) > maxList || len(p.Channels) > maxList || len(p.Codes) > maxList || len(p.Trials) > maxList {
		return orrery.Errorf(orrery.Invalid, "a partner has at most %d codes, domains, channels and trials each", maxList)
	}
	for _, d := range p.Domains {
		if !domains.MatchString(d) || len(d) > 253 {
			return orrery.Errorf(orrery.Invalid, "%q is no domain: write it as in example.org", d)
		}
	}
	for _, c := range p.Channels {
		if name, _ := strings.CutPrefix(c, objectChannel); name == "" || len(c) > 200 || strings.ContainsAny(c, "\n\r") {
			return orrery.Errorf(orrery.Invalid, "%q is no channel: write the name of a source, or object: and how the ids of objects begin", c)
		}
	}
	seen := map[string]bool{}
	for i := range p.Codes {
		if err := p.Codes[i].check(); err != nil {
			return err
		}
		if key := strings.ToLower(p.Codes[i].Code); seen[key] {
			return orrery.Errorf(orrery.Invalid, "the code %s stands twice", p.Codes[i].Code)
		} else {
			seen[key] = true
		}
	}
	names := map[string]bool{}
	for i := range p.Trials {
		if err := p.Trials[i].check(); err != nil {
			return err
		}
		if names[p.Trials[i].Name] {
			return orrery.Errorf(orrery.Invalid, "there are two trials named %s", p.Trials[i].Name)
		}
		names[p.Trials[i].Name] = true
	}
	return nil
}

func (c *Code) check() error {
	if !codes.MatchString(c.Code) {
		return orrery.Errorf(orrery.Invalid, "%q cannot be a code: use up to 64 letters, digits, dots, hyphens and low lines", c.Code)
	}
	for _, address := range []string{c.Address, c.Otherwise} {
		if address != "" && (len(address) > maxAddress || !addresses.MatchString(address)) {
			return orrery.Errorf(orrery.Invalid, "%q is no address that a link may lead to: write it whole, as in https://example.org/welcome", address)
		}
	}
	if c.Switch == (Switch{}) {
		return nil
	}
	if c.Address == "" || c.Otherwise == "" {
		return orrery.Errorf(orrery.Invalid, "the code %s cannot be switched on and off without two addresses: where it leads when it is on, and when it is off", c.Code)
	}
	return c.Switch.check()
}

// Name is the title, or the slug in words.
func (p *Partner) Name() string {
	if p.Title != "" {
		return p.Title
	}
	words := strings.ReplaceAll(p.Slug, "-", " ")
	return strings.ToUpper(words[:min(1, len(words))]) + words[min(1, len(words)):]
}

// ParseCode reads a code as people write it: the code, then where its link leads,
// if it has one, and for a code that is switched on and off where the link leads
// while it is off and the days of a block, as in
//
//	DAWN https://example.org/dawn https://example.org/ 7
//
// Switching begins on a day.
func ParseCode(text string, from orrery.Day) (Code, error) {
	words := strings.Fields(text)
	if len(words) == 0 || len(words) == 3 || len(words) > 4 {
		return Code{}, orrery.Errorf(orrery.Invalid, "%q is no code: write the code, and where its link leads; to switch it on and off, also where it leads meanwhile and for how many days, as in DAWN https://example.org/dawn https://example.org/ 7", text)
	}
	c := Code{Code: words[0]}
	if len(words) > 1 {
		c.Address = words[1]
	}
	if len(words) == 4 {
		days, err := strconv.Atoi(words[3])
		if err != nil || days < 1 {
			return c, orrery.Errorf(orrery.Invalid, "%q is no number of days", words[3])
		}
		c.Otherwise, c.Switch = words[2], Switch{From: from, BlockDays: days}
	}
	return c, nil
}

// String writes a code as ParseCode reads it.
func (c Code) String() string {
	switch {
	case c.Switch.BlockDays > 0:
		return c.Code + " " + c.Address + " " + c.Otherwise + " " + strconv.Itoa(c.Switch.BlockDays)
	case c.Address != "":
		return c.Code + " " + c.Address
	default:
		return c.Code
	}
}

// Keep takes over from what a code was how its switch was drawn and how often its
// link was followed, where the switch is the same.
func (c *Code) Keep(was Code) {
	c.Followed = was.Followed
	if c.Switch.BlockDays == was.Switch.BlockDays && c.Switch.BlockDays > 0 {
		c.Switch = was.Switch
	}
}
