package flow

import (
	"cmp"
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/origin"
)

// SharesQuery asks what brought a planet's people.
type SharesQuery struct {
	Planet   orrery.Planet
	AsOf     orrery.Day // the last day that is counted; 0: all
	Days     int        // shares are of so many days up to the last; 0: all
	Groups   int
	GroupsOf func(orrery.MemberID) []int // the groups somebody is in, each below Groups; nil: none
	Config   origin.Config
}

// Brought is what brought a planet's people, from a day on.
type Brought struct {
	origin.Result
	Follows   origin.Follows `json:"follows"`    // in conversations, where they are known
	Since     orrery.Day     `json:"since"`      // shares are of activities from then on
	Until     orrery.Day     `json:"until"`      // the day of the newest activity
	ModelFrom orrery.Day     `json:"model_from"` // what is older was not read: the newest million activities are enough

	// Behind are the people of whose activities sources told an origin, by it, those
	// of most first.
	Behind [orrery.Prompted + 1][]BehindShare `json:"behind"`
}

// BehindShare is somebody of whose activities sources told an origin.
type BehindShare struct {
	Member orrery.MemberID `json:"member"`
	N      int             `json:"n"`
}

// MostBehind is how many people stand behind an observed number at most.
const MostBehind = 200

// objectSeed tells objects apart for as long as the program runs.
var objectSeed = maphash.MakeSeed()

// mostModelled is how many activities the model is fitted to, the newest ones.
const mostModelled = 1_000_000

// Brought reckons what brought a planet's people. It reads the past once beside
// changes, then holds nothing and reckons: seconds to minutes.
func (s *System) Brought(ctx context.Context, q SharesQuery) (*Brought, error) {
	p, err := s.broughtPast(ctx, &q)
	if err != nil {
		return nil, fmt.Errorf("read the past of %s: %w", q.Planet.Slug, err)
	}
	if q.Days > 0 && p.known {
		p.in.Since = (p.until - orrery.Day(q.Days) + 1).Time().Unix()
	}
	p.groups(&q)
	for i := range p.posts {
		p.posts[i].Count = p.posts[i].Count && p.posts[i].At >= p.in.Since
	}
	p.in.Ties = p.ties.list()
	r, err := origin.Reckon(ctx, p.in, q.Config)
	if err != nil {
		return nil, err
	}
	b := &Brought{Result: *r, Follows: origin.Follow(p.posts), Until: p.until, ModelFrom: p.from, Since: p.from}
	if q.Days > 0 {
		b.Since = max(p.from, p.until-orrery.Day(q.Days)+1)
	}
	b.Behind = p.behind()
	return b, nil
}

// behind counts whose activities sources told an origin of.
func (p *broughtPast) behind() (list [orrery.Prompted + 1][]BehindShare) {
	counts := make([][orrery.Prompted + 1]int, len(p.members))
	for i := range p.in.Events {
		if e := &p.in.Events[i]; e.At >= p.in.Since && !p.in.Ours[e.Who] {
			counts[e.Who][e.Origin]++
		}
	}
	for o := orrery.Unprompted; o <= orrery.Prompted; o++ {
		for at, n := range counts {
			if n[o] > 0 {
				list[o] = append(list[o], BehindShare{p.members[at], n[o]})
			}
		}
		slices.SortFunc(list[o], func(a, b BehindShare) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Member, b.Member)) })
		list[o] = list[o][:min(MostBehind, len(list[o]))]
	}
	return list
}

// broughtPast is what of a planet's past the model is fed with.
type broughtPast struct {
	in          origin.Input
	place       map[orrery.MemberID]int32
	members     []orrery.MemberID // by place
	state       *State
	posts       []origin.Post
	ties        tieBook
	from, until orrery.Day
	known       bool // anything happened at all
	campaigns   map[campaignKey]int32
	since       int64
}

// campaignKey tells one sending of ours from another: what was sent on one day is
// one.
type campaignKey struct {
	kind string
	day  orrery.Day
}

func (s *System) broughtPast(ctx context.Context, q *SharesQuery) (*broughtPast, error) {
	b, err := s.past(ctx, 0)
	if err != nil {
		return nil, err
	}
	p := &broughtPast{state: b.state, place: map[orrery.MemberID]int32{}, campaigns: map[campaignKey]int32{}, ties: newTieBook()}
	before := int64(1) << 62
	if q.AsOf != 0 {
		before = (q.AsOf + 1).Time().Unix()
	}
	if err := p.window(ctx, b.journal, q.Planet.ID, before); err != nil {
		return nil, err
	}
	p.since = p.from.Time().Unix()
	rules := map[string]orrery.Rule{}
	catalogue := s.Catalogue()
	err = b.journal.Replay(ctx, func(r *journal.Replayed) error {
		wanted := func(row int) bool {
			at := floorSeconds(r.AtMicros[row])
			return r.Planet[row] == q.Planet.ID && r.Counts(row) && at < before && at >= p.since
		}
		return s.journal.Entries(ctx, r, wanted, func(row int, e *journal.Entry) error {
			kind := r.Kinds[r.Kind[row]]
			rule, ok := rules[kind]
			if !ok {
				rule = catalogue.Lookup(kind)
				rules[kind] = rule
			}
			p.add(&rule, e)
			return nil
		})
	})
	return p, err
}

