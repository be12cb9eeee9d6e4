package view

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/partner"
)

// BroughtQuery asks for the people behind a figure of a partner. Of says which: none
// for all whom it brought; "year" and "quarter" for those of the last 365 and 90 days;
// "orbit" and "near" for those who are so now; "30", "90" and "365" for those who came
// at least so many days ago, with "-near" behind it those who were near then;
// "circle-4" for those in the circle of that number, "alone" for those in none; "side"
// for all who came through it or did something with its mark, "others" for those who
// did something together with them.
type BroughtQuery struct {
	Planet orrery.PlanetID
	Slug   string
	Of     string
	AsOf   orrery.Day
	Offset int // so many are left out
	Limit  int // 0: all
}

// PartnerPeople lists the people behind a figure of a partner, newest first.
func (d *Desk) PartnerPeople(ctx context.Context, q BroughtQuery, patience time.Duration) (BroughtList, error) {
	s, err := d.Partner(ctx, q.Planet, q.Slug, q.AsOf, patience)
	if err != nil {
		return BroughtList{}, err
	}
	out := BroughtList{Slug: q.Slug, Name: s.Name(), There: s.There}
	var list []partner.Arrival
	if q.Of == "side" || q.Of == "others" {
		list, out.Of = s.side(q.Of)
	} else {
		var keep func(*partner.Arrival) bool
		if keep, out.Of, err = s.among(q.Of); err != nil {
			return out, err
		}
		for _, a := range s.Past.Brought {
			if keep(&a) {
				list = append(list, a)
			}
		}
	}
	out.N, out.Offset = len(list), max(0, q.Offset)
	switch q.Of {
	case "side":
		out.N = s.Past.People
	case "others":
		out.N = s.Past.Together.Others
	}
	list = list[min(out.Offset, len(list)):]
	if q.Limit > 0 && len(list) > q.Limit {
		list, out.Next = list[:q.Limit], out.Offset+q.Limit
	}
	r, err := d.rosterAsOf(ctx, q.Planet, q.AsOf)
	if err != nil {
		return out, err
	}
	tags, err := d.tagged(ctx)
	if err != nil {
		return out, err
	}
	for _, a := range list {
		if line := r.of(a.Member); line != nil { // else erased or merged since
			out.People = append(out.People, BroughtPerson{line.row(tags), a.Day, a.How})
		}
	}
	return out, nil
}

// side lists who is on a partner's side, or does things together with it.
func (s *PartnerStory) side(of string) (list []partner.Arrival, words string) {
	came := map[orrery.MemberID]partner.Arrival{}
	for _, a := range s.Past.Brought {
		came[a.Member] = a
	}
	members, words := s.Past.Behind.People, "who came through "+s.Name()+" or did something with its mark"
	if of == "others" {
		members, words = s.Past.Behind.Others, "who did something together with people of "+s.Name()
	}
	for _, m := range members {
		a := came[m]
		a.Member = m
		list = append(list, a)
	}
	return list, words
}

// among tells who of the brought a figure is of, and says so in words.
func (s *PartnerStory) among(of string) (keep func(*partner.Arrival) bool, words string, err error) {
	near := func(l orrery.Level) bool { return l >= orrery.Inner }
	in := func(days int) func(*partner.Arrival) bool {
		return func(a *partner.Arrival) bool { return a.Day > s.AsOf-orrery.Day(days) }
	}
	switch of {
	case "":
		return func(*partner.Arrival) bool { return true }, "", nil
	case "quarter":
		return in(90), "in the last 90 days", nil
	case "year":
		return in(365), "in the last year", nil
	case "orbit":
		return func(a *partner.Arrival) bool { return a.Now() != orrery.OutOfOrbit }, "and in orbit now", nil
	case "near":
		return func(a *partner.Arrival) bool { return near(a.Now()) }, "and near now", nil
	}
	if text, ok := strings.CutPrefix(of, "circle-"); ok || of == "alone" {
		circle := -1
		if ok {
			if circle, err = strconv.Atoi(text); err != nil || circle < 0 {
				return nil, "", errNoSuchPeople(of)
			}
		}
		words = "and in no circle"
		for _, c := range s.Circles {
			if c.ID == circle {
				words = "and in the circle “" + c.Name + "”"
			}
		}
		return func(a *partner.Arrival) bool { return a.Circle == circle }, words, nil
	}
	text, then := strings.CutSuffix(of, "-near")
	days, err := strconv.Atoi(text)
	for _, known := range partner.LaterDays {
		if err != nil || days != known {
			continue
		}
		words = fmt.Sprintf("at least %d days ago", days)
		if then {
			words = fmt.Sprintf("and near %d days later", days)
		}
		return func(a *partner.Arrival) bool {
			level, reached := a.After(days)
			return reached && (!then || near(level))
		}, words, nil
	}
	return nil, "", errNoSuchPeople(of)
}

func errNoSuchPeople(of string) error {
	return orrery.Errorf(orrery.NotFound, "there is no list %q of a partner’s people: choose a figure of its page", of)
}

// PartnerActsQuery asks for the activities behind a figure of a partner: Of is
// "marked", "things" or "talks".
type PartnerActsQuery struct {
	Planet orrery.PlanetID
	Slug   string
	Of     string
	AsOf   orrery.Day
	Offset int // so many newer ones are left out
	Limit  int // 0: all
}

// PartnerActs are activities behind a figure of a partner, newest first.
type PartnerActs struct {
	Slug, Name string
	N          int // in all
	Kept       int // of them, the newest that can be listed
	Offset     int
	Next       int // offset of the next page; 0: there is none
	List       []PartnerAct
	There      bool
}

// PartnerAct is one of them.
type PartnerAct struct {
	Happening
	ID  orrery.MemberID
	Who string
	How partner.How // by what it is the partner's; of its own activities
}

// PartnerActs lists the activities behind a figure of a partner.
func (d *Desk) PartnerActs(ctx context.Context, q PartnerActsQuery, patience time.Duration) (PartnerActs, error) {
	s, err := d.Partner(ctx, q.Planet, q.Slug, q.AsOf, patience)
	if err != nil {
		return PartnerActs{}, err
	}
	out := PartnerActs{Slug: q.Slug, Name: s.Name(), There: s.There, Offset: max(0, q.Offset)}
	var deeds []partner.Deed
	switch q.Of {
	case "marked":
		deeds, out.N = s.Past.Behind.Marked, s.Past.Marked
	case "things":
		deeds, out.N = s.Past.Behind.Objects, s.Past.Together.Objects
	case "talks":
		deeds, out.N = s.Past.Behind.Threads, s.Past.Together.Threads
	default:
		return out, orrery.Errorf(orrery.NotFound, "there is no list %q of a partner’s activities: choose a figure of its page", q.Of)
	}
	out.Kept = len(deeds)
	deeds = deeds[min(out.Offset, len(deeds)):]
	if q.Limit > 0 && len(deeds) > q.Limit {
		deeds, out.Next = deeds[:q.Limit], out.Offset+q.Limit
	}
	opened, err := d.system.OpenPartnerDeeds(ctx, q.Planet, deeds)
	if err != nil {
		return out, err
	}
	names, err := d.actors(ctx, opened)
	if err != nil {
		return out, err
	}
	for i := range opened {
		a := &opened[i]
		out.List = append(out.List, PartnerAct{happeningOf(&a.Done), a.Member, names[a.Member], deeds[a.Nth].How})
	}
	return out, nil
}
