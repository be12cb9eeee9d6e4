package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/stir"
)

// Week is what a planet's last seven days brought: which groups moved unlike most weeks,
// and whom nobody thanked for what they gave lately.
type Week struct {
	Day     orrery.Day   `json:"day"`   // the last of the seven
	Weeks   int          `json:"weeks"` // before, with which it is compared; 0: too few
	Stir    []stir.Found `json:"stir"`  // names are those of LevelGroup and CircleGroup
	Thanks  []Thank      `json:"thanks"`
	ThanksN int          `json:"thanks_n"`
}

const (
	stirWeeks   = 26
	stirCircles = 24
)

// LevelGroup names the people of a band at the beginning of the week.
func LevelGroup(l orrery.Level) string { return "level " + l.String() }

// CircleGroup names those of a circle.
func CircleGroup(id int) string { return "circle " + strconv.Itoa(id) }

// LastWeek looks at the week up to a day beside the weeks before it. Circles may be nil.
func (s *System) LastWeek(ctx context.Context, p orrery.Planet, day orrery.Day, circles *Circles) (*Week, error) {
	w := weekReader{planet: p.ID, day: day}
	w.group(circles)
	if err := w.walk(ctx, s, p); err != nil {
		return nil, err
	}
	b, err := s.past(ctx, day)
	if err != nil {
		return nil, err
	}
	w.state = b.state
	w.thanks = newThanksReader(day)
	if err := b.journal.Replay(ctx, w.take); err != nil {
		return nil, fmt.Errorf("read the last weeks of %s: %w", p.Slug, err)
	}
	out := &Week{Day: day, Stir: stir.Most(w.groups)}
	if n := len(w.starts) - 1; n > stir.LeastWeeks {
		out.Weeks = n - 1
	}
	out.Thanks, out.ThanksN = w.thanks.due()
	return out, ctx.Err()
}

// weekReader gathers week by week where everybody stood and what they did.
type weekReader struct {
	state  *State
	planet orrery.PlanetID
	day    orrery.Day
	starts []orrery.Day // ends of weeks, rising; the first begins the first week
	groups []stir.Group
	circle []uint8          // by MemberID: a place of a circle among the groups and 1
	levels [][]orrery.Level // at each of starts, by MemberID
	thanks *thanksReader
}

// group makes the groups: the bands, and the largest circles.
func (w *weekReader) group(circles *Circles) {
	for level := orrery.Core; level > orrery.OutOfOrbit; level-- {
		w.groups = append(w.groups, stir.Group{Name: LevelGroup(level)})
	}
	if circles != nil && circles.Clear {
		for i := range circles.Circles[:min(stirCircles, len(circles.Circles))] {
			c := &circles.Circles[i]
			w.groups = append(w.groups, stir.Group{Name: CircleGroup(c.ID)})
			for _, m := range c.Members {
				for int(m) >= len(w.circle) {
					w.circle = append(w.circle, make([]uint8, int(m)+1-len(w.circle))...)
				}
				w.circle[m] = uint8(len(w.groups))
			}
		}
	}
}

// bands are the groups that are levels.
const bands = int(orrery.Core)

func bandOf(l orrery.Level) int { return int(orrery.Core - l) }

// in hands fn the groups that somebody was in at the beginning of a week.
func (w *weekReader) in(week int, m orrery.MemberID, fn func(group int)) {
	if levels := w.levels[week]; int(m) < len(levels) && levels[m] != orrery.OutOfOrbit {
		fn(bandOf(levels[m]))
	}
	if int(m) < len(w.circle) && w.circle[m] > 0 {
		fn(int(w.circle[m]) - 1)
	}
}

// walk goes through the weeks and notes by how much each group moved.
func (w *weekReader) walk(ctx context.Context, s *System, p orrery.Planet) error {
	var oldest orrery.Day
	if err := s.Read(ctx, func(st *State) error { oldest = st.Oldest[p.ID]; return nil }); err != nil {
		return err
	}
	for day := w.day; len(w.starts) <= stirWeeks+1 && day >= oldest && oldest != 0; day -= 7 {
		w.starts = append(w.starts, day)
	}
	slices.Reverse(w.starts)
	if len(w.starts) < 2 {
		w.starts = nil
		return nil
	}
	var was []float32
	return s.Walk(ctx, w.starts, func(_ orrery.Day, st *State) error {
		levels, now := make([]orrery.Level, len(st.Members)), make([]float32, len(st.Members))
		sums, people := make([]float64, len(w.groups)), make([]int, len(w.groups))
		first := len(w.levels) == 0
		for one := range st.Engine.Standings(p.ID, st.Forecast(p).Closeness, st.AsOf, st.IsPerson) {
			levels[one.Member], now[one.Member] = one.Level, float32(one.Closeness)
			if first || int(one.Member) >= len(was) {
				continue
			}
			w.in(len(w.levels)-1, one.Member, func(group int) {
				if group >= bands && was[one.Member] == 0 && one.Closeness == 0 {
					return // not there yet
				}
				sums[group] += one.Closeness - float64(was[one.Member])
				people[group]++
			})
		}
		if !first {
			for i := range w.groups {
				g := &w.groups[i]
				g.Moved, g.People = append(g.Moved, sums[i]/float64(max(1, people[i]))), people[i]
			}
		}
		w.levels, was = append(w.levels, levels), now
		return nil
	})
}

// weekOf is the week that a day lies in; −1: none of those.
func (w *weekReader) weekOf(day orrery.Day) int {
	if len(w.starts) < 2 || day <= w.starts[0] || day > w.day {
		return -1
	}
	return int(day-w.starts[0]-1) / 7
}

func (w *weekReader) take(r *journal.Replayed) error {
	st := w.state
	rules, moves := make([]orrery.Rule, len(r.Kinds)), make([]conversation.Move, len(r.Kinds))
	for i, kind := range r.Kinds {
		rules[i], moves[i] = st.catalogue.Lookup(kind), conversation.MoveOf(kind)
	}
	for row := range r.N {
		if r.Planet[row] != w.planet || !r.Counts(row) {
			continue
		}
		m := st.member(r.Identity[row])
		day := orrery.DayOfUnix(floorSeconds(r.AtMicros[row]))
		if m == 0 || day > w.day {
			continue
		}
		kind := r.Kinds[r.Kind[row]]
		rule := rules[r.Kind[row]]
		if st.uncounted != nil && st.uncounted.Whole(w.planet, r.Identity[row], kind, isPraise(kind, r.Valence[row]), r.To(row)) {
			continue
		}
		w.thanks.take(st, r, row, m, day, &rule, moves[r.Kind[row]])
		if week := w.weekOf(day); week >= 0 && rule.WeightMilli > 0 && st.IsPerson(m) {
			w.in(week, m, func(group int) { w.count(group, kind, week) })
		}
	}
	return nil
}

// count notes that a kind occurred in a group and week.
func (w *weekReader) count(group int, kind string, week int) {
	if w.groups[group].Kinds == nil {
		w.groups[group].Kinds = map[string]stir.Series{}
	}
	series := w.groups[group].Kinds[kind]
	if series == nil {
		series = make(stir.Series, len(w.starts)-1)
		w.groups[group].Kinds[kind] = series
	}
	series[week]++
}
