package webtest

import (
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/search"
	"orrery.dev/orrery/internal/view"
)

// Search looks through the people's names and the tags.
func (w *World) Search(_ context.Context, q view.SearchQuery) (view.Search, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	asked := search.Ask(q.Text)
	var out view.Search
	for _, r := range w.query(view.PeopleQuery{Planet: q.Planet, Preset: view.Everyone, Way: orrery.Strategies}) {
		if _, ok := asked.In(r.Name); ok {
			if out.PeopleOf++; len(out.People) < q.Limit {
				out.People = append(out.People, r)
			}
		}
	}
	for _, tag := range w.tags {
		if _, ok := asked.In(tag); ok {
			out.Tags = append(out.Tags, tag)
		}
	}
	return out, nil
}
