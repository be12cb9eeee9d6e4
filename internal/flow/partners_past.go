package flow

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/partner"
)

// How credit looks at people's beginnings: who was there within the first days, and
// did the person come by themselves later.
const (
	creditDays  = 30  // after the first, within which being there counts
	settledDays = 120 // up to which coming after that counts
)

// partnersReckoned is of how many partners a planet's past is asked at most: a bit
// each.
const partnersReckoned = 64

// PartnersPast tells what partners had to do with a planet's people up to a day.
// CircleOf says in which circle somebody is, by its number, −1 for none. It reads
// the past several times and its texts once; changes go on beside it.
func (s *System) PartnersPast(ctx context.Context, p orrery.Planet, list []partner.Partner, until orrery.Day, circleOf func(orrery.MemberID) int) (partner.Past, error) {
	r := &partnersReckoning{planet: p, until: until, list: list[:min(len(list), partnersReckoned)], circleOf: circleOf, matcher: partner.NewMatcher(list)}
	out := partner.Past{AsOf: until, Partners: []partner.Seen{}}
	if len(list) == 0 {
		return out, nil
	}
	if err := r.prepare(ctx, s); err != nil {
		return out, err
	}
	for _, step := range []func(context.Context) error{r.readMarks, r.readTheirThings, r.readSharedThings} {
		if err := step(ctx); err != nil {
			return out, fmt.Errorf("read what partners had to do with %s: %w", p.Slug, err)
		}
	}
	r.tell(&out)
	return out, nil
}

type partnersReckoning struct {
	planet   orrery.Planet
	until    orrery.Day
	list     []partner.Partner
	circleOf func(orrery.MemberID) int
	matcher  *partner.Matcher
	builder  *builder
	journal  *journal.Journal
	sources  map[orrery.ImportID]string
	domains  map[orrery.MemberID]int // whose address or organization is a partner's
	keys     []orrery.Key            // by MemberID: of the identity whose number is the member's

	first   map[orrery.MemberID]orrery.Day
	visits  map[orrery.MemberID][]field.Visit
	meant   map[orrery.MemberID][]orrery.Day // days of something meaningful, however it came about; with trials only
	brought map[orrery.MemberID]arrival
	touches []touch
	marked  []int
	theirs  map[orrery.MemberID]uint64 // whose people they are, a bit a partner

	objects, threads map[uint64]uint64 // what they acted on and spoke in
	both, bothSpoke  map[uint64]uint64 // of it, where others were too
	others           map[orrery.MemberID]uint64

	deeds          [][]partner.Deed        // its own activities
	onBoth, inBoth map[uint64]partner.Deed // the newest that others did there
	stood          map[orrery.MemberID][]orrery.Level
}

type arrival struct {
	of  int
	how partner.How
}

type touch struct {
	member orrery.MemberID
	micros int64
	of     int
}

func (r *partnersReckoning) prepare(ctx context.Context, s *System) (err error) {
	if r.builder, err = s.past(ctx, 0); err != nil {
		return err
	}
	s.mu.RLock()
	r.journal = s.journal
	s.mu.RUnlock()
	r.first, r.visits, r.meant = map[orrery.MemberID]orrery.Day{}, map[orrery.MemberID][]field.Visit{}, map[orrery.MemberID][]orrery.Day{}
	r.brought, r.theirs, r.marked = map[orrery.MemberID]arrival{}, map[orrery.MemberID]uint64{}, make([]int, len(r.list))
	r.objects, r.threads, r.both, r.bothSpoke = map[uint64]uint64{}, map[uint64]uint64{}, map[uint64]uint64{}, map[uint64]uint64{}
	r.others, r.stood, r.deeds = map[orrery.MemberID]uint64{}, map[orrery.MemberID][]orrery.Level{}, make([][]partner.Deed, len(r.list))
	r.onBoth, r.inBoth = map[uint64]partner.Deed{}, map[uint64]partner.Deed{}
	if r.sources, err = s.sourcesOfImports(ctx); err != nil {
		return err
	}
	return s.Graph(ctx, func(g *identity.Graph) error {
		r.keys, r.domains = memberKeys(g), r.domainsOf(g)
		return nil
	})
}

func (s *System) sourcesOfImports(ctx context.Context) (map[orrery.ImportID]string, error) {
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return nil, fmt.Errorf("read sources: %w", err)
	}
	names := make(map[orrery.SourceID]string, len(sources))
	for _, src := range sources {
		names[src.ID] = src.Name
	}
	imports, err := s.store.Imports(ctx)
	if err != nil {
		return nil, fmt.Errorf("read imports: %w", err)
	}
	of := make(map[orrery.ImportID]string, len(imports))
	for _, i := range imports {
		of[i.ID] = names[i.Source]
	}
	return of, nil
}

