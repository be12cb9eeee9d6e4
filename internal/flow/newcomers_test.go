package flow_test

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/newcomer"
)

// acted is an activity as the count by hand sees it.
type acted struct {
	who           string
	at            int64
	kind          string
	thread, thing string
	to            string
	origin        orrery.Origin
	source        string
}

// followed is what the count by hand says of a newcomer.
type followed struct {
	First, Asked, Answered int64
	Way                    orrery.Strategy
	Source, By             string
	Team, Again            bool
	Second, Back           orrery.Day
}

// byHand follows newcomers in the words of the definition, one after the other.
func byHand(s *flow.System, acts []acted, us, machines map[string]bool, until int64, since orrery.Day, later int) map[string]followed {
	words := func(a *acted) bool { return conversation.MoveOf(a.kind).Words() }
	list := map[string][]*acted{}
	for i := range acts {
		a := &acts[i]
		rule := s.Catalogue().Lookup(a.kind)
		if a.at < until && !us[a.who] && !machines[a.who] && !field.Silent(&rule) {
			list[a.who] = append(list[a.who], a)
		}
	}
	out := map[string]followed{}
	for who, own := range list {
		slices.SortStableFunc(own, func(a, b *acted) int { return int(a.at - b.at) })
		first := own[0]
		day := orrery.DayOfUnix(first.at)
		if day < since {
			continue
		}
		f := followed{First: first.at, Way: s.Catalogue().Lookup(first.kind).Strategy, Source: first.source}
		var ask *acted
		for _, a := range own {
			rule, on := s.Catalogue().Lookup(a.kind), orrery.DayOfUnix(a.at)
			if f.Second == 0 && on > day && on <= day+30 {
				f.Second = on
			}
			if f.Back == 0 && on > day+30 && on <= day+30+orrery.Day(later) && field.Qualifies(&rule, a.origin, field.NoValence) {
				f.Back = on
			}
			if ask == nil && words(a) && (a.thread != "" || a.thing != "") && a.at <= first.at+7*86400 {
				ask, f.Asked = a, a.at
			}
		}
		for _, a := range own {
			f.Again = f.Again || ask != nil && a.at > ask.at+7*86400 && a.at <= ask.at+37*86400
		}
		for i := range acts {
			a := &acts[i]
			if ask == nil || a.who == who || machines[a.who] || !words(a) || a.at <= ask.at || a.at > ask.at+30*86400 || a.at >= until {
				continue
			}
			same := ask.thread != "" && a.thread == ask.thread
			ofOurs := ask.thread == "" && a.thing == ask.thing && us[a.who]
			if (same || ofOurs || a.to == who) && (f.Answered == 0 || a.at < f.Answered) {
				f.Answered, f.By, f.Team = a.at, a.who, us[a.who]
			}
		}
		out[who] = f
	}
	return out
}

