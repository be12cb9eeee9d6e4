package flow

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/history"
	"orrery.dev/orrery/internal/journal"
)

// MakeHistory tells how a planet stood week by week, up to a day, seen with
// today's identities, catalogue and fit: as ReadAsOf does for one day. It reads
// the journal through once; changes go on beside it.
//
// Of an earlier book (nil: none) it takes over the weeks that cannot have changed,
// if all that they follow from is the same.
func (s *System) MakeHistory(ctx context.Context, p orrery.Planet, until orrery.Day, earlier *history.Book) (*history.Book, error) {
	generation, err := s.Generation(ctx) // before the data is read: what changes meanwhile makes the book old
	if err != nil {
		return nil, err
	}
	b, err := s.past(ctx, until)
	if err != nil {
		return nil, err
	}
	c := &chronicle{state: b.state, fit: b.state.Forecast(p).Closeness, until: until, over: min(until, s.Now()-1)}
	if err := c.gather(ctx, b, p.ID); err != nil {
		return nil, err
	}
	stamp := history.Stamp{Generation: generation, Until: until, RhythmDays: p.RhythmDays, Print: c.print()}
	if earlier != nil && len(earlier.Weeks) > 0 && earlier.Stamp.RhythmDays == p.RhythmDays {
		if last := earlier.Weeks[len(earlier.Weeks)-1].Day; last <= until && earlier.Stamp.Print == c.printUpTo(last) {
			c.earlier, c.settled = earlier, earlier.Settled()
		}
	}
	return c.book(ctx, stamp)
}

// A chronicle is a history being made.
type chronicle struct {
	state *State
	fit   field.Fit
	until orrery.Day
	over  orrery.Day // the last day that is over

	visits     []uint64 // member<<32 | field.Visit, sorted
	days       []orrery.Day
	activities []int // by week

	earlier *history.Book
	settled int // weeks that are taken over from it
}

func visitor(v uint64) orrery.MemberID { return orrery.MemberID(v >> 32) }
func visit(v uint64) field.Visit       { return field.Visit(uint32(v)) }

