package purpose

import (
	"math"
	"strconv"
	"strings"
)

// minorDigits are the currencies whose minor unit is not a hundredth (ISO 4217).
var minorDigits = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
	"VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}

// decimals is by how many digits a measure's quantities are finer than what people
// write: 2 for money whose activities are in cents.
func (m Measure) decimals() int {
	u := m.Unit
	if m.Takes != Sum || len(u) != 3 || strings.ToUpper(u) != u || strings.ContainsFunc(u, func(r rune) bool { return r < 'A' || r > 'Z' }) {
		return 0
	}
	if digits, ok := minorDigits[u]; ok {
		return digits
	}
	return 2
}

// Value is an amount as people count it: hours, euros, activities, people.
func (m Measure) Value(a Amount) float64 {
	return float64(a) / float64(One) / math.Pow10(m.decimals())
}

// Number writes an amount without its unit, with thousands apart and no more digits
// than help.
func (m Measure) Number(a Amount) string {
	digits := 0
	if m.Takes == Sum && math.Abs(m.Value(a)) < 100 {
		digits = 1
	}
	return m.number(a, digits)
}

func (m Measure) number(a Amount, digits int) string {
	text := strconv.FormatFloat(math.Abs(m.Value(a)), 'f', digits, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		whole += "." + fraction
	}
	if a < 0 && whole != "0" {
		return "−" + whole
	}
	return whole
}

// noun is what an amount is of.
func (m Measure) noun(a Amount) string {
	one := a == One
	switch {
	case m.Takes == Sum:
		return m.Unit
	case m.Takes == People && one:
		return "person"
	case m.Takes == People:
		return "people"
	case one:
		return "activity"
	default:
		return "activities"
	}
}

// Write writes an amount with its unit: "312 hours", "1 person", "2,500 EUR".
func (m Measure) Write(a Amount) string { return m.Number(a) + " " + m.noun(a) }

// Noun is what the measure counts, in the plural.
func (m Measure) Noun() string { return m.noun(2 * One) }
