package view

import (
	"cmp"
	"context"
	"encoding/binary"
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/partner"
)

// MapPartner is a partner outside the rim of the map, through whom people on it were
// first seen.
type MapPartner struct {
	Slug, Name string
	Angle      float64 // in radians clockwise from three o'clock: a bound between sectors, as long as there are enough
	People     int     // on the map
	Near       int     // of them, in the core or the inner orbit
}

// shownPartners is how many partners stand around the map: those with most people.
const shownPartners = 8

// partnered keeps the newest maps with partners, so that they are joined once.
type partnered struct {
	mu   sync.Mutex
	kept map[moment]*partneredMap
}

type partneredMap struct {
	of         *Map      // without partners
	made       time.Time // of the figures of partners
	generation int64     // of their names
	chart      *Map
}

func (p *partnered) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.kept)
}

// withPartners sets partners around a map, by what was last reckoned of them. Who was
// first seen through whom does not change with the day: of a day past it is whoever
// had come by then.
func (d *Desk) withPartners(ctx context.Context, p orrery.Planet, asOf orrery.Day, m *Map) (*Map, error) {
	list, err := d.system.Partners(ctx)
	if err != nil || len(list) == 0 {
		return m, err
	}
	past, err := d.partnersPast(ctx, p, 0, 0)
	if err != nil || !past.There {
		return m, err
	}
	generation, err := d.system.Generation(ctx)
	if err != nil {
		return nil, err
	}
	at, all := moment{p.ID, asOf}, &d.partnered
	all.mu.Lock()
	defer all.mu.Unlock()
	if k := all.kept[at]; k != nil && k.of == m && k.made.Equal(past.Made) && k.generation == generation {
		return k.chart, nil
	}
	if all.kept == nil || len(all.kept) > pastKept {
		all.kept = map[moment]*partneredMap{}
	}
	chart := m.around(list, &past.Value)
	all.kept[at] = &partneredMap{m, past.Made, generation, chart}
	return chart, nil
}

// around returns the map with those partners around it through whom most of its
// people were first seen, the first of whom is told first. It leaves m as it is.
func (m *Map) around(list []partner.Partner, past *partner.Past) *Map {
	names := make(map[string]string, len(list))
	for i := range list {
		names[list[i].Slug] = list[i].Name()
	}
	rank := make(map[orrery.MemberID]int, len(m.People))
	for i := range m.People {
		rank[m.People[i].ID] = i
	}
	type bringer struct {
		MapPartner
		ranks  []int
		toward float64
	}
	var all []bringer
	for i := range past.Partners {
		seen := &past.Partners[i]
		b := bringer{MapPartner: MapPartner{Slug: seen.Slug, Name: names[seen.Slug]}}
		x, y := 0., 0.
		for _, a := range seen.Brought {
			at, here := rank[a.Member]
			if !here || a.Day > m.Planet.AsOf {
				continue
			}
			b.ranks = append(b.ranks, at)
			weight := .01
			if m.People[at].Level >= orrery.Inner {
				b.Near++
				weight = 1
			}
			sin, cos := math.Sincos(m.angle(at))
			x, y = x+weight*cos, y+weight*sin
		}
		if b.People, b.toward = len(b.ranks), math.Atan2(y, x); b.People > 0 && b.Name != "" {
			all = append(all, b)
		}
	}
	if len(all) == 0 {
		return m
	}
	slices.SortStableFunc(all, func(a, b bringer) int { return cmp.Or(cmp.Compare(b.People, a.People), cmp.Compare(a.Slug, b.Slug)) })
	all = all[:min(shownPartners, len(all))]
	out := *m
	out.Data = slices.Clone(m.Data)
	hash := fnv.New64a()
	bounds := m.bounds(len(all))
	for i := range all {
		b := &all[i]
		near := 0
		for at := range bounds {
			if angleApart(bounds[at], b.toward) < angleApart(bounds[near], b.toward) {
				near = at
			}
		}
		b.Angle = bounds[near]
		bounds = slices.Delete(bounds, near, near+1)
		for _, at := range b.ranks {
			out.Data[mapHeader+mapPerPoint*at+mapPartnerAt] = uint8(i)
		}
		out.Partners = append(out.Partners, b.MapPartner)
		hash.Write([]byte(b.Slug + "\x00" + b.Name + "\x00"))
	}
	hash.Write(out.Data)
	hash.Write([]byte(m.Version))
	out.Version = strconv.FormatUint(hash.Sum64(), 36)
	return &out
}

// angle is where somebody stands, in radians.
func (m *Map) angle(rank int) float64 {
	return 2 * math.Pi * float64(binary.LittleEndian.Uint16(m.Data[mapHeader+mapPerPoint*rank:])) / 65535
}

// bounds are at least n angles at which something may stand outside the rim: between
// sectors, and evenly around where there are fewer.
func (m *Map) bounds(n int) (angles []float64) {
	if len(m.Sectors) > 1 && len(m.Sectors) >= n {
		for _, s := range m.Sectors {
			angles = append(angles, s.From-mapSpacing/2)
		}
		return angles
	}
	for i := range max(n, 4) {
		angles = append(angles, mapStart+2*math.Pi*float64(i)/float64(max(n, 4)))
	}
	return angles
}

// angleApart is how far two angles are from each other, 0–π.
func angleApart(a, b float64) float64 {
	return math.Abs(math.Remainder(a-b, 2*math.Pi))
}
