package view

import (
	"strconv"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/backtest"
	"orrery.dev/orrery/internal/journal"
)

// PastRow is one activity of a planet's past, as a test of the forecast takes
// it. People stand by their numbers.
func PastRow(m orrery.MemberID, r *journal.Replayed, row int) backtest.Row {
	out := backtest.Row{
		Who: strconv.FormatUint(uint64(m), 10), When: r.AtMicros[row] / 1e6, Kind: r.Kinds[r.Kind[row]],
		Origin: r.Origin[row], Valence: r.Valence[row],
	}
	out.Signed = out.Valence != journal.NoValence
	return out
}
