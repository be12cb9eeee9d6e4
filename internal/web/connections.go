package web

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// fieldPrefix keeps a platform's fields apart from our own in a form.
const fieldPrefix = "f."

// connectPage is the form of a connection.
type connectPage struct {
	view.Platform
	Name    string // of the source
	Change  bool   // it is there already
	Problem string // of the form as a whole
	NameBad string // what is wrong with the name
	Made    map[string]bool
}

// madeSecret is one that nobody has to think up.
func madeSecret() string { return strings.ToLower(rand.Text() + rand.Text()) }

func (s *server) platform(v *visit) (view.Platform, error) {
	list, err := s.Backend.Connections.Platforms(v.Context())
	if err != nil {
		return view.Platform{}, err
	}
	name := v.PathValue("platform")
	for _, p := range list {
		if p.Name == name {
			return p, nil
		}
	}
	return view.Platform{}, orrery.Errorf(orrery.NotFound, "there is no platform %q to connect", name)
}

func (s *server) askConnect(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	if err := v.ownPlanet(); err != nil {
		return err
	}
	p, err := s.platform(v)
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "connect", language.T("Connect %s", p.Title), connectPage{Platform: p, Name: p.Suggest})
}

func (s *server) connect(w http.ResponseWriter, v *visit) error {
	if err := v.ownPlanet(); err != nil {
		return err
	}
	p, err := s.platform(v)
	if err != nil {
		return err
	}
	return s.fillIn(w, v, connectPage{Platform: p, Name: strings.TrimSpace(v.PostForm.Get("name"))})
}

func (s *server) askChange(w http.ResponseWriter, v *visit) error {
	c, err := s.Backend.Connections.Connection(v.Context(), v.PathValue("name"))
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "connect", language.T("Settings of %s", c.Name), connectPage{Platform: c.Platform, Name: c.Name, Change: true})
}

func (s *server) change(w http.ResponseWriter, v *visit) error {
	c, err := s.Backend.Connections.Connection(v.Context(), v.PathValue("name"))
	if err != nil {
		return err
	}
	return s.fillIn(w, v, connectPage{Platform: c.Platform, Name: c.Name, Change: true})
}

// fillIn takes a form in, or shows it once more with what is wrong beside its
// fields. Secrets that were made up here are shown until they are kept, and once
// after.
func (s *server) fillIn(w http.ResponseWriter, v *visit, page connectPage) error {
	w.Header().Set("Cache-Control", "no-store")
	form := view.ConnectionForm{Platform: page.Platform.Name, Name: page.Name, Planet: v.planet.ID, Values: map[string]string{}, Change: page.Change}
	page.Made = map[string]bool{}
	page.Fields = slices.Clone(page.Fields)
	wanted := v.PostForm.Get("make")
	for i := range page.Fields {
		f := &page.Fields[i]
		f.Value = v.PostForm.Get(fieldPrefix + f.Name)
		if f.Secret && wanted == f.Name {
			f.Value = madeSecret()
		}
		page.Made[f.Name] = f.Secret && f.Value != "" && (wanted == f.Name || v.PostForm.Get("made."+f.Name) == "yes")
		form.Values[f.Name] = f.Value
	}
	title := language.T("Connect %s", page.Title)
	if page.Change {
		title = language.T("Settings of %s", page.Name)
	}
	if wanted != "" {
		return s.render(w, v, http.StatusOK, "connect", title, page)
	}
	err := s.Backend.Connections.Connect(v.Context(), v.account, form)
	problems, told := errors.AsType[view.Problems](err)
	if err != nil && !told {
		return err
	}
	if told {
		for i := range page.Fields {
			page.Fields[i].Problem = problems[page.Fields[i].Name]
		}
		page.NameBad = problems[view.ConnectionName]
		page.Problem = cmp.Or(problems[""], problems[view.ConnectionPlanet])
		return s.render(w, v, http.StatusUnprocessableEntity, "connect", title, page)
	}
	for _, f := range page.Fields {
		if page.Made[f.Name] {
			return s.showConnection(w, v, page.Name, connectionPage{New: true, Secret: f.Value, SecretOf: f.Label})
		}
	}
	if page.Change {
		return s.done(w, v, v.to(sourcePath(page.Name)), "%s is saved.", page.Name)
	}
	return s.done(w, v, v.to(sourcePath(page.Name)), "%s is connected.", page.Name)
}

// sourcePath is the address of a connection's page.
func sourcePath(name string) string { return "/sources/of/" + url.PathEscape(name) }

// connectionPage tells all of one connection.
type connectionPage struct {
	view.Connection
	Address  string // where its platform sends to
	New      bool
	Secret   string // shown this once
	SecretOf string // the label of its field
	Example  string
	Preview  *view.Previewed
	Wrong    string // with the example
	Mapped   bool   // the team says what deliveries mean: an example shows whether it fits
	Imports  []view.Import
}

func (s *server) connection(w http.ResponseWriter, v *visit) error {
	return s.showConnection(w, v, v.PathValue("name"), connectionPage{})
}

const importsOfOne = 14

func (s *server) showConnection(w http.ResponseWriter, v *visit, name string, page connectionPage) error {
	c, err := s.Backend.Connections.Connection(v.Context(), name)
	if err != nil {
		return err
	}
	known, err := s.Backend.Imports.Sources(v.Context())
	if err != nil {
		return err
	}
	for _, i := range known.Imports {
		if i.Source == name && len(page.Imports) < importsOfOne {
			page.Imports = append(page.Imports, i)
		}
	}
	page.Connection = c
	page.Mapped = slices.ContainsFunc(c.Platform.Fields, func(f view.Field) bool { return f.Lines })
	if c.Platform.Pushes {
		page.Address = s.origin(v) + "/hooks/" + url.PathEscape(name)
	}
	return s.render(w, v, http.StatusOK, "source", c.Name, page)
}

