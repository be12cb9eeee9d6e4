package web

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/task"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/webhook"
)

// words are what templates can say.
var words = template.FuncMap{
	"count": func(n any) (language.Text, error) {
		i, err := strconv.ParseInt(fmt.Sprint(n), 10, 64)
		return count(i), err
	},
	"date": language.Date, "same": func(a, b language.Text) bool { return a.String() == b.String() },
	"people": people, "signed": signed, "round": round, "percent": percent, "decimal": decimal, "trend": trend,
	"day": dayWords, "short": shortDay, "ago": ago, "lasting": lasting, "bytes": byteWords, "iso": iso,
	"month": func(d orrery.Day) string { return d.Time().Format("2006-01") },
	"level": levelWords, "levelNote": levelNote, "way": wayWords, "wayKey": wayKey, "origin": originWords, "originNote": originNote,
	"brand": brand, "moved": moved, "movedWords": movedWords, "tone": tone, "add": func(a, b int) int { return a + b },
	"list": func(values ...any) []any { return values }, "kindWords": kindWords, "evidence": evidenceWords, "sector": sectorName,
	"minus":    func(a, b float64) float64 { return a - b },
	"decimal2": func(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) },
	"milli":    func(n int32) string { return strconv.FormatFloat(float64(n)/1000, 'f', -1, 64) },
	"preset":   presetWords, "length": func(closeness float64) float64 { return closeness * .44 },
	"share": func(v float64) string { return strconv.FormatFloat(300*v, 'f', 1, 64) }, "ratio": func(n, of int) float64 { return float64(n) / float64(max(1, of)) }, "plus": func(a, b float64) float64 { return a + b },
	"int": func(n int64) int { return int(n) }, "pace": paceWords, "percentOf": percentOf, "state": stateWords, "how": connectionWords, "howTone": connectionTone, "often": often, "sentence": sentenceOf, "mayMake": mayMake, "sourcePath": sourcePath, "sum": func(v []int) (total int) {
		for _, n := range v {
			total += n
		}
		return total
	},
	"talkTitle": talkTitle, "talkState": talkState, "span": span, "actWords": actWords, "actVerb": actVerb,
	"along":      func(share float64) string { return strconv.FormatFloat(4+192*share, 'f', 1, 64) },
	"doubtTitle": doubtTitle, "doubtDecided": doubtDecided, "doubtMembers": doubtMembers, "doubtNames": doubtNames, "fromTo": fromTo,
	"minusInt": func(a, b int) int { return a - b }, "worded": view.Worded,
	"yearsWords": yearsWords, "stirredWho": stirredWho, "usualTimes": usualTimes, "times": times,
	"days": daysWords, "introductions": func(n int) language.Text { return language.N(n, "1 introduction", "%d introductions") }, "tasks": func(n int) language.Text { return language.N(n, "1 task", "%d tasks") }, "dayOf": orrery.DayOf, "outcomes": task.Outcomes,
	"taskTitle": taskTitle, "taskKind": taskKindWords, "outcomeWords": taskOutcomeWords, "driftWords": driftWords, "cameWords": cameWords, "turned": turnedWords,
	"leans": leanWords, "introduced": introducedWords, "outcome": outcomeWords, "withPath": withPath,
	"hostOf": hostOf, "webhookWords": webhookWords, "webhookTone": webhookTone, "outcomeOf": outcomeWordsOf, "newsTitle": webhook.Title,
	"newsTypes": func() []orrery.NewsType { return orrery.NewsTypes },
	"weekdays":  func() []time.Weekday { return daysOfWeek }, "hours": func() []int { return hoursOfDay }, "copyWords": copyWords, "copyTone": copyTone,
	"roleTitle":   func(r orrery.Role) language.Text { return roleTitles[r] },
	"auditAction": auditAction, "auditKind": auditKind,
	"settingsPages": func() []settingsRoom { return settingsRooms },
	"cellsOf":       cellsOf, "verdict": verdictWords, "yield": yieldWords,
	"ways": func() (all []orrery.Strategy) {
		for w := range orrery.Strategies {
			all = append(all, w)
		}
		return all
	},
}

// count writes a whole number with thousands apart.
func count[N int | int64 | uint32](n N) language.Text { return language.T("%d", n) }

func people(n int) language.Text { return language.N(n, "1 person", "%d people") }

func round(v float64) int { return int(math.Round(v)) }

// signed writes a change: +3, −12, 0.
func signed(n int) language.Text {
	if n > 0 {
		return language.T("%+d", n)
	}
	return count(n)
}

