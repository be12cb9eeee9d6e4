package web

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"

	"orrery.dev/orrery/internal/view"
)

// A sheet is a list as a file of values with commas between, for spreadsheets. It
// goes out as it is written: nothing of it is kept.
type sheet struct{ *csv.Writer }

// newSheet begins a file with a head. Nothing but rows may follow.
func newSheet(w http.ResponseWriter, name string, head ...string) sheet {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	out := sheet{csv.NewWriter(w)}
	out.row(head...)
	return out
}

// row writes a line. Cells that a spreadsheet would take for a formula are kept
// from it. Who left half-way does not read the rest.
func (s sheet) row(cells ...string) {
	for i, c := range cells {
		cells[i] = plainCell(c)
	}
	_ = s.Write(cells)
}

// plainCell keeps a spreadsheet from taking a text for a formula; numbers stay as
// they are.
func plainCell(text string) string {
	if text == "" || !strings.ContainsAny(text[:1], "=+-@\t\r\n") {
		return text
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return text
	}
	return "'" + text
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }

// writePeople writes everybody whom a query finds and keep lets pass (nil: all).
func (s *server) writePeople(w http.ResponseWriter, v *visit, q view.PeopleQuery, keep func(*view.Row) bool) error {
	var out sheet
	begin := func() {
		if out.Writer == nil {
			out = newSheet(w, named("people-"+string(q.Preset), v.asOf),
				"id", "name", "kind", "planet", "level", "closeness", "closeness_90_days_ago", "return", "given", "received", "reach", "drift", "endurance", "last_active", "way", "tags")
		}
	}
	err := s.Backend.Reader.EachPerson(v.Context(), q, func(r *view.Row) error {
		begin()
		if keep != nil && !keep(r) {
			return nil
		}
		out.row(
			strconv.Itoa(int(r.ID)), r.Name, r.Kind.String(), r.Planet, r.Level.String(), number(r.Closeness), number(r.Was), number(r.Return),
			number(r.Given), number(r.Received), number(r.Reach), number(r.Drift), number(r.Endurance), r.LastActive.String(), r.Way.String(), strings.Join(r.Tags, ";"),
		)
		return out.Error() // who left does not read the rest
	})
	if out.Writer == nil && err != nil {
		return err
	}
	begin()
	out.Flush()
	return nil
}
