package service

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/git"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
)

// running is how far an import under way is.
type running struct {
	flow.ImportProgress
	began, moved time.Time
}

// started notes that an import has its number.
func (s *Service) started(id orrery.ImportID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[id] = &running{began: s.Clock()}
}

// progressed notes how far an import is. Cheap: it is called for every row.
func (s *Service) progressed(p flow.ImportProgress) {
	if p.Rows%256 != 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.running[p.Import]; r != nil {
		if r.Rows == 0 {
			r.began = s.Clock() // it may have waited
		}
		r.ImportProgress, r.moved = p, s.Clock()
	}
}

func (s *Service) ended(id orrery.ImportID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, id)
}

type imports struct{ *Service }

const importsShown = 100

// Sources tells where data comes from and how far its reading is.
func (s imports) Sources(ctx context.Context) (view.Sources, error) {
	sources, err := s.System.Sources(ctx)
	if err != nil {
		return view.Sources{}, err
	}
	viewer := orrery.ViewerOf(ctx)
	sources = slices.DeleteFunc(sources, func(r orrery.SourceRecord) bool { return !viewer.Sees(r.Planet) })
	live := s.underWay() // before the records: what has ended since is told as running once more
	records, err := s.System.Imports(ctx)
	if err != nil {
		return view.Sources{}, err
	}
	maps.Copy(live, s.underWay()) // and what has begun since
	titles := map[orrery.PlanetID]string{}
	for _, p := range s.System.Planets() {
		titles[p.ID] = p.Slug
		if p.Title != "" {
			titles[p.ID] = p.Title
		}
	}
	var out view.Sources
	var all []view.Source
	at := map[orrery.SourceID]int{}
	for i, src := range sources {
		at[src.ID] = i
		all = append(all, view.Source{
			ID: src.ID, Name: src.Name, Kind: src.Kind, Planet: titles[src.Planet], Origin: src.Origin,
		})
	}
	for _, r := range records {
		i, ok := at[r.Source]
		if !ok {
			continue
		}
		src := &all[i]
		src.Last = r.ID
		if r.State != orrery.ImportUndone {
			src.Activities += r.Added
			src.Skipped += r.Skipped
		}
		if r.Finished.After(src.Newest) {
			src.Newest = r.Finished
		}
		out.Imports = append(out.Imports, s.shown(r, live, src.Name, titles[r.Planet]))
	}
	s.split(&out, all, titles)
	out.Connections = slices.DeleteFunc(out.Connections, func(c view.Connection) bool { return !viewer.Sees(c.PlanetID) })
	slices.Reverse(out.Imports)
	out.Imports = out.Imports[:min(importsShown, len(out.Imports))]
	if viewer.Limited() { // those figures are of all planets
		return out, nil
	}
	out.People, out.Merged, err = s.System.Counts(ctx)
	return out, err
}

// underWay returns how far the imports are that run now.
func (s imports) underWay() map[orrery.ImportID]running {
	s.mu.Lock()
	defer s.mu.Unlock()
	live := make(map[orrery.ImportID]running, len(s.running))
	for id, r := range s.running {
		live[id] = *r
	}
	return live
}

// shown is an import as a screen shows it.
func (s imports) shown(r orrery.ImportRecord, under map[orrery.ImportID]running, source, planet string) view.Import {
	i := view.Import{
		ID: r.ID, Source: source, Planet: planet, State: view.ImportState(r.State), Started: r.Started, Took: r.Finished.Sub(r.Started),
		Rows: r.Read, Added: r.Added, Duplicates: r.Duplicates, Skipped: r.Skipped, Error: r.Error,
		CanUndo: r.State == orrery.ImportDone || r.State == orrery.ImportFailed,
		Daily:   r.Live || s.connected(source),
	}
	live, runs := under[r.ID]
	if r.State != orrery.ImportRunning && !runs {
		return i
	}
	i.CanUndo = false // what is stored may still be on its way into the field
	switch {
	case runs && live.Rows == 0:
		i.State, i.Took = view.ImportWaiting, 0
	case runs:
		i.State, i.Took = view.ImportRunning, s.Clock().Sub(live.began)
		i.Rows, i.Done, i.Total = live.Rows, live.Done, live.Total
		if took := live.moved.Sub(live.began); took > time.Second {
			i.Rate = float64(live.Rows) / took.Seconds()
			if live.Done > 0 && live.Total > live.Done {
				i.Left = time.Duration(float64(took) * float64(live.Total-live.Done) / float64(live.Done))
			}
		}
	default:
		i.State, i.Took = view.ImportCutOff, 0
	}
	return i
}

const skippedPage = 100

