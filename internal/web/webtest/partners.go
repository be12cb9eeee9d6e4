package webtest

import (
	"context"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/partner"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// partnering is World as web.Partners: one partner, whose figures package partner
// reckons from days that are made up.
type partnering struct {
	*World
	updates []partner.Update
}

var _ web.Partners = (*partnering)(nil)

// RoomToken opens the room of World's partner.
const RoomToken = "a-room-of-our-own"

const partnerSlug = "radio-nordvind"

func errNoPartner(slug string) error {
	return orrery.Errorf(orrery.NotFound, "there is no partner %q", slug)
}

func (w *partnering) row() view.PartnerRow {
	day := orrery.DayOf(w.now)
	p := partner.Partner{
		Slug: partnerSlug, Title: "Radio Nordvind", Statement: "A dawn every Sunday.", Domains: []string{"nordvind.example"}, Channels: []string{"csv/dawns"},
		Codes:  []partner.Code{{Code: "NORDVIND", Address: "https://example.org/dawn", Followed: 214, Otherwise: "https://example.org/", Switch: partner.Switch{Salt: "x", From: day - 90, BlockDays: 7}}},
		Trials: []partner.Trial{{Name: "autumn-letter", Planet: 1, Salt: "y", HeldMilli: 100, From: day - 40, Until: day - 10}, {Name: "winter", Planet: 1, Salt: "z", HeldMilli: 100, From: day + 4, Until: day + 20}},
	}
	if w.options.Hostile {
		p.Title, p.Statement = `"><script>alert("partner")</script>`, `<img src=x onerror=alert(4)>`
	}
	row := view.PartnerRow{Partner: p, Known: true}
	came := func(d orrery.Day) int { return 2 + int(d%3) }
	arrivals := []partner.Arrival{}
	var brought, others []partner.Stand
	for i, who := range w.people {
		first := day - orrery.Day(20+i%340)
		stand := partner.Stand{First: first, Closeness: who.row.Closeness, Level: who.row.Level}
		if i%6 == 0 {
			arrivals = append(arrivals, partner.Arrival{Member: who.row.ID, Day: first, How: partner.ByCode})
			brought = append(brought, stand)
		} else {
			others = append(others, stand)
		}
	}
	partner.SortArrivals(arrivals)
	row.Ever, row.Year, row.Quarter, row.InOrbit = len(arrivals), len(arrivals), len(arrivals)/4, len(arrivals)
	row.Past = partner.Seen{
		Slug: p.Slug, Brought: arrivals, Marked: 3 * len(arrivals), People: len(arrivals) + 4, Now: partner.Compare(0, brought, others),
		Credit:   &partner.Credit{LastTouch: 40, Shapley: 36.5, Markov: 38.25},
		Together: partner.Together{Objects: 30, Threads: 12, Others: 77},
		Trials:   []partner.TrialFound{{Name: "autumn-letter", Over: true, All: partner.LiftOf(partner.Arm{People: 900, Came: 120}, partner.Arm{People: 100, Came: 8})}},
		Switches: []partner.SwitchFound{{Code: "NORDVIND", Switchback: p.Codes[0].Switch.Blocks(day, came)}},
	}
	for _, days := range partner.LaterDays {
		row.Past.Later = append(row.Past.Later, partner.Compare(days, brought, others))
	}
	if a, ok := partner.AroundDate(day-200, day-1000, day, came); ok {
		a.Beside(came)
		row.Past.Around = &a
	}
	return row
}

func (w *partnering) Partners(context.Context, orrery.PlanetID, orrery.Day, time.Duration) (view.Partners, error) {
	if len(w.planets) == 0 {
		return view.Partners{There: true}, nil
	}
	return view.Partners{
		AsOf: orrery.DayOf(w.now), Newcomers: len(w.people), Year: len(w.people), Quarter: len(w.people) / 4, There: true, Made: w.now,
		Partners: []view.PartnerRow{w.row()},
	}, nil
}

func (w *partnering) Partner(_ context.Context, _ orrery.PlanetID, slug string, _ orrery.Day, _ time.Duration) (view.PartnerStory, error) {
	if slug != partnerSlug {
		return view.PartnerStory{}, errNoPartner(slug)
	}
	return view.PartnerStory{
		PartnerRow: w.row(), AsOf: orrery.DayOf(w.now), Newcomers: len(w.people), There: true, Updates: w.updates,
		Circles:  []view.PartnerCircle{{ID: 1, Name: "Bikepackers", People: 12}},
		Purposes: []view.SharedPurpose{{Slug: "ten-more-years", Name: "Ten more years"}},
		Rooms:    []partner.Room{{Number: 1, Partner: slug, Purpose: "ten-more-years", Planet: 1, Made: w.now, Expires: w.now.AddDate(0, 3, 0)}},
	}, nil
}

func (w *partnering) PartnerActs(_ context.Context, q view.PartnerActsQuery, _ time.Duration) (view.PartnerActs, error) {
	row := w.row()
	list := view.PartnerActs{Slug: q.Slug, Name: row.Name(), There: true, N: 60, Kept: 60, Offset: q.Offset}
	if q.Slug != partnerSlug {
		return list, errNoPartner(q.Slug)
	}
	if q.Limit > 0 && q.Offset+q.Limit < list.N {
		list.Next = q.Offset + q.Limit
	}
	for i := range w.people[:min(10, len(w.people))] {
		who := &w.people[i].row
		list.List = append(list.List, view.PartnerAct{
			Happening: view.Happening{At: w.now.AddDate(0, 0, -i), Way: orrery.Conversation, Title: "Wrote about the dawn", Kind: "forum.reply", Source: "forum.example", Count: 1},
			ID:        who.ID, Who: who.Name, How: partner.ByMark,
		})
	}
	return list, nil
}

func (w *partnering) PartnerPeople(_ context.Context, q view.BroughtQuery, _ time.Duration) (view.BroughtList, error) {
	if q.Slug != partnerSlug {
		return view.BroughtList{}, errNoPartner(q.Slug)
	}
	row := w.row()
	list := view.BroughtList{Slug: q.Slug, Name: row.Name(), N: len(row.Past.Brought), There: true}
	for i, a := range row.Past.Brought {
		list.People = append(list.People, view.BroughtPerson{Row: w.people[(6*i)%len(w.people)].row, Day: a.Day, How: a.How})
	}
	return list, nil
}

func (w *partnering) SavePartner(_ context.Context, _ view.Account, form view.PartnerForm) (string, error) {
	p := partner.Partner{Slug: partnerSlug, Title: form.Title, Statement: form.Statement, Domains: form.Domains, Channels: form.Channels}
	for _, text := range form.Codes {
		c, err := partner.ParseCode(text, orrery.DayOf(w.now))
		if err != nil {
			return "", err
		}
		c.Switch.Salt = strings.Repeat("x", min(1, c.Switch.BlockDays))
		p.Codes = append(p.Codes, c)
	}
	p.Tidy()
	return p.Slug, p.Check()
}

func (w *partnering) RemovePartner(context.Context, view.Account, string) error { return nil }

func (w *partnering) BeginTrial(context.Context, view.Account, orrery.PlanetID, string, view.NewTrial) error {
	return nil
}

func (w *partnering) DropTrial(context.Context, view.Account, string, string) error { return nil }

func (w *partnering) TrialSides(context.Context, string, string) (list []view.TrialSide, err error) {
	for i, p := range w.people {
		list = append(list, view.TrialSide{ID: p.row.ID, Name: p.row.Name, Held: i%10 == 0})
	}
	return list, nil
}

func (w *partnering) OpenRoom(context.Context, view.Account, orrery.PlanetID, string, string, int) (string, error) {
	return RoomToken, nil
}

func (w *partnering) CloseRoom(context.Context, view.Account, string, int64) error { return nil }

func (w *partnering) WriteRoom(ctx context.Context, _ view.Account, _, text string) error {
	return w.write(text, false)
}

func (w *partnering) DropRoomUpdate(context.Context, view.Account, string, int64) error { return nil }

func (w *partnering) Room(_ context.Context, token string, _ time.Duration) (view.RoomPage, error) {
	if token != RoomToken {
		return view.RoomPage{}, orrery.Errorf(orrery.NotFound, "this link opens no room: it may have ended. Ask who sent it for a new one")
	}
	row := w.row()
	return view.RoomPage{
		Partner: row.Name(), Brand: "Alder Bikes", About: row.Statement, Updates: w.updates, AsOf: orrery.DayOf(w.now),
		Expires: w.now.AddDate(0, 3, 0), There: true,
		Brought: []view.RoomFigure{{Says: "first seen through you in the last year", People: "134"}, {Says: "in the last 90 days", People: "fewer than 10"}},
	}, nil
}

func (w *partnering) WriteInRoom(_ context.Context, token, text string) error {
	if token != RoomToken {
		return orrery.Errorf(orrery.NotFound, "this link opens no room: it may have ended. Ask who sent it for a new one")
	}
	return w.write(text, true)
}

func (w *partnering) write(text string, theirs bool) error {
	if text == "" {
		return orrery.Errorf(orrery.Invalid, "an update has 1 to %d letters, this one has 0", partner.MaxUpdate)
	}
	w.updates = append([]partner.Update{{Number: int64(len(w.updates) + 1), At: w.now, Theirs: theirs, Text: text}}, w.updates...)
	return nil
}

func (w *partnering) Follow(_ context.Context, code string) (string, error) {
	if code != "NORDVIND" {
		return "", orrery.Errorf(orrery.NotFound, "this link leads nowhere: it may be mistyped, or it has ended")
	}
	return "https://example.org/dawn", nil
}
