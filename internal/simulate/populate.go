package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"orrery.dev/orrery"
)

// platform is where people are known by an account of their own.
type platform int

const (
	mail platform = iota // newsletter, magazine, events, pledges: known by the address
	forum
	shop
	code
	soundmap
	platforms
)

// platformFacts tell how each platform names things.
var platformFacts = [platforms]struct {
	namespace, source, actorType string
	stated                       float64 // share of accounts whose address the source tells
}{
	mail:     {"letters.tarnwick.example", "sample/letters", orrery.TypeEmail, 1},
	forum:    {"forum.tarnwick.example", "sample/forum", "login", .9},
	shop:     {"shop.tarnwick.example", "sample/shop", "user_id", 1},
	code:     {"code.tarnwick.example", "sample/code", "login", .7},
	soundmap: {"map.tarnwick.example", "sample/map", "login", .85},
}

// How many there are of each role; the rest of peopleCount is ordinary.
const (
	peopleCount       = 5200
	dailyLikerCount   = 36
	onlyPromptedCount = 240
	yearlyCount       = 210
	botCount          = 5
	teammateCount     = 16
)

// brought says when and to whom each partner brought people: Radio Nordvind
// in a series of broadcasts a year ago, the museum with an exhibition that runs.
var brought = []struct {
	from, to int // days before the end
	circles  []int
	share    float64 // of those who arrive in these circles in that time
}{
	{420, 300, []int{5, 8, 11, 12}, .65},
	{100, 0, []int{0, 7, 10, 13}, .3},
}

// populating holds what making the people needs.
type populating struct {
	w      *World
	rng    *rand.Rand
	taken  map[string]int
	shares table
	days   []table // of arrivals, by circle
}

func populate(w *World) []Person {
	g := &populating{w: w, rng: rand.New(rand.NewPCG(w.seed, 1)), taken: map[string]int{}}
	shares := make([]float64, len(circles))
	for i, c := range circles {
		shares[i] = c.share
		g.days = append(g.days, g.arrivals(i))
	}
	g.shares = newTable(shares)

	all := make([]Person, 0, peopleCount)
	add := func(role Role, n int) {
		for range n {
			all = append(all, g.person(role))
		}
	}
	add(DailyLiker, dailyLikerCount)
	add(OnlyPrompted, onlyPromptedCount)
	add(Yearly, yearlyCount)
	for i := range teammateCount {
		all = append(all, g.teammate(i))
	}
	for i := range botCount {
		all = append(all, g.bot(i))
	}
	add(Ordinary, peopleCount-len(all))
	return all
}

// arrivals weighs the days on which people of a circle come: slowly more, in
// spring where the yearly event draws them, and many to the circle that falls
// in; none before one of the circle's planets is open.
func (g *populating) arrivals(circleIndex int) table {
	c := &circles[circleIndex]
	weights := make([]float64, historyDays)
	for i := range weights {
		day := g.w.Start + orrery.Day(i)
		var open, total float64
		for k, share := range c.planets {
			total += share
			if day >= g.w.Planets[k].Opened {
				open += share
			}
		}
		weight := open / total * (.8 + .5*float64(i)/historyDays)
		for _, event := range g.w.gatherings {
			if before := float64(event - day); before > -10 && before < 60 {
				weight += c.planets[wakesong] / total * 4
			}
		}
		left := int(g.w.End - day)
		for _, l := range launches {
			if since := l.before - left; since >= 0 && since < 21 {
				weight += 1.5 * c.planets[recorders] / total
			}
		}
		if left < turnDays {
			switch circleIndex {
			case fallingIn:
				weight *= 2.5
			case drifting:
				weight *= .35
			}
		}
		weights[i] = weight
	}
	return newTable(weights)
}

