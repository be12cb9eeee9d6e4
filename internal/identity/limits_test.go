package identity

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"orrery.dev/orrery"
)

func device(value string) orrery.Actor {
	return orrery.Actor{Namespace: "site.example", Type: orrery.TypeAnonymous, Value: value}
}

func user(value string) orrery.Actor {
	return orrery.Actor{Namespace: "site.example", Type: "user_id", Value: value}
}

func email(address string) orrery.Actor {
	return orrery.Actor{Type: orrery.TypeEmail, Value: address}
}

// linked is evidence between two actors.
type linked struct {
	a, b orrery.Actor
	kind orrery.EvidenceKind
}

// links joins one actor with several.
func links(kind orrery.EvidenceKind, with orrery.Actor, others ...orrery.Actor) (list []linked) {
	for _, o := range others {
		list = append(list, linked{with, o, kind})
	}
	return list
}

func several(n int, make func(string) orrery.Actor, pattern string) (list []orrery.Actor) {
	for i := range n {
		list = append(list, make(fmt.Sprintf(pattern, i)))
	}
	return list
}

func TestWhatManyShareJoinsNobody(t *testing.T) {
	t.Parallel()
	laptop := device("laptop")
	tests := []struct {
		name  string
		links []linked
		want  bool // the first two who were named after the shared one are one person
	}{
		{"a family's computer", links(orrery.SamePlatform, laptop, several(maxDeviceAccounts+1, user, "u%d")...), false},
		{"an account with a few addresses", links(orrery.SameEmail, user("ann"), several(maxAccountAddresses, email, "ann%d@town.example")...), true},
		{"an account that everybody tests with", links(orrery.SameEmail, user("ann"), several(maxAccountAddresses+1, email, "ann%d@town.example")...), false},
		{"many browsers of one account", links(orrery.SamePlatform, user("ann"), several(60, device, "d%d")...), true},
		{"one address of many accounts", links(orrery.SameEmail, email("desk@town.example"), several(maxAddressAccounts+1, user, "u%d")...), false},
		{"one address of some accounts", links(orrery.SameEmail, email("ann@town.example"), several(maxAddressAccounts, user, "u%d")...), true},
		{"nobody's number", links(orrery.SamePlatform, user("undefined"), several(2, device, "d%d")...), false},
		{"nobody's device", links(orrery.SamePlatform, device("00000000-0000-0000-0000-000000000000"), several(2, user, "u%d")...), false},
		{"a number like any other", links(orrery.SamePlatform, user("1"), several(2, device, "d%d")...), true},
		{"what a .mailmap says has no limit", links(orrery.Mailmap, user("ann"), several(40, email, "ann%d@town.example")...), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(6) {
				chance := rand.New(rand.NewPCG(seed, 9))
				g, kept := NewGraph([16]byte{1}, Stored{}), &storage{}
				for _, i := range chance.Perm(len(test.links)) {
					l := test.links[i]
					g.Join(resolve(t, g, l.a), resolve(t, g, l.b), l.kind, 1, 0)
					if chance.IntN(2) == 0 {
						g.Members() // asking in between changes nothing
					}
				}
				if err := g.Flush(kept); err != nil {
					t.Fatal(err)
				}
				for _, g := range []*Graph{g, NewGraph([16]byte{1}, kept.Stored)} {
					if got := memberOf(t, g, test.links[0].b) == memberOf(t, g, test.links[1].b); got != test.want {
						t.Errorf("seed %d: one person: got %v, want %v", seed, got, test.want)
					}
					if shared := g.Shared()[resolve(t, g, test.links[0].a)]; shared == test.want {
						t.Errorf("seed %d: shared: got %v, want %v", seed, shared, !test.want)
					}
				}
			}
		})
	}
}

