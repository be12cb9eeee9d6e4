package view

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/newcomer"
	"orrery.dev/orrery/internal/study"
)

// newcomers tells of those who came first in the period, and what became of those of
// the half year before its end; then through which partner they came.
func (w *reportWriter) newcomers(ctx context.Context) error {
	r := w.report
	kept, err := w.desk.reckonNewcomers(ctx, w.planet, r.Until)
	if err != nil {
		return err
	}
	during := func(p Period) newcomer.Tally {
		return kept.Tally(func(one *newcomer.Person) bool { return one.Day() >= p.From && one.Day() <= p.Until })
	}
	came, before, ago := during(r.Period), during(r.Period.Before()), during(r.YearAgo())
	key := r.From.String()
	if r.Kind == "month" {
		key = r.Name
	}
	s := ReportSection{
		Key: "newcomers", Title: "Newcomers",
		Figures: []ReportFigure{{
			Key: "came", Name: "Came for the first time", Value: float64(came.Came), Before: some(float64(before.Came)), YearAgo: some(float64(ago.Came)), Unit: "people",
			Meaning: "people whose first activity lies in the period", To: "/newcomers/people", Pairs: []any{"by", r.Kind, "of", key},
		}},
		Hint: "Shares are of those who came in the half year up to the end and whose time for the step was over; they lie between the bounds in 90 of 100 cases. None is told of fewer than 10.",
	}
	if ago.Came == 0 && kept.Since > r.YearAgo().From {
		s.Figures[0].YearAgo = nil
	}
	q := NewcomersQuery{By: "month", Weeks: NewcomersWeeks}
	_, from := q.window(&kept)
	all := kept.Tally(func(one *newcomer.Person) bool { return one.Day() >= from })
	for _, step := range []struct {
		step          newcomer.Step
		name, meaning string
	}{
		{newcomer.Answered, "Were answered", "share of newcomers who said something that can be answered and were, within 30 days"},
		{newcomer.Second, "Acted on a second day", "share of newcomers who acted on another day within 30 days"},
		{newcomer.Returned, "Returned", fmt.Sprintf("share of newcomers who came by themselves with something meaningful in the %d days after their first 30", kept.Later)},
	} {
		if cell := all.Of(step.step); cell.Tells() {
			low, high := cell.Between()
			s.Figures = append(s.Figures, ReportFigure{
				Key: step.step.String(), Name: step.name, Value: cell.Share(), Low: &low, High: &high, Unit: "share", Meaning: step.meaning,
				To: "/newcomers/people", Pairs: []any{"by", "month", "step", step.step, "is", "done"},
			})
		}
	}
	if all.Times() {
		s.Figures = append(s.Figures, ReportFigure{
			Key: "answer_half", Name: "Half were answered within", Value: all.Half.Hours(), Unit: Waited, Meaning: "hours from what a newcomer asked to the first answer, of half of those answered", To: "/newcomers",
		})
	}
	w.add(s)
	return w.partners(&kept)
}

func (w *reportWriter) partners(kept *keptNewcomers) error {
	r := w.report
	s := ReportSection{Key: "partners", Title: "Partners", Hint: "Those who were first seen through each of them."}
	for i, slug := range kept.Partners {
		n := func(p Period) float64 {
			return float64(kept.Tally(func(one *newcomer.Person) bool {
				return one.Partner == i+1 && one.Day() >= p.From && one.Day() <= p.Until
			}).Came)
		}
		s.Figures = append(s.Figures, ReportFigure{
			Key: "partner " + slug, Name: kept.Names[i], Value: n(r.Period), Before: some(n(r.Period.Before())), YearAgo: some(n(r.YearAgo())), Unit: "people",
			Meaning: "people who came first in the period, and through this partner", To: "/partners/" + slug + "/people",
		})
	}
	w.add(s)
	return nil
}

