package conversation

import (
	"slices"
	"time"

	"orrery.dev/orrery"
)

// thread is a conversation while its acts are folded.
type thread struct {
	opener     orrery.MemberID
	openerSide Side
	opened     int64
	change     bool // it brought work to be taken in
	mail       bool // it is mail, which may have

	turn    Turn
	rule    Rule
	by      orrery.MemberID
	since   int64
	closed  bool // by an act that closes
	settled bool // by words
	outside bool // somebody from outside took part

	acts     int
	last     int64
	lastWho  orrery.MemberID
	lastSide Side
	answer   Answer
	took     []orrery.MemberID // who took part
}

// add folds one act.
func (t *thread) add(a *Act) {
	if a.Side == Machine && a.Move != Closes && a.Move != Reopens || a.Move == Nothing {
		return
	}
	if t.acts == 0 && a.Side != Machine {
		t.opener, t.openerSide, t.opened = a.Who, a.Side, a.At
	}
	t.change = t.change || a.Move == Brings
	t.mail = t.mail || a.Move == Mails || a.Move == MailsBack
	for i := range rules {
		if !rules[i].when(t, a) {
			continue
		}
		t.decide(Rule(i), &rules[i], a)
		break
	}
	if a.Side == Machine {
		return
	}
	t.outside = t.outside || a.Side == Outside
	if a.Move.Words() && t.answer.By == 0 && t.acts > 0 && a.Who != t.opener {
		t.answer = Answer{a.Who, a.Side == Team, time.Duration(a.At-t.opened) * time.Second}
	}
	t.acts++
	if a.Move != Reacts || t.acts == 1 { // a like is no word: it wakes nothing
		t.last, t.lastWho, t.lastSide = a.At, a.Who, a.Side
	}
	t.meet(a.Who)
}

// decide does what a rule says.
func (t *thread) decide(n Rule, r *rule, a *Act) {
	if r.then == keeps {
		return
	}
	turn := Nobody
	switch r.then {
	case us:
		turn = Us
	case them:
		turn = Them
	}
	t.closed, t.settled = r.then == closes, r.then == settles
	if turn == t.turn && turn != Nobody { // they wait since they first wrote
		t.rule, t.by = n, a.Who
		return
	}
	t.turn, t.rule, t.by, t.since = turn, n, a.Who, a.At
}

// mostMet is how many who took part are told apart; more are not counted.
const mostMet = 100

func (t *thread) meet(who orrery.MemberID) {
	if len(t.took) < mostMet && !slices.Contains(t.took, who) {
		t.took = append(t.took, who)
	}
}