// origin is the address under which the visitor reaches us.
func (s *server) origin(v *visit) string {
	if s.Secure || v.TLS != nil {
		return "https://" + v.Host
	}
	return "http://" + v.Host
}

// order carries an order out that needs no more to be said.
func (s *server) order(do string) action {
	return func(w http.ResponseWriter, v *visit) error { return s.carryOut(w, v, view.Order{Do: do}) }
}

func (s *server) carryOut(w http.ResponseWriter, v *visit, o view.Order) error {
	name := v.PathValue("name")
	said, err := s.Backend.Connections.Order(v.Context(), v.account, name, o)
	to := v.to(sourcePath(name))
	switch {
	case err != nil && o.Do == view.OrderTest && orrery.CodeOf(err) != orrery.NotFound:
		return s.done(w, v, to, "It does not work: %s", err.Error())
	case err != nil:
		return err
	case o.Do == view.OrderDelete:
		to = v.to("/sources")
	}
	return s.done(w, v, to, "%s", said)
}

func (s *server) rewind(w http.ResponseWriter, v *visit) error {
	o := view.Order{Do: view.OrderRewind}
	if text := strings.TrimSpace(v.PostForm.Get("from")); text != "" {
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return orrery.Errorf(orrery.Invalid, "%q is not a day: write it as 2026-03-31, or leave it empty for the start", text)
		}
		o.From = day
	}
	return s.carryOut(w, v, o)
}

func (s *server) askDelete(w http.ResponseWriter, v *visit) error {
	c, err := s.Backend.Connections.Connection(v.Context(), v.PathValue("name"))
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "disconnect", language.T("Delete %s", c.Name), c)
}

func (s *server) deleteConnection(w http.ResponseWriter, v *visit) error {
	choice := v.PostForm.Get("what")
	if choice != "keep" && choice != "back" {
		return orrery.Errorf(orrery.Invalid, "choose what becomes of what it brought: go back and choose")
	}
	return s.carryOut(w, v, view.Order{Do: view.OrderDelete, TakeBack: choice == "back"})
}

const maxExample = 256 << 10 // bytes of an example of a delivery

// preview shows what an example of a delivery would become.
func (s *server) preview(w http.ResponseWriter, v *visit) error {
	page := connectionPage{Example: strings.TrimSpace(v.PostForm.Get("example"))}
	if page.Example == "" || len(page.Example) > maxExample {
		return orrery.Errorf(orrery.Invalid, "an example has 1 to %d letters: go back and paste one delivery", maxExample)
	}
	got, err := s.Backend.Connections.Preview(v.Context(), v.PathValue("name"), []byte(page.Example))
	switch code := orrery.CodeOf(err); {
	case err == nil:
		page.Preview = &got
	case code == orrery.Internal || code == orrery.NotFound:
		return err
	default:
		page.Wrong = err.Error()
	}
	return s.showConnection(w, v, v.PathValue("name"), page)
}

// connectionWords tells how a connection is, in a few words.
func connectionWords(c view.Connection, now time.Time) language.Text {
	switch c.State {
	case view.ConnectionRunning:
		if c.Rows > 0 {
			return language.T("reading, %d rows so far", c.Rows)
		}
		return language.T("asking now")
	case view.ConnectionWaiting:
		return language.T("well; asked again %s", ahead(c.Next, now))
	case view.ConnectionListening:
		if c.Pushed.Last.IsZero() {
			return language.T("waits for a first delivery")
		}
		return language.T("listening")
	case view.ConnectionPaused:
		return language.T("paused")
	case view.ConnectionFailing:
		return language.T("failing for %s; tried again %s", span(now.Sub(c.Failing)), ahead(c.Next, now))
	default:
		return language.T("needs you")
	}
}

// connectionTone names the style class of a state.
func connectionTone(c view.Connection) string {
	switch c.State {
	case view.ConnectionFailing, view.ConnectionUnready:
		return "bad"
	case view.ConnectionPaused:
		return "rest"
	case view.ConnectionRunning:
		return "busy"
	default:
		return "good"
	}
}

// ahead tells how long after now something will be.
func ahead(t, now time.Time) language.Text {
	switch d := t.Sub(now); {
	case d < time.Minute:
		return language.T("within a minute")
	case d < time.Hour:
		return language.N(int((d+30*time.Second)/time.Minute), "in 1 minute", "in %d minutes")
	case d < 48*time.Hour:
		return language.N(int((d+30*time.Minute)/time.Hour), "in 1 hour", "in %d hours")
	default:
		return language.T("on %s", language.Date(t.UTC(), "2 January"))
	}
}

// often tells how often something is asked.
func often(every time.Duration) language.Text {
	switch {
	case every < 90*time.Second:
		return language.T("every minute")
	case every < 90*time.Minute:
		return language.N(int(every/time.Minute), "every minute", "every %d minutes")
	default:
		return language.N(int(every/time.Hour), "every hour", "every %d hours")
	}
}

// sentence ends a text as a sentence.
func sentence(text string) string { return strings.TrimSuffix(strings.TrimSpace(text), ".") + "." }

// sentenceOf ends the text of an error as a sentence. What is said in every
// language is one already.
func sentenceOf(text any) (any, error) {
	switch t := text.(type) {
	case string:
		return sentence(t), nil
	case language.Text:
		return t, nil
	default:
		return nil, fmt.Errorf("no text: %T", text)
	}
}

// mayMake tells whether a secret is ours to make up: platforms give signing
// secrets and tokens themselves.
func mayMake(f view.Field) bool {
	label := strings.ToLower(f.Label)
	return f.Secret && strings.Contains(label, "secret") && !strings.Contains(label, "signing")
}
