package view

import (
	"fmt"
	"math"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/ways"
)

// TrialWords is a group's next trial as people read it. Nothing in it is called a
// cause: whoever was not sent down a way by lot may have come back for another
// reason.
type TrialWords struct {
	Why      string `json:"why"`                // what is known, and why this way is next
	What     string `json:"what"`               // what to do, with how many people for how long; or why that cannot be
	Disproof string `json:"disproof,omitempty"` // the figure that would disprove it
}

// invitations says what somebody is invited to, by way.
var invitations = [orrery.Strategies]string{
	orrery.Content:       "to something made for them to read, watch or hear",
	orrery.Conversation:  "into a conversation, by a question to them in person",
	orrery.Collaboration: "to work on something together with somebody who knows the ground",
	orrery.Contribution:  "to give something small: an answer, a report, an hour",
	orrery.Commerce:      "to try something that can be bought or booked",
	orrery.Curation:      "to collect or recommend what they like",
}

// Trial tells the next trial of a group in words.
func (w *Ways) Trial(g *WaysGroup) TrialWords {
	t, cell := &g.Trial, &g.Cells[g.Trial.Way]
	here, way := "here", t.Way.String()
	if g.Tag != "" {
		here = "among “" + g.Tag + "”"
	}
	var words TrialWords
	switch t.Reason {
	case ways.ToConfirm:
		words.Why = fmt.Sprintf("Those %s whose first weeks included %s came back more often than people who did as much without it: %s more of a hundred. It may be the way; it may be the kind of people who take it. Drawing lots tells the two apart.", here, way, figure(cell.Yield))
	case ways.HoldsOthers:
		words.Why = fmt.Sprintf("Over all, those whose first weeks included %s came back more often than people who did as much without it. %s it is untested.", way, capital(here))
	case ways.BarelyTried:
		only := "Only " + several(cell.Tried, "person", "people")
		if cell.Tried == 0 {
			only = "Nobody"
		}
		words.Why = fmt.Sprintf("%s %s tried %s in their first weeks, of those long enough ago to be judged: too few to tell anything.", only, here, way)
	case ways.StillOpen:
		words.Why = fmt.Sprintf("No way stands out %s. Of those that were tried, %s may still hold more than it has shown: what was seen leaves room for up to %s more of a hundred coming back.", here, way, figure(cell.High))
	case ways.Unknown:
		words.Why = fmt.Sprintf("No way stands out %s, and nobody has tried %s.", here, way)
	default:
		words.Why = fmt.Sprintf("No way stands out %s, and none that was tried can hold many more than it has shown. What holds people %s may be something else: who answers them, and how soon. If you try one all the same, let it be %s.", here, here, way)
	}
	switch t.Obstacle {
	case ways.NothingSeen:
		words.What = fmt.Sprintf("It is too early for a trial: nobody’s first %d days and the %d days after them are over.", w.FirstDays, w.HorizonDays)
	case ways.AllReturn:
		words.What = fmt.Sprintf("There is little to win: of a hundred people %s, %s come back anyway.", here, figure(t.Base))
	case ways.NobodyNew:
		words.What = fmt.Sprintf("A trial needs newcomers: %s came for the first time in the last half year, too few to draw lots among.", several(t.Arrivals, "person", "people")) + alone(g)
	case ways.TooFew:
		words.What = fmt.Sprintf("Too few are new %s for a trial: %s came for the first time in the last half year, and a year of that could not show even 20 more of a hundred.", here, several(t.Arrivals, "person", "people")) + alone(g)
	default:
		words.What = fmt.Sprintf("Of the people who come for the first time, draw lots: invite %d of them in their first days %s, and leave %d as they are. With as many newcomers as in the last half year that takes %s; %s after the last of them the answer is in. Put a tag on each half, so that this page counts them apart. Where lots cannot be drawn, let a coin decide week by week whether to invite.",
			t.Each, invitations[t.Way], t.Each, weeks(t.Days), weeks(t.Watch))
		words.Disproof = fmt.Sprintf("Of a hundred people %s, %s come back. If the invitation helps as hoped, %s more will. If fewer than %s more come back of those invited than of the others, it does not help that much: one that did would miss this mark in one trial of ten.",
			here, figure(t.Base), figure(t.Hoped), figure(t.Disproof))
		if t.Reason == ways.ToConfirm && t.Hoped > math.Ceil(cell.Yield) {
			words.Disproof += fmt.Sprintf(" The %s more that were seen so far are too few to be shown with so few newcomers: missing this mark does not disprove them.", figure(cell.Yield))
		}
	}
	return words
}

// alone says what to do where a group is too small for a trial.
func alone(g *WaysGroup) string {
	if g.Tag != "" {
		return " Try it with everybody."
	}
	return " Invite people as you like, and take what you see for a story, not for a proof."
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// figure writes so many of a hundred people: whole, small ones to the tenth.
func figure(v float64) string {
	if math.Abs(v) < 9.95 {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
	}
	return fmt.Sprintf("%.0f", v)
}

func several(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// weeks writes a span of days in weeks, and in months where that is shorter.
func weeks(days int) string {
	if days > 26*7 {
		return fmt.Sprintf("about %d months", int(math.Round(float64(days)/30.4)))
	}
	return several(max(1, (days+6)/7), "week", "weeks")
}
