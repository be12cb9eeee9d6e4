package outward_test

import (
	"net/netip"
	"testing"

	"orrery.dev/orrery/internal/outward"
)

func TestWhereAddressesLead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]outward.Place{
		"93.184.215.14": outward.Public, "2606:2800:21f:cb07:6820:80da:af6b:8b2c": outward.Public,
		"127.0.0.1": outward.Own, "::1": outward.Own, "10.1.2.3": outward.Own, "fd00::1": outward.Own, "::ffff:192.168.0.1": outward.Own,
		"100.64.0.1":      outward.Shared,
		"169.254.169.254": outward.Nowhere, "fe80::1%eth0": outward.Nowhere, "0.0.0.0": outward.Nowhere, "224.0.0.1": outward.Nowhere,
		"64:ff9b::7f00:1": outward.Nowhere, "2002:7f00:1::": outward.Nowhere, "::127.0.0.1": outward.Nowhere, "fec0::1": outward.Nowhere,
		"203.0.113.9": outward.Nowhere, "2001:db8::1": outward.Nowhere, "255.255.255.255": outward.Nowhere,
	} {
		if got := outward.PlaceOf(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: got %d, want %d", text, got, want)
		}
	}
}
