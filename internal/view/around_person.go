package view

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
)

const (
	attentionDays = 365
	companions    = 14 // around each planet
)

// attentionCuts are the shares of somebody's days at the bounds of the bands.
var attentionCuts = [...]float64{1, .5, .2, .05, 0}

func orbitOf(m orrery.MemberID, p orrery.PlanetID) field.Orbit {
	return field.Orbit{Member: m, Planet: p}
}

// MapAroundPerson returns the map with a person in the middle, as of a day (0: as
// screens answer): their planets by the share of their days in the year before, and
// around each those whom they met there. NotFound where there is no such person.
func (d *Desk) MapAroundPerson(ctx context.Context, id orrery.MemberID, asOf orrery.Day) (*Around, error) {
	return d.keptMap(ctx, "person "+strconv.Itoa(int(id))+" "+asOf.String()+sight(ctx), func() (*Around, error) { return d.aroundPerson(ctx, id, asOf) })
}

func (d *Desk) aroundPerson(ctx context.Context, id orrery.MemberID, asOf orrery.Day) (*Around, error) {
	var identities []orrery.IdentityID
	var members []orrery.MemberID
	err := d.system.Read(ctx, func(st *flow.State) error {
		if int(id) >= len(st.Members) || st.Members[id] == 0 || st.Kind(st.Members[id]) == orrery.Visitor {
			return orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", id)
		}
		id = st.Members[id]
		identities = st.IdentitiesOf(map[orrery.MemberID]bool{id: true})[id]
		members = slices.Clone(st.Members)
		return nil
	})
	if err != nil {
		return nil, err
	}
	cards, err := d.Cards(ctx)
	if err != nil {
		return nil, err
	}
	viewer := orrery.ViewerOf(ctx)
	cards = slices.DeleteFunc(slices.Clone(cards), func(c Planet) bool { return !viewer.Sees(c.ID) })
	day := asOf
	if day == 0 {
		for _, c := range cards {
			day = max(day, c.AsOf)
		}
	}
	seen, err := d.system.Glances(ctx, identities, 0, day-attentionDays+1, day)
	if err != nil {
		return nil, err
	}
	seen = slices.DeleteFunc(seen, func(g flow.Glance) bool { return !viewer.Sees(g.Planet) })
	a := &Around{Map: &Map{Planet: Planet{Name: "person", AsOf: day}}, Rings: []string{"half or more", "a fifth or more", "a twentieth or more", "less"}}
	met := a.addTurns(seen, cards, func(i orrery.IdentityID) orrery.MemberID {
		if int(i) >= len(members) || members[i] == id {
			return 0
		}
		return members[i]
	})
	if err := d.addMet(ctx, a, id, met); err != nil {
		return nil, err
	}
	a.placeTurns()
	return a, nil
}

// addTurns counts somebody's days and what they did by planet, and whom they met
// there how often.
func (a *Around) addTurns(seen []flow.Glance, cards []Planet, other func(orrery.IdentityID) orrery.MemberID) (met []map[orrery.MemberID]int) {
	days := make([]map[orrery.Day]bool, len(cards))
	turns := make([]Turn, len(cards))
	all := make([]map[orrery.MemberID]int, len(cards))
	for i, c := range cards {
		turns[i].Planet, days[i], all[i] = c, map[orrery.Day]bool{}, map[orrery.MemberID]int{}
	}
	for i := range seen {
		g := &seen[i]
		at := slices.IndexFunc(cards, func(c Planet) bool { return c.ID == g.Planet })
		if at < 0 {
			continue
		}
		if g.Received {
			if m := other(g.Identity); m != 0 {
				all[at][m]++
			}
			continue
		}
		days[at][g.Day] = true
		turns[at].Activities++
		turns[at].Weight += max(0, float64(g.Rule.WeightMilli)/1000)
		for _, to := range g.To {
			if m := other(to); m != 0 {
				all[at][m]++
			}
		}
	}
	totalDays, totalWeight := 0, 0.0
	for i := range turns {
		turns[i].Days = len(days[i])
		totalDays, totalWeight = totalDays+turns[i].Days, totalWeight+turns[i].Weight
	}
	order := make([]int, 0, len(turns))
	for i := range turns {
		if turns[i].Days > 0 {
			turns[i].Share = float64(turns[i].Days) / float64(totalDays)
			turns[i].WeighShare = turns[i].Weight / max(totalWeight, 1e-9)
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(turns[j].Share, turns[i].Share) })
	for _, i := range order {
		a.Turns = append(a.Turns, turns[i])
		met = append(met, all[i])
	}
	return met
}

