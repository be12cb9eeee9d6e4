package flow

import (
	"cmp"
	"context"
	"math/bits"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/partner"
)

// tell writes down what was read.
func (r *partnersReckoning) tell(out *partner.Past) {
	out.Newcomers = len(r.first)
	oldest := r.until
	comes := map[orrery.Day]int{}
	for _, day := range r.first {
		comes[day]++
		oldest = min(oldest, day)
		if day > r.until-365 {
			out.Year++
		}
		if day > r.until-90 {
			out.Quarter++
		}
	}
	out.Partners = make([]partner.Seen, len(r.list))
	for i := range r.list {
		out.Partners[i] = partner.Seen{
			Slug: r.list[i].Slug, Brought: []partner.Arrival{}, Marked: r.marked[i], Joined: []partner.Joined{}, Trials: []partner.TrialFound{}, Switches: []partner.SwitchFound{},
		}
	}
	for m, a := range r.brought {
		p := &out.Partners[a.of]
		p.Brought = append(p.Brought, partner.Arrival{Member: m, Day: r.first[m], How: a.how})
		r.theirs[m] |= 1 << a.of
	}
	each(r.theirs, func(of int, m orrery.MemberID) {
		out.Partners[of].People++
		out.Partners[of].Behind.People = append(out.Partners[of].Behind.People, m)
	})
	came := func(d orrery.Day) int { return comes[d] }
	for i := range out.Partners {
		p := &out.Partners[i]
		partner.SortArrivals(p.Brought)
		r.tellCircles(p)
		if began, ok := beginning(p.Brought); ok {
			if a, ok := partner.AroundDate(began, oldest, r.until, came); ok {
				a.Beside(r.elsewhere(p))
				p.Around = &a
			}
		}
		for _, t := range r.list[i].Trials {
			if t.Planet == r.planet.ID && t.From <= r.until {
				p.Trials = append(p.Trials, r.trial(&t))
			}
		}
		for _, c := range r.list[i].Codes {
			if c.Switch.BlockDays > 0 {
				p.Switches = append(p.Switches, partner.SwitchFound{Code: c.Code, Switchback: c.Switch.Blocks(r.until, came)})
			}
		}
	}
	r.tellTogether(out)
	r.tellLater(out)
	r.tellCredit(out)
}

// beginning is the day from which a partner brought people: of the first who was
// followed by two more within four weeks.
func beginning(newestFirst []partner.Arrival) (orrery.Day, bool) {
	const follow, within = 2, 28
	for i := len(newestFirst) - 1; i >= follow; i-- {
		if newestFirst[i-follow].Day-newestFirst[i].Day <= within {
			return newestFirst[i].Day, true
		}
	}
	return 0, false
}

func (r *partnersReckoning) tellCircles(p *partner.Seen) {
	of := map[int]int{}
	for i := range p.Brought {
		a := &p.Brought[i]
		a.Circle = r.circleOf(a.Member)
		if c := a.Circle; c >= 0 {
			of[c]++
		} else {
			p.NoCircle++
		}
	}
	for c, n := range of {
		p.Joined = append(p.Joined, partner.Joined{Circle: c, People: n})
	}
	slices.SortFunc(p.Joined, func(a, b partner.Joined) int {
		return cmp.Or(cmp.Compare(b.People, a.People), cmp.Compare(a.Circle, b.Circle))
	})
}

// barelyJoined is the share of the brought up to which a circle counts as one that
// they did not join.
const barelyJoined = .02

// elsewhere counts who came into circles that a partner's people did not join.
func (r *partnersReckoning) elsewhere(p *partner.Seen) func(orrery.Day) int {
	joined := map[int]bool{}
	for _, j := range p.Joined {
		joined[j.Circle] = float64(j.People) > barelyJoined*float64(len(p.Brought))
	}
	comes := map[orrery.Day]int{}
	for m, day := range r.first {
		if c := r.circleOf(m); c >= 0 && !joined[c] {
			comes[day]++
		}
	}
	return func(d orrery.Day) int { return comes[d] }
}

// each calls fn with every partner of a set, a bit each, and whose the set is.
func each[K comparable](sets map[K]uint64, fn func(of int, k K)) {
	for k, set := range sets {
		for ; set != 0; set &= set - 1 {
			fn(bits.TrailingZeros64(set), k)
		}
	}
}

func (r *partnersReckoning) tellTogether(out *partner.Past) {
	each(r.both, func(of int, mark uint64) {
		p := &out.Partners[of]
		p.Together.Objects++
		p.Behind.Objects = append(p.Behind.Objects, r.onBoth[mark])
	})
	each(r.bothSpoke, func(of int, mark uint64) {
		p := &out.Partners[of]
		p.Together.Threads++
		p.Behind.Threads = append(p.Behind.Threads, r.inBoth[mark])
	})
	each(r.others, func(of int, m orrery.MemberID) {
		p := &out.Partners[of]
		p.Together.Others++
		p.Behind.Others = append(p.Behind.Others, m)
	})
	for i := range out.Partners {
		b := &out.Partners[i].Behind
		b.People, b.Others = someOf(b.People), someOf(b.Others)
		b.Marked, b.Objects, b.Threads = partner.NewestDeeds(r.deeds[i]), partner.NewestDeeds(b.Objects), partner.NewestDeeds(b.Threads)
	}
}

// someOf sorts people and keeps at most partner.MostKept: those who were known first.
func someOf(people []orrery.MemberID) []orrery.MemberID {
	slices.Sort(people)
	return slices.Clone(people[:min(partner.MostKept, len(people))])
}

