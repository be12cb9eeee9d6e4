package view

import (
	"cmp"
	"encoding/binary"
	"hash/fnv"
	"math"
	"slices"
	"strconv"

	"orrery.dev/orrery"
)

// The picture's shape, in shares of its radius. Radii bound the four bands from
// the planet outwards; neighbouring bands leave a gap of 2·mapGap.
var mapRadii = [...]float64{.165, .345, .545, .765, 1}

// mapCuts are the closenesses at the bands' bounds, nearest first.
var mapCuts = [...]float64{100, 70, 35, 10, 0}

const (
	mapGap       = .024
	mapVisible   = .018 // a change of radius that the eye sees; smaller ones are coloured as still,
	mapWorth     = 1    // and so are changes of closeness under a point
	mapEdge      = 10   // how strongly the edge is stretched
	mapSpacing   = .05  // radians between sectors
	mapStart     = -math.Pi/2 - .3
	mapHeader    = 16
	mapPerPoint  = 12
	mapPartnerAt = 10 // where a person's partner stands in their twelve
)

// Flags of a person in the wire format.
const (
	mapCloser = 1 << iota
	mapFarther
	mapNewcomer
)

// noPartner stands for nobody in the wire format's partner byte, which else is an
// index into Map.Partners.
const noPartner = 255

// LayOut makes the map of a planet: it orders the people, places everybody and
// writes the wire format. People who are not in orbit are left out. Sectors
// give Circle and Way and are completed; a MapPerson.Sector out of range counts
// as the last. The same input gives the same picture, and a person's place in
// their sector depends on nobody else.
//
// The wire format, little-endian: "ORB1", uint32 n, 8 bytes zero, then for each
// person, nearest first, uint16 angle (of a turn, clockwise from three o'clock),
// uint16 radius 90 days ago, uint16 radius now, uint16 size, uint8 way, uint8
// sector, uint8 partner through whom they were first seen (255: none), uint8 flags (1 came closer, 2 moved
// farther, 4 newcomer). Angles, radii and sizes are shares of 65,535.
func LayOut(planet Planet, people []MapPerson, sectors []Sector) *Map {
	m := &Map{Planet: planet, Sectors: slices.Clone(sectors)}
	for _, p := range people {
		if p.Level == orrery.OutOfOrbit || len(sectors) == 0 {
			continue
		}
		p.Sector = min(p.Sector, uint8(len(sectors)-1))
		m.People = append(m.People, p)
	}
	slices.SortFunc(m.People, func(a, b MapPerson) int {
		return cmp.Or(cmp.Compare(b.Closeness, a.Closeness), cmp.Compare(a.ID, b.ID))
	})
	m.countBands()
	m.divide()
	m.encode()
	hash := fnv.New64a()
	hash.Write(m.Data)
	for _, p := range m.People {
		hash.Write([]byte(p.Name))
		hash.Write(binary.LittleEndian.AppendUint32(nil, uint32(p.ID)))
	}
	m.Version = strconv.FormatUint(hash.Sum64(), 36)
	return m
}

func (m *Map) countBands() {
	for _, l := range []orrery.Level{orrery.Core, orrery.Inner, orrery.Outer, orrery.Edge} {
		m.Bands = append(m.Bands, Band{Level: l})
	}
	for _, p := range m.People {
		now := &m.Bands[orrery.Core-p.Level]
		now.People++
		switch {
		case p.Level > p.WasLevel:
			now.In++
			if p.WasLevel != orrery.OutOfOrbit {
				m.Moves.In++
			}
		case p.Level < p.WasLevel:
			m.Bands[orrery.Core-p.WasLevel].Out++
			m.Moves.Out++
		}
	}
}

// divide gives each sector an angle that grows slower than its people, so that
// small ones stay readable.
func (m *Map) divide() {
	for _, p := range m.People {
		m.Sectors[p.Sector].People++
	}
	const least = .02 // of the average sector, for one that is empty
	total := 0.0
	share := make([]float64, len(m.Sectors))
	for i, s := range m.Sectors {
		share[i] = math.Pow(float64(s.People)+least*float64(len(m.People)+1), .7)
		total += share[i]
	}
	at := mapStart
	for i := range m.Sectors {
		wide := share[i] / total * 2 * math.Pi
		m.Sectors[i].From, m.Sectors[i].To = at+mapSpacing/2, at+wide-mapSpacing/2
		at += wide
	}
}

