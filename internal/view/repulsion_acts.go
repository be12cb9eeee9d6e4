package view

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/repulsion"
)

// RepelledQuery asks for the activities behind a figure; what is zero is not asked
// for.
type RepelledQuery struct {
	Planet  orrery.PlanetID
	AsOf    orrery.Day
	Who     orrery.MemberID
	Week    orrery.Day // a Monday
	Days    int        // the last so many; repulsion.Span and its double ask for the days before
	Kind    string
	Circle  string // its number
	Partner string // its slug
	Burst   string // its number
	Offset  int    // so many newer ones are left out
}

// Repelled are activities that repelled, newest first.
type Repelled struct {
	AsOf   orrery.Day
	Of     string // whose, around what or when, in words
	Whose  string // of one person: their name
	N      int    // in all
	Offset int
	Next   int // offset of the next page; 0: there is none
	List   []RepelledAct
	There  bool
}

// RepelledAct is one of them.
type RepelledAct struct {
	Happening
	ID   orrery.MemberID
	Name string
}

const repelledPage = 50

// Repelled lists the activities behind a figure of what pushes away.
func (d *Desk) Repelled(ctx context.Context, q RepelledQuery) (Repelled, error) {
	out := Repelled{Offset: max(0, q.Offset)}
	var deeds []repulsion.Deed
	if q.Who != 0 {
		var err error
		if deeds, err = d.deedsOf(ctx, &q, &out); err != nil {
			return out, err
		}
	} else {
		r, _, err := d.keptRepulsion(ctx, q.Planet, q.AsOf, 0)
		if err != nil || !r.There {
			return out, err
		}
		if deeds, err = r.Value.choose(&q, &out); err != nil {
			return out, err
		}
		out.AsOf = r.Value.AsOf
	}
	out.There, out.N = true, len(deeds)
	deeds = deeds[min(out.Offset, len(deeds)):]
	if len(deeds) > repelledPage {
		deeds, out.Next = deeds[:repelledPage], out.Offset+repelledPage
	}
	opened, err := d.system.OpenDeeds(ctx, q.Planet, deeds)
	if err != nil {
		return out, err
	}
	names, err := d.actors(ctx, opened)
	if err != nil {
		return out, err
	}
	for i := range opened {
		a := &opened[i]
		out.List = append(out.List, RepelledAct{happeningOf(&a.Done), a.Member, names[a.Member]})
	}
	return out, nil
}

// actors returns what those who did the activities are called.
func (d *Desk) actors(ctx context.Context, opened []flow.Opened) (map[orrery.MemberID]string, error) {
	wanted := map[orrery.MemberID]bool{}
	for i := range opened {
		wanted[opened[i].Member] = true
	}
	return d.called(ctx, wanted)
}

// deedsOf finds all that one person did.
func (d *Desk) deedsOf(ctx context.Context, q *RepelledQuery, out *Repelled) (deeds []repulsion.Deed, err error) {
	p, err := d.planetByID(q.Planet)
	if err != nil {
		return nil, err
	}
	if err := d.mayAsk(ctx, p, q.AsOf); err != nil {
		return nil, err
	}
	var who Person
	ids, err := d.identities(ctx, q.Who, &who)
	if err != nil {
		return nil, err
	}
	err = d.system.Read(ctx, func(st *flow.State) error {
		out.AsOf, _ = d.day(st, p.ID, q.AsOf)
		return nil
	})
	if err != nil {
		return nil, err
	}
	seen, err := d.system.Glances(ctx, ids, q.Planet, 0, out.AsOf+2)
	if err != nil {
		return nil, err
	}
	for i := range seen {
		g := &seen[i]
		if !g.Received && g.Repels() && g.Rule.WeightMilli > 0 && (q.AsOf == 0 || g.Day <= q.AsOf) {
			deeds = append(deeds, repulsion.Deed{Day: g.Day, Who: who.ID, Block: g.At.Block, Row: g.At.Row})
		}
	}
	out.Whose = who.Name
	return deeds, nil
}

