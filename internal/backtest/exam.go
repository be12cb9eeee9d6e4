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

// before returns the windows that a fit may learn from at a cut, the latest
// first.
func (e *exam) before(cut, within orrery.Day) []window {
	var all []window
	for i := range trainings {
		if day := cut - orrery.Day(i+1)*orrery.Day(e.horizon); day >= e.past.first+firstWindow {
			all = append(all, look(e.past.people, day, e.horizon, within))
		}
	}
	return all
}

// sit lets every method tell, and then looks at what came.
func (e *exam) sit(m *moment) {
	now, before := look(e.past.people, m.cut, e.horizon, e.within()), e.before(m.cut, e.within())
	m.came = now.outcomes()
	positives := count(m.came)
	if positives == 0 || positives == len(m.came) {
		return
	}
	m.judged = true
	fit := field.Learn(e.horizon, samples(before))
	people := now.numbers()
	for _, method := range e.methods {
		scores, chances := method.predict(&setting{now: &now, before: before, horizon: e.horizon, past: e.past, cut: m.cut, fit: fit})
		m.trials = append(m.trials, newTrial(people, scores, chances, m.came))
	}
	m.observe(&now, &fit, int32(e.past.last+1-m.cut))
	orbit := orrery.Day(e.horizon.Patience())
	if orbit != e.within() {
		now, before = look(e.past.people, m.cut, e.horizon, orbit), e.before(m.cut, orbit)
		fit = field.Learn(e.horizon, samples(before))
	}
	m.gravity = e.weigh(m.cut, &now, before, &fit)
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
