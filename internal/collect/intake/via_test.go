package intake

import "testing"

func TestWhatAListPutsBehindANameIsTakenOff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, person string }{
		{"Ada Lovelace via dev", "Ada Lovelace"},
		{"'Ada Lovelace' via The Engine", "Ada Lovelace"},
		{"Ada Lovelace' via dev", "Ada Lovelace"},
		{"Ada via relay via dev", "Ada via relay"},
		{"Ada Lovelace", ""},
		{"Maria Via Lopez", ""},
		{" via dev", ""},
		{"Olivia via", ""},
		{"", ""},
	} {
		want := c.person
		if want == "" {
			want = c.name
		}
		if got, ok := Via(c.name); got != want || ok != (c.person != "") {
			t.Errorf("%q: got %q, %t, want %q", c.name, got, ok, want)
		}
	}
}
