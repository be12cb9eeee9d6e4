package view

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/language"
)

const (
	suggestionsShown = 20
	knownShown       = 6
)

// suggestions are the pairs as they were compared last.
type suggestions struct {
	mu         sync.Mutex
	list       []flow.Suggested
	generation int64 // for which the list was made, and then for which it was sifted
	made       time.Time
	took       time.Duration
}

// suggested returns the pairs that nobody decided about. They are compared anew
// when the data moved on, but for at most a twentieth of the time.
func (d *Desk) suggested(ctx context.Context) ([]flow.Suggested, error) {
	generation, err := d.system.Generation(ctx)
	if err != nil {
		return nil, err
	}
	s := &d.suggestions
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.made.IsZero() && s.generation == generation:
		return s.list, nil
	case !s.made.IsZero() && time.Since(s.made) < freshFor(s.took):
		if s.list, err = d.system.Undecided(ctx, s.list); err != nil {
			return nil, err
		}
	default:
		began := time.Now()
		if s.list, err = d.system.Suggestions(ctx, identity.LeastSuggested); err != nil {
			return nil, err
		}
		s.made, s.took = time.Now(), time.Since(began)
	}
	s.generation = generation
	return s.list, nil
}

// Suggestions tells the pairs of people who may be one, a page at a time. The
// planet says around which they are looked at.
func (d *Desk) Suggestions(ctx context.Context, planet orrery.PlanetID, cursor string) (SuggestionPage, error) {
	p, err := d.planetByID(planet)
	if err != nil {
		return SuggestionPage{}, err
	}
	list, err := d.suggested(ctx)
	if err != nil {
		return SuggestionPage{}, err
	}
	start := 0
	if cursor != "" {
		if start, err = strconv.Atoi(cursor); err != nil || start < 0 {
			return SuggestionPage{}, orrery.Errorf(orrery.Invalid, "this page does not exist: start again from the first")
		}
	}
	page := SuggestionPage{Total: len(list)}
	start = min(start, len(list))
	end := min(start+suggestionsShown, len(list))
	if end < len(list) {
		page.Next = strconv.Itoa(end)
	}
	wanted := map[orrery.MemberID]bool{}
	for i := range list[start:end] {
		s := &list[start+i]
		wanted[s.A], wanted[s.B] = true, true
	}
	people, err := d.suggestedPeople(ctx, p, wanted)
	if err != nil {
		return SuggestionPage{}, err
	}
	for i := range list[start:end] {
		s := &list[start+i]
		pair := Suggestion{A: people[s.A], B: people[s.B], Chance: s.Score}
		for _, c := range s.Clues {
			pair.Clues = append(pair.Clues, clueWords(c))
		}
		page.Pairs = append(page.Pairs, pair)
	}
	return page, nil
}

func clueWords(c identity.Clue) Clue {
	what := string(c.Kind)
	return Clue{
		What: strings.ToUpper(what[:1]) + what[1:], A: c.A, B: c.B, Against: c.Weight < 0, Strong: c.Weight >= 3,
	}
}

func (d *Desk) suggestedPeople(ctx context.Context, p orrery.Planet, wanted map[orrery.MemberID]bool) (map[orrery.MemberID]SuggestedPerson, error) {
	people := make(map[orrery.MemberID]SuggestedPerson, len(wanted))
	err := d.system.Graph(ctx, func(g *identity.Graph) error {
		names := g.Names(wanted)
		for m, list := range g.OfSeveral(wanted) {
			person := SuggestedPerson{ID: m, Name: names[m], More: max(0, len(list)-knownShown)}
			for _, i := range list[:min(knownShown, len(list))] {
				known := i.Key.Value
				if i.Key.Namespace != orrery.GlobalNamespace {
					known = fmt.Sprintf("%s (%s)", known, i.Key.Namespace)
				}
				person.Known = append(person.Known, known)
			}
			people[m] = person
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = d.system.Read(ctx, func(st *flow.State) error {
		day, _ := d.day(st, p.ID, 0)
		for m, person := range people {
			if in, ok := member(st, p, m, day); ok {
				person.Orbits, person.Closeness, person.LastActive = true, in.Closeness, in.LastActive
				people[m] = person
			}
		}
		return nil
	})
	return people, err
}

// addBelongs fills in the organizations of a person, and why they may be a
// program.
func (d *Desk) addBelongs(ctx context.Context, seen []flow.Glance, p *Person) error {
	list, err := d.system.OrganizationsOf(ctx, p.ID, seen)
	if err != nil {
		return err
	}
	for i := range list {
		p.Belongs = append(p.Belongs, belongs(&list[i]))
	}
	p.MayBeBot, err = d.system.BotReasons(ctx, p.ID, seen)
	return err
}

func belongs(o *identity.Organization) Belongs {
	b := o.People[0]
	why := language.T("by %s address", o.Domain)
	if b.Stated {
		why = language.T("stated by a source")
	}
	return Belongs{Organization: o.Name, Since: b.Since, Until: b.Until, Why: why}
}
