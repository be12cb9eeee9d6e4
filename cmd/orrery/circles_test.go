package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// triangles are two circles joined by one tie.
const triangles = "ada,ben\nben,eve\neve,ada,1\nkim,\"lou, jr\"\n\"lou, jr\",max\nmax,kim\neve,kim,.5\nkim,eve,.5\n"

func assigned(t *testing.T, path string) map[string]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]string{}
	for _, row := range rows {
		if len(row) != 2 {
			t.Fatalf("the row %q has not two columns", row)
		}
		of[row[0]] = row[1]
	}
	return of
}

func TestCirclesOfAFile(t *testing.T) {
	t.Parallel()
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write([]byte(triangles)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"plain.csv": triangles, "zipped.csv.gz": zipped.String()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := filepath.Join(t.TempDir(), "out.csv")
			done := shaped(t, "the last line", orr(t, "", "circles", "--edges", write(t, name, text), "--assign", out, "--json").ok().line(),
				"type nodes edges communities modularity seconds")
			// Inside 6 of 7; strengths 7 and 7 of 14: 6/7 − ¼ − ¼.
			if done["type"] != "done" || done["nodes"] != 6.0 || done["edges"] != 7.0 || done["communities"] != 2.0 ||
				math.Abs(done["modularity"].(float64)-(6./7-.5)) > 1e-9 {
				t.Errorf("got %v", done)
			}
			of := assigned(t, out)
			if len(of) != 6 || of["ada"] != of["eve"] || of["kim"] != of["lou, jr"] || of["ada"] == of["max"] || of["ada"] != "0" {
				t.Errorf("got %v", of)
			}
		})
	}
}

func TestCirclesLeaveNothingHalfWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out := filepath.Join(dir, "out.csv")
	if err := os.WriteFile(out, []byte("as it was"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, text string
		args       []string
		want       string
	}{
		{name: "a line that is no tie", text: "a,b\nb\n", want: "line 2 has one column"},
		{name: "a head line", text: "from,to,weight\n", want: "no head line"},
		{name: "gzip that is cut off", text: "\x1f\x8b\x08\x00", want: "gzip"},
		{name: "a resolution of nothing", text: "a,b\n", args: []string{"--resolution", "0"}, want: "--resolution"},
		{name: "a resolution that is no number", text: "a,b\n", args: []string{"--resolution", "NaN"}, want: "--resolution"},
	}
	for _, test := range tests {
		args := append([]string{"circles", "--edges", write(t, "ties.csv", test.text), "--assign", out}, test.args...)
		if r := orr(t, "", args...); r.code != exitUsage || !strings.Contains(r.err, test.want) {
			t.Errorf("%s: got %d, %q; want %d, %q", test.name, r.code, r.err, exitUsage, test.want)
		}
		if text, err := os.ReadFile(out); err != nil || string(text) != "as it was" {
			t.Errorf("%s: the file holds %q, %v", test.name, text, err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if r := orr(t, "", "circles", "--edges", write(t, "ties.csv", "a,b\n")); r.code != exitUsage || !strings.Contains(r.err, "--assign") {
		t.Errorf("without a file to write: got %d, %q", r.code, r.err)
	}
	if r := orr(t, "", "circles", "--edges", "missing.csv", "--assign", out); r.code != exitUsage || !strings.Contains(r.err, "missing.csv") {
		t.Errorf("without a file to read: got %d, %q", r.code, r.err)
	}
	if r := orr(t, "", "circles", "--edges", write(t, "ties.csv", "a,b\n"), "--assign", filepath.Join(dir, "no", "out.csv")); r.code != exitUsage {
		t.Errorf("without a folder to write to: got %d, %q", r.code, r.err)
	}
}
