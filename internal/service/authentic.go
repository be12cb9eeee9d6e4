package service

import (
	"context"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/authentic"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// doubts knows whether what is done around a planet is real.
type doubts struct{ *Service }

var _ web.Real = doubts{}

// Authenticity tells what was reckoned last, after so much patience at most.
func (d doubts) Authenticity(ctx context.Context, planet orrery.PlanetID, patience time.Duration) (view.Authentic, error) {
	return d.Desk.Authenticity(ctx, planet, patience)
}

// Rule decides about a flag: leave it as it is, or let it not count.
func (d doubts) Rule(ctx context.Context, _ view.Account, planet orrery.PlanetID, f authentic.Flag, counts bool) error {
	defer d.Desk.Renew()
	_, err := d.System.Rule(ctx, planet, f, counts)
	return err
}

// Overrule takes a decision back.
func (d doubts) Overrule(ctx context.Context, _ view.Account, verdict int64) error {
	defer d.Desk.Renew()
	return d.System.Overrule(ctx, verdict)
}
