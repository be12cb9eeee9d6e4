package authentic

import (
	"cmp"
	"fmt"
	"slices"

	"orrery.dev/orrery"
)

// Gaming shows in activity that makes no sense but for being counted: bursts
// that reach a daily cap and stop there, day after day; activities taken back
// right after; the same thing liked, unliked and liked again.
const (
	capFrom     = 3    // a cap below it is reached by doing a thing
	capDays     = 20   // days on which the cap was reached
	capShare    = .8   // of the days with such an activity
	capBeyond   = 4    // a cap and a quarter of it, rounded down, is still just at it
	capBurst    = 1800 // seconds from the first to the last of a day, in the middle
	backWithin  = 3600 // seconds after which taking back is no game
	backFrom    = 20   // activities taken back
	backShare   = .3   // of those of the kind
	toggleFrom  = 10   // times that something was given, taken and given again
	toggleShare = .3   // of the times that it was given
	toggleIn    = 86400

	crowdFrom    = 5         // accounts on one device or address
	crowdAlone   = 10        // accounts of whose device nothing is known
	crowdBurst   = 7 * 86400 // seconds in which they first came
	crowdShare   = .8        // of the praise of each, for one person
	crowdPraises = 3         // of each, where nothing is known of their device
)

// Deed is one activity of one person.
type Deed struct {
	At     int64  // Unix seconds
	Kind   int    // in the list of rules
	Object uint64 // tells objects apart; 0: not known
	Back   int64  // seconds after which it was taken back, or Kept
}

// Kept in Deed.Back: it was never taken back.
const Kept = int64(-1)

// Rule is what is known of a kind of activity.
type Rule struct {
	Kind     string
	DailyCap int // 0: none
}

// GamingFlags tells what of somebody's deeds looks as if made to be counted, one
// flag a kind of activity. The deeds are sorted in place.
func GamingFlags(m orrery.MemberID, deeds []Deed, rules []Rule) []Flag {
	slices.SortFunc(deeds, func(a, b Deed) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Kind, b.Kind)) })
	byKind := map[int][]Deed{}
	number := map[string]int{}
	for _, d := range deeds {
		byKind[d.Kind] = append(byKind[d.Kind], d)
		number[rules[d.Kind].Kind] = d.Kind
	}
	var flags []Flag
	for kind, list := range byKind {
		f := Flag{Kind: Gaming, Members: []orrery.MemberID{m}, Activity: rules[kind].Kind}
		say := func(why string, found, bound float64) {
			if why != "" {
				f.Reasons = append(f.Reasons, why)
				f.Strength = max(f.Strength, strength(found, bound))
			}
		}
		say(atTheCap(list, rules[kind].DailyCap))
		say(takenBack(list))
		for off, name := range number {
			if takesBack(off) == f.Activity {
				say(toggled(list, byKind[name]))
			}
		}
		if len(f.Reasons) > 0 {
			flags = append(flags, f)
		}
	}
	Sort(flags)
	return flags
}

// atTheCap looks for days on which the daily cap was reached in one go, and not
// gone beyond.
func atTheCap(deeds []Deed, limit int) (why string, found, bound float64) {
	if limit < capFrom {
		return "", 0, 0
	}
	days, reached := 0, 0
	var spans []int64
	for i := 0; i < len(deeds); {
		j := i
		for j < len(deeds) && orrery.DayOfUnix(deeds[j].At) == orrery.DayOfUnix(deeds[i].At) {
			j++
		}
		days++
		if n := j - i; n >= limit && n <= limit+limit/capBeyond {
			reached++
			spans = append(spans, deeds[j-1].At-deeds[i].At)
		}
		i = j
	}
	if reached < capDays || float64(reached) < capShare*float64(days) {
		return "", 0, 0
	}
	slices.Sort(spans)
	middle := spans[len(spans)/2]
	if middle > capBurst {
		return "", 0, 0
	}
	return fmt.Sprintf("on %d of %d days exactly as many as count, %d, within %s", reached, days, limit, minutes(middle)), float64(reached), capDays
}

func minutes(seconds int64) string {
	if seconds < 90 {
		return things(int(seconds), "second", "seconds")
	}
	return fmt.Sprintf("%d minutes", (seconds+30)/60)
}

