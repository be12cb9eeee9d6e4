package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
)

type listLine struct {
	Number int64  `json:"number"`
	Name   string `json:"name"`
	Planet string `json:"planet"`
	Query  string `json:"query"`
	Fixed  bool   `json:"fixed"`
	People int    `json:"people"`
}

type listedLine struct {
	ID         orrery.MemberID `json:"id"`
	Name       string          `json:"name"`
	Planet     string          `json:"planet"`
	Level      orrery.Level    `json:"level"`
	Closeness  float64         `json:"closeness"`
	LastActive orrery.Day      `json:"last_active"`
}

func (a *app) listsCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "lists", Short: "Show the lists of people that the team saved", Args: cobra.NoArgs,
		Long: `Show the lists of people that the team saved under a name, and how many are on
each now. A list asks anew each time; one that was put together by hand holds who
was put on it. Lists that somebody keeps for themselves are not shown.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.aroundPlanet(cmd, func(d *view.Desk, p orrery.Planet) error { return a.printLists(cmd.Context(), d, p) })
		},
	}
	show := &cobra.Command{
		Use: "show NAME", Short: "Show who is on a list now", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.aroundPlanet(cmd, func(d *view.Desk, p orrery.Planet) error { return a.printListed(cmd.Context(), d, p, args[0]) })
		},
	}
	query := ""
	save := &cobra.Command{
		Use: "save NAME", Short: "Save a list that the whole team sees", Args: cobra.ExactArgs(1),
		Example: `  orrery lists save "Near and drifting" --query "preset=drifting&level=inner"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.aroundPlanet(cmd, func(d *view.Desk, p orrery.Planet) error {
				_, err := d.SaveList(cmd.Context(), p.ID, 0, view.ListForm{Name: args[0], Query: query, Shared: true})
				if err == nil {
					fmt.Fprintf(a.err, "Saved “%s”.\n", clean(args[0], 60))
				}
				return err
			})
		},
	}
	save.Flags().StringVar(&query, "query", "", "what the list `asks` for, as the address of People writes it: preset=rising&level=core&way=commerce&tag=…&q=…")
	rename := &cobra.Command{
		Use: "rename NAME NEW", Short: "Give a list another name", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.aroundPlanet(cmd, func(d *view.Desk, p orrery.Planet) error {
				l, err := listCalled(cmd.Context(), d, p.ID, args[0])
				if err != nil {
					return err
				}
				_, err = d.SaveList(cmd.Context(), p.ID, 0, view.ListForm{Number: l.Number, Name: args[1], Shared: true, Fixed: l.Fixed, Query: l.Query})
				return err
			})
		},
	}
	remove := &cobra.Command{
		Use: "remove NAME", Short: "Remove a list; the people stay", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.aroundPlanet(cmd, func(d *view.Desk, p orrery.Planet) error {
				l, err := listCalled(cmd.Context(), d, p.ID, args[0])
				if err != nil {
					return err
				}
				return d.RemoveList(cmd.Context(), p.ID, 0, l.Number)
			})
		},
	}
	c.AddCommand(show, save, rename, remove)
	return c
}

// aroundPlanet runs something around the planet that the command names.
func (a *app) aroundPlanet(cmd *cobra.Command, fn func(*view.Desk, orrery.Planet) error) error {
	return a.with(cmd.Context(), true, func(s *flow.System, d *view.Desk) error {
		p, err := s.Planet(a.planet)
		if err != nil {
			return err
		}
		return fn(d, p)
	})
}

// listsNow waits until everybody has taken their place.
func listsNow(ctx context.Context, d *view.Desk, planet orrery.PlanetID) ([]view.SavedList, error) {
	for {
		lists, err := d.Lists(ctx, planet, 0)
		if !errors.Is(err, view.ErrMaking) {
			return lists, err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func listCalled(ctx context.Context, d *view.Desk, planet orrery.PlanetID, name string) (view.SavedList, error) {
	lists, err := listsNow(ctx, d, planet)
	if err != nil {
		return view.SavedList{}, err
	}
	at := slices.IndexFunc(lists, func(l view.SavedList) bool {
		return strings.EqualFold(l.Name, name) || strconv.FormatInt(l.Number, 10) == name
	})
	if at < 0 {
		return view.SavedList{}, orrery.Errorf(orrery.NotFound, "there is no list “%s”: see `orrery lists`", name)
	}
	return lists[at], nil
}

func (a *app) printLists(ctx context.Context, d *view.Desk, p orrery.Planet) error {
	lists, err := listsNow(ctx, d, p.ID)
	if err != nil {
		return err
	}
	t := table{head: []string{"list", "people", "asks for"}}
	for _, l := range lists {
		if a.json {
			if err := a.line(listLine{l.Number, l.Name, p.Slug, l.Query, l.Fixed, l.People}); err != nil {
				return err
			}
			continue
		}
		asks := l.Query
		switch {
		case l.Fixed:
			asks = "put together by hand"
		case asks == "":
			asks = "everybody"
		}
		t.add(clean(l.Name, 40), strconv.Itoa(l.People), clean(asks, 60))
	}
	if a.json {
		return nil
	}
	if len(t.rows) == 0 {
		fmt.Fprintln(a.out, "No list is saved. Save one: orrery lists save NAME --query …")
		return nil
	}
	t.print(a.out)
	return nil
}

func (a *app) printListed(ctx context.Context, d *view.Desk, p orrery.Planet, name string) error {
	l, err := listCalled(ctx, d, p.ID, name)
	if err != nil {
		return err
	}
	_, q, err := d.List(ctx, p.ID, 0, l.Number)
	if err != nil {
		return err
	}
	if q.AsOf, err = a.day(); err != nil {
		return err
	}
	t := table{head: []string{"person", "level", "closeness", "last seen"}}
	each := func(r *view.Row) error {
		if a.json {
			return a.line(listedLine{r.ID, r.Name, p.Slug, r.Level, r.Closeness, r.LastActive})
		}
		t.add(clean(r.Name, 32), r.Level.String(), fmt.Sprintf("%.0f", r.Closeness), r.LastActive.String())
		return nil
	}
	for {
		if err = d.EachPerson(ctx, q, each); !errors.Is(err, view.ErrMaking) {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil || a.json {
		return err
	}
	if len(t.rows) == 0 {
		fmt.Fprintln(a.out, "Nobody is on this list now.")
		return nil
	}
	t.print(a.out)
	return nil
}
