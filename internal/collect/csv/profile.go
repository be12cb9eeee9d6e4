package csv

import (
	"strings"
	"unicode"
)

// profile says what the cells of one column look like.
type profile struct {
	cells  int // that are not empty
	rows   int
	values map[string]struct{} // different ones, up to a limit
	long   int                 // cells over 80 bytes

	addresses, amountCells, origins, valences int
	marked                                    [MarkComma + 1]int // cells that prove a decimal mark
	markOpen                                  string             // a cell that can be read with either
	unit, otherUnit                           string             // that cells name: the first, and one that differs

	lettered  int   // cells that have a letter
	plain     int   // bare numbers
	largest   int64 // of them
	timed     int   // cells that are times
	dates     int   // of timed, without a time of the day
	clocks    int   // cells that are times of the day without a date
	zoned     int
	numbered  [numerics]int // bare numbers, by what they most likely are
	dayFirst  int           // cells that cannot be read with the month first
	monthMust int           // cells that cannot be read with the day first
	orderOpen string        // a cell that can be read with either
}

const mostValues = 5000

func (p *profile) add(cell string) {
	p.rows++
	cell = strings.TrimSpace(cell)
	if empty(cell) {
		return
	}
	p.cells++
	if p.values == nil {
		p.values = map[string]struct{}{}
	}
	if len(p.values) < mostValues && len(cell) <= 200 {
		p.values[cell] = struct{}{}
	}
	if len(cell) > 80 {
		p.long++
		return
	}
	if strings.IndexFunc(cell, unicode.IsLetter) >= 0 {
		p.lettered++
	}
	if _, ok := address(cell); ok {
		p.addresses++
	}
	if _, unit, ok := (amounts{}).read(cell, ""); ok {
		p.amountCells++
		switch {
		case p.unit == "":
			p.unit = unit
		case unit != "" && unit != p.unit:
			p.otherUnit = unit
		}
		mark, open := markEvidence(cell)
		p.marked[mark]++
		if open {
			p.markOpen = cell
		}
	}
	if _, ok := originOf(cell); ok {
		p.origins++
	}
	if _, ok := valenceOf(cell); ok {
		p.valences++
	}
	p.addTime(cell)
}

// addTime weighs a cell as a time; it is also used alone, over all of a file,
// where the order of dates is open.
func (p *profile) addTime(cell string) {
	if whole, _, ok := parseNumber(cell); ok {
		p.plain++
		p.largest = max(p.largest, whole)
		n, ok := likely(cell, whole)
		if !ok {
			return
		}
		p.timed++
		p.numbered[n]++
		switch {
		case n == compact && len(cell) == 8:
			p.dates++
		case n != compact && n != serialDays:
			p.zoned++
		}
		return
	}
	if _, ok := clockHours(cell); ok && strings.Contains(cell, ":") {
		p.clocks++
		return
	}
	w, ok := scanISO(cell)
	if !ok {
		if w, ok = scanWritten(cell); !ok {
			return
		}
	}
	p.timed++
	switch {
	case w.zoned:
		p.zoned++
	case !w.timed:
		p.dates++
	}
	switch {
	case w.first > 12 && w.other <= 12:
		p.dayFirst++
	case w.other > 12 && w.first <= 12:
		p.monthMust++
	case w.first != 0 && w.first <= 12:
		p.orderOpen = cell
	}
}

// likely says what a bare number most likely is as a time.
func likely(cell string, whole int64) (numeric, bool) {
	if _, ok := scanCompact(cell); ok {
		if year := number4(cell); year >= 1970 && year < 2200 {
			return compact, true
		}
	}
	switch {
	case whole < 0:
		return 0, false
	case whole < 20_000: // a count, an id, a year
		return 0, false
	case whole < 100_000:
		return serialDays, true
	case whole < 100_000_000_000:
		return unixSeconds, whole >= 10_000_000
	case whole < 100_000_000_000_000:
		return unixMillis, true
	case whole < 100_000_000_000_000_000:
		return unixMicros, true
	default:
		return unixNanos, true
	}
}

func (p profile) filled() bool { return p.cells*2 > p.rows }

func (p profile) most(n int) bool { return p.cells > 0 && n*5 >= p.cells*4 }

func (p profile) times() bool    { return p.most(p.timed) }
func (p profile) emails() bool   { return p.most(p.addresses) }
func (p profile) numbers() bool  { return p.most(p.amountCells) }
func (p profile) dateOnly() bool { return p.most(p.dates) }
func (p profile) timeOnly() bool { return p.most(p.clocks) }
func (p profile) repeats() bool {
	return p.cells > 1 && p.long == 0 && len(p.values)*2 <= p.cells && p.filled()
}

// fits reports whether a column may have a role that its name suggests.
func (p profile) fits(role Role) bool {
	if p.cells == 0 {
		return true
	}
	switch role {
	case When:
		return p.timed*2 > p.cells || p.counted()
	case Who, Kind, Object, Thread, Parent:
		return p.long*2 < p.cells
	case ID:
		return len(p.values) == p.cells || p.cells > mostValues
	case Email:
		return p.addresses*2 > p.cells
	case Quantity:
		return p.amountCells*2 > p.cells
	case Name:
		return p.lettered*2 > p.cells
	case Origin:
		return p.most(p.origins)
	case Valence:
		return p.most(p.valences)
	default:
		return true
	}
}

// counted lets small numbers be times in a column that is called a time, such as
// a history that begins near 1970; years and days of the month they are not.
func (p profile) counted() bool { return p.plain == p.cells && p.largest >= 10_000 }

// number returns what bare numbers of the column mean: what most of them look
// like, seconds where none looks like anything.
func (p profile) number() numeric {
	best := unixSeconds
	for n, count := range p.numbered {
		if count > p.numbered[best] {
			best = numeric(n)
		}
	}
	if best == serialDays && p.largest >= 100_000 {
		return unixSeconds // that small ones are day numbers was a mistake
	}
	return best
}

// zoneless reports whether some times of the column name no zone.
func (p profile) zoneless() bool {
	if p.plain*2 > p.cells {
		n := p.number()
		return n == serialDays || n == compact
	}
	return p.timed > p.zoned
}

// order decides how dates are read; open says that nothing in the column told.
func (p profile) order(monthFirst bool) (dayFirst, open bool) {
	switch {
	case p.dayFirst > p.monthMust:
		return true, false
	case p.monthMust > 0:
		return false, false
	default:
		return !monthFirst, p.orderOpen != ""
	}
}

// mark decides the decimal mark; open says that nothing in the column told.
func (p profile) mark(comma bool) (isComma, open bool) {
	switch {
	case p.marked[MarkComma] > p.marked[MarkPoint]:
		return true, false
	case p.marked[MarkPoint] > 0:
		return false, false
	default:
		return comma, p.markOpen != ""
	}
}

// empty reports whether a cell says nothing: blank, or what databases and
// spreadsheets write for it.
func empty(cell string) bool {
	switch cell {
	case "", "-", "–", "NULL", "\\N", "N/A", "n/a", "#N/A", "#NULL!", "(null)", "(none)":
		return true
	default:
		return false
	}
}
