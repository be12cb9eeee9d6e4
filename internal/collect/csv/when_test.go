package csv

import (
	"strings"
	"testing"
	"time"
)

func TestTimesAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no time zones on this machine")
	}
	month, day := times{zone: berlin}, times{zone: berlin, dayFirst: true}
	number := func(n numeric) times { return times{zone: berlin, number: n} }
	for _, c := range []struct {
		written string
		by      times
		want    string
	}{
		{"2026-04-03", month, "2026-04-03T00:00:00+02:00"},
		{"2026-01-03", month, "2026-01-03T00:00:00+01:00"},
		{"2026-04-03T10:15:00Z", month, "2026-04-03T10:15:00Z"},
		{"2026-04-03T10:15:00.123456789-09:30", month, "2026-04-03T10:15:00.123456-09:30"},
		{"2026-04-03 10:15", month, "2026-04-03T10:15:00+02:00"},
		{"2026-04-03 10:15:00+00", month, "2026-04-03T10:15:00Z"},
		{"2026-04-03 10:15:00 UTC", month, "2026-04-03T10:15:00Z"},
		{"2026-04-03 10:15:00 +0200", month, "2026-04-03T10:15:00+02:00"},
		{"2026-04-03 10:15:00 +0000 UTC", month, "2026-04-03T10:15:00Z"},
		{"2026-04-03T10:15Z", month, "2026-04-03T10:15:00Z"},
		{"2026/04/03 10:15:00", month, "2026-04-03T10:15:00+02:00"},
		{"20260403T101500Z", month, "2026-04-03T10:15:00Z"},
		{"03/04/2026", month, "2026-03-04T00:00:00+01:00"},
		{"03/04/2026", day, "2026-04-03T00:00:00+02:00"},
		{"3-4-26 9:05", day, "2026-04-03T09:05:00+02:00"},
		{"3.4.2026", month, "2026-04-03T00:00:00+02:00"},
		{"03. 04. 2026 14:30 Uhr", month, "2026-04-03T14:30:00+02:00"},
		{"4/3/2026 1:05 PM", month, "2026-04-03T13:05:00+02:00"},
		{"4/3/2026 12:05:06 a.m.", month, "2026-04-03T00:05:06+02:00"},
		{"4/3/2026 12:05 PM", month, "2026-04-03T12:05:00+02:00"},
		{"4/3/99", month, "1999-04-03T00:00:00+02:00"},
		{"Fri, 03 Apr 2026 10:15:00 +0200", month, "2026-04-03T10:15:00+02:00"},
		{"Fri Apr  3 10:15:00 2026 +0200", month, "2026-04-03T10:15:00+02:00"},
		{"Fri Apr 03 2026 10:15:00 GMT+0200 (Central European Summer Time)", month, "2026-04-03T10:15:00+02:00"},
		{"April 3rd, 2026 at 1:05 PM", month, "2026-04-03T13:05:00+02:00"},
		{"3 Apr 2026 1 PM", month, "2026-04-03T13:00:00+02:00"},
		{"03-Apr-2026", month, "2026-04-03T00:00:00+02:00"},
		{"03-Apr-26 10:15:00 EST", month, "2026-04-03T10:15:00-05:00"},
		{"3 de abril de 2026", month, "2026-04-03T00:00:00+02:00"},
		{"3. März 2026", month, "2026-03-03T00:00:00+01:00"},
		{"1er août 2026 10:15", month, "2026-08-01T10:15:00+02:00"},
		{"mar. 3 mars 2026", month, "2026-03-03T00:00:00+01:00"},
		{"1775204100", number(unixSeconds), "2026-04-03T08:15:00Z"},
		{"1775204100.25", number(unixSeconds), "2026-04-03T08:15:00.25Z"},
		{"0", number(unixSeconds), "1970-01-01T00:00:00Z"},
		{"1775204100250", number(unixMillis), "2026-04-03T08:15:00.25Z"},
		{"1775204100250001", number(unixMicros), "2026-04-03T08:15:00.250001Z"},
		{"1775204100250001999", number(unixNanos), "2026-04-03T08:15:00.250001Z"},
		{"46115", number(serialDays), "2026-04-03T00:00:00+02:00"},
		{"46115.4270833333", number(serialDays), "2026-04-03T10:15:00+02:00"},
		{"46115,4270833333", number(serialDays), "2026-04-03T10:15:00+02:00"},
		{"44653", times{zone: berlin, number: serialDays, from1904: true}, "2026-04-03T00:00:00+02:00"},
		{"20260403", number(compact), "2026-04-03T00:00:00+02:00"},
		{"20260403101500", number(compact), "2026-04-03T10:15:00+02:00"},
		{"2024-02-29", month, "2024-02-29T00:00:00+01:00"},
		{"1969-12-31T23:59:59Z", month, "1969-12-31T23:59:59Z"},
	} {
		at, fault := c.by.parse(c.written)
		if got := at.Format(time.RFC3339Nano); fault != "" || got != c.want {
			t.Errorf("%q: got %s %s, want %s", c.written, got, fault, c.want)
		}
	}
}

func TestTimesThatAreNoneAreRefusedInWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		written string
		by      times
		says    string
	}{
		{"yesterday", times{}, "not a time"},
		{"2026-02-29", times{}, "no day of the calendar"},
		{"2026-13-01", times{}, "no day of the calendar"},
		{"2026-04-31 10:00", times{}, "no day of the calendar"},
		{"31/12/2026", times{}, "when the month is first"},
		{"12/31/2026", times{dayFirst: true}, "when the day is first"},
		{"2026-04-03T25:00:00Z", times{}, "no time of the day"},
		{"2026-04-03 13:00 PM", times{}, "not a time"},
		{"10:15", times{}, "not a time"},
		{"April 2026", times{}, "not a time"},
		{"1.77E+09", times{}, "shortened by a spreadsheet"},
		{"-5", times{}, "before 1970"},
		{"99999999999999", times{}, "too large"},
		{"2026040", times{number: compact}, "no date written as"},
		{"9999999", times{number: serialDays}, "no day number"},
		{strings.Repeat("1 ", 200), times{}, "not a time"},
		{"2026-04-03T10:15:00 Mars/Base", times{}, "not a time"},
	} {
		if at, fault := c.by.parse(c.written); !strings.Contains(fault, c.says) {
			t.Errorf("%q: got %s %q, want words with %q", c.written, at, fault, c.says)
		}
	}
}

func TestTheOrderOfDatesIsFoundInTheWholeColumn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		cells    []string
		dayFirst bool // where the month is first by default
		open     bool
	}{
		{"nothing tells", []string{"03/04/2026", "05/06/2026"}, false, true},
		{"one date tells the day", []string{"03/04/2026", "05/06/2026", "13/06/2026"}, true, false},
		{"one date tells the month", []string{"03/04/2026", "06/13/2026"}, false, false},
		{"a date with the same numbers tells nothing and asks nothing", []string{"04/04/2026"}, false, false},
		{"dots need no order", []string{"03.04.2026"}, false, false},
		{"most dates decide", []string{"13/04/2026", "14/04/2026", "04/15/2026"}, true, false},
	} {
		var p profile
		for _, cell := range c.cells {
			p.add(cell)
		}
		if dayFirst, open := p.order(true); dayFirst != c.dayFirst || open != c.open {
			t.Errorf("%s: got day first %t, open %t", c.name, dayFirst, open)
		}
	}
}

// FuzzTimes checks that no text breaks the reading, that what is read is whole
// microseconds at whole minutes from UTC, and that it is read again when it is
// written in the standard form.
func FuzzTimes(f *testing.F) {
	for _, s := range []string{
		"2026-04-03T10:15:00.5+02:00", "3/4/26 1:05 PM", "Fri, 03 Apr 2026 10:15:00 +0200", "3 de abril de 2026",
		"46115.42", "20260403", "1775204100", "mar. 3 mars 2026", "1er août 2026", "4/3/2026 12:05:06 a.m.", "(", "٣/٤/٢٠٢٦",
	} {
		f.Add(s, true, uint8(0))
	}
	f.Fuzz(func(t *testing.T, s string, dayFirst bool, number uint8) {
		by := times{dayFirst: dayFirst, number: numeric(number) % numerics}
		at, fault := by.parse(s)
		if fault != "" {
			return
		}
		_, offset := at.Zone()
		if at.Nanosecond()%1000 != 0 || offset%60 != 0 || offset <= -24*3600 || offset >= 24*3600 {
			t.Fatalf("%q is read as %s", s, at)
		}
		if at.Year() < 1 || at.Year() > 9999 {
			return
		}
		again, fault := by.parse(at.Format(time.RFC3339Nano))
		if fault != "" || !again.Equal(at) {
			t.Errorf("%q is read as %s, that as %s %s", s, at, again, fault)
		}
	})
}

func BenchmarkTimes(b *testing.B) {
	for _, s := range []string{"1775204100", "2026-04-03T10:15:00+02:00", "03/04/2026 10:15", "Fri, 03 Apr 2026 10:15:00 +0200"} {
		b.Run(s, func(b *testing.B) {
			var by times
			for b.Loop() {
				if _, fault := by.parse(s); fault != "" {
					b.Fatal(fault)
				}
			}
		})
	}
}
