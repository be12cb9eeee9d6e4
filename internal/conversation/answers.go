package conversation

import (
	"time"

	"orrery.dev/orrery/internal/interval"
)

// Answered first: after how long newcomers got their first answer, in the order of
// waiting. Never is: not within LandmarkDays.
const (
	WithinHour = iota
	WithinDay
	WithinThreeDays
	WithinWeek
	Never
	Waits
)

// LandmarkDays is how long after an opening an answer is looked for. Whether they
// came back is looked at only from then on: else those who came back at once would
// seem to have been answered late.
const LandmarkDays = 7

// Answers sets how soon newcomers were first answered against whether they came
// back. It is an association: who is answered soon may differ in much else.
type Answers struct {
	HorizonDays int         `json:"horizon_days"` // after the landmark
	All         [Waits]Came `json:"all"`
	Peer        [Waits]Came `json:"peer"` // answered by a peer; Never is empty
	Team        [Waits]Came `json:"team"`
}

// Came is how many of some people came back.
type Came struct {
	People int `json:"people"`
	Back   int `json:"back"`
}

// Share is Back of People, 0 where there is nobody.
func (c Came) Share() float64 {
	if c.People == 0 {
		return 0
	}
	return float64(c.Back) / float64(c.People)
}

// Between returns the bounds between which the share lies in 90 of 100 cases:
// Wilson's interval (1927).
func (c Came) Between() (low, high float64) {
	return interval.Wilson(c.Share(), float64(c.People), interval.Of90)
}

// WaitOf returns in which of the waits an answer falls.
func WaitOf(a Answer) int {
	switch {
	case a.By == 0 || a.After > LandmarkDays*24*time.Hour:
		return Never
	case a.After <= time.Hour:
		return WithinHour
	case a.After <= 24*time.Hour:
		return WithinDay
	case a.After <= 72*time.Hour:
		return WithinThreeDays
	}
	return WithinWeek
}

// Add counts one newcomer.
func (s *Answers) Add(a Answer, back bool) {
	wait := WaitOf(a)
	of := []*Came{&s.All[wait]}
	if wait != Never && a.Team {
		of = append(of, &s.Team[wait])
	} else if wait != Never {
		of = append(of, &s.Peer[wait])
	}
	for _, c := range of {
		c.People++
		if back {
			c.Back++
		}
	}
}
