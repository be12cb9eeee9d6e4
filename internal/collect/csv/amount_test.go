package csv

import (
	"math"
	"strings"
	"testing"
)

func TestQuantitiesAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	point, comma := amounts{}, amounts{comma: true}
	for _, c := range []struct {
		written  string
		by       amounts
		unit     string
		quantity float64
		want     string
	}{
		{"", point, "EUR", 0, ""},
		{"N/A", point, "EUR", 0, ""},
		{"5", point, "", 5, ""},
		{"1,234.56", point, "EUR", 123456, "EUR"},
		{"1.234,56", point, "EUR", 123456, "EUR"},
		{"1.234,56 €", comma, "", 123456, "EUR"},
		{"€1,234", point, "", 123400, "EUR"},
		{"€1,234", comma, "", 123.4, "EUR"}, // 1.234 euros are 123.4 cents
		{"1.234", point, "EUR", 123.4, "EUR"},
		{"1.234", comma, "EUR", 123400, "EUR"},
		{"1.5", comma, "EUR", 150, "EUR"},
		{"1,5", point, "EUR", 150, "EUR"},
		{"1 234 567,89", comma, "EUR", 123456789, "EUR"},
		{"1\u202f234,50\u00a0€", comma, "", 123450, "EUR"},
		{"1'234.50 CHF", point, "", 123450, "CHF"},
		{"12,34,567.00", point, "INR", 123456700, "INR"},
		{"$0.07", point, "", 7, "USD"},
		{"US$ 5", point, "EUR", 500, "USD"},
		{"USD 5.00", point, "", 500, "USD"},
		{"-5.00", point, "EUR", -500, "EUR"},
		{"−5.00", point, "EUR", -500, "EUR"},
		{"5.00-", point, "EUR", -500, "EUR"},
		{"(5.00)", point, "EUR", -500, "EUR"},
		{"$-5.00", point, "", -500, "USD"},
		{"-$5.00", point, "", -500, "USD"},
		{"5,-", point, "EUR", 500, "EUR"},
		{"¥1500", point, "", 1500, "JPY"},
		{"1.2345", point, "KWD", 1234.5, "KWD"},
		{".50", point, "EUR", 50, "EUR"},
		{"0.29", point, "EUR", 29, "EUR"},
		{"1.15", point, "EUR", 115, "EUR"},
		{"1:30", point, "", 1.5, "hours"},
		{"1:30:36", point, "", 1.51, "hours"},
		{"1h30", point, "", 1.5, "hours"},
		{"1h 30m", point, "", 1.5, "hours"},
		{"1h30min", point, "", 1.5, "hours"},
		{"1,5 Std.", point, "", 1.5, "hours"},
		{"90 min", point, "", 1.5, "hours"},
		{"90", point, "minutes", 1.5, "hours"},
		{"2,25", amounts{unit: "Stunden"}, "", 2.25, "hours"},
		{"5 points", point, "", 5, "points"},
		{"+5", point, "", 5, ""},
	} {
		quantity, unit, fault := c.by.parse(c.written, c.unit)
		if math.Abs(quantity-c.quantity) > 1e-9 || unit != c.want || fault != "" {
			t.Errorf("%q: got %v %q %s, want %v %q", c.written, quantity, unit, fault, c.quantity, c.want)
		}
	}
}

func TestQuantitiesThatAreNoneAreRefusedInWords(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"many", "1.2.3,4,5", "5 $ 6", "1:75", "12abc34", "rate+4", "lib/5", "€5€", "99999999999999999999", "1e5", "5 %!", "NaN", "Inf",
		"90071992547409920 EUR", "--1", "---1", "(-5)", "-€ -5",
	} {
		if quantity, unit, fault := (amounts{}).parse(s, ""); fault == "" || !strings.Contains(fault, "quantity") {
			t.Errorf("%q: got %v %q %q, want words about a quantity", s, quantity, unit, fault)
		}
	}
}

func TestTheDecimalMarkIsFoundInTheWholeColumn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		cells       []string
		comma, open bool // where the point is the default
	}{
		{"nothing tells", []string{"1,234", "2,500"}, false, true},
		{"whole numbers need no mark", []string{"1", "20"}, false, false},
		{"one number tells the comma", []string{"1,234", "2,5"}, true, false},
		{"one number tells the point", []string{"1,234", "2.5"}, false, false},
		{"both marks tell the last", []string{"1.234,50"}, true, false},
		{"two points part thousands", []string{"1.234.567"}, true, false},
		{"a zero is no thousand", []string{"0,125"}, true, false},
	} {
		var p profile
		for _, cell := range c.cells {
			p.add(cell)
		}
		if comma, open := p.mark(false); comma != c.comma || open != c.open {
			t.Errorf("%s: got comma %t, open %t", c.name, comma, open)
		}
	}
}

func TestUnitsAreFoundInTheNamesOfColumns(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"Amount (EUR)": "EUR", "price_usd": "usd", "Hours": "Hours", "Stunden gesamt": "Stunden", "Betrag in €": "€",
		"Amount": "", "Try count": "", "h": "", "Minutes": "Minutes",
	} {
		if got := unitInName(header); got != want {
			t.Errorf("%q: got %q, want %q", header, got, want)
		}
	}
}

// FuzzQuantities checks that no text breaks the reading, that what is read is
// finite, and that a minus in front turns its sign and nothing else.
func FuzzQuantities(f *testing.F) {
	for _, s := range []string{"1,234.56 €", "(5)", "1:30", "1h30", "90 min", "-1'000,5", "$.5", "5,--", "1 234"} {
		f.Add(s, "EUR", false)
	}
	f.Fuzz(func(t *testing.T, s, unit string, comma bool) {
		by := amounts{comma: comma}
		quantity, of, fault := by.parse(s, unit)
		if fault != "" {
			return
		}
		if math.IsNaN(quantity) || math.Abs(quantity) > 1<<53 {
			t.Fatalf("%q is read as %v %s", s, quantity, of)
		}
		trimmed := strings.TrimSpace(s)
		if quantity <= 0 || strings.ContainsAny(trimmed, "()") || strings.HasPrefix(trimmed, "+") {
			return
		}
		negative, ofNegative, fault := by.parse("-"+trimmed, unit)
		if fault != "" || negative != -quantity || ofNegative != of {
			t.Errorf("%q is %v %s, with a minus %v %s %s", s, quantity, of, negative, ofNegative, fault)
		}
	})
}
