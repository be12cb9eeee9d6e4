package service

import (
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
)

// Introduce notes that two people were introduced, or are not to be suggested.
func (p people) Introduce(ctx context.Context, by view.Account, planet orrery.PlanetID, a, b orrery.MemberID, note string, aside bool) error {
	state := flow.IntroductionMade
	if aside {
		state = flow.IntroductionAside
	}
	_, err := p.Desk.Introduce(ctx, planet, a, b, by.ID, note, state)
	return err
}

// DecideIntroduction says what became of an introduction.
func (p people) DecideIntroduction(ctx context.Context, _ view.Account, planet orrery.PlanetID, number int64, state string) error {
	return p.Desk.DecideIntroduction(ctx, planet, number, state)
}
