package simulate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orrery.dev/orrery"
)

var end = orrery.DayOf(time.Date(2026, time.November, 22, 0, 0, 0, 0, time.UTC))

// sample is made once for all tests, which only read it.
var sample = sync.OnceValue(func() *World { return Sample(1, end) })

func hash(w *World, atMost int) string {
	h := sha256.New()
	n := 0
	for a := range w.Activities() {
		valence := int8(0)
		if a.Valence != nil {
			valence = *a.Valence
		}
		b := *a
		b.Valence = nil
		fmt.Fprintf(h, "%v %d\n", b, valence)
		if n++; n == atMost {
			break
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestTheSameSeedTellsTheSameWorld(t *testing.T) {
	t.Parallel()
	first := sample()
	again := Sample(1, end)
	if !reflect.DeepEqual(first.People, again.People) {
		t.Error("two samples of one seed have different people")
	}
	const n = 30_000
	want := hash(first, n)
	if got := hash(first, n); got != want {
		t.Errorf("the second range over one world gave %s, want %s", got, want)
	}
	if got := hash(again, n); got != want {
		t.Errorf("another world of the seed gave %s, want %s", got, want)
	}
	if got := hash(Sample(2, end), n); got == want {
		t.Error("another seed gave the same world")
	}
}

func TestTheSampleIsInOrderAndEndsInTime(t *testing.T) {
	t.Parallel()
	w := sample()
	planetOf := map[string]Planet{}
	for _, p := range w.Planets {
		planetOf[p.Slug] = p
	}
	type id struct{ planet, namespace, external string }
	seen := map[id]bool{}
	var last time.Time
	for a := range w.Activities() {
		if !a.At.After(last) {
			t.Fatalf("%s at %v does not follow %v", a.ExternalID, a.At, last)
		}
		last = a.At
		day := orrery.DayOf(a.At)
		if p, ok := planetOf[a.Planet]; !ok || day < p.Opened {
			t.Fatalf("%s on %v is around %q, which is not open", a.ExternalID, day, a.Planet)
		}
		key := id{a.Planet, a.Namespace, a.ExternalID}
		if seen[key] {
			t.Fatalf("external id %v is used twice", key)
		}
		seen[key] = true
		for _, ref := range []string{a.Parent, a.Retracts} {
			if ref != "" && (ref == a.ExternalID || !seen[id{a.Planet, a.Namespace, ref}]) {
				t.Fatalf("%v refers to %q, which did not happen before around %s", key, ref, a.Planet)
			}
		}
		if a.Thread != "" && !seen[id{a.Planet, a.Namespace, a.Thread}] {
			t.Fatalf("%v is in thread %q, which did not begin around %s", key, a.Thread, a.Planet)
		}
		if a.Source == "" || a.Actor.Value == "" || a.Actor.Namespace == "" {
			t.Fatalf("%v lacks a source or an actor: %+v", key, a)
		}
	}
	if got := orrery.DayOf(last); got != end {
		t.Errorf("the last activity is of %v, want %v", got, end)
	}
}

func TestOriginsPromptsAndAddressesFit(t *testing.T) {
	t.Parallel()
	w := sample()
	campaigns := map[string]orrery.Day{}
	for _, c := range w.Campaigns {
		campaigns[c.ID] = c.Day
	}
	var origins [4]int
	for a := range w.Activities() {
		origins[a.Origin]++
		sent, prompted := campaigns[a.PromptedBy]
		if prompted != (a.Origin == orrery.Prompted) {
			t.Fatalf("%s has origin %v and is prompted by %q", a.ExternalID, a.Origin, a.PromptedBy)
		}
		if prompted && sent > orrery.DayOf(a.At) {
			t.Fatalf("%s came before %s was sent", a.ExternalID, a.PromptedBy)
		}
		for _, to := range a.To {
			if to == a.Actor {
				t.Fatalf("%s is addressed to its own actor %v", a.ExternalID, to)
			}
			if _, known := w.Truth.Actors[orrery.Key{Namespace: to.Namespace, Type: to.Type, Value: to.Value}]; !known {
				t.Fatalf("%s is addressed to %v, whom the truth does not know", a.ExternalID, to)
			}
		}
	}
	for o, n := range origins {
		if n < 10_000 {
			t.Errorf("only %d activities have origin %q", n, orrery.Origin(o))
		}
	}
}

func TestEveryRoleBehavesAsItsNameSays(t *testing.T) {
	t.Parallel()
	w := sample()
	counts := [Roles]int{}
	for i := range w.People {
		counts[w.People[i].Role]++
	}
	want := [Roles]int{peopleCount - dailyLikerCount - onlyPromptedCount - yearlyCount - botCount - teammateCount, dailyLikerCount, onlyPromptedCount, yearlyCount, botCount, teammateCount}
	if counts != want {
		t.Errorf("got %v people by role, want %v", counts, want)
	}
	likes := map[int]int{}
	attended := map[int]int{}
	acted := map[int]bool{}
	for a := range w.Activities() {
		who, ok := w.Truth.Actors[orrery.Key{Namespace: a.Actor.Namespace, Type: a.Actor.Type, Value: a.Actor.Value}]
		if !ok {
			t.Fatalf("the truth does not know %v", a.Actor)
		}
		p := &w.People[who]
		acted[who] = true
		if orrery.DayOf(a.At) < p.Arrived {
			t.Fatalf("%s did %s on %v, before they arrived on %v", p.Name, a.Kind, a.At, p.Arrived)
		}
		switch p.Role {
		case DailyLiker:
			if a.Kind != "forum.like" {
				t.Fatalf("a daily liker did %s", a.Kind)
			}
			likes[who]++
		case OnlyPrompted:
			if a.Origin != orrery.Prompted && a.Kind != "order.refunded" && a.Kind != "order.cancelled" {
				t.Fatalf("%s, who only answers us, did %s by themselves", p.Name, a.Kind)
			}
		case Yearly:
			if a.Planet != w.Planets[wakesong].Slug {
				t.Fatalf("a yearly returner was seen around %s", a.Planet)
			}
			if a.Kind == "event.attended" {
				attended[who]++
			}
		case Bot:
			if !strings.HasSuffix(p.Name, "[bot]") {
				t.Fatalf("the bot %q does not look like one", p.Name)
			}
		case Teammate:
			if !strings.HasSuffix(p.Email, "@"+w.TeamDomain) {
				t.Fatalf("the teammate %s writes from %s", p.Name, p.Email)
			}
		}
	}
	everyTime, events := 0, 0
	for _, day := range w.gatherings {
		if day <= end {
			events++
		}
	}
	for i := range w.People {
		p := &w.People[i]
		if p.Role == DailyLiker && float64(likes[i]) < .8*float64(end-p.Arrived) {
			t.Errorf("daily liker %s liked %d times in %d days", p.Name, likes[i], end-p.Arrived)
		}
		if p.Role == Yearly && p.Arrived < w.Start+60 {
			if attended[i] != events || events < 5 {
				t.Errorf("yearly returner %s came to %d of %d events", p.Name, attended[i], events)
			}
			everyTime++
		}
	}
	if everyTime < 100 {
		t.Errorf("only %d people came to all five events", everyTime)
	}
	if share := float64(len(acted)) / float64(len(w.People)); share < .95 {
		t.Errorf("only %.0f %% of the people ever did anything", 100*share)
	}
}

func TestEveryPlanetHasEveryWayToBelong(t *testing.T) {
	t.Parallel()
	w := sample()
	byName := map[string]Kind{}
	for _, k := range w.Kinds {
		byName[k.Name] = k
	}
	counts := map[string]*[orrery.Strategies]int{}
	used := map[string]bool{}
	n := 0
	for a := range w.Activities() {
		k, ok := byName[a.Kind]
		if !ok {
			t.Fatalf("%s is of kind %q, which World.Kinds does not list", a.ExternalID, a.Kind)
		}
		used[a.Kind] = true
		if counts[a.Planet] == nil {
			counts[a.Planet] = &[orrery.Strategies]int{}
		}
		counts[a.Planet][k.Strategy]++
		n++
	}
	for _, p := range w.Planets {
		for s, c := range counts[p.Slug] {
			if c < 20 {
				t.Errorf("%s has only %d activities of %v", p.Slug, c, orrery.Strategy(s))
			}
		}
	}
	for name := range byName {
		if !used[name] {
			t.Errorf("kind %q never happens", name)
		}
	}
	if n < 250_000 || n > 400_000 {
		t.Errorf("got %d activities, want 250,000 to 400,000", n)
	}
}

func TestTheTextsAreFitToShow(t *testing.T) {
	t.Parallel()
	w := sample()
	bad := regexp.MustCompile(`(?i)user engag|moon|[{}]|%!`)
	address := regexp.MustCompile(`^[a-z0-9.]+@(example\.(org|com|net)|[a-z-]+\.example)$`)
	link := regexp.MustCompile(`^https://([a-z]+\.)?(tarnwick|wakesong)\.example/`)
	known := map[string]bool{}
	check := func(texts ...string) {
		for _, s := range texts {
			if known[s] {
				continue
			}
			known[s] = true
			if bad.MatchString(s) {
				t.Fatalf("%q is not fit to show", s)
			}
		}
	}
	for i := range w.People {
		p := &w.People[i]
		check(p.Name)
		if p.Role != Bot && !address.MatchString(p.Email) {
			t.Fatalf("%q is an address that somebody could own, or none", p.Email)
		}
	}
	for a := range w.Activities() {
		check(a.Kind, a.Name, a.Actor.Name, a.Actor.Value, a.Object.Title, a.Object.ID, a.Thread, a.PromptedBy, a.Partner)
		if a.Actor.Email != "" && !address.MatchString(a.Actor.Email) {
			t.Fatalf("%q is an address that somebody could own", a.Actor.Email)
		}
		if a.Object.URL != "" && !link.MatchString(a.Object.URL) {
			t.Fatalf("%q leads outside the sample", a.Object.URL)
		}
	}
}

func TestWhoeverRangesMayStopEarly(t *testing.T) {
	t.Parallel()
	n := 0
	for range sample().Activities() {
		if n++; n == 10 {
			break
		}
	}
	if n != 10 {
		t.Errorf("got %d activities after stopping at 10", n)
	}
}

// orbit is the state that closeness at a cold start needs: decayed active days.
type orbit struct {
	d30, d365 float64
	last      orrery.Day
}

func (o *orbit) come(day orrery.Day) {
	if day == o.last && o.last != 0 {
		return
	}
	gap := float64(day - o.last)
	o.d30 = o.d30*math.Exp2(-gap/30) + 1
	o.d365 = o.d365*math.Exp2(-gap/365) + 1
	o.last = day
}

// closeness is the chance of a cold start: a of the horizon, z of the state.
func (o *orbit) closeness(rhythm int, today orrery.Day) float64 {
	a := map[int]float64{30: -2.3, 90: -1.4, 365: -.8}[rhythm]
	gap := float64(today - o.last)
	z := .8*math.Log1p(o.d30*math.Exp2(-gap/30)) + math.Log1p(o.d365*math.Exp2(-gap/365)) - .4*math.Log1p(gap)
	return 1 / (1 + math.Exp(-a-z))
}

type place struct{ planet, who int }

// orbits returns the state of everybody around every planet at the end.
func orbits(w *World) map[place]*orbit {
	planet := map[string]int{}
	for i, p := range w.Planets {
		planet[p.Slug] = i
	}
	meaningful := map[string]bool{}
	for _, k := range w.Kinds {
		meaningful[k.Name] = k.Meaningful
	}
	all := map[place]*orbit{}
	for a := range w.Activities() {
		if !meaningful[a.Kind] || a.Origin == orrery.Prompted {
			continue
		}
		at := place{planet[a.Planet], w.Truth.Actors[orrery.Key{Namespace: a.Actor.Namespace, Type: a.Actor.Type, Value: a.Actor.Value}]}
		if all[at] == nil {
			all[at] = &orbit{}
		}
		all[at].come(orrery.DayOf(a.At))
	}
	return all
}

func TestTheSampleHasACoreAndALongTail(t *testing.T) {
	t.Parallel()
	w := sample()
	best := make([]float64, len(w.People))
	for at, o := range orbits(w) {
		p := &w.People[at.who]
		c := o.closeness(w.Planets[at.planet].RhythmDays, end)
		if p.Kind() == orrery.Person {
			best[at.who] = max(best[at.who], c)
		}
		if p.Role == OnlyPrompted || p.Role == DailyLiker {
			t.Errorf("%s, a %v, has closeness %.2f", p.Name, p.Role, c)
		}
		if p.Role == Yearly && p.Arrived < w.Start+60 && c < .1 {
			t.Errorf("%s came for five years and has closeness %.2f", p.Name, c)
		}
	}
	var core, inner, outer float64
	for _, c := range best {
		switch {
		case c >= .7:
			core++
		case c >= .35:
			inner++
		case c >= .1:
			outer++
		}
	}
	n := float64(len(w.People)) / 100
	core, inner, outer = core/n, inner/n, outer/n
	t.Logf("core %.1f %%, inner %.1f %%, outer %.1f %%", core, inner, outer)
	if core < 1.5 || core > 5 || inner < 4 || inner > 10 || outer < 13 || outer > 27 {
		t.Errorf("got %.1f %% core, %.1f %% inner, %.1f %% outer; want about 3, 7 and 20", core, inner, outer)
	}
}

func TestOneCircleComesCloserAndOneDriftsAway(t *testing.T) {
	t.Parallel()
	w := sample()
	type active struct {
		circle int
		day    orrery.Day
		who    int
	}
	seen := map[active]bool{}
	for a := range w.Activities() {
		who := w.Truth.Actors[orrery.Key{Namespace: a.Actor.Namespace, Type: a.Actor.Type, Value: a.Actor.Value}]
		if c := w.People[who].Circle; w.People[who].Role == Ordinary && a.Origin != orrery.Prompted {
			seen[active{c, orrery.DayOf(a.At), who}] = true
		}
	}
	now, before := make([]float64, len(circles)), make([]float64, len(circles))
	for a := range seen {
		switch ago := end - a.day; {
		case ago < 21:
			now[a.circle]++
		case ago >= turnDays && ago < turnDays+21:
			before[a.circle]++
		}
	}
	ratios := make([]float64, len(circles))
	for i := range ratios {
		ratios[i] = now[i] / before[i]
		t.Logf("%-24s %5.0f → %5.0f active days in three weeks", w.Circles[i], before[i], now[i])
	}
	if i := slices.Index(ratios, slices.Max(ratios)); i != w.Truth.FallingIn || ratios[i] < 1.6 {
		t.Errorf("%s rose most, by %.2f; want %s by 1.6 or more", w.Circles[i], ratios[i], w.Circles[w.Truth.FallingIn])
	}
	if i := slices.Index(ratios, slices.Min(ratios)); i != w.Truth.Drifting || ratios[i] > .5 {
		t.Errorf("%s fell most, to %.2f; want %s to .5 or less", w.Circles[i], ratios[i], w.Circles[w.Truth.Drifting])
	}
}

func TestThereAreFiveYearlyEventsWhateverTheEnd(t *testing.T) {
	t.Parallel()
	for ends := orrery.Day(0); ends < 40*365; ends++ {
		if n := len(yearlyEvents(ends-historyDays+1, ends)); n < 5 || n > 6 {
			t.Fatalf("a world that ends on %v has %d yearly events, want 5 or 6", ends, n)
		}
	}
}
