package purpose

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"orrery.dev/orrery"
)

// A measure is written on one line:
//
//	count over marked target 1000 by 2027-06-30
//	sum hours over kind=hours.volunteered target 500 from 2026-09-01 by 2027-06-30
//	people over way=contribution and tag="field day" or space=recording/dawn- target 200 by 2027-01-01
//
// First what it takes: count, people, or sum and a unit. Then over and what counts,
// where not everything does: conditions joined by "and", alternatives by "or", which
// binds less. Conditions are marked, kind=, way=, tag=, space=TYPE/PREFIX and
// planet=; several values of one are separated by commas. Then the target, the first
// day that counts (else the one that ParseMeasure is given) and the day on which the
// target should be reached. Money is written in its major unit: target 2500 of EUR
// is 2,500 euros.

// Example is a measure that reads well, for who is asked for one.
const Example = "sum hours over kind=hours.volunteered target 500 by 2027-06-30"

// ParseMeasure reads a measure; from is the first day that counts where the text
// names none. What is wrong is Invalid, and says with which word.
func ParseMeasure(text string, from orrery.Day) (Measure, error) {
	words, err := wordsOf(text)
	if err != nil {
		return Measure{}, err
	}
	p := &parser{words: words}
	m := Measure{From: from}
	p.takes(&m)
	if p.next("over") {
		m.Over = p.filter()
	}
	p.bounds(&m)
	if p.err != nil {
		return Measure{}, p.err
	}
	return m, m.check()
}

// word is a word of the text; quoted says that no part of it is one of the
// grammar's.
type word struct {
	text   string
	quoted bool
}

// wordsOf splits a text at spaces; what stands in double quotes stays together.
func wordsOf(text string) ([]word, error) {
	var words []word
	var w strings.Builder
	inside, began, quoted := false, false, false
	flush := func() {
		if began {
			words = append(words, word{w.String(), quoted})
		}
		w.Reset()
		began, quoted = false, false
	}
	for _, r := range text {
		switch {
		case r == '"':
			inside, began, quoted = !inside, true, true
			w.WriteRune(r)
		case unicode.IsSpace(r) && !inside:
			flush()
		case unicode.IsControl(r) && !unicode.IsSpace(r):
			return nil, orrery.Errorf(orrery.Invalid, "the measure holds a sign that cannot be seen: write it anew, as in: %s", Example)
		default:
			began = true
			w.WriteRune(r)
		}
	}
	if inside {
		return nil, orrery.Errorf(orrery.Invalid, "a quotation mark opens and does not close in: %s", text)
	}
	flush()
	return words, nil
}

type parser struct {
	words []word
	at    int
	err   error
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = orrery.Errorf(orrery.Invalid, format, args...)
	}
}

// peek returns the next word as the grammar reads it; "" at the end.
func (p *parser) peek() string {
	if p.err != nil || p.at >= len(p.words) || p.words[p.at].quoted {
		return ""
	}
	return strings.ToLower(p.words[p.at].text)
}

// next takes the next word if it is the wanted one.
func (p *parser) next(wanted string) bool {
	if p.peek() != wanted {
		return false
	}
	p.at++
	return true
}

// take takes any word.
func (p *parser) take() (string, bool) {
	if p.err != nil || p.at >= len(p.words) {
		return "", false
	}
	p.at++
	return p.words[p.at-1].text, true
}

// here is the next word for a complaint.
func (p *parser) here() string {
	if p.at >= len(p.words) {
		return "the measure ends"
	}
	return strconv.Quote(p.words[p.at].text) + " stands"
}

func (p *parser) takes(m *Measure) {
	switch {
	case p.next("count"):
		m.Takes = Count
	case p.next("people"):
		m.Takes = People
	case p.next("sum"):
		m.Takes = Sum
		unit, ok := p.take()
		unit = strings.ReplaceAll(unit, `"`, "")
		if ok = ok && unit != "" && !slices.Contains([]string{"over", "target", "by", "from"}, strings.ToLower(unit)); !ok {
			p.fail("a sum needs a unit behind it, as in: sum hours, sum EUR")
		}
		m.Unit = unit
	default:
		p.fail("%s where count, sum or people was expected; a measure reads like: %s", p.here(), Example)
	}
}

func (p *parser) filter() Filter {
	f := Filter{p.clause()}
	for p.next("or") {
		f = append(f, p.clause())
	}
	if len(f) == 1 && f[0].everything() {
		return nil
	}
	return f
}

func (c *Clause) everything() bool {
	return !c.open() && len(c.Kinds) == 0 && len(c.Ways) == 0 && len(c.Planets) == 0
}

func (p *parser) clause() (c Clause) {
	p.condition(&c)
	for p.next("and") {
		p.condition(&c)
	}
	return c
}

const conditions = "marked, kind=, way=, tag=, space=, planet= or everything"

func (p *parser) condition(c *Clause) {
	if p.next("marked") {
		c.Marked = true
		return
	}
	if p.next("everything") {
		return
	}
	if p.err == nil && p.at < len(p.words) {
		text := p.words[p.at].text
		if key, rest, ok := strings.Cut(text, "="); ok {
			p.at++
			p.assign(c, strings.ToLower(key), rest)
			return
		}
	}
	p.fail("%s where %s was expected", p.here(), conditions)
}

