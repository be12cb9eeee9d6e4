// Package igraphtest lets igraph, which is written in C, look for circles in the
// same graph, as a yardstick for tests and benchmarks. It is no part of what the
// product does: it asks a Python that has igraph, and says so where there is none.
package igraphtest

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"

	"orrery.dev/orrery/internal/circle"
)

// Missing says what to install where Available is false.
const Missing = "igraph is not installed (Debian: apt-get install python3-igraph): left out"

// program reads edges from a file and then answers each line with a search.
const program = `
import sys, time, json, array
import igraph
nodes, edges, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
ends, weights = array.array("I"), array.array("f")
with open(path, "rb") as f:
    ends.fromfile(f, 2 * edges)
    weights.fromfile(f, edges)
graph = igraph.Graph(n=nodes, edges=zip(ends[0::2], ends[1::2]))
if graph.has_multiple():
    graph.es["weight"] = list(weights)
    graph.simplify(combine_edges="sum")
    weights = graph.es["weight"]
weights = None if all(w == 1 for w in weights) else list(weights)
print("{}", flush=True)
for line in sys.stdin:
    began, worked = time.perf_counter(), time.process_time()
    found = graph.community_leiden(objective_function="modularity", weights=weights, n_iterations=int(line))
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    print(json.dumps({"seconds": seconds, "processor": processor, "circles": len(found),
        "modularity": graph.modularity(found.membership, weights=weights)}), flush=True)
`

// Found is one search.
type Found struct {
	Seconds    float64 `json:"seconds"`   // by the clock
	Processor  float64 `json:"processor"` // of work
	Circles    int     `json:"circles"`
	Modularity float64 `json:"modularity"`
}

// Igraph is a program that holds one graph. Close ends it.
type Igraph struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// python is the first Python that knows igraph, or empty.
func python(ctx context.Context) string {
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.CommandContext(ctx, name, "-c", "import igraph").Run() == nil {
			return name
		}
	}
	return ""
}

// Available reports whether there is a Python with igraph.
func Available(ctx context.Context) bool { return python(ctx) != "" }

// Open gives a graph to igraph; dir is for a file on the way.
func Open(ctx context.Context, g *circle.Graph, dir string) (*Igraph, error) {
	path, edges, err := write(g, dir)
	if err != nil {
		return nil, fmt.Errorf("write the graph for igraph: %w", err)
	}
	defer os.Remove(path)
	i := &Igraph{command: exec.CommandContext(ctx, python(ctx), "-c", program, fmt.Sprint(g.Nodes()), fmt.Sprint(edges), path)}
	i.command.Stderr = os.Stderr
	if i.in, err = i.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := i.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	i.out = bufio.NewReader(out)
	if err := i.command.Start(); err != nil {
		return nil, fmt.Errorf("start igraph: %w", err)
	}
	if _, err := i.out.ReadBytes('\n'); err != nil {
		return nil, errors.Join(fmt.Errorf("igraph reads the graph: %w", err), i.Close())
	}
	return i, nil
}

// Find searches for modularity at resolution 1, on one core.
func (i *Igraph) Find(iterations int) (Found, error) {
	var f Found
	if _, err := fmt.Fprintln(i.in, iterations); err != nil {
		return f, fmt.Errorf("ask igraph: %w", err)
	}
	line, err := i.out.ReadBytes('\n')
	if err != nil {
		return f, fmt.Errorf("igraph answers: %w", err)
	}
	return f, json.Unmarshal(line, &f)
}

// Close ends the program and waits for it.
func (i *Igraph) Close() error { return errors.Join(i.in.Close(), i.command.Wait()) }

// write puts all pairs of ends and then all weights into a file, as bytes of this
// machine, and tells how many.
func write(g *circle.Graph, dir string) (path string, edges int, err error) {
	file, err := os.CreateTemp(dir, "edges-*")
	if err != nil {
		return "", 0, err
	}
	w := bufio.NewWriterSize(file, 1<<20)
	each := func(do func(a, b uint32, weight float32)) {
		for a := range uint32(g.Nodes()) {
			to, weights := g.Neighbours(a)
			for i, b := range to {
				if a < b {
					weight := float32(1)
					if weights != nil {
						weight = weights[i]
					}
					do(a, b, weight)
				}
			}
		}
	}
	var piece []byte
	each(func(a, b uint32, _ float32) {
		piece = binary.NativeEndian.AppendUint32(binary.NativeEndian.AppendUint32(piece[:0], a), b)
		_, _ = w.Write(piece) // Flush tells of it
		edges++
	})
	each(func(_, _ uint32, weight float32) {
		_, _ = w.Write(binary.NativeEndian.AppendUint32(piece[:0], math.Float32bits(weight)))
	})
	return file.Name(), edges, errors.Join(w.Flush(), file.Close())
}