// memberKeys returns the key by which lots are drawn for each member, by number: of
// the identity that gave the member its number, so that identities found later
// change nothing.
func memberKeys(g *identity.Graph) []orrery.Key {
	keys := make([]orrery.Key, g.Len()+1)
	for id := 1; id < len(keys); id++ {
		if i, ok := g.Identity(orrery.IdentityID(id)); ok {
			keys[id] = i.Key
		}
	}
	return keys
}

// lotKey writes a key as lots are drawn by it.
func lotKey(k orrery.Key) string { return k.Namespace + "\x00" + k.Type + "\x00" + k.Value }

func (r *partnersReckoning) domainsOf(g *identity.Graph) map[orrery.MemberID]int {
	of := map[orrery.MemberID]int{}
	if !slices.ContainsFunc(r.list, func(p partner.Partner) bool { return len(p.Domains) > 0 }) {
		return of
	}
	claim := func(m orrery.MemberID, domain string) {
		if at, ok := r.matcher.Domain(domain); ok && at < len(r.list) {
			if known, taken := of[m]; !taken || at < known {
				of[m] = at
			}
		}
	}
	for id, m := range g.Members() {
		if i, ok := g.Identity(orrery.IdentityID(id)); id > 0 && ok && i.Key.Type == orrery.TypeEmail {
			_, domain, _ := strings.Cut(i.Key.Value, "@")
			claim(m, domain)
		}
	}
	for _, o := range g.Organizations(func(orrery.IdentityID) (identity.Span, bool) { return identity.Span{}, true }) {
		for _, belongs := range o.People {
			if belongs.Stated {
				claim(belongs.Member, o.Domain)
			}
		}
	}
	return of
}

// each hands the rows of people around the planet that count to fn, up to the day.
func (r *partnersReckoning) each(ctx context.Context, fn func(b *journal.Replayed, row int, m orrery.MemberID, day orrery.Day), done func(b *journal.Replayed) error) error {
	st := r.builder.state
	return r.builder.journal.Replay(ctx, func(b *journal.Replayed) error {
		for row := range b.N {
			if b.Planet[row] != r.planet.ID || !b.Counts(row) {
				continue
			}
			m, day := st.member(b.Identity[row]), orrery.DayOfUnix(floorSeconds(b.AtMicros[row]))
			if m == 0 || day > r.until || !st.IsPerson(m) {
				continue
			}
			if u, kind := st.uncounted, b.Kinds[b.Kind[row]]; u != nil && u.Whole(r.planet.ID, b.Identity[row], kind, isPraise(kind, b.Valence[row]), b.To(row)) {
				continue
			}
			fn(b, row, m, day)
		}
		if done == nil {
			return nil
		}
		return done(b)
	})
}

// coming is when everybody came, by member: what is looked up for every row is no map.
type coming struct {
	first  []orrery.Day // notSeen for who did not
	visits [][]field.Visit
	meant  [][]orrery.Day // nil without trials
}

// readComing finds who came when.
func (r *partnersReckoning) readComing(ctx context.Context) error {
	c := r.newComing()
	rules := ruleBook{catalogue: r.builder.state.catalogue}
	err := r.each(ctx, func(b *journal.Replayed, row int, m orrery.MemberID, day orrery.Day) {
		c.add(rules.of(b, row), b, row, m, day)
	}, nil)
	r.take(c)
	return err
}

func (r *partnersReckoning) newComing() *coming {
	members := len(r.builder.state.Members)
	c := &coming{first: make([]orrery.Day, members), visits: make([][]field.Visit, members)}
	for m := range c.first {
		c.first[m] = notSeen
	}
	for i := range r.list {
		if slices.ContainsFunc(r.list[i].Trials, func(t partner.Trial) bool { return t.Planet == r.planet.ID }) {
			c.meant = make([][]orrery.Day, members)
		}
	}
	return c
}

func (c *coming) add(rule *orrery.Rule, b *journal.Replayed, row int, m orrery.MemberID, day orrery.Day) {
	c.first[m] = min(c.first[m], day)
	if v, ok := field.VisitOf(rule, &field.Row{Day: day, Origin: b.Origin[row], Valence: b.Valence[row]}); ok {
		if n := len(c.visits[m]); n == 0 || c.visits[m][n-1] != v {
			c.visits[m] = append(c.visits[m], v)
		}
	}
	if c.meant != nil && rule.Meaningful {
		c.meant[m] = append(c.meant[m], day)
	}
}

// take keeps who came when.
func (r *partnersReckoning) take(c *coming) {
	for at, first := range c.first {
		if first == notSeen {
			continue
		}
		m := orrery.MemberID(at)
		r.first[m] = first
		if visits := c.visits[at]; visits != nil {
			slices.Sort(visits)
			r.visits[m] = visits
		}
		if c.meant != nil {
			r.meant[m] = c.meant[at]
		}
	}
}

