package view

import (
	"strconv"

	"orrery.dev/orrery/internal/newcomer"
)

// NewcomersHead names the columns of Newcomers.Table.
var NewcomersHead = []string{
	"by", "cohort", "from", "until", "came", "asked", "asked_known", "answered", "answered_known", "answered_low", "answered_high", "answered_young", "answer_half_seconds", "answer_nine_in_ten_seconds",
	"second", "second_known", "second_low", "second_high", "second_young", "returned", "returned_known", "returned_low", "returned_high", "returned_young",
}

// Table writes the cohorts, and all together at the end, as lines of a table. Bounds
// and times are empty where too few people stand behind them.
func (n *Newcomers) Table() [][]string {
	list := make([][]string, 0, len(n.Cohorts)+1)
	for i := range n.Cohorts {
		c := &n.Cohorts[i]
		from, until := "", ""
		if c.From != 0 {
			from, until = c.From.String(), c.Until.String()
		}
		list = append(list, tallyLine(n.By, c.Key, from, until, &c.Tally))
	}
	return append(list, tallyLine("all", "all", n.From.String(), n.AsOf.String(), &n.All))
}

func tallyLine(by, key, from, until string, t *newcomer.Tally) []string {
	line := []string{by, key, from, until, strconv.Itoa(t.Came), strconv.Itoa(t.Of(newcomer.Asked).Done), strconv.Itoa(t.Of(newcomer.Asked).Known)}
	for step := newcomer.Answered; step < newcomer.Steps; step++ {
		c := t.Of(step)
		low, high := "", ""
		if c.Tells() {
			l, h := c.Between()
			low, high = strconv.FormatFloat(l, 'f', 4, 64), strconv.FormatFloat(h, 'f', 4, 64)
		}
		line = append(line, strconv.Itoa(c.Done), strconv.Itoa(c.Known), low, high, strconv.Itoa(c.Young))
		if step == newcomer.Answered {
			half, most := "", ""
			if t.Times() {
				half, most = strconv.Itoa(int(t.Half.Seconds())), strconv.Itoa(int(t.Most.Seconds()))
			}
			line = append(line, half, most)
		}
	}
	return line
}
