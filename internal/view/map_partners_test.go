package view

import (
	"fmt"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/partner"
)

// someBrought makes n partners through whom all but one in n+1 of so many people
// were first seen, each on the day of their number.
func someBrought(n, people int) ([]partner.Partner, *partner.Past) {
	list, past := make([]partner.Partner, n), &partner.Past{Partners: make([]partner.Seen, n)}
	for i := range n {
		list[i].Slug = fmt.Sprint("partner-", i)
		past.Partners[i].Slug = list[i].Slug
		for at := i + 1; at <= people; at += n + 1 {
			past.Partners[i].Brought = append(past.Partners[i].Brought, partner.Arrival{Member: orrery.MemberID(at), Day: orrery.Day(at)})
		}
	}
	return list, past
}

func TestPartnersStandOnBoundsBetweenSectorsEachOnItsOwn(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 3, 6, 8} {
		m := LayOut(Planet{AsOf: 1000}, crowd(7, 600), sectors(6))
		list, past := someBrought(n, 600)
		got := m.around(list, past)
		if len(got.Partners) != n {
			t.Fatalf("got %d partners, want %d", len(got.Partners), n)
		}
		at := map[float64]bool{}
		for _, p := range got.Partners {
			between := n > len(m.Sectors)
			for _, s := range m.Sectors {
				between = between || p.Angle == s.From-mapSpacing/2
			}
			if !between || at[p.Angle] {
				t.Errorf("%d partners: %s stands at %g, within a sector or where another stands", n, p.Slug, p.Angle)
			}
			at[p.Angle] = true
		}
	}
}

func TestTheWireFormatNamesThePartnerOfEachPersonAndNobodyElse(t *testing.T) {
	t.Parallel()
	people := crowd(8, 300)
	m := LayOut(Planet{AsOf: 150}, people, sectors(4))
	list, past := someBrought(2, 300)
	got := m.around(list, past)
	if got.Version == m.Version || len(m.Partners) != 0 {
		t.Error("the map without partners was changed, or has the version of the one with them")
	}
	of := map[orrery.MemberID]string{}
	for _, p := range past.Partners {
		for _, a := range p.Brought {
			if a.Day <= 150 { // who came later is not there yet
				of[a.Member] = p.Slug
			}
		}
	}
	count, near := map[string]int{}, map[string]int{}
	for rank, p := range got.People {
		slug := ""
		if at := got.Data[mapHeader+mapPerPoint*rank+mapPartnerAt]; at != noPartner {
			slug = got.Partners[at].Slug
			count[slug]++
			if p.Level >= orrery.Inner {
				near[slug]++
			}
		}
		if slug != of[p.ID] {
			t.Fatalf("%s came through %q, want %q", p.Name, slug, of[p.ID])
		}
		if alone := m.Data[mapHeader+mapPerPoint*rank+mapPartnerAt]; alone != noPartner {
			t.Fatalf("the map without partners has the partner %d", alone)
		}
	}
	for _, p := range got.Partners {
		if p.People != count[p.Slug] || p.Near != near[p.Slug] || p.People == 0 {
			t.Errorf("%s is told with %d people, %d near; on the map are %d, %d near", p.Slug, p.People, p.Near, count[p.Slug], near[p.Slug])
		}
	}
}

func TestAPartnerWhoBroughtNobodyOnTheMapDoesNotStandAroundIt(t *testing.T) {
	t.Parallel()
	m := LayOut(Planet{AsOf: 1000}, crowd(9, 50), sectors(4))
	list, past := someBrought(3, 50)
	past.Partners[0].Brought = []partner.Arrival{{Member: 4000, Day: 3}} // erased since
	past.Partners[2].Brought = nil
	if got := m.around(list, past); len(got.Partners) != 1 || got.Partners[0].Slug != "partner-1" {
		t.Errorf("got %+v, want partner-1 alone", got.Partners)
	}
	if got := m.around(nil, &partner.Past{}); got != m {
		t.Error("without partners the map is another one")
	}
}
