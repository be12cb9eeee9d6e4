package view

import (
	"context"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/tie"
)

// Introductions is who should meet and why, and what came of those who were
// introduced.
type Introductions struct {
	AsOf      orrery.Day
	Suggested []Suggested  // the strongest first
	Of        int          // how many suggestions in all
	Made      []Introduced // newest first, without those that were set aside
	Aside     []Introduced // pairs that are not to be suggested
	Waiting   int          // made, neither accepted nor declined
	Accepted  int
	Declined  int
	Tied      int // of those that are 90 days old or tied: had to do with each other within 90 days
	Judged    int // those that are

	There  bool // suggestions are known
	Making bool
}

// Suggested is two people who should meet.
type Suggested struct {
	A, B    Someone
	Common  []Someone // who knows both, a few
	Words   []string  // what both work on and few others do
	Alike   float64   // likeness of what they work on, 0–1
	Score   float64
	Circles []string // the circles they are in: one name, or two
}

// Other is the one of the two that somebody is not.
func (s *Suggested) Other(m orrery.MemberID) Someone {
	if s.A.ID == m {
		return s.B
	}
	return s.A
}

// Because tells in words why the two should meet.
func (s Suggested) Because() string {
	var parts []string
	if len(s.Common) > 0 {
		var names []string
		for _, c := range s.Common {
			names = append(names, c.Name)
		}
		parts = append(parts, "both have to do with "+strings.Join(names, ", "))
	}
	if len(s.Words) > 0 {
		parts = append(parts, "both work on "+strings.Join(s.Words, ", "))
	}
	return strings.Join(parts, "; ")
}

// Introduced is two people who were introduced, and what came of it.
type Introduced struct {
	Number  int64
	A, B    Someone
	At      time.Time
	By      int64 // the account; 0: the shell
	Note    string
	State   string
	Decided time.Time // zero: never

	Days   int        // since
	First  orrery.Day // when they first had to do with each other afterwards, within 90 days; 0: they had not
	Acts   int        // how often one addressed the other within 90 days afterwards
	Met    int        // on how many things both acted within 90 days afterwards
	Within int        // 30 or 90: they had to do with each other within so many days; 0: they had not
}

// Other is the one of the two that somebody is not.
func (i *Introduced) Other(m orrery.MemberID) Someone {
	if i.A.ID == m {
		return i.B
	}
	return i.A
}

const (
	soonDays  = 30
	laterDays = 90
	madeShown = 60
)

