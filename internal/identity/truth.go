package identity

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"orrery.dev/orrery"
)

// Truth says of aliases who they are: what identities are scored against.
type Truth struct {
	csv     map[string]string // alias → person
	byBoth  map[string]string // "name\x00address" → person, of a .mailmap
	byMail  map[string]string // address → person
	persons map[string]bool   // proper aliases, in lower case
}

// maxTruthLine bounds a line of a truth file, in bytes.
const maxTruthLine = 1 << 16

// ReadTruth reads a .mailmap (gitmailmap(5)), or a CSV of two columns: an alias
// as Orrery shows it ("Name <address>", an address, a login) and any name for
// the person. A first line "alias,person" is a heading. What cannot be
// understood is an orrery.Invalid error with its line.
func ReadTruth(r io.Reader) (*Truth, error) {
	t := &Truth{csv: map[string]string{}, byBoth: map[string]string{}, byMail: map[string]string{}, persons: map[string]bool{}}
	in := bufio.NewReaderSize(r, maxTruthLine)
	first, err := in.Peek(maxTruthLine)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, orrery.Errorf(orrery.Invalid, "the file cannot be read: %w", err)
	}
	if isMailmap(string(first)) {
		return t, t.readMailmap(in)
	}
	return t, t.readCSV(in)
}

// isMailmap says whether the first line that says something ends with an address
// in angle brackets, and is no row of two columns.
func isMailmap(text string) bool {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if before, _, ok := strings.Cut(line, "#"); ok && strings.Contains(before, ">") {
			line = strings.TrimSpace(before)
		}
		return strings.HasSuffix(line, ">") && !strings.Contains(line, ">,") && !strings.Contains(line, ">\",")
	}
	return false
}

func (t *Truth) readMailmap(in *bufio.Reader) error {
	scan := bufio.NewScanner(in)
	scan.Buffer(nil, maxTruthLine)
	for scan.Scan() {
		line := strings.TrimSpace(scan.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		name, rest, ok := strings.Cut(line, "<")
		mail, rest, closed := strings.Cut(rest, ">")
		if !ok || !closed {
			continue // as git does
		}
		name, mail = strings.TrimSpace(name), strings.TrimSpace(mail)
		oldName, oldMail := "", mail
		if before, after, two := strings.Cut(rest, "<"); two {
			old, _, closed := strings.Cut(after, ">")
			if !closed {
				continue
			}
			oldName, oldMail = strings.TrimSpace(before), strings.TrimSpace(old)
		}
		t.persons[strings.ToLower(name+" <"+mail+">")] = true
		// A person is their proper address; where lines name one address with
		// several names, git shows several people.
		if oldName == "" {
			t.byMail[strings.ToLower(oldMail)] = properOf(name, mail)
		} else {
			t.byBoth[strings.ToLower(oldName)+"\x00"+strings.ToLower(oldMail)] = properOf(name, mail)
		}
	}
	if err := scan.Err(); err != nil {
		return orrery.Errorf(orrery.Invalid, "the file cannot be read: %w", err)
	}
	return nil
}

// properOf joins a proper name and address; either may be empty, which keeps the
// alias's own.
func properOf(name, mail string) string { return name + "\x00" + mail }

func (t *Truth) readCSV(in io.Reader) error {
	rows := csv.NewReader(in)
	rows.FieldsPerRecord, rows.ReuseRecord, rows.LazyQuotes = -1, true, true
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := rows.FieldPos(0)
		switch {
		case err != nil:
			return orrery.Errorf(orrery.Invalid, "the truth is neither a .mailmap nor a table: %w", err)
		case len(row) != 2 || !utf8.ValidString(row[0]):
			return orrery.Errorf(orrery.Invalid, "line %d has %d columns: a truth has two, alias and person, or is a .mailmap", line, len(row))
		}
		alias, person := strings.TrimSpace(row[0]), strings.TrimSpace(row[1])
		if line == 1 && strings.EqualFold(alias, "alias") && strings.EqualFold(person, "person") {
			continue
		}
		if alias == "" || person == "" {
			return orrery.Errorf(orrery.Invalid, "line %d leaves the alias or the person empty", line)
		}
		t.csv[alias] = person
	}
	if len(t.csv) == 0 {
		return orrery.Errorf(orrery.Invalid, "the file says nothing of anybody: it has neither lines of a .mailmap nor rows of two columns")
	}
	return nil
}

// person says who an identity is, or nothing where the truth does not speak of
// it. A .mailmap speaks of the aliases that it maps, as git does, and of those
// that it maps to.
func (t *Truth) person(i *Identity) (string, bool) {
	if p, ok := t.csv[i.Key.Value]; ok {
		return p, true
	}
	if len(t.persons) == 0 || i.Key.Type != "alias" {
		return "", false
	}
	at := strings.LastIndexByte(i.Key.Value, '<')
	if at < 0 {
		return "", false
	}
	name, mail := strings.TrimSpace(i.Key.Value[:at]), strings.TrimSuffix(i.Key.Value[at+1:], ">")
	proper, ok := t.byBoth[strings.ToLower(name)+"\x00"+strings.ToLower(mail)]
	if !ok {
		proper, ok = t.byMail[strings.ToLower(mail)]
	}
	if !ok {
		whole := strings.ToLower(name + " <" + mail + ">")
		return whole, t.persons[whole]
	}
	properName, properMail, _ := strings.Cut(proper, "\x00")
	if properName == "" {
		properName = name
	}
	if properMail == "" {
		properMail = mail
	}
	return strings.ToLower(properName + " <" + properMail + ">"), true
}
