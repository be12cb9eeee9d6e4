package purpose

import (
	"fmt"
	"math"

	"orrery.dev/orrery"
)

// Line is what is expected by the end of each day on the way to a target. Straight,
// unless the same weeks of earlier years foretold each other clearly better: help
// with a festival does not come evenly.
type Line struct {
	Seasonal bool
	Why      string // in words: what was compared

	measure *Measure
	weights [yearWeeks]float64 // of the weeks from the anniversary of the start on; their mean is 1
	begin   orrery.Day
	sums    []float64 // of the weights up to the end of each day from the start on
}

const (
	yearDays  = 365
	yearWeeks = 52 // the last one has a day more

	leastYears  = 2   // earlier years that a shape needs
	mostYears   = 5   // that are looked at
	leastOfYear = 24  // activities that a year needs
	clearly     = .75 // of the straight line's error, at most: otherwise the straight line
	evenShare   = .02 // of a seasonal line is straight: no week is without any hope
	horizonDays = 10 * 366
)

// Expect makes the line of a measure, looking at what counted before its start.
func Expect(m *Measure, t *Tally) *Line {
	l := &Line{measure: m, begin: m.From}
	for i := range l.weights {
		l.weights[i] = 1
	}
	l.learn(t)
	span := int(max(m.By-m.From+1, 1)) + horizonDays
	l.sums = make([]float64, span)
	sum := 0.0
	for i := range l.sums {
		sum += l.weights[weekOf(i)]
		l.sums[i] = sum
	}
	return l
}

// weekOf is in which week after an anniversary a day so many days after the start
// falls.
func weekOf(days int) int { return min(days%yearDays/7, yearWeeks-1) }

// upTo sums the weights from the start to the end of a day.
func (l *Line) upTo(day orrery.Day) float64 {
	if day < l.begin {
		return 0
	}
	return l.sums[min(int(day-l.begin), len(l.sums)-1)]
}

// At is what is expected by the end of a day; after the target's date, the target.
func (l *Line) At(day orrery.Day) Amount {
	whole := l.upTo(l.measure.By)
	return Amount(math.Round(float64(l.measure.Target) * min(1, l.upTo(day)/whole)))
}

// learn takes the shape of earlier years over if it is worth it.
func (l *Line) learn(t *Tally) {
	if l.measure.Takes == People {
		l.Why = "a straight line: how many people came for the first time in earlier years says nothing of who is new now"
		return
	}
	years := earlier(l.measure, t)
	if len(years) < leastYears {
		l.Why = "a straight line: there are not two whole years before it to compare with"
		return
	}
	var seasonal, straight float64
	better := 0
	for i := range years {
		others := make([][yearWeeks]float64, 0, len(years)-1)
		others = append(append(others, years[:i]...), years[i+1:]...)
		s, e := apart(years[i], smooth(others)), apart(years[i], even())
		seasonal, straight = seasonal+s/float64(len(years)), straight+e/float64(len(years))
		if s < e {
			better++
		}
	}
	if seasonal > clearly*straight || 2*better <= len(years) {
		l.Why = fmt.Sprintf("a straight line: the %d years before foretold each other’s weeks no better, %.0f%% of a year’s whole beside it on average, the straight line %.0f%%",
			len(years), 100*seasonal, 100*straight)
		return
	}
	l.Seasonal = true
	l.Why = fmt.Sprintf("by the same weeks of the %d years before, which foretold each other better than a straight line: %.0f%% of a year’s whole beside it on average instead of %.0f%%",
		len(years), 100*seasonal, 100*straight)
	for w, share := range smooth(years) {
		l.weights[w] = share * yearWeeks
	}
}

func even() (shares [yearWeeks]float64) {
	for w := range shares {
		shares[w] = 1.0 / yearWeeks
	}
	return shares
}

// earlier returns the shares that the weeks of whole years before the start had in
// them, the latest year first.
func earlier(m *Measure, t *Tally) (years [][yearWeeks]float64) {
	for back := 1; back <= mostYears; back++ {
		start := m.From - orrery.Day(back*yearDays)
		if len(t.Days) == 0 || t.Days[0].Day > start+14 {
			break
		}
		var sums [yearWeeks]float64
		total, n := 0.0, 0
		for _, d := range t.Days {
			if d.Day >= start && d.Day < start+yearDays && d.Amount > 0 {
				sums[weekOf(int(d.Day-start))] += float64(d.Amount)
				total, n = total+float64(d.Amount), n+d.Activities
			}
		}
		if n < leastOfYear {
			break
		}
		for w := range sums {
			sums[w] /= total
		}
		years = append(years, sums)
	}
	return years
}

// smooth is the mean of years, each week a mean of three, and a little of the
// straight line.
func smooth(years [][yearWeeks]float64) (shares [yearWeeks]float64) {
	for _, year := range years {
		for w := range year {
			near := year[(w+yearWeeks-1)%yearWeeks] + year[w] + year[(w+1)%yearWeeks]
			shares[w] += near / 3 / float64(len(years))
		}
	}
	for w := range shares {
		shares[w] = (1-evenShare)*shares[w] + evenShare/yearWeeks
	}
	return shares
}

// apart is how far two lines lie apart on average, as a share of the whole.
func apart(a, b [yearWeeks]float64) float64 {
	var sumA, sumB, far float64
	for w := range a {
		sumA, sumB = sumA+a[w], sumB+b[w]
		far += math.Abs(sumA-sumB) / yearWeeks
	}
	return far
}
