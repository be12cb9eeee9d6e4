// Package ndjson reads and writes activities as Orrery exports them: one JSON
// object a line, in the shape of the API. It is strict, so that a mistake shows
// when it is made. It is not a JSON library; it knows one shape.
//
// It is fed by files through package intake and by the API, which hands single
// objects to Decode. Package flow runs the Connector; the export writes with
// Append.
//
// # The shape
//
//	{"external_id","namespace","source","planet","kind","name",
//	 "actor":{"namespace","type","value","name","email"},
//	 "object":{"id","type","title","url"},"thread","gist","parent","to":[actor],
//	 "at","origin","prompted_by","quantity","unit","valence","partner",
//	 "purposes":[],"tags":[],"retracts","time_clamped"}
//
// external_id, kind, at, and an actor's type and value are needed; all else may
// be left out, be null or be empty, which mean the same. A key that is not in
// the shape is an error that names it, unless it begins with "x_": those are
// passed over and not kept. A key that stands twice is an error.
package ndjson

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/intake"
)

// Options say how a file is to be read.
type Options struct {
	Now time.Time // times more than 48 hours after it are skipped; zero is the time of New
}

// Connector reads one file. It is used by one goroutine and for one Collect.
type Connector struct {
	path string
	now  time.Time
	file *intake.File // opened by Source, read and closed by Collect
}

var _ collect.Connector = (*Connector)(nil)

// New returns a connector of the file at path, which is first opened by Source.
func New(path string, opt Options) *Connector {
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	return &Connector{path: path, now: opt.Now}
}

// Source describes the file. A file that is missing, empty or no NDJSON is an
// orrery.Invalid error that says what to do.
func (c *Connector) Source(context.Context) (collect.Source, error) {
	if err := c.open(); err != nil {
		return collect.Source{}, err
	}
	name := intake.Planet(c.path)
	planet := name
	if line, _, _ := bytes.Cut(bytes.TrimLeft(c.file.Head(), " \t\r\n"), []byte{'\n'}); len(line) > 0 {
		// A file that names planets needs none of its own.
		if a, err := Decode(line); err == nil && a.Planet != "" {
			planet = a.Planet
		}
	}
	return collect.Source{Kind: "ndjson", Name: "ndjson/" + name, Planet: planet, Origin: c.path}, nil
}

func (c *Connector) open() error {
	if c.file != nil {
		return nil
	}
	file, err := intake.Open(c.path)
	if err != nil {
		return err
	}
	if err := suitable(file); err != nil {
		file.Close()
		return err
	}
	c.file = file
	return nil
}

func suitable(file *intake.File) error {
	if err := file.Foreign(); err != nil {
		return err
	}
	start := bytes.TrimLeft(file.Head(), " \t\r\n")
	switch {
	case len(start) > 0 && start[0] == '[':
		return orrery.Errorf(orrery.Invalid, "%s is a JSON array: write one object a line, as jq -c '.[]' does", file.Path)
	case len(start) > 0 && start[0] != '{':
		return orrery.Errorf(orrery.Invalid, "%s is not NDJSON, one JSON object a line: if it is a table, import it with import csv", file.Path)
	default:
		return nil
	}
}

// rules names how lines are read in a cursor: change it when that changes.
const rules = "ndjson 1"

// Collect emits the lines of the file. Where it still begins with all that the
// cursor saw, only the lines behind are emitted; else all are, which does no
// harm: what is there already counts once.
func (c *Connector) Collect(ctx context.Context, from collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	if err := c.open(); err != nil {
		return nil, err
	}
	file := c.file
	defer func() {
		file.Close()
		c.file = nil
	}()
	known, all, err := file.Known(ctx, from, rules, c.now)
	if err != nil || all {
		return from, err
	}
	lines := intake.NewLines(file)
	read, early := int64(0), intake.Early(0)
	progress := func() { to.Progress(collect.Progress{Rows: read, Done: file.Done(), Total: file.Size}) }
	defer progress()
	var a orrery.Activity
	for {
		line, whole, err := lines.Next(ctx)
		switch {
		case err == io.EOF:
			return file.Mark(rules, read, early).Cursor(), nil
		case err != nil:
			return nil, c.stopped(ctx, err, read)
		case len(bytes.TrimSpace(line)) == 0:
			continue
		}
		if read++; read <= known {
			continue
		}
		fault := c.read(line, whole, &a)
		if fault == nil {
			err = to.Activity(ctx, &a)
		} else {
			early.Note(a.At, c.now)
			err = to.Skip(ctx, collect.Skipped{Row: lines.Number, Reason: fault.Error(), Excerpt: intake.Excerpt(line)})
		}
		if err != nil {
			return nil, err
		}
		if read%4096 == 0 {
			if ctx.Err() != nil {
				return nil, c.stopped(ctx, ctx.Err(), read)
			}
			progress()
		}
	}
}

func (c *Connector) read(line []byte, whole bool, a *orrery.Activity) (err error) {
	*a = orrery.Activity{}
	if !whole {
		return errors.New("the line is longer than one megabyte: is a line end missing?")
	}
	if *a, err = Decode(line); err != nil {
		return err
	}
	return intake.CheckTime(a.At, c.now)
}

// stopped tells a reading that was called off from one that broke.
func (c *Connector) stopped(ctx context.Context, err error, rows int64) error {
	if ctx.Err() != nil {
		return fmt.Errorf("read %s: %w", c.path, ctx.Err())
	}
	return c.file.Broken(err, rows)
}
