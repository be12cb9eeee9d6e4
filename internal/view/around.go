package view

import (
	"cmp"
	"context"
	"encoding/binary"
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/purpose"
)

// Around is a map with something else than a brand in the middle: a purpose, with
// the brands and partners that serve it and the people placed by what they gave; or
// a person, with the planets that they turn to, the nearer the more of their days.
type Around struct {
	*Map
	Centre string // what stands in the middle, in words
	Bodies []Body
	Rings  []string // what the four bands stand for, from the middle out
	Ringed []int    // how many are in each

	Purpose *Purpose // in the middle, or nil
	Givers  []PurposeGiver

	Person *Row // in the middle, or nil
	Turns  []Turn
}

// Body is a brand or a partner on a map around something else.
type Body struct {
	Kind          string // "brand" or "partner"
	Name          string
	Note          string  // "41% of their days"
	Planet        Planet  // of a brand
	Angle, Radius float64 // in radians clockwise from three o'clock; as a share of the picture's
	Size          float64 // 0–1
	Level         orrery.Level
}

// Turn is how much of somebody's attention a planet has.
type Turn struct {
	Planet     Planet
	Days       int     // of the last 365 on which they came
	Share      float64 // of their days, over all planets
	Weight     float64 // what the activities were worth, 0–10 each
	WeighShare float64
	Activities int
	People     []Neighbour // whom they met there, most often first
}

// keptAround is a map as it was made last.
type keptAround struct {
	around     *Around
	generation int64
	made       time.Time
	took       time.Duration
}

const mostArounds = 8

// keptMap returns a map that was made of the same data or moments ago, or makes it.
func (d *Desk) keptMap(ctx context.Context, key string, make_ func() (*Around, error)) (*Around, error) {
	generation, err := d.system.Generation(ctx)
	if err != nil {
		return nil, err
	}
	key += " " + d.system.Now().String()
	d.figures.mu.Lock()
	k := d.figures.maps[key]
	d.figures.mu.Unlock()
	if k != nil && (k.generation == generation || time.Since(k.made) < freshFor(k.took)) {
		return k.around, nil
	}
	began := time.Now()
	a, err := make_()
	if err != nil {
		return nil, err
	}
	d.figures.mu.Lock()
	defer d.figures.mu.Unlock()
	if d.figures.maps == nil || len(d.figures.maps) >= mostArounds {
		d.figures.maps = map[string]*keptAround{}
	}
	d.figures.maps[key] = &keptAround{a, generation, time.Now(), time.Since(began)}
	return a, nil
}

// MapAroundPurpose returns the map with a purpose in the middle, as of a day (0: as
// screens answer). ErrMaking while its figures are being counted.
func (d *Desk) MapAroundPurpose(ctx context.Context, slug string, asOf orrery.Day, patience time.Duration) (*Around, error) {
	p, f, err := d.purpose(ctx, slug, asOf, patience)
	if err != nil {
		return nil, err
	}
	if !p.There {
		return nil, ErrMaking
	}
	key := "purpose " + strconv.FormatInt(p.Number, 10) + " " + strconv.FormatInt(p.Version, 10) + " " + p.AsOf.String() + " " + p.Made.String()
	return d.keptMap(ctx, key, func() (*Around, error) { return d.aroundPurpose(ctx, &p, f) })
}