func takenBack(deeds []Deed) (why string, found, bound float64) {
	back := 0
	for _, d := range deeds {
		if d.Back != Kept && d.Back <= backWithin {
			back++
		}
	}
	if back < backFrom || float64(back) < backShare*float64(len(deeds)) {
		return "", 0, 0
	}
	return fmt.Sprintf("%d of %d taken back within an hour", back, len(deeds)), float64(back), backFrom
}

// toggled looks for things that were given, taken and given again within a day.
func toggled(on, off []Deed) (why string, found, bound float64) {
	type touch struct {
		at int64
		on bool
	}
	touches := map[uint64][]touch{}
	for _, d := range on {
		touches[d.Object] = append(touches[d.Object], touch{d.At, true})
	}
	for _, d := range off {
		touches[d.Object] = append(touches[d.Object], touch{d.At, false})
	}
	again, most := 0, 0
	for object, list := range touches {
		slices.SortFunc(list, func(a, b touch) int {
			if c := cmp.Compare(a.at, b.at); c != 0 || a.on == b.on {
				return c
			}
			if a.on {
				return -1
			}
			return 1
		})
		n := 0
		for i := 2; i < len(list); i++ {
			if list[i].on && !list[i-1].on && list[i-2].on && list[i].at-list[i-2].at <= toggleIn {
				n++
			}
		}
		again += n
		if object != 0 {
			most = max(most, n)
		}
	}
	if again < toggleFrom || float64(again) < toggleShare*float64(len(on)) {
		return "", 0, 0
	}
	why = fmt.Sprintf("given, taken back and given again %s in %d", times(again), len(on))
	if most > 1 {
		why += fmt.Sprintf(", the same thing up to %s", times(most))
	}
	return why, float64(again), toggleFrom
}

// Account is what is known of an account that may be one of many of one person.
type Account struct {
	Member orrery.MemberID
	First  int64 // Unix seconds of its first activity
	Acts   int   // all its activities
}

// Crowd looks for accounts that came at once and praise one person. together says
// that all of them are known to use one device or address; without it they are
// asked about only where praise for one person is nearly all that each did.
func (p *Praises) Crowd(accounts []Account, together bool) (Flag, bool) {
	least := crowdAlone
	if together {
		least = crowdFrom
	}
	toward := map[orrery.MemberID][]Account{}
	for _, a := range accounts {
		if to, n := p.favourite(a.Member); n > 0 && float64(n) >= crowdShare*float64(p.out[a.Member]) {
			if together || n >= crowdPraises && float64(n) >= crowdShare*float64(a.Acts) {
				toward[to] = append(toward[to], a)
			}
		}
	}
	best, whom := []Account(nil), orrery.MemberID(0)
	for to, list := range toward {
		if window := busiest(list); len(window) > len(best) || len(window) == len(best) && to < whom {
			best, whom = window, to
		}
	}
	if len(best) < least {
		return Flag{}, false
	}
	praises := 0
	f := Flag{Kind: Gaming, Toward: whom, Members: []orrery.MemberID{whom}}
	for _, a := range best {
		praises += int(p.given[tie{a.Member, whom}])
		f.Members = append(f.Members, a.Member)
	}
	slices.Sort(f.Members)
	days := int(best[len(best)-1].First-best[0].First)/86400 + 1
	where := ""
	if together {
		where = " on one device or address"
	}
	f.Reasons = []string{fmt.Sprintf("%d accounts%s came within %s and praised one person %s", len(best), where, things(days, "day", "days"), times(praises))}
	if !together {
		f.Reasons = append(f.Reasons, "they did hardly anything else")
	}
	f.Strength = strength(float64(len(best)), float64(least))
	return f, true
}

// favourite returns whom a member praises most, the lowest of several.
func (p *Praises) favourite(m orrery.MemberID) (to orrery.MemberID, n int) {
	for _, other := range p.whom()[m] {
		if c := int(p.given[tie{m, other}]); c > n || c == n && other < to {
			to, n = other, c
		}
	}
	return to, n
}

// busiest returns the most accounts that first came within crowdBurst, in order
// of coming.
func busiest(list []Account) []Account {
	slices.SortFunc(list, func(a, b Account) int { return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Member, b.Member)) })
	from, best := 0, list[:0]
	for to := range list {
		for list[to].First-list[from].First > crowdBurst {
			from++
		}
		if to+1-from > len(best) {
			best = list[from : to+1]
		}
	}
	return best
}
