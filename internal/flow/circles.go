package flow

import (
	"cmp"
	"context"
	"iter"
	"math"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/circle"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/tie"
)

// Circles are the networks of like minds around a planet on a day, followed quarter
// by quarter from the beginning: so a circle keeps its number, whoever asks and
// whenever.
type Circles struct {
	Day        orrery.Day   `json:"day"`
	Steps      []orrery.Day `json:"steps"` // the days looked at, the last is Day
	Clear      bool         `json:"clear"` // otherwise there are none to tell
	Confidence float64      `json:"confidence"`
	Modularity float64      `json:"modularity"` // of the circles in ties by the logarithm of their strength
	ByChance   float64      `json:"by_chance"`  // that of circles where chance decided who was where; 0: searches agree too little
	People     int          `json:"people"`     // who have ties
	Ties       int          `json:"ties"`
	Circles    []Circle     `json:"circles"` // largest first
	None       int          `json:"none"`    // people with ties and without a circle
	Bridges    []Bridge     `json:"bridges"` // most first
	Between    [][]float64  `json:"between"` // weight of ties from circle to circle; the diagonal is inside
}

// Circle is one of them.
type Circle struct {
	ID      int               `json:"id"`    // the same from step to step
	Since   orrery.Day        `json:"since"` // the step at which it was first seen
	Members []orrery.MemberID `json:"members"`
	Middle  orrery.MemberID   `json:"middle"` // who of them has most ties to the others, by weight
	Sizes   []int             `json:"sizes"`  // at each step; 0: it was not there
	Apart   []Trait           `json:"apart"`  // what sets it apart, the surest first
}

// Trait is a word or a kind that sets a circle apart.
type Trait struct {
	Text    string  `json:"text"`
	Kind    bool    `json:"kind"` // it is a kind of activity, otherwise a word of what they worked on
	Z       float64 `json:"z"`
	Members int     `json:"members"` // who have it
}

// Bridge is somebody whose ties lead into several circles.
type Bridge struct {
	Member   orrery.MemberID `json:"member"`
	Circle   int             `json:"circle"` // a place in Circles, or −1
	Spread   float64         `json:"spread"` // participation coefficient, 0–1
	Strength float64         `json:"strength"`
	Into     []int           `json:"into"` // places in Circles, the strongest first; their own among them
}

const (
	circleSearches = 4   // whose agreement is the confidence
	circleSeed     = 1   // circles are the same whenever they are looked for
	byChance       = 8   // graphs of the same people dealt by chance, to compare with
	surelyBetter   = 3   // standard deviations
	bridgesTold    = 30  // at most
	titlesRead     = 24  // of each member, the newest
	titlesInAll    = 1e5 // so many at most
	traitsTold     = 12
)

// Circles finds the circles of a planet's people as of a day (0: today, or the day
// of the newest activity). Teammates and programs are in none. Changes go on beside
// it; it takes seconds to minutes.
func (s *System) Circles(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day) (Circles, error) {
	past, err := s.Ties(ctx, planet, asOf)
	if err != nil {
		return Circles{}, err
	}
	out := Circles{Day: asOf}
	if asOf == 0 {
		if err := s.Read(ctx, func(st *State) error {
			out.Day = st.learningDay(planet, s.Now())
			return nil
		}); err != nil {
			return Circles{}, err
		}
	}
	first, ok := past.First()
	if !ok || first > out.Day {
		return out, nil
	}
	out.Steps = quarters(first, out.Day)
	isPerson := func(m orrery.MemberID) bool { return past.Others[m] == orrery.Person }
	if err := out.follow(ctx, past.Past, isPerson); err != nil {
		return out, err
	}
	if err := s.setApart(ctx, planet, &past, &out); err != nil {
		return out, err
	}
	return out, nil
}

// follow finds the circles of one step after the other.
func (c *Circles) follow(ctx context.Context, past *tie.Past, isPerson func(orrery.MemberID) bool) error {
	f := following{of: map[orrery.MemberID]uint32{}}
	return past.Strengths(c.Steps, func(day orrery.Day, bonds iter.Seq[tie.Bond]) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return f.step(past, day, bonds, isPerson, c)
	})
}

// quarters are the ends of the quarters of years between two days, and the last
// day itself.
func quarters(first, last orrery.Day) []orrery.Day {
	at := first.Time()
	month := time.Month(3*((int(at.Month())-1)/3) + 4)
	var days []orrery.Day
	for q := time.Date(at.Year(), month, 1, 0, 0, 0, 0, time.UTC); orrery.DayOf(q)-1 < last; q = q.AddDate(0, 3, 0) {
		days = append(days, orrery.DayOf(q)-1)
	}
	return append(days, last)
}

