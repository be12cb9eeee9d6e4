package conversation

import "orrery.dev/orrery"

// Rule is the number of a rule in the table.
type Rule uint8

// outcome is what a rule does to a thread.
type outcome uint8

const (
	keeps   outcome = iota // it stays as it is
	us                     // it is our turn
	them                   // it is theirs
	nobody                 // nobody waits
	settles                // settled by words
	closes                 // closed by an act
)

// rule is one line of the table: the first that holds decides.
type rule struct {
	when func(*thread, *Act) bool
	then outcome
	why  string // in words: {who} acted, {ago} is how long it has been
}

// The table. What closes comes before words, what settles before what goes on, the
// people who came before us.
var rules = [...]rule{
	{did(Closes), closes, "{who} closed it {ago}."},
	{did(Reopens), us, "{who} opened it again {ago}; nobody of us has answered."},
	{liked, settles, "{who} liked the answer {ago}."},
	{did(Reacts), keeps, ""},

	{all(done, fromOutside, marked(orrery.Asks)), us, "It was settled, and {who} asked on {ago}; nobody of us has answered."},
	{all(thanked, fromOutside, opened, not(marked(orrery.Thanks)), not(addsToLast)), us, "It was settled, and {who} came back {ago}; nobody of us has answered."},
	{all(thanked, not(fromOutside), marked(orrery.Asks), toOutside), them, "{who}, one of us, asked on {ago}; they have not come back to it."},
	{done, keeps, ""},

	{all(first, elsewhere), nobody, "It answers something that is not here."},

	{all(later, marked(orrery.Settles), not(ownWork)), settles, "{who} said {ago} that it is done."},

	{all(fromOutside, asksPeer), them, "{who} asked back {ago}, and nobody has come back to it."},
	{all(fromOutside, marked(orrery.Asks)), us, "{who} asked {ago}; nobody of us has answered."},
	{all(fromOutside, later, marked(orrery.Promises)), them, "{who} said {ago} that they would see to it."},
	{all(fromOutside, answered, marked(orrery.Thanks), not(ownWork)), settles, "{who} said thanks {ago}."},
	{all(fromOutside, later, not(opened), marked(orrery.Thanks), not(marked(orrery.Agrees))), keeps, ""},
	{all(fromOutside, later, not(opened), not(openedByTeam), marked(orrery.Agrees), toTeam), keeps, ""},
	{all(fromOutside, later, not(opened), marked(orrery.Agrees)), us, "{who} agreed {ago}; the rest is ours."},
	{all(fromOutside, opened, unanswered), us, "{who} came with it {ago}; nobody of us has answered."},
	{all(fromOutside, opened), us, "{who} came back {ago}; nobody of us has answered."},
	{all(fromOutside, toTeam), us, "{who} wrote to us {ago}; nobody of us has answered."},
	{all(fromOutside, openedByTeam), us, "{who} answered us {ago}; nobody of us has come back to it."},
	{fromOutside, them, "{who}, a peer, answered {ago}; it is for who asked to say whether that helps."},

	{not(anybodyOutside), nobody, "Nobody from outside takes part."},
	{amongTeam, keeps, ""},
	{addsToOwn, keeps, ""},
	{all(agreesWithUs, marked(orrery.Agrees)), keeps, ""},
	{all(marked(orrery.Promises), not(marked(orrery.Asks))), us, "{who}, one of us, said {ago} that we would see to it."},
	{all(brought, marked(orrery.Agrees), not(marked(orrery.Asks))), us, "{who}, one of us, approved {ago}; it is not taken in yet."},
	{all(not(brought), marked(orrery.Agrees), not(marked(orrery.Asks))), settles, "{who}, one of us, approved {ago}; nothing is left to do."},
	{always, them, "{who}, one of us, answered {ago}; they have not come back to it."},
}

// Why returns the reason in words, with {who} and {ago} to be filled in: "{who} asked
// {ago}; nobody of us has answered."
func (r Rule) Why() string { return rules[r].why }

// Whys returns the reasons that there are, as Why does.
func Whys() (list []string) {
	for _, r := range rules {
		if r.why != "" {
			list = append(list, r.why)
		}
	}
	return list
}

type condition = func(*thread, *Act) bool

func always(*thread, *Act) bool { return true }

func all(conditions ...condition) condition {
	return func(t *thread, a *Act) bool {
		for _, c := range conditions {
			if !c(t, a) {
				return false
			}
		}
		return true
	}
}

func not(c condition) condition { return func(t *thread, a *Act) bool { return !c(t, a) } }

func did(m Move) condition { return func(_ *thread, a *Act) bool { return a.Move == m } }

func marked(g orrery.Gist) condition { return func(_ *thread, a *Act) bool { return a.Gist.Has(g) } }

func done(t *thread, _ *Act) bool       { return t.closed || t.settled }
func first(t *thread, _ *Act) bool      { return t.acts == 0 }
func unanswered(t *thread, _ *Act) bool { return t.answer.By == 0 }
func later(t *thread, _ *Act) bool      { return t.acts > 0 }

func fromOutside(_ *thread, a *Act) bool  { return a.Side == Outside }
func opened(t *thread, a *Act) bool       { return t.acts == 0 || a.Who == t.opener }
func openedByTeam(t *thread, _ *Act) bool { return t.openerSide == Team }
func anybodyOutside(t *thread, a *Act) bool {
	return t.outside || a.ToOutside
}

func answered(t *thread, a *Act) bool {
	return a.Who == t.opener && t.answer.By != 0 || t.turn == Them && (t.openerSide == Team || a.ToTeam)
}

// thanked is settled by words alone.
func thanked(t *thread, _ *Act) bool { return t.settled && !t.closed }

func addsToLast(t *thread, a *Act) bool { return a.Who == t.lastWho }
func toTeam(_ *thread, a *Act) bool     { return a.ToTeam }
func toOutside(_ *thread, a *Act) bool  { return a.ToOutside }
func brought(t *thread, _ *Act) bool    { return (t.change || t.mail) && t.openerSide == Outside }

// elsewhere is an answer to nobody who is here.
func elsewhere(_ *thread, a *Act) bool {
	return (a.Move == MailsBack || a.Move == Replies) && !a.ToTeam && !a.ToOutside
}

// ownWork is who brought work and says of it that something is done.
func ownWork(t *thread, a *Act) bool { return t.change && a.Side == Outside && a.Who == t.opener }

// liked is who opened liking what they were answered.
func liked(t *thread, a *Act) bool {
	return a.Move == Reacts && t.turn == Them && a.Who == t.opener && a.Side == Outside
}

// asksPeer is somebody from outside asking somebody from outside.
func asksPeer(t *thread, a *Act) bool {
	return t.acts > 0 && a.Who != t.opener && t.openerSide == Outside && !a.ToTeam && a.Gist.Has(orrery.Asks)
}

// amongTeam is one of us speaking to one of us, in words that change nothing.
func amongTeam(t *thread, a *Act) bool {
	return a.ToTeam && !a.ToOutside && t.acts > 0 && a.Gist&(orrery.Agrees|orrery.Promises) == 0
}

// agreesWithUs is one of us speaking after another of us, to nobody outside.
func agreesWithUs(t *thread, a *Act) bool {
	return !a.ToOutside && t.acts > 0 && t.lastSide == Team && a.Who != t.lastWho
}

// addsToOwn is one of us going on, without a word that changes anything.
func addsToOwn(t *thread, a *Act) bool {
	return a.Who == t.lastWho && a.Move != Reviews && a.Gist&(orrery.Agrees|orrery.Promises|orrery.Asks) == 0
}
