package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

// rhythmLine is what a planet would be read by one rhythm, for programs.
type rhythmLine struct {
	Planet     string         `json:"planet"`
	RhythmDays int            `json:"rhythm_days"`
	InForce    bool           `json:"in_force"`
	Suggested  bool           `json:"suggested"`
	Gaps       int            `json:"gaps"`   // between returns
	Within     float64        `json:"within"` // share of them of up to so many days
	MedianDays int            `json:"median_days"`
	Gravity    float64        `json:"gravity"`
	Levels     map[string]int `json:"levels"`
	Nearer     int            `json:"nearer"` // people on a nearer level than now
	Farther    int            `json:"farther"`
}

func (a *app) rhythmCommand() *cobra.Command {
	return &cobra.Command{
		Use: "rhythm [PLANET]", Short: "What there is to choose a planet's rhythm by: gaps between returns, and what each would change", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), true, func(s *flow.System, desk *view.Desk) error {
				name := a.planet
				if len(args) > 0 {
					name = args[0]
				}
				p, err := s.Planet(name)
				if err != nil {
					return err
				}
				r, err := desk.Rhythm(cmd.Context(), p.ID, study.Forever)
				if err != nil {
					return err
				}
				t := table{head: []string{"rhythm", "returns within", "gravity", "core", "inner", "outer", "edge", "nearer", "farther", ""}}
				for _, c := range r.Choices {
					line := rhythmLine{
						p.Slug, c.Days, c.Now, c.Proposed, r.Gaps.Gaps, c.Within, r.Gaps.Median,
						c.Trial.After.Now,
						map[string]int{},
						c.Trial.Nearer, c.Trial.Farther,
					}
					row := []string{fmt.Sprintf("%d days", c.Days), fmt.Sprintf("%.0f %%", 100*c.Within), fmt.Sprintf("%.1f", c.Trial.After.Now)}
					for _, l := range c.Trial.Levels {
						line.Levels[l.Level.String()] = l.After
						row = append(row, count(int64(l.After)))
					}
					if a.json {
						if err := a.line(line); err != nil {
							return err
						}
						continue
					}
					said := map[bool]string{true: "in force"}[c.Now]
					if c.Proposed && !c.Now {
						said = "suggested"
					}
					t.add(append(row, count(int64(c.Trial.Nearer)), count(int64(c.Trial.Farther)), said)...)
				}
				if a.json {
					return nil
				}
				t.print(a.out)
				fmt.Fprintf(a.out, "\n%s gaps between returns, half of them of %d days or fewer. Of %s people who came in several months,\nhalf come every %d days or more often: that suggests %d days.\nChoose: orrery planets set %s --rhythm DAYS\n",
					count(int64(r.Gaps.Gaps)), r.Gaps.Median, count(int64(r.Spacing.People)), r.Spacing.Median, r.Proposed, p.Slug)
				return nil
			})
		},
	}
}