// addMet names the person, and whom they met most around each planet.
func (d *Desk) addMet(ctx context.Context, a *Around, id orrery.MemberID, met []map[orrery.MemberID]int) error {
	wanted := map[orrery.MemberID]bool{id: true}
	err := d.system.Read(ctx, func(st *flow.State) error {
		for i := range a.Turns {
			t := &a.Turns[i]
			planet, err := d.planetByID(t.Planet.ID)
			if err != nil {
				continue
			}
			for m, n := range met[i] {
				if kind := st.Kind(m); kind == orrery.Bot || kind == orrery.Visitor {
					continue
				}
				one := Neighbour{ID: m, Tie: float64(n), Why: meetings(n)}
				if r, ok := st.Engine.Read(orbitOf(m, planet.ID), st.Forecast(planet), a.Map.Planet.AsOf); ok {
					one.Level = r.Level
				}
				t.People = append(t.People, one)
			}
			slices.SortFunc(t.People, func(x, y Neighbour) int { return cmp.Or(cmp.Compare(y.Tie, x.Tie), cmp.Compare(x.ID, y.ID)) })
			t.People = t.People[:min(companions, len(t.People))]
			for _, n := range t.People {
				wanted[n.ID] = true
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	names, err := d.namesOf(ctx, wanted)
	if err != nil {
		return err
	}
	for i := range a.Turns {
		for n := range a.Turns[i].People {
			one := &a.Turns[i].People[n]
			one.Name = names[one.ID]
		}
	}
	a.Centre = names[id]
	a.Person = &Row{Member: Member{ID: id, Name: names[id]}}
	a.Map.Planet.Title = names[id]
	return nil
}

// placeTurns sets planets on their bands, evenly around, and their people around
// them.
func (a *Around) placeTurns() {
	const golden = math.Pi * (3 - 2.2360679774997896)
	var at [][2]float64
	a.Ringed = make([]int, 4)
	for i, t := range a.Turns {
		band := 0
		for t.Share < attentionCuts[band+1] {
			band++
		}
		a.Ringed[band]++
		low, high := attentionCuts[band+1], attentionCuts[band]
		within := (high - t.Share) / (high - low)
		if band == 0 { // room for the person in the middle, and for whom they met
			within = .6 + .5*within
		}
		radius := mapRadii[band] + (.2+.6*within)*(mapRadii[band+1]-mapRadii[band])
		angle := -math.Pi/2 + 1.1 + 2*math.Pi*float64(i)/float64(len(a.Turns))
		a.Bodies = append(a.Bodies, Body{
			Kind: "brand", Name: cmp.Or(t.Planet.Title, t.Planet.Name), Planet: t.Planet, Level: orrery.Core - orrery.Level(band),
			Note: fmt.Sprintf("%.0f%% of their days", 100*t.Share), Angle: angle - mapTwist*(1-radius), Radius: radius, Size: .6 + .9*math.Sqrt(t.Share),
		})
		x, y := radius*math.Cos(angle), radius*math.Sin(angle)
		most := 1.0
		if len(t.People) > 0 {
			most = t.People[0].Tie
		}
		for n, one := range t.People {
			far := .08 + .02*math.Sqrt(t.Share) + .011*math.Sqrt(float64(n)) + .05*(1-math.Sqrt(one.Tie/most))
			turn := angle + golden*float64(n) + .6
			at = append(at, [2]float64{x + far*math.Cos(turn), y + far*math.Sin(turn)})
			a.Map.People = append(a.Map.People, MapPerson{ID: one.ID, Name: one.Name, Level: one.Level, Sector: uint8(i), Reach: one.Tie})
		}
	}
	for i := range a.Turns {
		a.Map.Sectors = append(a.Map.Sectors, Sector{Circle: cmp.Or(a.Turns[i].Planet.Title, a.Turns[i].Planet.Name)})
	}
	a.finish(at)
}
