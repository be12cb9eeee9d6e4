package csv

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/intake"
)

// anyKind is the kind of rows of which nothing says what they are.
const anyKind = "activity"

// sampleRows is how many rows are looked at to understand a file.
const sampleRows = 1000

// plan is how one file is read.
type plan struct {
	delim, eol byte
	directive  bool // the first line is Excel's sep=;
	named      bool // the first row names the columns
	header     []string
	mapping    Mapping
	from       [Roles]source
	times      times
	amounts    amounts
	kind       string // where no column says one
	encoding   intake.Encoding
	columns    []profile // by column, over the sample
	path       string
	preset     *preset        // nil: none
	export     *export        // that the columns are known by; nil: none
	extra      map[string]int // columns that the preset asks for
}

// makePlan decides how a file is read from its head and what a person said.
func makePlan(file *intake.File, opt Options) (*plan, error) {
	p := &plan{encoding: file.Encoding, path: file.Path}
	head := file.Head()
	p.eol = lineEnd(head)
	if !file.Whole { // the last line may be cut
		if i := bytes.LastIndexByte(head, p.eol); i >= 0 {
			head = head[:i+1]
		}
	}
	if opt.Delimiter != 0 && (opt.Delimiter >= utf8.RuneSelf || opt.Delimiter == '"' || opt.Delimiter < ' ' && opt.Delimiter != '\t') {
		return nil, orrery.Errorf(orrery.Invalid, "%q cannot part columns: choose a comma, a semicolon, a tab or a bar", opt.Delimiter)
	}
	p.delim = byte(opt.Delimiter)
	if line, _, _ := bytes.Cut(head, []byte{p.eol}); len(line) >= 5 && bytes.EqualFold(line[:4], []byte("sep=")) && len(bytes.TrimSpace(line[5:])) == 0 {
		p.directive = true
		head = head[min(len(line)+1, len(head)):]
		if p.delim == 0 {
			p.delim = line[4]
		}
	}
	if p.delim == 0 {
		p.delim = guessDelimiter(head, p.eol)
	}
	sample := p.sample(head)
	if len(sample) == 0 {
		return nil, orrery.Errorf(orrery.Invalid, "%s has no row that can be read as CSV: check that it is a CSV file", file.Path)
	}
	p.nameColumns(sample, opt)
	if p.named {
		sample = sample[1:]
	}
	p.columns = make([]profile, len(p.header))
	for _, row := range sample {
		if len(row) != len(p.header) {
			continue
		}
		for c, cell := range row {
			p.columns[c].add(cell)
		}
	}
	return p, p.decide(file, opt)
}

// decide settles roles and formats once the columns are known.
func (p *plan) decide(file *intake.File, opt Options) (err error) {
	if err := p.choosePreset(opt); err != nil {
		return err
	}
	p.applyPreset(&opt)
	if p.mapping, err = guess(opt.Mapping, p.header, p.named, p.columns); err != nil {
		return err
	}
	for role, place := range p.mapping {
		if p.from[role], err = place.resolve(Role(role), p.header); err != nil {
			return err
		}
	}
	if !p.from[Who].given() && !p.from[Email].given() && p.from[Name].given() {
		p.from[Who] = p.from[Name]
		p.mapping[Who] = p.mapping[Name]
	}
	if !p.from[Who].given() && !p.from[Email].given() {
		return p.missing(file, "who did it", "who=COLUMN")
	}
	if !p.from[When].given() {
		return p.missing(file, "when it happened", "when=COLUMN")
	}
	p.planTimes(opt)
	p.planAmounts(opt)
	p.kind = opt.Kind
	if p.kind == "" {
		p.kind = kindOfName(intake.Stem(file.Path))
	}
	if unit, _ := unitOf(p.amounts.unit); p.kind == "" && unit == Hours {
		p.kind = "hours.volunteered"
	}
	if p.kind == "" {
		p.kind = anyKind
	}
	return nil
}

