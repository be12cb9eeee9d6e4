package simulate

import (
	"fmt"
	"time"

	"orrery.dev/orrery"
)

// publish has the team publish an article a week around every planet but the
// yearly one, which has a few before its event.
func (r *run) publish() {
	for k := range planets {
		p := &r.w.Planets[k]
		first := r.day == p.Opened
		weekly := k != wakesong && r.day > p.Opened && (int(r.day-p.Opened)+3*k)%7 == 0
		yearly := k == wakesong && r.day.Time().Day() == 12 && r.day.Time().Month() < time.July
		if !first && !weekly && !yearly {
			continue
		}
		who := r.teammateOn(mail)
		v := visit{who: who, planet: k, campaign: -1, do: (*run).publishArticle, at: r.clock(r.day, &r.w.People[who])}
		r.later(v)
	}
}

func (r *run) publishArticle(v *visit) {
	r.begin(v, articlePublished, mail, "article")
	r.a.Origin = orrery.OriginUnknown
	o := r.object("article", r.title(v, articleTitles), mail)
	r.articles[v.planet] = append(r.articles[v.planet], o)
	r.done()
}

// send sends the day's campaigns: who opens, who reads, who buys or signs up
// because of it.
func (r *run) send() {
	for i := range r.w.Campaigns {
		c := &r.w.Campaigns[i]
		if c.Day != r.day {
			continue
		}
		for who := range r.w.People {
			p, s := &r.w.People[who], &r.people[who]
			if !p.subscribed[c.Planet] || s.unsubscribed[c.Planet] || p.Arrived >= r.day {
				continue
			}
			opens := .27
			switch {
			case p.Role == OnlyPrompted:
				opens = .8
			case r.day >= p.leaves:
				opens = .05
			}
			if r.rng.Float64() < opens {
				at := c.Day.Time().Unix() + 8*3600 + int64(r.rng.ExpFloat64()*9*3600)
				r.later(visit{at: at, who: who, planet: c.Planet, do: (*run).openLetter, origin: orrery.Prompted, campaign: i})
			}
		}
	}
}

func (r *run) openLetter(v *visit) {
	c, p := &r.w.Campaigns[v.campaign], &r.w.People[v.who]
	r.begin(v, newsletterOpen, mail, "open")
	r.a.Object = orrery.Object{ID: c.ID, Type: "newsletter", Title: c.Title}
	r.done()

	next := *v
	next.at += 30 + int64(r.rng.ExpFloat64()*240)
	reads, buys := .22, .006
	if p.Role == OnlyPrompted {
		reads, buys = .5, .02
	}
	if c.launch {
		buys *= 5
	}
	switch x := r.rng.Float64(); {
	case x < .012 && p.Role == Ordinary:
		next.do = (*run).unsubscribe
	case c.Planet == wakesong && x < .3:
		next.do = (*run).register
	case p.uses[shop] && x < buys:
		next.do = (*run).order
	case x < reads:
		next.do = (*run).readArticle
	default:
		return
	}
	r.later(next)
}

func (r *run) unsubscribe(v *visit) {
	r.people[v.who].unsubscribed[v.planet] = true
	r.begin(v, newsletterUnsubscribed, mail, "unsubscribed")
	r.done()
}

// gather plans the yearly event ten weeks ahead: who comes every year, and who
// else signs up by themselves.
func (r *run) gather() {
	for _, event := range r.w.gatherings {
		if r.day != event-70 {
			continue
		}
		for who := range r.w.People {
			p := &r.w.People[who]
			if p.Arrived > r.day || p.Role == OnlyPrompted || p.Role > Yearly {
				continue
			}
			drawn := p.Role == Yearly || p.around[wakesong] > 0 && r.day < p.leaves && r.rng.Float64() < .6
			if drawn {
				day := r.day + orrery.Day(5+r.rng.IntN(55))
				r.later(visit{at: r.clock(day, p), who: who, planet: wakesong, do: (*run).register, campaign: -1})
			}
		}
	}
}

// coming returns the next yearly event, or false.
func (r *run) coming() (orrery.Day, bool) {
	for _, event := range r.w.gatherings {
		if event > r.day {
			return event, true
		}
	}
	return 0, false
}

func (r *run) gathering(event orrery.Day) orrery.Object {
	year := event.Time().Year()
	return orrery.Object{ID: fmt.Sprintf("wakesong-%d", year), Type: "event", Title: fmt.Sprintf("Wakesong %d", year), URL: fmt.Sprintf("https://wakesong.example/%d", year)}
}

