package backtest

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/catalogue"
	"orrery.dev/orrery/internal/field"
)

// Row is one activity of a history.
type Row struct {
	Who    string
	When   int64 // seconds since 1970, UTC
	Kind   string
	Object string // what it was done to; for kinds of commerce, an amount of money
	Origin orrery.Origin
	// Valence is the row's own where Signed says so: else its kind has one.
	Valence int8
	Signed  bool
}

// History is a set of activities. Rows may come in any order. The zero value is
// empty.
type History struct {
	rows []heldRow
	who  table
	kind table
}

type heldRow struct {
	who, kind int32
	day       orrery.Day
	amount    float64
	prompted  bool
	valence   int8
}

// Add adds a row.
func (h *History) Add(r Row) {
	amount, err := strconv.ParseFloat(r.Object, 64)
	if err != nil || !(amount >= 0 && amount < 1e12) {
		amount = 0
	}
	held := heldRow{
		who: h.who.number(r.Who), kind: h.kind.number(r.Kind), day: orrery.DayOfUnix(r.When), amount: amount,
		prompted: r.Origin == orrery.Prompted, valence: field.NoValence,
	}
	if r.Signed {
		held.valence = r.Valence
	}
	h.rows = append(h.rows, held)
}

// Len returns how many rows there are.
func (h *History) Len() int { return len(h.rows) }

// People returns how many different people there are.
func (h *History) People() int { return len(h.who.names) }

// table numbers names.
type table struct {
	numbers map[string]int32
	names   []string
}

func (t *table) number(name string) int32 {
	n, ok := t.numbers[name]
	if !ok {
		if t.numbers == nil {
			t.numbers = make(map[string]int32)
		}
		name = strings.Clone(name) // a reader's row is a slice of its whole line
		n = int32(len(t.names))
		t.numbers[name] = n
		t.names = append(t.names, name)
	}
	return n
}

// person is everything that one of them did, in order.
type person struct {
	who        int32        // number among the people
	days       []orrery.Day // on which the target was met: distinct, rising
	present    []orrery.Day // with any activity: distinct, rising; for return the same
	activities []activity   // that met the target, by day
}

type activity struct {
	day           orrery.Day
	weight, value float64
}

// leftOut are the kinds that are no person's activity.
var leftOut = []string{"bot", "announce"}

// worth is what the rows of a kind count.
type worth struct {
	rule   orrery.Rule
	weight float64
	money  bool
	out    bool
}

func (h *History) worths(c *catalogue.Catalogue, t Target) []worth {
	worths := make([]worth, len(h.kind.names))
	for i, kind := range h.kind.names {
		rule := c.Lookup(kind)
		w := worth{rule: rule, weight: float64(rule.WeightMilli) / 1000, money: rule.Strategy == orrery.Commerce}
		if rule.Valence < 0 {
			w.weight = 0 // what repels adds no love
		}
		w.out = slices.Contains(leftOut, kind[strings.LastIndexByte(kind, '.')+1:]) ||
			t == Closeness && field.Silent(&rule)
		worths[i] = w
	}
	return worths
}

// past is a history as one target sees it: who did what by day, and the span of
// days.
type past struct {
	people      []person
	first, last orrery.Day
	begun       [lifetimeModels]begun
}

// firstCut is the earliest cut of all horizons.
func (p *past) firstCut() orrery.Day {
	return orrery.Day(math.Max(float64(p.first)+.45*float64(p.last-p.first), float64(p.first+firstCut)))
}