func (p *plan) missing(file *intake.File, what, how string) error {
	if !p.named {
		return orrery.Errorf(orrery.Invalid, "%s has no column that tells %s, and its first row does not name the columns: name one by its number with --map %s, from 1 to %d; the first row is %s",
			file.Path, what, how, len(p.header), listColumns(p.header))
	}
	return orrery.Errorf(orrery.Invalid, "%s has no column that tells %s: name one with --map %s; the columns are %s",
		file.Path, what, how, listColumns(p.header))
}

func (p *plan) planTimes(opt Options) {
	when := p.when()
	dayFirst, _ := when.order(p.american())
	switch opt.DateOrder {
	case DayFirst:
		dayFirst = true
	case MonthFirst:
		dayFirst = false
	}
	p.times = times{dayFirst: dayFirst, number: when.number(), from1904: opt.From1904, zone: opt.Location}
}

// when returns the profile of the column of times; of the date where two
// columns are joined.
func (p *plan) when() profile {
	if columns := p.from[When].columns; len(columns) > 0 {
		return p.columns[columns[0]]
	}
	return profile{}
}

// american reports whether dates such as 03/04/2026 have the month first where
// nothing else tells: see DateOrder.
func (p *plan) american() bool {
	return p.delim == ',' && !slices.ContainsFunc(p.header, foreignWord)
}

func (p *plan) planAmounts(opt Options) {
	columns := p.from[Quantity].columns
	if len(columns) == 0 {
		p.amounts = amounts{comma: opt.Decimal == MarkComma}
		if opt.Unit != NoUnit {
			p.amounts.unit = opt.Unit
		}
		return
	}
	comma, _ := p.columns[columns[0]].mark(p.delim == ';')
	switch opt.Decimal {
	case MarkPoint:
		comma = false
	case MarkComma:
		comma = true
	}
	unit := opt.Unit
	if unit == "" {
		unit = unitInName(p.header[columns[0]])
	}
	if cells := p.columns[columns[0]]; unit == "" && cells.otherUnit == "" {
		unit = cells.unit
	}
	if unit == NoUnit {
		unit = ""
	}
	p.amounts = amounts{comma: comma, unit: unit}
}

// rules sums up all that decides how a row is read.
func (p *plan) rules() string {
	zone := "UTC"
	if p.times.zone != nil {
		zone = p.times.zone.String()
	}
	text := fmt.Sprintf("%q %q %t %t %q %q %q %t %d %t %q %t %q", p.delim, p.eol, p.directive, p.named, p.header, p.mapping.String(),
		p.kind, p.times.dayFirst, p.times.number, p.times.from1904, zone, p.amounts.comma, p.amounts.unit)
	if p.preset != nil {
		text += " " + p.presetTitle()
	}
	return fmt.Sprintf("csv 1 %x", sha256.Sum256([]byte(text)))
}

// sample reads the first rows.
func (p *plan) sample(head []byte) [][]string {
	var rows [][]string
	r := recordsOf(head, p.delim, p.eol)
	for len(rows) <= sampleRows {
		if err := r.next(context.Background()); err != nil {
			break
		}
		if r.fault != "" || r.blank() {
			continue
		}
		fields, encoding, ok := r.strings(nil)
		if !ok {
			continue
		}
		if encoding == intake.Windows1252 {
			p.encoding = encoding
		}
		rows = append(rows, slices.Clone(fields))
	}
	return rows
}

// nameColumns decides whether the first row names the columns, and names them
// by their number where it does not.
func (p *plan) nameColumns(sample [][]string, opt Options) {
	first := sample[0]
	switch opt.Header {
	case HeaderYes:
		p.named = true
	case HeaderNo:
	default:
		p.named = looksLikeHeader(first, sample[1:])
	}
	p.header = make([]string, len(first))
	for i, cell := range first {
		if p.named {
			p.header[i] = strings.Join(strings.Fields(cell), " ")
		}
		if p.header[i] == "" {
			p.header[i] = number(i)
		}
	}
	for p.named && len(p.header) > 1 && strings.TrimSpace(first[len(p.header)-1]) == "" && !anyCell(sample[1:], len(p.header)-1) {
		p.header = p.header[:len(p.header)-1]
		first = first[:len(p.header)]
		for i := range sample {
			sample[i] = trimEmpty(sample[i], len(p.header))
		}
	}
}