func (m *Map) encode() {
	data := make([]byte, mapHeader, mapHeader+mapPerPoint*len(m.People))
	copy(data, "ORB1")
	binary.LittleEndian.PutUint32(data[4:], uint32(len(m.People)))
	reachMost := 0.0
	for _, p := range m.People {
		reachMost = max(reachMost, p.Reach)
	}
	for _, p := range m.People {
		s := &m.Sectors[p.Sector]
		before, now := mapRadius(p.Was, p.WasLevel), mapRadius(p.Closeness, p.Level)
		flags := uint8(0)
		switch change := before - now; {
		case math.Abs(p.Closeness-p.Was) < mapWorth && p.WasLevel != orrery.OutOfOrbit:
			m.Moves.Still++
		case change > mapVisible:
			flags |= mapCloser
			m.Moves.Closer++
			s.In++
		case change < -mapVisible:
			flags |= mapFarther
			m.Moves.Farther++
			s.Out++
		default:
			m.Moves.Still++
		}
		if p.Newcomer {
			flags |= mapNewcomer
		}
		s.Trend += p.Closeness - p.Was
		angle := s.From + mapPlace(p.ID, p.Alike)*(s.To-s.From)
		data = binary.LittleEndian.AppendUint16(data, share16(math.Mod(angle/(2*math.Pi)+2, 1)))
		data = binary.LittleEndian.AppendUint16(data, share16(before))
		data = binary.LittleEndian.AppendUint16(data, share16(now))
		data = binary.LittleEndian.AppendUint16(data, share16(mapSize(p.Reach, reachMost)))
		data = append(data, uint8(p.Way), p.Sector, noPartner, flags)
	}
	for i := range m.Sectors {
		m.Sectors[i].Trend /= float64(max(1, m.Sectors[i].People))
	}
	m.Data = data
}

// mapRadius places a closeness inside the band of its level, evenly, but by its
// logarithm at the edge, where most people are far below one point: who keeps a level
// for the last of its fortnight stands at the band's outer bound. Out of orbit
// is the rim.
func mapRadius(closeness float64, level orrery.Level) float64 {
	if level == orrery.OutOfOrbit {
		return 1
	}
	band := int(orrery.Core - level)
	inner, outer := mapRadii[band]+mapGap, mapRadii[band+1]-mapGap
	switch level {
	case orrery.Core:
		inner = mapRadii[0]
	case orrery.Edge:
		outer = mapRadii[4]
	}
	high, low := mapCuts[band], mapCuts[band+1]
	closeness = max(low, min(high, closeness))
	away := (high - closeness) / (high - low)
	if level == orrery.Edge {
		away = 1 - math.Log1p(mapEdge*closeness)/math.Log1p(mapEdge*high)
	}
	return inner + away*(outer-inner)
}

// mapPlace returns where in their sector somebody stands, 0–1: near those they
// are alike to, or anywhere.
func mapPlace(id orrery.MemberID, alike uint64) float64 {
	one, two := unit(mix(uint64(id)*2+1)), unit(mix(uint64(id)*2+2)) // independent, in (0, 1)
	if alike == 0 {
		return one
	}
	key := mix(alike)
	centre, spread := .08+.84*unit(key), .03+.05*unit(mix(key))
	normal := math.Sqrt(-2*math.Log(one)) * math.Cos(2*math.Pi*two)
	at := math.Abs(centre + spread*normal)
	if at > 1 {
		at = 2 - at
	}
	return max(0, min(1, at))
}

// mapSize grows with the logarithm of reach, 0–1: a few reach very many.
func mapSize(reach, most float64) float64 {
	if reach <= 0 || most <= 0 {
		return 0
	}
	return math.Pow(math.Log1p(reach)/math.Log1p(most), 2)
}

func share16(v float64) uint16 { return uint16(math.Round(65535 * max(0, min(1, v)))) }

// mix is the finalizer of SplitMix64 (Steele, Lea, Flood 2014): it turns ids in
// a row into unrelated numbers.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func unit(x uint64) float64 { return (float64(x>>11) + .5) / (1 << 53) }