// following carries circles from one step to the next.
type following struct {
	of   map[orrery.MemberID]uint32 // circle of each person at the step before, to begin from
	told [][]orrery.MemberID        // members of the circles that were told, sorted
	ids  []int                      // theirs
	all  []Circle                   // every circle that ever was, by ID
}

// step finds the circles of one day and says which are which.
func (f *following) step(past *tie.Past, day orrery.Day, bonds iter.Seq[tie.Bond], isPerson func(orrery.MemberID) bool, out *Circles) error {
	step := slices.Index(out.Steps, day)
	w, err := weave(bonds, isPerson)
	if err != nil {
		return err
	}
	nodes := w.who
	if len(nodes) == 0 {
		f.told, f.ids = nil, nil
		if step == len(out.Steps)-1 {
			out.People, out.Ties, out.None = w.people, w.bonds, w.people
		}
		return nil
	}
	c := circle.Config{Seed: circleSeed, Start: circle.Carry(nodes, f.of)}
	var survey circle.Survey
	if last := step == len(out.Steps)-1; last {
		c.Tries = triesOf(w.alike)
		survey, err = circle.Look(w.alike, c, circleSearches)
	} else {
		survey.Circles, err = circle.Find(w.alike, c)
		survey.Confidence = 1 // judged at the end
	}
	if err != nil {
		return err
	}
	clear(f.of)
	for i, m := range nodes {
		f.of[m] = survey.Circles[i]
	}
	isClear, quality := survey.Clear(), w.quality(survey.Circles)
	if last := step == len(out.Steps)-1; last && isClear {
		mean, deviation, err := dealtCircles(past, day, isPerson)
		if err != nil {
			return err
		}
		out.ByChance = mean
		isClear = quality > mean+surelyBetter*deviation
	}
	circles, _ := survey.Told()
	if !isClear {
		circles = nil
	}
	members := make([][]orrery.MemberID, len(circles))
	for i, list := range circles {
		for _, n := range list {
			members[i] = append(members[i], nodes[n])
		}
		slices.Sort(members[i])
	}
	ids := f.name(day, members, len(out.Steps), step)
	f.told, f.ids = members, ids
	if step < len(out.Steps)-1 {
		return nil
	}
	out.Clear, out.Confidence, out.Modularity = isClear, survey.Confidence, quality
	out.People, out.Ties, out.None = w.people, w.bonds, w.people
	for i, id := range ids {
		out.None -= len(members[i])
		c := f.all[id]
		c.Members, c.Middle = members[i], w.middle(circles[i])
		out.Circles = append(out.Circles, c)
	}
	out.bridge(w.ties, survey.Circles, nodes)
	return nil
}

// name tells which circle is which, by who was in it a step before, and notes how
// large each is.
func (f *following) name(day orrery.Day, members [][]orrery.MemberID, steps, step int) []int {
	was := circle.Follow(f.told, members)
	ids := make([]int, len(members))
	for i := range members {
		if was[i] >= 0 {
			ids[i] = f.ids[was[i]]
		} else {
			ids[i] = len(f.all)
			f.all = append(f.all, Circle{ID: ids[i], Since: day, Sizes: make([]int, steps)})
		}
		f.all[ids[i]].Sizes[step] = len(members[i])
	}
	return ids
}

// bridge finds who stands between circles, and how much leads from one to another.
func (c *Circles) bridge(g *circle.Graph, p circle.Partition, nodes []orrery.MemberID) {
	place := map[orrery.MemberID]int{}
	for i := range c.Circles {
		for _, m := range c.Circles[i].Members {
			place[m] = i
		}
	}
	at := func(m orrery.MemberID) int {
		if i, ok := place[m]; ok {
			return i
		}
		return -1
	}
	n := len(c.Circles)
	c.Between = make([][]float64, n)
	for i := range c.Between {
		c.Between[i] = make([]float64, n)
	}
	spread := circle.Participation(g, p)
	for node, m := range nodes {
		to, weights := g.Neighbours(uint32(node))
		into := make([]float64, n)
		own := at(m)
		for i, other := range to {
			w := 1.0
			if weights != nil {
				w = float64(weights[i])
			}
			if there := at(nodes[other]); there >= 0 {
				into[there] += w
				if own >= 0 {
					c.Between[own][there] += w
				}
			}
		}
		b := Bridge{Member: m, Circle: own, Spread: spread[node], Strength: g.Strength(uint32(node))}
		for i, w := range into {
			if w >= .1*b.Strength {
				b.Into = append(b.Into, i)
			}
		}
		slices.SortFunc(b.Into, func(x, y int) int { return cmp.Compare(into[y], into[x]) })
		if len(b.Into) > 1 {
			c.Bridges = append(c.Bridges, b)
		}
	}
	for i := range c.Between {
		c.Between[i][i] /= 2 // seen from either end
	}
	// Who has hardly any ties bridges nothing, however they are spread.
	reach := func(b Bridge) float64 { return b.Spread * math.Log1p(b.Strength) }
	slices.SortFunc(c.Bridges, func(a, b Bridge) int {
		return cmp.Or(cmp.Compare(reach(b), reach(a)), cmp.Compare(a.Member, b.Member))
	})
	c.Bridges = c.Bridges[:min(bridgesTold, len(c.Bridges))]
}