// Evidence of all kinds in any order, asked in between or not, live or read
// again, leads to the same members and the same kinds of them.
func TestTheOrderOfArrivalDoesNotShowInLimitsAndVisitors(t *testing.T) {
	t.Parallel()
	for seed := range uint64(80) {
		chance := rand.New(rand.NewPCG(seed, 10))
		var says []linked
		var alone []orrery.Actor
		for range 60 {
			d, u, e := device(fmt.Sprint("d", chance.IntN(6))), user(fmt.Sprint("u", chance.IntN(9))), email(fmt.Sprintf("e%d@town.example", chance.IntN(9)))
			switch chance.IntN(5) {
			case 0:
				says = append(says, linked{d, u, orrery.SamePlatform})
			case 1:
				says = append(says, linked{u, e, orrery.SameEmail})
			case 2:
				says = append(says, linked{d, e, orrery.SameEmail})
			case 3:
				says = append(says, linked{d, device(fmt.Sprint("x", chance.IntN(6))), orrery.SamePlatform})
			default:
				alone = append(alone, device(fmt.Sprint("lone", chance.IntN(6))))
			}
		}
		tell := func(g *Graph, others map[orrery.MemberID]orrery.MemberKind) string {
			visitors := 0
			for _, kind := range others {
				if kind == orrery.Visitor {
					visitors++
				}
			}
			return fmt.Sprintf("%s\n%d visitors", partition(g), visitors)
		}
		want := ""
		for range 5 {
			g, kept := NewGraph([16]byte{1}, Stored{}), &storage{}
			others := map[orrery.MemberID]orrery.MemberKind{}
			var before []orrery.MemberID
			order := chance.Perm(len(says) + len(alone))
			for _, i := range order {
				if i < len(says) {
					g.Join(resolve(t, g, says[i].a), resolve(t, g, says[i].b), says[i].kind, 1, 0)
				} else {
					resolve(t, g, alone[i-len(says)])
				}
				if chance.IntN(4) == 0 { // as a running system follows
					before = followed(g, others, before)
				}
			}
			followed(g, others, before)
			got := tell(g, others)
			if want == "" {
				want = got
			}
			if err := g.Flush(kept); err != nil {
				t.Fatal(err)
			}
			again := NewGraph([16]byte{1}, kept.Stored)
			if full, read := tell(g, g.Others()), tell(again, again.Others()); got != want || full != want || read != want {
				t.Fatalf("seed %d: followed\n%s\nat once\n%s\nread again\n%s\nwant\n%s", seed, got, full, read, want)
			}
		}
	}
}

// followed brings others up to date as package flow does.
func followed(g *Graph, others map[orrery.MemberID]orrery.MemberKind, before []orrery.MemberID) []orrery.MemberID {
	members := g.Members()
	after := orrery.IdentityID(max(0, len(before)-1))
	g.AddOthers(others, after)
	changed := map[orrery.MemberID]bool{}
	for id := range before {
		if before[id] != members[id] {
			changed[before[id]], changed[members[id]] = true, true
		}
	}
	for m := range changed {
		delete(others, m)
		var ids []orrery.IdentityID
		for id, of := range members {
			if of == m && id > 0 {
				ids = append(ids, orrery.IdentityID(id))
			}
		}
		if len(ids) > 0 && members[ids[0]] == m {
			g.AddOthersOf(others, m, ids)
		}
	}
	return members
}

func TestAVisitorWhoSaysWhoTheyAreIsAPerson(t *testing.T) {
	t.Parallel()
	g := NewGraph([16]byte{1}, Stored{Teammates: []string{"@team.example"}})
	tablet, phone := resolve(t, g, device("tablet")), resolve(t, g, device("phone"))
	kind := func(id orrery.IdentityID) orrery.MemberKind { m, _ := g.MemberOf(id); return g.Others()[m] }
	g.Join(tablet, phone, orrery.SamePlatform, 1, 0)
	if kind(tablet) != orrery.Visitor || kind(phone) != orrery.Visitor {
		t.Errorf("two browsers: got %s and %s, want visitors", kind(tablet), kind(phone))
	}
	g.Join(phone, resolve(t, g, user("ann")), orrery.SamePlatform, 1, 0)
	if kind(tablet) != orrery.Person {
		t.Errorf("with an account: got %s, want a person", kind(tablet))
	}
	g.Join(resolve(t, g, user("ann")), resolve(t, g, email("ann@team.example")), orrery.SameEmail, 1, 0)
	if kind(tablet) != orrery.Teammate {
		t.Errorf("with an address of ours: got %s, want a teammate", kind(tablet))
	}
}