// talks tells of conversations that were opened in the period, and who waited at its
// end.
func (w *reportWriter) talks(ctx context.Context) error {
	d, p, r := w.desk, w.planet, w.report
	now, err := d.system.TalksOpened(ctx, p, r.From, r.Until)
	if err != nil {
		return err
	}
	was := r.Period.Before()
	before, err := d.system.TalksOpened(ctx, p, was.From, was.Until)
	if err != nil {
		return err
	}
	page, err := d.Conversations(ctx, TalksQuery{Planet: p.ID, AsOf: r.Until, Limit: 1, Patience: study.Forever})
	if err != nil {
		return err
	}
	s := ReportSection{Key: "conversations", Title: "Conversations", Hint: "Of conversations that people from outside opened in the period; answered by its end.", Empty: "No conversation is known by then."}
	if page.Threads > 0 {
		share := ReportFigure{Key: "answered", Name: "Answered", Value: float64(now.Answered), Before: some(float64(before.Answered)), Unit: "conversations", Meaning: "of those opened in the period, answered by its end", To: "/conversations"}
		s.Figures = []ReportFigure{
			{Key: "opened", Name: "Opened from outside", Value: float64(now.Threads), Before: some(float64(before.Threads)), Unit: "conversations", Meaning: "conversations that people from outside opened in the period", To: "/conversations"},
			share,
			{Key: "waiting_on_us", Name: "Waited on us at the end", Value: float64(page.Counts.Us), Unit: "conversations", Meaning: "conversations in which it was our turn at the end", To: "/conversations", Pairs: []any{"show", "us"}},
			{Key: "waiting_on_them", Name: "Waited on them at the end", Value: float64(page.Counts.Them), Unit: "conversations", Meaning: "conversations in which it was their turn at the end", To: "/conversations", Pairs: []any{"show", "them"}},
		}
		if now.Answered >= newcomer.LeastCell {
			f := ReportFigure{Key: "answer_half", Name: "Half were answered within", Value: now.Half.Hours(), Unit: Waited, Meaning: "hours from the opening to the first answer, of half of those answered", To: "/conversations"}
			if before.Answered >= newcomer.LeastCell {
				f.Before = some(before.Half.Hours())
			}
			s.Figures = append(s.Figures, f)
		}
	}
	w.add(s)
	return nil
}

// origins tells what brought the period's activities about, as sources tell.
func (w *reportWriter) origins(ctx context.Context) error {
	r := w.report
	now, err := w.desk.system.Within(ctx, w.planet, r.From, r.Until)
	if err != nil {
		return err
	}
	was, year := r.Period.Before(), r.YearAgo()
	before, err := w.desk.system.Within(ctx, w.planet, was.From, was.Until)
	if err != nil {
		return err
	}
	ago, err := w.desk.system.Within(ctx, w.planet, year.From, year.Until)
	if err != nil {
		return err
	}
	r.Late = now.Late
	s := ReportSection{Key: "activity", Title: "What people did, and what brought it about", Hint: "Shares are of the activities of which a source tells what brought them about.", Figures: []ReportFigure{
		{Key: "people", Name: "Did anything", Value: float64(now.People), Before: some(float64(before.People)), YearAgo: some(float64(ago.People)), Unit: "people", Meaning: "people with an activity in the period", To: "/people"},
		{Key: "activities", Name: "Activities", Value: float64(now.Activities), Before: some(float64(before.Activities)), YearAgo: some(float64(ago.Activities)), Unit: "activities", Meaning: "activities of people in the period"},
	}}
	known := func(of [orrery.Prompted + 1]int) int {
		return of[orrery.Unprompted] + of[orrery.Peer] + of[orrery.Prompted]
	}
	share := func(of [orrery.Prompted + 1]int, o orrery.Origin) *float64 {
		if n := known(of); n >= newcomer.LeastCell {
			return some(float64(of[o]) / float64(n))
		}
		return nil
	}
	for _, o := range []struct {
		of   orrery.Origin
		name string
	}{{orrery.Unprompted, "Came by themselves"}, {orrery.Peer, "Drawn by people"}, {orrery.Prompted, "Prompted by us"}} {
		if v := share(now.Origins, o.of); v != nil {
			s.Figures = append(s.Figures, ReportFigure{
				Key: o.of.String(), Name: o.name, Value: *v, Before: share(before.Origins, o.of), YearAgo: share(ago.Origins, o.of), Unit: "share",
				Meaning: fmt.Sprintf("share of the %s activities of which a source tells it", thousands(known(now.Origins))), To: "/origin/" + o.of.String(),
			})
		}
	}
	w.add(s)
	return nil
}

