package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

type sourcesPage struct {
	view.Sources
	Live    bool // something is being read
	History bool // of it something that somebody brought just now
}

func isLive(s view.Sources) bool {
	return slices.ContainsFunc(s.Imports, func(i view.Import) bool {
		return i.State == view.ImportRunning || i.State == view.ImportWaiting
	})
}

func (s *server) sources(w http.ResponseWriter, v *visit) error {
	known, err := s.Backend.Imports.Sources(v.Context())
	if err != nil {
		return err
	}
	page := sourcesPage{Sources: known, Live: isLive(known)}
	page.History = slices.ContainsFunc(known.Imports, func(i view.Import) bool {
		return !i.Daily && (i.State == view.ImportRunning || i.State == view.ImportWaiting)
	})
	return s.render(w, v, http.StatusOK, "sources", language.T("Sources"), page)
}

// liveImport is an import as a watching page updates it.
type liveImport struct {
	ID      orrery.ImportID  `json:"id"`
	State   view.ImportState `json:"state"`
	Percent int              `json:"percent"` // −1: not known
	Rows    string           `json:"rows"`
	Pace    string           `json:"pace"`
}

// paceWords tells how fast an import reads and how long it will go on.
func paceWords(i view.Import) language.Text {
	var parts []language.Text
	if i.Rate > 0 {
		parts = append(parts, language.T("%d rows a second", int64(i.Rate)))
	}
	if i.Left > 0 {
		parts = append(parts, language.T("%s left", lasting(i.Left)))
	}
	return language.Join(", ", parts...)
}

func percentOf(i view.Import) int {
	if i.Total == 0 {
		return -1
	}
	return part(i.Done, i.Total)
}

// sourceEvents tells a watching page every second how far the imports are, and
// ends when nothing is being read any more: then the page loads the rest.
func (s *server) sourceEvents(w http.ResponseWriter, v *visit) error {
	known, err := s.Backend.Imports.Sources(v.Context())
	if err != nil {
		return err
	}
	control := streaming(w)
	var last []byte
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		imports := []liveImport{}
		for _, i := range known.Imports {
			imports = append(imports, liveImport{i.ID, i.State, percentOf(i), v.language.Say(count(i.Rows)), v.language.Say(paceWords(i))})
		}
		message, err := json.Marshal(imports)
		if err != nil {
			return err
		}
		_ = control.SetWriteDeadline(time.Now().Add(30 * time.Second))
		if !bytes.Equal(message, last) {
			fmt.Fprintf(w, "event: imports\ndata: %s\n\n", message)
		} else {
			fmt.Fprint(w, ": still here\n\n")
		}
		last = message
		if !isLive(known) {
			fmt.Fprint(w, "event: rest\ndata: 0\n\n")
			_ = control.Flush()
			return nil
		}
		if err := control.Flush(); err != nil {
			return nil // they left
		}
		select {
		case <-v.Context().Done():
			return nil
		case <-tick.C:
		}
		if now, err := s.Backend.Sessions.Account(v.Context(), s.sessionOf(v.Request)); err != nil || now.ID != v.account.ID {
			return nil // their session ended: the page connects again and is refused
		}
		if known, err = s.Backend.Imports.Sources(v.Context()); err != nil {
			return nil // headers are out: the page connects again and then reads what is wrong
		}
	}
}

func (s *server) addSource(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	platforms, err := s.Backend.Connections.Platforms(v.Context())
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "add", language.T("Bring data"), platforms)
}

// ownPlanet refuses data for a planet that goes with the sample.
func (v *visit) ownPlanet() error {
	if v.planet.Sample {
		return orrery.Errorf(orrery.Conflict, "%s is made up and goes with the sample: name your own brand first, then bring its data", brand(v.planet))
	}
	return nil
}

// upload takes one file of a form. Nothing is kept in memory: the body streams
// to the backend, which bounds it.
func (s *server) upload(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	if err := v.ownPlanet(); err != nil {
		return err
	}
	const patience = time.Hour // for a large file over a slow line
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(patience))
	_ = control.SetWriteDeadline(time.Now().Add(patience))
	part, err := filePart(v.Request)
	if err != nil {
		return err
	}
	up, err := s.Backend.Uploads.Upload(v.Context(), v.account, part.FileName(), part)
	if err != nil {
		return err
	}
	http.Redirect(w, v.Request, v.to("/sources/columns/"+up.Token), http.StatusSeeOther)
	return nil
}

func filePart(r *http.Request) (*multipart.Part, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, orrery.Errorf(orrery.Invalid, "no file arrived: choose one and try again")
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, orrery.Errorf(orrery.Invalid, "no file arrived: choose one and try again")
		}
		if err != nil {
			return nil, fmt.Errorf("read the upload: %w", err)
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return part, nil
		}
	}
}

