package intake

import (
	"strings"

	"orrery.dev/orrery"
)

// Person is somebody of whom a name and an address are known, or one of them. An
// address alone is who they are; beside a name it is evidence, for families share
// one. ok is false where both are empty, or the name is and the address is none.
func Person(name, address string) (a orrery.Actor, ok bool) {
	address = strings.ToLower(strings.TrimSpace(address))
	if at := strings.IndexByte(address, '@'); at < 1 || at != strings.LastIndexByte(address, '@') || at == len(address)-1 || len(address) > 254 ||
		strings.ContainsAny(address, " <>()[]\"\\;:,") {
		address = ""
	}
	name = strings.TrimSpace(name)
	switch {
	case name == "" && address == "":
		return orrery.Actor{}, false
	case address == "":
		return orrery.Actor{Type: "alias", Value: name, Name: name}, true
	case name == "" || strings.EqualFold(name, address):
		return orrery.Actor{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail, Value: address}, true
	default:
		return orrery.Actor{Type: "alias", Value: name + " <" + address + ">", Name: name, Email: address}, true
	}
}
