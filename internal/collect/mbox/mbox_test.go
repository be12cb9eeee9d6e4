package mbox_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/mbox"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func open(path string) *mbox.Connector { return mbox.New(path, mbox.Options{Now: now}) }

func write(t testing.TB, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func gzipped(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// mail is a small mail, n minutes after the year 2020 began.
func mail(n int, more ...string) string {
	at := time.Date(2020, 1, 1, 0, n, 0, 0, time.UTC)
	return fmt.Sprintf("From x@example.org %s\nFrom: P%d <p%d@example.org>\nDate: %s\nSubject: S\nMessage-ID: <%d@example.org>\n%s\nText.\n\n",
		at.Format(time.ANSIC), n%7, n%7, at.Format(time.RFC1123Z), n, strings.Join(more, "\n"))
}

func TestTheConnectorConforms(t *testing.T) {
	t.Parallel()
	t.Run("a file", func(t *testing.T) {
		t.Parallel()
		text := read(t, "testdata/list/trouble.mbox")
		path := write(t, filepath.Join(t.TempDir(), "dev.mbox"), text)
		collecttest.Run(t, collecttest.Case{
			New:    func(*testing.T) collect.Connector { return open(path) },
			Grow:   func(t *testing.T) { write(t, path, text+mail(1)) },
			Golden: "testdata/trouble.golden.ndjson",
			Now:    now,
		})
	})
	t.Run("a folder of months", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(t.TempDir(), "engine")
		for _, month := range []string{"2019-December.txt", "2020-January.txt", "2020-April.txt"} {
			text := read(t, "testdata/months/"+month)
			if month == "2020-January.txt" {
				month, text = month+".gz", gzipped(t, text)
			}
			write(t, filepath.Join(dir, month), text)
		}
		write(t, filepath.Join(dir, "index.html"), "<html>")
		write(t, filepath.Join(dir, "Notes.txt"), "No mail at all.\n")
		collecttest.Run(t, collecttest.Case{
			New: func(*testing.T) collect.Connector { return open(dir) },
			Grow: func(t *testing.T) {
				write(t, filepath.Join(dir, "2020-May.txt.gz"), gzipped(t, mail(1, "In-Reply-To: <m1@example.org>\n")))
			},
			Golden: "testdata/months.golden.ndjson",
			Now:    now,
		})
	})
	t.Run("a Maildir", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(t.TempDir(), "inbox")
		for i := range 4 {
			_, text, _ := strings.Cut(mail(i), "\n")
			write(t, filepath.Join(dir, "cur", fmt.Sprintf("158000000%d.a.host:2,S", i)), text)
		}
		collecttest.Run(t, collecttest.Case{
			New: func(*testing.T) collect.Connector { return open(dir) },
			Grow: func(t *testing.T) {
				old, seen := filepath.Join(dir, "cur", "1580000003.a.host:2,S"), filepath.Join(dir, "cur", "1580000003.a.host:2,RS")
				if err := os.Rename(old, seen); err != nil {
					t.Fatal(err)
				}
				_, text, _ := strings.Cut(mail(9), "\n")
				write(t, filepath.Join(dir, "new", "1580000009.a.host"), text)
			},
			Now: now,
		})
	})
}

func TestAnAnswerAfterTheCursorFindsWhoIsAnswered(t *testing.T) {
	t.Parallel()
	path := write(t, filepath.Join(t.TempDir(), "a.mbox"), mail(1)+mail(2))
	first := collecttest.Collect(t, open(path), nil)
	write(t, path, mail(1)+mail(2)+mail(3, "In-Reply-To: <1@example.org>", ""))
	second := collecttest.Collect(t, open(path), first.Cursor)
	if len(second.Activities) != 1 {
		t.Fatalf("got %d activities, want the new one", len(second.Activities))
	}
	a := second.Activities[0]
	if a.Kind != "list.reply" || a.Origin != orrery.Peer || len(a.To) != 1 || a.To[0].Email != "p1@example.org" {
		t.Errorf("got %s, %s, to %+v, want a reply to p1", a.Kind, a.Origin, a.To)
	}
}

func TestAFileThatWasRewrittenIsReadAnew(t *testing.T) {
	t.Parallel()
	path := write(t, filepath.Join(t.TempDir(), "a.mbox"), mail(1)+mail(2))
	first := collecttest.Collect(t, open(path), nil)
	write(t, path, mail(4)+mail(1)+mail(2))
	if got := collecttest.Collect(t, open(path), first.Cursor).Activities; len(got) != 3 {
		t.Errorf("got %d activities, want all three", len(got))
	}
}

func TestMailsThatRepeatCountOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "list")
	write(t, filepath.Join(dir, "a"), mail(1)+mail(2)+mail(1))
	write(t, filepath.Join(dir, "b"), mail(2)+mail(3))
	if got := collecttest.Collect(t, open(dir), nil).Activities; len(got) != 3 {
		t.Errorf("got %d activities, want three", len(got))
	}
}

// A list of many whose From its server rewrote: the share of a real one, in
// which trusting From finds half of the authors.
func TestAuthorsAreFoundBehindARewrittenFrom(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	const mails, authors = 2000, 300
	for i := range mails {
		who := i * 7 % authors
		from := fmt.Sprintf("From: Person %d <p%d@example.org>", who, who)
		if i%2 == 0 {
			from = fmt.Sprintf("From: Person %d via dev <dev@lists.example.org>\nReply-To: Person %d <p%d@example.org>", who, who, who)
		}
		fmt.Fprintf(&b, "From x Mon Jan  6 10:00:00 2020\n%s\nList-Id: Development <dev.lists.example.org>\nDate: Mon, 6 Jan 2020 10:00:00 +0000\nMessage-ID: <%d@x>\n\nText\n\n", from, i)
	}
	found := map[string]bool{}
	for _, a := range collecttest.Collect(t, open(write(t, filepath.Join(t.TempDir(), "a"), b.String())), nil).Activities {
		found[a.Actor.Email] = true
	}
	if len(found) != authors || found["dev@lists.example.org"] {
		t.Errorf("got %d authors, want %d and not the list", len(found), authors)
	}
}

func TestSourceRefusesWhatIsNoMail(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, says string }{
		{"a table", "who,when\nann,2026-01-01\n", "holds no mail"},
		{"nothing", "", "is empty"},
		{"damage", "\x1f\x8b\x08\x00", "ends early"},
		{"a RAR archive", "Rar!\x1a\x07\x00....", "unpack it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := open(write(t, filepath.Join(t.TempDir(), "a"), c.text)).Source(t.Context())
			if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want an invalid error that says %q", err, c.says)
			}
		})
	}
}

func TestADamagedArchiveKeepsWhatWasReadUntilThere(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 20_000 {
		b.WriteString(mail(i))
	}
	packed := gzipped(t, b.String())
	var r collecttest.Recorder
	err := r.Run(t.Context(), open(write(t, filepath.Join(t.TempDir(), "a.gz"), packed[:len(packed)/2])), nil)
	if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), "ends early") || len(r.Activities) < 1000 {
		t.Errorf("got %v after %d activities, want many and an invalid error", err, len(r.Activities))
	}
}