func anyCell(rows [][]string, column int) bool {
	return slices.ContainsFunc(rows, func(row []string) bool { return column < len(row) && strings.TrimSpace(row[column]) != "" })
}

// trimEmpty drops empty cells past the last column.
func trimEmpty(row []string, columns int) []string {
	for len(row) > columns && strings.TrimSpace(row[len(row)-1]) == "" {
		row = row[:len(row)-1]
	}
	return row
}

func number(column int) string { return strconv.Itoa(column + 1) }

// looksLikeHeader reports whether a first row names columns: it has no data in
// it (times, addresses, numbers), and knows a word for a column, or stands over
// columns that have data.
func looksLikeHeader(first []string, rest [][]string) bool {
	v := newVocabulary()
	known, data := 0, 0
	seen := map[string]bool{}
	for _, cell := range first {
		cell = strings.TrimSpace(cell)
		if len(v[normalize(cell)]) > 0 {
			known++
			continue
		}
		if isData(cell) || cell != "" && seen[cell] {
			data++
		}
		seen[cell] = true
	}
	switch {
	case known > data:
		return true
	case data > 0:
		return false
	}
	for _, row := range rest {
		if slices.ContainsFunc(row, isData) {
			return true
		}
	}
	return len(rest) == 0
}

func isData(cell string) bool {
	var p profile
	p.add(cell)
	return p.timed+p.addresses+p.amountCells+p.clocks > 0
}

func lineEnd(head []byte) byte {
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		return '\r'
	}
	return '\n'
}

// guessDelimiter chooses what parts the first rows most evenly, and of those
// the one that makes most columns. The header counts: a comma inside numbers is
// not in the names above them.
func guessDelimiter(head []byte, eol byte) byte {
	best, bestEven, bestColumns := byte(','), 0, 1
	for _, delim := range []byte{',', ';', '\t', '|'} {
		r := recordsOf(head, delim, eol)
		columns, rows, even := 0, 0, 0
		for rows < 100 {
			if err := r.next(context.Background()); err != nil {
				break
			}
			if r.blank() {
				continue
			}
			rows++
			if columns == 0 {
				columns = len(r.spans)
			}
			if r.fault == "" && len(r.spans) == columns {
				even++
			}
		}
		if columns < 2 || rows == 0 {
			continue
		}
		if percent := even * 20 / rows; percent > bestEven || percent == bestEven && columns > bestColumns {
			best, bestEven, bestColumns = delim, percent, columns
		}
	}
	return best
}

// kindOfName returns the kind of activity that a file's name tells, or empty:
// "purchase" for orders-2026.
func kindOfName(stem string) string {
	for _, word := range strings.FieldsFunc(strings.ToLower(stem), func(r rune) bool { return r < 'a' || r > 'z' }) {
		if kind, ok := kindWords[word]; ok {
			return kind
		}
	}
	return ""
}

var kindWords = map[string]string{
	"order": "purchase", "orders": "purchase", "purchase": "purchase", "purchases": "purchase", "sales": "purchase",
	"donation": "donation", "donations": "donation", "spenden": "donation",
	"comment": "comment", "comments": "comment", "message": "message", "messages": "message", "post": "post", "posts": "post",
	"signup": "signup", "signups": "signup", "registrations": "signup", "attendance": "attendance", "attendees": "attendance",
	"review": "review", "reviews": "review", "hours": "hours.volunteered", "volunteering": "hours.volunteered",
	"commit": "commit", "commits": "commit", "likes": "like", "refunds": "refund", "complaints": "complaint",
}
