package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/repulsion"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

func (a *app) repulsionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "repulsion", Short: "What pushes people away, where it grows and around what it rose", Args: cobra.NoArgs,
		Long: `Complaints, refunds, low ratings, reports, requests taken back: what repels is an
axis of its own, never taken off anybody's closeness. The last 90 days are compared
with the 90 before, by the share of active people who were pushed away. What it rose
around stands out among all things and days that were looked at; whether that set it
off is not known from this.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.around(cmd, func(p orrery.Planet, day orrery.Day, desk *view.Desk) error {
				r, err := desk.Repulsion(cmd.Context(), p.ID, day, study.Forever)
				if err != nil {
					return err
				}
				return a.printRepulsion(p, &r)
			})
		},
	}
}

// repelledLine is how much repels some people, in JSON.
type repelledLine struct {
	Type   string           `json:"type"` // all, circle or partner
	Planet string           `json:"planet"`
	Of     string           `json:"of,omitempty"`
	AsOf   orrery.Day       `json:"as_of"`
	Since  orrery.Day       `json:"since"`
	Now    repulsion.Counts `json:"last_90_days"`
	Before repulsion.Counts `json:"days_before"`
	All    repulsion.Counts `json:"all"`
	Growth repulsion.Growth `json:"growth"`
	Weeks  []repulsion.Week `json:"weeks,omitempty"`
}

// burstLine is what repulsion rose around.
type burstLine struct {
	Type     string     `json:"type"` // rose_around
	Planet   string     `json:"planet"`
	Around   string     `json:"around,omitempty"` // empty: the planet as a whole
	Kind     string     `json:"object_type,omitempty"`
	From     orrery.Day `json:"from"`
	Until    orrery.Day `json:"until"`
	People   int        `json:"people"`
	Active   int        `json:"active"`
	Expected float64    `json:"expected"`
	Chance   float64    `json:"chance"`
}

// repelledKindLine is how often something was done that repels.
type repelledKindLine struct {
	Type   string `json:"type"` // kind
	Planet string `json:"planet"`
	repulsion.KindCount
}

// repelledPersonLine is somebody who was pushed away.
type repelledPersonLine struct {
	Type   string          `json:"type"` // person
	Planet string          `json:"planet"`
	ID     orrery.MemberID `json:"id"`
	Name   string          `json:"name"`
	Level  orrery.Level    `json:"level"`
	Acts   int             `json:"acts"`
	Last   orrery.Day      `json:"last"`
	Came   int             `json:"came_since"`
}

// balanceLine tells of ties between people.
type balanceLine struct {
	Type   string `json:"type"` // between_people
	Planet string `json:"planet"`
	view.Balance
}

func (a *app) printRepulsion(p orrery.Planet, r *view.Repulsion) error {
	if !a.json {
		a.tellRepulsion(p, r)
		return nil
	}
	group := func(kind, of string, g *repulsion.Group) error {
		return a.line(repelledLine{kind, p.Slug, of, r.AsOf, r.Since, g.Now, g.Before, g.All, g.Growth, g.Weeks})
	}
	if err := group("all", "", &r.Everybody); err != nil {
		return err
	}
	for i := range r.Groups {
		if err := group(r.Groups[i].Kind, r.Groups[i].Name, &r.Groups[i].Group); err != nil {
			return err
		}
	}
	for _, b := range r.Bursts {
		if err := a.line(burstLine{"rose_around", p.Slug, b.Title, b.Type, b.From, b.Until, b.People, b.Active, b.Expected, b.Chance}); err != nil {
			return err
		}
	}
	for _, k := range r.Kinds {
		if err := a.line(repelledKindLine{"kind", p.Slug, k}); err != nil {
			return err
		}
	}
	for _, m := range r.People {
		if err := a.line(repelledPersonLine{"person", p.Slug, m.Who, m.Name, m.Level, m.Acts, m.Last, m.Came}); err != nil {
			return err
		}
	}
	return a.line(balanceLine{"between_people", p.Slug, r.Balance})
}

func (a *app) tellRepulsion(p orrery.Planet, r *view.Repulsion) {
	fmt.Fprintf(a.out, "%s as of %v: what pushes away. Of those who were active, in the last %d days and in the %d before:\n\n", p.Slug, r.AsOf, repulsion.Span, repulsion.Span)
	t := table{head: []string{"", "pushed away", "of", "before", "of", "share, times that before"}}
	add := func(name string, g *repulsion.Group) {
		if g.All.Acts == 0 {
			return
		}
		growth := "too little to tell"
		if g.Growth.Verdict != repulsion.TooLittle {
			growth = fmt.Sprintf("%.2f [%.2f–%.2f] %s", g.Growth.Ratio, g.Growth.Low, g.Growth.High, g.Growth.Verdict)
		}
		t.add(name, count(int64(g.Now.People)), count(int64(g.Now.Active)), count(int64(g.Before.People)), count(int64(g.Before.Active)), growth)
	}
	add("everybody", &r.Everybody)
	for i := range r.Groups {
		add(clean(r.Groups[i].Name, 30), &r.Groups[i].Group)
	}
	if r.Everybody.All.Acts == 0 {
		fmt.Fprintln(a.out, "Nobody has shown in two years that something pushed them away, as far as the sources tell.")
		return
	}
	t.print(a.out)
	fmt.Fprintln(a.out)
	for _, b := range r.Bursts {
		about := clean(b.Title, 60)
		if about == "" {
			about = "the planet as a whole"
		}
		fmt.Fprintf(a.out, "It rose around %s, %v to %v: %d of %s who were there, about %.1f usual.\n", about, b.From, b.Until, b.People, things(int64(b.Active), "person", "people"), b.Expected)
	}
	if len(r.Bursts) == 0 {
		fmt.Fprintln(a.out, "Nothing stands out that it rose around.")
	}
	fmt.Fprintf(a.out, "%d of %s who were pushed away in the last %d days came by themselves since.\n", r.StayingN, things(int64(r.RecentN), "person", "people"), repulsion.Span)
	for _, k := range r.Kinds {
		fmt.Fprintf(a.out, "%s: %d, %d before.\n", clean(k.Kind, 50), k.Now, k.Before)
	}
	if b := r.Balance; b.Triangles > 0 {
		fmt.Fprintf(a.out, "Between people: %d ties against each other; %d of %d triangles are at odds with themselves.\n", b.Against, b.Frustrated, b.Triangles)
	}
}