func (d *Desk) aroundPurpose(ctx context.Context, p *Purpose, f *purposeFigure) (*Around, error) {
	a := &Around{Centre: p.Name(), Purpose: p, Givers: giversOf(f)}
	wanted := make(map[orrery.MemberID]bool, len(a.Givers))
	for _, g := range a.Givers {
		wanted[g.ID] = true
	}
	names, err := d.namesOf(ctx, wanted)
	if err != nil {
		return nil, err
	}
	home, reach, err := d.homes(ctx, p, wanted)
	if err != nil {
		return nil, err
	}
	var sectors []Sector
	for _, b := range p.Brands {
		sectors = append(sectors, Sector{Circle: cmp.Or(b.Title, b.Name)})
	}
	scale := newGiftScale(a.Givers)
	people := make([]MapPerson, 0, len(a.Givers))
	for i := range a.Givers {
		g := &a.Givers[i]
		g.Name = names[g.ID]
		now, level := scale.at(scale.gift(g))
		was, wasLevel := scale.at(scale.before(g))
		if level == orrery.OutOfOrbit { // they gave to another measure
			now, level = 1, orrery.Edge
			was, wasLevel = now, level
		}
		people = append(people, MapPerson{
			ID: g.ID, Name: g.Name, Closeness: now, Level: level, Was: was, WasLevel: wasLevel, Reach: reach[g.ID],
			Sector: home[g.ID], Alike: cohort(g.First), Newcomer: p.AsOf-g.First < lookBack,
		})
	}
	centre := Planet{Name: p.Slug, Title: p.Name(), AsOf: p.AsOf}
	a.Map = LayOut(centre, people, sectors)
	if len(p.Measures) > 0 {
		a.Rings = scale.rings(&p.Measures[0])
	}
	for _, b := range a.Bands {
		a.Ringed = append(a.Ringed, b.People)
	}
	for i, b := range p.Brands {
		if i < len(a.Sectors) {
			s := &a.Sectors[i]
			a.Bodies = append(a.Bodies, Body{
				Kind: "brand", Name: cmp.Or(b.Title, b.Name), Planet: b, Note: peopleGave(s.People),
				Angle: (s.From + s.To) / 2, Radius: mapRadii[1], Size: 1,
			})
		}
	}
	a.addPartners(p.Partners)
	return a, nil
}

func peopleGave(n int) string {
	if n == 1 {
		return "1 person gave"
	}
	return strconv.Itoa(n) + " people gave"
}

// homes tells for each giver the brand around which they are nearest now, and their
// reach there.
func (d *Desk) homes(ctx context.Context, p *Purpose, wanted map[orrery.MemberID]bool) (home map[orrery.MemberID]uint8, reach map[orrery.MemberID]float64, err error) {
	home, reach = make(map[orrery.MemberID]uint8, len(wanted)), make(map[orrery.MemberID]float64, len(wanted))
	best := make(map[orrery.MemberID]float64, len(wanted))
	err = d.system.Read(ctx, func(st *flow.State) error {
		for i, b := range p.Brands {
			planet, err := d.planetByID(b.ID)
			if err != nil {
				continue
			}
			for m := range wanted {
				r, ok := st.Engine.Read(orbitOf(m, b.ID), st.Forecast(planet), b.AsOf)
				if !ok || !r.HasCome {
					continue
				}
				reach[m] = max(reach[m], float64(r.Reach))
				if near := r.Closeness + r.Return + 1e-3; near > best[m] {
					best[m], home[m] = near, uint8(i)
				}
			}
		}
		return nil
	})
	return home, reach, err
}

// addPartners sets partners outside of the rim, on the bounds between sectors first.
func (a *Around) addPartners(partners []string) {
	n := len(partners)
	for i, slug := range partners {
		angle := mapStart + 2*math.Pi*float64(i)/float64(max(1, n))
		if s := len(a.Sectors); s > 1 && n <= s {
			angle = a.Sectors[i].From - mapSpacing/2
		}
		a.Bodies = append(a.Bodies, Body{Kind: "partner", Name: Worded(slug), Angle: angle, Radius: PartnerRadius, Size: .5})
	}
}

// PartnerRadius is where partners stand, beyond the names on the rim, as a share
// of the picture's radius.
const PartnerRadius = 1.15

// Worded makes words of a slug: "radio-nordvind" becomes "Radio nordvind".
func Worded(slug string) string { return (&purpose.Purpose{Slug: slug}).Name() }

// A giftScale places people by what they gave to a purpose's first measure: in four
// bands between round amounts, by its logarithm within.
type giftScale struct {
	cuts [3]float64
	most float64
}

// gift is what they gave; where the first measure counts people, how often.
func (s *giftScale) gift(g *PurposeGiver) float64 {
	if len(g.Amounts) == 0 {
		return 0
	}
	return float64(g.Amounts[0])
}

// before is what they had given before the last 90 days.
func (s *giftScale) before(g *PurposeGiver) float64 {
	if len(g.Amounts) == 0 {
		return 0
	}
	return float64(g.Amounts[0] - g.Lately[0])
}