// gather reads who came when.
func (c *chronicle) gather(ctx context.Context, b *builder, planet orrery.PlanetID) error {
	var rules []orrery.Rule
	var rows []field.Row
	byDay := map[orrery.Day]int{}
	err := b.journal.Replay(ctx, func(r *journal.Replayed) error {
		rules = append(rules, b.state.learnKinds(r)...)
		rows = b.state.rows(rows[:0], r, nil)
		for i := range rows {
			row := &rows[i]
			if row.Planet != planet {
				continue
			}
			if !row.Receives {
				byDay[row.Day]++
			}
			if v, ok := field.VisitOf(&rules[row.Kind], row); ok && c.state.Kind(row.Member) != orrery.Visitor {
				c.visits = append(c.visits, uint64(row.Member)<<32|uint64(uint32(v)))
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the past week by week: %w", err)
	}
	slices.Sort(c.visits)
	c.visits = slices.Compact(c.visits)
	if first, ok := c.state.Oldest[planet]; ok {
		c.days = history.Sundays(first, c.over)
	}
	c.activities = make([]int, len(c.days))
	for day, n := range byDay {
		if w := c.weekOf(day); w < len(c.days) {
			c.activities[w] += n
		}
	}
	return nil
}

// weekOf returns the week in which a day lies.
func (c *chronicle) weekOf(day orrery.Day) int {
	w, _ := slices.BinarySearch(c.days, day)
	return w
}

// print identifies all that the weeks follow from.
func (c *chronicle) print() string {
	if len(c.days) == 0 {
		return ""
	}
	return c.printUpTo(c.days[len(c.days)-1])
}

// printUpTo identifies what the weeks up to a day follow from, later ones left
// out.
func (c *chronicle) printUpTo(last orrery.Day) string {
	h := sha256.New()
	fit, err := json.Marshal(c.fit)
	if err != nil {
		panic(err) // numbers and a name
	}
	fmt.Fprintf(h, "%d %d %s\n", history.Version, field.Version, fit)
	buf := make([]byte, 0, 1<<16)
	for _, v := range c.visits {
		if visit(v).Day() > last {
			continue
		}
		if cap(buf)-len(buf) < 9 {
			h.Write(buf)
			buf = buf[:0]
		}
		buf = append(binary.LittleEndian.AppendUint64(buf, v), byte(c.state.Kind(visitor(v))))
	}
	h.Write(buf)
	return hex.EncodeToString(h.Sum(nil))
}

// tallies are sums over people by week.
type tallies struct {
	weeks              []history.Week
	expected, variance []float64
}

// book follows everybody through the weeks. It works on half of the processors:
// pages are read meanwhile.
func (c *chronicle) book(ctx context.Context, stamp history.Stamp) (*history.Book, error) {
	parts := c.split(max(1, runtime.GOMAXPROCS(0)/2))
	sums, writers := make([]tallies, len(parts)), make([]*history.Writer, len(parts))
	group, ctx := errgroup.WithContext(ctx)
	for i, part := range parts {
		writers[i] = &history.Writer{}
		group.Go(func() (err error) {
			sums[i], err = c.follow(ctx, part, writers[i])
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	weeks := make([]history.Week, len(c.days))
	for w := range weeks {
		if w < c.settled {
			weeks[w] = c.earlier.Weeks[w]
			weeks[w].Activities = c.activities[w]
			continue
		}
		week := history.Week{Day: c.days[w], Activities: c.activities[w], Known: c.days[w]+orrery.Day(c.fit.Horizon) < c.until}
		var expected, variance float64
		for _, sum := range sums {
			expected, variance = expected+sum.expected[w], variance+sum.variance[w]
			more := &sum.weeks[w]
			for level := range week.Levels {
				week.Levels[level] += more.Levels[level]
			}
			week.In, week.Out, week.Came, week.Actual = week.In+more.In, week.Out+more.Out, week.Came+more.Came, week.Actual+more.Actual
		}
		if !week.Known {
			week.Actual = 0
		}
		g := c.fit.GravityOf(expected, variance)
		week.Gravity, week.Low, week.High = g.Expected, g.Low, g.High
		weeks[w] = week
	}
	return history.New(stamp, weeks, writers...), nil
}

// split cuts the visits into so many parts of whole people.
func (c *chronicle) split(n int) [][]uint64 {
	var parts [][]uint64
	rest := c.visits
	for n > 0 && len(rest) > 0 {
		end := len(rest) / n
		for end < len(rest) && (end == 0 || visitor(rest[end]) == visitor(rest[end-1])) {
			end++
		}
		parts = append(parts, rest[:end])
		rest = rest[end:]
		n--
	}
	return parts
}

// follow takes the people of some visits through the weeks.
func (c *chronicle) follow(ctx context.Context, visits []uint64, to *history.Writer) (tallies, error) {
	t := tallies{
		weeks: make([]history.Week, len(c.days)), expected: make([]float64, len(c.days)), variance: make([]float64, len(c.days)),
	}
	var own []field.Visit
	var near []field.Standing
	var points []history.Point
	var before *history.Reader
	if c.earlier != nil {
		before = c.earlier.Reader()
	}
	for n := 0; len(visits) > 0; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return t, ctx.Err()
		}
		m := visitor(visits[0])
		own = own[:0]
		for len(visits) > 0 && visitor(visits[0]) == m {
			own = append(own, visit(visits[0]))
			visits = visits[1:]
		}
		from := c.weekOf(own[0].Day())
		if from == len(c.days) {
			continue // came in the week that is not over
		}
		near, points = append(near[:0], make([]field.Standing, len(c.days)-from)...), points[:0]
		known := 0 // weeks of theirs that are taken over
		if from < c.settled {
			begin, line := before.Line(m)
			if begin != from || len(line) != len(c.earlier.Weeks)-from {
				return t, fmt.Errorf("the history that was kept lacks member %d", m)
			}
			known = c.settled - from
			points = append(points, line[:known]...)
		}
		c.fit.Trail(own, c.days[from+known:], func(i int, s field.Standing) { near[known+i] = s })
		for _, s := range near[known:] {
			points = append(points, history.PointOf(s.Closeness, s.Level))
		}
		to.Add(m, from, points)
		if c.state.IsPerson(m) {
			c.count(&t, own, from, known, points, near)
		}
	}
	return t, nil
}

// count adds a person to the weeks that are not taken over.
func (c *chronicle) count(t *tallies, own []field.Visit, from, known int, points []history.Point, near []field.Standing) {
	was := orrery.OutOfOrbit
	if known > 0 {
		was = points[known-1].Level
	}
	meant := 0 // the next visit that qualifies
	for i := known; i < len(near); i++ {
		w, s := from+i, &near[i]
		week := &t.weeks[w]
		switch {
		case s.Level > was:
			week.In++
		case s.Level < was:
			week.Out++
		}
		if was = s.Level; was == orrery.OutOfOrbit {
			continue
		}
		week.Levels[s.Level]++
		chance := s.Closeness / 100
		t.expected[w] += chance
		t.variance[w] += chance * (1 - chance)
		for meant < len(own) && (own[meant].Day() <= c.days[w] || !own[meant].Qualifies()) {
			meant++
		}
		if meant < len(own) && own[meant].Day() <= c.days[w]+orrery.Day(c.fit.Horizon) {
			week.Actual++
		}
	}
	last := -1
	for _, v := range own {
		if w := c.weekOf(v.Day()); w != last && w < len(c.days) {
			t.weeks[w].Came++
			last = w
		}
	}
}

// historyPath is where a planet's weeks are kept: a cache, in no backup, removed
// when somebody is erased.
func (s *System) historyPath(p orrery.PlanetID) string {
	return filepath.Join(s.CacheDir(), fmt.Sprintf("weeks-%d", p))
}

// KeepHistory stores a planet's history aside and renames it.
func (s *System) KeepHistory(p orrery.PlanetID, b *history.Book) error {
	if err := os.MkdirAll(s.CacheDir(), 0o700); err != nil {
		return fmt.Errorf("keep the weeks: %w", err)
	}
	if err := writeAside(s.historyPath(p), func(w io.Writer) error { return b.Encode(w) }); err != nil {
		return fmt.Errorf("keep the weeks: %w", err)
	}
	return nil
}

// KeptHistory returns the history that was stored of a planet, nil where there
// is none that can be used. Whether it is of today, its Stamp says.
func (s *System) KeptHistory(p orrery.PlanetID) *history.Book {
	file, err := os.Open(s.historyPath(p))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	var b *history.Book
	if err == nil {
		b, err = history.Decode(file)
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		// It is a cache: a damaged one is made anew, and that is worth a word.
		s.log.Warn("weeks ignored", "reason", err.Error())
		return nil
	}
	return b
}

// ForgetHistory removes what is stored of all planets' weeks.
func (s *System) ForgetHistory() error {
	var failed error
	for _, p := range s.Planets() {
		if err := os.Remove(s.historyPath(p.ID)); err != nil && !errors.Is(err, os.ErrNotExist) {
			failed = cmp.Or(failed, err)
		}
	}
	return failed
}

// ReadSome hands fn a state that holds the orbits of some members alone, as they
// were on a day: what ReadAsOf says of them, at the cost of their own activities.
func (s *System) ReadSome(ctx context.Context, members []orrery.MemberID, day orrery.Day, fn func(*State) error) error {
	st, err := s.some(ctx, members, day)
	if err != nil {
		return err
	}
	return fn(st)
}

func (s *System) some(ctx context.Context, members []orrery.MemberID, day orrery.Day) (*State, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.ensureState(ctx); err != nil {
		return nil, err
	}
	b, err := s.builder(ctx, day)
	if err != nil {
		return nil, err
	}
	st := b.state
	st.Members, st.fits = slices.Clone(st.Members), s.state.fits
	posted, err := s.posted(ctx)
	if err != nil {
		return nil, err
	}
	s.kin.follow(s.state.Members)
	var ids []orrery.IdentityID
	var wanted orbits
	for _, m := range members {
		ids = s.kin.of(ids, m)
		for _, p := range s.planets {
			wanted.add(field.Orbit{Member: m, Planet: p.ID})
		}
	}
	var rules []orrery.Rule
	var rows []field.Row
	err = s.replayBlocks(ctx, posted.blocksOf(ids), func(r *journal.Replayed) error {
		rules = append(rules, st.learnKinds(r)...)
		rows = st.rows(rows, r, &wanted)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what some people did: %w", err)
	}
	st.Engine = field.Build(rules, func(yield func([]field.Row) bool) { yield(rows) })
	return st, nil
}
