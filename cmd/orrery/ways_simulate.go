package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/simulate"
	"orrery.dev/orrery/internal/ways"
)

// waysWorldsEnd is the last day of made-up worlds: any will do.
const waysWorldsEnd orrery.Day = 20_000

func (a *app) simulateWaysCommand() *cobra.Command {
	var seed uint64
	people, worlds := 1000, 1
	c := &cobra.Command{
		Use: "simulate", Short: "Try the measure on made-up worlds whose truth is known", Args: cobra.NoArgs,
		Long: `Make two worlds for each seed, of four groups each: one where every group has a
way that holds its people, and one where no way does. In both, eager people do
more of everything and stay longer, so that every way seems to hold people. Tell
what is advised in each, and the truth.`,
		RunE: func(*cobra.Command, []string) error {
			if people < 1 || people > 100_000 || worlds < 1 {
				return orrery.Errorf(orrery.Invalid, "--people %d --worlds %d: choose 1 to 100,000 people of a group and at least one world", people, worlds)
			}
			var sum waysSum
			for n := range uint64(worlds) {
				apart, alike := simulate.WaysApart(seed+n, people, waysWorldsEnd), simulate.WaysAlike(seed+n, people, waysWorldsEnd)
				for _, one := range []*waysWorldLine{a.waysWorld("best_way", seed+n, apart), a.waysWorld("no_difference", seed+n, alike)} {
					sum.add(one)
					if err := a.printWaysWorld(one); err != nil {
						return err
					}
				}
			}
			return a.printWaysSum(&sum)
		},
	}
	c.Flags().Uint64Var(&seed, "seed", 1, "of the first world")
	c.Flags().IntVar(&worlds, "worlds", worlds, "how many pairs of worlds, by rising seeds")
	c.Flags().IntVar(&people, "people", people, "in each of the four groups")
	return c
}

// waysWorldLine is what was told of a world, beside the truth.
type waysWorldLine struct {
	World       string           `json:"world"`
	Seed        uint64           `json:"seed"`
	People      int              `json:"people"`
	HorizonDays int              `json:"horizon_days"`
	Everybody   string           `json:"everybody_advised"`
	Groups      []waysWorldGroup `json:"groups"`
}

type waysWorldGroup struct {
	Best      string    `json:"best"`    // empty: no way holds more
	Advised   string    `json:"advised"` // empty: no difference
	TrueYield *float64  `json:"true_yield,omitempty"`
	Ways      []wayLine `json:"ways"`
}

func (a *app) waysWorld(name string, seed uint64, w *simulate.WaysWorld) *waysWorldLine {
	report, unheld := waysReport(w), ways.Report{}
	if name == "best_way" {
		unheld = waysReport(w.Unheld())
	}
	line := &waysWorldLine{World: name, Seed: seed, People: len(w.People), HorizonDays: w.Horizon, Everybody: advisedWay(&report.Everybody)}
	for g := range report.Groups {
		group := waysWorldGroup{Advised: advisedWay(&report.Groups[g])}
		if best := w.Best[g]; best < orrery.Strategies {
			group.Best = best.String()
			with, without := &report.Groups[g].Cells[best], &unheld.Groups[g].Cells[best]
			truth := 100 * float64(with.Came-without.Came) / float64(max(1, with.Tried))
			group.TrueYield = &truth
		}
		for way := range orrery.Strategies {
			c := &report.Groups[g].Cells[way]
			one := wayLine{Way: way, People: c.People, Activities: c.Activities, Tried: c.Tried, Came: c.Came, Verdict: c.Verdict}
			if c.Verdict.Compared() {
				one.Yield = &waysYield{c.Yield, c.Low, c.High}
			}
			group.Ways = append(group.Ways, one)
		}
		line.Groups = append(line.Groups, group)
	}
	return line
}

func waysReport(w *simulate.WaysWorld) ways.Report {
	past := ways.NewPast(w.Horizon, w.End, w.Groups, func(m orrery.MemberID) []int { return []int{w.People[m-1].Group} })
	for i := range w.People {
		for _, d := range w.People[i].Deeds {
			past.Add(ways.Deed{
				Member: orrery.MemberID(i + 1), Day: d.Day, Way: d.Way, Origin: d.Origin,
				Qualifies: d.Meaningful && d.Origin != orrery.Prompted,
			})
		}
	}
	return past.Report()
}

func advisedWay(g *ways.Group) string {
	if way, ok := g.Advised(); ok {
		return way.String()
	}
	return ""
}

// waysSum is how often the advice was right over all worlds.
type waysSum struct {
	Type          string `json:"type"`
	Worlds        int    `json:"worlds"`         // with a best way for each group
	WorldsRight   int    `json:"worlds_right"`   // where every group was advised its own
	Groups        int    `json:"groups"`         // in them
	GroupsRight   int    `json:"groups_right"`   // advised their own
	GroupsWrong   int    `json:"groups_wrong"`   // advised another
	WorldsNone    int    `json:"worlds_none"`    // without a difference
	WorldsFalsely int    `json:"worlds_falsely"` // of those, where anything was advised to anybody
}

func (s *waysSum) add(w *waysWorldLine) {
	if w.World == "best_way" {
		right := 0
		for _, g := range w.Groups {
			s.Groups++
			switch g.Advised {
			case g.Best:
				right++
			case "":
			default:
				s.GroupsWrong++
			}
		}
		s.Worlds++
		s.GroupsRight += right
		if right == len(w.Groups) {
			s.WorldsRight++
		}
		return
	}
	s.WorldsNone++
	alarm := w.Everybody != ""
	for _, g := range w.Groups {
		alarm = alarm || g.Advised != ""
	}
	if alarm {
		s.WorldsFalsely++
	}
}

func (a *app) printWaysWorld(w *waysWorldLine) error {
	if a.json {
		return a.line(w)
	}
	title := "A world where each group has a way that holds its people"
	if w.World == "no_difference" {
		title = "A world where no way holds people more than another"
	}
	fmt.Fprintf(a.out, "%s (seed %d, %s)\n", title, w.Seed, things(int64(w.People), "person", "people"))
	t := table{head: []string{"group", "truth", "advised", "yield told", "interval", "true yield"}}
	for i, g := range w.Groups {
		truth, advised, yield, interval, truly := g.Best, g.Advised, "", "", ""
		if truth == "" {
			truth = "no difference"
		}
		if advised == "" {
			advised = "no difference"
		}
		for _, c := range g.Ways {
			if c.Yield != nil && c.Way.String() == g.Best {
				yield, interval = fmt.Sprintf("%+.1f", c.Yield.Estimate), fmt.Sprintf("%+.1f to %+.1f", c.Yield.Low, c.Yield.High)
			}
		}
		if g.TrueYield != nil {
			truly = fmt.Sprintf("%+.1f", *g.TrueYield)
		}
		t.add(fmt.Sprint(i+1), truth, advised, yield, interval, truly)
	}
	t.print(a.out)
	fmt.Fprintln(a.out)
	return nil
}

func (a *app) printWaysSum(s *waysSum) error {
	s.Type = "done"
	if a.json {
		return a.line(s)
	}
	fmt.Fprintf(a.out, "Of %d groups with a best way %d were advised it and %d another; of %s without a difference %d were advised something.\n",
		s.Groups, s.GroupsRight, s.GroupsWrong, things(int64(s.WorldsNone), "world", "worlds"), s.WorldsFalsely)
	fmt.Fprintln(a.out, "Yield: so many more of a hundred came back. What is told leaves out what a way did within the first weeks.")
	return nil
}
