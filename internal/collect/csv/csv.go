// Package csv reads activities from files of rows and columns: comma, semicolon,
// tab or bar, with or without a header, as spreadsheets, shops and databases
// export them. It finds out by itself which column says who, when and what, and
// can be told.
//
// It is not a general CSV library: package encoding/csv is, and holds whole
// records of any size in memory. It is fed by files through package intake; the
// doors show what Preview says, package flow runs the Connector.
//
// A row without an id gets one from what it says, so that the same or a grown
// file can be imported again and again.
package csv

import (
	"context"
	"fmt"
	"io"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/intake"
)

// Options say how a file is to be read. The zero value guesses everything.
type Options struct {
	Mapping   Mapping // what a person said; the other roles are guessed
	Preset    string  // what the rows are: PresetOrders and so on; empty is guessed, NoPreset is none
	Kind      string  // of rows that name none; else the file's name tells, else it is "activity"
	Unit      string  // of quantities that name none; NoUnit where they have none
	Delimiter rune    // ',' ';' '\t' '|'; 0 is guessed
	Header    Header
	DateOrder DateOrder
	Decimal   DecimalMark
	From1904  bool           // a spreadsheet's day numbers count from 1904, as old Macs did
	Location  *time.Location // of times that name no zone; nil is UTC
	Now       time.Time      // times more than 48 hours after it are skipped; zero is the time of New
}

// NoUnit says that quantities without a unit are meant so.
const NoUnit = "none"

// Header says whether the first row names the columns.
type Header uint8

// The answers.
const (
	HeaderGuessed Header = iota
	HeaderYes
	HeaderNo
)

// Connector reads one file. It is used by one goroutine and for one Collect.
type Connector struct {
	path string
	opt  Options
	file *intake.File // opened by Source, read and closed by Collect
	plan *plan
}

var _ collect.Connector = (*Connector)(nil)

// New returns a connector of the file at path, which is first opened by Source.
func New(path string, opt Options) *Connector {
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	return &Connector{path: path, opt: opt}
}

// Source describes the file. A file that is missing, empty, no CSV or has no
// column for who or when is an orrery.Invalid error that says what to do.
func (c *Connector) Source(ctx context.Context) (collect.Source, error) {
	if err := c.open(ctx); err != nil {
		return collect.Source{}, err
	}
	planet := intake.Planet(c.path)
	return collect.Source{Kind: "csv", Name: "csv/" + planet, Planet: planet, Origin: c.path}, nil
}

// open reads the file's head and decides how to read the file.
func (c *Connector) open(ctx context.Context) error {
	if c.file != nil {
		return nil
	}
	file, err := intake.Open(c.path)
	if err != nil {
		return err
	}
	if c.plan, err = c.understand(ctx, file); err != nil {
		file.Close()
		return err
	}
	c.file = file
	return nil
}

func (c *Connector) understand(ctx context.Context, file *intake.File) (*plan, error) {
	if err := file.Foreign(); err != nil {
		return nil, err
	}
	if file.JSON() {
		return nil, orrery.Errorf(orrery.Invalid, "%s is JSON: import it with import ndjson, one object a line, or save it as CSV", file.Path)
	}
	p, err := makePlan(file, c.opt)
	if err != nil {
		return nil, err
	}
	if _, open := p.when().order(true); open && c.opt.DateOrder == OrderGuessed && !file.Whole && !file.Pipe {
		if err := p.searchOrder(ctx, file.Path); err != nil {
			return nil, err
		}
		p.planTimes(c.opt)
	}
	return p, nil
}

// searchOrder looks through all of a file for a date that can be read in one
// order only.
func (p *plan) searchOrder(ctx context.Context, path string) error {
	columns := p.from[When].columns
	file, err := intake.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	r := newRecords(file, p.delim, p.eol)
	when := &p.columns[columns[0]]
	for {
		err := r.next(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil: // Collect meets it again and tells
			return nil
		case r.fault != "" || columns[0] >= len(r.spans):
			continue
		}
		span := r.spans[columns[0]]
		when.addTime(string(r.text[span[0]:span[1]]))
		if when.dayFirst+when.monthMust > 0 {
			return nil
		}
	}
}

// Collect emits the rows of the file. Where it still begins with all that the
// cursor saw, only the rows behind are emitted; else all are, which does no
// harm: rows that are there already count once.
func (c *Connector) Collect(ctx context.Context, from collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	if err := c.open(ctx); err != nil {
		return nil, err
	}
	file := c.file
	defer func() {
		file.Close()
		c.file = nil
	}()
	rules := c.plan.rules()
	known, all, err := file.Known(ctx, from, rules, c.opt.Now)
	if err != nil || all {
		return from, err
	}
	in := newRecords(file, c.plan.delim, c.plan.eol)
	rows := c.plan.rows(c.opt.Now)
	read, open := int64(0), false
	progress := func() { to.Progress(collect.Progress{Rows: read, Done: file.Done(), Total: file.Size}) }
	defer progress()
	if err := c.plan.begin(ctx, in); err != nil && err != io.EOF {
		return nil, c.stopped(ctx, err, 0)
	}
	var a orrery.Activity
	for {
		err := in.next(ctx)
		switch {
		case err == io.EOF && open: // what is added may close the quote
			return nil, nil
		case err == io.EOF:
			return file.Mark(rules, read, rows.early).Cursor(), nil
		case err != nil:
			return nil, c.stopped(ctx, err, read)
		case in.blank():
			continue
		}
		read++
		fault := in.fault
		open = open || fault == openQuote
		if fault == "" {
			fault = rows.read(in, &a)
		}
		switch {
		case read <= known:
		case fault == "":
			err = rows.emit(ctx, &a, to)
		default:
			err = to.Skip(ctx, collect.Skipped{Row: in.line, Reason: fault, Excerpt: intake.Excerpt(in.raw)})
		}
		if err != nil {
			return nil, err
		}
		if read%4096 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, c.stopped(ctx, err, read)
			}
			progress()
		}
	}
}

// stopped tells a reading that was called off from one that broke.
func (c *Connector) stopped(ctx context.Context, err error, rows int64) error {
	if ctx.Err() != nil {
		return fmt.Errorf("read %s: %w", c.path, ctx.Err())
	}
	return c.file.Broken(err, rows)
}

// emit hands on what a row says: one activity, with a preset also none or more.
func (r *rows) emit(ctx context.Context, a *orrery.Activity, to collect.Sink) error {
	if r.passed {
		return nil
	}
	if err := to.Activity(ctx, a); err != nil {
		return err
	}
	for i := range r.more {
		if err := to.Activity(ctx, &r.more[i]); err != nil {
			return err
		}
	}
	return nil
}

// rows returns a reader of this plan's records.
func (p *plan) rows(now time.Time) *rows {
	return &rows{plan: p, now: now, kinds: map[string]string{}}
}

// begin passes over what stands before the first row of data.
func (p *plan) begin(ctx context.Context, in *records) error {
	if p.directive {
		if err := in.next(ctx); err != nil {
			return err
		}
	}
	for p.named {
		if err := in.next(ctx); err != nil {
			return err
		}
		if !in.blank() && in.fault == "" {
			if _, _, ok := in.strings(nil); ok {
				return nil
			}
		}
	}
	return nil
}