// window finds the days that the model reads: all, or those of the newest
// activities.
func (p *broughtPast) window(ctx context.Context, past journal.Still, planet orrery.PlanetID, before int64) error {
	days := map[orrery.Day]int{}
	err := past.Replay(ctx, func(r *journal.Replayed) error {
		for row := range r.N {
			at := floorSeconds(r.AtMicros[row])
			if r.Planet[row] == planet && r.Counts(row) && at < before {
				day := orrery.DayOfUnix(at)
				days[day]++
				if !p.known {
					p.from, p.until, p.known = day, day, true
				}
				p.from, p.until = min(p.from, day), max(p.until, day)
			}
		}
		return nil
	})
	n := 0
	for day := p.until; day >= p.from && p.known; day-- {
		if n += days[day]; n > mostModelled {
			p.from = min(day+1, p.until)
			break
		}
	}
	return err
}

// sendings are the kinds of what we send; those that announce go to everybody.
var sendings = map[string]bool{
	"delivery": false, "delivered": false, "sent": false, "email_sent": false, "email_delivered": false,
	"announce": true, "announcement": true, "release": true, "published": true, "broadcast": true,
}

// sending says whether a kind is of something that we sent, and to all. Whether it
// is an article that somebody wrote, or an announcement, the catalogue knows.
func sending(kind string, rule *orrery.Rule) (toAll, ok bool) {
	last := strings.ToLower(kind[strings.LastIndexByte(kind, '.')+1:])
	toAll, ok = sendings[last]
	return toAll, ok && rule.WeightMilli == 0 && rule.Valence == 0
}

// add takes one entry in: as something that we sent, or as something that somebody
// did of their own.
func (p *broughtPast) add(rule *orrery.Rule, e *journal.Entry) {
	at := floorSeconds(e.AtMicros)
	if toAll, ok := sending(e.Kind, rule); ok {
		p.sent(e, at, toAll)
		return
	}
	m := p.state.member(e.Identity)
	kind := p.state.Kind(m)
	if m == 0 || kind == orrery.Bot || kind == orrery.Visitor || rule.WeightMilli == 0 && rule.Valence == 0 {
		return
	}
	who := p.person(m)
	event := origin.Event{At: at, Who: who, Strategy: rule.Strategy, Origin: e.Origin}
	if e.PromptedBy != "" && e.Origin == orrery.OriginUnknown {
		event.Origin = orrery.Prompted // a campaign's token says so
	}
	for _, id := range e.To {
		if to := p.state.member(id); to != 0 && to != m && (p.state.IsPerson(to) || p.state.Kind(to) == orrery.Teammate) {
			event.To = append(event.To, p.person(to))
			p.ties.add(who, p.person(to), 1)
			p.ties.add(p.person(to), who, 1)
		}
	}
	p.in.Events = append(p.in.Events, event)
	if e.Thread != "" {
		thread := maphash.String(objectSeed, e.Thread)
		p.posts = append(p.posts, origin.Post{At: at, Who: who, Thread: thread, Count: kind == orrery.Person})
		p.ties.meet(thread, who)
	}
	if e.ObjectID != "" {
		p.ties.meet(maphash.String(objectSeed, e.ObjectType+"\x00"+e.ObjectID), who)
	}
}

func (p *broughtPast) sent(e *journal.Entry, at int64, toAll bool) {
	key := campaignKey{e.Kind, orrery.DayOfUnix(at)}
	campaign, ok := p.campaigns[key]
	if !ok {
		campaign = int32(len(p.campaigns))
		p.campaigns[key] = campaign
		p.in.Campaigns = len(p.campaigns)
	}
	deliver := func(to int32) {
		p.in.Deliveries = append(p.in.Deliveries, origin.Delivery{At: at, To: to, Campaign: campaign})
	}
	if len(e.To) == 0 {
		if m := p.state.member(e.Identity); !toAll && m != 0 && p.state.IsPerson(m) {
			deliver(p.person(m)) // the platform tells of the one whom it reached
		} else if toAll {
			deliver(origin.Everybody)
		}
	}
	for _, id := range e.To {
		if m := p.state.member(id); m != 0 && p.state.IsPerson(m) {
			deliver(p.person(m))
		}
	}
}

// person returns somebody's place.
func (p *broughtPast) person(m orrery.MemberID) int32 {
	at, ok := p.place[m]
	if !ok {
		at = int32(len(p.members))
		p.place[m] = at
		p.members = append(p.members, m)
		p.in.Ours = append(p.in.Ours, p.state.Kind(m) == orrery.Teammate)
		p.in.People++
	}
	return at
}

// groups notes who is in which group.
func (p *broughtPast) groups(q *SharesQuery) {
	if q.GroupsOf == nil || q.Groups == 0 {
		return
	}
	p.in.Groups, p.in.Member = q.Groups, make([][]int32, len(p.members))
	for at, m := range p.members {
		for _, g := range q.GroupsOf(m) {
			p.in.Member[at] = append(p.in.Member[at], int32(g))
		}
	}
}
