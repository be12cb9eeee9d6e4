package segment

import (
	"cmp"
	"math"
	"strings"

	"golang.org/x/text/currency"
	"orrery.dev/orrery/internal/collect/document"
)

// unsaidCurrency is what Segment takes revenue to be in that names none.
const unsaidCurrency = "USD"

// money returns the amount of an event in minor units of its currency: revenue,
// else total, else value. A total or a value without a currency may be anything,
// so it is none.
func money(properties document.Object) (quantity float64, unit string) {
	code := strings.ToUpper(properties.Text("currency"))
	for _, key := range []string{"revenue", "total", "value"} {
		amount, ok := properties.Number(key)
		if !ok {
			continue
		}
		if key == "revenue" {
			code = cmp.Or(code, unsaidCurrency)
		}
		c, err := currency.ParseISO(code)
		if err != nil {
			return 0, ""
		}
		digits, _ := currency.Standard.Rounding(c)
		minor := math.Round(amount * math.Pow10(digits))
		if minor == 0 || math.Abs(minor) > 1<<53 {
			return 0, ""
		}
		return minor, c.String()
	}
	return 0, ""
}
