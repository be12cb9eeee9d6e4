package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

// circleLine is the shape of a circle in JSON; the last line is a circlesSum.
type circleLine struct {
	Type      string     `json:"type"` // circle
	Planet    string     `json:"planet"`
	AsOf      orrery.Day `json:"as_of"`
	ID        int        `json:"id"`
	Name      string     `json:"name"`
	Named     bool       `json:"named"` // by people, not by what sets it apart
	Since     orrery.Day `json:"since"`
	People    int        `json:"people"`
	InOrbit   int        `json:"in_orbit"`
	Closeness float64    `json:"closeness"`
	Trend     float64    `json:"trend"` // of closeness, in 90 days
	Words     []string   `json:"words"`
	Kinds     []string   `json:"kinds"`
	Nearest   []whoLine  `json:"nearest"`
}

type whoLine struct {
	ID   orrery.MemberID `json:"id"`
	Name string          `json:"name"`
}

// circlesSum tells of all.
type circlesSum struct {
	Type       string       `json:"type"` // done
	Planet     string       `json:"planet"`
	AsOf       orrery.Day   `json:"as_of"`
	Clear      bool         `json:"clear"`
	Circles    int          `json:"circles"`
	People     int          `json:"people"` // with ties
	Ties       int          `json:"ties"`
	None       int          `json:"none"` // without a circle
	Confidence float64      `json:"confidence"`
	Modularity float64      `json:"modularity"`
	ByChance   float64      `json:"by_chance"`
	Bridges    []bridgeLine `json:"bridges"`
}

type bridgeLine struct {
	whoLine
	Into   []string `json:"into"`
	Spread float64  `json:"spread"`
}

func (a *app) circlesOfPlanet(cmd *cobra.Command) error {
	return a.around(cmd, func(p orrery.Planet, day orrery.Day, desk *view.Desk) error {
		known, err := desk.Circles(cmd.Context(), p.ID, day, study.Forever)
		if err != nil {
			return err
		}
		if a.json {
			return a.circleLines(p, &known)
		}
		a.printCircles(p, &known)
		return nil
	})
}

func (a *app) circleLines(p orrery.Planet, known *view.Circles) error {
	for i := range known.Circles {
		c := &known.Circles[i]
		line := circleLine{
			Type: "circle", Planet: p.Slug, AsOf: known.AsOf, ID: c.ID, Name: c.Name, Named: c.Named, Since: c.Since, People: c.People,
			InOrbit: c.InOrbit, Closeness: c.Closeness, Trend: c.Trend, Words: append([]string{}, c.Words...), Kinds: append([]string{}, c.Kinds...), Nearest: []whoLine{},
		}
		for _, n := range c.Nearest {
			line.Nearest = append(line.Nearest, whoLine{n.ID, n.Name})
		}
		if err := a.line(line); err != nil {
			return err
		}
	}
	sum := circlesSum{
		Type: "done", Planet: p.Slug, AsOf: known.AsOf, Clear: known.Clear, Circles: len(known.Circles), People: known.People, Ties: known.Ties,
		None: known.None, Confidence: known.Confidence, Modularity: known.Modularity, ByChance: known.ByChance, Bridges: []bridgeLine{},
	}
	for i := range known.Bridges {
		b := &known.Bridges[i]
		sum.Bridges = append(sum.Bridges, bridgeLine{whoLine{b.ID, b.Name}, b.Into, b.Spread})
	}
	return a.line(sum)
}

func (a *app) printCircles(p orrery.Planet, known *view.Circles) {
	if len(known.Circles) == 0 {
		chance := ""
		if known.ByChance > 0 {
			chance = fmt.Sprintf("; modularity %.2f, by chance %.2f", known.Modularity, known.ByChance)
		}
		fmt.Fprintf(a.out, "There are no clear circles around %s as of %v: %s have ties; searches agree by %.0f %%%s.\n",
			p.Slug, known.AsOf, things(int64(known.People), "person", "people"), 100*known.Confidence, chance)
		return
	}
	t := table{head: []string{"circle", "people", "in orbit", "closeness", "90 days", "what sets it apart", "nearest"}}
	for i := range known.Circles {
		c := &known.Circles[i]
		var nearest []string
		for _, n := range c.Nearest[:min(2, len(c.Nearest))] {
			nearest = append(nearest, clean(n.Name, 24))
		}
		t.add(clean(c.Name, 32), count(int64(c.People)), count(int64(c.InOrbit)), fmt.Sprintf("%.0f", c.Closeness), fmt.Sprintf("%+.1f", c.Trend),
			clean(strings.Join(c.Words, ", "), 48), strings.Join(nearest, ", "))
	}
	t.print(a.out)
	fmt.Fprintf(a.out, "\n%s around %s as of %v, of %s with %s; %s in no circle. Searches agree by %.0f %%; modularity %.2f, by chance %.2f.\n",
		things(int64(len(known.Circles)), "circle", "circles"), p.Slug, known.AsOf, things(int64(known.People), "person", "people"),
		things(int64(known.Ties), "tie", "ties"), count(int64(known.None)), 100*known.Confidence, known.Modularity, known.ByChance)
	for i := range known.Bridges {
		b := &known.Bridges[i]
		if i == 0 {
			fmt.Fprintln(a.out, "\nBridge people:")
		}
		fmt.Fprintf(a.out, "  %s: %s\n", clean(b.Name, 32), harmless(strings.Join(b.Into, " · ")))
	}
}