// newGiftScale cuts where about one in twenty, one in five and one in two gave more,
// at the next round amount.
func newGiftScale(givers []PurposeGiver) *giftScale {
	s := &giftScale{}
	gifts := make([]float64, 0, len(givers))
	for i := range givers {
		if v := s.gift(&givers[i]); v > 0 {
			gifts = append(gifts, v)
		}
	}
	slices.SortFunc(gifts, func(a, b float64) int { return cmp.Compare(b, a) })
	if len(gifts) == 0 {
		return s
	}
	s.most = gifts[0]
	for i, share := range []float64{.05, .2, .5} {
		s.cuts[i] = roundAmount(gifts[int(share*float64(len(gifts)-1))])
	}
	for i := 1; i < 3; i++ { // bands that differ
		if s.cuts[i] >= s.cuts[i-1] {
			s.cuts[i] = roundAmount(s.cuts[i-1] * .55)
		}
	}
	return s
}

// roundAmount is the nearest of 1, 2, 3, 5 times a power of ten that is not above.
func roundAmount(v float64) float64 {
	if v <= 0 {
		return 0
	}
	power := math.Pow(10, math.Floor(math.Log10(v)+1e-9))
	for _, step := range []float64{5, 3, 2} {
		if step*power <= v*(1+1e-9) {
			return step * power
		}
	}
	return power
}

// at is where a gift lies: as a closeness within the band of its level.
func (s *giftScale) at(gift float64) (float64, orrery.Level) {
	if gift <= 0 {
		return 0, orrery.OutOfOrbit
	}
	high := s.most
	for i, cut := range s.cuts {
		if gift >= cut && cut > 0 {
			low, top := mapCuts[i+1], mapCuts[i]
			share := 1.0
			if high > cut {
				share = math.Log(gift/cut) / math.Log(high/cut)
			}
			return low + min(1, share)*(top-low)*.98, orrery.Core - orrery.Level(i)
		}
		high = cut
	}
	share := 1.0
	if high > 0 {
		share = max(.02, 1+math.Log(gift/high)/math.Log(20))
	}
	return mapCuts[3] * min(1, share) * .98, orrery.Edge
}

// rings say what the bands stand for.
func (s *giftScale) rings(m *purpose.Measure) []string {
	write := func(v float64) string {
		if m.Takes != purpose.Sum {
			return m.Number(purpose.Amount(v)) + "×"
		}
		return m.Write(purpose.Amount(v))
	}
	if s.cuts[2] <= 0 {
		return []string{"", "", "", ""}
	}
	return []string{write(s.cuts[0]) + " or more", write(s.cuts[1]) + " or more", write(s.cuts[2]) + " or more", "less, or otherwise"}
}

// finish encodes a map whose people stand at places of their own.
func (a *Around) finish(at [][2]float64) {
	m := a.Map
	data := make([]byte, mapHeader, mapHeader+mapPerPoint*len(m.People))
	copy(data, "ORB1")
	binary.LittleEndian.PutUint32(data[4:], uint32(len(m.People)))
	hash := fnv.New64a()
	for i, p := range m.People {
		radius := min(.985, math.Hypot(at[i][0], at[i][1]))
		angle := math.Atan2(at[i][1], at[i][0]) - mapTwist*(1-radius)
		data = binary.LittleEndian.AppendUint16(data, share16(math.Mod(angle/(2*math.Pi)+3, 1)))
		data = binary.LittleEndian.AppendUint16(data, share16(radius))
		data = binary.LittleEndian.AppendUint16(data, share16(radius))
		data = binary.LittleEndian.AppendUint16(data, share16(.15))
		data = append(data, uint8(p.Way), p.Sector, noPartner, 0)
		hash.Write([]byte(p.Name))
		hash.Write(binary.LittleEndian.AppendUint32(nil, uint32(p.ID)))
	}
	hash.Write(data)
	m.Data, m.Version = data, strconv.FormatUint(hash.Sum64(), 36)
}

// mapTwist is by how much the picture turns what is nearer, in radians: the browser
// adds it to every angle.
const mapTwist = .42

// AsOf is the day that the map is told as of.
func (a *Around) AsOf() orrery.Day { return a.Map.Planet.AsOf }
