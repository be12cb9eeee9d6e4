package circle

import (
	"bytes"
	"io"
	"math"
	"strconv"

	"orrery.dev/orrery"
)

// maxLine is how long a line may be.
const maxLine = 1 << 20

// Read reads ties as lines of from,to or from,to,weight, without a head: CSV in
// UTF-8 whose names are any text that is not empty, in quotes where it holds a
// comma, a quote or the end of a line. Empty lines are passed over. Weights are
// numbers from 0 on, 1 if left out; 0 names two nodes and joins nothing. Errors
// are Invalid and name the line.
func Read(r io.Reader) (*Edges, *Names, error) {
	p := &parser{from: r, line: 1, buffer: make([]byte, 0, 2*maxLine)}
	edges, names := &Edges{}, &Names{}
	for {
		more, err := p.next()
		if err != nil {
			return nil, nil, err
		}
		if !more {
			return edges, names, nil
		}
		if err := p.add(edges, names); err != nil {
			return nil, nil, err
		}
	}
}

// parser cuts a text into records.
type parser struct {
	from   io.Reader
	buffer []byte // what was read and not yet used
	at     int    // in buffer: where the next record begins
	ended  bool
	line   int // number of the next line

	number int       // of the record's first line
	fields [3][]byte // of the record; valid until next
	n      int
	plain  [3][]byte // room for fields with doubled quotes
}

// next reads a record that is not empty; false at the end.
func (p *parser) next() (bool, error) {
	for {
		if len(p.buffer)-p.at < maxLine && !p.ended {
			if err := p.fill(); err != nil {
				return false, err
			}
		}
		rest := p.buffer[p.at:]
		if len(rest) == 0 {
			return false, nil
		}
		p.number = p.line
		if rest[0] == '\n' {
			p.at, p.line = p.at+1, p.line+1
			continue
		}
		if len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n' {
			p.at, p.line = p.at+2, p.line+1
			continue
		}
		return true, p.record(rest)
	}
}

// fill moves what is left to the front and reads more behind it.
func (p *parser) fill() error {
	first := p.at == 0 && len(p.buffer) == 0
	p.buffer = p.buffer[:copy(p.buffer, p.buffer[p.at:])]
	p.at = 0
	for len(p.buffer) < cap(p.buffer) {
		n, err := p.from.Read(p.buffer[len(p.buffer):cap(p.buffer)])
		p.buffer = p.buffer[:len(p.buffer)+n]
		if err == io.EOF {
			p.ended = true
			break
		}
		if err != nil {
			return orrery.Errorf(orrery.Invalid, "after line %d the file cannot be read: %w", p.line-1, err)
		}
	}
	if first {
		p.at = len(p.buffer) - len(bytes.TrimPrefix(p.buffer, []byte("\ufeff")))
	}
	return nil
}

// record cuts the fields of the record at the beginning of rest.
func (p *parser) record(rest []byte) error {
	p.n = 0
	used := 0
	for {
		size, err := p.field(rest[used:])
		if err != nil {
			return err
		}
		used += size
		if used >= len(rest) {
			if !p.ended || used > maxLine {
				return p.wrong("is longer than a megabyte")
			}
			p.at += used
			return nil
		}
		end := rest[used]
		used++
		if end == '\n' {
			p.line++
			p.at += used
			return nil
		}
	}
}

// field cuts one field and returns how many bytes it takes, without the comma or
// the end of the line after it.
func (p *parser) field(rest []byte) (int, error) {
	if p.n == len(p.fields) {
		return 0, p.wrong("has more than three columns: give from,to or from,to,weight, and quote names with commas")
	}
	if len(rest) > 0 && rest[0] == '"' {
		return p.quoted(rest)
	}
	size := len(rest)
	for i, b := range rest {
		if b == ',' || b == '\n' {
			size = i
			break
		}
	}
	text := rest[:size]
	if size == len(rest) || rest[size] == '\n' {
		text = bytes.TrimSuffix(text, []byte("\r"))
	}
	p.fields[p.n] = text
	p.n++
	return size, nil
}

// quoted cuts a field in quotes, in which two quotes are one.
func (p *parser) quoted(rest []byte) (int, error) {
	room := p.plain[p.n][:0]
	for i := 1; ; {
		size := bytes.IndexByte(rest[i:], '"')
		if size < 0 {
			return 0, p.wrong("has a quote that does not end")
		}
		room = append(room, rest[i:i+size]...)
		i += size + 1
		if i < len(rest) && rest[i] == '"' {
			room = append(room, '"')
			i++
			continue
		}
		p.line += bytes.Count(room, []byte("\n"))
		p.plain[p.n], p.fields[p.n] = room, room
		p.n++
		if i < len(rest) && rest[i] == '\r' && (i+1 == len(rest) || rest[i+1] == '\n') {
			i++
		}
		if i < len(rest) && rest[i] != ',' && rest[i] != '\n' {
			return 0, p.wrong("has text behind a closing quote")
		}
		return i, nil
	}
}

// add joins the nodes of the record.
func (p *parser) add(edges *Edges, names *Names) error {
	if p.n < 2 {
		return p.wrong("has one column: give from,to or from,to,weight")
	}
	var ends [2]uint32
	for i := range ends {
		if len(p.fields[i]) == 0 {
			return p.wrong("names nobody in column " + strconv.Itoa(i+1))
		}
		var err error
		if ends[i], err = names.Node(p.fields[i]); err != nil {
			return err
		}
	}
	weight := 1.
	if p.n == 3 {
		var ok bool
		if weight, ok = parseWeight(p.fields[2]); !ok {
			return p.wrong("has the weight " + strconv.Quote(string(p.fields[2])) + ": give a number from 0 on; the file has no head line")
		}
	}
	return edges.Add(ends[0], ends[1], weight)
}

func parseWeight(text []byte) (float64, bool) {
	if len(text) == 1 && text[0]-'0' <= 9 {
		return float64(text[0] - '0'), true
	}
	w, err := strconv.ParseFloat(string(bytes.TrimSpace(text)), 64)
	return w, err == nil && w >= 0 && w <= math.MaxFloat32
}

func (p *parser) wrong(what string) error {
	return orrery.Errorf(orrery.Invalid, "line %d %s", p.number, what)
}