// whoShouldMeet asks who should meet of those who came in the last 90 days, are
// people, and are not asked about.
func (d *Desk) whoShouldMeet(ctx context.Context, p orrery.Planet, past *flow.TiePast, book *tie.Book) ([]flow.Meeting, error) {
	circles, err := study.Get[flow.Circles](ctx, d.shelf, "circles", p, -1)
	if err != nil {
		return nil, err
	}
	flagged, err := d.flagged(ctx, p)
	if err != nil {
		return nil, err
	}
	came := make([]bool, len(past.Members))
	err = d.system.Read(ctx, func(st *flow.State) error {
		f := st.Forecast(p)
		for m := range came {
			id := orrery.MemberID(m)
			if book.Degree(id) == 0 || !st.IsPerson(id) || flagged[id] {
				continue
			}
			reading, ok := st.Engine.Read(field.Orbit{Member: id, Planet: p.ID}, f, book.Day)
			came[m] = ok && reading.HasCome && book.Day-reading.Last < reachableDays
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	asked, err := d.asked(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	return d.system.WhoShouldMeet(ctx, p.ID, past, book, &circles.Value,
		func(m orrery.MemberID) bool { return int(m) < len(came) && came[m] },
		func(x, y orrery.MemberID) bool { return asked[[2]orrery.MemberID{min(x, y), max(x, y)}] })
}

// flagged are people of whom it is asked whether what they do is real, or whether
// they are people.
func (d *Desk) flagged(ctx context.Context, p orrery.Planet) (map[orrery.MemberID]bool, error) {
	out := map[orrery.MemberID]bool{}
	r, err := study.Get[flow.Authenticity](ctx, d.shelf, "authenticity", p, -1)
	if err != nil {
		return nil, err
	}
	for _, list := range [][]flow.Asked{r.Value.Open, r.Value.Decided} {
		for i := range list {
			for _, m := range list[i].Members {
				out[m] = true
			}
		}
	}
	bots, err := d.system.BotFlags(ctx)
	if err != nil {
		return nil, err
	}
	for i := range bots {
		out[bots[i].Member] = true
	}
	return out, nil
}

// asked are the pairs that somebody introduced or set aside.
func (d *Desk) asked(ctx context.Context, planet orrery.PlanetID) (map[[2]orrery.MemberID]bool, error) {
	made, err := d.system.Introductions(ctx, planet)
	if err != nil {
		return nil, err
	}
	out := make(map[[2]orrery.MemberID]bool, len(made))
	for i := range made {
		m := made[i].Members
		out[[2]orrery.MemberID{min(m[0], m[1]), max(m[0], m[1])}] = true
	}
	return out, nil
}

// Introductions tells who should meet around a planet and what came of
// introductions, n suggestions at most, after so much patience.
func (d *Desk) Introductions(ctx context.Context, planet orrery.PlanetID, n int, patience time.Duration) (Introductions, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return Introductions{}, err
	}
	return d.introductions(ctx, p, n, patience, func(a, b orrery.MemberID) bool { return true })
}

// introductions tells of the pairs that keep lets pass.
func (d *Desk) introductions(ctx context.Context, p orrery.Planet, n int, patience time.Duration, keep func(a, b orrery.MemberID) bool) (Introductions, error) {
	_, r, err := d.ties(ctx, p, patience)
	if err != nil {
		return Introductions{}, err
	}
	out := Introductions{AsOf: r.Value.Day, There: r.There, Making: r.Making}
	if err := d.tellMade(ctx, p, keep, &out); err != nil {
		return Introductions{}, err
	}
	if !r.There {
		return out, nil
	}
	asked, err := d.asked(ctx, p.ID)
	if err != nil {
		return Introductions{}, err
	}
	circles, err := d.circles(ctx, p)
	if err != nil {
		return Introductions{}, err
	}
	var members []orrery.MemberID
	var meet []flow.Meeting
	for _, m := range r.Value.Meet {
		if keep(m.A, m.B) && !asked[[2]orrery.MemberID{m.A, m.B}] {
			meet = append(meet, m)
			members = append(append(members, m.A, m.B), m.Common...)
		}
	}
	known, err := d.known(ctx, p, out.AsOf, members)
	if err != nil {
		return Introductions{}, err
	}
	for _, m := range meet {
		s := Suggested{A: known[m.A], B: known[m.B], Words: m.Words, Alike: m.Alike, Score: m.Score, Circles: circles.both(m.A, m.B)}
		if s.A.ID == 0 || s.B.ID == 0 {
			continue // erased, or merged since
		}
		for _, c := range m.Common {
			if one := known[c]; one.ID != 0 {
				s.Common = append(s.Common, one)
			}
		}
		if out.Of++; len(out.Suggested) < n {
			out.Suggested = append(out.Suggested, s)
		}
	}
	return out, nil
}

// both names the circles of two people, each once.
func (b *circleBook) both(x, y orrery.MemberID) (names []string) {
	if b == nil {
		return nil
	}
	for _, m := range [2]orrery.MemberID{x, y} {
		if at := b.of[m]; at > 0 && !slices.Contains(names, b.names[at-1]) {
			names = append(names, b.names[at-1])
		}
	}
	return names
}

// tellMade tells what came of introductions: what two did with each other in the 90
// days after somebody introduced them.
func (d *Desk) tellMade(ctx context.Context, p orrery.Planet, keep func(a, b orrery.MemberID) bool, out *Introductions) error {
	made, err := d.system.Introductions(ctx, p.ID)
	if err != nil || len(made) == 0 {
		return err
	}
	made = slices.DeleteFunc(made, func(i flow.Introduction) bool { return !keep(i.Members[0], i.Members[1]) })
	var members []orrery.MemberID
	for i := range made {
		members = append(members, made[i].Members[:]...)
	}
	today := d.system.Now()
	known, err := d.known(ctx, p, today, members)
	if err != nil {
		return err
	}
	for i := range made {
		stored := &made[i]
		one := Introduced{
			Number: stored.Number, A: known[stored.Members[0]], B: known[stored.Members[1]], At: stored.At, By: stored.By, Note: stored.Note,
			State: stored.State, Decided: stored.Decided, Days: int(today - orrery.DayOf(stored.At)),
		}
		if one.A.ID == 0 || one.B.ID == 0 || one.A.ID == one.B.ID {
			continue
		}
		if one.State == flow.IntroductionAside {
			out.Aside = append(out.Aside, one)
			continue
		}
		switch one.State {
		case flow.IntroductionAccepted:
			out.Accepted++
		case flow.IntroductionDeclined:
			out.Declined++
		default:
			out.Waiting++
		}
		if len(out.Made) < madeShown {
			if err := d.addOutcome(ctx, p, &one); err != nil {
				return err
			}
			if one.State != flow.IntroductionDeclined && (one.Within > 0 || one.Days >= laterDays) {
				out.Judged++
				out.Tied += min(1, one.Within)
			}
			out.Made = append(out.Made, one)
		}
	}
	return nil
}

// addOutcome tells what two did with each other after their introduction.
func (d *Desk) addOutcome(ctx context.Context, p orrery.Planet, i *Introduced) error {
	var ids [2][]orrery.IdentityID
	err := d.system.Graph(ctx, func(g *identity.Graph) error {
		for side, m := range [2]orrery.MemberID{i.A.ID, i.B.ID} {
			for _, one := range g.Of(m) {
				ids[side] = append(ids[side], one.ID)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	since := orrery.DayOf(i.At)
	common, err := d.system.Between(ctx, p.ID, ids[0], ids[1], since, since+laterDays)
	if err != nil {
		return err
	}
	after := i.At.UnixMicro()
	first := func(micros int64) {
		if day := orrery.DayOfUnix(micros / 1e6); i.First == 0 || day < i.First {
			i.First = day
		}
	}
	for _, g := range common.Direct {
		if g.AtMicros > after {
			i.Acts++
			first(g.AtMicros)
		}
	}
	var crowds []uint64
	if book := d.tieBooks.of(p.ID); book != nil {
		crowds = book.crowds
	}
	for k := range common.Met {
		m := &common.Met[k]
		if _, crowd := slices.BinarySearch(crowds, m.Key); crowd {
			continue // so many others did that it ties no two
		}
		if min(m.Last[0].AtMicros, m.Last[1].AtMicros) > after { // both acted on it afterwards
			i.Met++
			first(m.At().UnixMicro())
		}
	}
	switch {
	case i.First == 0:
	case i.First-since <= soonDays:
		i.Within = soonDays
	default:
		i.Within = laterDays
	}
	return nil
}

// meetShown is how many suggestions stand on a person's page.
const meetShown = flow.MeetingsEach

// addMeetings tells whom the person should meet and to whom they were introduced.
func (d *Desk) addMeetings(ctx context.Context, p orrery.Planet, asOf orrery.Day, out *Person) error {
	if asOf != 0 {
		return nil // suggestions are today's
	}
	found, err := d.introductions(ctx, p, meetShown, 0, func(a, b orrery.MemberID) bool { return a == out.ID || b == out.ID })
	out.Meet, out.Introduced = found.Suggested, found.Made
	return err
}

// Introduce notes that two people were introduced, or set aside as a pair.
func (d *Desk) Introduce(ctx context.Context, planet orrery.PlanetID, a, b orrery.MemberID, by int64, note, state string) (int64, error) {
	return d.system.Introduce(ctx, planet, orrery.IdentityID(a), orrery.IdentityID(b), by, strings.TrimSpace(note), state)
}

// DecideIntroduction says what became of an introduction; an empty state forgets it.
func (d *Desk) DecideIntroduction(ctx context.Context, planet orrery.PlanetID, number int64, state string) error {
	return d.system.DecideIntroduction(ctx, planet, number, state)
}