// choose picks what a query asks for and says in words what that is.
func (k *keptRepulsion) choose(q *RepelledQuery, out *Repelled) (deeds []repulsion.Deed, err error) {
	gone := orrery.Errorf(orrery.NotFound, "there is no such list any more: see what pushes away")
	keep := func(*repulsion.Deed) bool { return true }
	var said []string
	narrow := func(words string, also func(*repulsion.Deed) bool) {
		before := keep
		keep = func(d *repulsion.Deed) bool { return before(d) && also(d) }
		said = append(said, words)
	}
	if q.Burst != "" {
		n, err := strconv.Atoi(q.Burst)
		if err != nil || n < 0 || n >= len(k.Bursts) {
			return nil, gone
		}
		for _, at := range k.Bursts[n].Deeds {
			if at < len(k.Deeds) {
				deeds = append(deeds, k.Deeds[at])
			}
		}
		out.Of = "from " + k.Bursts[n].From.String() + " to " + k.Bursts[n].Until.String()
		return deeds, nil
	}
	if q.Circle != "" || q.Partner != "" {
		group := slices.IndexFunc(k.Slugs, func(slug string) bool { return q.Partner != "" && slug == q.Partner })
		for g := range k.Circles {
			if q.Partner == "" && strconv.Itoa(k.IDs[g]) == q.Circle {
				group = g
			}
		}
		if group < 0 {
			return nil, gone
		}
		words := "in the circle " + k.Names[group]
		if q.Partner != "" {
			words = "by people whom " + k.Names[group] + " brought"
		}
		narrow(words, func(d *repulsion.Deed) bool { return slices.Contains(k.GroupsOf[d.Who], group) })
	}
	if q.Kind != "" {
		kind := slices.IndexFunc(k.Kinds, func(c repulsion.KindCount) bool { return c.Kind == q.Kind })
		if kind < 0 {
			return nil, gone
		}
		narrow("of the kind "+q.Kind, func(d *repulsion.Deed) bool { return int(d.Kind) == kind })
	}
	if q.Week != 0 {
		narrow("in the week of "+q.Week.String(), func(d *repulsion.Deed) bool { return d.Day >= q.Week && d.Day < q.Week+7 })
	}
	switch q.Days {
	case 0:
	case 2 * repulsion.Span:
		narrow(fmt.Sprintf("in the %d days before the last %d", repulsion.Span, repulsion.Span), func(d *repulsion.Deed) bool {
			return k.AsOf-d.Day >= repulsion.Span && k.AsOf-d.Day < 2*repulsion.Span
		})
	default:
		narrow(fmt.Sprintf("in the last %d days", q.Days), func(d *repulsion.Deed) bool { return int(k.AsOf-d.Day) < q.Days })
	}
	for i := range k.Deeds {
		if keep(&k.Deeds[i]) {
			deeds = append(deeds, k.Deeds[i])
		}
	}
	out.Of = strings.Join(said, ", ")
	return deeds, nil
}

// pushedBy tells what somebody did that repels, newest first in seen.
func pushedBy(seen []flow.Glance) (p Pushed) {
	for i := range seen {
		if g := &seen[i]; !g.Received && g.Repels() && g.Rule.WeightMilli > 0 {
			if p.Times == 0 {
				p.Last, p.Kind = g.Day, g.Kind
			}
			p.Times++
			if g.Kind != p.Kind {
				p.Several = true
			}
		}
	}
	return p
}

// Pushed is what somebody did that repels, in one line.
type Pushed struct {
	Times   int
	Last    orrery.Day
	Kind    string // of the last one
	Several bool   // there were other kinds too
}

// What says in words what was done: complaints, refunds, … as the kind calls it.
func (p Pushed) What() language.Text { return RepulsionWords(p.Kind, p.Times) }

// RepulsionWords tells so many of a kind in words: 3 complaints, 1 refund.
func RepulsionWords(kind string, n int) language.Text {
	last := kind[strings.LastIndex(kind, ".")+1:]
	for _, w := range repulsionWords {
		if slices.Contains(w.kinds, last) {
			return w.words(n)
		}
	}
	word := strings.ReplaceAll(last, "_", " ")
	if n == 1 {
		return language.T("1 %s", word)
	}
	return language.T("%d × %s", n, word)
}

var repulsionWords = []struct {
	kinds []string
	words func(n int) language.Text
}{
	{[]string{"complaint", "complained"}, func(n int) language.Text { return language.N(n, "1 complaint", "%d complaints") }},
	{[]string{"refund", "refunded", "order_refunded", "requested"}, func(n int) language.Text { return language.N(n, "1 refund", "%d refunds") }},
	{[]string{"cancelled", "order_cancelled"}, func(n int) language.Text { return language.N(n, "1 cancellation", "%d cancellations") }},
	{[]string{"unsubscribe", "unsubscribed", "withdrawn"}, func(n int) language.Text { return language.N(n, "1 request taken back", "%d requests taken back") }},
	{[]string{"downvote", "downvoted", "dislike"}, func(n int) language.Text { return language.N(n, "1 vote against", "%d votes against") }},
	{[]string{"unstar", "unstarred"}, func(n int) language.Text { return language.N(n, "1 star taken back", "%d stars taken back") }},
	{[]string{"unfollow", "unlike", "unliked", "unpin", "unvote", "unvoted"}, func(n int) language.Text {
		return language.N(n, "1 sign of liking taken back", "%d signs of liking taken back")
	}},
	{[]string{"report", "reported", "spam", "abuse", "spam_reported", "marked_as_spam"}, func(n int) language.Text { return language.N(n, "1 report", "%d reports") }},
	{[]string{"rated", "rating", "review", "reviewed"}, func(n int) language.Text { return language.N(n, "1 low rating", "%d low ratings") }},
	{[]string{"leave", "left", "deleted", "uninstalled"}, func(n int) language.Text { return language.N(n, "1 leave-taking", "%d leave-takings") }},
}