// ruleBook looks the rules of a block's kinds up once.
type ruleBook struct {
	catalogue interface{ Lookup(kind string) orrery.Rule }
	block     *journal.Replayed
	seq       orrery.BlockSeq
	rules     []orrery.Rule
}

func (k *ruleBook) of(b *journal.Replayed, row int) *orrery.Rule {
	if k.block != b || k.seq != b.Seq {
		k.block, k.seq, k.rules = b, b.Seq, k.rules[:0]
		for _, kind := range b.Kinds {
			k.rules = append(k.rules, k.catalogue.Lookup(kind))
		}
	}
	return &k.rules[b.Kind[row]]
}

// readMarks finds who came when, opens the texts, and finds whose activities they are.
func (r *partnersReckoning) readMarks(ctx context.Context) error {
	type seen struct {
		member orrery.MemberID
		day    orrery.Day
	}
	type mark struct {
		seen
		arrival
		partner.Deed
	}
	var rows []seen // of a block; those of nobody are not asked for
	var marks []mark
	c, rules := r.newComing(), ruleBook{catalogue: r.builder.state.catalogue}
	err := r.each(ctx, func(b *journal.Replayed, row int, m orrery.MemberID, day orrery.Day) {
		if rows == nil {
			rows = make([]seen, b.N)
		}
		rows[row] = seen{m, day}
		c.add(rules.of(b, row), b, row, m, day)
	}, func(b *journal.Replayed) error {
		if rows == nil {
			return nil
		}
		err := r.journal.Entries(ctx, b, func(row int) bool { return rows[row].member != 0 }, func(row int, e *journal.Entry) error {
			at, how := r.matcher.Activity(e.Partner, e.PromptedBy, r.sources[b.Import], e.ObjectID)
			if at >= 0 && at < len(r.list) {
				marks = append(marks, mark{rows[row], arrival{at, how}, partner.Deed{AtMicros: e.AtMicros, Block: b.Seq, Row: uint32(row), How: how}})
			}
			return nil
		})
		rows = nil
		return err
	})
	r.take(c)
	for i := range marks {
		r.mark(marks[i].member, marks[i].day, marks[i].arrival, marks[i].Deed)
	}
	for m, at := range r.domains {
		if _, here := r.first[m]; !here {
			continue
		}
		r.theirs[m] |= 1 << at
		if _, known := r.brought[m]; !known {
			r.brought[m] = arrival{at, partner.ByDomain}
		}
	}
	return err
}

func (r *partnersReckoning) mark(m orrery.MemberID, day orrery.Day, a arrival, d partner.Deed) {
	r.marked[a.of]++
	if r.deeds[a.of] = append(r.deeds[a.of], d); len(r.deeds[a.of]) > 4*partner.MostKept {
		r.deeds[a.of] = partner.NewestDeeds(r.deeds[a.of])
	}
	r.theirs[m] |= 1 << a.of
	if day == r.first[m] { // whatever the order within it
		if known, ok := r.brought[m]; !ok || cmp.Or(cmp.Compare(a.how, known.how), cmp.Compare(a.of, known.of)) < 0 {
			r.brought[m] = a
		}
	}
	if day <= r.first[m]+creditDays {
		r.touches = append(r.touches, touch{m, d.AtMicros, a.of})
	}
}

// readTheirThings finds what partners' people acted on and spoke in.
func (r *partnersReckoning) readTheirThings(ctx context.Context) error {
	return r.each(ctx, func(b *journal.Replayed, row int, m orrery.MemberID, _ orrery.Day) {
		if set := r.theirs[m]; set != 0 {
			if mark := b.OnObject[row]; mark != 0 {
				r.objects[mark] |= set
			}
			if mark := b.InThread[row]; mark != 0 {
				r.threads[mark] |= set
			}
		}
	}, nil)
}

// readSharedThings finds where others were too.
func (r *partnersReckoning) readSharedThings(ctx context.Context) error {
	return r.each(ctx, func(b *journal.Replayed, row int, m orrery.MemberID, _ orrery.Day) {
		met := func(things, both map[uint64]uint64, newest map[uint64]partner.Deed, mark uint64) {
			if set := things[mark] &^ r.theirs[m]; mark != 0 && set != 0 {
				both[mark] |= set
				r.others[m] |= set
				if last, ok := newest[mark]; !ok || b.AtMicros[row] > last.AtMicros {
					newest[mark] = partner.Deed{AtMicros: b.AtMicros[row], Block: b.Seq, Row: uint32(row)}
				}
			}
		}
		met(r.objects, r.both, r.onBoth, b.OnObject[row])
		met(r.threads, r.bothSpoke, r.inBoth, b.InThread[row])
	}, nil)
}
