package web

import "orrery.dev/orrery/internal/language"

// mapWords are the words that the map says in the browser, English to l: {0} and
// the like stay for its values. English has none.
func mapWords(l *language.Language) map[string]string {
	if l == language.English() {
		return nil
	}
	words := map[string]string{}
	for _, t := range []language.Text{
		language.T("orbit map"), language.T("Zoom in"), language.T("Zoom out"), language.T("Show everything"),
		language.T("Replay the last 90 days"), language.T("Days, from 90 days ago to now"), language.T("Today"),
		language.T("1 day before"), language.T("%s days before", "{0}"), language.T("1 day ago"), language.T("%s days ago", "{0}"),
		language.T("around"), language.T("in, out"), language.T("rising, drifting"), language.T("as a table"),
		language.T("Level"), language.T("Closeness"), language.T("90 days"), language.T("Mostly"), language.T("Like minds"),
		language.T("First seen through"), language.T("First seen through %s.", "{0}"),
		language.T("closer %s", "{0}"), language.T("farther %s", "{0}"), language.T("drifting %s", "{0}"), language.T("steady"),
		language.T("%s. %s, closeness %s, %s in 90 days. Mostly %s.", "{0}", "{1}", "{2}", "{3}", "{4}"),
		language.T("Number %s of %s.", "{0}", "{1}"),
	} {
		words[t.String()] = l.Say(t)
	}
	return words
}
