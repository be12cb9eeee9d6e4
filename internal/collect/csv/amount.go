package csv

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// DecimalMark says which sign parts the whole from the rest of a quantity.
type DecimalMark uint8

// The marks. Guessed looks for a quantity that can only be read one way; where
// there is none the mark is a comma in files parted by semicolons, else a point.
const (
	MarkGuessed DecimalMark = iota
	MarkPoint
	MarkComma
)

// Hours is the unit of quantities of time, whatever they were written in.
const Hours = "hours"

// amounts reads the quantities of one column.
type amounts struct {
	comma bool   // the decimal mark
	unit  string // where neither the cell nor the row names one
}

// parse reads a quantity: hours as 1.5, 1,5, 1:30, 1h30 or 90 min; money as
// 1,234.56, 1.234,56 €, USD 5 or (5.00), in minor units of its currency; else
// the number. unit is the row's or empty. An empty cell is no quantity.
func (a amounts) parse(s, unit string) (quantity float64, of, fault string) {
	s = strings.TrimSpace(s)
	if empty(s) {
		return 0, "", ""
	}
	quantity, of, ok := a.read(s, unit)
	if !ok {
		return 0, "", fmt.Sprintf("%q is not a quantity: write it as 12.50, 12,50 € or 1:30", clip(s, 40))
	}
	if math.Abs(quantity) > 1<<53 {
		return 0, "", fmt.Sprintf("the quantity %q is too large", clip(s, 40))
	}
	return quantity, of, ""
}

func (a amounts) read(s, unit string) (quantity float64, of string, ok bool) {
	negative, core := sign(s)
	if hours, ok := clockHours(core); ok {
		return signed(hours, negative), Hours, true
	}
	before, number, behind := peel(core)
	if second, inner := sign(number); second {
		if negative {
			return 0, "", false // --5 and (-5) may mean either
		}
		negative, number = true, inner
	}
	if !isUnit(before, false) || !isUnit(behind, true) || before != "" && behind != "" {
		return 0, "", false
	}
	own := before + behind
	mantissa, digits, ok := a.decimal(number)
	if !ok {
		return 0, "", false
	}
	switch {
	case own != "":
		unit = own
	case unit == "":
		unit = a.unit
	}
	name, factor := unitOf(unit)
	value := scale(mantissa, digits, factor)
	return signed(value, negative), name, true
}

func signed(v float64, negative bool) float64 {
	if negative && v != 0 {
		return -v
	}
	return v
}

// sign takes off a minus before or behind a number, or brackets around it.
func sign(s string) (negative bool, rest string) {
	if inner, ok := strings.CutPrefix(s, "("); ok {
		if inner, ok = strings.CutSuffix(inner, ")"); ok {
			return true, strings.TrimSpace(inner)
		}
	}
	if rest := strings.TrimRight(s, "-–"); len(rest) < len(s) && (strings.HasSuffix(rest, ",") || strings.HasSuffix(rest, ".")) {
		s = rest[:len(rest)-1] // 5,- and 5,–– are whole amounts
	}
	for _, minus := range []string{"-", "−", "–"} {
		if rest, ok := strings.CutPrefix(s, minus); ok {
			return true, strings.TrimSpace(rest)
		}
		if rest, ok := strings.CutSuffix(s, minus); ok {
			return true, strings.TrimSpace(rest)
		}
	}
	return false, strings.TrimPrefix(s, "+")
}

