package api

import (
	"cmp"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/ndjson"
	"orrery.dev/orrery/internal/inlet"
	"orrery.dev/orrery/internal/journal"
)

// doorKind is the kind of the sources that this door makes.
const doorKind = "api"

// taken is the answer to activities that were handed in.
type taken struct {
	Added      int               `json:"added"`
	Duplicates int               `json:"duplicates"`
	Skipped    int               `json:"skipped"`
	Imports    []orrery.ImportID `json:"imports"` // that hold what was added
	Errors     []inlet.Row       `json:"errors"`  // of those that were skipped
}

func (s *server) takeActivities(w http.ResponseWriter, c *call) error {
	if s.Load != nil {
		if load := s.Load(); load.Activities >= load.MaxActivities || load.Bytes >= load.MaxBytes {
			return errAtWork
		}
	}
	planet, err := s.planetOf(c)
	if err != nil {
		return err
	}
	media, _, _ := mime.ParseMediaType(c.Header.Get("Content-Type"))
	parts, err := split(c.body, media != "application/json")
	if err != nil {
		return err
	}
	activities := make([]orrery.Activity, 0, len(parts))
	indexes := make([]int, 0, len(parts)) // of activities among the parts
	var rows []inlet.Row
	for i, part := range parts {
		a, err := ndjson.Decode(part)
		if err == nil && c.key.Planet != 0 && a.Planet != "" && a.Planet != planet.Slug {
			err = orrery.Errorf(orrery.Denied, "this key is for the planet %s, and the activity is around %.60q", planet.Slug, a.Planet)
		}
		if err != nil {
			rows = append(rows, inlet.Row{Index: i, Reason: err.Error()})
			continue
		}
		activities, indexes = append(activities, a), append(indexes, i)
	}
	receipt := orrery.Receipt{}
	if len(activities) > 0 {
		source := orrery.IngestSource{Name: cmp.Or(c.key.Source, doorKind+"/"+planet.Slug), Kind: doorKind, Planet: planet.Slug}
		if receipt, err = s.Ingest.Ingest(c.Context(), source, orrery.Told{Activities: activities}); err != nil {
			return err
		}
	}
	for _, refused := range receipt.Refused {
		rows = append(rows, inlet.Row{Index: indexes[refused.Index], Reason: refused.Reason})
	}
	slices.SortFunc(rows, func(a, b inlet.Row) int { return cmp.Compare(a.Index, b.Index) })
	s.meters.ingested(receipt, len(rows))
	if len(parts) > 0 && len(rows) == len(parts) {
		return inlet.WithRows{Err: orrery.Errorf(orrery.Invalid, "none of the %d activities could be used", len(parts)), Rows: rows}
	}
	return answer(w, c, http.StatusOK, taken{
		Added: receipt.Added, Duplicates: receipt.Duplicates, Skipped: len(rows) + receipt.Erased,
		Imports: append([]orrery.ImportID{}, receipt.Imports...), Errors: append([]inlet.Row{}, rows...),
	})
}

// Pages of activities.
const (
	pageActivities = 1000
	mostActivities = 10_000
	activityTypes  = "application/x-ndjson"
)

// listActivities answers one page of NDJSON with a cursor in its header; with
// limit=0 it streams everything there is.
func (s *server) listActivities(w http.ResponseWriter, c *call) error {
	planet, err := s.chosenPlanet(c)
	if err != nil {
		return err
	}
	limit, err := limitOf(c, pageActivities, mostActivities)
	if err != nil {
		return err
	}
	from, err := positionOf(c.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	if limit > 0 {
		list, next, more, err := s.Journal.Page(c.Context(), planet.ID, from, limit)
		if err != nil {
			return err
		}
		var body []byte
		for i := range list {
			body = ndjson.Append(body, &list[i])
		}
		w.Header().Set("Orrery-Cursor", cursorOf(next))
		w.Header().Set("Orrery-More", strconv.FormatBool(more))
		return send(w, c, http.StatusOK, activityTypes, body)
	}
	w.Header().Set("Content-Type", activityTypes)
	control := http.NewResponseController(w)
	var body []byte
	for more := true; more; {
		var list []orrery.Activity
		if list, from, more, err = s.Journal.Page(c.Context(), planet.ID, from, pageActivities); err != nil {
			return err
		}
		body = body[:0]
		for i := range list {
			body = ndjson.Append(body, &list[i])
		}
		// A reader may take its time for the whole, and not for a page.
		_ = control.SetWriteDeadline(time.Now().Add(pageTime)) // a test's recorder has none
		if _, err := w.Write(body); err != nil {
			return nil // they left
		}
	}
	return nil
}

const pageTime = 30 * time.Second

func cursorOf(p journal.Position) string { return fmt.Sprintf("a%d-%d", p.Block, p.Row) }

func positionOf(cursor string) (journal.Position, error) {
	if cursor == "" {
		return journal.Position{}, nil
	}
	block, row, ok := strings.Cut(strings.TrimPrefix(cursor, "a"), "-")
	b, blockErr := strconv.ParseUint(block, 10, 32)
	r, rowErr := strconv.ParseUint(row, 10, 32)
	if !ok || cursor[0] != 'a' || blockErr != nil || rowErr != nil {
		return journal.Position{}, orrery.Errorf(orrery.Invalid, "the cursor %.40q is none of ours: take it from an answer's Orrery-Cursor", cursor)
	}
	return journal.Position{Block: orrery.BlockSeq(b), Row: uint32(r)}, nil
}
