package intake

import "strings"

// Via takes off a name what a list or a relay puts behind it when it sends in
// somebody's stead, as in "Ada Lovelace via dev". The address beside such a name
// is the list's and says nothing of the person.
func Via(name string) (person string, ok bool) {
	at := strings.LastIndex(name, " via ")
	if at < 0 {
		return name, false
	}
	person = strings.Trim(name[:at], ` '"`)
	if person == "" {
		return name, false
	}
	return person, true
}
