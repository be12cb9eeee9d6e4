package intake

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"orrery.dev/orrery"
)

func write(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func packed(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// wide writes text in UTF-16.
func wide(text string, little bool) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		if little {
			b = append(b, byte(u), byte(u>>8))
		} else {
			b = append(b, byte(u>>8), byte(u))
		}
	}
	return b
}

func TestTheTextOfAFileIsReadWhateverItWasWrittenIn(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Ärger, 🚀 & so on\n", 200_000) // past the head
	for _, text := range []string{"who,when\nÄda,🚀\n", long} {
		for _, c := range []struct {
			name     string
			data     []byte
			encoding Encoding
		}{
			{"plain", []byte(text), UTF8},
			{"with a byte order mark", []byte("\ufeff" + text), UTF8BOM},
			{"UTF-16, little endian", wide("\ufeff"+text, true), UTF16LE},
			{"UTF-16, big endian", wide("\ufeff"+text, false), UTF16BE},
			{"UTF-16 without a mark", wide("ab"+text, true), UTF16LE},
		} {
			for _, gz := range []bool{false, true} {
				data := c.data
				if gz {
					data = packed(t, data)
				}
				f, err := Open(write(t, data))
				if err != nil {
					t.Fatalf("%s: %v", c.name, err)
				}
				got, err := io.ReadAll(f)
				if err != nil || strings.TrimPrefix(string(got), "ab") != text {
					t.Errorf("%s, gzip %t: got %.40q and %d bytes, want %d; %v", c.name, gz, got, len(got), len(text), err)
				}
				if f.Encoding != c.encoding || f.Gzip != gz || f.Whole != (len(text) < headSize) {
					t.Errorf("%s: got %s, gzip %t, whole %t", c.name, f.Encoding, f.Gzip, f.Whole)
				}
				if f.Done() != f.Size || f.Size != int64(len(data)) {
					t.Errorf("%s: %d bytes of %d are done", c.name, f.Done(), f.Size)
				}
				if err := f.Close(); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

func TestAnArchiveThatEndsEarlyGivesAllUntilThere(t *testing.T) {
	t.Parallel()
	text := []byte(strings.Repeat("some text that is long enough\n", 100))
	whole := packed(t, text)
	for n := 2; n < len(whole); n++ {
		f, err := Open(write(t, whole[:n]))
		if err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("%d bytes: got %v, want an invalid error", n, err)
			}
			continue
		}
		got, err := io.ReadAll(f)
		if err == nil || !bytes.HasPrefix(text, got) {
			t.Errorf("%d bytes: got %d bytes of text and %v, want its beginning and an error", n, len(got), err)
			continue
		}
		if err := f.Broken(err, 7); orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), "7 rows") {
			t.Errorf("%d bytes: got %v, want an invalid error that counts rows", n, err)
		}
		f.Close()
	}
}

