package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"orrery.dev/orrery"
)

// text writes a record as git prints it.
func text(fields ...string) string { return strings.Join(fields, "\x00") + "\x00" }

func twoRecords() string {
	return text("aa", "", "Ada", "ada@x.org", "1 +0000", "Ada", "ada@x.org", "2 +0100", "One", "Body\nof it\n") +
		text("bb", "aa cc", "", "", "", "", "", "", "", "")
}

// list reads records into one line each.
func list(in io.Reader, size int) ([]string, error) {
	var got []string
	rs := records{size: size, each: func(_ context.Context, r *record) error {
		got = append(got, fmt.Sprintf("%q", [][]byte{r.hash, r.parents, r.author, r.authored, r.committer, r.committed, r.subject, r.body}))
		return nil
	}}
	return got, rs.read(context.Background(), in)
}

func TestRecordsAreTheSameHoweverTheyArrive(t *testing.T) {
	t.Parallel()
	want, err := list(strings.NewReader(twoRecords()), bufferSize)
	if err != nil {
		t.Fatal(err)
	}
	first := `["aa" "" "Ada\x00ada@x.org" "1 +0000" "Ada\x00ada@x.org" "2 +0100" "One" "Body\nof it\n"]`
	if len(want) != 2 || want[0] != first {
		t.Fatalf("got %s, want two of which the first is %s", want, first)
	}
	for size := 1; size < len(twoRecords())+2; size++ {
		got, err := list(iotest.HalfReader(strings.NewReader(twoRecords())), size)
		if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Fatalf("buffer of %d bytes: got %s and %v, want %s", size, got, err, want)
		}
	}
}

func TestOutputThatEndsInTheMiddleIsAnError(t *testing.T) {
	t.Parallel()
	whole := twoRecords()
	one := len(whole) - len(text("bb", "aa cc", "", "", "", "", "", "", "", ""))
	for n := range whole {
		_, err := list(strings.NewReader(whole[:n]), 8)
		if want := n != 0 && n != one; errors.Is(err, errTorn) != want {
			t.Errorf("%d bytes of %d: got error %v, want one: %v", n, len(whole), err, want)
		}
	}
}

func FuzzRecords(f *testing.F) {
	f.Add([]byte(twoRecords()), 3)
	f.Add([]byte(text("cc", "", "A", "a@x", "99999999999999999999 +9999", "A", "a@x", "-1", strings.Repeat("é", 200), "x\n\nReviewed-by: <>")), 64)
	f.Fuzz(func(t *testing.T, b []byte, size int) {
		to := &kept{}
		e := newEmitter(time.Unix(1_600_000_000, 0), to)
		err := records{size: 1 + abs(size)%1000, each: e.commit}.read(t.Context(), iotest.OneByteReader(bytes.NewReader(b)))
		if n := bytes.Count(b, []byte{0}); n/fields != to.commits || (err == nil) != (n%fields == 0 && (len(b) == 0 || b[len(b)-1] == 0)) {
			t.Errorf("got %d commits and error %v from %d NULs", to.commits, err, n)
		}
		for _, a := range to.activities {
			if second := a.At.Unix(); second < 0 || second > e.latest {
				t.Errorf("got time %s", a.At)
			}
			if n := len([]rune(a.Object.Title)); n > titleRunes {
				t.Errorf("got a title of %d runes", n)
			}
			if strings.TrimSpace(a.Actor.Value) == "" || strings.ToValidUTF8(a.Actor.Value, "") != a.Actor.Value {
				t.Errorf("got actor %q", a.Actor.Value)
			}
		}
	})
}

func abs(i int) int { return max(i, ^i) }

// kept is a sink that keeps activities.
type kept struct {
	count
	commits    int
	activities []orrery.Activity
}

func (k *kept) Activity(_ context.Context, a *orrery.Activity) error {
	if a.Kind == "git.commit" || a.Kind == "git.merge" {
		k.commits++
	}
	k.activities = append(k.activities, *a)
	return nil
}

func TestDates(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, given string
		seconds     int64
		minutes     int
		ok          bool
	}{
		{"east", "1577836800 +0545", 1577836800, 345, true},
		{"west", "1577836800 -0330", 1577836800, -210, true},
		{"no zone", "1577836800", 1577836800, 0, true},
		{"a zone that is nowhere", "1577836800 +5180", 1577836800, 0, true},
		{"a zone past the last one", "1577836800 -1500", 1577836800, 0, true},
		{"minutes past the hour", "1577836800 +0199", 1577836800, 0, true},
		{"no date", "", 0, 0, false},
		{"before 1970", "-1 +0000", 0, 0, false},
		{"past all counting", "9999999999999999999 +0000", 0, 0, false},
		{"words", "yesterday +0000", 0, 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			seconds, minutes, ok := parseDate([]byte(test.given))
			if ok != test.ok || ok && (seconds != test.seconds || minutes != test.minutes) {
				t.Errorf("got %d, %d, %v, want %d, %d, %v", seconds, minutes, ok, test.seconds, test.minutes, test.ok)
			}
		})
	}
}

func TestTimesThatCannotBeAreMovedIntoRange(t *testing.T) {
	t.Parallel()
	const now = 1_600_000_000
	tests := []struct {
		name, authored, committed string
		want, wantCommitted       moment
	}{
		{"both fine", "100 +0100", "200 +0200", moment{100, 60, false}, moment{200, 120, false}},
		{"written after it was committed", "300 +0100", "200 +0000", moment{200, 60, false}, moment{200, 0, false}},
		{"a day ahead", "1600086400 +0000", "1600086400 +0000", moment{1600086400, 0, false}, moment{1600086400, 0, false}},
		{"three days ahead", "1600259200 +0000", "1600259200 +0100", moment{now, 0, true}, moment{now, 60, true}},
		{"author's ahead", "1600259200 +0000", "200 +0000", moment{200, 0, true}, moment{200, 0, false}},
		{"committer's ahead", "100 +0000", "1600259200 +0000", moment{100, 0, false}, moment{100, 0, true}},
		{"author's unreadable", "", "200 +0100", moment{200, 0, true}, moment{200, 60, false}},
		{"both unreadable", "x", "0 +0000", moment{0, 0, true}, moment{0, 0, true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := newEmitter(time.Unix(now, 0), &count{})
			a, c := e.moments(&record{authored: []byte(test.authored), committed: []byte(test.committed)})
			if a != test.want || c != test.wantCommitted {
				t.Errorf("got %+v and %+v, want %+v and %+v", a, c, test.want, test.wantCommitted)
			}
		})
	}
}