// assign adds the values of a condition.
func (p *parser) assign(c *Clause, key, rest string) {
	for _, value := range valuesOf(rest) {
		if value == "" {
			p.fail("%s= has an empty value: write %s=something, several with commas between", key, key)
			return
		}
		switch key {
		case "kind":
			c.Kinds = append(c.Kinds, value)
		case "tag":
			c.Tags = append(c.Tags, value)
		case "planet":
			c.Planets = append(c.Planets, value)
		case "way":
			way, err := orrery.ParseStrategy(strings.ToLower(value))
			if err != nil {
				p.fail("way=%s: %w", value, err)
			}
			c.Ways = append(c.Ways, way)
		case "space":
			kind, prefix, _ := strings.Cut(value, "/")
			if kind == "" && prefix == "" {
				p.fail("space=%s names no object: write a type, a type/and-how-its-id-begins, or /how-an-id-begins", value)
			}
			c.Spaces = append(c.Spaces, Space{kind, prefix})
		default:
			p.fail("%q is no condition: choose %s", key+"=", conditions)
		}
	}
}

// valuesOf splits values at commas that stand in no quotes, and takes the quotes
// off.
func valuesOf(text string) (values []string) {
	inside, start := false, 0
	for i, r := range text {
		switch {
		case r == '"':
			inside = !inside
		case r == ',' && !inside:
			values, start = append(values, text[start:i]), i+1
		}
	}
	values = append(values, text[start:])
	for i, v := range values {
		values[i] = strings.TrimSpace(strings.ReplaceAll(v, `"`, ""))
	}
	return values
}

func (p *parser) bounds(m *Measure) {
	target, by := false, false
	for p.err == nil && p.at < len(p.words) {
		switch {
		case p.next("target"):
			target = true
			m.Target = p.amount(m)
		case p.next("from"):
			m.From = p.day("from")
		case p.next("by"):
			by = true
			m.By = p.day("by")
		case m.Takes == Sum && m.Target == 0 && m.Over == nil && p.peek() == "of":
			p.fail("%q is not needed: write the unit alone, as in: sum %s", "of", m.Unit)
		default:
			p.fail("%s where over, and, or, target, from or by was expected", p.here())
		}
	}
	if !target {
		p.fail("the measure has no target: add one, as in: target 500")
	}
	if !by {
		p.fail("the measure has no date: add when the target should be reached, as in: by 2027-06-30")
	}
}

func (p *parser) day(what string) orrery.Day {
	text, ok := p.take()
	if !ok {
		p.fail("a date is missing behind %q: write it as 2027-06-30", what)
		return 0
	}
	day, err := orrery.ParseDay(text)
	if err != nil {
		p.fail("behind %q: %w", what, err)
	}
	return day
}

const mostTarget = 1e12

func (p *parser) amount(m *Measure) Amount {
	text, ok := p.take()
	if !ok {
		p.fail("a number is missing behind target")
		return 0
	}
	whole, fraction, _ := strings.Cut(text, ".")
	if groups := strings.Split(whole, ","); len(groups) > 1 {
		for i, g := range groups {
			if len(g) != 3 && i > 0 || g == "" || len(g) > 3 {
				p.fail("target %s is not a number: write it as 1,500 or 1500", text)
				return 0
			}
		}
		whole = strings.Join(groups, "")
	}
	v, err := strconv.ParseFloat(whole+"."+fraction+"0", 64)
	if err != nil || whole == "" || strings.ContainsAny(text, "eExX_pPnN+-") {
		p.fail("target %s is not a number: write it as 500, 1,500 or 2.5", text)
		return 0
	}
	if v <= 0 || v > mostTarget {
		p.fail("target %s is out of reach: it must lie above 0 and below a million million", text)
		return 0
	}
	if m.Takes != Sum && v != float64(int64(v)) {
		p.fail("target %s: there are no parts of %s", text, m.noun(2*One))
	}
	for range m.decimals() {
		v *= 10
	}
	return Amount(v*float64(One) + .5)
}

// String writes a measure so that ParseMeasure reads the same.
func (m Measure) String() string {
	var b strings.Builder
	b.WriteString(m.Takes.String())
	if m.Takes == Sum {
		b.WriteString(" " + quoted(m.Unit, ` "`))
	}
	if len(m.Over) > 0 {
		b.WriteString(" over " + m.Over.String())
	}
	b.WriteString(" target " + strings.ReplaceAll(m.number(m.Target, 3+m.decimals()), ",", ""))
	b.WriteString(" from " + m.From.String() + " by " + m.By.String())
	return b.String()
}

// String writes a filter as the grammar has it.
func (f Filter) String() string {
	if len(f) == 0 {
		return "everything"
	}
	alternatives := make([]string, len(f))
	for i := range f {
		alternatives[i] = f[i].String()
	}
	return strings.Join(alternatives, " or ")
}

// String writes a clause as the grammar has it.
func (c Clause) String() string {
	var all []string
	if c.Marked {
		all = append(all, "marked")
	}
	add := func(key string, values []string) {
		if len(values) > 0 {
			for i, v := range values {
				values[i] = quoted(v, " ,\"")
			}
			all = append(all, key+"="+strings.Join(values, ","))
		}
	}
	add("kind", slices.Clone(c.Kinds))
	var ways, spaces []string
	for _, w := range c.Ways {
		ways = append(ways, w.String())
	}
	add("way", ways)
	add("tag", slices.Clone(c.Tags))
	for _, s := range c.Spaces {
		spaces = append(spaces, s.String())
	}
	add("space", spaces)
	add("planet", slices.Clone(c.Planets))
	if len(all) == 0 {
		return "everything"
	}
	return strings.Join(all, " and ")
}

// String writes a space as the grammar has it.
func (s Space) String() string {
	if s.Prefix == "" {
		return s.Type
	}
	return s.Type + "/" + s.Prefix
}

func quoted(text, special string) string {
	if strings.ContainsAny(text, special) || strings.ContainsFunc(text, unicode.IsSpace) {
		return `"` + text + `"`
	}
	return text
}
