// Package language says Orrery's texts in the languages of people: English,
// German, Spanish and whatever a catalogue is added for.
//
// English is the source. A catalogue (catalogue/*.json) is keyed by the English
// text, and what it lacks stays English. Texts made in Go are values of the type
// Text, made by T and its kin, which stay English for programs and for the command
// line and which a page says in its reader's language. Templates hold plain
// English and are translated while they are parsed: see Rewrite.
//
// It knows no page and no sentence of its own. view and web make Texts; web alone
// has languages to say them in. It reads no clock and no file but its catalogues.
package language