func (g *populating) person(role Role) Person {
	rng := g.rng
	p := Person{Role: role, Circle: g.shares.pick(rng), Second: -1, Partner: -1}
	if role == Yearly {
		p.Circle = []int{5, 7, 12, 12, 12}[rng.IntN(5)]
	}
	if rng.Float64() < .14 {
		if second := g.shares.pick(rng); second != p.Circle {
			p.Second = second
		}
	}
	p.Arrived = g.w.Start + orrery.Day(g.days[p.Circle].pick(rng))
	switch {
	case role == Yearly && rng.Float64() < .6:
		p.Arrived = g.w.Start + orrery.Day(rng.IntN(10))
	case role == DailyLiker:
		p.Arrived = g.w.End - orrery.Day(60+rng.IntN(700))
	case role == OnlyPrompted:
		p.Arrived = min(p.Arrived, g.w.End-120)
	}
	g.temper(&p)
	g.bringer(&p)
	g.name(&p)
	return p
}

// temper gives a person how often and how long they come, around which planets
// and for what. Who comes often also stays long; both have heavy tails.
func (g *populating) temper(p *Person) {
	rng, c := g.rng, &circles[p.Circle]
	depth := rng.NormFloat64()
	p.rate = min(.8, logNormal(rng, -4.8+1.2*depth, .3))
	stay := lomax(rng, 1.3, math.Exp(5.2+.7*depth))
	p.leaves = g.w.End + 1
	if stay < float64(p.leaves-p.Arrived) {
		p.leaves = p.Arrived + orrery.Day(stay)
	}

	var open [planets]float64
	for k, share := range c.planets {
		if p.Arrived >= g.w.Planets[k].Opened {
			open[k] = share
		}
	}
	if p.Role == DailyLiker {
		open[wakesong] = 0
	}
	if p.Role == Yearly {
		open = [planets]float64{wakesong: 1}
	}
	for _, share := range []float64{1, .4, .2} {
		if k := pick(rng, open[:]); k >= 0 {
			p.around[k], open[k] = share, 0
		}
		if rng.Float64() < .6 {
			break
		}
	}
	for s, weight := range c.ways {
		p.ways[s] = weight * logNormal(rng, 0, .9)
	}
	for k, share := range p.around {
		p.subscribed[k] = share > 0 && (p.Role == OnlyPrompted || p.Role == Ordinary && rng.Float64() < .4)
	}
	g.accounts(p)
}

// accounts decides where a person has one: on one platform mostly, sometimes on
// two or three.
func (g *populating) accounts(p *Person) {
	p.uses[mail] = true
	if p.Role == Yearly || p.Role == OnlyPrompted {
		return
	}
	weights := [platforms]float64{
		forum:    1.2*p.around[recorders] + .4*p.around[reedbed] + .2*p.around[listening] + .8*p.around[wakesong],
		shop:     .9 * p.around[recorders],
		code:     1.5 * p.around[reedbed],
		soundmap: 1.8*p.around[listening] + .3*p.around[wakesong],
	}
	if p.Role == DailyLiker {
		weights = [platforms]float64{forum: 1}
	}
	for {
		k := pick(g.rng, weights[:])
		if k < 0 {
			return
		}
		p.uses[k], weights[k] = true, 0
		if g.rng.Float64() < .55 {
			return
		}
	}
}

func (g *populating) bringer(p *Person) {
	if p.Role != Ordinary {
		return
	}
	left := int(g.w.End - p.Arrived)
	for i, b := range brought {
		if left > b.from || left < b.to {
			continue
		}
		for _, c := range b.circles {
			if c == p.Circle && g.rng.Float64() < b.share {
				p.Partner = i
			}
		}
	}
}

// name gives a person a name, an address, a clock and identities.
func (g *populating) name(p *Person) {
	rng := g.rng
	where := rng.IntN(regions)
	if rng.Float64() < .85 {
		where = circles[p.Circle].regions[rng.IntN(len(circles[p.Circle].regions))]
	}
	from := &namesOf[where]
	given, family := from.given[rng.IntN(len(from.given))], from.family[rng.IntN(len(from.family))]
	p.Name = given + " " + family
	p.offset = from.offsets[rng.IntN(len(from.offsets))]

	first, last := plain(given), plain(family)
	local := first + "." + last
	switch rng.IntN(5) {
	case 0:
		local = first[:1] + last
	case 1:
		local = handles[rng.IntN(len(handles))] + "." + first
	}
	p.Email = g.unique(local, "@"+mailHosts[rng.IntN(len(mailHosts))])
	g.identify(p, first, last)
}