func percent(share float64) language.Text { return language.T("%d%%", round(share*100)) }

func decimal(v float64) language.Text { return language.T("%v", math.Round(v*10)/10) }

// trend writes a mean change: +2.7, −0.4, 0.0.
func trend(v float64) language.Text {
	if math.Abs(v) < .05 {
		return language.T("%.1f", 0.0)
	}
	return language.T("%+.1f", v)
}

// moved is the change of closeness in 90 days as shown: of the rounded values,
// so that a reader can check it.
func moved(r view.Row) int { return round(r.Closeness) - round(r.Was) }

func movedWords(change int) language.Text {
	switch {
	case change > 0:
		return language.T("closer %+d", change)
	case change < 0:
		return language.T("farther %d", change)
	}
	return language.T("steady")
}

// tone names the style class of a change.
func tone(change int) string {
	switch {
	case change > 0:
		return "rise"
	case change < 0:
		return "drift"
	}
	return "still"
}

func dayWords(d orrery.Day) language.Text { return language.Date(d, "2 January 2006") }

func shortDay(d orrery.Day, asOf orrery.Day) language.Text {
	if d.Time().Year() == asOf.Time().Year() {
		return language.Date(d, "2 Jan")
	}
	return language.Date(d, "2 Jan 2006")
}

func iso(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// ago tells how long before now something was, in the largest unit that fits.
func ago(t, now time.Time) language.Text {
	if t.IsZero() {
		return language.T("never")
	}
	switch d := now.Sub(t); {
	case d < time.Minute:
		return language.T("just now")
	case d < time.Hour:
		return language.N(int(d/time.Minute), "1 minute ago", "%d minutes ago")
	case d < 48*time.Hour:
		return language.N(int(d/time.Hour), "1 hour ago", "%d hours ago")
	case d < 60*24*time.Hour:
		return language.N(int(d/(24*time.Hour)), "1 day ago", "%d days ago")
	case d < 2*365*24*time.Hour:
		return language.N(int(d/(30*24*time.Hour)), "1 month ago", "%d months ago")
	default:
		return language.N(int(d/(365*24*time.Hour)), "1 year ago", "%d years ago")
	}
}

// lasting writes a duration for somebody who waits.
func lasting(d time.Duration) language.Text {
	switch {
	case d < time.Second:
		return language.T("under 1 s")
	case d < 90*time.Second:
		return language.T("%d s", int(d.Round(time.Second)/time.Second))
	case d < 90*time.Minute:
		return language.T("%d min", int(d.Round(time.Minute)/time.Minute))
	default:
		return language.T("%d h", int(d.Round(time.Hour)/time.Hour))
	}
}

func byteWords(n int64) language.Text {
	switch {
	case n < 1000:
		return language.N(n, "1 byte", "%d bytes")
	case n < 1000_000:
		return language.T("%.0f KB", float64(n)/1000)
	default:
		return language.T("%.1f MB", float64(n)/1e6)
	}
}

// part returns n as a share of total in whole percent, 0–100.
func part[N int | int64](n, total N) int {
	if total <= 0 {
		return 0
	}
	return int(max(0, min(100, n*100/total)))
}

func levelWords(l orrery.Level) language.Text {
	return language.OneOf(l, "Out of orbit", "Edge", "Outer", "Inner", "Core")
}

func levelNote(l orrery.Level) language.Text {
	return language.OneOf(l, "not seen for long", "they have noticed you", "they come back", "they build with you", "they bring others")
}

func wayWords(w orrery.Strategy) language.Text {
	return language.OneOf(w, "Content", "Conversation", "Collaboration", "Contribution", "Commerce", "Curation")
}

// wayKey names the style class of a way to belong.
func wayKey(w orrery.Strategy) string { return "way-" + w.String() }

// those names the people whom a way to belong holds.
func those(w orrery.Strategy) language.Text {
	return language.OneOf(w, "who read", "who talk", "who work together", "who contribute", "who buy", "who collect")
}

func sectorName(s view.Sector) language.Text {
	if s.Circle != "" {
		return language.Name(s.Circle)
	}
	return wayWords(s.Way)
}

func originWords(o orrery.Origin) language.Text {
	return language.OneOf(o, "", "came by themselves", "drawn by people", "prompted by us")
}

func originNote(o orrery.Origin) string {
	return [...]string{"origin-unknown", "origin-unprompted", "origin-peer", "origin-prompted"}[o]
}

func kindWords(k orrery.MemberKind) language.Text {
	return language.OneOf(k, "person", "program", "teammate", "visitor")
}

func evidenceWords(k orrery.EvidenceKind) language.Text {
	switch k {
	case orrery.ManualMerge:
		return language.T("somebody of the team said so")
	case orrery.SamePlatform:
		return language.T("the platform says that it is one account")
	case orrery.Mailmap:
		return language.T("the project’s .mailmap says so")
	default:
		return language.T("the account states this address")
	}
}

func presetWords(p view.Preset) language.Text {
	switch p {
	case view.Rising:
		return language.T("Rising")
	case view.Drifting:
		return language.T("Drifting")
	case view.New:
		return language.T("New")
	case view.Quiet:
		return language.T("Quiet")
	case view.Others:
		return language.T("Not counted")
	default:
		return language.T("Everyone")
	}
}

func stateWords(s view.ImportState) language.Text {
	switch s {
	case view.ImportWaiting:
		return language.T("Waiting")
	case view.ImportRunning:
		return language.T("Reading")
	case view.ImportFailed:
		return language.T("Stopped")
	case view.ImportUndone:
		return language.T("Undone")
	case view.ImportCutOff:
		return language.T("Cut off; import it again to go on")
	default:
		return language.T("Done")
	}
}

// A phrase is a piece of a headline: a language.Text, or a name. Tone, which is
// "rise", "drift" or empty, is that of the words between <0> and </0>.
type phrase struct {
	Text any
	Tone string
}

// headline says in words which people move most. Sectors of under 1 % of the
// people or under five, or that hardly move, are not worth a headline.
func headline(title string, sectors []view.Sector, moves view.MapMoves) []phrase {
	const worth = .4 // points of closeness in 90 days
	total := 0
	for _, s := range sectors {
		total += s.People
	}
	if total == 0 {
		return []phrase{{Text: language.T("Nobody orbits %s yet.", title)}}
	}
	sectors = slices.DeleteFunc(slices.Clone(sectors), func(s view.Sector) bool {
		return s.People*100 < total || s.People < 5 || s.CircleID < 0
	})
	slices.SortStableFunc(sectors, func(a, b view.Sector) int { return cmp.Compare(weighty(b), weighty(a)) })
	var out []phrase
	if len(sectors) > 0 && sectors[0].Trend > worth {
		out = append(out, phrase{coming(sectors[0]), "rise"})
	}
	if n := len(sectors) - 1; n >= 0 && sectors[n].Trend < -worth {
		if len(out) > 0 {
			out = append(out, phrase{Text: " "})
		}
		out = append(out, phrase{drifting(sectors[n]), "drift"})
	}
	switch {
	case len(out) > 0:
		return out
	case moves.In > moves.Out:
		return []phrase{{language.T("More people come <0>closer</0> to %s than leave.", title), "rise"}}
	case moves.In < moves.Out:
		return []phrase{{language.T("More people <0>drift</0> from %s than come.", title), "drift"}}
	}
	return []phrase{{Text: language.T("All is calm around %s.", title)}}
}

func coming(s view.Sector) language.Text {
	if s.Circle != "" {
		return language.T("The people of “%s” are <0>coming closer</0>.", s.Circle)
	}
	return language.T("Those %s are <0>coming closer</0>.", those(s.Way))
}

func drifting(s view.Sector) language.Text {
	if s.Circle != "" {
		return language.T("The people of “%s” are <0>drifting</0>.", s.Circle)
	}
	return language.T("Those %s are <0>drifting</0>.", those(s.Way))
}

// weighty lets a sector of many count for more than one of few that moves as far.
func weighty(s view.Sector) float64 { return s.Trend * math.Sqrt(float64(s.People)) }

// A shownReason is a reason with whole points.
type shownReason struct {
	Term   language.Text
	Points int
}

// whole rounds reasons so that they sum to the rounded closeness: the largest
// remainders are rounded up.
func whole(reasons []view.Reason, closeness float64) []shownReason {
	out := make([]shownReason, len(reasons))
	order := make([]int, len(reasons))
	left := round(closeness)
	for i, r := range reasons {
		term := r.Term
		if term.String() == "base" {
			term = language.T("where everybody starts who was just here")
		}
		out[i] = shownReason{term, int(math.Floor(r.Points))}
		left -= out[i].Points
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(remainder(reasons[b].Points), remainder(reasons[a].Points))
	})
	for k := 0; left != 0 && len(order) > 0; k++ {
		step := 1
		if left < 0 {
			step = -1
		}
		out[order[k%len(order)]].Points += step
		left -= step
	}
	return out
}

func remainder(v float64) float64 { return v - math.Floor(v) }
