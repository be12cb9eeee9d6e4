package service

import (
	"context"
	"errors"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

type weights struct{ *Service }

var _ web.Weights = weights{}

func (w weights) Weights(ctx context.Context, planet orrery.PlanetID) (view.Weights, error) {
	return w.Desk.Weights(ctx, planet)
}

func (w weights) Rule(kind string) orrery.Rule { return w.Desk.Rule(kind) }

// trialPatience is how long a page waits for a trial before it shows that one is
// under way.
const trialPatience = 1500 * time.Millisecond

func (w weights) TryWeight(ctx context.Context, planet orrery.PlanetID, kind string, rule orrery.Rule) (view.WeightTrial, bool, error) {
	return w.Desk.Try(ctx, planet, view.RuleChange(kind, rule), trialPatience)
}

// SaveWeight stores the rule and counts the past anew in the background.
func (w weights) SaveWeight(ctx context.Context, _ view.Account, kind string, rule orrery.Rule) error {
	if err := w.System.PutCatalogue(context.WithoutCancel(ctx), view.RuleChange(kind, rule)); err != nil {
		return err
	}
	w.work.Go(func() {
		if err := w.System.Rescore(w.ctx); err != nil && !errors.Is(err, context.Canceled) {
			w.Log.Error("the past was not counted anew", "error", err.Error())
		}
		w.Desk.Renew()
	})
	return nil
}
