package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/purpose"
	"orrery.dev/orrery/internal/view"
)

// purposePatience is how long pages wait for figures that are being counted.
const purposePatience = 1500 * time.Millisecond

const purposeRows = 50

type purposesPage struct {
	Open, Closed []purposeLine
}

type purposeLine struct {
	view.Purpose
	Goals []goal
}

func (s *server) purposes(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	list, err := s.Backend.Purposes.Purposes(v.Context(), v.asOf, purposePatience)
	if err != nil {
		return err
	}
	var p purposesPage
	for _, one := range list {
		line := purposeLine{one, goalsOf(one.Progress)}
		if one.Closed.IsZero() {
			p.Open = append(p.Open, line)
		} else {
			p.Closed = append(p.Closed, line)
		}
	}
	return s.render(w, v, http.StatusOK, "purposes", language.T("Purposes"), p)
}

type purposePage struct {
	view.Purpose
	Goals   []goal
	Givers  []view.PurposeGiver // who gave most
	More    bool
	Headers []string // of the measures
	Notes   *chartNotes
}

// headersOf names measures in a table.
func headersOf(measures []purpose.Measure) (list []string) {
	for i := range measures {
		noun := measures[i].Noun()
		list = append(list, strings.ToUpper(noun[:1])+noun[1:])
	}
	return list
}

func (s *server) purpose(w http.ResponseWriter, v *visit) error {
	p, err := s.Backend.Purposes.Purpose(v.Context(), v.PathValue("slug"), v.asOf, purposePatience)
	if err != nil {
		return err
	}
	const shown = 10
	givers, err := s.Backend.Purposes.PurposeGivers(v.Context(), p.Slug, v.asOf, "", shown, purposePatience)
	if err != nil {
		return err
	}
	page := purposePage{
		Purpose: p, Goals: goalsOf(p.Progress), Givers: givers.Givers, More: givers.Next != "", Headers: headersOf(p.Measures),
	}
	if len(page.Goals) > 0 {
		from := page.Goals[0].Wide.from
		for _, g := range page.Goals {
			from = min(from, g.Wide.from)
		}
		if page.Notes, err = s.notesOn(v, from, p.AsOf); err != nil {
			return err
		}
		for _, g := range page.Goals {
			g.Wide.mark(page.Notes)
			g.Narrow.mark(page.Notes)
		}
	}
	return s.render(w, v, http.StatusOK, "purpose", p.Name(), page)
}

type giversPage struct {
	view.PurposeGivers
	Headers []string
}

func (s *server) purposePeople(w http.ResponseWriter, v *visit) error {
	p, err := s.Backend.Purposes.PurposeGivers(v.Context(), v.PathValue("slug"), v.asOf, v.URL.Query().Get("cursor"), purposeRows, purposePatience)
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "purposepeople", language.T("Who gave to “%s”", p.Name()), giversPage{p, headersOf(p.Measures)})
}

// purposePeopleCSV writes the whole list of who gave.
func (s *server) purposePeopleCSV(w http.ResponseWriter, v *visit) error {
	p, err := s.Backend.Purposes.PurposeGivers(v.Context(), v.PathValue("slug"), v.asOf, "", 0, purposePatience)
	if err != nil {
		return err
	}
	head := []string{"id", "name", "activities", "first", "last"}
	for i := range p.Measures {
		head = append(head, p.Measures[i].String())
	}
	out := newSheet(w, named(p.Slug+"-people", v.asOf), head...)
	for _, g := range p.Givers {
		row := []string{strconv.Itoa(int(g.ID)), g.Name, strconv.Itoa(g.Activities), g.First.String(), g.Last.String()}
		for i, a := range g.Amounts {
			row = append(row, number(p.Measures[i].Value(a)))
		}
		out.row(row...)
	}
	out.Flush()
	return nil // who left half-way does not read the rest
}

func (s *server) purposeActs(w http.ResponseWriter, v *visit) error {
	asked, err := purposeActsQuery(v)
	if err != nil {
		return err
	}
	p, err := s.Backend.Purposes.PurposeActs(v.Context(), asked)
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "purposeacts", language.T("What counts for “%s”", p.Purpose.Purpose.Name()), p)
}

func purposeActsQuery(v *visit) (view.PurposeActsQuery, error) {
	q := v.URL.Query()
	asked := view.PurposeActsQuery{Slug: v.PathValue("slug"), Before: q.Get("before"), Limit: purposeRows, Until: v.asOf}
	if text := q.Get("measure"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return asked, orrery.Errorf(orrery.NotFound, "%q is not the number of a measure", text)
		}
		asked.Measure = n - 1
	}
	if text := q.Get("person"); text != "" {
		id, err := memberID(text)
		if err != nil {
			return asked, err
		}
		asked.Member = id
	}
	var err error
	if text := q.Get("from"); text != "" {
		asked.From, err = orrery.ParseDay(text)
	}
	if text := q.Get("until"); text != "" && err == nil {
		asked.Until, err = orrery.ParseDay(text)
	}
	return asked, err
}

type purposeFormPage struct {
	view.PurposeForm
	New     bool
	Serving map[orrery.PlanetID]bool
	Wrong   string // what is wrong with what was filled in
	Written string // measures, one a line
	Named   string // partners
	Example string
}

func (s *server) askPurpose(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	return s.render(w, v, http.StatusOK, "purposeform", language.T("A new purpose"), purposeFormPage{
		New: true, Serving: map[orrery.PlanetID]bool{v.planet.ID: true}, Example: purpose.Example,
	})
}

