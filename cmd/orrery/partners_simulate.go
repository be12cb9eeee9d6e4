package main

import (
	"fmt"
	"math"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/partner"
	"orrery.dev/orrery/internal/simulate"
)

func (a *app) simulatePartnersCommand() *cobra.Command {
	var seed uint64
	people, worlds := 20_000, 1
	c := &cobra.Command{
		Use: "simulate", Short: "Try the measures on made-up worlds whose truth is known", Args: cobra.NoArgs,
		Long: `Make a world of people whom partners reach. Partners reach those who would come
anyway more than others, and some change nothing at all. Tell for each partner the
truth, how much credit it has for being there (last touch, Shapley, Markov
removal), and the increment that holding a tenth of the people out finds.`,
		RunE: func(*cobra.Command, []string) error {
			if people < 500 || people > 500_000 || worlds < 1 || worlds > 1000 {
				return orrery.Errorf(orrery.Invalid, "--people %d --worlds %d: choose 500 to 500,000 people and 1 to 1,000 worlds", people, worlds)
			}
			var sum partnersSum
			for n := range uint64(worlds) {
				for _, line := range partnersWorld(seed+n, people) {
					sum.add(&line)
					if err := a.printPartnerTruth(&line); err != nil {
						return err
					}
				}
			}
			return a.printPartnersSum(&sum)
		},
	}
	c.Flags().Uint64Var(&seed, "seed", 1, "of the first world")
	c.Flags().IntVar(&worlds, "worlds", worlds, "how many worlds, by rising seeds")
	c.Flags().IntVar(&people, "people", people, "in each world")
	return c
}

// partnerTruth is what was told of a partner in a made-up world, beside the truth.
type partnerTruth struct {
	Seed      uint64           `json:"seed"`
	Partner   string           `json:"partner"`
	Null      bool             `json:"null"`  // it changes nothing
	Truth     float64          `json:"truth"` // people who arrived and would not have without it
	Credit    partner.Credit   `json:"credit"`
	Increment partnerIncrement `json:"increment"`
	New       partnerNew       `json:"new"` // of people who were new
}

type partnerIncrement struct {
	Method string `json:"method"` // holdout
	partner.Interval
	Treated partner.Arm `json:"treated"`
	Held    partner.Arm `json:"held"`
}

type partnerNew struct {
	Truth     float64          `json:"truth"`
	Increment partner.Interval `json:"increment"`
}

func partnersWorld(seed uint64, people int) []partnerTruth {
	var trials [partner.MostCredited]partner.Trial
	for at := range trials {
		trials[at] = partner.Trial{Name: "made-up", Salt: fmt.Sprintf("made-up/%d/%d", seed, at), HeldMilli: partner.DefaultHeld}
	}
	w := simulate.Partnered(seed, people, func(at int, key string) bool { return trials[at].Held(key) })
	paths := make([]partner.Path, len(w.People))
	for i := range w.People {
		paths[i] = partner.Path{Partners: w.People[i].Reached, Arrived: w.People[i].Arrived}
	}
	credits := partner.Credits(len(w.Partners), paths)
	lines := make([]partnerTruth, len(w.Partners))
	for at, truth := range w.Partners {
		var all, fresh [2]partner.Arm // treated, held out
		for i := range w.People {
			p := &w.People[i]
			if !p.Meant[at] {
				continue
			}
			side := 0
			if trials[at].Held(p.Key) {
				side = 1
			}
			all[side].Add(p.Arrived)
			if p.New {
				fresh[side].Add(p.Arrived)
			}
		}
		lines[at] = partnerTruth{
			Seed: seed, Partner: truth.Slug, Null: !truth.Changes, Truth: truth.More, Credit: credits[at],
			Increment: partnerIncrement{"holdout", partner.LiftOf(all[0], all[1]).More, all[0], all[1]},
			New:       partnerNew{truth.NewMore, partner.LiftOf(fresh[0], fresh[1]).More},
		}
	}
	return lines
}

// partnersSum is how far each measure was from the truth over all worlds.
type partnersSum struct {
	Type         string  `json:"type"`
	Partners     int     `json:"partners"`
	Covered      int     `json:"covered"` // where the interval of the holdout held the truth
	Nulls        int     `json:"nulls"`
	NullsCovered int     `json:"nulls_covered"` // where it held no change
	NullCredit   float64 `json:"null_credit"`   // mean credit by Shapley of who changes nothing
	HoldoutError float64 `json:"holdout_error"` // mean distances from the truth, in people
	LastTouch    float64 `json:"last_touch_error"`
	Shapley      float64 `json:"shapley_error"`
	Markov       float64 `json:"markov_error"`
}

func (s *partnersSum) add(l *partnerTruth) {
	mean := func(of *float64, n int, v float64) { *of += (v - *of) / float64(n) }
	s.Partners++
	if l.Increment.Low <= l.Truth && l.Truth <= l.Increment.High {
		s.Covered++
	}
	if l.Null {
		s.Nulls++
		mean(&s.NullCredit, s.Nulls, l.Credit.Shapley)
		if l.Increment.Surely() == 0 {
			s.NullsCovered++
		}
	}
	mean(&s.HoldoutError, s.Partners, math.Abs(l.Increment.Estimate-l.Truth))
	mean(&s.LastTouch, s.Partners, math.Abs(l.Credit.LastTouch-l.Truth))
	mean(&s.Shapley, s.Partners, math.Abs(l.Credit.Shapley-l.Truth))
	mean(&s.Markov, s.Partners, math.Abs(l.Credit.Markov-l.Truth))
}

func (a *app) printPartnerTruth(l *partnerTruth) error {
	if a.json {
		return a.line(l)
	}
	truth := "changes nothing in truth"
	if !l.Null {
		truth = fmt.Sprintf("%.0f would not have come, that is the truth", l.Truth)
	}
	fmt.Fprintf(a.out, "Seed %d, %s, %s. Credit: last touch %.0f, Shapley %.0f, Markov %.0f. Increment by holdout: %.0f (%.0f to %.0f).\n",
		l.Seed, l.Partner, truth, l.Credit.LastTouch, l.Credit.Shapley, l.Credit.Markov, l.Increment.Estimate, l.Increment.Low, l.Increment.High)
	return nil
}

func (a *app) printPartnersSum(s *partnersSum) error {
	s.Type = "done"
	if a.json {
		return a.line(s)
	}
	fmt.Fprintf(a.out, "\nThe holdout's interval held the truth %d of %d times, and no change %d of %d times where there was none.\n", s.Covered, s.Partners, s.NullsCovered, s.Nulls)
	fmt.Fprintf(a.out, "Mean distance from the truth, in people: holdout %.0f; last touch %.0f, Shapley %.0f, Markov %.0f.\n", s.HoldoutError, s.LastTouch, s.Shapley, s.Markov)
	fmt.Fprintf(a.out, "Credit says who was there: partners who change nothing have %.0f on the mean.\n", s.NullCredit)
	return nil
}
