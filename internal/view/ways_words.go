package view

import (
	"math"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/ways"
)

// TrialWords is a group's next trial as people read it. Nothing in it is called a
// cause: whoever was not sent down a way by lot may have come back for another
// reason.
type TrialWords struct {
	Why      language.Text `json:"why"`                // what is known, and why this way is next
	What     language.Text `json:"what"`               // what to do, with how many people for how long; or why that cannot be
	Disproof language.Text `json:"disproof,omitempty"` // the figure that would disprove it
}

// invitation says what somebody is invited to.
func invitation(way orrery.Strategy) language.Text {
	return language.OneOf(way, "to something made for them to read, watch or hear", "into a conversation, by a question to them in person",
		"to work on something together with somebody who knows the ground", "to give something small: an answer, a report, an hour",
		"to try something that can be bought or booked", "to collect or recommend what they like")
}

// Trial tells the next trial of a group in words.
func (w *Ways) Trial(g *WaysGroup) TrialWords {
	t, cell := &g.Trial, &g.Cells[g.Trial.Way]
	here, way := language.T("here"), wayName(t.Way)
	if g.Tag != "" {
		here = language.T("among “%s”", g.Tag)
	}
	var words TrialWords
	switch t.Reason {
	case ways.ToConfirm:
		words.Why = language.T("Those %s whose first weeks included %s came back more often than people who did as much without it: %s more of a hundred. It may be the way; it may be the kind of people who take it. Drawing lots tells the two apart.", here, way, figure(cell.Yield))
	case ways.HoldsOthers:
		words.Why = language.T("Over all, those whose first weeks included %s came back more often than people who did as much without it. It is untested %s.", way, here)
	case ways.BarelyTried:
		words.Why = language.N(cell.Tried, "Only 1 person %[2]s tried %[3]s in their first weeks, of those long enough ago to be judged: too few to tell anything.",
			"Only %d people %s tried %s in their first weeks, of those long enough ago to be judged: too few to tell anything.", here, way)
		if cell.Tried == 0 {
			words.Why = language.T("Nobody %s tried %s in their first weeks, of those long enough ago to be judged: too few to tell anything.", here, way)
		}
	case ways.StillOpen:
		words.Why = language.T("No way stands out %s. Of those that were tried, %s may still hold more than it has shown: what was seen leaves room for up to %s more of a hundred coming back.", here, way, figure(cell.High))
	case ways.Unknown:
		words.Why = language.T("No way stands out %s, and nobody has tried %s.", here, way)
	default:
		words.Why = language.T("No way stands out %s, and none that was tried can hold many more than it has shown. What holds people %s may be something else: who answers them, and how soon. If you try one all the same, let it be %s.", here, here, way)
	}
	switch t.Obstacle {
	case ways.NothingSeen:
		words.What = language.T("It is too early for a trial: nobody’s first %d days and the %d days after them are over.", w.FirstDays, w.HorizonDays)
	case ways.AllReturn:
		words.What = language.T("There is little to win: of a hundred people %s, %s come back anyway.", here, figure(t.Base))
	case ways.NobodyNew:
		words.What = language.Join(" ", language.T("A trial needs newcomers: %s came for the first time in the last half year, too few to draw lots among.", people(t.Arrivals)), alone(g))
	case ways.TooFew:
		words.What = language.Join(" ", language.T("Too few are new %s for a trial: %s came for the first time in the last half year, and a year of that could not show even 20 more of a hundred.", here, people(t.Arrivals)), alone(g))
	default:
		words.What = language.T("Of the people who come for the first time, draw lots: invite %d of them in their first days %s, and leave %d as they are. With as many newcomers as in the last half year that takes %s; %s after the last of them the answer is in. Put a tag on each half, so that this page counts them apart. Where lots cannot be drawn, let a coin decide week by week whether to invite.",
			t.Each, invitation(t.Way), t.Each, weeks(t.Days), weeks(t.Watch))
		words.Disproof = language.T("Of a hundred people %s, %s come back. If the invitation helps as hoped, %s more will. If fewer than %s more come back of those invited than of the others, it does not help that much: one that did would miss this mark in one trial of ten.",
			here, figure(t.Base), figure(t.Hoped), figure(t.Disproof))
		if t.Reason == ways.ToConfirm && t.Hoped > math.Ceil(cell.Yield) {
			words.Disproof = language.Join(" ", words.Disproof, language.T("The %s more that were seen so far are too few to be shown with so few newcomers: missing this mark does not disprove them.", figure(cell.Yield)))
		}
	}
	return words
}

// alone says what to do where a group is too small for a trial.
func alone(g *WaysGroup) language.Text {
	if g.Tag != "" {
		return language.T("Try it with everybody.")
	}
	return language.T("Invite people as you like, and take what you see for a story, not for a proof.")
}

// wayName is a way to belong within a sentence.
func wayName(w orrery.Strategy) language.Text {
	return language.OneOf(w, "content", "conversation", "collaboration", "contribution", "commerce", "curation")
}

// figure writes so many of a hundred people: whole, small ones to the tenth.
func figure(v float64) language.Text {
	if math.Abs(v) < 9.95 {
		return language.T("%v", math.Round(v*10)/10)
	}
	return language.T("%.0f", v)
}

func people(n int) language.Text { return language.N(n, "1 person", "%d people") }

// weeks writes a span of days in weeks, and in months where that is shorter.
func weeks(days int) language.Text {
	if days > 26*7 {
		return language.T("about %d months", int(math.Round(float64(days)/30.4)))
	}
	return language.N(max(1, (days+6)/7), "1 week", "%d weeks")
}
