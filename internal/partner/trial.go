package partner

import (
	"crypto/sha256"
	"encoding/binary"
	"math"

	"orrery.dev/orrery"
)

// DefaultHeld is the share of people who are held out of a campaign, in thousandths.
const DefaultHeld = 100

// Trial is a campaign with a partner whose exposure is ours: of the people known
// when it began, some are held out by lot. Who is, follows from the salt and the
// person's key alone.
type Trial struct {
	Name      string // as codes are named
	Planet    orrery.PlanetID
	Salt      string
	HeldMilli int        // share held out, in thousandths
	From      orrery.Day // first day of the campaign
	Until     orrery.Day // last day on which coming counts
}

func (t *Trial) check() error {
	switch {
	case !codes.MatchString(t.Name):
		return orrery.Errorf(orrery.Invalid, "%q cannot name a trial: use up to 64 letters, digits, dots, hyphens and low lines", t.Name)
	case t.HeldMilli < 10 || t.HeldMilli > 900:
		return orrery.Errorf(orrery.Invalid, "%g%% cannot be held out: choose 1 to 90%%", float64(t.HeldMilli)/10)
	case t.Until < t.From || t.Until-t.From > 730:
		return orrery.Errorf(orrery.Invalid, "a trial lasts from a day to one at most two years later")
	case t.Salt == "":
		return orrery.Errorf(orrery.Invalid, "a trial needs a salt")
	}
	return nil
}

// Held says whether the person with a key is held out.
func (t *Trial) Held(key string) bool {
	return lot(t.Salt, key) < float64(t.HeldMilli)/1000
}

// lot draws a number from 0 to below 1 that follows from salt and key alone.
func lot(salt, key string) float64 {
	sum := sha256.Sum256([]byte(salt + "\x00" + key))
	return float64(binary.BigEndian.Uint64(sum[:8])>>11) / (1 << 53)
}

// Switch turns a code on and off by blocks of days: of each two blocks one is on,
// which one is drawn by lot.
type Switch struct {
	Salt      string
	From      orrery.Day
	BlockDays int
}

func (s Switch) check() error {
	if s.BlockDays < 1 || s.BlockDays > 60 || s.Salt == "" || s.From <= 0 {
		return orrery.Errorf(orrery.Invalid, "a code is switched in blocks of 1 to 60 days, from a day on")
	}
	return nil
}

// On says whether the code is on, on a day. Without a switch it always is.
func (s Switch) On(day orrery.Day) bool {
	if s.BlockDays == 0 || day < s.From {
		return true
	}
	block := int(day-s.From) / s.BlockDays
	var pair [8]byte
	binary.BigEndian.PutUint64(pair[:], uint64(block/2))
	first := lot(s.Salt, string(pair[:])) < .5
	return first == (block%2 == 0)
}

// Interval is an estimate and what it lies between in 95 of 100 cases.
type Interval struct {
	Estimate float64 `json:"estimate"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
}

// Surely is 1 where an interval lies above 0, −1 below, 0 where it holds it.
func (i Interval) Surely() int {
	switch {
	case i.Low > nothing:
		return 1
	case i.High < -nothing:
		return -1
	default:
		return 0
	}
}

// nothing is what sums of floating point numbers may be off by.
const nothing = 1e-9

const z95 = 1.959964

// Arm is one side of a trial: people and how many of them came.
type Arm struct {
	People int `json:"people"`
	Came   int `json:"came"`
}

// Add counts somebody.
func (a *Arm) Add(came bool) {
	a.People++
	if came {
		a.Came++
	}
}

// Share is the part that came.
func (a Arm) Share() float64 { return float64(a.Came) / float64(max(1, a.People)) }

// leastArm is how many people a side needs before a difference is told.
const leastArm = 30

// Lift is what a trial found: how many more came than would have without it.
type Lift struct {
	Treated Arm      `json:"treated"`
	Held    Arm      `json:"held"`
	More    Interval `json:"more"`   // people
	Enough  bool     `json:"enough"` // both sides are large enough to tell
}

// LiftOf is treated people × (share of treated − share of held out) with the
// interval of Agresti and Caffo (The American Statistician 54, 2000), which covers
// as it says with small shares too.
func LiftOf(treated, held Arm) Lift {
	l := Lift{Treated: treated, Held: held, Enough: treated.People >= leastArm && held.People >= leastArm}
	if treated.People == 0 || held.People == 0 {
		return l
	}
	n := float64(treated.People)
	l.More.Estimate = n * (treated.Share() - held.Share())
	p, vp := smoothed(treated)
	q, vq := smoothed(held)
	half := z95 * math.Sqrt(vp+vq)
	l.More.Low, l.More.High = n*(p-q-half), n*(p-q+half)
	return l
}

func smoothed(a Arm) (share, variance float64) {
	n := float64(a.People) + 2
	share = (float64(a.Came) + 1) / n
	return share, share * (1 - share) / n
}

// Block is what happened in one block of a switchback.
type Block struct {
	From orrery.Day `json:"from"`
	On   bool       `json:"on"`
	Came int        `json:"came"`
}

// leastPairs is how many pairs of blocks a switchback needs before it tells.
const leastPairs = 6

// Switchback is what switching a code on and off found.
type Switchback struct {
	Blocks []Block  `json:"blocks"`
	Pairs  int      `json:"pairs"`
	More   Interval `json:"more"` // people, in all blocks that were on
	Enough bool     `json:"enough"`
}

// Blocks cuts the whole pairs of blocks up to a day out of how many came on each
// day, and compares each two.
func (s Switch) Blocks(until orrery.Day, came func(orrery.Day) int) (out Switchback) {
	if s.BlockDays == 0 {
		return out
	}
	length := orrery.Day(s.BlockDays)
	var differences []float64
	for from := s.From; from+2*length-1 <= until; from += 2 * length {
		var on, off int
		for half := range orrery.Day(2) {
			b := Block{From: from + half*length, On: s.On(from + half*length)}
			for d := b.From; d < b.From+length; d++ {
				b.Came += came(d)
			}
			if b.On {
				on = b.Came
			} else {
				off = b.Came
			}
			out.Blocks = append(out.Blocks, b)
		}
		differences = append(differences, float64(on-off))
	}
	n := float64(len(differences))
	out.Pairs = len(differences)
	if out.Pairs < 2 {
		return out
	}
	mean, variance := meanVariance(differences)
	half := student95(out.Pairs-1) * math.Sqrt(n*variance)
	out.More = Interval{n * mean, n*mean - half, n*mean + half}
	out.Enough = out.Pairs >= leastPairs
	return out
}

func meanVariance(of []float64) (mean, variance float64) {
	for _, v := range of {
		mean += v
	}
	mean /= float64(max(1, len(of)))
	for _, v := range of {
		variance += (v - mean) * (v - mean)
	}
	return mean, variance / float64(max(1, len(of)-1))
}

// student95 is the 97.5 % quantile of Student's t, by the expansion of Cornish and
// Fisher: within .5 % from 3 degrees of freedom on, above that wide enough.
func student95(degrees int) float64 {
	few := [...]float64{math.Inf(1), 12.706, 4.303, 3.182, 2.776, 2.571}
	if degrees < len(few) {
		return few[max(0, degrees)]
	}
	n, z := float64(degrees), z95
	return z + (z*z*z+z)/(4*n) + (5*math.Pow(z, 5)+16*z*z*z+3*z)/(96*n*n)
}
