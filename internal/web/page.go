package web

import (
	"bytes"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

//go:embed templates
var templateFiles embed.FS

// patience is how long a page waits for figures that are being reckoned; then it
// says so, and shows those of before where there are any.
const patience = 100 * time.Millisecond

// loadPages parses, for each language, all pages and what they share: the files
// beside them. The "main" of a page and its "head" are named after it, so that one
// set of templates holds all of them. It is done once.
var loadPages = sync.OnceValues(func() (map[*language.Language]*template.Template, error) {
	sets := map[*language.Language]*template.Template{}
	for _, l := range language.All() {
		set := template.New("").Funcs(words).Funcs(l.Funcs())
		for _, pattern := range []string{"templates/*.html", "templates/pages/*.html"} {
			files, err := fs.Glob(templateFiles, pattern)
			if err != nil {
				return nil, err
			}
			for _, file := range files {
				content, err := fs.ReadFile(templateFiles, file)
				if err != nil {
					return nil, err
				}
				source := l.Rewrite(string(content))
				name := strings.TrimSuffix(path.Base(file), ".html")
				for _, part := range []string{mainPart, headPart} {
					source = strings.ReplaceAll(source, fmt.Sprintf("{{define %q}}", part), fmt.Sprintf("{{define %q}}", partOf(part, name)))
				}
				if _, err := set.New(path.Base(file)).Parse(source); err != nil {
					return nil, fmt.Errorf("web: parse %s: %w", file, err)
				}
			}
		}
		sets[l] = set
	}
	return sets, nil
})

// The parts of a page that the layout takes in.
const (
	mainPart = "main"
	headPart = "head"
)

// partOf is the name of a page's part among all templates.
func partOf(part, page string) string { return part + " of " + page }

// dress writes a page with the layout around it.
func dress(out *bytes.Buffer, set *template.Template, p *page) error {
	for part, into := range map[string]*template.HTML{mainPart: &p.Main, headPart: &p.Head} {
		t := set.Lookup(partOf(part, p.Name))
		if t == nil {
			continue
		}
		if err := t.Execute(out, p); err != nil {
			return err
		}
		*into = template.HTML(out.String()) //nolint:gosec // just written by html/template
		out.Reset()
	}
	return set.ExecuteTemplate(out, "page", p)
}

// A page is what the layout shows around a body.
type page struct {
	Name      string               // of the template
	Title     any                  // a language.Text, or a name
	Static    string               // prefix of the static files
	Languages []*language.Language // to choose from
	Theme     string               // "dark", "light" or empty for the system's
	Said      string               // what the last change did
	UndoAt    string               // where it is undone
	Undo      string               // what is undone there; empty: it cannot be from here
	Here      string               // path and query of this page
	Now       time.Time
	Planet    view.Planet
	AsOf      orrery.Day // the day in the past that was asked for; 0: none
	Account   view.Account
	Grant     orrery.Grant // what the account may around what the page is about
	LoggedIn  bool
	Since     int64 // activities that there were when the page was made; view.NotCounted: it hears of no more
	Body      any

	Main, Head template.HTML // the page's own parts, once written

	view.Installation

	open map[string]view.Task // tasks that lines of the page have, by view.TaskKey
}

const (
	themeCookie = "orrery_theme"
	saidCookie  = "orrery_said"
)

func (s *server) page(w http.ResponseWriter, v *visit, name string, title, body any) *page {
	p := &page{
		Name: name, Title: title, Static: s.assets.prefix, Here: v.URL.RequestURI(), Now: s.Clock(),
		Planet: v.planet, AsOf: v.asOf, Languages: language.All(), Account: v.account, Grant: v.grant, LoggedIn: v.loggedIn, Installation: v.installation, Since: view.NotCounted, Body: body,
	}
	if p.Past() {
		p.Planet.AsOf, p.Planet.Stale = v.asOf, false
	}
	if c, err := v.Cookie(themeCookie); err == nil && (c.Value == "dark" || c.Value == "light") {
		p.Theme = c.Value
	}
	if c, err := v.Cookie(saidCookie); err == nil && name != "loading" && name != "suggestions" { // the page that follows says it
		if text, err := base64.RawURLEncoding.DecodeString(c.Value); err == nil {
			said, undo, _ := strings.Cut(string(text), apart)
			p.Said = said
			if p.UndoAt, p.Undo, _ = strings.Cut(undo, apart); local(p.UndoAt, "") == "" {
				p.Undo = ""
			}
		}
		http.SetCookie(w, &http.Cookie{Name: saidCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.Secure})
	}
	return p
}

// apart stands between what a change did and how it is undone.
const apart = "\x00"

// doneOrUndo tells what a change did, with a button that undoes it where what is to be
// undone is named, and goes on to a page.
func (s *server) doneOrUndo(w http.ResponseWriter, v *visit, to, undoAt, undo, said string) error {
	if undo == "" {
		return s.done(w, v, to, "%s", said)
	}
	return s.done(w, v, to, "%s", said+apart+undoAt+apart+undo)
}

// done tells what a change did and goes on to a page.
func (s *server) done(w http.ResponseWriter, v *visit, to, format string, args ...any) error {
	http.SetCookie(w, &http.Cookie{
		Name: saidCookie, Value: base64.RawURLEncoding.EncodeToString([]byte(v.language.Say(language.T(format, args...)))), Path: "/",
		MaxAge: 30, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.Secure,
	})
	http.Redirect(w, v.Request, to, http.StatusSeeOther)
	return nil
}

// address makes the address of one of our pages; the planet is named only where
// it is not the first. Pairs are keys and values of the query; empty values are
// left out.
func address(planets []view.Planet, planet view.Planet, to string, pairs ...any) string {
	q := url.Values{}
	if len(planets) > 0 && planet.ID != planets[0].ID && planet.Name != "" {
		q.Set("planet", planet.Name)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if value := fmt.Sprint(pairs[i+1]); value != "" {
			q.Set(fmt.Sprint(pairs[i]), value)
		}
	}
	if len(q) == 0 {
		return to
	}
	return to + "?" + q.Encode()
}

// To is the address of one of our pages for the same planet and day.
func (p *page) To(to string, pairs ...any) string {
	return asOf(address(p.Planets, p.Planet, to, pairs...), p.AsOf)
}

// Of is the address of a person.
func (p *page) Of(id orrery.MemberID) string { return p.To(fmt.Sprint("/people/", id)) }

// Elsewhere is the address of a person around another planet.
func (p *page) Elsewhere(planet view.Planet, id orrery.MemberID) string {
	return asOf(address(p.Planets, planet, fmt.Sprint("/people/", id)), p.AsOf)
}

// Around is the address of this kind of page for another planet.
func (p *page) Around(other view.Planet) string {
	to, _, _ := strings.Cut(p.Here, "?")
	if strings.HasPrefix(to, "/people/") {
		to = "/people"
	}
	if strings.HasPrefix(to, "/circles/") {
		to = "/circles"
	}
	return asOf(address(p.Planets, other, to), p.AsOf)
}

// Brand is the planet's name for people.
func (p *page) Brand() string { return brand(p.Planet) }

// MayTake tells whether to offer lists to take away.
func (p *page) MayTake() bool { return p.Grant.Role >= orrery.Analyst }

// MayChange tells whether to offer changes.
func (p *page) MayChange() bool { return p.Grant.Role >= orrery.Steward }

// MaySteer tells whether to offer what is for who steers what the page is about.
func (p *page) MaySteer() bool { return p.Grant.Role >= orrery.Admin }

// MayOpen says whether a page of the settings is for whoever looks.
func (p *page) MayOpen(setting string) bool {
	switch setting {
	case "colleagues":
		return p.MaySteer()
	case "audit":
		return p.MaySteerAll()
	}
	return true
}

// MayOwn tells whether to offer what is for owners.
func (p *page) MayOwn() bool { return p.Grant.Role >= orrery.Owner }

// MaySteerAll tells whether to offer what is for who steers all planets.
func (p *page) MaySteerAll() bool { return p.Account.Access.On(0).Role >= orrery.Admin }

// SeesAll tells whether to offer what is about all planets together.
func (p *page) SeesAll() bool { return !p.Account.Access.Limited() }

// ByLink tells whether somebody came in by the first-run link and has no account
// yet.
func (p *page) ByLink() bool { return p.LoggedIn && p.Account.ID == 0 }

// HasSample tells whether the sample is there.
func (p *page) HasSample() bool {
	return slices.ContainsFunc(p.Planets, func(p view.Planet) bool { return p.Sample })
}

// OwnPlanets are those that people named.
func (p *page) OwnPlanets() []view.Planet {
	return slices.DeleteFunc(slices.Clone(p.Planets), func(p view.Planet) bool { return p.Sample })
}

// AddTo is where data is brought to a planet.
func (p *page) AddTo(planet view.Planet) string { return address(p.Planets, planet, "/sources/add") }

// Wide tells whether the page fills the window.
func (p *page) Wide() bool { return p.Name == "map" || p.Name == "around" }

// Bare tells whether the page stands without navigation.
func (p *page) Bare() bool { return !p.LoggedIn || p.Name == "loading" || len(p.Planets) == 0 }

func brand(p view.Planet) string {
	if p.Title != "" {
		return p.Title
	}
	return p.Name
}

// to is the address of one of our pages for the visit's planet and day.
func (v *visit) to(to string, pairs ...any) string { return v.on(v.asOf, to, pairs...) }

// on is the same as of another day.
func (v *visit) on(day orrery.Day, to string, pairs ...any) string {
	return asOf(address(v.installation.Planets, v.planet, to, pairs...), day)
}

// local returns an address of ours that a form named, or the fallback: never
// one of another host.
func local(to, fallback string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return fallback
	}
	return to
}
