// Package orrery is the vocabulary of Orrery: the words that every stage of the
// data path shares, and nothing else. It imports the standard library only,
// does no I/O, reads no clock and keeps no state.
//
// The path that data walks is told in docs/architecture.md:
//
//	source → collect → identity → journal → field → view → command line, API, screens
//
// Each stage lives in a package under internal/, imports this package and no
// other stage; internal/flow joins them in that order.
package orrery

// PlanetID names a planet (a brand, product or project that people orbit). IDs
// start at 1 and are never reused.
type PlanetID uint16

// SourceID names a source that activities come from. IDs start at 1.
type SourceID uint32

// ImportID names one import, the unit that can be undone. IDs start at 1.
type ImportID uint32

// IdentityID names one identity: one way in which somebody is known somewhere.
// Dense, starting at 1, never reused.
type IdentityID uint32

// MemberID names a member: the lowest IdentityID of a component of identities
// that evidence joins.
type MemberID uint32

// BlockSeq numbers the blocks of the journal in the order of their commits,
// starting at 1. A number is never reused.
type BlockSeq uint32
