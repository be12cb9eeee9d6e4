package orrery

import "strings"

// Gist is what the words of an activity did, as marks. It is read off a text when
// the text is collected; the text itself is not kept. Where a source tells no text,
// or nothing could be read off it, there is none.
type Gist uint8

// The marks. A text may have several.
const (
	Asks     Gist = 1 << iota // it asks something
	Thanks                    // it thanks, or says that all is well now, and little more
	Settles                   // it says that the thing is done: merged, applied, fixed
	Agrees                    // it approves of what was proposed
	Promises                  // who speaks says that they will do the next step
)

// AllGists is every mark.
const AllGists = Asks | Thanks | Settles | Agrees | Promises

var gistNames = [...]string{"asks", "thanks", "settles", "agrees", "promises"}

// Has says whether all of the marks are set.
func (g Gist) Has(marks Gist) bool { return g&marks == marks }

// String joins the marks by "+": "asks+thanks". Of none it is empty.
func (g Gist) String() string {
	var names []string
	for i, name := range gistNames {
		if g&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, "+")
}

// GistOf reads marks as String writes them.
func GistOf(s string) (Gist, error) {
	var g Gist
	for name := range strings.SplitSeq(s, "+") {
		if name == "" && s == "" {
			break
		}
		found := false
		for i, known := range gistNames {
			if name == known {
				g, found = g|1<<i, true
			}
		}
		if !found {
			return 0, Errorf(Invalid, "%q is no mark of a text: they are asks, thanks, settles, agrees, promises, joined by +", name)
		}
	}
	return g, nil
}
