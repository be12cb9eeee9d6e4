package service

import (
	"context"
	"errors"
	"slices"
	"time"

	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/webhook"
)

const (
	newsEvery  = time.Minute
	newsShare  = 20        // looking takes no more than this part of the time
	newsAtOnce = 200       // or a twentieth of what is seen: more than so much comes of an import, not of people
	newsRest   = time.Hour // after which it is looked again although nothing was changed: time passes
)

// WatchNews looks again and again for what programs asked to be told, until the
// context ends. Where nobody asks, it looks at nothing.
func (s *Service) WatchNews(ctx context.Context) error {
	looked := watched{generation: -1}
	for {
		began := time.Now()
		if err := s.lookForNews(ctx, &looked); err != nil && ctx.Err() == nil {
			s.Log.Error("news not looked for", "error", err.Error())
		}
		timer := time.NewTimer(max(newsEvery, newsShare*time.Since(began)))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
	}
}

// watched is what was looked at last.
type watched struct {
	generation int64
	at         time.Time
	nobody     bool // asked
}

func (s *Service) lookForNews(ctx context.Context, last *watched) error {
	endpoints, err := s.System.Storage().Webhooks(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(endpoints, func(e webhook.Endpoint) bool { return e.State == webhook.On }) {
		if !last.nobody {
			last.nobody, last.generation = true, -1
			return s.System.Storage().ForgetNewsSeen(ctx) // whoever asks later hears of what happens then
		}
		return nil
	}
	last.nobody = false
	if !s.System.Loaded() {
		return nil
	}
	generation, err := s.System.Generation(ctx)
	if err != nil || generation == last.generation && s.Clock().Sub(last.at) < newsRest {
		return err
	}
	for _, w := range s.Desk.Watched() {
		if err := s.look(ctx, w); errors.Is(err, view.ErrMaking) {
			generation = -1 // look again soon
		} else if err != nil {
			return err
		}
	}
	last.generation, last.at = generation, s.Clock()
	return nil
}

// look looks at one subject and tells what is new. What is seen for the first
// time is not news.
func (s *Service) look(ctx context.Context, w view.Watched) error {
	before, known, err := s.System.Storage().NewsSeen(ctx, w.Subject)
	if err != nil {
		return err
	}
	seen, news, err := w.Look(ctx, before)
	if err != nil || known && slices.Equal(seen, before) {
		return err
	}
	if !known {
		news = nil
	}
	if len(news) > max(newsAtOnce, len(seen)/20) {
		s.Log.Warn("so much is new at once that it is not told", "subject", w.Subject, "news", len(news))
		news = nil
	}
	for i := range news {
		n := &news[i]
		if n.ID == "" {
			n.ID = webhook.RandomID()
		}
	}
	return s.System.Storage().TellSeen(ctx, w.Subject, seen, news)
}