// Skipped lists rows that could not be used, a page at a time.
func (s imports) Skipped(ctx context.Context, id orrery.ImportID, cursor string) (view.SkippedPage, error) {
	r, err := s.System.ImportByID(ctx, id)
	if err != nil {
		return view.SkippedPage{}, err
	}
	rows, err := s.System.Skipped(ctx, id)
	if err != nil {
		return view.SkippedPage{}, err
	}
	start := 0
	if cursor != "" {
		if start, err = strconv.Atoi(cursor); err != nil || start < 0 {
			return view.SkippedPage{}, orrery.Errorf(orrery.Invalid, "this page does not exist: start again from the first")
		}
	}
	known, err := s.Sources(ctx)
	if err != nil {
		return view.SkippedPage{}, err
	}
	page := view.SkippedPage{Import: s.shown(r, s.underWay(), "", "")}
	for _, i := range known.Imports {
		if i.ID == id {
			page.Import = i
		}
	}
	counts := map[string]int64{}
	for _, row := range rows {
		counts[row.Reason]++
	}
	for reason, n := range counts {
		page.Reasons = append(page.Reasons, view.SkippedReason{Reason: reason, Rows: n})
	}
	slices.SortFunc(page.Reasons, func(a, b view.SkippedReason) int { return int(b.Rows - a.Rows) })
	page.Reasons = page.Reasons[:min(20, len(page.Reasons))]
	for _, row := range rows[min(start, len(rows)):min(start+skippedPage, len(rows))] {
		page.Rows = append(page.Rows, view.SkippedRow(row))
	}
	if start+skippedPage < len(rows) {
		page.Next = strconv.Itoa(start + skippedPage)
	}
	return page, nil
}

// Start begins an import and returns its number. It goes on when the person
// leaves.
func (s imports) Start(ctx context.Context, _ view.Account, plan view.ImportPlan) (orrery.ImportID, error) {
	var connector collect.Connector
	var planet string
	for _, p := range s.System.Planets() {
		if p.ID == plan.Planet {
			planet = p.Slug
		}
	}
	if planet == "" {
		return 0, orrery.Errorf(orrery.NotFound, "there is no planet %d: name your brand first", plan.Planet)
	}
	clean := func() {}
	switch {
	case plan.Repository != "":
		if !filepath.IsAbs(plan.Repository) {
			return 0, orrery.Errorf(orrery.Invalid, "name the folder of the repository whole, from / on, as it is called on the machine that runs Orrery")
		}
		connector = git.New(plan.Repository, git.Options{Now: s.Clock})
	case plan.Upload != "":
		c, done, err := uploads(s).connector(ctx, plan)
		if err != nil {
			return 0, err
		}
		connector, clean = c, done
	default:
		return 0, orrery.Errorf(orrery.Invalid, "choose a file or name a repository")
	}
	type begun struct {
		id  orrery.ImportID
		err error
	}
	answer := make(chan begun, 1)
	s.work.Go(func() {
		var id orrery.ImportID
		_, err := s.System.Import(s.ctx, connector, flow.ImportPlan{
			Planet: planet, Progress: s.progressed,
			Started: func(started orrery.ImportID) {
				id = started
				s.started(id)
				answer <- begun{id: id}
			},
		})
		s.ended(id)
		s.Desk.Renew()
		if id == 0 {
			answer <- begun{err: err}
			return
		}
		if err == nil {
			clean()
		} else if !errors.Is(err, context.Canceled) {
			s.Log.Warn("import ended early", "import", id, "reason", orrery.CodeOf(err))
		}
	})
	select {
	case b := <-answer:
		return b.id, b.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// Undo takes an import back.
func (s imports) Undo(ctx context.Context, _ view.Account, id orrery.ImportID) (view.Undone, error) {
	rests, err := s.Service.Sources.Rest(ctx, id)
	if err != nil {
		return view.Undone{}, err
	}
	s.mu.Lock()
	busy := s.running[id] != nil
	s.mu.Unlock()
	if busy {
		return view.Undone{}, orrery.Errorf(orrery.Conflict, "import %d is still running: wait until it ends", id)
	}
	before, _, err := s.System.Counts(ctx)
	if err != nil {
		return view.Undone{}, err
	}
	defer s.Desk.Drop()
	u, err := s.System.Undo(context.WithoutCancel(ctx), id)
	if err != nil {
		return view.Undone{}, err
	}
	after, _, err := s.System.Counts(ctx)
	out := view.Undone{Activities: u.Activities, Members: int64(max(0, before-after)), Paused: rests}
	for _, n := range u.HeldBack {
		out.Returned += n
	}
	return out, err
}
