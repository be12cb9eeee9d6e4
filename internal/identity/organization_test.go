package identity

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
)

func day(text string) orrery.Day {
	d, err := orrery.ParseDay(text)
	if err != nil {
		panic(err)
	}
	return d
}

func TestOrganizationsByAddressAndByStatement(t *testing.T) {
	t.Parallel()
	crm := func(id, name, domain string) orrery.Organization {
		return orrery.Organization{Namespace: "crm.example", ID: id, Name: name, Domain: domain}
	}
	at := func(text string) time.Time { return day(text).Time().Add(5 * time.Hour) }
	accounts := []orrery.Actor{
		alias("git/town", "Ann Fox", "ann@mail.acme.example"), alias("git/town", "Bo Gray", "bo@acme.example"),
		alias("git/town", "Cy Hill", "cy@gmail.com"), alias("git/town", "Di Iver", "di@alone.example"), alias("git/town", "ci-bot", "ci@acme.example"),
		{Namespace: "crm.example", Type: "user_id", Value: "7", Name: "Ed Jung"},
	}
	stated := []orrery.Affiliation{
		{Actor: accounts[2], Organization: crm("1", "Acme", "acme.example"), At: at("2025-05-01")},
		{Actor: accounts[5], Organization: crm("2", "Bowls Club", ""), At: at("2024-03-02")},
		{Actor: accounts[5], Organization: crm("2", "Bowls Club", ""), At: at("2024-01-01")},
		{Actor: accounts[2], Organization: crm("2", "Bowls", ""), At: at("2024-01-01")},
		{Actor: accounts[2], Organization: crm("2", "Bowls", ""), At: at("2025-01-01"), Ended: true},
	}
	tell := func(list []Organization) string {
		var b strings.Builder
		for _, o := range list {
			fmt.Fprintf(&b, "%s %q:", o.ID, o.Name)
			for _, p := range o.People {
				fmt.Fprintf(&b, " %s–%s stated %v;", p.Since, p.Until, p.Stated)
			}
			b.WriteByte('\n')
		}
		return b.String()
	}
	none := orrery.Day(0).String()
	for seed := range uint64(10) {
		g := NewGraph([16]byte{1}, Stored{})
		spans := map[orrery.IdentityID]Span{}
		for i, a := range accounts {
			spans[resolve(t, g, a)] = Span{day("2024-03-01") + orrery.Day(i), day("2025-03-01")}
		}
		for _, i := range rand.New(rand.NewPCG(seed, 1)).Perm(len(stated)) {
			for range 2 { // said again, it is one statement
				if err := g.Affiliate(stated[i], "crm.example", 1); err != nil {
					t.Fatal(err)
				}
			}
		}
		seen := func(id orrery.IdentityID) (Span, bool) { s, ok := spans[id]; return s, ok }
		// Ann by address since she acted, Bo a day later, Cy by statement; a bot and
		// a single address make none.
		want := `acme.example "Acme": 2024-03-01–` + none + ` stated false; 2024-03-02–` + none + ` stated false; 2025-05-01–` + none + ` stated true;
crm.example:2 "Bowls Club": 2024-01-01–2025-01-01 stated true; 2024-01-01–` + none + ` stated true;
`
		if got := tell(g.Organizations(seen)); got != want {
			t.Fatalf("seed %d: got\n%s\nwant\n%s", seed, got, want)
		}
		di := memberOf(t, g, accounts[3])
		if got, want := tell(g.OrganizationsOf(di, seen)), `alone.example "alone.example": 2024-03-04–`+none+" stated false;\n"; got != want {
			t.Errorf("of one person: got %s, want %s", got, want)
		}
		if n := len(g.affiliations); n != len(stated) {
			t.Errorf("%d statements are kept, want %d", n, len(stated))
		}
	}
	g := NewGraph([16]byte{1}, Stored{})
	if err := g.Affiliate(orrery.Affiliation{Actor: accounts[0]}, "crm.example", 1); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("an organization without an id: got %v, want it Invalid", err)
	}
}
