package flow_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/partner"
)

// brought tells of people who come for the first time one a day, every fourth
// through a partner: by its mark, its code, its domain or its channel in turn. All
// come again sixty days later, and meet over the same post.
func broughtPeople(n int) (forum, exhibition []told) {
	for i := range n {
		who := orrery.Actor{Namespace: "forum.example", Type: "login", Value: fmt.Sprint("p", i), Name: fmt.Sprint("P", i)}
		first := orrery.Activity{
			ExternalID: fmt.Sprint("first", i), Namespace: "forum.example", Kind: "forum.reply", Planet: "origin", Actor: who,
			At: now.AddDate(0, 0, -400+i), Object: orrery.Object{ID: "welcome", Type: "post"}, Origin: orrery.Unprompted,
		}
		second := first
		second.ExternalID, second.At = fmt.Sprint("second", i), first.At.AddDate(0, 0, 60)
		to := &forum
		switch i % 16 {
		case 0:
			first.Partner = "radio"
		case 4:
			first.PromptedBy = "DAWN"
		case 8:
			who.Email = fmt.Sprintf("p%d@radio.example", i)
			first.Actor, second.Actor = who, who
		case 12:
			to = &exhibition
		}
		*to = append(*to, told{activity: first}, told{activity: second})
	}
	return forum, exhibition
}

func radio() partner.Partner {
	return partner.Partner{
		Slug: "radio", Title: "Radio Nord", Domains: []string{"Radio.example"}, Channels: []string{"exhibition"},
		Codes: []partner.Code{{Code: "DAWN", Address: "https://example.org/dawn"}},
	}
}

func TestPartnersBringPeople(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	defer leave(t, s)
	const n = 320
	forum, exhibition := broughtPeople(n)
	tell(t, s, "forum", forum)
	tell(t, s, "exhibition", exhibition)
	p, err := s.SavePartner(t.Context(), radio())
	if err != nil {
		t.Fatal(err)
	}
	past, err := s.PartnersPast(t.Context(), s.Planets()[0], []partner.Partner{p, {Slug: "nobody"}}, s.Now(), func(m orrery.MemberID) int { return int(m) % 3 })
	if err != nil {
		t.Fatal(err)
	}
	got := past.Partners[0]
	how := map[partner.How]int{}
	for _, a := range got.Brought {
		how[a.How]++
	}
	for _, h := range []partner.How{partner.ByMark, partner.ByCode, partner.ByChannel, partner.ByDomain} {
		if how[h] != n/16 {
			t.Errorf("%d people were brought by %v, want %d", how[h], h, n/16)
		}
	}
	if past.Newcomers != n || len(got.Brought) != n/4 || got.People != n/4 {
		t.Errorf("got %d newcomers, %d brought, %d people", past.Newcomers, len(got.Brought), got.People)
	}
	// Everybody came by themselves again sixty days later. Those with a mark or a
	// code, and those of the channel, were there in the first month; a domain is no
	// activity.
	settled := 0
	for i := 0; i < n; i += 4 {
		if i%16 != 8 && 400-i >= 120 {
			settled++
		}
	}
	if c := got.Credit; c == nil || c.LastTouch != float64(settled) || math.Abs(c.Shapley-float64(settled)) > 1e-9 || math.Abs(c.Markov-float64(settled)) > 1e-9 {
		t.Errorf("got a credit of %+v, want %d by each measure", got.Credit, settled)
	}
	if got.Together.Objects != 1 || got.Together.Others != n-n/4 {
		t.Errorf("got %+v, want one post with all others", got.Together)
	}
	if len(got.Behind.People) != got.People || len(got.Behind.Others) != got.Together.Others || len(got.Behind.Objects) != 1 || len(got.Behind.Marked) != got.Marked {
		t.Errorf("behind the figures stand %d people, %d others, %d things, %d activities: want as many as the figures say", len(got.Behind.People), len(got.Behind.Others), len(got.Behind.Objects), len(got.Behind.Marked))
	}
	opened, err := s.OpenPartnerDeeds(t.Context(), s.Planets()[0].ID, got.Behind.Marked)
	if err != nil || len(opened) != got.Marked {
		t.Fatalf("%d of %d activities open: %v", len(opened), got.Marked, err)
	}
	for i, a := range opened {
		d := got.Behind.Marked[i]
		if a.At.UnixMicro() != d.AtMicros || (a.Partner == "radio") != (d.How == partner.ByMark) || i > 0 && d.AtMicros > got.Behind.Marked[i-1].AtMicros {
			t.Errorf("activity %d is of %v by %v, and was told as of %d", i, a.At, d.How, d.AtMicros)
		}
	}
	near := 0
	for i := range got.Brought {
		if level, ok := got.Brought[i].After(90); ok && level >= orrery.Inner {
			near++
		}
	}
	for _, l := range got.Later {
		if want := l.Levels["core"] + l.Levels["inner"]; l.Days == 90 && near != want {
			t.Errorf("%d of the brought stood near after 90 days, the table says %d", near, want)
		}
		if l.Days == 90 && (!l.Compared || l.Difference.Surely() != 0) {
			t.Errorf("people who all did the same differ: %+v", l)
		}
	}
	if none := past.Partners[1]; len(none.Brought) != 0 || none.Credit != nil || none.Around != nil {
		t.Errorf("somebody was brought by nobody: %+v", none)
	}
}

