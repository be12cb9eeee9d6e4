package intake

import (
	"bytes"
	"strings"
)

// Via takes off a name what a list or a relay puts behind it when it sends in
// somebody's stead, as in "Ada Lovelace via dev". The address beside such a name
// is the list's and says nothing of the person. Of somebody without a name,
// "ada--- via dev", what stood before the @ is left.
func Via(name string) (person string, ok bool) {
	at := strings.LastIndex(name, " via ")
	if at < 0 {
		return name, false
	}
	person = strings.TrimSuffix(strings.Trim(name[:at], ` '"`), "---")
	if person == "" {
		return name, false
	}
	return person, true
}

// SignedOff finds the address under which a person signed off a commit: whose
// From a list wrote over says there who they are.
func SignedOff(message []byte, person string) (name, address string, ok bool) {
	const trailer = "Signed-off-by:"
	for line := range bytes.Lines(message) {
		line = bytes.TrimSpace(line)
		if len(line) < len(trailer) || !bytes.EqualFold(line[:len(trailer)], []byte(trailer)) {
			continue
		}
		before, rest, ok := strings.Cut(string(line[len(trailer):]), "<")
		address, _, closed := strings.Cut(rest, ">")
		if name := strings.TrimSpace(before); ok && closed && address != "" && strings.EqualFold(name, person) {
			return name, address, true
		}
	}
	return "", "", false
}