func (r *run) register(v *visit) {
	event, ok := r.coming()
	if !ok || event-r.day > 80 || r.people[v.who].registered == event {
		return
	}
	r.people[v.who].registered = event
	p := &r.w.People[v.who]
	r.begin(v, eventRegistered, mail, "registered")
	r.a.Object = r.gathering(event)
	r.done()
	if p.Role != Yearly && r.rng.Float64() < .15 {
		return
	}
	const whole = 24 * 3600
	local := 4*3600 + r.rng.IntN(3*3600)
	come := *v
	come.at = event.Time().Unix() + int64(((local-p.offset*60)%whole+whole)%whole)
	come.do = (*run).attend
	r.later(come)
	come.at += 3 * 3600
	if x := r.rng.Float64(); x < .25 && p.Role != OnlyPrompted {
		come.do = (*run).steward
		r.later(come)
	} else if x < .6 && p.uses[soundmap] {
		come.do = (*run).shareRecording
		r.later(come)
	}
}

func (r *run) attend(v *visit) {
	r.begin(v, eventAttended, mail, "attended")
	r.a.Object = r.gathering(r.day)
	r.advance(1)
	r.done()
}

func (r *run) steward(v *visit) {
	r.begin(v, volunteerHours, mail, "shift")
	r.a.Object = r.gathering(r.day)
	r.a.Quantity, r.a.Unit = float64(2+r.rng.IntN(5)), "hours"
	r.advance(1)
	r.done()
}

// arrive lets somebody in: they join where they have an account, subscribe, and
// look around.
func (r *run) arrive(who int) {
	p := &r.w.People[who]
	v := visit{who: who, planet: r.planetFor(p), campaign: -1, at: r.clock(r.day, p), do: (*run).join}
	if p.Partner >= 0 || r.rng.Float64() < .2 {
		v.origin = orrery.Peer
	}
	r.people[who].lastCame = r.day
	r.later(v)
	v.origin = orrery.OriginUnknown
	for range 1 + geometric(r.rng, .5, 4) {
		v.at += 60 + int64(r.rng.ExpFloat64()*500)
		v.do = (*run).browse
		r.later(v)
	}
	if event, ok := r.coming(); ok && event-r.day < 60 && event-r.day > 5 && p.around[wakesong] > 0 && r.rng.Float64() < .6 {
		v.at, v.planet, v.do = v.at+600, wakesong, (*run).register
		r.later(v)
	}
}

func (r *run) join(v *visit) {
	p := &r.w.People[v.who]
	if p.uses[forum] {
		r.begin(v, forumJoin, forum, "join")
		r.done()
	}
	for k, yes := range p.subscribed {
		if yes && r.day >= r.w.Planets[k].Opened {
			v.planet = k
			r.begin(v, newsletterSubscribed, mail, "subscribed")
			r.done()
		}
	}
}

// teammateOn returns a teammate with an account there, of those who have begun.
func (r *run) teammateOn(at platform) int {
	first := dailyLikerCount + onlyPromptedCount + yearlyCount
	for range 60 {
		who := first + r.rng.IntN(teammateCount)
		if p := &r.w.People[who]; p.uses[at] && p.Arrived <= r.day {
			return who
		}
	}
	return first
}

// help is what a teammate does: answers, wherever somebody speaks.
func (r *run) help(v *visit) {
	p := &r.w.People[v.who]
	switch x := r.rng.Float64(); {
	case p.uses[code] && v.planet == reedbed && x < .7:
		r.reviewPull(v)
	case p.uses[soundmap] && v.planet == listening && x < .5:
		r.commentRecording(v)
	case x < .8:
		r.answer(v)
	case x < .9:
		r.editWiki(v)
	default:
		r.startTopic(v)
	}
}

// automate is what a program does.
func (r *run) automate(v *visit) {
	p := &r.w.People[v.who]
	switch {
	case p.uses[code]:
		v.planet = reedbed
		if t := r.find(v, pull); t != nil {
			r.begin(v, checkCompleted, code, "check")
			r.a.Object, r.a.Thread, r.a.Parent = t.object, t.posts[0].id, t.posts[0].id
			r.done()
		}
	case p.uses[soundmap]:
		v.planet = listening
		r.commentRecording(v)
	default:
		v.planet = recorders
		r.reply(v)
	}
}