// clockHours reads 1:30, 1:30:00, 1h30, 1h 30m and 1h30min.
func clockHours(s string) (hours float64, ok bool) {
	sep := strings.IndexAny(s, ":hH")
	if sep <= 0 || sep > 6 || !allDigits(s[:sep]) {
		return 0, false
	}
	whole, err := strconv.Atoi(s[:sep])
	rest := s[sep+1:]
	if s[sep] != ':' {
		rest = strings.TrimSpace(strings.ToLower(rest))
		rest = strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(rest, "in"), "m"))
	}
	if err != nil || len(rest) < 1 {
		return 0, false
	}
	minutes, seconds, two := strings.Cut(rest, ":")
	if len(minutes) > 2 || !allDigits(minutes) || two && (len(seconds) != 2 || !allDigits(seconds)) || s[sep] == ':' && len(minutes) != 2 {
		return 0, false
	}
	m, _ := strconv.Atoi(minutes)
	sec, _ := strconv.Atoi(seconds)
	return float64(whole*3600+m*60+sec) / 3600, m < 60 && sec < 60
}

// peel takes off what stands before the first and behind the last digit.
func peel(s string) (before, number, behind string) {
	first := strings.IndexAny(s, "0123456789")
	last := strings.LastIndexAny(s, "0123456789")
	if first < 0 {
		return "", "", s
	}
	if first > 0 && (s[first-1] == '.' || s[first-1] == ',') {
		first-- // .50
	}
	if last+1 < len(s) && (s[last+1] == '.' || s[last+1] == ',') {
		last++ // 5.
	}
	before, number, behind = strings.TrimSpace(s[:first]), s[first:last+1], strings.TrimSpace(s[last+1:])
	if trimmed, ok := strings.CutSuffix(before, "-"); ok {
		before, number = strings.TrimSpace(trimmed), "-"+number
	}
	return before, number, behind
}

// decimal reads digits with marks: value·10^−digits is the number.
func (a amounts) decimal(s string) (value uint64, digits int, ok bool) {
	mark := a.mark(s)
	if mark == len(s) {
		return 0, 0, false
	}
	count, behind := 0, false
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			if count++; count > 17 {
				return 0, 0, false
			}
			value = value*10 + uint64(r-'0')
			if behind {
				digits++
			}
		case i == mark:
			behind = true
		case r == '.' || r == ',' || isGroupMark(r):
			if behind {
				return 0, 0, false
			}
		default:
			return 0, 0, false
		}
	}
	return value, digits, count > 0
}

func isGroupMark(r rune) bool {
	return r == ' ' || r == '\'' || r == '’' || r == '\u00a0' || r == '\u202f' || r == '_'
}

// mark returns where the decimal mark stands in s, −1 where there is none, and
// len(s) where the marks make no sense.
func (a amounts) mark(s string) int {
	switch points, commas := strings.Count(s, "."), strings.Count(s, ","); {
	case points > 0 && commas > 0:
		last := strings.LastIndexAny(s, ".,")
		if strings.Count(s, s[last:last+1]) > 1 {
			return len(s)
		}
		return last
	case points+commas != 1:
		return -1
	}
	i := strings.IndexAny(s, ".,")
	if groups(s, i) && (s[i] == ',') != a.comma {
		return -1
	}
	return i
}

// groups reports whether a single mark at i can part thousands: one to three
// digits before it that do not begin with zero, and three behind.
func groups(s string, i int) bool {
	return i >= 1 && i <= 3 && s[0] != '0' && allDigits(s[:i]) && len(s) == i+4 && allDigits(s[i+1:])
}

// markEvidence says which decimal mark a cell proves; open says that it could be
// read both ways.
func markEvidence(s string) (mark DecimalMark, open bool) {
	_, s = sign(strings.TrimSpace(s))
	_, s, _ = peel(s)
	points, commas := strings.Count(s, "."), strings.Count(s, ",")
	i := strings.LastIndexAny(s, ".,")
	switch {
	case i < 0:
		return MarkGuessed, false
	case points > 0 && commas > 0 && s[i] == ',', commas == 0 && points > 1:
		return MarkComma, false
	case points > 0 && commas > 0, commas > 1:
		return MarkPoint, false
	case groups(s, i):
		return MarkGuessed, true
	case s[i] == ',':
		return MarkComma, false
	default:
		return MarkPoint, false
	}
}

