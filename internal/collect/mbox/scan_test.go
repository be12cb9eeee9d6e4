package mbox

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/archive"
)

type found struct {
	start  int64
	header string
}

func scanAll(t testing.TB, r io.Reader) (mails []found, sum uint32, size int64) {
	t.Helper()
	s := newScanner(r)
	for {
		switch err := s.next(context.Background()); {
		case err == io.EOF:
			return mails, s.sum, s.offset()
		case err != nil:
			t.Fatal(err)
		}
		mails = append(mails, found{s.start, string(s.header)})
	}
}

func TestMailsArePartedByFromLinesAlone(t *testing.T) {
	t.Parallel()
	const head = "From a@b Mon Jan  6 10:00:00 2020\n"
	for _, c := range []struct {
		name, text string
		want       int
	}{
		{"one mail", head + "From: a\n\nText\n", 1},
		{"two mails", head + "From: a\n\nText\n\n" + head + "From: b\n\nText\n", 2},
		{"a mail without a body", head + "From: a\n\n" + head + "From: b\n\n", 2},
		{"line ends of Windows", strings.ReplaceAll(head+"From: a\n\nText\n\n"+head+"From: b\n\nText\n", "\n", "\r\n"), 2},
		{"a line that begins with From", head + "From: a\n\nText\n\nFrom now on: no header at 10:00\n\nText\n", 1},
		{"a From line without an empty one before", head + "From: a\n\nText\n" + head + "From: b\n\nText\n", 1},
		{"a quoted From line", head + "From: a\n\nText\n\n>" + head + "From: b\n\nText\n", 1},
		{"a file that is one mail", "Subject: s\nFrom: a\n\nText\n\n" + head + "From: b\n\n", 1},
		{"rubbish before the first mail", "rubbish\n\n" + head + "From: a\n\nText\n", 1},
		{"a header that is cut off", head + "From: a\nSubj", 1},
		{"nothing", "", 0},
		{"no mail", "one\ntwo\n", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got, _, _ := scanAll(t, strings.NewReader(c.text)); len(got) != c.want {
				t.Errorf("got %d mails, want %d", len(got), c.want)
			}
		})
	}
}

func TestAMailIsFoundWhereverABufferEnds(t *testing.T) {
	t.Parallel()
	const head = "From a@b Mon Jan  6 10:00:00 2020\r\nFrom: a\r\nMessage-ID: <1>\r\n\r\n"
	for _, size := range []int{window - 3000, window - 1100, window - 1024, window - 700, window - 30, window, window + 5} {
		for shift := range 40 {
			text := head + strings.Repeat("x", size+shift) + "\r\n\r\n" + head + "Text\r\nFrom me: 10:00\r\n"
			got, _, end := scanAll(t, strings.NewReader(text))
			if len(got) != 2 || end != int64(len(text)) {
				t.Fatalf("a body of %d bytes: got %d mails up to %d, want 2 up to %d", size+shift, len(got), end, len(text))
			}
		}
	}
}

func TestDatesAreReadAsMailProgramsWriteThem(t *testing.T) {
	t.Parallel()
	d := dates{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	for text, want := range map[string]string{
		"Fri, 26 Jul 2019 21:44:50 +0200":        "2019-07-26T21:44:50+02:00",
		"Fri, 26 Jul 2019 21:44:50 +0200 (CEST)": "2019-07-26T21:44:50+02:00",
		"26 Jul 2019 21:44 GMT":                  "2019-07-26T21:44:00Z",
		"Fri Jul 26 21:44:50 2019":               "2019-07-26T21:44:50Z",
		"Fri Jul 26 21:44:50 PDT 2019":           "2019-07-26T21:44:50-07:00",
		"Friday, 26-Jul-99 21:44:50 EST":         "1999-07-26T21:44:50-05:00",
		"26 July 2019 21:44:50 -0000":            "2019-07-26T21:44:50Z",
		"Sat, 1 Jan 100 00:00:00 +0000":          "2000-01-01T00:00:00Z",
		"2019-07-26 21:44:50 +0530":              "2019-07-26T21:44:50+05:30",
		"2019-07-26T21:44:50Z":                   "2019-07-26T21:44:50Z",
		"2019-07-26T21:44:50+02:00":              "2019-07-26T21:44:50+02:00",
		"Fri, 26 Jul 2019 21:44:50 +9900":        "2019-07-26T21:44:50Z",
		"Fri,26 Jul 2019 21.44.50 MET":           "2019-07-26T21:44:50+01:00",
		"Fri, 31 Jun 2019 21:44:50 +0000":        "",
		"yesterday":                              "",
		"":                                       "",
		"26 Jul 2019":                            "",
	} {
		at, ok := d.parse([]byte(text))
		if got := at.Format(time.RFC3339); ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %s %t, want %q", text, got, ok, want)
		}
	}
}

func TestMailboxesAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]mailbox{
		`Ada Lovelace <Ada@Example.org>`:               {"Ada Lovelace", "ada@example.org"},
		`"Lovelace, Ada" <ada@example.org>`:            {"Lovelace, Ada", "ada@example.org"},
		`"A <b> \"c\"" <ada@example.org>`:              {`A <b> "c"`, "ada@example.org"},
		`ada@example.org (Ada Lovelace)`:               {"Ada Lovelace", "ada@example.org"},
		`ada at example.org (Ada Lovelace)`:            {"Ada Lovelace", "ada@example.org"},
		`ada at example dot org`:                       {"", "ada@example.org"},
		`ada@example.org`:                              {"", "ada@example.org"},
		`ada@example.org <ada@example.org>`:            {"", "ada@example.org"},
		`=?utf-8?b?QWRhIPCfmoA=?= <ada@example.org>`:   {"Ada 🚀", "ada@example.org"},
		`=?x-none?q?Ada?= <ada@example.org>`:           {"=?x-none?q?Ada?=", "ada@example.org"},
		`=?windows-1251?B?zuv84+A=?= <o@example.org>`:  {"Ольга", "o@example.org"},
		"J\xf6rg <j@example.org>":                      {"Jörg", "j@example.org"},
		`Ada Lovelace`:                                 {"Ada Lovelace", ""},
		`Ada <not an address>`:                         {"Ada", ""},
		`Undisclosed recipients:;`:                     {"Undisclosed recipients:;", ""},
		``:                                             {},
		`ada@example.org, charles@example.net`:         {"", "ada@example.org"},
		`Ada <ada@example.org>, Eve <eve@example.org>`: {"Ada", "ada@example.org"},
		"Ada\x00\x01 <ada@example.org>":                {"Ada", "ada@example.org"},
		`'Ada' <ada@example.org>`:                      {"Ada", "ada@example.org"},
	} {
		if got := parseMailbox([]byte(text)); got != want {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
}

func TestAFieldOfManyIsPartedOutsideQuotes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]mailbox{
		`"Lovelace, Ada" <ada@example.org>`:                          {{"Lovelace, Ada", "ada@example.org"}},
		`Dev <dev@x.org>, "Lovelace, Ada (EN)" <ada@example.org>`:    {{"Dev", "dev@x.org"}, {"Lovelace, Ada (EN)", "ada@example.org"}},
		`"Lovelace, Ada" <ada@example.org>, "Babbage, C." <c@x.org>`: {{"Lovelace, Ada", "ada@example.org"}, {"Babbage, C.", "c@x.org"}},
		`"Ada <ada@example.org>, Charles <c@x.org>`:                  {{`"Ada`, "ada@example.org"}, {"Charles", "c@x.org"}},
		`, ,Ada <ada@example.org>,`:                                  {{"Ada", "ada@example.org"}},
	} {
		var got []mailbox
		mailboxes([]byte(text), func(m mailbox) bool { got = append(got, m); return true })
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
}

func TestTitlesLoseWhatRepliesAndListsPutBeforeThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Re: [dev] AW: Fwd: Engines": "Engines",
		"Re[4]: Engines":             "Engines",
		"[PATCH 1/2] engine: turn":   "engine: turn",
		"[dev]":                      "[dev]",
		"Re:":                        "",
		"Regarding: engines":         "Regarding: engines",
	} {
		if got := title(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestMemoryTurnsOver(t *testing.T) {
	t.Parallel()
	s := newSeen()
	index := s.person([]byte("a"), func() mailbox { return mailbox{"A", "a@x"} })
	s.add([]byte("1"), index)
	s.turn()
	if m, ok := s.author([]byte("1")); !ok || m.name != "A" {
		t.Errorf("after one turn: got %+v %t, want A", m, ok)
	}
	s.turn()
	if _, ok := s.author([]byte("1")); ok {
		t.Error("after two turns the mail is still known")
	}
}

func TestOrderIsThatOfTime(t *testing.T) {
	t.Parallel()
	entries := []archive.Entry{{Name: "2020-April.txt"}, {Name: "2019-December.txt.gz"}, {Name: "2020-January.txt"}}
	inOrder(entries)
	if got := entries[0].Name + " " + entries[1].Name + " " + entries[2].Name; got != "2019-December.txt.gz 2020-January.txt 2020-April.txt" {
		t.Errorf("got %s", got)
	}
}

func FuzzScan(f *testing.F) {
	for _, name := range []string{"testdata/list/trouble.mbox", "testdata/months/2019-December.txt"} {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b))
	}
	f.Add("From: a\n\tb\r\n\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		whole, sum, size := scanAll(t, strings.NewReader(text))
		bits, sum2, size2 := scanAll(t, iotest.OneByteReader(strings.NewReader(text)))
		if len(whole) != len(bits) || sum != sum2 || size != size2 || size != int64(len(text)) {
			t.Fatalf("got %d mails of %d bytes at once, %d of %d byte by byte, of %d", len(whole), size, len(bits), size2, len(text))
		}
		r := &reader{to: sound{t}, dates: dates{now: time.Unix(1.8e9, 0)}, lists: lists{}, seen: newSeen()}
		s := newScanner(strings.NewReader(text))
		for s.next(t.Context()) == nil {
			if err := r.mail(t.Context(), s, false); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// sound is a sink that looks at what it gets.
type sound struct{ testing.TB }

func (s sound) Activity(_ context.Context, a *orrery.Activity) error {
	for _, v := range []string{a.ExternalID, a.Actor.Value, a.Actor.Name, a.Actor.Email, a.Object.Title, a.Thread, a.Parent} {
		if !utf8.ValidString(v) || strings.ContainsRune(v, 0) || len(v) > 1300 {
			s.Errorf("%q is no text", v)
		}
	}
	if a.ExternalID == "" || a.Actor.Value == "" || a.At.Before(earliest) {
		return errors.New("an activity lacks something")
	}
	return nil
}
