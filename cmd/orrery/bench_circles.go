package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orrery.dev/orrery/internal/circle"
	"orrery.dev/orrery/internal/circle/igraphtest"
	"orrery.dev/orrery/internal/simulate"
)

// benchCircles looks for circles in a published kind of benchmark graph with about
// so many ties, against one pass over them and against igraph, taking turns.
func benchCircles(ctx context.Context, b *bench, ties int) (err error) {
	const rounds, iterations = 5, 10
	g, err := benchGraph(ties)
	if err != nil {
		return err
	}
	var igraph *igraphtest.Igraph
	if igraphtest.Available(ctx) {
		if igraph, err = igraphtest.Open(ctx, g, b.dir); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, igraph.Close()) }()
	} else {
		fmt.Fprintln(b.app.err, igraphtest.Missing)
	}
	var ours, passes, theirs []time.Duration
	var quality, worst, theirQuality float64
	for round := range rounds {
		var p circle.Partition
		took, err := timed(func() error {
			p, err = circle.Find(g, circle.Config{Seed: uint64(round)})
			return err
		})
		if err != nil {
			return err
		}
		pass, _ := timed(func() error {
			quality = circle.Quality(g, p, circle.Modularity, 1)
			return nil
		})
		if round == 0 || quality < worst {
			worst = quality
		}
		ours, passes = append(ours, took), append(passes, pass)
		if igraph != nil {
			found, err := igraph.Find(iterations)
			if err != nil {
				return err
			}
			theirs = append(theirs, time.Duration(found.Seconds*float64(time.Second)))
			theirQuality = max(theirQuality, found.Modularity)
		}
	}
	took := milliseconds(quantile(ours, .5))
	err = b.report(measure{
		Name: "circles", N: g.Edges(), Value: took, Unit: "ms",
		Baseline: milliseconds(quantile(passes, .5)), limit: "one pass over all ties",
	})
	if igraph == nil {
		return err
	}
	return errors.Join(
		err,
		b.report(measure{
			Name: "circles_igraph", N: g.Edges(), Value: took, Unit: "ms",
			Baseline: milliseconds(quantile(theirs, .5)), limit: "igraph in C, ten iterations on one core",
		}),
		b.report(measure{
			Name: "circles_quality", N: g.Edges(), Value: worst, Unit: "modularity, the worst",
			Baseline: theirQuality, limit: "igraph's best",
		}),
	)
}

// benchGraph makes a graph of about so many ties, twenty for each person.
func benchGraph(ties int) (*circle.Graph, error) {
	people := max(100, ties/10)
	network, err := simulate.LFR{
		Nodes: people, Degree: 20, MaxDegree: min(300, people/2), MinSize: 20, MaxSize: min(2000, people/2), Mixing: .4,
	}.Make(benchSeed)
	if err != nil {
		return nil, err
	}
	var edges circle.Edges
	for _, e := range network.Edges {
		if err := edges.Add(e[0], e[1], 1); err != nil {
			return nil, err
		}
	}
	return edges.Graph(people), nil
}
