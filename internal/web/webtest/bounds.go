package webtest

import (
	"context"
	"sync"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
)

// bounding implements web.Bounds: everybody and everything is of the first planet.
type bounding World

func (b *bounding) PersonPlanets(_ context.Context, id orrery.MemberID) ([]orrery.PlanetID, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.byID[id] == nil {
		return nil, orrery.Errorf(orrery.NotFound, "nobody here has the number %d", id)
	}
	return []orrery.PlanetID{1}, nil
}

func (*bounding) ImportPlanet(context.Context, orrery.ImportID) (orrery.PlanetID, error) {
	return 1, nil
}
func (*bounding) SourcePlanet(context.Context, string) (orrery.PlanetID, error) { return 1, nil }
func (*bounding) PurposePlanets(context.Context, string) ([]orrery.PlanetID, error) {
	return []orrery.PlanetID{1}, nil
}

// auditing implements web.Audit and keeps what it is told.
type auditing struct {
	mu   sync.Mutex
	list []audit.Entry
}

func (a *auditing) Record(_ context.Context, e audit.Entry) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.list = append(a.list, e)
	return nil
}
