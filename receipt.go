package orrery

// IngestSource says where activities come from that arrive one by one while
// Orrery runs, and around which planet.
type IngestSource struct {
	Name   string // unique among sources: "api/night-radio"
	Kind   string // of door: "api"
	Planet string // slug of the planet that activities belong to which name none
}

// Receipt says what became of activities that were handed in together. What was
// added is durable.
type Receipt struct {
	Imports    []ImportID // that hold what was added: what to undo to take it back
	Added      int
	Duplicates int // that were there already
	Erased     int // of people who were erased and are not brought back
	Refused    []Refusal
}

// Refusal is one activity that could not be used.
type Refusal struct {
	Index  int // among those that were handed in, from 0
	Reason string
}
