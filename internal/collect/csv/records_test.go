package csv

import (
	"bytes"
	stdcsv "encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/intake"
)

type read struct {
	Line   int64    `json:"line"`
	Fields []string `json:"fields,omitempty"`
	Fault  string   `json:"fault,omitempty"`
}

// all reads records to the end; err is what ended them, nil for the end of the
// text.
func all(t testing.TB, r *records) (rows []read, err error) {
	t.Helper()
	for {
		switch err := r.next(t.Context()); {
		case err == io.EOF:
			return rows, nil
		case err != nil:
			return rows, err
		}
		row := read{Line: r.line, Fault: r.fault}
		for _, s := range r.spans {
			row.Fields = append(row.Fields, string(r.text[s[0]:s[1]]))
		}
		rows = append(rows, row)
	}
}

func TestRecordsReadTheSpectrumOfFiles(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/spectrum/*.csv")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".csv"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			eol := lineEnd(text)
			rows, err := all(t, recordsOf(text, guessDelimiter(text, eol), eol))
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			for _, row := range rows {
				line, err := json.Marshal(row)
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&b, "%s\n", line)
			}
			collecttest.Golden(t, strings.TrimSuffix(path, ".csv")+".golden.ndjson", b.Bytes())
		})
	}
}

func TestALineWithoutEndCostsOneRowAndLittleMemory(t *testing.T) {
	t.Parallel()
	const long = 64 << 20
	text := io.MultiReader(strings.NewReader("a,b\n1,"), io.LimitReader(endless('x'), long), strings.NewReader("\n2,3\n"))
	r := newRecords(text, ',', '\n')
	rows, err := all(t, r)
	if err != nil {
		t.Fatal(err)
	}
	want := []read{{1, []string{"a", "b"}, ""}, {2, nil, tooLong}, {3, []string{"2", "3"}, ""}}
	if !slices.EqualFunc(rows, want, same) {
		t.Errorf("got %+v, want %+v", rows, want)
	}
	if len(r.buf) > 2*intake.MaxRecord {
		t.Errorf("the buffer has grown to %d bytes", len(r.buf))
	}
}

func TestAQuoteThatIsNeverClosedCostsOneRow(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("a,b\n1,\"open\n")
	for i := range 200_000 {
		fmt.Fprintf(&b, "%d,xxxxxxxx\n", i)
	}
	rows, err := all(t, newRecords(strings.NewReader(b.String()), ',', '\n'))
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 200_002 || rows[1].Fault != openQuote || rows[1].Line != 2 || rows[2].Line != 3 {
		t.Errorf("got %d rows, the second %+v; want 200002 and line 2 faulty", len(rows), rows[1])
	}
}

func same(a, b read) bool {
	return a.Line == b.Line && a.Fault == b.Fault && slices.Equal(a.Fields, b.Fields)
}

type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

// FuzzRecords checks that what encoding/csv reads without complaint is read
// alike, and that it does not matter in which pieces the text arrives.
func FuzzRecords(f *testing.F) {
	paths, _ := filepath.Glob("testdata/spectrum/*.csv")
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, err := all(t, recordsOf(slices.Clone(text), ',', '\n'))
		if err != nil {
			t.Fatal(err)
		}
		pieces, err := all(t, newRecords(iotest.OneByteReader(bytes.NewReader(text)), ',', '\n'))
		if err != nil || !slices.EqualFunc(rows, pieces, same) {
			t.Fatalf("at once %+v, in pieces %+v, %v", rows, pieces, err)
		}
		// A lone carriage return inside a line is the one thing that the two
		// read differently: encoding/csv drops it before a line end only.
		if bytes.Contains(bytes.ReplaceAll(text, []byte("\r\n"), nil), []byte("\r")) {
			return
		}
		c := stdcsv.NewReader(bytes.NewReader(text))
		c.FieldsPerRecord = -1
		want, err := c.ReadAll()
		if err != nil {
			return
		}
		var got [][]string
		for _, row := range rows {
			if row.Fault != "" {
				t.Fatalf("%+v, where encoding/csv reads %q", row, want)
			}
			got = append(got, row.Fields)
		}
		if !slices.EqualFunc(got, want, slices.Equal[[]string]) {
			t.Errorf("got %q, encoding/csv reads %q", got, want)
		}
	})
}
