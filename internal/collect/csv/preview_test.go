package csv_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/csv"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestInspectSaysHowAFileIsUnderstood(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/files/*.csv")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".csv"), func(t *testing.T) {
			t.Parallel()
			v, err := csv.Inspect(t.Context(), path, csv.Options{Now: now})
			if err != nil {
				t.Fatal(err)
			}
			collecttest.Golden(t, strings.TrimSuffix(path, ".csv")+".golden.txt", describe(v))
		})
	}
}

// describe writes a preview for the eye and the golden files.
func describe(v csv.Preview) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "delimiter %q, %s, header %t, kind %s\ncolumns %q\nignored %q\nmapping %s\n",
		v.Delimiter, v.Encoding, v.Header, v.Kind, v.Columns, v.Ignored, v.Mapping)
	for _, q := range v.Questions {
		fmt.Fprintf(&b, "question about %s: %s %q, default %s\n", q.About, q.Text, q.Choices, q.Default)
	}
	b.Write(collecttest.Lines(&collecttest.Recorder{Activities: v.Rows, Skips: v.Skipped}))
	return b.Bytes()
}
