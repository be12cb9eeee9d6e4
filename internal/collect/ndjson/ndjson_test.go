package ndjson_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/ndjson"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(path string) *ndjson.Connector { return ndjson.New(path, ndjson.Options{Now: now}) }

func line(id int) string {
	return fmt.Sprintf(`{"external_id":"%d","kind":"like","actor":{"type":"who","value":"%d"},"at":"2026-04-03T10:15:00Z"}`+"\n", id, id%3)
}

func TestTheConnectorConforms(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/mixed.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, "mixed.ndjson", data)
	collecttest.Run(t, collecttest.Case{
		New: func(*testing.T) collect.Connector { return open(path) },
		Grow: func(t *testing.T) {
			if err := os.WriteFile(path, append(data, line(1)+line(2)...), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		Golden: "testdata/mixed.golden.ndjson",
		Now:    now,
	})
}

func TestSourceRefusesWhatIsNoNDJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, text, says string }{
		{"an array", "a.json", "[\n {}\n]", "JSON array"},
		{"a table", "a.csv", "who,when\n1,2\n", "import csv"},
		{"nothing", "a.ndjson", "", "is empty"},
		{"a spreadsheet", "a.xlsx", "PK\x03\x04…", "spreadsheet"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := open(write(t, c.file, []byte(c.text))).Source(t.Context())
			if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want an invalid error that says %q", err, c.says)
			}
		})
	}
}

func TestARowThatIsTooEarlyIsReadAgainLater(t *testing.T) {
	t.Parallel()
	path := write(t, "a.ndjson", []byte(line(1)+strings.Replace(line(2), "2026-04", "2026-12", 1)))
	var first collecttest.Recorder
	if err := first.Run(t.Context(), open(path), nil); err != nil {
		t.Fatal(err)
	}
	if len(first.Activities) != 1 || len(first.Skips) != 1 || first.Skips[0].Row != 2 {
		t.Fatalf("got %d activities and skips %+v, want 1 and line 2", len(first.Activities), first.Skips)
	}
	later := ndjson.New(path, ndjson.Options{Now: now.AddDate(0, 1, 0)})
	var second collecttest.Recorder
	if err := second.Run(t.Context(), later, first.Cursor); err != nil {
		t.Fatal(err)
	}
	if len(second.Activities) != 2 {
		t.Errorf("got %d activities a month later, want 2", len(second.Activities))
	}
}

func TestADamagedFileKeepsWhatWasReadUntilThere(t *testing.T) {
	t.Parallel()
	var text, packed bytes.Buffer
	for i := range 200_000 {
		text.WriteString(line(i))
	}
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(text.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var r collecttest.Recorder
	err := r.Run(t.Context(), open(write(t, "a.ndjson.gz", packed.Bytes()[:packed.Len()/2])), nil)
	if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), "ends early") ||
		!strings.Contains(err.Error(), fmt.Sprintf("%d rows", len(r.Activities))) {
		t.Errorf("got %v after %d activities, want an invalid error that says so", err, len(r.Activities))
	}
	if len(r.Activities) < 50_000 || len(r.Skips) > 0 {
		t.Errorf("got %d activities and %d skips, want a good many and none", len(r.Activities), len(r.Skips))
	}
}

func TestALongLineIsSkippedAndTheNextIsRead(t *testing.T) {
	t.Parallel()
	text := line(1) + `{"x_a":"` + strings.Repeat("a", 5<<20) + "\"}\n" + line(2)
	r := collecttest.Collect(t, open(write(t, "a.ndjson", []byte(text))), nil)
	if len(r.Activities) != 2 || len(r.Skips) != 1 || !strings.Contains(r.Skips[0].Reason, "one megabyte") {
		t.Errorf("got %d activities and skips %+v, want 2 and one for its length", len(r.Activities), r.Skips)
	}
}

// nowhere is a sink that keeps nothing.
type nowhere struct{}

func (nowhere) Activity(context.Context, *orrery.Activity) error      { return nil }
func (nowhere) Link(context.Context, orrery.Link) error               { return nil }
func (nowhere) Affiliation(context.Context, orrery.Affiliation) error { return nil }
func (nowhere) Skip(context.Context, collect.Skipped) error           { return nil }
func (nowhere) Progress(collect.Progress)                             {}
func (nowhere) Complete()                                             {}

func BenchmarkCollect(b *testing.B) {
	const rows = 100_000
	var text bytes.Buffer
	for i := range rows {
		text.WriteString(line(i))
	}
	path := write(b, "a.ndjson", text.Bytes())
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if _, err := open(path).Collect(b.Context(), nil, nowhere{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
