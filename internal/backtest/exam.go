package backtest

import (
	"context"
	"runtime"
	"sync"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
)

// exam is the test of one target at one horizon.
type exam struct {
	past    *past
	target  Target
	horizon field.Horizon
	methods []method
	moments []moment
}

// moment is what was told at one cut. It is sat by one goroutine and read by
// others afterwards.
type moment struct {
	cut    orrery.Day
	judged bool    // some came and some did not
	came   []bool  // of those who were asked about
	trials []trial // by method

	gravity     Gravity
	drift, rise flags
	core        silence
	told        []told // what the fit said
}

func newExam(p *past, t Target, h field.Horizon, chosen []method) *exam {
	e := &exam{past: p, target: t, horizon: h, methods: chosen}
	for _, cut := range cutsOf(p.first, p.last, h) {
		e.moments = append(e.moments, moment{cut: cut})
	}
	return e
}

// within is for how many days without any activity people are still asked
// about: a year by the protocol; closeness asks for those in orbit.
func (e *exam) within() orrery.Day {
	if e.target == Return {
		return population
	}
	return orrery.Day(e.horizon.Patience())
}

// before returns the latest completed windows of a cut: what plain methods are
// scaled on.
func (e *exam) before(cut orrery.Day) []window {
	var all []window
	for i := range scalings {
		if day := cut - orrery.Day(i+1)*orrery.Day(e.horizon); day >= e.past.first+firstWindow {
			all = append(all, look(e.past.people, day, e.horizon, e.within()))
		}
	}
	return all
}

// lessons returns what a fit may learn from at a cut: everybody who was in orbit
// at the beginning of a window that was over by then.
func (e *exam) lessons(cut, within orrery.Day) []field.Sample {
	h := orrery.Day(e.horizon)
	most := min(field.Windows, max(0, int((cut-e.past.first-firstWindow)/h)))
	var all []field.Sample
	for i := range e.past.people {
		p := &e.past.people[i]
		var s field.Series
		days := p.days
		for ago := most; ago > 0; ago-- {
			at := cut - orrery.Day(ago)*h
			for len(days) > 0 && days[0] < at {
				s.Add(days[0])
				days = days[1:]
			}
			x, ok := s.Features(at - 1)
			if !ok || !p.presentWithin(at, within) {
				continue
			}
			all = append(all, field.Sample{X: x, Came: len(days) > 0 && days[0] < at+h, Ago: uint8(ago - 1)})
		}
	}
	return all
}

// sit lets every method tell, and then looks at what came.
func (e *exam) sit(m *moment) {
	now, before := look(e.past.people, m.cut, e.horizon, e.within()), e.before(m.cut)
	m.came = now.outcomes()
	positives := count(m.came)
	if positives == 0 || positives == len(m.came) {
		return
	}
	m.judged = true
	lessons := e.lessons(m.cut, e.within())
	fit := field.Learn(e.horizon, lessons)
	people := now.numbers()
	for _, method := range e.methods {
		scores, chances := method.predict(&setting{
			now: &now, before: before, lessons: lessons, horizon: e.horizon, past: e.past, cut: m.cut, fit: fit,
		})
		m.trials = append(m.trials, newTrial(people, scores, chances, m.came))
	}
	m.observe(&now, &fit, int32(e.past.last+1-m.cut))
	orbit := orrery.Day(e.horizon.Patience())
	if orbit != e.within() {
		now = look(e.past.people, m.cut, e.horizon, orbit)
		fit = field.Learn(e.horizon, e.lessons(m.cut, orbit))
	}
	m.gravity = e.weigh(m.cut, &now, &fit)
	if earlier := m.cut - orrery.Day(e.horizon); earlier >= e.past.first+firstWindow {
		w := look(e.past.people, earlier, e.horizon, orbit)
		same := count(w.outcomes())
		m.gravity.SameAsBefore = &same
	}
}

// judged reports whether there was a cut at which some came and some did not.
func (e *exam) judged() bool {
	for i := range e.moments {
		if e.moments[i].judged {
			return true
		}
	}
	return false
}

// result is how one method did over all cuts.
func (e *exam) result(method int) Result {
	r := Result{Target: e.target, Method: e.methods[method].name, HorizonDays: int(e.horizon)}
	var trials []trial
	for i := range e.moments {
		if m := &e.moments[i]; m.judged {
			trials = append(trials, m.trials[method])
			r.Cuts++
			r.N += len(m.came)
			r.Positives += count(m.came)
		}
	}
	if r.Cuts == 0 {
		return r
	}
	f, ends := intervals(trials, len(e.past.people))
	r.AUC, r.AveragePrecision, r.Brier, r.ECE = f[0], f[1], f[2], f[3]
	r.AUCInterval, r.AveragePrecisionInterval, r.BrierInterval, r.ECEInterval = ends[0], ends[1], ends[2], ends[3]
	return r
}

// inParallel runs all jobs, as many at a time as there are processors.
func inParallel(ctx context.Context, jobs []func()) error {
	next := make(chan func())
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		all.Go(func() {
			for job := range next {
				job()
			}
		})
	}
	for _, job := range jobs {
		if ctx.Err() != nil {
			break
		}
		next <- job
	}
	close(next)
	all.Wait()
	return ctx.Err()
}
