package webtest

import (
	"context"
	"slices"
	"strconv"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// same is World as web.Same: its pairs are people beside each other.
type same World

const pairsShown = 20

func (s *same) pairs() (list [][2]*soul) {
	for i := 0; i+1 < len(s.people) && i < 100; i += 2 {
		if pair := [2]*soul{s.people[i], s.people[i+1]}; !s.apart[[2]orrery.MemberID{pair[0].row.ID, pair[1].row.ID}] {
			list = append(list, pair)
		}
	}
	return list
}

func (s *same) Suggestions(_ context.Context, _ orrery.PlanetID, cursor string) (view.SuggestionPage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	start := 0
	if cursor != "" {
		var err error
		if start, err = strconv.Atoi(cursor); err != nil || start < 0 {
			return view.SuggestionPage{}, orrery.Errorf(orrery.Invalid, "this page does not exist: start again from the first")
		}
	}
	pairs := s.pairs()
	page := view.SuggestionPage{Total: len(pairs)}
	end := min(len(pairs), start+pairsShown)
	if end < len(pairs) {
		page.Next = strconv.Itoa(end)
	}
	for _, pair := range pairs[min(start, len(pairs)):end] {
		person := func(o *soul) view.SuggestedPerson {
			return view.SuggestedPerson{ID: o.row.ID, Name: o.row.Name, Known: []string{o.row.Name + "@example.org"}, Orbits: true, Closeness: o.row.Closeness, LastActive: o.row.LastActive}
		}
		page.Pairs = append(page.Pairs, view.Suggestion{
			A: person(pair[0]), B: person(pair[1]), Chance: .87,
			Clues: []view.Clue{
				{What: "Same handle", A: pair[0].row.Name, B: pair[1].row.Name, Strong: true},
				{What: "Active at other times", A: "2024-01-01 to 2024-02-01", B: "2026-01-01 to 2026-02-01", Against: true},
			},
		})
	}
	return page, nil
}

func (s *same) Decide(ctx context.Context, by view.Account, a, b orrery.MemberID, one bool) error {
	if one {
		_, err := (*changes)(s).Merge(ctx, by, a, b)
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.apart == nil {
		s.apart = map[[2]orrery.MemberID]bool{}
	}
	s.apart[[2]orrery.MemberID{a, b}] = true
	return nil
}

func (s *same) Mark(_ context.Context, _ view.Account, id orrery.MemberID, kind orrery.MemberKind) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.people, func(o *soul) bool { return o.row.ID == id })
	if i < 0 {
		return orrery.Errorf(orrery.NotFound, "nobody here has the number %d", id)
	}
	s.people[i].row.Kind = kind
	return nil
}
