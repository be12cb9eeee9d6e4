package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"
)

// line prints one value as a line of JSON.
func (a *app) line(v any) error {
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false) // it is for programs, not for pages
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// table lines text up in columns. Cells that start with a digit, a sign or a
// dash stand to the right.
type table struct {
	head []string
	rows [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) print(w io.Writer) {
	widths := make([]int, len(t.head))
	numeric := make([]bool, len(t.head))
	for i, h := range t.head {
		widths[i] = runewidth.StringWidth(h)
		numeric[i] = len(t.rows) > 0
	}
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], runewidth.StringWidth(plain(cell)))
			numeric[i] = numeric[i] && isNumber(plain(cell))
		}
	}
	emit := func(row []string, colour string) {
		var b strings.Builder
		for i, cell := range row {
			if i > 0 {
				b.WriteString("  ")
			}
			pad := strings.Repeat(" ", max(0, widths[i]-runewidth.StringWidth(plain(cell))))
			switch {
			case numeric[i]:
				b.WriteString(pad + cell)
			case i == len(row)-1:
				b.WriteString(cell)
			default:
				b.WriteString(cell + pad)
			}
		}
		text := strings.TrimRight(b.String(), " ")
		if colour != "" {
			text = colour + text + reset
		}
		fmt.Fprintln(w, text)
	}
	dim := ""
	if colours(w) {
		dim = "\x1b[2m"
	}
	emit(t.head, dim)
	for _, row := range t.rows {
		emit(row, "")
	}
}

func isNumber(cell string) bool {
	return cell == "" || strings.ContainsRune("0123456789+-−–", []rune(cell)[0])
}

const (
	green = "\x1b[32m"
	red   = "\x1b[31m"
	reset = "\x1b[0m"
)

// plain removes the colours that this program wrote.
func plain(cell string) string {
	return strings.NewReplacer(green, "", red, "", reset, "").Replace(cell)
}

// colours says whether w takes colour: a terminal, and NO_COLOR not set.
func colours(w io.Writer) bool { return isTerminal(w) && os.Getenv("NO_COLOR") == "" }

// movement shows a drift: colour only for rise and drift.
func (a *app) movement(drift float64) string {
	text := fmt.Sprintf("%+.1f", drift)
	switch {
	case drift > -.05 && drift < .05:
		return "·"
	case !colours(a.out):
		return text
	case drift >= .5:
		return green + text + reset
	case drift <= -.5:
		return red + text + reset
	default:
		return text
	}
}

// clean makes text of strangers safe to show: no control characters, so that a
// name cannot move the cursor or change colours, and not too wide.
func clean(text string, width int) string {
	text = strings.Map(func(r rune) rune {
		if drives(r) {
			return ' '
		}
		return r
	}, text)
	return runewidth.Truncate(strings.TrimSpace(text), width, "…")
}

// harmless is clean for messages of any length and of several lines.
func harmless(text string) string {
	return strings.Map(func(r rune) rune {
		if drives(r) && r != '\n' {
			return utf8.RuneError
		}
		return r
	}, text)
}

// drives says whether a terminal may take a character for a command, or turn
// the text around it.
func drives(r rune) bool {
	return r < ' ' || (r >= 0x7f && r < 0xa0) || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069)
}

// count writes a number with its thousands parted.
func count(n int64) string {
	text := strconv.FormatInt(n, 10)
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

// things writes a number and its noun.
func things(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

// terminalWidth returns the width of w in columns, 100 where it has none.
func terminalWidth(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 40 {
			return width
		}
	}
	return 100
}
