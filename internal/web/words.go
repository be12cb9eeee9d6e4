package web

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/task"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/webhook"
)

// words are what templates can say.
var words = template.FuncMap{
	"count": func(n any) (string, error) {
		i, err := strconv.ParseInt(fmt.Sprint(n), 10, 64)
		return count(i), err
	},
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
	"int": func(n int64) int { return int(n) }, "pace": paceWords, "percentOf": percentOf, "state": stateWords, "how": connectionWords, "howTone": connectionTone, "often": often, "sentence": sentence, "mayMake": mayMake, "sourcePath": sourcePath, "sum": func(v []int) (total int) {
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
	"several": several, "dayOf": orrery.DayOf, "outcomes": task.Outcomes,
	"taskTitle": taskTitle, "taskKind": taskKindWords, "outcomeWords": taskOutcomeWords, "driftWords": driftWords, "cameWords": cameWords, "turned": turnedWords,
	"leans": leanWords, "introduced": introducedWords, "outcome": outcomeWords, "withPath": withPath,
	"hostOf": hostOf, "webhookWords": webhookWords, "webhookTone": webhookTone, "outcomeOf": outcomeWordsOf, "newsTitle": webhook.Title,
	"newsTypes":     func() []orrery.NewsType { return orrery.NewsTypes },
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
func count[N int | int64 | uint32](n N) string {
	digits := strconv.FormatInt(int64(n), 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "−", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return count(n) + " people"
}

func round(v float64) int { return int(math.Round(v)) }

// signed writes a change: +3, −12, 0.
func signed(n int) string {
	if n > 0 {
		return "+" + count(n)
	}
	return count(n)
}

func percent(share float64) string { return strconv.Itoa(round(share*100)) + "%" }

func decimal(v float64) string {
	return strings.Replace(strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64), "-", "−", 1)
}

// trend writes a mean change: +2.7, −0.4, 0.0.
func trend(v float64) string {
	text := strconv.FormatFloat(math.Abs(v), 'f', 1, 64)
	switch {
	case text == "0.0":
		return text
	case v < 0:
		return "−" + text
	}
	return "+" + text
}

// moved is the change of closeness in 90 days as shown: of the rounded values,
// so that a reader can check it.
func moved(r view.Row) int { return round(r.Closeness) - round(r.Was) }

func movedWords(change int) string {
	switch {
	case change > 0:
		return "closer " + signed(change)
	case change < 0:
		return "farther " + signed(change)
	}
	return "steady"
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

func dayWords(d orrery.Day) string { return d.Time().Format("2 January 2006") }

func shortDay(d orrery.Day, asOf orrery.Day) string {
	if d.Time().Year() == asOf.Time().Year() {
		return d.Time().Format("2 Jan")
	}
	return d.Time().Format("2 Jan 2006")
}

func iso(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// ago tells how long before now something was, in the largest unit that fits.
func ago(t, now time.Time) string {
	if t.IsZero() {
		return "never"
	}
	switch d := now.Sub(t); {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return several(int(d/time.Minute), "minute") + " ago"
	case d < 48*time.Hour:
		return several(int(d/time.Hour), "hour") + " ago"
	case d < 60*24*time.Hour:
		return several(int(d/(24*time.Hour)), "day") + " ago"
	case d < 2*365*24*time.Hour:
		return several(int(d/(30*24*time.Hour)), "month") + " ago"
	default:
		return several(int(d/(365*24*time.Hour)), "year") + " ago"
	}
}

// lasting writes a duration for somebody who waits.
func lasting(d time.Duration) string {
	switch {
	case d < time.Second:
		return "under 1 s"
	case d < 90*time.Second:
		return strconv.Itoa(int(d.Round(time.Second)/time.Second)) + " s"
	case d < 90*time.Minute:
		return strconv.Itoa(int(d.Round(time.Minute)/time.Minute)) + " min"
	default:
		return strconv.Itoa(int(d.Round(time.Hour)/time.Hour)) + " h"
	}
}

func several(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return count(n) + " " + what + "s"
}

func byteWords(n int64) string {
	switch {
	case n < 1000:
		return several(int(n), "byte")
	case n < 1000_000:
		return fmt.Sprintf("%.0f KB", float64(n)/1000)
	default:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
}

// part returns n as a share of total in whole percent, 0–100.
func part[N int | int64](n, total N) int {
	if total <= 0 {
		return 0
	}
	return int(max(0, min(100, n*100/total)))
}

func levelWords(l orrery.Level) string {
	return [...]string{"Out of orbit", "Edge", "Outer", "Inner", "Core"}[l]
}

func levelNote(l orrery.Level) string {
	return [...]string{"not seen for long", "they have noticed you", "they come back", "they build with you", "they bring others"}[l]
}

func wayWords(w orrery.Strategy) string {
	name := w.String()
	return strings.ToUpper(name[:1]) + name[1:]
}

// wayKey names the style class of a way to belong.
func wayKey(w orrery.Strategy) string { return "way-" + w.String() }

// those names the people whom a way to belong holds.
func those(w orrery.Strategy) string {
	return [...]string{"who read", "who talk", "who work together", "who contribute", "who buy", "who collect"}[w]
}

func sectorName(s view.Sector) string {
	if s.Circle != "" {
		return s.Circle
	}
	return wayWords(s.Way)
}

func originWords(o orrery.Origin) string {
	return [...]string{"", "came by themselves", "drawn by people", "prompted by us"}[o]
}

func originNote(o orrery.Origin) string {
	return [...]string{"origin-unknown", "origin-unprompted", "origin-peer", "origin-prompted"}[o]
}

func kindWords(k orrery.MemberKind) string {
	return [...]string{"person", "program", "teammate", "visitor"}[k]
}

func evidenceWords(k orrery.EvidenceKind) string {
	switch k {
	case orrery.ManualMerge:
		return "somebody of the team said so"
	case orrery.SamePlatform:
		return "the platform says that it is one account"
	case orrery.Mailmap:
		return "the project’s .mailmap says so"
	default:
		return "the account states this address"
	}
}

func presetWords(p view.Preset) string {
	switch p {
	case view.Rising:
		return "Rising"
	case view.Drifting:
		return "Drifting"
	case view.New:
		return "New"
	case view.Quiet:
		return "Quiet"
	case view.Others:
		return "Not counted"
	default:
		return "Everyone"
	}
}

func stateWords(s view.ImportState) string {
	switch s {
	case view.ImportWaiting:
		return "Waiting"
	case view.ImportRunning:
		return "Reading"
	case view.ImportFailed:
		return "Stopped"
	case view.ImportUndone:
		return "Undone"
	case view.ImportCutOff:
		return "Cut off; import it again to go on"
	default:
		return "Done"
	}
}

// A phrase is a piece of a headline; Tone is "rise", "drift" or empty.
type phrase struct{ Text, Tone string }

// headline says in words which people move most. Sectors of under 1 % of the
// people or under five, or that hardly move, are not worth a headline.
func headline(title string, sectors []view.Sector, moves view.MapMoves) []phrase {
	const worth = .4 // points of closeness in 90 days
	total := 0
	for _, s := range sectors {
		total += s.People
	}
	if total == 0 {
		return []phrase{{Text: "Nobody orbits " + title + " yet."}}
	}
	sectors = slices.DeleteFunc(slices.Clone(sectors), func(s view.Sector) bool {
		return s.People*100 < total || s.People < 5 || s.CircleID < 0
	})
	slices.SortStableFunc(sectors, func(a, b view.Sector) int { return cmp.Compare(weighty(b), weighty(a)) })
	var out []phrase
	if len(sectors) > 0 && sectors[0].Trend > worth {
		out = append(out, phrase{Text: subject(sectors[0]) + " are "}, phrase{"coming closer", "rise"}, phrase{Text: ". "})
	}
	if n := len(sectors) - 1; n >= 0 && sectors[n].Trend < -worth {
		out = append(out, phrase{Text: subject(sectors[n]) + " are "}, phrase{"drifting", "drift"}, phrase{Text: "."})
	}
	switch {
	case len(out) > 0:
		return out
	case moves.In > moves.Out:
		return []phrase{{Text: "More people come "}, {"closer", "rise"}, {Text: " to " + title + " than leave."}}
	case moves.In < moves.Out:
		return []phrase{{Text: "More people "}, {"drift", "drift"}, {Text: " from " + title + " than come."}}
	}
	return []phrase{{Text: "All is calm around " + title + "."}}
}

// weighty lets a sector of many count for more than one of few that moves as far.
func weighty(s view.Sector) float64 { return s.Trend * math.Sqrt(float64(s.People)) }

func subject(s view.Sector) string {
	if s.Circle != "" {
		return "The people of “" + s.Circle + "”"
	}
	return "Those " + those(s.Way)
}

// A shownReason is a reason with whole points.
type shownReason struct {
	Term   string
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
		if term == "base" {
			term = "where everybody starts who was just here"
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