// past sorts the rows by who and day. For closeness, days are those that
// qualify, and people those who had one.
func (h *History) past(c *catalogue.Catalogue, t Target) *past {
	worths := h.worths(c, t)
	rows := slices.Clone(h.rows)
	slices.SortStableFunc(rows, func(a, b heldRow) int {
		return cmp.Or(cmp.Compare(a.who, b.who), cmp.Compare(a.day, b.day))
	})
	out := &past{}
	who := int32(-1)
	empty := true
	for i := range rows {
		r := &rows[i]
		w := &worths[r.kind]
		if w.out {
			continue
		}
		if empty {
			out.first, out.last, empty = r.day, r.day, false
		}
		out.first, out.last = min(out.first, r.day), max(out.last, r.day)
		if r.who != who {
			who = r.who
			out.people = append(out.people, person{})
		}
		p := &out.people[len(out.people)-1]
		if t == Closeness {
			p.present = addDay(p.present, r.day)
			if !field.Qualifies(&w.rule, origin(r.prompted), r.valence) {
				continue
			}
		}
		p.days = addDay(p.days, r.day)
		a := activity{day: r.day, weight: w.weight, value: w.weight}
		if w.money && r.amount > 0 {
			a.value = r.amount
		}
		p.activities = append(p.activities, a)
	}
	out.people = slices.DeleteFunc(out.people, func(p person) bool { return len(p.days) == 0 })
	for i := range out.people {
		p := &out.people[i]
		p.who = int32(i)
		if t == Return {
			p.present = p.days
		}
	}
	return out
}

func origin(prompted bool) orrery.Origin {
	if prompted {
		return orrery.Prompted
	}
	return orrery.Unprompted
}

// addDay appends a day that is not earlier than the last.
func addDay(days []orrery.Day, day orrery.Day) []orrery.Day {
	if n := len(days); n > 0 && days[n-1] == day {
		return days
	}
	return append(days, day)
}

// ReadCSV reads a history from CSV, plain or gzipped: the columns who, when
// (seconds since 1970), kind and object, in any order under a header line that
// names them; other columns are ignored, object may be missing. What cannot be
// read is an orrery.Invalid error that names the line.
func ReadCSV(r io.Reader) (*History, error) {
	buffered := bufio.NewReader(r)
	if head, _ := buffered.Peek(2); string(head) == "\x1f\x8b" {
		unzipped, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, orrery.Errorf(orrery.Invalid, "the file is not whole gzip: %w", err)
		}
		return readCSV(unzipped)
	}
	return readCSV(buffered)
}

func readCSV(r io.Reader) (*History, error) {
	lines := csv.NewReader(r)
	lines.ReuseRecord = true
	header, err := lines.Read()
	if errors.Is(err, io.EOF) {
		return nil, orrery.Errorf(orrery.Invalid, "the file is empty: it should begin with the line who,when,kind,object")
	}
	if err != nil {
		return nil, orrery.Errorf(orrery.Invalid, "the first line cannot be read as CSV: %w", err)
	}
	columns, err := findColumns(header)
	if err != nil {
		return nil, err
	}
	var h History
	for {
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return &h, nil
		}
		if err != nil {
			return nil, orrery.Errorf(orrery.Invalid, "the file cannot be read to its end: %w", err)
		}
		row, err := columns.row(record)
		if err != nil {
			line, _ := lines.FieldPos(0)
			return nil, orrery.Errorf(orrery.Invalid, "line %d: %w", line, err)
		}
		h.Add(row)
	}
}

// columns are where who, when, kind and object stand.
type columns struct{ who, when, kind, object int }

func findColumns(header []string) (columns, error) {
	at := func(name string) int {
		return slices.IndexFunc(header, func(column string) bool {
			return strings.EqualFold(strings.TrimSpace(strings.TrimPrefix(column, "\ufeff")), name)
		})
	}
	c := columns{at("who"), at("when"), at("kind"), at("object")}
	if c.who < 0 || c.when < 0 || c.kind < 0 {
		return c, orrery.Errorf(orrery.Invalid, "the first line should name the columns who, when, kind and object; it reads %q", strings.Join(header, ","))
	}
	return c, nil
}

// latest is the year 9999: days beyond it are nobody's.
const latest = 253_402_300_800

func (c columns) row(record []string) (Row, error) {
	when, err := strconv.ParseInt(strings.TrimSpace(record[c.when]), 10, 64)
	if err != nil || when < -latest || when > latest {
		return Row{}, orrery.Errorf(orrery.Invalid, "%q is not a time: write seconds since 1970", record[c.when])
	}
	if record[c.who] == "" {
		return Row{}, orrery.Errorf(orrery.Invalid, "the column who is empty")
	}
	row := Row{Who: record[c.who], When: when, Kind: record[c.kind]}
	if c.object >= 0 {
		row.Object = record[c.object]
	}
	return row, nil
}
