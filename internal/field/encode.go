package field

import (
	"encoding/binary"
	"math"

	"orrery.dev/orrery"
)

// cellSize is what a cell takes in a snapshot and in what is hashed.
const cellSize = 4 + 2 + 2 + 4 + 4 + 1 + 4 + 4 + 2*seriesSize + 2*4*int(orrery.Strategies)

const seriesSize = 4*8 + 8 + 4 + 4 + 2 + 3*2

// put writes a cell without its chain, little-endian, in the order of fields
// that snapshot version 1 and the hash fix.
func (c *Cell) put(b []byte) {
	_ = b[cellSize-1]
	le := binary.LittleEndian
	le.PutUint32(b, uint32(c.member))
	le.PutUint16(b[4:], uint16(c.planet))
	le.PutUint16(b[6:], c.kind)
	le.PutUint32(b[8:], uint32(c.day))
	le.PutUint32(b[12:], uint32(c.count))
	b[16] = byte(c.flags)
	le.PutUint32(b[17:], c.Reach)
	le.PutUint32(b[21:], math.Float32bits(c.Repelled))
	c.Any.put(b[25:])
	c.Qualifying.put(b[25+seriesSize:])
	b = b[25+2*seriesSize:]
	for i := range c.Given {
		le.PutUint32(b[8*i:], math.Float32bits(c.Given[i]))
		le.PutUint32(b[8*i+4:], math.Float32bits(c.Received[i]))
	}
}

func (c *Cell) get(b []byte) {
	_ = b[cellSize-1]
	le := binary.LittleEndian
	c.member = orrery.MemberID(le.Uint32(b))
	c.planet = orrery.PlanetID(le.Uint16(b[4:]))
	c.kind = le.Uint16(b[6:])
	c.day = orrery.Day(le.Uint32(b[8:]))
	c.count = tally(le.Uint32(b[12:]))
	c.flags = dayFlags(b[16])
	c.Reach = le.Uint32(b[17:])
	c.Repelled = math.Float32frombits(le.Uint32(b[21:]))
	c.Any.get(b[25:])
	c.Qualifying.get(b[25+seriesSize:])
	b = b[25+2*seriesSize:]
	for i := range c.Given {
		c.Given[i] = math.Float32frombits(le.Uint32(b[8*i:]))
		c.Received[i] = math.Float32frombits(le.Uint32(b[8*i+4:]))
	}
}

func (s *Series) put(b []byte) {
	_ = b[seriesSize-1]
	le := binary.LittleEndian
	le.PutUint64(b, math.Float64bits(s.D[0]))
	le.PutUint64(b[8:], math.Float64bits(s.D[1]))
	le.PutUint64(b[16:], math.Float64bits(s.D[2]))
	le.PutUint64(b[24:], math.Float64bits(s.D[3]))
	le.PutUint64(b[32:], s.Map)
	le.PutUint32(b[40:], uint32(s.First))
	le.PutUint32(b[44:], uint32(s.Last))
	le.PutUint16(b[48:], s.Gap)
	le.PutUint16(b[50:], s.Periods[0])
	le.PutUint16(b[52:], s.Periods[1])
	le.PutUint16(b[54:], s.Periods[2])
}

func (s *Series) get(b []byte) {
	_ = b[seriesSize-1]
	le := binary.LittleEndian
	s.D[0] = math.Float64frombits(le.Uint64(b))
	s.D[1] = math.Float64frombits(le.Uint64(b[8:]))
	s.D[2] = math.Float64frombits(le.Uint64(b[16:]))
	s.D[3] = math.Float64frombits(le.Uint64(b[24:]))
	s.Map = le.Uint64(b[32:])
	s.First = orrery.Day(le.Uint32(b[40:]))
	s.Last = orrery.Day(le.Uint32(b[44:]))
	s.Gap = le.Uint16(b[48:])
	s.Periods[0] = le.Uint16(b[50:])
	s.Periods[1] = le.Uint16(b[52:])
	s.Periods[2] = le.Uint16(b[54:])
}