// A role is what a column can be taken for.
type role struct {
	Key   string
	Title language.Text
}

var roles = []role{
	{view.RoleNone, language.T("leave out")},
	{view.RoleWho, language.T("who (an id)")},
	{view.RoleEmail, language.T("e-mail address")},
	{view.RoleName, language.T("name")},
	{view.RoleWhen, language.T("when")},
	{view.RoleKind, language.T("what they did")},
	{view.RoleObject, language.T("to what")},
	{view.RoleQuantity, language.T("amount")},
	{view.RoleUnit, language.T("unit or currency")},
	{view.RoleThread, language.T("conversation")},
	{view.RoleTo, language.T("to whom")},
	{view.RoleOrigin, language.T("what prompted it")},
}

// tables are what tables are known to be, as the connector calls them.
var tables = map[string]language.Text{
	"orders as Shopify exports them":       language.T("orders as Shopify exports them"),
	"orders as WooCommerce exports them":   language.T("orders as WooCommerce exports them"),
	"payments as Stripe exports them":      language.T("payments as Stripe exports them"),
	"an audience as Mailchimp exports it":  language.T("an audience as Mailchimp exports it"),
	"subscribers as listmonk exports them": language.T("subscribers as listmonk exports them"),
	"attendees as Eventbrite exports them": language.T("attendees as Eventbrite exports them"),
	"attendees as Meetup exports them":     language.T("attendees as Meetup exports them"),
}

type columnsPage struct {
	view.Upload
	Roles   []role
	Table   language.Text // what it is known to be
	HasKind bool
}

func (s *server) columns(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	up, err := s.Backend.Uploads.Uploaded(v.Context(), v.PathValue("token"))
	if err != nil {
		return err
	}
	title := language.T("What the columns mean")
	if len(up.Columns) == 0 {
		title = language.T("Before it is read")
	}
	has := slices.ContainsFunc(up.Columns, func(c view.Column) bool { return c.Role == view.RoleKind })
	return s.render(w, v, http.StatusOK, "columns", title, columnsPage{up, roles, tables[up.Known], has})
}

func (s *server) startImport(w http.ResponseWriter, v *visit) error {
	if err := v.ownPlanet(); err != nil {
		return err
	}
	plan := view.ImportPlan{
		Planet: v.planet.ID, Upload: v.PostForm.Get("upload"), Columns: v.PostForm["column"],
		Kind: strings.TrimSpace(v.PostForm.Get("kind")), Repository: strings.TrimSpace(v.PostForm.Get("repository")),
	}
	if plan.Upload == "" && plan.Repository == "" {
		return orrery.Errorf(orrery.Invalid, "nothing to import: hand over a file or name a repository")
	}
	if plan.Upload != "" && len(plan.Columns) > 0 && !slices.ContainsFunc(plan.Columns, saysWho) {
		return orrery.Errorf(orrery.Invalid, "no column says who: go back and choose one as “who”, “e-mail address” or “name”")
	}
	if _, err := s.Backend.Imports.Start(v.Context(), v.account, plan); err != nil {
		return err
	}
	return s.done(w, v, v.to("/sources"), "Reading has begun. You can leave this page.")
}

func saysWho(role string) bool {
	return role == view.RoleWho || role == view.RoleEmail || role == view.RoleName
}

func (s *server) skipped(w http.ResponseWriter, v *visit) error {
	id, err := importID(v.PathValue("id"))
	if err != nil {
		return err
	}
	page, err := s.Backend.Imports.Skipped(v.Context(), id, v.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "skipped", language.T("Rows that were skipped"), page)
}

func (s *server) undoImport(w http.ResponseWriter, v *visit) error {
	id, err := importID(v.PathValue("id"))
	if err != nil {
		return err
	}
	u, err := s.Backend.Imports.Undo(v.Context(), v.account, id)
	if err != nil {
		return err
	}
	said := fmt.Sprintf("Import %d is undone: %s activities of %s are gone.", id, count(u.Activities), people(int(u.Members)))
	if u.Returned > 0 {
		said += fmt.Sprintf(" %s rows of later imports came back.", count(u.Returned))
	}
	if u.Paused != "" {
		said += fmt.Sprintf(" %s rests now, or it would bring them back.", u.Paused)
	}
	return s.done(w, v, v.to("/sources"), "%s", said)
}

func importID(text string) (orrery.ImportID, error) {
	id, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, orrery.Errorf(orrery.NotFound, "%q is not the number of an import", text)
	}
	return orrery.ImportID(id), nil
}

func number64(n int64) string { return strconv.FormatInt(n, 10) }
