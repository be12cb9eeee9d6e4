package webhook

import (
	"fmt"

	"orrery.dev/orrery"
)

// titles tell people what each type of news is.
var titles = map[orrery.NewsType]string{
	orrery.NewsPersonNear:     "Somebody came near",
	orrery.NewsPersonDrifted:  "Somebody near drifted away",
	orrery.NewsPersonFirst:    "A newcomer’s first act",
	orrery.NewsNewcomerAlone:  "A newcomer had no answer for a day",
	orrery.NewsConversation:   "A conversation waits for us",
	orrery.NewsPurposeReached: "A purpose reached a target",
	orrery.NewsPurposeUpdated: "A purpose has an update",
	orrery.NewsImportEnded:    "An import ended well",
	orrery.NewsImportFailed:   "An import failed",
	orrery.NewsPersonErased:   "Somebody was erased",
	orrery.NewsTest:           "A test, sent by hand",
}

// Title tells people what a type of news is.
func Title(t orrery.NewsType) string {
	if text, ok := titles[t]; ok {
		return text
	}
	return string(t)
}

// Asks says whether an endpoint asked for a type of news.
func (e *Endpoint) Asks(t orrery.NewsType) bool {
	for _, wanted := range e.Types {
		if wanted == t {
			return true
		}
	}
	return len(e.Types) == 0
}

// Words tell how an attempt went: "200 in 34 ms", "no answer".
func (t Try) Words() string {
	if t.Status == 0 {
		return "no answer"
	}
	return fmt.Sprintf("%d in %d ms", t.Status, t.Took.Milliseconds())
}
