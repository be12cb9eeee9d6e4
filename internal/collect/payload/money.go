package payload

import (
	"math"
	"strconv"
	"strings"
)

// Digits returns how many digits of minor units a currency has by ISO 4217: 2
// for EUR, 0 for JPY, 3 for KWD; 2 for what is not known.
func Digits(code string) int {
	switch code {
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	default:
		return 2
	}
}

// Money reads a decimal amount, "409.94", in minor units of its currency, and
// the currency's code in upper case. ok is false for what is no amount or has
// no currency.
func Money(amount, code Text) (quantity float64, unit string, ok bool) {
	unit = strings.ToUpper(string(code))
	v, err := strconv.ParseFloat(string(amount), 64)
	if err != nil || math.IsNaN(v) || math.Abs(v) > 1e15 || len(unit) != 3 {
		return 0, "", false
	}
	return math.Round(v * math.Pow10(Digits(unit))), unit, true
}
