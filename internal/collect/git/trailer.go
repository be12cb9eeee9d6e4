package git

import "bytes"

// role is what somebody did for a commit besides writing it.
type role struct {
	trailer  string // in lower case
	kind     string
	segment  string // of the external id
	toAuthor bool   // the author receives it
	unnamed  bool   // says nothing of who wrote or committed it
}

var (
	committing = role{kind: "git.commit.committed", segment: "committed"}

	roles = []role{
		{trailer: "signed-off-by", kind: "git.commit.signed_off", segment: "signed_off", unnamed: true},
		{trailer: "co-authored-by", kind: "git.commit.co_authored", segment: "co_authored"},
		{trailer: "reviewed-by", kind: "git.commit.reviewed", segment: "reviewed", toAuthor: true},
		{trailer: "acked-by", kind: "git.commit.acked", segment: "acked", toAuthor: true},
		{trailer: "tested-by", kind: "git.commit.tested", segment: "tested", toAuthor: true},
		{trailer: "reported-by", kind: "git.commit.reported", segment: "reported"},
		{trailer: "suggested-by", kind: "git.commit.suggested", segment: "suggested", toAuthor: true},
		{trailer: "helped-by", kind: "git.commit.helped", segment: "helped", toAuthor: true},
		{trailer: "mentored-by", kind: "git.commit.helped", segment: "helped", toAuthor: true},
	}
)

// roleOf finds the role that a trailer's key names, in any case.
func roleOf(key []byte) *role {
	for i := range roles {
		if len(roles[i].trailer) == len(key) && bytes.EqualFold([]byte(roles[i].trailer), key) {
			return &roles[i]
		}
	}
	return nil
}

// trailers calls each for everybody whom the trailers of a commit's body name,
// in order from the last paragraph back. What is a paragraph of trailers is
// decided as git interpret-trailers does (git 2.39, trailer.c,
// find_trailer_block_start), and one more is taken: a paragraph of nothing but
// trailers before it, for platforms add theirs after an empty line.
func trailers(body []byte, each func(r *role, name, mail []byte) error) error {
	for last := true; ; last = false {
		var block []byte
		body, block = lastParagraph(body)
		if !isTrailers(block, last) {
			return nil
		}
		if err := trailerBlock(block, each); err != nil {
			return err
		}
	}
}

// lastParagraph splits off the lines after the last empty one.
func lastParagraph(b []byte) (before, paragraph []byte) {
	b = bytes.TrimRight(b, " \t\r\n")
	for start := len(b); start > 0; {
		end := start
		start = bytes.LastIndexByte(b[:end-1], '\n') + 1
		if len(bytes.TrimSpace(b[start:end])) == 0 {
			return b[:start], b[end:]
		}
	}
	return nil, b
}

// isTrailers decides whether a paragraph is made of trailers: of them alone, or,
// for the last one, of a quarter of them where one is git's own.
func isTrailers(block []byte, last bool) bool {
	trailers, others, gitsOwn := 0, 0, false
	continues := false // an indented line belongs to the line before
	for line := range bytes.Lines(block) {
		switch {
		case line[0] == '#':
			continues = false
		case bytes.HasPrefix(line, []byte("Signed-off-by: ")), bytes.HasPrefix(line, []byte("(cherry picked from commit ")):
			trailers++
			gitsOwn, continues = true, true
		case line[0] == ' ' || line[0] == '\t':
			if !continues {
				others++
			}
		case len(keyOf(line)) > 0:
			trailers++
			continues = true
		default:
			others++
			continues = false
		}
	}
	return trailers > 0 && (others == 0 || last && gitsOwn && trailers*3 >= others)
}