// scale returns value·10^−digits·factor, exactly where a float64 can.
func scale(value uint64, digits int, factor float64) float64 {
	for digits > 0 && factor >= 10 {
		factor /= 10
		digits--
	}
	return float64(value) / math.Pow10(digits) * factor
}

// unitOf returns the name of a unit and how many of it one is: 100 for euros,
// which are kept in cents; 1/60 for minutes, which are kept in hours.
func unitOf(s string) (name string, factor float64) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", 1
	}
	switch strings.ToLower(strings.TrimSuffix(s, ".")) {
	case "h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "hora", "horas", "heure", "heures":
		return Hours, 1
	case "m", "min", "mins", "minute", "minutes", "minuten", "minuto", "minutos":
		return Hours, 1. / 60
	}
	code := strings.ToUpper(s)
	if c, ok := currencySigns[code]; ok {
		code = c
	}
	if digits, ok := currencies[code]; ok {
		return code, math.Pow10(digits)
	}
	return clip(s, 32), 1
}

// isUnit reports whether a text beside a number can be its unit: none, one that
// is known, or a word behind it.
func isUnit(s string, behind bool) bool {
	name, _ := unitOf(s)
	return s == "" || name == Hours || isMoney(name) ||
		behind && len(s) <= 24 && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != ' ' }) < 0
}

// unitInName finds a unit in a column's name: "Amount (EUR)", "price_usd",
// "Hours".
func unitInName(header string) string {
	for _, word := range strings.FieldsFunc(header, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.Is(unicode.Sc, r)
	}) {
		if utf8.RuneCountInString(word) < 3 && !unicode.Is(unicode.Sc, firstRune(word)) {
			continue
		}
		switch word {
		case "try", "Try", "cop", "Cop", "mad", "Mad", "pen", "Pen", "bob", "Bob": // words before they are currencies
			continue
		}
		name, _ := unitOf(word)
		if _, money := currencies[name]; money || name == Hours {
			return word
		}
	}
	return ""
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// isMoney reports whether a unit is a currency.
func isMoney(unit string) bool {
	_, ok := currencies[unit]
	return ok
}

var currencySigns = map[string]string{
	"€": "EUR", "EURO": "EUR", "EUROS": "EUR", "$": "USD", "US$": "USD", "DOLLAR": "USD", "DOLLARS": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW",
	"₽": "RUB", "₺": "TRY", "₴": "UAH", "₪": "ILS", "₫": "VND", "₱": "PHP", "฿": "THB", "₦": "NGN", "FR": "CHF", "SFR": "CHF",
	"C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "R$": "BRL", "HK$": "HKD", "S$": "SGD", "MX$": "MXN", "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF",
}

// currencies lists ISO 4217 codes with the digits of their minor unit.
var currencies = map[string]int{
	"EUR": 2, "USD": 2, "GBP": 2, "CHF": 2, "CAD": 2, "AUD": 2, "NZD": 2, "SEK": 2, "NOK": 2, "DKK": 2, "PLN": 2, "CZK": 2, "HUF": 2, "RON": 2,
	"BGN": 2, "TRY": 2, "RUB": 2, "UAH": 2, "ILS": 2, "ZAR": 2, "NGN": 2, "KES": 2, "GHS": 2, "EGP": 2, "MAD": 2, "AED": 2, "SAR": 2, "QAR": 2,
	"INR": 2, "PKR": 2, "BDT": 2, "LKR": 2, "NPR": 2, "CNY": 2, "HKD": 2, "TWD": 2, "SGD": 2, "MYR": 2, "THB": 2, "PHP": 2, "IDR": 2,
	"BRL": 2, "MXN": 2, "ARS": 2, "COP": 2, "PEN": 2, "UYU": 2, "BOB": 2, "DOP": 2, "CRC": 2, "GTQ": 2,
	"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "PYG": 0, "UGX": 0, "XAF": 0, "XOF": 0, "RWF": 0,
	"KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3,
}