func TestATrialComparesWhomItReachesWithWhomItDoesNot(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	defer leave(t, s)
	forum, _ := broughtPeople(16)
	for i := range 2000 { // known before
		forum = append(forum, told{activity: orrery.Activity{
			ExternalID: fmt.Sprint("k", i), Namespace: "forum.example", Kind: "forum.reply", Planet: "origin",
			Actor: orrery.Actor{Namespace: "forum.example", Type: "login", Value: fmt.Sprint("known", i)}, At: now.AddDate(0, 0, -200),
		}})
	}
	tell(t, s, "forum", forum)
	p := radio()
	p.Trials = []partner.Trial{{Name: "autumn", Planet: s.Planets()[0].ID, HeldMilli: partner.DefaultHeld, From: s.Now() - 60, Until: s.Now() - 30}}
	p, err := s.SavePartner(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	sides, err := s.TrialSides(t.Context(), p.Trials[0])
	if err != nil {
		t.Fatal(err)
	}
	// Every fifth comes anyway; of those whom the campaign reaches every third more.
	names, err := s.Names(t.Context(), idsOf(sides))
	if err != nil {
		t.Fatal(err)
	}
	var came []told
	held, anyway := 0, 0
	for i, side := range sides {
		if side.Held {
			held++
		}
		if i%5 != 0 && (side.Held || i%3 != 0) {
			continue
		}
		anyway++
		came = append(came, told{activity: orrery.Activity{
			ExternalID: fmt.Sprint("t", i), Namespace: "forum.example", Kind: "forum.reply", Planet: "origin",
			Actor: orrery.Actor{Namespace: "forum.example", Type: "login", Value: names[side.Member]}, At: now.AddDate(0, 0, -45), Origin: orrery.Prompted,
		}})
	}
	if held < 140 || held > 270 {
		t.Fatalf("%d of %d people are held out, want about a tenth", held, len(sides))
	}
	tell(t, s, "forum2", came)
	past, err := s.PartnersPast(t.Context(), s.Planets()[0], []partner.Partner{p}, s.Now(), func(orrery.MemberID) int { return -1 })
	if err != nil {
		t.Fatal(err)
	}
	got := past.Partners[0].Trials[0]
	// 1/3 of the four fifths who would not have come: .267 of 1,800 people, about 480.
	if !got.Over || !got.All.Enough || got.All.More.Low > 480 || got.All.More.High < 480 || got.All.More.Low < 200 {
		t.Errorf("got %+v, want about 480 more", got.All)
	}
}

func idsOf(sides []flow.Side) map[orrery.MemberID][]orrery.IdentityID {
	of := map[orrery.MemberID][]orrery.IdentityID{}
	for _, side := range sides {
		of[side.Member] = []orrery.IdentityID{orrery.IdentityID(side.Member)}
	}
	return of
}

func TestPartnersAreKeptWithTheirLinksAndRooms(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	forum, _ := broughtPeople(4)
	tell(t, s, "forum", forum)
	ctx := t.Context()
	p, err := s.SavePartner(ctx, radio())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SavePartner(ctx, partner.Partner{Slug: "other", Codes: []partner.Code{{Code: "dawn"}}}); orrery.CodeOf(err) != orrery.Conflict {
		t.Errorf("two partners have a code: %v", err)
	}
	for range 3 {
		if to, err := s.Follow(ctx, "dawn"); err != nil || to != "https://example.org/dawn" {
			t.Errorf("the link leads to %q: %v", to, err)
		}
	}
	if _, err := s.Follow(ctx, "dusk"); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("a link that is not there: %v", err)
	}
	room := partner.Room{Partner: "radio", Planet: s.Planets()[0].ID, Expires: now.AddDate(0, 1, 0)}
	token, room, err := s.OpenRoom(ctx, room)
	if err != nil {
		t.Fatal(err)
	}
	if _, found, err := s.Room(ctx, token); err != nil || found.Slug != "radio" {
		t.Errorf("the room does not open: %v", err)
	}
	for _, wrong := range []string{"", token[1:], token + "x", strings.ToUpper(token)} {
		if _, _, err := s.Room(ctx, wrong); orrery.CodeOf(err) != orrery.NotFound {
			t.Errorf("a wrong link opens the room: %v", err)
		}
	}
	written := 0
	for i := range 20 {
		switch err := s.WriteRoom(ctx, "radio", true, fmt.Sprint("We aired it\r\n", i, "\x07\u202e")); orrery.CodeOf(err) {
		case orrery.Exhausted:
		default:
			if err != nil {
				t.Fatal(err)
			}
			written++
		}
	}
	updates, err := s.RoomUpdates(ctx, "radio")
	if err != nil || written != 6 || len(updates) != 6 || strings.ContainsAny(updates[0].Text, "\r\x07\u202e") {
		t.Errorf("got %d written, %d kept, %+v: %v", written, len(updates), updates, err)
	}
	if err := s.WriteRoom(ctx, "radio", true, strings.Repeat("ä", partner.MaxUpdate+1)); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("a long text: %v", err)
	}
	leave(t, s)

	s = open(t, dir)
	defer leave(t, s)
	p, err = s.Partner(ctx, "radio")
	if err != nil || p.Codes[0].Followed != 3 || p.Domains[0] != "radio.example" || p.Channels[0] != "exhibition" {
		t.Errorf("after a start: %+v, %v", p, err)
	}
	p.Title = "Radio"
	if p, err = s.SavePartner(ctx, p); err != nil || p.Codes[0].Followed != 3 {
		t.Errorf("a change forgets who followed a link: %+v %v", p, err)
	}
	if err := s.CloseRoom(ctx, "radio", room.Number); err != nil {
		t.Error(err)
	}
	if _, _, err := s.Room(ctx, token); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("a room that was ended opens: %v", err)
	}
	late := partner.Room{Partner: "radio", Planet: 1, Expires: now.Add(-time.Hour)}
	if _, _, err := s.OpenRoom(ctx, late); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("a room that is over at once: %v", err)
	}
	if err := s.RemovePartner(ctx, "radio"); err != nil {
		t.Error(err)
	}
	if list, err := s.Partners(ctx); err != nil || len(list) != 0 {
		t.Errorf("got %v, %v", list, err)
	}
}
