package view

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"orrery.dev/orrery"
)

func crowd(seed uint64, n int) []MapPerson {
	r := rand.New(rand.NewPCG(seed, 1))
	people := make([]MapPerson, n)
	for i := range people {
		p := MapPerson{
			ID: orrery.MemberID(i + 1), Name: fmt.Sprint("p", i), Closeness: r.Float64() * 100, Was: r.Float64() * 100, Reach: r.Float64() * 50,
			Way: orrery.Strategy(r.IntN(6)), Sector: uint8(r.IntN(4)), Alike: uint64(r.IntN(5)), Newcomer: r.IntN(9) == 0,
		}
		p.Level, p.WasLevel = band(p.Closeness), band(p.Was)
		people[i] = p
	}
	return people
}

func band(closeness float64) orrery.Level {
	for i, low := range mapCuts[1:] {
		if closeness >= low {
			return orrery.Core - orrery.Level(i)
		}
	}
	return orrery.Edge
}

func sectors(n int) []Sector { return make([]Sector, n) }

func word(m *Map, rank, which int) float64 {
	return float64(binary.LittleEndian.Uint16(m.Data[16+12*rank+2*which:])) / 65535
}

func TestTheWireFormatHasSixteenBytesAndTwelveForEachPerson(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 7, 1000} {
		m := LayOut(Planet{}, crowd(1, n), sectors(4))
		if got, want := len(m.Data), 16+12*n; got != want {
			t.Errorf("%d people: got %d bytes, want %d", n, got, want)
		}
		if got := string(m.Data[:4]); got != "ORB1" {
			t.Errorf("got magic %q, want ORB1", got)
		}
		if got := int(binary.LittleEndian.Uint32(m.Data[4:])); got != n {
			t.Errorf("got a count of %d, want %d", got, n)
		}
	}
}

func TestPeopleStandNearestFirstAndInsideTheBandOfTheirLevel(t *testing.T) {
	t.Parallel()
	m := LayOut(Planet{}, crowd(2, 2000), sectors(4))
	for i, p := range m.People {
		if i > 0 && p.Closeness > m.People[i-1].Closeness {
			t.Fatalf("rank %d is nearer than rank %d", i, i-1)
		}
		b := int(orrery.Core - p.Level)
		radius := word(m, i, 2)
		if radius < mapRadii[b]-1e-4 || radius > mapRadii[b+1]+1e-4 {
			t.Fatalf("%s of level %s stands at %.3f, outside %.3f to %.3f", p.Name, p.Level, radius, mapRadii[b], mapRadii[b+1])
		}
		s := m.Sectors[p.Sector]
		angle := math.Mod(word(m, i, 0)*2*math.Pi-s.From+6*math.Pi, 2*math.Pi)
		if angle > s.To-s.From+1e-3 {
			t.Fatalf("%s stands outside of their sector", p.Name)
		}
	}
}

func TestWhoKeepsALevelForTheLastOfItsFortnightStandsAtItsOuterBound(t *testing.T) {
	t.Parallel()
	// Inner ends at 35; a closeness of 20 with the level Inner is inside the gap.
	m := LayOut(Planet{}, []MapPerson{{ID: 1, Closeness: 20, Level: orrery.Inner, Was: 20, WasLevel: orrery.Inner}}, sectors(1))
	if got, want := word(m, 0, 2), .545-.024; math.Abs(got-want) > 1e-4 {
		t.Errorf("got radius %.4f, want %.4f", got, want)
	}
}

func TestTheSamePeopleInAnyOrderGiveTheSameMap(t *testing.T) {
	t.Parallel()
	people := crowd(3, 500)
	want := LayOut(Planet{}, people, sectors(4))
	shuffled := slices.Clone(people)
	rand.New(rand.NewPCG(9, 9)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	got := LayOut(Planet{}, shuffled, sectors(4))
	if got.Version != want.Version || !slices.Equal(got.Data, want.Data) {
		t.Error("the map depends on the order of its input")
	}
}

func TestAPersonsPlaceInTheirSectorDependsOnNobodyElse(t *testing.T) {
	t.Parallel()
	people := crowd(4, 400)
	share := func(m *Map) map[orrery.MemberID]float64 {
		out := map[orrery.MemberID]float64{}
		for i, p := range m.People {
			s := m.Sectors[p.Sector]
			out[p.ID] = math.Mod(word(m, i, 0)*2*math.Pi-s.From+6*math.Pi, 2*math.Pi) / (s.To - s.From)
		}
		return out
	}
	before, after := share(LayOut(Planet{}, people, sectors(4))), share(LayOut(Planet{}, people[:200], sectors(4)))
	for id, place := range after {
		if math.Abs(place-before[id]) > 1e-3 {
			t.Fatalf("member %d moved from %.4f to %.4f when others left", id, before[id], place)
		}
	}
}

func TestMovesAreCountedAsTheyAreColoured(t *testing.T) {
	t.Parallel()
	m := LayOut(Planet{}, crowd(5, 1000), sectors(4))
	closer, farther := 0, 0
	for i := range m.People {
		flags := m.Data[16+12*i+11]
		if flags&mapCloser != 0 {
			closer++
		}
		if flags&mapFarther != 0 {
			farther++
		}
	}
	if closer != m.Moves.Closer || farther != m.Moves.Farther || m.Moves.Still != len(m.People)-closer-farther {
		t.Errorf("got moves %+v, but %d are coloured closer and %d farther", m.Moves, closer, farther)
	}
	people, in := 0, 0
	for _, b := range m.Bands {
		people, in = people+b.People, in+b.In
	}
	if people != len(m.People) || in != m.Moves.In {
		t.Errorf("bands hold %d people and %d who came, want %d and %d", people, in, len(m.People), m.Moves.In)
	}
}

func TestPeopleOutOfOrbitAndSectorsThatDoNotExistDoNoHarm(t *testing.T) {
	t.Parallel()
	m := LayOut(Planet{}, []MapPerson{{ID: 1, Level: orrery.OutOfOrbit}, {ID: 2, Level: orrery.Edge, Closeness: 3, Sector: 200}}, sectors(2))
	if len(m.People) != 1 || m.People[0].Sector != 1 {
		t.Errorf("got %+v, want member 2 alone, in the last sector", m.People)
	}
	if m := LayOut(Planet{}, crowd(6, 3), nil); len(m.People) != 0 {
		t.Errorf("without sectors got %d people, want none", len(m.People))
	}
}

func BenchmarkLayOut(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			people := crowd(7, n)
			for b.Loop() {
				LayOut(Planet{}, people, sectors(6))
			}
		})
	}
}
