package intake

import "testing"

func TestAPersonIsAnAddressOrANameWithOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, address, kind, value, email string }{
		{"Ada", "Ada@Example.org", "alias", "Ada <ada@example.org>", "ada@example.org"},
		{"", "ada@example.org", "email", "ada@example.org", ""},
		{"ada@example.org", "ada@example.org", "email", "ada@example.org", ""},
		{"Ada", "", "alias", "Ada", ""},
		{"Ada", "a@b@c", "alias", "Ada", ""},
		{"Ada", "not an address", "alias", "Ada", ""},
		{" ", "@example.org", "", "", ""},
	} {
		a, ok := Person(c.name, c.address)
		if a.Type != c.kind || a.Value != c.value || a.Email != c.email || ok != (c.kind != "") {
			t.Errorf("%q, %q: got %+v, %t", c.name, c.address, a, ok)
		}
	}
}
