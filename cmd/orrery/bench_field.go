package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/catalogue"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/simulate"
)

// benchRules are the rules of kinds that a bulk world holds.
func (b *bench) benchRules() []orrery.Rule {
	c := catalogue.Default()
	seen := map[string]bool{}
	var rules []orrery.Rule
	for a := range simulate.Bulk(benchSeed, 100, 1000, orrery.DayOf(b.app.clock())) {
		if !seen[a.Kind] {
			seen[a.Kind] = true
			rules = append(rules, c.Lookup(a.Kind))
		}
	}
	return rules
}

// crowd makes rows of a year, rows a person as many as told, by rising day and
// people at random within a day; a third have a counterpart.
func crowd(people, each, kinds int) []field.Row {
	chance := rand.New(rand.NewPCG(benchSeed, 2))
	rows := make([]field.Row, each*people)
	for i := range rows {
		rows[i] = field.Row{
			Member: orrery.MemberID(1 + chance.IntN(people)), Day: orrery.Day(20_000 + i*365/len(rows)), Planet: 1,
			Kind: uint16(chance.IntN(kinds)), Valence: field.NoValence,
		}
		if chance.IntN(3) == 0 {
			rows[i].With = orrery.MemberID(1 + chance.IntN(people))
		}
	}
	return rows
}

func benchField(_ context.Context, b *bench, people int) error {
	rules := b.benchRules()
	history := crowd(people, 10, len(rules))
	day := history[len(history)-1].Day
	e := field.Build(rules, func(yield func([]field.Row) bool) { yield(history) })
	batch := history[:people]
	// Each round is the day after: every orbit's open day is folded once.
	took := make([]time.Duration, 5)
	for round := range took {
		day++
		for i := range batch {
			batch[i].Day = day
		}
		began := time.Now()
		e.Apply(batch)
		took[round] = time.Since(began)
	}
	moves := quantile(took, .5)
	touch, err := touchCells(batch, people)
	if err != nil {
		return err
	}
	stand, err := median(5, func() error {
		e.Survey(1, field.ColdStart(field.Monthly), day, 1000, nil)
		return nil
	})
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := e.Encode(&file); err != nil {
		return err
	}
	size := file.Len()
	encode, err := median(5, func() error { return e.Encode(io.Discard) })
	if err != nil {
		return err
	}
	decode, err := median(5, func() error {
		_, err := field.Decode(bytes.NewReader(file.Bytes()))
		return err
	})
	if err != nil {
		return err
	}
	to := make([]byte, size)
	copied, err := median(9, func() error {
		copy(to, file.Bytes())
		return nil
	})
	if err != nil {
		return err
	}
	const million = 1e6
	return errors.Join(
		b.report(measure{
			Name: "field_moves", N: people, Value: rate(len(batch), moves) / million, Unit: "M/s",
			Baseline: rate(len(batch), touch) / million, limit: "reading and writing two cache lines in the same order",
		}),
		b.report(measure{
			Name: "field_standings", N: people, Value: milliseconds(stand), Unit: "ms",
			Baseline: milliseconds(copied), limit: "copying the field in memory",
		}),
		b.report(measure{
			Name: "snapshot_encode", N: people, Value: rate(size, encode) / million, Unit: "MB/s",
			Baseline: rate(size, copied) / million, limit: "copying it in memory",
		}),
		b.report(measure{
			Name: "snapshot_decode", N: people, Value: rate(size, decode) / million, Unit: "MB/s",
			Baseline: rate(size, copied) / million, limit: "copying it in memory",
		}),
	)
}

// cellLines is a piece of memory about as large as what a move touches.
type cellLines [16]uint64

// touchCells measures the limit of moves: the memory alone.
func touchCells(batch []field.Row, people int) (time.Duration, error) {
	cells := make([]cellLines, people+1)
	return median(3, func() error {
		for i := range batch {
			c := &cells[batch[i].Member]
			c[0]++
			c[8]++
		}
		return nil
	})
}
