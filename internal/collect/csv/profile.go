package csv

import "strings"

// profile says what the cells of one column look like.
type profile struct {
	cells  int // that are not empty
	rows   int
	values map[string]struct{} // different ones, up to a limit
	long   int                 // cells over 80 bytes

	addresses, amountCells, origins, valences int
	marked                                    [MarkComma + 1]int // cells that prove a decimal mark
	markOpen                                  string             // a cell that can be read with either
	unitInCells                               bool

	timed     int // cells that are times
	dates     int // of timed, without a time of the day
	clocks    int // cells that are times of the day without a date
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
	if _, ok := address(cell); ok {
		p.addresses++
	}
	if _, unit, fault := (amounts{}).parse(cell, ""); fault == "" {
		p.amountCells++
		p.unitInCells = p.unitInCells || unit != ""
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
		if n, ok := likely(cell, whole); ok {
			p.timed++
			p.numbered[n]++
			if n != compact || len(cell) == 14 {
				p.zoned++
			} else {
				p.dates++
			}
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
		return p.timed*2 > p.cells || p.textTime()
	case Who, Kind, Object, Thread, Parent:
		return p.long*2 < p.cells
	case ID:
		return len(p.values) == p.cells || p.cells > mostValues
	case Email:
		return p.addresses*2 > p.cells
	case Quantity:
		return p.numbers()
	case Origin:
		return p.most(p.origins)
	case Valence:
		return p.most(p.valences)
	default:
		return true
	}
}

// textTime lets small numbers be times in a column that is called a time: a
// history that begins near 1970.
func (p profile) textTime() bool {
	return p.most(p.amountCells) && p.timed == 0 && p.clocks == 0 && p.amountCells == p.cells && p.markOpen == ""
}

// number returns what bare numbers of the column mean: what most of them look
// like, seconds where none looks like anything.
func (p profile) number() numeric {
	best := unixSeconds
	for n, count := range p.numbered {
		if count > p.numbered[best] {
			best = numeric(n)
		}
	}
	return best
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
