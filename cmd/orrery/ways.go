package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/ways"
)

func (a *app) waysCommand() *cobra.Command {
	var tag string
	c := &cobra.Command{
		Use: "ways", Short: "Which ways to belong hold whom, and what to try next?", Args: cobra.NoArgs,
		Long: `For everybody and for each tag: which of the six ways to belong people took in
their first four weeks, and whether those who did came back by themselves more
often than people who did as much without it. It is an association: what would
disprove it stands in the trial that is suggested.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.around(cmd, func(p orrery.Planet, day orrery.Day, desk *view.Desk) error {
				w, err := desk.Ways(cmd.Context(), p.ID, day, study.Forever)
				if err != nil {
					return err
				}
				if cmd.Flags().Changed("tag") {
					w.Groups = slices.DeleteFunc(w.Groups, func(g view.WaysGroup) bool { return g.Tag != tag })
					if len(w.Groups) == 0 {
						return orrery.Errorf(orrery.NotFound, "nobody around %s has the tag %q, or it is not among the tags of most people, which `orrery ways` lists", p.Slug, tag)
					}
				}
				return a.printWays(p, &w)
			})
		},
	}
	c.Flags().StringVar(&tag, "tag", "", "only people with this `tag`")
	c.AddCommand(a.simulateWaysCommand())
	return c
}

// waysLine is the shape of a group in JSON.
type waysLine struct {
	Planet          string            `json:"planet"`
	Tag             string            `json:"tag,omitempty"`    // none: everybody
	Circle          *int              `json:"circle,omitempty"` // the tag is this circle's name
	AsOf            orrery.Day        `json:"as_of"`
	HorizonDays     int               `json:"horizon_days"`
	FirstDays       int               `json:"first_days"`
	People          int               `json:"people"`
	Activities      int               `json:"activities"`
	OutsidePurchase float64           `json:"outside_purchase"`
	Watched         int               `json:"watched"`
	Returned        int               `json:"returned"`
	Holds           []orrery.Strategy `json:"holds"`
	Ways            []wayLine         `json:"ways"`
	Trial           trialLine         `json:"trial"`
}

type wayLine struct {
	Way        orrery.Strategy `json:"way"`
	People     int             `json:"people"`
	Activities int             `json:"activities"`
	Origins    map[string]int  `json:"origins,omitempty"`
	Tried      int             `json:"tried"`
	Came       int             `json:"came"`
	Verdict    ways.Verdict    `json:"verdict"`
	Yield      *waysYield      `json:"yield,omitempty"` // none where nothing is compared
}

// waysYield is how many more of a hundred people came back, an association.
type waysYield struct {
	Estimate float64 `json:"estimate"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
}

type trialLine struct {
	ways.Trial
	Words view.TrialWords `json:"words"`
}

func (a *app) printWays(p orrery.Planet, w *view.Ways) error {
	for i := range w.Groups {
		g := &w.Groups[i]
		if a.json {
			if err := a.line(newWaysLine(p, w, g)); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			fmt.Fprintln(a.out)
		}
		a.printWaysGroup(p, w, g)
	}
	return nil
}

func newWaysLine(p orrery.Planet, w *view.Ways, g *view.WaysGroup) waysLine {
	line := waysLine{
		Planet: p.Slug, Tag: g.Tag, AsOf: w.AsOf, HorizonDays: w.HorizonDays, FirstDays: w.FirstDays, People: g.People,
		Activities: g.Activities, OutsidePurchase: g.OutsidePurchase, Watched: g.Watched, Returned: g.Returned,
		Holds: append([]orrery.Strategy{}, g.Holds...), Trial: trialLine{g.Trial, w.Trial(g)},
	}
	if g.Circle > 0 {
		id := g.Circle - 1
		line.Circle = &id
	}
	for way := range orrery.Strategies {
		c := &g.Cells[way]
		one := wayLine{Way: way, People: c.People, Activities: c.Activities, Origins: map[string]int{}, Tried: c.Tried, Came: c.Came, Verdict: c.Verdict}
		for origin, n := range c.Origins {
			name := orrery.Origin(origin).String()
			if name == "" {
				name = "unknown"
			}
			one.Origins[name] = n
		}
		if c.Verdict.Compared() {
			one.Yield = &waysYield{c.Yield, c.Low, c.High}
		}
		line.Ways = append(line.Ways, one)
	}
	return line
}

func (a *app) printWaysGroup(p orrery.Planet, w *view.Ways, g *view.WaysGroup) {
	who := "Everybody around " + p.Slug
	if g.Tag != "" {
		who = clean(g.Tag, 60)
	}
	fmt.Fprintf(a.out, "%s, as of %v: %s, %.0f %% of %s outside purchase.\nOf %s whose first %d days and the %d days after them are over, %s came back by themselves.\n\n",
		who, w.AsOf, things(int64(g.People), "person", "people"), 100*g.OutsidePurchase, things(int64(g.Activities), "activity", "activities"),
		things(int64(g.Watched), "person", "people"), w.FirstDays, w.HorizonDays, count(int64(g.Returned)))
	t := table{head: []string{"way", "people", "activities", "tried early", "came back", "yield", "interval", "what it says"}}
	for way := range orrery.Strategies {
		c := &g.Cells[way]
		yield, interval := "", ""
		if c.Verdict.Compared() {
			yield, interval = fmt.Sprintf("%+.1f", c.Yield), fmt.Sprintf("%+.1f to %+.1f", c.Low, c.High)
		}
		t.add(way.String(), count(int64(c.People)), count(int64(c.Activities)), count(int64(c.Tried)), count(int64(c.Came)), yield, interval, verdictWords(c))
	}
	t.print(a.out)
	words := w.Trial(g)
	for _, text := range []string{words.Why.String(), words.What.String(), words.Disproof.String()} {
		if text != "" {
			fmt.Fprintln(a.out, "\n"+harmless(wrapped(text, min(88, terminalWidth(a.out)))))
		}
	}
	fmt.Fprintln(a.out, "\nYield: so many more of a hundred came back than of people who did as much without the way. An association;\nall intervals of the planet hold at once in 90 of 100 cases. Under one in a hundred is taken for none.")
}

// wrapped breaks a text into lines of at most so many letters.
func wrapped(text string, width int) string {
	var b strings.Builder
	at := 0
	for i, word := range strings.Fields(text) {
		length := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at+1+length > width:
			b.WriteByte('\n')
			at = 0
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += length
	}
	return b.String()
}

func verdictWords(c *ways.Cell) string {
	switch c.Verdict {
	case ways.Untested:
		if c.People == 0 {
			return "untested"
		}
		return "untested: too few"
	case ways.NoComparison:
		return "nobody to compare with"
	case ways.More:
		return "came back more often"
	case ways.Fewer:
		return "came back less often"
	default:
		return "no difference"
	}
}
