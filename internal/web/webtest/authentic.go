package webtest

import (
	"context"
	"fmt"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/authentic"
	"orrery.dev/orrery/internal/view"
)

// doubting is World as web.Real: its first person may be a program, the next
// three praise each other, the fifth plays for the count.
type doubting World

func (d *doubting) Authenticity(context.Context, orrery.PlanetID, time.Duration) (view.Authentic, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	a := view.Authentic{AsOf: orrery.DayOf(d.now), Gravity: 41.2, People: len(d.people), Praises: 4120, There: true, Made: d.now.Add(-time.Minute)}
	if len(d.people) < 5 {
		return a, nil
	}
	doubt := func(number int64, kind authentic.Kind, activity string, souls []*soul, reasons ...string) {
		v := view.Doubt{Flag: authentic.Flag{Kind: kind, Activity: activity, Reasons: reasons, Strength: .8}, Weighed: true, Gravity: 41.2, Without: 39.8, Acts: 812, Counts: true}
		for _, s := range souls {
			v.Members = append(v.Members, s.row.ID)
			v.Who = append(v.Who, view.DoubtedPerson{
				ID: s.row.ID, Name: s.row.Name, With: view.Stands{Closeness: s.row.Closeness, Level: s.row.Level, Given: 21, Received: 12},
				Without: view.Stands{Closeness: s.row.Closeness / 2, Level: orrery.Edge, Given: 3},
			})
			v.Examples = append(v.Examples, view.DoubtedAct{Who: s.row.ID, Name: s.row.Name, To: souls[0].row.ID, ToName: souls[0].row.Name, Kind: "forum.like", At: d.now, Before: fmt.Sprint(d.now.UnixMicro())})
		}
		switch ruled, ok := d.ruled[number]; {
		case kind == authentic.Program && souls[0].row.Kind == orrery.Bot:
			v.Marked = true
			a.Decided = append(a.Decided, v)
		case ok:
			v.Verdict, v.Counts = number, ruled
			a.Decided = append(a.Decided, v)
		default:
			a.Open = append(a.Open, v)
		}
	}
	doubt(1, authentic.Program, "", d.people[:1], "active on 98 % of 240 days", "61 % of it in minute 0 of an hour")
	doubt(2, authentic.Ring, "", d.people[1:4], "3 people praised each other 812 times: one of them the other 2 412 times, who praised back 397 times; 2 % of their praise went to anybody else")
	doubt(3, authentic.Gaming, "forum.like", d.people[4:5], "on 88 of 90 days exactly as many as count, 5, within 40 seconds")
	return a, nil
}

func (d *doubting) Rule(_ context.Context, _ view.Account, _ orrery.PlanetID, f authentic.Flag, counts bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	number := map[authentic.Kind]int64{authentic.Ring: 2, authentic.Gaming: 3}[f.Kind]
	if number == 0 {
		return orrery.Errorf(orrery.Invalid, "whether somebody is a program is decided by saying what they are")
	}
	if d.ruled == nil {
		d.ruled = map[int64]bool{}
	}
	d.ruled[number] = counts
	return nil
}

func (d *doubting) Overrule(_ context.Context, _ view.Account, verdict int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.ruled[verdict]; !ok {
		return orrery.Errorf(orrery.NotFound, "there is no decision %d", verdict)
	}
	delete(d.ruled, verdict)
	return nil
}
