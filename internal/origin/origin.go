// Package origin tells what brought people: whether they came by themselves, were
// drawn by people, or were prompted by us. What a source said of an activity's
// origin is taken at its word; for the rest a model of each person's own times is
// fitted, and no figure of pull leaves the package without its placebo.
//
// It is no Hawkes process of a whole planet: with a season and a trend alone such
// a process finds three quarters of all activity "triggered". Here everybody has a
// rate of their own that drifts, an own past, ties and messages received. It takes
// no clock, no file and no chance but its seed. Package flow feeds it a planet's
// past; views and the command line read the Result.
package origin

import (
	"context"
	"slices"

	"orrery.dev/orrery"
)

// Everybody is the addressee of a delivery that went to all, such as a release or
// an article that was announced.
const Everybody int32 = -1

// Event is one activity.
type Event struct {
	At       int64 // seconds since 1970
	Who      int32 // place in Input.People
	Strategy orrery.Strategy
	Origin   orrery.Origin // as the source said; OriginUnknown is estimated
	To       []int32       // whom it addressed
}

// Tie says how strongly what one person does reaches another. The weights of all
// ties from one person are scaled to sum to 1.
type Tie struct {
	From, To int32
	Weight   float64 // above 0, in any unit
}

// Delivery is a message of ours that reached somebody.
type Delivery struct {
	At       int64
	To       int32 // place in Input.People, or Everybody
	Campaign int32 // 0 … Campaigns−1
}

// Input is a planet's past.
type Input struct {
	People     int     // Event.Who is below it
	Ours       []bool  // by person: a teammate, who draws others and is not counted; nil: nobody
	Events     []Event // in any order
	Ties       []Tie   // who reaches whom
	Deliveries []Delivery
	Campaigns  int
	Groups     int       // how many groups shares are asked for besides strategies
	Member     [][]int32 // by person: the groups they are in; nil: none
	Since      int64     // shares are of activities from then on; the model is fitted to all
}

// Config says how much work is done. The zero value is the default.
type Config struct {
	Placebos int    // at least 20 for an interval; 0: 20
	Seed     uint64 // of the placebos
	Workers  int    // fits at a time; 0: 2
}

// Share is a part of some activities, 0–1, with its interval of 95 %.
type Share struct {
	Value     float64 `json:"value"`
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	Observed  float64 `json:"observed"`  // the part of Value that sources told
	Estimated float64 `json:"estimated"` // the part that the model says
}

// Shares are the three of some activities. They sum to 1 where there are any.
// Where prompting is not recorded, Unprompted holds what nobody drew: by
// themselves, or by a message that we do not know of; its interval then begins at
// what sources told to be unprompted.
type Shares struct {
	Activities int   `json:"activities"`
	People     int   `json:"people"`
	Known      int   `json:"known"` // activities whose origin a source told
	Unprompted Share `json:"unprompted"`
	Peer       Share `json:"peer"`
	Prompted   Share `json:"prompted"`
}

// Result is what brought people, as far as it can be told.
type Result struct {
	All        Shares                    `json:"all"`
	Strategies [orrery.Strategies]Shares `json:"strategies"`
	Groups     []Shares                  `json:"groups,omitempty"` // by group of the Input

	// Recorded says that prompting is recorded at all: something was marked as
	// prompted, or a delivery is known. Where it is false, campaigns may have been
	// sent and are unknown: nothing is unprompted for certain.
	Recorded bool `json:"recorded"`

	// Estimated says that there is an estimate for activities of unknown origin.
	// Where it is false, Why tells the reason, and they are in no share.
	Estimated bool   `json:"estimated"`
	Why       string `json:"why,omitempty"`

	Direct   Direct    `json:"direct"`
	Spill    Spill     `json:"spill"`
	Sent     []Sent    `json:"sent,omitempty"` // by campaign, where deliveries are known
	Together float64   `json:"together"`       // share of the estimated that came when many did, for a reason nobody recorded
	Fit      Fit       `json:"fit"`
	Placebos []float64 `json:"placebos,omitempty"` // pull as the model claims it of each placebo
}

// Direct is the pull that the model sees among activities of unknown origin, before
// and after its placebo.
type Direct struct {
	Claimed float64 `json:"claimed"` // Π: drawn by somebody's activity, directly
	Placebo float64 `json:"placebo"` // mean of what it claims where nobody can have drawn anybody
	Pull    float64 `json:"pull"`    // Π* = (Π − placebo) / (1 − placebo), at least 0
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	Prompt  float64 `json:"prompt"` // set off by a delivery, directly
}

// Sent is what a campaign set off.
type Sent struct {
	Deliveries int     `json:"deliveries"`
	Direct     float64 `json:"direct"` // activities that it prompted, expected
}

// Fit tells of the model itself.
type Fit struct {
	Targets int                `json:"targets"` // activities of unknown origin that it explains
	Sweeps  int                `json:"sweeps"`
	Ties    int                `json:"ties"`
	Rates   map[string]float64 `json:"rates"` // activities that one cause sets off within about a kernel's time
}

// Least of what a model is fitted to.
const (
	leastTargets = 200
	leastDays    = 28
)

// Reckon tells what brought people. It stops early only where ctx ends.
func Reckon(ctx context.Context, in Input, c Config) (*Result, error) {
	if c.Placebos == 0 {
		c.Placebos = 20
	}
	if c.Workers == 0 {
		c.Workers = 2
	}
	p, err := newPast(&in)
	if err != nil {
		return nil, err
	}
	r := &Result{Recorded: p.recorded()}
	if r.Why = p.tooLittle(); r.Why != "" {
		r.share(p, nil)
		return r, nil
	}
	d := p.design()
	p.causes(d, p.order)
	m := newModel(d)
	if r.Fit.Sweeps, err = m.fit(ctx, mainSweeps); err != nil {
		return nil, err
	}
	nulls, err := p.placebos(ctx, d, m, c)
	if err != nil {
		return nil, err
	}
	r.Estimated = true
	pullErr, promptErr := m.errors()
	keep := r.correct(m.claims(), nulls, pullErr, promptErr)
	l := p.lineage(d, m, keep)
	low, high := 1., 1.
	if r.Direct.Pull > 0 {
		low, high = r.Direct.Low/r.Direct.Pull, r.Direct.High/r.Direct.Pull
	}
	r.Spill = l.spill(low, high)
	r.share(p, l)
	r.Sent = m.sent()
	r.Fit.Targets, r.Fit.Ties, r.Fit.Rates = len(d.who), len(p.ties.from), m.rates()
	return r, nil
}

func (in *Input) ours(who int32) bool { return in.Ours != nil && in.Ours[who] }

func (in *Input) check() error {
	bad := func(who int32) bool { return who < 0 || int(who) >= in.People }
	for i := range in.Events {
		e := &in.Events[i]
		if bad(e.Who) || e.Strategy >= orrery.Strategies || slices.ContainsFunc(e.To, bad) {
			return orrery.Errorf(orrery.Internal, "origin: event %d names somebody or a strategy that is not there", i)
		}
	}
	for i, d := range in.Deliveries {
		if d.To != Everybody && bad(d.To) || d.Campaign < 0 || int(d.Campaign) >= in.Campaigns {
			return orrery.Errorf(orrery.Internal, "origin: delivery %d names somebody or a campaign that is not there", i)
		}
	}
	for i, t := range in.Ties {
		if bad(t.From) || bad(t.To) || !(t.Weight > 0) {
			return orrery.Errorf(orrery.Internal, "origin: tie %d is between %d and %d with weight %v", i, t.From, t.To, t.Weight)
		}
	}
	return nil
}
