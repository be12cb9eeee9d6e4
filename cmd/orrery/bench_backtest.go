package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"

	"orrery.dev/orrery/internal/backtest"
)

// benchBacktest measures all methods at all horizons on a made-up file, against
// reading the file: n rows of 10 people for each 77.
func benchBacktest(ctx context.Context, b *bench, n int) error {
	path := filepath.Join(b.dir, "comings.csv")
	if err := writeComings(path, n, max(1, n*10/77)); err != nil {
		return err
	}
	defer os.Remove(path)
	var h *backtest.History
	read, err := timed(func() (err error) {
		h, err = historyOf(path)
		return err
	})
	if err != nil {
		return err
	}
	whole, err := timed(func() error {
		_, err := backtest.Examine(ctx, h, backtest.Config{})
		return err
	})
	if err != nil {
		return err
	}
	return b.report(measure{
		Name: "backtest", N: n, Value: (read + whole).Seconds(), Unit: "s",
		Baseline: read.Seconds(), limit: "reading the file",
	})
}

// writeComings writes a history of three years and a half: people appear on any
// day, come at a rate of their own and stay for a time of their own.
func writeComings(path string, rows, people int) error {
	const days = 1280
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, "who,when,kind,object")
	rng := rand.New(rand.NewPCG(benchSeed, 5))
	for who := range people {
		first := float64(rng.IntN(days))
		stay := min(days-first, 30+400*rng.ExpFloat64())
		share := -math.Log(1-rng.Float64()) * float64(rows) / float64(people)
		for range 1 + int(share*float64(rows-people)/float64(rows)) {
			fmt.Fprintf(w, "%d,%d,comment,x\n", who, int64(20_000*86_400+86_400*(first+stay*rng.Float64())))
		}
	}
	return errors.Join(w.Flush(), file.Close())
}
