package backtest

import (
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/interval"
)

// Direction is which way somebody was said to move.
type Direction string

// The directions.
const (
	Drifting Direction = "drift"
	Rising   Direction = "rise"
)

// DriftResult is how many of those who were flagged as drifting (or rising) then
// did what was feared (or hoped), beside comparable people who were not flagged.
// A drifting one is right if they stayed away for the whole horizon; a rising
// one if they came on more days in the horizon after than in the horizon that
// ended before they began to rise, a month ago. The others are matched: the base
// rate is that of people who stood in the same tenths of the chance a month
// before the cut as those who were flagged.
type DriftResult struct {
	Target      Target    `json:"target"`
	Direction   Direction `json:"direction"`
	HorizonDays int       `json:"horizon_days"`
	Flagged     int       `json:"flagged"` // over all cuts
	Right       int       `json:"right"`
	Precision   float64   `json:"precision"` // Right/Flagged
	Low         float64   `json:"low"`       // covers 95 %, by person
	High        float64   `json:"high"`
	Others      int       `json:"others"`    // as near a month before, and not flagged
	BaseRate    float64   `json:"base_rate"` // share of the others who did the same
}

// SilenceResult is how well those of the core who fell silent for 90 days could be
// told from those who did not. The core is who had a chance of 70 % or more a
// month before the cut.
type SilenceResult struct {
	Target       Target  `json:"target"`
	HorizonDays  int     `json:"horizon_days"`
	Core         int     `json:"core"` // over all cuts
	Silent       int     `json:"silent"`
	AUC          float64 `json:"auc"`           // by drift; mean over cuts with both
	AUCCloseness float64 `json:"auc_closeness"` // by the chance itself
	Cuts         int     `json:"cuts"`          // with both
}

// What is flagged: the bounds of the screens that list who moved.
const (
	VisibleDrift = .5  // log odds against a month ago
	NearEnough   = .10 // chance, now or a month ago
)

const (
	coreFrom    = .70
	silenceDays = 90
)

// flags counts who was flagged at one cut, and who else was comparable, by tenths
// of the chance a month before.
type flags struct {
	flagged     []flag
	others, did [tenths]int
}

type flag struct {
	who   int32
	tenth int
	right bool
}

func tenthOf(chance float64) int { return min(int(chance*tenths), tenths-1) }

func (f *flags) add(who int32, earlier float64, flagged, right bool) {
	tenth := tenthOf(earlier)
	if flagged {
		f.flagged = append(f.flagged, flag{who, tenth, right})
		return
	}
	f.others[tenth]++
	if right {
		f.did[tenth]++
	}
}

// silence holds the core of one cut.
type silence struct {
	byDrift, byChance []float64 // rising with the danger
	silent            []bool
}

// observe looks at how those fared who were flagged.
func (m *moment) observe(now *window, fit *field.Fit, watched int32) {
	for i := range now.asked {
		v := &now.asked[i]
		z := fit.Score(v.sample.X)
		m.told = append(m.told, told{sigmoid(z), v.sample.Came})
		if !v.hadCome {
			continue
		}
		earlier := fit.Score(v.earlier)
		moved := z - earlier
		if sigmoid(max(z, earlier)) >= NearEnough {
			m.drift.add(v.who, sigmoid(earlier), moved <= -VisibleDrift, v.next == 0)
			m.rise.add(v.who, sigmoid(earlier), moved >= VisibleDrift, v.next > v.before)
		}
		if sigmoid(earlier) >= coreFrom && watched >= silenceDays {
			m.core.byDrift = append(m.core.byDrift, -moved)
			m.core.byChance = append(m.core.byChance, -z)
			m.core.silent = append(m.core.silent, v.silence >= silenceDays)
		}
	}
}

func (e *exam) drift(d Direction, of func(*moment) *flags) DriftResult {
	r := DriftResult{Target: e.target, Direction: d, HorizonDays: int(e.horizon)}
	var all []flag
	var others, did [tenths]int
	for i := range e.moments {
		f := of(&e.moments[i])
		all = append(all, f.flagged...)
		for t := range tenths {
			others[t] += f.others[t]
			did[t] += f.did[t]
		}
	}
	var rate, matched float64
	for _, f := range all {
		if n := others[f.tenth]; n > 0 {
			rate += float64(did[f.tenth]) / float64(n)
			matched++
		}
	}
	r.BaseRate = rate / max(matched, 1)
	for _, n := range others {
		r.Others += n
	}
	r.Flagged = len(all)
	for _, f := range all {
		if f.right {
			r.Right++
		}
	}
	if r.Flagged > 0 {
		r.Precision = float64(r.Right) / float64(r.Flagged)
		r.Low, r.High = wilson(r.Precision, independent(all, r.Precision))
	}
	return r
}

// independent is how many independent flags would tell as much as these, of
// which several may be of one person: p(1−p) by the variance of the share with
// persons as clusters.
func independent(all []flag, share float64) float64 {
	off := map[int32]float64{}
	for _, f := range all {
		off[f.who] += number(f.right) - share
	}
	var squares float64
	for _, o := range off {
		squares += o * o
	}
	n := float64(len(all))
	if squares < 1e-9 {
		return float64(len(off)) // all alike
	}
	return min(n, share*(1-share)*n*n/squares)
}

// wilson is the 95 % interval of a share of n (Wilson 1927).
func wilson(share, n float64) (low, high float64) {
	return interval.Wilson(share, n, 1.96)
}

func (e *exam) silence() SilenceResult {
	r := SilenceResult{Target: e.target, HorizonDays: int(e.horizon)}
	for i := range e.moments {
		c := &e.moments[i].core
		silent := count(c.silent)
		r.Core += len(c.silent)
		r.Silent += silent
		if silent > 0 && silent < len(c.silent) {
			r.AUC += AUC(c.byDrift, c.silent)
			r.AUCCloseness += AUC(c.byChance, c.silent)
			r.Cuts++
		}
	}
	if r.Cuts > 0 {
		r.AUC /= float64(r.Cuts)
		r.AUCCloseness /= float64(r.Cuts)
	}
	return r
}
