package webtest

import (
	"context"
	"slices"
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

func (a *auditing) Rows(_ context.Context, q audit.Query) (list []audit.Row, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, e := range slices.Backward(a.list) {
		if (q.By == "" || q.By == e.By) && (q.Action == "" || q.Action == e.Action) {
			list = append(list, audit.Row{Seq: int64(i + 1), At: e.At, By: e.By, Action: e.Action, Planet: e.Planet})
		}
	}
	return list, nil
}

func (a *auditing) Actions(context.Context) (list []string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range a.list {
		list = append(list, e.Action)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

func (a *auditing) Verify(context.Context, [32]byte) (audit.Chain, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return audit.Chain{Seq: int64(len(a.list))}, nil
}
