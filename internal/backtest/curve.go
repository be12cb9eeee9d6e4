package backtest

import (
	"cmp"
	"slices"
)

// Curve is how well the fit's chances held, and how many of those who came stood
// among the nearest, over all cuts.
type Curve struct {
	Target      Target `json:"target"`
	HorizonDays int    `json:"horizon_days"`
	Bands       []Band `json:"bands"` // ten, by rising chance; those without anybody left out
	Lift        []Lift `json:"lift"`  // the nearest tenth, two tenths, … all
}

// Band is everybody who was told a chance in one tenth of the scale.
type Band struct {
	Told   float64 `json:"told"` // mean chance
	Came   float64 `json:"came"` // share that came
	Low    float64 `json:"low"`  // of the share: covers 95 %
	High   float64 `json:"high"`
	People int     `json:"people"`
}

// Lift is how many of those who came were among the nearest.
type Lift struct {
	Nearest float64 `json:"nearest"` // share of the people at each cut
	Caught  float64 `json:"caught"`  // share of those who came
}

// told is a chance, and what came of it.
type told struct {
	chance float64
	came   bool
}

const tenths = 10

func (e *exam) curve() Curve {
	c := Curve{Target: e.target, HorizonDays: int(e.horizon)}
	var bands [tenths]Band
	var came [tenths]float64
	var caught [tenths]float64
	total := 0.0
	for i := range e.moments {
		list := slices.Clone(e.moments[i].told)
		slices.SortStableFunc(list, func(a, b told) int { return cmp.Compare(b.chance, a.chance) })
		for k, t := range list {
			band := tenthOf(t.chance)
			bands[band].People++
			bands[band].Told += t.chance
			came[band] += number(t.came)
			caught[k*tenths/len(list)] += number(t.came)
			total += number(t.came)
		}
	}
	for i, b := range bands {
		if b.People == 0 {
			continue
		}
		n := float64(b.People)
		b.Told /= n
		b.Came = came[i] / n
		b.Low, b.High = wilson(b.Came, n)
		c.Bands = append(c.Bands, b)
	}
	sum := 0.0
	for i, n := range caught {
		sum += n
		c.Lift = append(c.Lift, Lift{float64(i+1) / tenths, sum / max(total, 1)})
	}
	return c
}

// tell adds what was observed beside the methods to a report.
func (e *exam) tell(r *Report) {
	for i := range e.moments {
		if m := &e.moments[i]; m.judged {
			r.Gravity = append(r.Gravity, m.gravity)
		}
	}
	r.Drift = append(r.Drift,
		e.drift(Drifting, func(m *moment) *flags { return &m.drift }),
		e.drift(Rising, func(m *moment) *flags { return &m.rise }))
	r.Silence = append(r.Silence, e.silence())
	r.Curves = append(r.Curves, e.curve())
}
