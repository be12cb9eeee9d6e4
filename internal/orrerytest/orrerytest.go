// Package orrerytest runs the real command for tests: it builds cmd/orrery and
// reads what it prints with --json. It is no part of the product and knows
// nothing of its insides; the journey and the fault harness use it.
package orrerytest

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Build compiles the command into a temporary folder and returns its path.
func Build(tb testing.TB) string {
	tb.Helper()
	binary := filepath.Join(tb.TempDir(), "orrery")
	out, err := exec.Command("go", "build", "-o", binary, "orrery.dev/orrery/cmd/orrery").CombinedOutput()
	if err != nil {
		tb.Fatalf("go build cmd/orrery: %v\n%s", err, out)
	}
	return binary
}

// Installation is a command and a data folder. The folder need not exist.
type Installation struct {
	Binary string
	Data   string
}

// Result is what one run of the command printed and how it ended.
type Result struct {
	Args   []string
	Stdout []byte
	Stderr string
	Err    error // nil when it ended with status 0
}

// Command returns a run of the command on the data folder with --json, not yet
// started. Nothing of the environment's ORRERY_ variables reaches it, nor a
// terminal.
func (in Installation) Command(args ...string) *exec.Cmd {
	c := exec.Command(in.Binary, append(args, "--data", in.Data, "--json")...)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "ORRERY_") {
			c.Env = append(c.Env, v)
		}
	}
	return c
}

// Try runs the command to its end, whatever that is.
func (in Installation) Try(args ...string) Result { return Finish(in.Command(args...)) }

// Run runs the command and fails the test unless it ends with status 0.
func (in Installation) Run(tb testing.TB, args ...string) Result {
	tb.Helper()
	r := in.Try(args...)
	if r.Err != nil {
		tb.Fatalf("orrery %s: %v\n%s", strings.Join(args, " "), r.Err, r.Stderr)
	}
	return r
}

// Finish runs a command that Command made, perhaps below another one.
func Finish(c *exec.Cmd) Result {
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	return Result{Args: c.Args[1:], Stdout: stdout.Bytes(), Stderr: stderr.String(), Err: err}
}

// Lines decodes each line of the output as a T. Lines that lack what T wants
// leave its zero values.
func Lines[T any](tb testing.TB, r Result) []T {
	tb.Helper()
	var values []T
	for line := range bytes.Lines(r.Stdout) {
		var v T
		if err := json.Unmarshal(line, &v); err != nil {
			tb.Fatalf("orrery %s printed a line that is no JSON: %v\n%s", strings.Join(r.Args, " "), err, line)
		}
		values = append(values, v)
	}
	return values
}

// Done is the line that an import ends with.
type Done struct {
	Type       string
	Import     int64
	Read       int64
	Added      int64
	Duplicates int64
	Skipped    int64
	Members    int64
	Seconds    float64
}

// DoneOf returns the last line of an import's output.
func DoneOf(tb testing.TB, r Result) Done {
	tb.Helper()
	lines := Lines[Done](tb, r)
	if len(lines) == 0 || lines[len(lines)-1].Type != "done" {
		tb.Fatalf("orrery %s did not end with a line of type done:\n%s", strings.Join(r.Args, " "), r.Stdout)
	}
	return lines[len(lines)-1]
}

// Activity is as much of an exported activity as tests compare.
type Activity struct {
	ExternalID string `json:"external_id"`
	Namespace  string
	Planet     string
	Kind       string
}

// Export returns the exported activities and, sorted, the lines they stood in.
func (in Installation) Export(tb testing.TB) ([]Activity, []string) {
	tb.Helper()
	r := in.Run(tb, "export", "activities")
	lines := strings.Split(strings.TrimSuffix(string(r.Stdout), "\n"), "\n")
	if len(r.Stdout) == 0 {
		lines = nil
	}
	slices.Sort(lines)
	return Lines[Activity](tb, r), lines
}

// Doctor is what doctor says of the state: what is stored and what a rebuild
// from the journal gives.
type Doctor struct {
	LiveHash    string `json:"live_hash"`
	RebuiltHash string `json:"rebuilt_hash"`
}

// Healthy runs doctor, fails the test unless it ends with status 0 and both
// hashes are there and equal, and returns the hash.
func (in Installation) Healthy(tb testing.TB) string {
	tb.Helper()
	r := in.Run(tb, "doctor")
	d, err := doctorOf(Lines[Doctor](tb, r))
	if err != nil {
		tb.Fatalf("orrery doctor: %v\n%s", err, r.Stdout)
	}
	return d.LiveHash
}

func doctorOf(lines []Doctor) (Doctor, error) {
	for _, d := range lines {
		if d.LiveHash == "" && d.RebuiltHash == "" {
			continue
		}
		if d.LiveHash != d.RebuiltHash {
			return d, errors.New("the stored state is not what a rebuild gives")
		}
		return d, nil
	}
	return Doctor{}, errors.New("no line has live_hash and rebuilt_hash")
}