func (g *populating) identify(p *Person, first, last string) {
	rng := g.rng
	p.Keys = append(p.Keys, orrery.Key{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail, Value: p.Email})
	p.actors[mail] = orrery.Actor{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail, Value: p.Email, Name: p.Name}
	usual := ""
	for k := forum; k < platforms; k++ {
		if !p.uses[k] {
			continue
		}
		facts := &platformFacts[k]
		a := orrery.Actor{Namespace: facts.namespace, Type: facts.actorType, Name: p.Name}
		switch {
		case k == shop:
			a.Value = fmt.Sprintf("C-%05d", 10000+len(g.taken)*7)
			g.taken[a.Value]++
		case usual != "" && rng.Float64() < .6:
			a.Value = g.unique(usual, "\x00"+facts.namespace)
		default:
			handle := handles[rng.IntN(len(handles))]
			a.Value = g.unique([]string{first + "." + last, handle + "_" + first, first + last[:1], "the." + handle, handle + "." + last}[rng.IntN(5)], "\x00"+facts.namespace)
		}
		a.Value, _, _ = strings.Cut(a.Value, "\x00")
		if k != shop && usual == "" {
			usual = a.Value
		}
		if rng.Float64() < facts.stated {
			a.Email = p.Email
		}
		// Some never filled in their name.
		if k != shop && rng.Float64() < .12 {
			a.Name = ""
		}
		p.actors[k] = a
		p.Keys = append(p.Keys, orrery.Key{Namespace: a.Namespace, Type: a.Type, Value: a.Value})
	}
}

// unique returns stem and tail with the smallest number between them that
// nobody has.
func (g *populating) unique(stem, tail string) string {
	g.taken[stem+tail]++
	n := g.taken[stem+tail]
	if n == 1 {
		return stem + tail
	}
	return g.unique(fmt.Sprintf("%s%d", stem, n), tail)
}

// plain spells a name in the letters of an address.
func plain(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z':
			b.WriteRune(r)
		default:
			b.WriteString(letters[r])
		}
	}
	return b.String()
}

func (g *populating) teammate(i int) Person {
	from := &namesOf[(i*5)%regions]
	given, family := from.given[(i*7+3)%len(from.given)], from.family[(i*11+5)%len(from.family)]
	p := Person{
		Name: given + " " + family, Role: Teammate, Circle: -1, Second: -1, Partner: -1,
		Arrived: g.w.Start + orrery.Day(i*i*5), leaves: g.w.End + 1, rate: .3 + .5*g.rng.Float64(),
		offset: from.offsets[0], around: [planets]float64{1, .5, .7, .15},
		uses: [platforms]bool{mail: true, forum: true, code: i%3 == 0, soundmap: i%2 == 0},
	}
	p.Email = g.unique(plain(given), "@"+g.w.TeamDomain)
	g.identify(&p, plain(given), plain(family))
	return p
}

var botNames = [botCount]struct {
	name string
	at   platform
}{
	{"tarn-ci[bot]", code}, {"strings-sync[bot]", code}, {"welcome-wren[bot]", forum}, {"link-checker[bot]", forum}, {"species-tagger[bot]", soundmap},
}

func (g *populating) bot(i int) Person {
	b := botNames[i]
	a := orrery.Actor{Namespace: platformFacts[b.at].namespace, Type: platformFacts[b.at].actorType, Value: b.name, Name: b.name}
	p := Person{
		Name: b.name, Role: Bot, Circle: -1, Second: -1, Partner: -1, Arrived: g.w.Start + 810, leaves: g.w.End + 1, rate: .98,
		Keys: []orrery.Key{{Namespace: a.Namespace, Type: a.Type, Value: a.Value}},
	}
	p.uses[b.at], p.actors[b.at] = true, a
	return p
}