// setApart tells what each circle does and what about, against all others.
func (s *System) setApart(ctx context.Context, planet orrery.PlanetID, past *TiePast, out *Circles) error {
	var p circle.Partition
	node := map[orrery.MemberID]int{}
	for i := range out.Circles {
		for _, m := range out.Circles[i].Members {
			node[m] = len(p)
			p = append(p, uint32(i))
		}
	}
	if len(p) == 0 {
		return nil
	}
	features := make([]map[string]float64, len(p))
	for i := range features {
		features[i] = map[string]float64{}
	}
	newest, err := s.newest(ctx, planet, out.Day, past.Members, node, features)
	if err != nil {
		return err
	}
	if err := s.readTitles(ctx, newest, features); err != nil {
		return err
	}
	for i, traits := range circle.Apart(p, features, traitsTold) {
		for _, t := range traits {
			trait := Trait{Text: t.Feature[1:], Kind: t.Feature[0] == 'k', Z: t.Z, Members: t.Members}
			out.Circles[i].Apart = append(out.Circles[i].Apart, trait)
		}
	}
	return nil
}

// newest counts the kinds of what members did and finds where their newest
// activities are kept.
func (s *System) newest(ctx context.Context, planet orrery.PlanetID, until orrery.Day, members []orrery.MemberID, node map[orrery.MemberID]int, features []map[string]float64) (map[int][]journal.Position, error) {
	most := min(titlesRead, max(2, int(titlesInAll)/len(node)))
	newest := make([][]journal.Position, len(features)) // rings
	seen := make([]int, len(features))
	err := s.History(ctx, planet, func(m orrery.MemberID, r *journal.Replayed, row int) {
		n, ok := node[m]
		if !ok || orrery.DayOfUnix(floorSeconds(r.AtMicros[row])) > until {
			return
		}
		features[n]["k"+r.Kinds[r.Kind[row]]]++
		at := journal.Position{Block: r.Seq, Row: uint32(row)}
		if len(newest[n]) < most {
			newest[n] = append(newest[n], at)
		} else {
			newest[n][seen[n]%most] = at
		}
		seen[n]++
	})
	out := map[int][]journal.Position{}
	for n, list := range newest {
		out[n] = list
	}
	return out, err
}

// readTitles adds the words of what members worked on.
func (s *System) readTitles(ctx context.Context, newest map[int][]journal.Position, features []map[string]float64) error {
	const atOnce = 4096
	var at []journal.Position
	var of []int
	read := func() error {
		s.writing.Lock()
		cold, err := s.journal.ColdRows(ctx, at)
		s.writing.Unlock()
		if err != nil {
			return err
		}
		for i := range cold {
			said := map[string]bool{}
			for _, w := range wordsOf(cold[i].ObjectTitle) {
				if tells(w.text) && !said[w.text] {
					said[w.text] = true
					features[of[i]]["w"+w.text]++
				}
			}
		}
		at, of = at[:0], of[:0]
		return nil
	}
	for n := range features {
		for _, position := range newest[n] {
			at, of = append(at, position), append(of, n)
		}
		if len(at) >= atOnce {
			if err := read(); err != nil {
				return err
			}
		}
	}
	if len(at) > 0 {
		return read()
	}
	return nil
}

// Says says whether a title has a word that may set a circle apart.
func Says(title, word string) bool {
	for _, w := range wordsOf(title) {
		if w.text == word {
			return true
		}
	}
	return false
}

// tells says whether a word may tell what somebody worked on: no number, nothing
// short.
func tells(word string) bool {
	letters := 0
	for _, r := range word {
		if r >= '0' && r <= '9' {
			return false
		}
		letters++
	}
	return letters >= 4 && letters <= 24 && !commonWords[word]
}

// commonWords say nothing of what a text is about.
var commonWords = func() map[string]bool {
	const words = "about above after again against also another because been before being below between both cannot could does doing done down during each else even ever every first from further have having here hers himself into itself just last less like made make many more most much must need never none not only other ours over same shall should since some still such than that their theirs them then there these they this those through thus under until upon used using very want well were what when where which while whom whose will with within without would your yours " +
		"und oder aber nicht eine einen einem einer eines der die das den dem des mit von für auf aus bei nach über unter wird werden wurde sind sein haben hat kann können muss auch noch nur wenn dass sich ihre ihren unser unsere diese dieser dieses para como pero este esta estos estas desde hasta sobre entre también"
	set := map[string]bool{}
	for _, w := range wordsOf(words) {
		set[w.text] = true
	}
	return set
}()