// keyOf returns what stands before the colon of a trailer, or nil.
func keyOf(line []byte) []byte {
	end := 0
	for end < len(line) && (line[end] == '-' || line[end] >= '0' && line[end] <= '9' || line[end]|0x20 >= 'a' && line[end]|0x20 <= 'z') {
		end++
	}
	colon := end
	for colon < len(line) && (line[colon] == ' ' || line[colon] == '\t') {
		colon++
	}
	if end == 0 || colon == len(line) || line[colon] != ':' {
		return nil
	}
	return line[:end]
}

// valueOf returns what stands behind the colon of a trailer, and behind that of a
// role which somebody wrote twice: "Reviewed-by: Reviewed-by: A <a@x>".
func valueOf(line []byte) []byte {
	for {
		_, line, _ = bytes.Cut(line, []byte(":"))
		line = bytes.TrimSpace(line)
		if key := keyOf(line); key == nil || roleOf(key) == nil {
			return line
		}
	}
}

func trailerBlock(block []byte, each func(r *role, name, mail []byte) error) error {
	for len(block) > 0 {
		var line []byte
		line, block = unfold(block)
		key := keyOf(line)
		if key == nil {
			continue
		}
		r := roleOf(key)
		if r == nil {
			continue
		}
		value := valueOf(line)
		err := contacts(value, func(name, mail []byte) error { return each(r, name, mail) })
		if err != nil {
			return err
		}
	}
	return nil
}

// unfold splits off the first line with the indented lines that continue it.
func unfold(block []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(block, []byte("\n"))
	for folded := false; len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t'); folded = true {
		if !folded {
			line = bytes.Clone(line) // it is followed by what it must not overwrite
		}
		var more []byte
		more, rest, _ = bytes.Cut(rest, []byte("\n"))
		line = append(append(line, ' '), bytes.TrimSpace(more)...)
	}
	return line, rest
}

// Longer than this is no name and no address (RFC 5321, 4.5.3.1), in bytes.
const (
	longestName = 200
	longestMail = 254
)

// contacts calls each for the people in "Name <address>, Name <address> (note)".
// Without brackets the last word may be the address. A name alone is nobody: it
// could be anybody.
func contacts(value []byte, each func(name, mail []byte) error) error {
	value = bytes.TrimSpace(value)
	if bytes.IndexByte(value, '<') < 0 {
		at := bytes.LastIndexAny(value, " \t") + 1
		return contact(value[:at], value[at:], each)
	}
	for {
		name, rest, ok := bytes.Cut(value, []byte("<"))
		if !ok {
			return nil
		}
		mail, rest, ok := bytes.Cut(rest, []byte(">"))
		if !ok {
			return nil
		}
		if err := contact(name, mail, each); err != nil {
			return err
		}
		value, ok = afterSeparator(rest)
		if !ok {
			return nil
		}
	}
}

// afterSeparator skips what may stand between two people. Anything else after an
// address is a note.
func afterSeparator(b []byte) ([]byte, bool) {
	b = bytes.TrimSpace(b)
	if rest, ok := bytes.CutPrefix(b, []byte("and ")); ok {
		return rest, true
	}
	rest := bytes.TrimLeft(b, ",;&/+ \t")
	if len(rest) == len(b) {
		return nil, false
	}
	rest, _ = bytes.CutPrefix(rest, []byte("and "))
	return rest, true
}

func contact(name, mail []byte, each func(name, mail []byte) error) error {
	name, mail = bytes.TrimSpace(name), bytes.TrimSpace(mail)
	if len(name) > longestName || len(mail) > longestMail || !isAddress(mail) {
		return nil
	}
	return each(name, mail)
}

// isAddress tells whether b looks like an e-mail address: something on both
// sides of an @, and nothing that only an address of a page or a text has.
func isAddress[T string | []byte](b T) bool {
	at := -1
	for i := range len(b) {
		switch c := b[i]; {
		case c == '@':
			at = i
		case c <= ' ', c == 0x7f, c == '<', c == '>', c == '/', c == ',', c == ';', c == '(', c == ')':
			return false
		}
	}
	return at > 0 && at < len(b)-1
}
