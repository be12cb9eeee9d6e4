package main

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/circle"
)

// circlesFlags are what `orrery circles` was told.
type circlesFlags struct {
	edges, assign string
	resolution    float64
	seed          uint64
}

func (a *app) circlesCommand() *cobra.Command {
	var f circlesFlags
	c := &cobra.Command{
		Use: "circles", Short: "List a planet's circles, or find them in a file of ties", Args: cobra.NoArgs,
		Long: `List a planet's networks of like minds: what sets each apart, how many belong to
it, and whose ties lead into several.

With --edges FILE --assign OUT.csv, find them in a file of ties: one a line, as
from,to or from,to,weight, without a head line, gzipped or not. Names are any text; ties have
no direction, and weights of the same two add up. OUT gets a line node,community
for each name, the largest circle first in number (0). No installation is needed.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.edges == "" && f.assign == "" {
				return a.circlesOfPlanet(cmd)
			}
			if f.edges == "" || f.assign == "" {
				return orrery.Errorf(orrery.Invalid, "give the file of ties with --edges and the file to write with --assign")
			}
			if !(f.resolution > 0) {
				return orrery.Errorf(orrery.Invalid, "--resolution %v: give a number above 0", f.resolution)
			}
			return a.circlesOfFile(f)
		},
	}
	c.Flags().StringVar(&f.edges, "edges", "", "`file` of ties: from,to[,weight]")
	c.Flags().StringVar(&f.assign, "assign", "", "`file` to write: node,community")
	c.Flags().Float64Var(&f.resolution, "resolution", 1, "above 1: more and smaller circles")
	c.Flags().Uint64Var(&f.seed, "seed", 1, "equal seeds give equal circles")
	return c
}

// circlesDone is the last line of `orrery circles --json`.
type circlesDone struct {
	Type        string  `json:"type"`
	Nodes       int     `json:"nodes"`
	Edges       int     `json:"edges"` // pairs that are joined, loops left out
	Communities int     `json:"communities"`
	Modularity  float64 `json:"modularity"` // at resolution 1, so that figures compare
	Seconds     float64 `json:"seconds"`    // reading and writing included
}

func (a *app) circlesOfFile(f circlesFlags) error {
	// Large graphs are few large pieces of memory: collecting often costs nothing
	// and halves what is held at once.
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	began := time.Now()
	edges, names, err := readTies(a.path(f.edges))
	if err != nil {
		return err
	}
	names.Seal()
	g := edges.Graph(names.Len())
	circles, err := circle.Find(g, circle.Config{Resolution: f.resolution, Seed: f.seed})
	if err != nil {
		return err
	}
	if err := writeCircles(a.path(f.assign), names, circles); err != nil {
		return err
	}
	done := circlesDone{
		Type: "done", Nodes: g.Nodes(), Edges: g.Edges(), Communities: circles.Circles(),
		Modularity: circle.Quality(g, circles, circle.Modularity, 1),
		Seconds:    time.Since(began).Seconds(),
	}
	if a.json {
		return a.line(done)
	}
	fmt.Fprintf(a.out, "%s with %s between them: %s, modularity %.4f, %.2f s. Written to %s.\n",
		things(int64(done.Nodes), "name", "names"), things(int64(done.Edges), "tie", "ties"),
		things(int64(done.Communities), "circle", "circles"), done.Modularity, done.Seconds, f.assign)
	return nil
}

// readTies reads a file of ties, gzipped or not.
func readTies(path string) (*circle.Edges, *circle.Names, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, orrery.Errorf(orrery.Invalid, "the ties cannot be read: %w", err)
	}
	defer file.Close()
	buffered := bufio.NewReaderSize(file, 1<<20)
	var from io.Reader = buffered
	if head, _ := buffered.Peek(2); string(head) == "\x1f\x8b" {
		unzipped, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, nil, orrery.Errorf(orrery.Invalid, "%s is not whole gzip: %w", path, err)
		}
		from = unzipped
	}
	edges, names, err := circle.Read(from)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return edges, names, nil
}

// writeCircles writes aside and renames, so that a file of that name is whole or
// what it was before.
func writeCircles(path string, names *circle.Names, circles circle.Partition) (err error) {
	aside, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return orrery.Errorf(orrery.Invalid, "%s cannot be written: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(orrery.Errorf(orrery.Invalid, "%s cannot be written: %w", path, err), os.Remove(aside.Name()))
		}
	}()
	w := bufio.NewWriterSize(aside, 1<<20)
	var line []byte
	for node, c := range circles {
		line = appendCell(line[:0], names.At(uint32(node)))
		line = strconv.AppendUint(append(line, ','), uint64(c), 10)
		if _, err := w.Write(append(line, '\n')); err != nil {
			return errors.Join(err, aside.Close())
		}
	}
	if err := errors.Join(w.Flush(), aside.Chmod(0o644), aside.Close()); err != nil {
		return err
	}
	return os.Rename(aside.Name(), path)
}

// appendCell appends a cell of CSV, in quotes where it needs them.
func appendCell(dst, text []byte) []byte {
	plain := true
	for _, b := range text {
		if b == ',' || b == '"' || b == '\n' || b == '\r' {
			plain = false
			break
		}
	}
	if plain {
		return append(dst, text...)
	}
	dst = append(dst, '"')
	for _, b := range text {
		if b == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, b)
	}
	return append(dst, '"')
}
