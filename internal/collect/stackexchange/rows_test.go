package stackexchange

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
)

func TestRowsAreWhatEncodingXMLReads(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"Users", "Posts", "Comments"} {
		b, err := os.ReadFile("testdata/cooking.stackexchange.com/" + table + ".xml")
		if err != nil {
			t.Fatal(err)
		}
		in, want := newRows(iotest.OneByteReader(strings.NewReader(string(b)))), xml.NewDecoder(strings.NewReader(string(b)))
		for {
			token, err := want.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			row, ok := token.(xml.StartElement)
			if !ok || row.Name.Local != "row" {
				continue
			}
			if err := in.next(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, a := range row.Attr {
				value := strings.TrimSpace(strings.ReplaceAll(a.Value, "\n", " "))
				c := columnOf([]byte(a.Name.Local))
				if c == columns {
					continue
				}
				if got := in.text(c, 1000); got != value {
					t.Errorf("%s, row %d, %s: got %q, want %q", table, in.number, a.Name.Local, got, value)
				}
			}
		}
		if err := in.next(t.Context()); err != io.EOF {
			t.Errorf("%s: got %v behind the last row, want the end", table, err)
		}
	}
}

func TestARowThatIsTooLongIsPassedOver(t *testing.T) {
	text := `<posts><row Id="1" /><row Id="2" Body="` + strings.Repeat("a>", 20<<20) + `" /><row Id="3" />`
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	in := newRows(strings.NewReader(text))
	var got []string
	for in.next(t.Context()) == nil {
		if in.cut {
			got = append(got, "cut")
			continue
		}
		got = append(got, in.text(colID, 10))
	}
	runtime.ReadMemStats(&after)
	if strings.Join(got, " ") != "1 cut 3" {
		t.Errorf("got %q, want 1, one too long, 3", got)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
		t.Errorf("took %d bytes, want 8 MB at most", grown)
	}
}

func TestTagsInsideTagsDoNotAddUp(t *testing.T) {
	t.Parallel()
	text := "<posts>" + strings.Repeat("<a>", 1_000_000) + `<row Id="7"><b/></row>`
	in := newRows(strings.NewReader(text))
	if err := in.next(t.Context()); err != nil || in.id(colID) != 7 {
		t.Errorf("got %v and %d, want the row", err, in.id(colID))
	}
}

func FuzzRows(f *testing.F) {
	for _, table := range []string{"Users", "Posts", "Comments"} {
		b, err := os.ReadFile("testdata/cooking.stackexchange.com/" + table + ".xml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b))
	}
	f.Add(`<row a='"' b="&#x110000;&#;&#xD800;" c>`)
	f.Fuzz(func(t *testing.T, text string) {
		read := func(r io.Reader) (n int64, err error) {
			in := newRows(r)
			e := newReader("a.example", time.Unix(1.8e9, 0), cursor{}, sound{t})
			for {
				if err := in.next(context.Background()); err != nil {
					return in.number, err
				}
				for _, row := range []func(context.Context, *rows) error{e.user, e.post, e.comment, e.link} {
					if err := row(context.Background(), in); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		whole, err := read(strings.NewReader(text))
		bits, err2 := read(iotest.OneByteReader(strings.NewReader(text)))
		if whole != bits || (err == io.EOF) != (err2 == io.EOF) {
			t.Fatalf("got %d rows and %v at once, %d and %v byte by byte", whole, err, bits, err2)
		}
	})
}

// sound is a sink that looks at what it gets.
type sound struct{ testing.TB }

func (s sound) Activity(_ context.Context, a *orrery.Activity) error {
	for _, v := range append([]string{a.ExternalID, a.Actor.Value, a.Object.Title, a.Object.URL, a.Thread, a.Parent}, a.Tags...) {
		if !utf8.ValidString(v) || strings.ContainsRune(v, 0) || len(v) > 1000 {
			s.Errorf("%q is no text", v)
		}
	}
	if a.ExternalID == "" || a.Kind == "" || a.Actor.Value == "" {
		return errors.New("an activity lacks something")
	}
	return nil
}

func (s sound) Link(_ context.Context, l orrery.Link) error {
	if !utf8.ValidString(l.A.Name) || l.A.Value == "" {
		return errors.New("a link lacks something")
	}
	return nil
}
func (s sound) Affiliation(context.Context, orrery.Affiliation) error { return nil }
func (s sound) Skip(context.Context, collect.Skipped) error           { return nil }
func (s sound) Progress(collect.Progress)                             {}
func (s sound) Complete()                                             {}