// purposes tells how far those are that the planet serves.
func (w *reportWriter) purposes(ctx context.Context) error {
	now, err := w.desk.Purposes(ctx, w.report.Until, study.Forever)
	if err != nil {
		return err
	}
	before, err := w.desk.Purposes(ctx, w.report.From-1, study.Forever)
	if err != nil {
		return err
	}
	s := ReportSection{Key: "purposes", Title: "Purposes"}
	for i := range now {
		one := &now[i]
		serves := false
		for _, id := range one.Planets {
			serves = serves || id == w.planet.ID
		}
		if !serves || !one.There {
			continue
		}
		for k := range one.Progress {
			p := &one.Progress[k]
			if p.Measure.From > w.report.Until {
				continue
			}
			f := ReportFigure{
				Key: fmt.Sprintf("purpose %s %d", one.Slug, k+1), Name: one.Name() + ": " + p.Measure.Noun(), Value: p.Measure.Value(p.Value), Unit: p.Measure.Noun(),
				Meaning: fmt.Sprintf("of %s by %s", p.Measure.Write(p.Measure.Target), p.Measure.By.Time().Format("2 January 2006")), To: "/purposes/" + one.Slug,
			}
			for b := range before {
				if before[b].Slug == one.Slug && before[b].There && k < len(before[b].Progress) && p.Measure.From <= w.report.From-1 {
					f.Before = some(p.Measure.Value(before[b].Progress[k].Value))
				}
			}
			s.Figures = append(s.Figures, f)
		}
	}
	w.add(s)
	return nil
}

// repulsion tells what pushed people away in the 90 days up to the end.
func (w *reportWriter) repulsion(ctx context.Context) error {
	known, err := w.desk.Repulsion(ctx, w.planet.ID, w.report.Until, study.Forever)
	if err != nil {
		return err
	}
	now, then := known.Everybody.Now, known.Everybody.Before
	s := ReportSection{Key: "pushed_away", Title: "What pushed away", Hint: "In the 90 days up to the end, beside the 90 before. It stands beside gravity and is never taken off it."}
	if known.Everybody.All.Acts == 0 {
		s.Empty = "Nothing, as far as the sources tell."
	} else {
		s.Figures = []ReportFigure{
			{Key: "pushed", Name: "Pushed away", Value: float64(now.People), Before: some(float64(then.People)), Unit: "people", Meaning: "people who showed in 90 days that something displeased them", To: "/repulsion"},
			{Key: "pushed_share", Name: "Of the active", Value: float64(now.People) / float64(max(1, now.Active)), Before: some(float64(then.People) / float64(max(1, then.Active))), Unit: "share", Meaning: "share of the people who were active in those 90 days", To: "/repulsion"},
		}
	}
	w.add(s)
	return nil
}

// tasks tells what was meant to be done.
func (w *reportWriter) tasks(ctx context.Context) error {
	list, err := w.desk.system.Tasks(ctx, w.planet.ID)
	if err != nil || len(list) == 0 {
		return err
	}
	r := w.report
	count := func(p Period) (made, done, open float64) {
		from, until := p.From.Time(), (p.Until + 1).Time()
		within := func(t time.Time) bool { return !t.Before(from) && t.Before(until) }
		for i := range list {
			t := &list[i]
			if within(t.Made) {
				made++
			}
			if t.Done && within(t.Ended) {
				done++
			}
			if t.Made.Before(until) && (!t.Done || !t.Ended.Before(until)) {
				open++
			}
		}
		return made, done, open
	}
	made, done, open := count(r.Period)
	wasMade, wasDone, wasOpen := count(r.Period.Before())
	if cmp.Or(made, done, open) == 0 {
		return nil
	}
	w.add(ReportSection{Key: "tasks", Title: "Tasks", Figures: []ReportFigure{
		{Key: "made", Name: "Taken up", Value: made, Before: &wasMade, Unit: "tasks", Meaning: "tasks that were made in the period"},
		{Key: "done", Name: "Done", Value: done, Before: &wasDone, Unit: "tasks", Meaning: "tasks that were ended in the period"},
		{Key: "open", Name: "Open at the end", Value: open, Before: &wasOpen, Unit: "tasks", Meaning: "tasks that were not done at the end"},
	}})
	return nil
}