// tellLater compares where the brought stood with where those stood who came
// otherwise: not through any partner.
func (r *partnersReckoning) tellLater(out *partner.Past) {
	const now = len(partner.LaterDays)
	fit := r.builder.state.Forecast(r.planet).Closeness
	var others [now + 1][]partner.Stand
	brought := make([][now + 1][]partner.Stand, len(r.list))
	for m, first := range r.first {
		to := &others
		if a, ok := r.brought[m]; ok {
			to = &brought[a.of]
		}
		var days []orrery.Day
		for _, n := range partner.LaterDays {
			if day := first + orrery.Day(n); day <= r.until {
				days = append(days, day)
			}
		}
		known := len(days)
		var stands [now + 1]partner.Stand
		fit.Trail(r.visits[m], append(days, r.until), func(i int, s field.Standing) {
			if i == known {
				i = now
			}
			stands[i] = partner.Stand{Closeness: s.Closeness, Level: s.Level}
		})
		_, through := r.brought[m]
		for i := range stands {
			if i < known || i == now {
				stands[i].First = first
				to[i] = append(to[i], stands[i])
				if through {
					r.stood[m] = append(r.stood[m], stands[i].Level)
				}
			}
		}
	}
	for i := range out.Partners {
		p := &out.Partners[i]
		for at := range p.Brought {
			p.Brought[at].Stood = r.stood[p.Brought[at].Member]
		}
		p.Now = partner.Compare(0, brought[i][now], others[now])
		for n, days := range partner.LaterDays {
			p.Later = append(p.Later, partner.Compare(days, brought[i][n], others[n]))
		}
	}
}

// tellCredit shares out who came by themselves again after their first month among
// the partners who were there within it.
func (r *partnersReckoning) tellCredit(out *partner.Past) {
	many := make([]int, len(r.list))
	for _, t := range r.touches {
		many[t.of]++
	}
	order := make([]int, 0, len(many))
	for i, n := range many {
		if n > 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(many[b], many[a]), cmp.Compare(a, b)) })
	if out.Crowded = len(order) > partner.MostCredited; out.Crowded {
		order = order[:partner.MostCredited]
	}
	place := make(map[int]int, len(order))
	for at, i := range order {
		place[i] = at
	}
	slices.SortFunc(r.touches, func(a, b touch) int {
		return cmp.Or(cmp.Compare(a.member, b.member), cmp.Compare(a.micros, b.micros), cmp.Compare(a.of, b.of))
	})
	var paths []partner.Path
	for len(r.touches) > 0 {
		m := r.touches[0].member
		var path partner.Path
		for len(r.touches) > 0 && r.touches[0].member == m {
			at, ok := place[r.touches[0].of]
			if n := len(path.Partners); ok && (n == 0 || path.Partners[n-1] != at) {
				path.Partners = append(path.Partners, at)
			}
			r.touches = r.touches[1:]
		}
		if first := r.first[m]; first+settledDays <= r.until && len(path.Partners) > 0 {
			path.Arrived = slices.ContainsFunc(r.visits[m], func(v field.Visit) bool {
				return v.Qualifies() && v.Day() > first+creditDays && v.Day() <= first+settledDays
			})
			paths = append(paths, path)
		}
	}
	for at, credit := range partner.Credits(len(order), paths) {
		out.Partners[order[at]].Credit = &credit
	}
}

// quietDays is for how long somebody has not come who counts as new in a trial.
const quietDays = 365

func (r *partnersReckoning) trial(t *partner.Trial) partner.TrialFound {
	out := partner.TrialFound{Name: t.Name, Over: t.Until <= r.until}
	var all, fresh [2]partner.Arm
	for m, first := range r.first {
		if first >= t.From {
			continue
		}
		side := 0
		if t.Held(lotKey(r.keys[m])) {
			side = 1
		}
		came, before := false, false
		for _, day := range r.meant[m] {
			came = came || day >= t.From && day <= t.Until
			before = before || day < t.From && day >= t.From-quietDays
		}
		all[side].Add(came)
		if !before && r.circleOf(m) < 0 {
			fresh[side].Add(came)
		}
	}
	out.All, out.New = partner.LiftOf(all[0], all[1]), partner.LiftOf(fresh[0], fresh[1])
	return out
}

// Side says on which side of a trial somebody is.
type Side struct {
	Member orrery.MemberID
	Held   bool // out of the campaign
}

// TrialSides lists the people who were known around the trial's planet before it
// began, by number, and who of them is held out.
func (s *System) TrialSides(ctx context.Context, t partner.Trial) ([]Side, error) {
	planets := s.Planets()
	at := slices.IndexFunc(planets, func(p orrery.Planet) bool { return p.ID == t.Planet })
	if at < 0 {
		return nil, orrery.Errorf(orrery.NotFound, "the trial %s is around no planet", t.Name)
	}
	b, err := s.past(ctx, 0)
	if err != nil {
		return nil, err
	}
	r := &partnersReckoning{planet: planets[at], until: t.From - 1, builder: b, first: map[orrery.MemberID]orrery.Day{}}
	r.visits, r.meant = map[orrery.MemberID][]field.Visit{}, map[orrery.MemberID][]orrery.Day{}
	if err := r.readComing(ctx); err != nil {
		return nil, err
	}
	var sides []Side
	err = s.Graph(ctx, func(g *identity.Graph) error {
		for m := range r.first {
			if i, ok := g.Identity(orrery.IdentityID(m)); ok {
				sides = append(sides, Side{m, t.Held(lotKey(i.Key))})
			}
		}
		return nil
	})
	slices.SortFunc(sides, func(a, b Side) int { return cmp.Compare(a.Member, b.Member) })
	return sides, err
}