func TestAPipeIsReadOnce(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := w.WriteString("who,when\n"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	path := fmt.Sprintf("/dev/fd/%d", r.Fd())
	if _, err := os.Stat(path); err != nil {
		t.Skip("this system does not name open files")
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil || string(text) != "who,when\n" || !f.Pipe || f.Size != 0 {
		t.Errorf("got %q, pipe %t, %d bytes, %v", text, f.Pipe, f.Size, err)
	}
}

func TestAFaultOfTheDiskIsNoFaultOfTheFile(t *testing.T) {
	t.Parallel()
	f := &File{Path: "a.csv"}
	if err := f.Broken(errors.New("input/output error"), 3); orrery.CodeOf(err) != orrery.Internal {
		t.Errorf("got %v, want an internal error", err)
	}
}

func TestKnownTellsWhatIsNewInAFile(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	mark := func(text string, early Early) []byte {
		f, err := Open(write(t, []byte(text)))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := io.Copy(io.Discard, f); err != nil {
			t.Fatal(err)
		}
		return f.Mark("rules", 2, early).Cursor()
	}
	var early Early
	early.Note(now.Add(50*time.Hour), now)
	early.Note(now.Add(60*time.Hour), now)
	for _, c := range []struct {
		name   string
		cursor []byte
		text   string
		rules  string
		now    time.Time
		rows   int64
		all    bool
	}{
		{"no cursor", nil, "a\nb\n", "rules", now, 0, false},
		{"a cursor of something else", []byte("{}"), "a\nb\n", "rules", now, 0, false},
		{"the same file", mark("a\nb\n", 0), "a\nb\n", "rules", now, 2, true},
		{"a grown file", mark("a\nb\n", 0), "a\nb\nc\n", "rules", now, 2, false},
		{"a grown file whose last line had no end", mark("a\nb", 0), "a\nb\nc\n", "rules", now, 2, false},
		{"a grown last line", mark("a\nb", 0), "a\nbc\n", "rules", now, 0, false},
		{"a shorter file", mark("a\nb\n", 0), "a\n", "rules", now, 0, false},
		{"another file", mark("a\nb\n", 0), "a\nx\nb\n", "rules", now, 0, false},
		{"other rules", mark("a\nb\n", 0), "a\nb\n", "others", now, 0, false},
		{"a row that is still too early", mark("a\nb\n", early), "a\nb\n", "rules", now.Add(2 * time.Hour), 2, true},
		{"a row that was too early", mark("a\nb\n", early), "a\nb\n", "rules", now.Add(3 * time.Hour), 0, false},
	} {
		f, err := Open(write(t, []byte(c.text)))
		if err != nil {
			t.Fatal(err)
		}
		rows, all, err := f.Known(t.Context(), c.cursor, c.rules, c.now)
		if rows != c.rows || all != c.all || err != nil {
			t.Errorf("%s: got %d rows, all %t, %v; want %d, %t", c.name, rows, all, err, c.rows, c.all)
		}
		f.Close()
	}
}

func TestTimesAreCheckedToTheSecond(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		at   time.Time
		good bool
	}{
		{time.Unix(0, 0), true},
		{time.Unix(-1, 0), false},
		{now.Add(Ahead), true},
		{now.Add(Ahead + time.Second), false},
	} {
		if err := CheckTime(c.at, now); (err == nil) != c.good {
			t.Errorf("%s: got %v", c.at, err)
		}
	}
}

func TestPlanetsAreNamedAfterFiles(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/data/orders.2026.csv.gz": "orders-2026", "Ärzte & Friends.NDJSON": "arzte-friends", "日本.csv": "planet", "Straße nach Łódź.csv": "strasse-nach-lodz",
		strings.Repeat("ab ", 100) + ".csv": strings.Repeat("ab-", 20) + "ab",
		".csv":                              "csv", "--.csv": "planet", "a__b": "a-b", "c.json.gz": "c",
	} {
		if got := Planet(path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

// FuzzLines checks that it does not matter in which pieces text arrives, and
// that no line is lost.
func FuzzLines(f *testing.F) {
	f.Add([]byte("a\r\n\nb"))
	f.Fuzz(func(t *testing.T, text []byte) {
		read := func(r io.Reader) (lines []string) {
			l := NewLines(r)
			for {
				line, whole, err := l.Next(t.Context())
				if err == io.EOF {
					return lines
				}
				if err != nil || !whole || l.Number != int64(len(lines)+1) {
					t.Fatalf("line %d: whole %t, %v", l.Number, whole, err)
				}
				lines = append(lines, string(line))
			}
		}
		got := read(bytes.NewReader(text))
		if pieces := read(iotest.OneByteReader(bytes.NewReader(text))); !slices.Equal(got, pieces) {
			t.Errorf("at once %q, in pieces %q", got, pieces)
		}
		want := strings.Split(string(text), "\n")
		if want[len(want)-1] == "" {
			want = want[:len(want)-1]
		}
		for i := range want {
			want[i] = strings.TrimSuffix(want[i], "\r")
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// FuzzText checks that whatever is said to be text is.
func FuzzText(f *testing.F) {
	f.Add([]byte("J\xf6rg \x80"))
	f.Add([]byte("Jörg"))
	f.Fuzz(func(t *testing.T, record []byte) {
		text, encoding, ok := Text(nil, record)
		if ok && (!utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0) {
			t.Errorf("%q is said to be text", text)
		}
		if ok && encoding == UTF8 && !bytes.Equal(text, record) {
			t.Errorf("%q became %q", record, text)
		}
		if e := Excerpt(record); len(e) > 200 || !utf8.ValidString(e) || strings.ContainsAny(e, "\x00\n") {
			t.Errorf("excerpt %q", e)
		}
	})
}
