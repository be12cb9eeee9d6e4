package api

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"orrery.dev/orrery"
)

const (
	pageImports = 100
	mostImports = 10_000
)

type importShape struct {
	ID         orrery.ImportID    `json:"id"`
	Source     string             `json:"source"`
	Kind       string             `json:"kind"`
	Planet     string             `json:"planet"`
	State      orrery.ImportState `json:"state"`
	Started    time.Time          `json:"started"`
	Finished   *time.Time         `json:"finished"` // null while it runs
	Read       int64              `json:"read"`
	Added      int64              `json:"added"`
	Duplicates int64              `json:"duplicates"`
	Skipped    int64              `json:"skipped"`
	Error      string             `json:"error,omitempty"`
}

// imports lists what the key may see, newest first.
func (s *server) imports(c *call) ([]importShape, error) {
	records, err := s.Books.Imports(c.Context())
	if err != nil {
		return nil, err
	}
	sources, err := s.Books.Sources(c.Context())
	if err != nil {
		return nil, err
	}
	planets := s.Books.Planets()
	list := []importShape{}
	for _, r := range slices.Backward(records) {
		if c.key.Planet != 0 && r.Planet != c.key.Planet {
			continue
		}
		shape := importShape{
			ID: r.ID, State: r.State, Started: r.Started, Read: r.Read, Added: r.Added,
			Duplicates: r.Duplicates, Skipped: r.Skipped, Error: r.Error,
		}
		if !r.Finished.IsZero() {
			shape.Finished = &r.Finished
		}
		for i := range sources {
			if sources[i].ID == r.Source {
				shape.Source, shape.Kind = sources[i].Name, sources[i].Kind
			}
		}
		for i := range planets {
			if planets[i].ID == r.Planet {
				shape.Planet = planets[i].Slug
			}
		}
		list = append(list, shape)
	}
	return list, nil
}

func (s *server) importOf(c *call) (importShape, error) {
	list, err := s.imports(c)
	if err != nil {
		return importShape{}, err
	}
	id, _ := strconv.ParseUint(c.PathValue("id"), 10, 32) // what is no number finds nothing
	for _, i := range list {
		if uint64(i.ID) == id {
			return i, nil
		}
	}
	return importShape{}, orrery.Errorf(orrery.NotFound, "there is no import %.40q for this key", c.PathValue("id"))
}

func (s *server) listImports(w http.ResponseWriter, c *call) error {
	limit, err := limitOf(c, pageImports, mostImports)
	if err != nil {
		return err
	}
	from, err := offsetOf(c.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	list, err := s.imports(c)
	if err != nil {
		return err
	}
	page, next := cut(list, from, limit)
	return answer(w, c, http.StatusOK, map[string]any{"imports": page, "next": next})
}

func (s *server) showImport(w http.ResponseWriter, c *call) error {
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	return answer(w, c, http.StatusOK, i)
}

type skippedShape struct {
	Row     int64  `json:"row"`
	Reason  string `json:"reason"`
	Excerpt string `json:"excerpt"`
}

func (s *server) listSkipped(w http.ResponseWriter, c *call) error {
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	limit, err := limitOf(c, pageImports, mostImports)
	if err != nil {
		return err
	}
	from, err := offsetOf(c.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	rows, err := s.Books.Skipped(c.Context(), i.ID)
	if err != nil {
		return err
	}
	list := make([]skippedShape, len(rows))
	for j := range rows {
		list[j] = skippedShape(rows[j])
	}
	page, next := cut(list, from, limit)
	return answer(w, c, http.StatusOK, map[string]any{"skipped": page, "next": next})
}

func (s *server) undoImport(w http.ResponseWriter, c *call) error {
	i, err := s.importOf(c)
	if err != nil {
		return err
	}
	undone, err := s.Undo(c.Context(), i.ID)
	if err != nil {
		return err
	}
	return answer(w, c, http.StatusOK, undone)
}
