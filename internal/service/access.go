package service

import (
	"context"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
	"orrery.dev/orrery/internal/web"
)

// bounds tells which planets something concerns.
type bounds struct{ *Service }

// book keeps the audit.
type book struct{ *Service }

var (
	_ web.Bounds = bounds{}
	_ web.Audit  = book{}
)

// PersonPlanets are the planets that somebody orbits or has orbited.
func (s bounds) PersonPlanets(ctx context.Context, id orrery.MemberID) ([]orrery.PlanetID, error) {
	return s.Desk.PlanetsOf(ctx, id)
}

// ImportPlanet is the planet of an import.
func (s bounds) ImportPlanet(ctx context.Context, id orrery.ImportID) (orrery.PlanetID, error) {
	list, err := s.System.Imports(ctx)
	for i := range list {
		if list[i].ID == id {
			return list[i].Planet, err
		}
	}
	if err != nil {
		return 0, err
	}
	return 0, orrery.Errorf(orrery.NotFound, "there is no import %d", id)
}

// SourcePlanet is the planet of a source that was set up.
func (s bounds) SourcePlanet(_ context.Context, name string) (orrery.PlanetID, error) {
	status, err := s.Sources.Status(name)
	return status.Planet, err
}

// PurposePlanets are the planets that a purpose serves.
func (s bounds) PurposePlanets(ctx context.Context, slug string) ([]orrery.PlanetID, error) {
	p, err := s.System.Purpose(ctx, slug)
	return p.Planets, err
}

// Record writes what no transaction took along.
func (b book) Record(ctx context.Context, e audit.Entry) error {
	return b.System.Storage().RecordAudit(ctx, e)
}

// Rows lists what was done.
func (b book) Rows(ctx context.Context, q audit.Query) ([]audit.Row, error) {
	return b.System.Storage().Audit(ctx, q)
}

// Actions are the names of what was done.
func (b book) Actions(ctx context.Context) ([]string, error) {
	return b.System.Storage().AuditActions(ctx)
}

// Verify checks that the audit is what was written.
func (b book) Verify(ctx context.Context, noted [32]byte) (audit.Chain, error) {
	return b.System.Storage().VerifyAudit(ctx, noted)
}

// meet says whether two have a planet in common.
func meet(a, b orrery.Access) bool {
	for _, g := range a {
		if g.Role > orrery.NoRole && (b.Sees(g.Planet) || g.Planet == 0 && len(b) > 0) {
			return true
		}
	}
	return false
}
