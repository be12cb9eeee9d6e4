package webtest

import (
	"context"
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
	"orrery.dev/orrery/internal/view"
)

func madeSources(w *World) view.Sources {
	at := w.now
	s := view.Sources{People: len(w.people), Merged: len(w.people) / 19}
	if len(w.people) == 0 {
		return s
	}
	s.Connections = madeConnections(w)
	s.Sources = []view.Source{
		{ID: 1, Name: "shop", Kind: "csv", Planet: "Alder Bikes", Origin: "orders.csv", Activities: 214880, Skipped: 17, Newest: at.Add(-2 * time.Hour), Last: 4},
		{ID: 3, Name: "newsletter", Kind: "ndjson", Planet: "Alder Bikes", Origin: "letters-2026.ndjson", Activities: 12044, Skipped: 3, Newest: at.AddDate(0, 0, -9), Last: 2},
		{ID: 4, Name: "git/torque-chart", Kind: "git", Planet: "Fjell Frames", Origin: "/srv/git/torque-chart", Activities: 3912, Newest: at.AddDate(0, 0, -1), Last: 1},
	}
	s.Imports = []view.Import{
		{ID: 5, Source: "forum", Planet: "Alder Bikes", State: view.ImportRunning, Started: at.Add(-90 * time.Second), Took: 90 * time.Second, Rows: 61204, Done: 22, Total: 100, Rate: 680, Left: 6 * time.Minute, Added: 60980, Duplicates: 224, Members: 5110},
		{ID: 4, Source: "shop", Planet: "Alder Bikes", State: view.ImportRunning, Started: at.Add(-80 * time.Second), Took: 80 * time.Second, Rows: 214880, Done: 214880, Total: 318402, Rate: 2686, Left: 41 * time.Second, Added: 213007, Duplicates: 1856, Skipped: 17, Members: 7204},
		{ID: 3, Source: "shop", Planet: "Alder Bikes", State: view.ImportFailed, Started: at.Add(-30 * time.Minute), Took: 4 * time.Second, Rows: 812, Error: "line 813 ends inside a quoted cell: close the quotation mark, then import the file again"},
		{ID: 2, Source: "newsletter", Planet: "Alder Bikes", State: view.ImportDone, Started: at.Add(-26 * time.Hour), Took: 3 * time.Second, Rows: 12047, Done: 12047, Total: 12047, Added: 12044, Skipped: 3, Members: 3120, CanUndo: true},
		{ID: 1, Source: "git/torque-chart", Planet: "Fjell Frames", State: view.ImportUndone, Started: at.Add(-50 * time.Hour), Took: 2 * time.Second, Rows: 3912, Done: 3912, Total: 3912, Added: 3912, Members: 88},
	}
	return s
}

// Sources implements web.Imports; what is running gets on a little each time.
func (w *World) Sources(context.Context) (view.Sources, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.sources
	s.Imports = slices.Clone(s.Imports)
	w.ticks++
	for i := range s.Imports {
		if im := &s.Imports[i]; im.State == view.ImportRunning {
			im.Rows += int64(im.Rate) * int64(w.ticks-1)
			im.Done = min(im.Total, im.Done+int64(w.ticks-1)*im.Total/100)
		}
	}
	return s, nil
}

// Skipped implements web.Imports.
func (w *World) Skipped(_ context.Context, id orrery.ImportID, _ string) (view.SkippedPage, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, im := range w.sources.Imports {
		if im.ID != id {
			continue
		}
		p := view.SkippedPage{Import: im, Reasons: []view.SkippedReason{{Reason: "the date has no year", Rows: 12}, {Reason: "nobody is named", Rows: 5}}}
		for i := range min(17, int(im.Skipped)) {
			row := view.SkippedRow{Row: int64(412 + i*31), Reason: "“14 Nov” has no year: write 2026-11-14", Excerpt: `8812,"Marta Lindqvist",14 Nov,order,pannier`}
			if i%3 == 2 {
				row.Reason, row.Excerpt = "nobody is named: the column who is empty", `,,2026-11-14,order,<b>tube</b>`
			}
			p.Rows = append(p.Rows, row)
		}
		return p, nil
	}
	return view.SkippedPage{}, orrery.Errorf(orrery.NotFound, "there is no import %d", id)
}

// Start implements web.Imports.
func (w *World) Start(_ context.Context, _ view.Account, plan view.ImportPlan) (orrery.ImportID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if plan.Upload == "" && !strings.HasPrefix(plan.Repository, "/") {
		return 0, orrery.Errorf(orrery.Invalid, "%q is not a path on this machine: write the whole path of a repository, like /srv/git/project", plan.Repository)
	}
	id := orrery.ImportID(len(w.sources.Imports) + 1)
	w.sources.Imports = slices.Insert(slices.Clone(w.sources.Imports), 0, view.Import{ID: id, Source: "csv/alder-bikes", Planet: "Alder Bikes", State: view.ImportRunning, Started: w.now, Rows: 1, Done: 1, Total: 100, Rate: 900, Left: time.Minute})
	return id, nil
}

