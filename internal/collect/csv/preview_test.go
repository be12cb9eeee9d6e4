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

func TestAnAnsweredQuestionIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	path := write(t, "a.csv", "a,03/04/2026,\"1,234\"\nb,04/05/2026,\"2,345\"\n")
	mapping, err := csv.ParseMapping("who=1,when=2,quantity=3")
	if err != nil {
		t.Fatal(err)
	}
	opt := csv.Options{Now: now}
	asked := map[csv.Subject]bool{}
	for {
		v, err := csv.Inspect(t.Context(), path, opt)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Questions) == 0 {
			break
		}
		q := v.Questions[0]
		if asked[q.About] {
			t.Fatalf("asks about %s again: %+v", q.About, q)
		}
		asked[q.About] = true
		switch q.About {
		case csv.AboutMapping:
			opt.Mapping = mapping
		case csv.AboutDateOrder:
			opt.DateOrder = csv.DayFirst
		case csv.AboutDecimal:
			opt.Decimal = csv.MarkPoint
		case csv.AboutLocation:
			opt.Location = time.UTC
		case csv.AboutUnit:
			opt.Unit = q.Default
		case csv.AboutKind:
			opt.Kind = q.Default
		}
	}
	for _, about := range []csv.Subject{csv.AboutMapping, csv.AboutDateOrder, csv.AboutDecimal, csv.AboutLocation, csv.AboutUnit, csv.AboutKind} {
		if !asked[about] {
			t.Errorf("does not ask about %s", about)
		}
	}
}

func TestAPreviewShowsCellsInTheEncodingInWhichTheyAreImported(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"UTF-8":        "Name;Datum\nMüjde Öztürk;01.02.2026\n",
		"Windows-1252": "Name;Datum\nM\xfcjde \xd6zt\xfcrk;01.02.2026\n",
	} {
		v, err := csv.Inspect(t.Context(), write(t, "a.csv", text), csv.Options{Now: now})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(v.Cells) != 1 || v.Cells[0][0] != "Müjde Öztürk" {
			t.Errorf("%s: got the cells %q", name, v.Cells)
		}
	}
}