// follow imports the acts, marks who is us and what is a machine, and reads what is
// told of newcomers by name.
func follow(t *testing.T, acts []acted, us, machines map[string]bool, asOf orrery.Day, days int) (*flow.System, newcomer.Past, map[string]followed) {
	t.Helper()
	s := open(t, t.TempDir())
	t.Cleanup(func() { _ = s.Close(t.Context()) })
	connectors := map[string]*script{}
	for i, a := range acts {
		c := connectors[a.source]
		if c == nil {
			c = &script{name: a.source}
			connectors[a.source] = c
		}
		one := orrery.Activity{
			ExternalID: fmt.Sprint(i), Namespace: "forum.example", Kind: a.kind, At: time.Unix(a.at, 0).UTC(), Origin: a.origin, Thread: a.thread,
			Actor: orrery.Actor{Namespace: "forum.example", Type: "login", Value: a.who}, Object: orrery.Object{ID: a.thing},
		}
		if a.to != "" {
			one.To = []orrery.Actor{{Namespace: "forum.example", Type: "login", Value: a.to}}
		}
		c.tells = append(c.tells, told{activity: one})
	}
	for _, c := range connectors {
		if _, err := s.Import(t.Context(), c, flow.ImportPlan{Planet: "origin"}); err != nil {
			t.Fatal(err)
		}
	}
	names := map[orrery.MemberID]string{}
	for _, a := range acts {
		id, err := s.FindIdentity(t.Context(), a.who)
		if err != nil {
			t.Fatal(err)
		}
		names[orrery.MemberID(id)] = a.who
	}
	for id, name := range names {
		for kind, list := range map[orrery.MemberKind]map[string]bool{orrery.Teammate: us, orrery.Bot: machines} {
			if list[name] {
				if err := s.Mark(t.Context(), orrery.IdentityID(id), kind); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	p, err := s.Planet("")
	if err != nil {
		t.Fatal(err)
	}
	past, err := s.NewcomersPast(t.Context(), p, asOf, days)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]followed{}
	for _, one := range past.People {
		got[names[one.Member]] = followed{
			First: one.First, Asked: one.Asked, Answered: one.Answered, Way: one.Way, Source: past.Sources[one.Source], By: names[one.By],
			Team: one.Team, Again: one.Again, Second: one.Second, Back: one.Back,
		}
	}
	return s, past, got
}

func TestNewcomersAreFollowedAsACountByHandFollowsThem(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(7, 3))
	kinds := []string{"forum.reply", "forum.topic.created", "shop.order.placed", "forum.like", "email.sent", "git.commit", "page.viewed", "shop.review"}
	end := orrery.DayOf(now)
	var acts []acted
	us, machines := map[string]bool{"u1": true, "u2": true}, map[string]bool{"u3": true}
	for i := range 6000 {
		a := acted{
			who: fmt.Sprint("u", int(chance.ExpFloat64()*400)), at: (end - orrery.Day(chance.IntN(400))).Time().Unix() - int64(i), // no two at once
			kind: kinds[chance.IntN(len(kinds))], origin: orrery.Origin(chance.IntN(4)), source: fmt.Sprint("s", chance.IntN(3)),
		}
		a.at += int64(chance.IntN(86400))/6001*6001 + 6000
		switch chance.IntN(4) {
		case 0:
			a.thing = fmt.Sprint("thing", chance.IntN(40))
		case 1, 2:
			a.thread = fmt.Sprint("thread", a.at/(20*86400), "-", chance.IntN(25))
		}
		if chance.IntN(10) == 0 {
			a.to = fmt.Sprint("u", chance.IntN(300))
		}
		acts = append(acts, a)
	}
	for _, asOf := range []orrery.Day{end - 1, end - 77} {
		s, past, got := follow(t, acts, us, machines, asOf, 300)
		want := byHand(s, acts, us, machines, (asOf + 1).Time().Unix(), asOf-299, 60)
		compare(t, got, want)
		answered, back := 0, 0
		for _, f := range want {
			if f.Answered > 0 {
				answered++
			}
			if f.Back > 0 {
				back++
			}
		}
		if answered < 10 || back < 10 {
			t.Errorf("the world is too tame: %d answered, %d back", answered, back)
		}
		if past.Tally(nil).Came != len(want) {
			t.Errorf("%d came, want %d", past.Tally(nil).Came, len(want))
		}
	}
}

func compare(t *testing.T, got, want map[string]followed) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d newcomers, want %d", len(got), len(want))
	}
	wrong := 0
	for who, w := range want {
		if g := got[who]; !reflect.DeepEqual(g, w) {
			if wrong++; wrong < 4 {
				t.Errorf("%s: got %+v\nwant %+v", who, g, w)
			}
		}
	}
	if wrong > 3 {
		t.Errorf("%d newcomers in all are followed wrongly", wrong)
	}
}

func TestNewcomersOfRealDataAreFollowedAsACountByHandFollowsThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, kind string }{{"gitgit", ""}, {"collegemsg", "message"}} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			acts := realActs(t, c.file, c.kind)
			last := int64(0)
			for _, a := range acts {
				last = max(last, a.at)
			}
			asOf := orrery.DayOfUnix(last) - 60
			s, past, got := follow(t, acts, nil, nil, asOf, 730)
			want := byHand(s, acts, nil, nil, (asOf + 1).Time().Unix(), asOf-729, 60)
			compare(t, got, want)
			all := past.Tally(nil)
			t.Logf("%s: %d came; %+v, half within %v", c.file, all.Came, all.Steps, all.Half)
		})
	}
}

// realActs reads activities of real people; with a kind, as messages to somebody, a
// conversation for each two.
func realActs(t *testing.T, name, kind string) (acts []acted) {
	t.Helper()
	file, err := os.Open("../../../shared/data/" + name + ".csv.gz")
	if err != nil {
		t.Skip("without the real data there is nothing to count: ", err)
	}
	defer file.Close()
	plain, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(plain).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		at, err := strconv.ParseInt(row[1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		a := acted{who: "p" + row[0], at: at, kind: row[2], thing: row[3], source: name}
		if kind != "" {
			low, high := min(row[0], row[3]), max(row[0], row[3])
			a.kind, a.thing, a.thread, a.to = kind, "", low+"-"+high, "p"+row[3]
		}
		// Of some that one person did at one moment the first counts: which is the first
		// thing that can be answered is else left to their names.
		if once := fmt.Sprint(a.who, at); !seen[once] {
			seen[once] = true
			acts = append(acts, a)
		}
	}
	return acts
}