// Undo implements web.Imports.
func (w *World) Undo(_ context.Context, _ view.Account, id orrery.ImportID) (view.Undone, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sources.Imports = slices.Clone(w.sources.Imports)
	for i := range w.sources.Imports {
		if im := &w.sources.Imports[i]; im.ID == id && im.CanUndo {
			im.State, im.CanUndo = view.ImportUndone, false
			return view.Undone{Activities: im.Added, Members: im.Members}, nil
		}
	}
	return view.Undone{}, orrery.Errorf(orrery.Conflict, "import %d cannot be undone now", id)
}

// Upload implements web.Uploads.
func (w *World) Upload(_ context.Context, _ view.Account, name string, body io.Reader) (view.Upload, error) {
	data, err := io.ReadAll(io.LimitReader(body, 1<<20))
	if err != nil {
		return view.Upload{}, err
	}
	rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil || len(rows) < 2 {
		return view.Upload{}, orrery.Errorf(orrery.Invalid, "%s is not a table: hand over a CSV with a header and at least one row", name)
	}
	u := view.Upload{Token: "u1", Name: name, Bytes: int64(len(data)), Format: "csv", Rows: rows[1:min(6, len(rows))]}
	guesses := map[string]string{"who": view.RoleWho, "customer": view.RoleWho, "email": view.RoleEmail, "when": view.RoleWhen, "date": view.RoleWhen, "kind": view.RoleKind, "event": view.RoleKind, "object": view.RoleObject, "item": view.RoleObject, "amount": view.RoleQuantity, "name": view.RoleName}
	for _, c := range rows[0] {
		u.Columns = append(u.Columns, view.Column{Name: c, Role: guesses[strings.ToLower(c)]})
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.uploads[u.Token] = u
	return u, nil
}

// Uploaded implements web.Uploads.
func (w *World) Uploaded(_ context.Context, token string) (view.Upload, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if u, ok := w.uploads[token]; ok {
		return u, nil
	}
	return view.Upload{}, orrery.Errorf(orrery.NotFound, "that file is not here any more: hand it over again")
}

// steering is World as web.Settings.
type steering World

func (s *steering) Settings(context.Context) (view.Settings, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.settings
	out.Planets = slices.Clone(s.planets)
	return out, nil
}

func (s *steering) PlanetsKept(context.Context) (list []view.PlanetKept, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.planets {
		list = append(list, view.PlanetKept{Planet: p, Activities: 5200, Sources: 1})
	}
	list = append(list, view.PlanetKept{Planet: view.Planet{ID: 9, Name: "old-shop", Title: "The Old Shop"}, Archived: true, Activities: 310})
	return list, nil
}

func (s *steering) SavePlanet(_ context.Context, _ view.Account, set view.PlanetSettings) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.planets {
		if s.planets[i].ID == set.Planet {
			s.planets[i].Title, s.planets[i].Group = set.Title, set.Constellation
		}
	}
	return nil
}

func (s *steering) Rhythm(_ context.Context, planet orrery.PlanetID, _ time.Duration) (view.Rhythm, error) {
	trial, _, err := (*weighing)(s).TryWeight(context.Background(), planet, "", orrery.Rule{})
	out := view.Rhythm{There: true, Proposed: 30, Spacing: field.Spacing{People: 412, Median: 41}, Gaps: field.Gaps{People: 520, Gaps: 8200, Median: 9, Within: [3]int{6600, 7900, 8190}}, OneIn: 1}
	for i, days := range []int{30, 90, 365} {
		out.Choices = append(out.Choices, view.RhythmChoice{Days: days, Now: i == 0, Proposed: i == 0, Within: float64(out.Gaps.Within[i]) / 8200, Trial: trial})
	}
	return out, err
}

func (s *steering) SaveRhythm(context.Context, view.Account, orrery.PlanetID, int) (bool, error) {
	return true, nil
}

func (s *steering) MovePlanet(context.Context, view.Account, view.PlanetMove) error { return nil }

func (s *steering) ArchivePlanet(context.Context, view.Account, orrery.PlanetID, bool) error {
	return nil
}

func (s *steering) SaveTeammates(_ context.Context, _ view.Account, domains []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settings.Teammates = domains
	return nil
}

func (s *steering) CreateKey(_ context.Context, _ view.Account, k view.NewKey) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settings.Keys = append(slices.Clone(s.settings.Keys), view.Key{ID: "n4w" + k.Source, Planet: "Alder Bikes", Source: k.Source, Scope: k.Scope, Created: s.now})
	return "orr_" + k.Scope + "_n4w" + k.Source + "_0123456789abcdef", nil
}

func (s *steering) RevokeKey(_ context.Context, _ view.Account, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settings.Keys = slices.DeleteFunc(slices.Clone(s.settings.Keys), func(k view.Key) bool { return k.ID == id })
	return nil
}
