package view

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/journal"
)

// Together is what lies between two people around one planet: the activities behind
// their tie.
type Together struct {
	A, B  Someone
	AsOf  orrery.Day
	Tie   *Neighbour // as A sees it; nil: it has faded, or there never was one
	Whole bool       // Tie knows what they met over
	Acts  []Exchange // newest first
	Older string     // cursor for those before; empty: there are none
	Met   []MetThing // newest first
	Of    int        // how many things in all
}

// Exchange is that one addressed the other.
type Exchange struct {
	At     time.Time
	Back   bool // B addressed A
	Title  string
	Kind   string
	Source string
	URL    string
	Weight float64 // 0–10, the catalogue's
	Repels bool
}

// MetThing is a conversation or an object on which both acted.
type MetThing struct {
	Title string
	URL   string
	A, B  time.Time // when each acted on it last
	Crowd bool      // with so many others that it ties no two of them
}

const (
	exchangesShown = 50
	metShown       = 30
)

// Together tells what lies between two people as of a day (0: as screens answer).
// Before is Older of an earlier answer. Every identity of a person finds them.
func (d *Desk) Together(ctx context.Context, planet orrery.PlanetID, a, b orrery.MemberID, asOf orrery.Day, before string) (Together, error) {
	record, err := d.planetByID(planet)
	if err != nil {
		return Together{}, err
	}
	if err := d.mayAsk(ctx, record, asOf); err != nil {
		return Together{}, err
	}
	var people [2]Person
	var ids [2][]orrery.IdentityID
	for i, id := range [2]orrery.MemberID{a, b} {
		if ids[i], err = d.identities(ctx, id, &people[i]); err != nil {
			return Together{}, err
		}
	}
	if people[0].ID == people[1].ID {
		return Together{}, orrery.Errorf(orrery.NotFound, "both are %s: there is nothing between one person", people[0].Name)
	}
	var out Together
	err = d.system.Read(ctx, func(st *flow.State) error {
		out.AsOf, _ = d.day(st, planet, asOf)
		return nil
	})
	if err != nil {
		return Together{}, err
	}
	who, err := d.known(ctx, record, out.AsOf, []orrery.MemberID{people[0].ID, people[1].ID})
	if err != nil {
		return Together{}, err
	}
	out.A, out.B = who[people[0].ID], who[people[1].ID]
	common, err := d.system.Between(ctx, planet, ids[0], ids[1], 0, out.AsOf)
	if err != nil {
		return Together{}, err
	}
	var crowds []uint64
	if book := d.tieBooks.of(planet); book != nil {
		crowds = book.crowds
		if asOf == 0 {
			if t := book.Between(out.A.ID, out.B.ID); t != nil {
				n := neighbour(t, out.A.ID)
				out.Tie, out.Whole = &n, true
			}
		}
	}
	if out.Tie == nil {
		own, err := d.ownTies(ctx, common.Direct, &Person{Row: Row{Member: Member{ID: out.A.ID}}, AsOf: out.AsOf})
		if err != nil {
			return Together{}, err
		}
		if t := own.Between(out.A.ID, out.B.ID); t != nil {
			n := neighbour(t, out.A.ID)
			out.Tie = &n
		}
	}
	if err := d.tellExchanges(ctx, common.Direct, ids[1], before, &out); err != nil {
		return Together{}, err
	}
	return out, d.tellMet(ctx, common.Met, crowds, &out)
}

func (d *Desk) tellExchanges(ctx context.Context, direct []flow.Glance, theirs []orrery.IdentityID, before string, out *Together) error {
	if before != "" {
		at, err := strconv.ParseInt(before, 10, 64)
		if err != nil {
			return orrery.Errorf(orrery.Invalid, "this page does not exist: start again from the newest")
		}
		direct = slices.DeleteFunc(direct, func(g flow.Glance) bool { return g.AtMicros >= at })
	}
	if len(direct) > exchangesShown {
		direct = direct[:exchangesShown]
		out.Older = strconv.FormatInt(direct[exchangesShown-1].AtMicros, 10)
	}
	done, err := d.system.Tell(ctx, direct)
	if err != nil {
		return err
	}
	for i := range done {
		g := &direct[i]
		valence := g.Rule.Valence
		if g.Valence != journal.NoValence {
			valence = g.Valence
		}
		out.Acts = append(out.Acts, Exchange{
			At: done[i].At, Back: slices.Contains(theirs, g.Identity), Title: title(&done[i]), Kind: g.Kind, Source: done[i].Namespace,
			URL: safeURL(done[i].Object.URL), Weight: float64(g.Rule.WeightMilli) / 1000, Repels: valence < 0,
		})
	}
	return nil
}

func (d *Desk) tellMet(ctx context.Context, met []flow.Met, crowds []uint64, out *Together) error {
	out.Of = len(met)
	met = met[:min(metShown, len(met))]
	newest := make([]flow.Glance, len(met))
	for i := range met {
		newest[i] = met[i].Last[0]
		if met[i].Last[1].AtMicros > newest[i].AtMicros {
			newest[i] = met[i].Last[1]
		}
	}
	done, err := d.system.Tell(ctx, newest)
	if err != nil {
		return err
	}
	for i := range done {
		o := done[i].Object
		name := o.Title
		if name == "" {
			name = o.ID
		}
		if name == "" {
			name = done[i].Thread
		}
		_, crowd := slices.BinarySearch(crowds, met[i].Key)
		out.Met = append(out.Met, MetThing{
			Title: name, URL: safeURL(o.URL), Crowd: crowd,
			A: time.UnixMicro(met[i].Last[0].AtMicros).UTC(), B: time.UnixMicro(met[i].Last[1].AtMicros).UTC(),
		})
	}
	return nil
}

// safeURL returns an address that a page may link to, or nothing.
func safeURL(address string) string {
	if strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://") {
		return address
	}
	return ""
}
