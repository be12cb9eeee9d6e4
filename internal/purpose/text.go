package purpose

import (
	"fmt"

	"orrery.dev/orrery"
)

// VerdictWords says the verdict: "12 hours ahead of the line", "on the way".
func (p *Progress) VerdictWords() string {
	m := p.Measure
	switch p.Verdict {
	case NotBegun:
		return "begins on " + dayWords(m.From)
	case Early:
		return "too early to say"
	case Ahead:
		return m.Write(p.Gap) + " ahead of the line"
	case Behind:
		return m.Write(-p.Gap) + " behind the line"
	case Reached:
		return "reached on " + dayWords(p.ReachedOn)
	case Missed:
		return m.Write(m.Target-p.Value) + " were missing on " + dayWords(m.By)
	default:
		return "on the way"
	}
}

// PaceWords says when the target would be reached, or why that is not known.
func (p *Progress) PaceWords() string {
	pace := &p.Pace
	switch {
	case p.Verdict == Reached || p.Verdict == NotBegun:
		return ""
	case pace.Weeks == 0:
		return "When it would be reached can be told after three weeks."
	case pace.Never && pace.Soon == 0:
		return fmt.Sprintf("At the pace of the last %d weeks it would not be reached.", pace.Weeks)
	case pace.Never:
		return fmt.Sprintf("At the pace of the last %d weeks it would not be reached within ten years; as weeks differ, from %s on at best.", pace.Weeks, dayWords(pace.Soon))
	case pace.LateNever:
		return fmt.Sprintf("At the pace of the last %d weeks it would be reached on %s; as weeks differ, from %s on, or never.", pace.Weeks, dayWords(pace.On), dayWords(pace.Soon))
	default:
		return fmt.Sprintf("At the pace of the last %d weeks it would be reached on %s; as weeks differ, in eight of ten cases between %s and %s.",
			pace.Weeks, dayWords(pace.On), dayWords(pace.Soon), dayWords(pace.Late))
	}
}

// Says tells the whole in a sentence or two.
func (p *Progress) Says() string {
	m := p.Measure
	text := fmt.Sprintf("%s of %s, %s.", m.Number(p.Value), m.Write(m.Target), p.VerdictWords())
	if p.Verdict == Ahead || p.Verdict == Behind || p.Verdict == OnTheWay {
		text = fmt.Sprintf("%s of %s by %s; by now %s were expected: %s.", m.Number(p.Value), m.Write(m.Target), dayWords(m.By), m.Number(p.Expected), p.VerdictWords())
	}
	return text
}

// Share is the figure as a share of the target, 0–1.
func (p *Progress) Share() float64 {
	return max(0, min(1, float64(p.Value)/float64(p.Measure.Target)))
}

// Title names a measure in a few words: "500 hours by 30 June 2027".
func (m Measure) Title() string { return m.Write(m.Target) + " by " + dayWords(m.By) }

func dayWords(d orrery.Day) string { return d.Time().Format("2 January 2006") }