func (s *server) askPurposeChange(w http.ResponseWriter, v *visit) error {
	p, err := s.Backend.Purposes.Purpose(v.Context(), v.PathValue("slug"), 0, 0)
	if err != nil {
		return err
	}
	f := purposeFormPage{
		PurposeForm: view.PurposeForm{Slug: p.Slug, Title: p.Title, Statement: p.Statement, Owner: p.Owner, Version: p.Version},
		Serving:     map[orrery.PlanetID]bool{}, Named: strings.Join(p.Partners, ", "), Example: purpose.Example,
	}
	for _, id := range p.Planets {
		f.Serving[id] = true
	}
	var lines []string
	for _, m := range p.Measures {
		lines = append(lines, m.String())
	}
	f.Written = strings.Join(lines, "\n")
	return s.render(w, v, http.StatusOK, "purposeform", language.T("Change “%s”", p.Name()), f)
}

// savePurpose keeps what was filled in; what is wrong with it is said above the
// form, which keeps its words.
func (s *server) savePurpose(w http.ResponseWriter, v *visit) error {
	form := v.PostForm
	f := purposeFormPage{
		PurposeForm: view.PurposeForm{
			Slug: strings.TrimSpace(form.Get("slug")), Title: strings.TrimSpace(form.Get("title")), Statement: strings.TrimSpace(form.Get("statement")),
			Owner: strings.TrimSpace(form.Get("owner")),
		},
		Serving: map[orrery.PlanetID]bool{}, Written: form.Get("measures"), Named: form.Get("partners"), Example: purpose.Example,
	}
	if slug := v.PathValue("slug"); slug != "" {
		f.Slug = slug
		f.Version, _ = strconv.ParseInt(form.Get("version"), 10, 64) // 0 is no version of any: a conflict
		if f.Version == 0 {
			f.Version = -1
		}
	}
	f.New = f.Version == 0
	for _, text := range form["planet"] {
		if id, err := strconv.ParseUint(text, 10, 16); err == nil && id > 0 {
			f.Planets = append(f.Planets, orrery.PlanetID(id))
			f.Serving[orrery.PlanetID(id)] = true
		}
	}
	f.Partners = strings.FieldsFunc(f.Named, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' || r == '\t' })
	for line := range strings.Lines(f.Written) {
		if line = strings.TrimSpace(line); line != "" {
			f.Measures = append(f.Measures, line)
		}
	}
	kept, err := s.Backend.Purposes.SavePurpose(v.Context(), v.account, f.PurposeForm)
	if code := orrery.CodeOf(err); code == orrery.Invalid || code == orrery.Conflict && f.New {
		f.Wrong = sentence(err.Error())
		title := language.T("A new purpose")
		if !f.New {
			title = language.T("Change “%s”", f.Slug)
		}
		return s.render(w, v, statusOf(code), "purposeform", title, f)
	}
	if err != nil {
		return err
	}
	return s.done(w, v, v.to("/purposes/"+kept), "Kept.")
}

// changePurpose closes and opens a purpose, and switches its public page.
func (s *server) changePurpose(w http.ResponseWriter, v *visit) error {
	slug := v.PathValue("slug")
	yes, no := true, false
	var change view.PurposeChange
	said := ""
	switch v.PostForm.Get("do") {
	case "close":
		change.Closed, said = &yes, "Closed. Its figures stay, and go on being told."
	case "open":
		change.Closed, said = &no, "Open again."
	case "publish":
		change.Public, said = &yes, "Everybody can read its public page now."
	case "hide":
		change.Public, said = &no, "The public page is gone."
	default:
		return orrery.Errorf(orrery.Invalid, "choose what to do with this purpose: go back and try again")
	}
	if err := s.Backend.Purposes.ChangePurpose(v.Context(), v.account, slug, change); err != nil {
		return err
	}
	return s.done(w, v, v.to("/purposes/"+slug), "%s", said)
}

func (s *server) askOf(w http.ResponseWriter, v *visit) error {
	slug, ask := v.PathValue("slug"), strings.TrimSpace(v.PostForm.Get("ask"))
	if err := s.Backend.Purposes.ChangePurpose(v.Context(), v.account, slug, view.PurposeChange{Ask: &ask}); err != nil {
		return err
	}
	return s.done(w, v, v.to("/purposes/"+slug)+"#ask", "Kept what is asked now.")
}

func (s *server) updatePurpose(w http.ResponseWriter, v *visit) error {
	slug := v.PathValue("slug")
	if err := s.Backend.Purposes.UpdatePurpose(v.Context(), v.account, slug, v.PostForm.Get("text")); err != nil {
		return err
	}
	return s.done(w, v, v.to("/purposes/"+slug)+"#updates", "Kept the update.")
}

func (s *server) dropPurposeUpdate(w http.ResponseWriter, v *visit) error {
	slug := v.PathValue("slug")
	number, err := strconv.ParseInt(v.PostForm.Get("update"), 10, 64)
	if err != nil {
		return orrery.Errorf(orrery.NotFound, "there is no such update")
	}
	if err := s.Backend.Purposes.DropPurposeUpdate(v.Context(), slug, number); err != nil {
		return err
	}
	return s.done(w, v, v.to("/purposes/"+slug)+"#updates", "The update is gone.")
}
