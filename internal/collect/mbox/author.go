package mbox

import (
	"bytes"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/intake"
)

// mailbox is somebody as a mail's header names them. Either may be empty.
type mailbox struct{ name, address string }

// parseMailbox reads the first mailbox of a field: "Name <a@b>", "a@b (Name)",
// a bare address or a bare name. Archives on the web write "user at example.org"
// to hide addresses from programs.
func parseMailbox(value []byte) mailbox {
	name, address := value, []byte(nil)
	open, _ := outside(value, '<')
	if open < 0 {
		open = bytes.IndexByte(value, '<') // quotes around all of it
	}
	end := -1
	if open >= 0 {
		end = bytes.IndexByte(value[open:], '>')
	}
	switch {
	case end > 0:
		name, address = value[:open], value[open+1:open+end]
	case bytes.IndexByte(value, '(') > 0:
		open = bytes.IndexByte(value, '(')
		end = bytes.LastIndexByte(value, ')')
		if end < open {
			end = len(value)
		}
		address, name = value[:open], value[open+1:end]
	case looksLikeAddress(value):
		name, address = nil, value
	}
	m := mailbox{name: personName(text(name)), address: addressOf(plain(address))}
	if m.address != "" && addressOf(m.name) == m.address {
		m.name = ""
	}
	return m
}

// outside returns where a sign stands outside quotes, −1 where it does not, and
// whether the quotes before it are in pairs.
func outside(value []byte, sign byte) (at int, paired bool) {
	quoted := false
	for i := 0; i < len(value); i++ {
		switch value[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case sign:
			if !quoted {
				return i, true
			}
		}
	}
	return -1, !quoted
}

func looksLikeAddress(value []byte) bool {
	return bytes.IndexByte(value, '@') > 0 || bytes.Contains(value, []byte(" at "))
}

// personName takes off quotes and what stands around a name.
func personName(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 1 && (s[0] == '"' && s[len(s)-1] == '"' || s[0] == '\'' && s[len(s)-1] == '\'') {
		s = s[1 : len(s)-1]
	}
	if strings.IndexByte(s, '\\') >= 0 {
		s = strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\(`, "(", `\)`, ")").Replace(s)
	}
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > longestName {
		s = strings.ToValidUTF8(s[:longestName], "")
	}
	return s
}

// addressOf returns an address in lower case, empty where s is none.
func addressOf(s string) string {
	s = strings.TrimSpace(clean(s))
	if strings.IndexByte(s, '@') < 0 {
		local, host, found := strings.Cut(s, " at ")
		if !found {
			return ""
		}
		s = strings.TrimSpace(local) + "@" + strings.ReplaceAll(strings.TrimSpace(host), " dot ", ".")
	}
	if comma := strings.IndexByte(s, ','); comma > 0 {
		s = s[:comma]
	}
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 || len(s) > 254 || strings.IndexByte(s, '@') != at || strings.ContainsAny(s, " <>()[]\"\\;:") {
		return ""
	}
	return strings.ToLower(s)
}

// mailboxes calls take for each mailbox of a field until it returns false.
func mailboxes(value []byte, take func(mailbox) bool) {
	for len(value) > 0 {
		end, paired := outside(value, ',')
		if !paired {
			end = bytes.IndexByte(value, ',')
		}
		if end < 0 {
			end = len(value)
		}
		if m := parseMailbox(value[:end]); m != (mailbox{}) && !take(m) {
			return
		}
		value = value[min(end+1, len(value)):]
	}
}

// lists are the addresses under which lists post what others wrote, as their
// mails' headers name them.
type lists map[string]bool

const mostLists = 1000

// learn takes in what a header says about its list.
func (l lists) learn(h *header) {
	if len(l) >= mostLists {
		return
	}
	add := func(address string) {
		if address != "" {
			l[address] = true
		}
	}
	if _, post, ok := bytes.Cut(h[listPost], []byte("mailto:")); ok {
		end := bytes.IndexAny(post, ">?")
		if end < 0 {
			end = len(post)
		}
		add(addressOf(plain(post[:end])))
	}
	if h[beenThere] != nil {
		add(addressOf(plain(h[beenThere])))
	}
	if id := firstID(h[listID]); id != nil {
		if local, host, ok := strings.Cut(plain(id), "."); ok {
			add(addressOf(local + "@" + host))
		}
	}
}

// author returns who wrote a mail. A list that must rewrite From, because the
// author's domain forbids others to send in its name (DMARC), puts its own
// address there and the author into X-Original-From or Reply-To, or leaves the
// name alone: "Ada via dev-list".
func (l lists) author(h *header) mailbox {
	m := parseMailbox(h[from])
	name, via := intake.Via(m.name)
	if !l[m.address] && !via {
		return m
	}
	if o := parseMailbox(h[originalFrom]); o.address != "" && !l[o.address] {
		return mailbox{firstOf(o.name, name), o.address}
	}
	byList := l[m.address]
	var found mailbox
	mailboxes(h[replyTo], func(r mailbox) bool {
		if r.address == "" || l[r.address] || r.address == m.address {
			return true
		}
		same := strings.EqualFold(r.name, name)
		if same || byList && found.address == "" {
			found = mailbox{firstOf(r.name, name), r.address}
		}
		return !same
	})
	if found.address != "" {
		return found
	}
	if address := addressOf(name); address != "" {
		return mailbox{"", address}
	}
	if via || name != "" && !byList {
		return mailbox{name: name}
	}
	return mailbox{}
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// actor is the person whom a mailbox names.
func (m mailbox) actor() orrery.Actor {
	a, _ := intake.Person(m.name, m.address)
	return a
}

// same says whether two mailboxes are one person's for all that is known here.
func (m mailbox) same(other mailbox) bool {
	if m.address != "" || other.address != "" {
		return m.address == other.address
	}
	return strings.EqualFold(m.name, other.name)
}

// automatic says why a mail was written by a program, or nothing.
func automatic(h *header, author mailbox) string {
	if s := h[autoSubmitted]; s != nil && !bytes.EqualFold(s, []byte("no")) {
		return "a program sent it (Auto-Submitted): nobody came by it"
	}
	local, _, _ := strings.Cut(author.address, "@")
	switch {
	case local == "mailer-daemon", local == "postmaster", bytes.Equal(h[returnPath], []byte("<>")),
		len(h[contentType]) >= 16 && bytes.EqualFold(h[contentType][:16], []byte("multipart/report")):
		return "it reports that a mail could not be delivered: nobody came by it"
	case local == "mailman", local == "majordomo", local == "listserv",
		strings.HasSuffix(local, "-request"), strings.HasSuffix(local, "-bounces"), strings.HasSuffix(local, "-owner"):
		return "the list itself sent it: nobody came by it"
	}
	return ""
}
