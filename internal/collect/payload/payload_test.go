package payload

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"orrery.dev/orrery"
)

func TestTextReadsWhateverIsWritten(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]Text{
		`"a"`: "a", `12345678901234567890`: "12345678901234567890", `null`: "", `true`: "", `[1]`: "",
		`{"id":"cus_1","x":2}`: "cus_1", `{"id":7}`: "7", `{"id":{"id":1}}`: "", `"a\u0000b\nc "`: "ab c", `"\ud800"`: "\uFFFD",
	} {
		var got Text
		if err := json.Unmarshal([]byte(written), &got); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", written, got, err, want)
		}
	}
}

func TestTimesAreReadInTheFormsThatPlatformsWrite(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 11, 22, 10, 15, 0, 0, time.UTC)
	for _, written := range []Text{
		"2026-11-22T10:15:00Z", "2026-11-22T11:15:00+01:00", "2026-11-22T10:15:00.000Z", "2026-11-22T05:15:00-0500",
		"2026-11-22 10:15:00 UTC", "2026-11-22T10:15:00", "1795342500", "1795342500000", "1795342500000000", "1795342500.000",
	} {
		if got, ok := Time(written); !ok || !got.Equal(want) {
			t.Errorf("%s: got %s, %t, want %s", written, got, ok, want)
		}
	}
	for _, written := range []Text{"", "yesterday", "12.x", "22.11.2026"} {
		if got, ok := Time(written); ok {
			t.Errorf("%q: got %s, want no time", written, got)
		}
	}
	if at, _ := Time("1795342500.000200"); at.Nanosecond() != 200_000 {
		t.Errorf("got %s, want 200 µs kept", at)
	}
}

func TestWhenRefusesTimesThatCannotBe(t *testing.T) {
	t.Parallel()
	arrived := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, written := range []Text{"2026-11-25T12:00:00Z", "-5", "soon"} {
		if _, err := When(arrived, "", written); orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("%q: got %v, want an invalid error", written, err)
		}
	}
	if at, err := When(arrived, "", ""); err != nil || !at.Equal(arrived) {
		t.Errorf("without a time: got %s, %v, want the arrival", at, err)
	}
}

func TestMoneyIsReadInMinorUnits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		amount, code Text
		want         float64
	}{
		{"409.94", "usd", 40994}, {"500", "JPY", 500}, {"1.500", "KWD", 1500}, {"0.07", "EUR", 7}, {"1000", "ISK", 1000}, {"12", "HUF", 1200}, {"-3.10", "CHF", -310},
	} {
		if got, unit, ok := Money(c.amount, c.code); !ok || got != c.want || unit != strings.ToUpper(string(c.code)) {
			t.Errorf("%s %s: got %v %s %t, want %v", c.amount, c.code, got, unit, ok, c.want)
		}
	}
	for _, bad := range [][2]Text{{"", "EUR"}, {"1", ""}, {"NaN", "EUR"}, {"1e300", "EUR"}, {"1", "POINTS"}} {
		if _, _, ok := Money(bad[0], bad[1]); ok {
			t.Errorf("%q: taken for money", bad)
		}
	}
}

func TestOnlyAddressesAreAddresses(t *testing.T) {
	t.Parallel()
	for written, want := range map[Text]string{"Ada@Example.ORG": "ada@example.org", "ada": "", "@x": "", "a@": "", "a b@c": "", "Ada <a@b.c>": ""} {
		if got := Email(written); got != want {
			t.Errorf("%q: got %q, want %q", written, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte(`"a\u0000"`))
	f.Add([]byte(`{"id":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var got Text
		if json.Unmarshal(data, &got) != nil {
			return
		}
		if s := string(got); !utf8.ValidString(s) || strings.ContainsRune(s, 0) || len(s) > maxText {
			t.Errorf("%q became %q", data, s)
		}
		if at, ok := Time(got); ok {
			if _, offset := at.Zone(); offset%60 != 0 || offset >= 24*3600 || offset <= -24*3600 {
				t.Errorf("%q: offset %d", got, offset)
			}
		}
	})
}
