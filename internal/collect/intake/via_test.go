package intake

import "testing"

func TestWhatAListPutsBehindANameIsTakenOff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, person string }{
		{"Ada Lovelace via dev", "Ada Lovelace"},
		{"'Ada Lovelace' via The Engine", "Ada Lovelace"},
		{"Ada Lovelace' via dev", "Ada Lovelace"},
		{"Ada via relay via dev", "Ada via relay"},
		{"ada--- via dev", "ada"},
		{"--- via dev", ""},
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

func TestWhoseNameAListWroteOverIsFoundWhereTheySigned(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ message, name, address string }{
		{"Why.\n\nSigned-off-by: Bo <bo@x.org>\nSigned-off-by: Ada Lovelace <ada@x.org>\r\n", "Ada Lovelace", "ada@x.org"},
		{"signed-off-by:ADA lovelace <ada@x.org> # and so on", "ADA lovelace", "ada@x.org"},
		{"Signed-off-by: Ada Lovelace <ada@x.org>\nSigned-off-by: Ada Lovelace <ada@y.org>\n", "Ada Lovelace", "ada@x.org"},
		{"Signed-off-by: Ada <ada@x.org>\n", "", ""},
		{"Reviewed-by: Ada Lovelace <ada@x.org>\n", "", ""},
		{"Signed-off-by: Ada Lovelace\n", "", ""},
		{"Signed-off-by: Ada Lovelace <>\n", "", ""},
		{"Signed-off-by: Ada Lovelace <ada@x.org\n", "", ""},
		{"", "", ""},
	} {
		name, address, ok := SignedOff([]byte(c.message), "Ada Lovelace")
		if name != c.name || address != c.address || ok != (c.address != "") {
			t.Errorf("%q: got %q, %q, %t", c.message, name, address, ok)
		}
	}
}
