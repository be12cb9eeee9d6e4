package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/origin"
	"orrery.dev/orrery/internal/simulate"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

func (a *app) sharesCommand() *cobra.Command {
	days := view.SharesDays
	c := &cobra.Command{
		Use: "shares", Short: "What brought people: by themselves, drawn by people, prompted by us?", Args: cobra.NoArgs,
		Long: `What a source told of an activity's origin is taken at its word. For the rest a
model of each person's own times is fitted, and what it claims is compared with
placebos: the same past with every possible cause moved to another week, where
nobody can have drawn anybody. Only what goes beyond the placebos is called drawn
by people. Campaigns that nobody recorded are unknown.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if days < 0 {
				return orrery.Errorf(orrery.Invalid, "--days %d: choose how many days back, or 0 for all", days)
			}
			return a.around(cmd, func(p orrery.Planet, day orrery.Day, desk *view.Desk) error {
				var b view.Brought
				var err error
				if days == view.SharesDays {
					b, err = desk.Brought(cmd.Context(), p.ID, day, study.Forever)
				} else {
					b, err = desk.BroughtAsOf(cmd.Context(), p.ID, day, days)
				}
				if err != nil {
					return err
				}
				return a.printShares(p, &b)
			})
		},
	}
	c.Flags().IntVar(&days, "days", days, "tell of so many `days` up to the last; 0: of all")
	c.AddCommand(a.simulateSharesCommand())
	return c
}

// sharesLine is the shape of some shares in JSON: of all, of a way to belong or of
// a tag. Without recorded campaigns nobody is unprompted for certain: unprompted
// and prompted are null, and not_drawn is what both are together.
type sharesLine struct {
	Type       string     `json:"type"` // all, way or tag
	Planet     string     `json:"planet"`
	Of         string     `json:"of,omitempty"` // which way or tag
	Since      orrery.Day `json:"since"`
	AsOf       orrery.Day `json:"as_of"`
	Activities int        `json:"activities"`
	People     int        `json:"people"`
	Known      int        `json:"known"` // activities whose origin a source told
	sharesParts
	Yield *origin.Yield `json:"yield,omitempty"` // of a way: what one activity sets off in the end
}

type sharesParts struct {
	Unprompted *origin.Share `json:"unprompted"`
	Peer       *origin.Share `json:"peer"`
	Prompted   *origin.Share `json:"prompted"`
	NotDrawn   *origin.Share `json:"not_drawn,omitempty"`
	Campaigns  string        `json:"campaigns"` // recorded, or unknown
}

// partsOf says what may be said of shares.
func partsOf(s *origin.Shares, recorded, estimated bool) sharesParts {
	parts := sharesParts{Campaigns: "recorded"}
	if s.Activities > 0 && (estimated || s.Known > 0) {
		parts.Unprompted, parts.Peer, parts.Prompted = &s.Unprompted, &s.Peer, &s.Prompted
	}
	if !recorded {
		parts.Campaigns = "unknown"
		parts.NotDrawn, parts.Unprompted, parts.Prompted = parts.Unprompted, nil, nil
	}
	return parts
}

// modelLine tells how the shares were reckoned.
type modelLine struct {
	Type      string         `json:"type"` // model
	Planet    string         `json:"planet"`
	Estimated bool           `json:"estimated"`
	Why       string         `json:"why,omitempty"`
	ModelFrom orrery.Day     `json:"model_from"`
	Direct    origin.Direct  `json:"direct"`
	Together  float64        `json:"together"`
	Follows   origin.Follows `json:"follows"`
	Fit       origin.Fit     `json:"fit"`
	Placebos  []float64      `json:"placebos"`
	Campaigns int            `json:"campaigns"`
}

func (a *app) printShares(p orrery.Planet, b *view.Brought) error {
	if !a.json {
		a.tellShares(p, b)
		return nil
	}
	line := func(kind, of string, s *origin.Shares, yield *origin.Yield) error {
		return a.line(sharesLine{
			Type: kind, Planet: p.Slug, Of: of, Since: b.Since, AsOf: b.Until, Activities: s.Activities, People: s.People, Known: s.Known,
			sharesParts: partsOf(s, b.Recorded, b.Estimated), Yield: yield,
		})
	}
	if err := line("all", "", &b.All, nil); err != nil {
		return err
	}
	for way := range orrery.Strategies {
		if b.Strategies[way].Activities == 0 {
			continue
		}
		var yield *origin.Yield
		if b.Estimated {
			yield = &b.Spill.Yield[way]
		}
		if err := line("way", way.String(), &b.Strategies[way], yield); err != nil {
			return err
		}
	}
	for i := range b.Tags {
		of := "tag"
		if b.Tags[i].Circle > 0 {
			of = "circle"
		}
		if err := line(of, b.Tags[i].Tag, &b.Tags[i].Shares, nil); err != nil {
			return err
		}
	}
	return a.line(modelLine{
		Type: "model", Planet: p.Slug, Estimated: b.Estimated, Why: b.Why, ModelFrom: b.ModelFrom, Direct: b.Direct, Together: b.Together,
		Follows: b.Follows, Fit: b.Fit, Placebos: append([]float64{}, b.Placebos...), Campaigns: len(b.Sent),
	})
}

func (a *app) tellShares(p orrery.Planet, b *view.Brought) {
	fmt.Fprintf(a.out, "%s from %v to %v: what brought %s of %s.\n\n", p.Slug, b.Since, b.Until,
		things(int64(b.All.Activities), "activity", "activities"), things(int64(b.All.People), "person", "people"))
	head := []string{"", "activities", "by themselves", "by people", "prompted by us", "told by sources", "yield"}
	if !b.Recorded {
		head[2], head[4] = "not drawn by people", "prompted by us"
	}
	t := table{head: head}
	add := func(name string, s *origin.Shares, yield string) {
		if s.Activities == 0 {
			return
		}
		prompted := shareWords(&s.Prompted)
		if !b.Recorded {
			prompted = "unknown"
		}
		t.add(name, count(int64(s.Activities)), shareWords(&s.Unprompted), shareWords(&s.Peer), prompted,
			fmt.Sprintf("%.0f %%", 100*float64(s.Known)/float64(s.Activities)), yield)
	}
	add("all", &b.All, "")
	for way := range orrery.Strategies {
		yield := ""
		if y := b.Spill.Yield[way]; b.Estimated && y.Causes > 0 && !y.Endless {
			yield = fmt.Sprintf("%.2f [%.2f–%.2f]", y.Value, y.Low, y.High)
		}
		add(way.String(), &b.Strategies[way], yield)
	}
	for i := range b.Tags {
		add(clean(b.Tags[i].Tag, 30), &b.Tags[i].Shares, "")
	}
	t.print(a.out)
	if !b.Recorded {
		fmt.Fprintln(a.out, "\nNo message of ours is recorded here. Campaigns may have been sent: they are unknown, and nobody is said to\nhave come by themselves for certain.")
	}
	if b.Estimated {
		fmt.Fprintf(a.out, "\nAn estimate where sources tell nothing: the model claims that %.1f %% were drawn directly, and %.1f %% of placebos;\nthat leaves %.1f %% [%.1f–%.1f]. Yield: what one activity sets off in the end, by whomever.\n",
			100*b.Direct.Claimed, 100*b.Direct.Placebo, 100*b.Direct.Pull, 100*b.Direct.Low, 100*b.Direct.High)
	} else {
		fmt.Fprintln(a.out, "\nThere is no estimate: "+b.Why+". Shares are of what sources told.")
	}
	if b.Follows.Posts > 0 {
		fmt.Fprintf(a.out, "In conversations, %.0f %% of %s followed another person's within seven days.\n",
			100*float64(b.Follows.Followed)/float64(b.Follows.Posts), things(int64(b.Follows.Posts), "activity", "activities"))
	}
}

func shareWords(s *origin.Share) string {
	return fmt.Sprintf("%.1f %% [%.1f–%.1f]", 100*s.Value, 100*s.Low, 100*s.High)
}

func (a *app) simulateSharesCommand() *cobra.Command {
	seed, scale, placebos := uint64(1), 1., 20
	c := &cobra.Command{
		Use: "simulate", Short: "Worlds in which it is known what brought people, and what is found of it", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !(scale > 0 && scale <= 100) || placebos < 2 {
				return orrery.Errorf(orrery.Invalid, "choose a --scale above 0, up to 100, and 2 --placebos or more")
			}
			t := table{head: []string{"world", "activities", "by themselves", "true", "by people", "true", "prompted", "true", "claimed", "placebo", "campaigns", "seconds"}}
			for _, w := range simulate.OriginWorlds(seed, scale) {
				began := time.Now()
				r, err := origin.Reckon(cmd.Context(), inputOf(w), origin.Config{Seed: seed, Placebos: placebos})
				if err != nil {
					return err
				}
				l := worldLine{
					World: w.Name, Says: w.Says, Seed: seed, Activities: len(w.Deeds), People: w.People,
					True: truthOf(w), Estimate: partsOf(&r.All, r.Recorded, r.Estimated), Direct: r.Direct,
					Claimed: r.Direct.Pull, Seconds: time.Since(began).Seconds(),
				}
				if a.json {
					if err := a.line(l); err != nil {
						return err
					}
					continue
				}
				self, prompted := shareWords(&r.All.Unprompted), shareWords(&r.All.Prompted)
				if !r.Recorded {
					self, prompted = "not certain", "unknown"
				}
				t.add(w.Name, count(int64(len(w.Deeds))), self, fmt.Sprintf("%.1f", 100*w.Truth.Unprompted), shareWords(&r.All.Peer),
					fmt.Sprintf("%.1f", 100*w.Truth.Peer), prompted, fmt.Sprintf("%.1f", 100*w.Truth.Prompted),
					fmt.Sprintf("%.3f", r.Direct.Claimed), fmt.Sprintf("%.3f", r.Direct.Placebo), l.Estimate.Campaigns, fmt.Sprintf("%.1f", l.Seconds))
			}
			if !a.json {
				t.print(a.out)
			}
			return nil
		},
	}
	c.Flags().Uint64Var(&seed, "seed", seed, "`number` that the worlds follow from")
	c.Flags().Float64Var(&scale, "scale", scale, "`times` as many people")
	c.Flags().IntVar(&placebos, "placebos", placebos, "placebos for each world")
	return c
}

// worldLine is a made-up world: its truth beside what was found.
type worldLine struct {
	World      string        `json:"world"`
	Says       string        `json:"says"`
	Seed       uint64        `json:"seed"`
	Activities int           `json:"activities"`
	People     int           `json:"people"`
	True       truthLine     `json:"true"`
	Estimate   sharesParts   `json:"estimate"`
	Claimed    float64       `json:"pull"` // Π*: drawn directly, after the placebos
	Direct     origin.Direct `json:"direct"`
	Seconds    float64       `json:"seconds"`
}

// truthLine are the true shares. With_peer is of activities with another person in
// their causes, prompted or not: where campaigns are unknown it is what peer can be
// compared with.
type truthLine struct {
	Unprompted float64 `json:"unprompted"`
	Peer       float64 `json:"peer"`
	Prompted   float64 `json:"prompted"`
	WithPeer   float64 `json:"with_peer"`
	DirectPeer float64 `json:"direct_peer"`
}

func truthOf(w *simulate.OriginWorld) truthLine {
	t := &w.Truth
	return truthLine{Unprompted: t.Unprompted, Peer: t.Peer, Prompted: t.Prompted, WithPeer: t.AnyPeer, DirectPeer: t.DirectPeer}
}

// inputOf hands a made-up world over, without its truth.
func inputOf(w *simulate.OriginWorld) origin.Input {
	in := origin.Input{People: w.People, Campaigns: w.Campaigns, Events: make([]origin.Event, len(w.Deeds))}
	for i, d := range w.Deeds {
		in.Events[i] = origin.Event{At: d.At, Who: d.Who, Strategy: d.Strategy, Origin: d.Origin, To: d.To}
	}
	for _, t := range w.Ties {
		in.Ties = append(in.Ties, origin.Tie(t))
	}
	for _, m := range w.Messages {
		in.Deliveries = append(in.Deliveries, origin.Delivery{At: m.At, To: m.To, Campaign: m.Campaign})
	}
	return in
}
