package api

import (
	"net/http"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

const (
	pageTalks = 100
	mostTalks = 1_000
)

// listConversations lists the conversations of a planet in which somebody waits, or
// those that are asked for.
func (s *server) listConversations(w http.ResponseWriter, c *call) error {
	planet, err := s.planetOf(c)
	if err != nil {
		return err
	}
	asOf, err := dayOf(c)
	if err != nil {
		return err
	}
	limit, err := limitOf(c, pageTalks, mostTalks)
	if err != nil {
		return err
	}
	if limit == 0 {
		limit = mostTalks
	}
	filter, err := view.ParseTalkFilter(c.URL.Query().Get("show"))
	if err != nil {
		return err
	}
	if filter == view.TalksMine {
		return orrery.Errorf(orrery.Invalid, "a key owns no conversations: there are us, them, peer, resting and decided")
	}
	page, err := s.Reader.Conversations(c.Context(), view.TalksQuery{
		Planet: planet.ID, AsOf: asOf, Filter: filter, Cursor: c.URL.Query().Get("cursor"), Limit: limit, Patience: study.Forever,
	})
	if err != nil {
		return err
	}
	var next *string
	if page.Next != "" {
		next = &page.Next
	}
	return answer(w, c, http.StatusOK, map[string]any{"conversations": page.Lines(planet.Slug), "next": next, "as_of": page.AsOf})
}
