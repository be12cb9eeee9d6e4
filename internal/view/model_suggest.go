package view

import (
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
)

// SuggestionPage is one page of the queue of pairs who may be one person, most
// likely first.
type SuggestionPage struct {
	Pairs []Suggestion
	Total int    // over all pages
	Next  string // cursor of the next page; empty on the last
}

// Suggestion is a pair of people who may be one.
type Suggestion struct {
	A, B   SuggestedPerson
	Chance float64 // that they are one person, 0–1
	Clues  []Clue  // strongest first
}

// SuggestedPerson is one of a pair.
type SuggestedPerson struct {
	ID         orrery.MemberID
	Name       string
	Known      []string // how they are known, a few at most
	More       int      // how many more ways there are
	Closeness  float64  // around the planet; 0 where they have no orbit there
	LastActive orrery.Day
	Orbits     bool // around the planet
}

// Clue is one thing that speaks for or against a pair, side by side.
type Clue struct {
	What    string // "Same name"
	A, B    string
	Against bool
	Strong  bool // it makes the pair eight times as likely, or more
}

// Belongs says that a person belongs to an organization.
type Belongs struct {
	Organization string
	Since, Until orrery.Day    // 0: not known; 0: still
	Why          language.Text // "by acme.example address", "stated by crm.example"
}
