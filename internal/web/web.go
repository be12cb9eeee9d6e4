package web

import (
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
)

// Config is what the screens need to run. All fields but Secure are required.
type Config struct {
	Backend Backend
	Log     *slog.Logger
	Clock   func() time.Time
	Secure  bool // people reach this over https: cookies are Secure and bound to the host
}

// New returns the handler of the team's screens: everything under / but what
// other doors take. It is safe for concurrent use.
func New(c Config) (http.Handler, error) {
	b := c.Backend
	for _, part := range []any{b.Setup, b.Reader, b.People, b.Same, b.Imports, b.Uploads, b.Sessions, b.Own, b.Passkeys, b.Settings, b.Connections, b.Weights, b.Purposes, b.Partners, b.Finder, b.Lists, b.Conversations, b.Tasks, b.Encounters, b.Weekly, b.Webhooks, b.Backups} {
		if part == nil || c.Log == nil || c.Clock == nil {
			return nil, orrery.Errorf(orrery.Internal, "web: the configuration is not complete")
		}
	}
	if b.Bounds == nil || b.Audit == nil || b.Colleagues == nil {
		return nil, orrery.Errorf(orrery.Internal, "web: the configuration is not complete")
	}
	assets, err := loadAssets()
	if err != nil {
		return nil, err
	}
	pages, err := loadPages()
	if err != nil {
		return nil, err
	}
	s := &server{Config: c, assets: assets, pages: pages, pictures: newPictures()}
	mux := http.NewServeMux()
	for _, route := range s.routes() {
		mux.Handle(route.pattern, s.guard(route))
	}
	mux.Handle("GET /static/", assets)
	mux.Handle("/", s.guard(route{permission: anybody, action: s.nothingHere}))
	return headers(http.NewCrossOriginProtection().Handler(mux)), nil
}

// NewPause returns a handler that asks everybody to wait a moment: there is no
// data while a backup is put in its place.
func NewPause() (http.Handler, error) {
	assets, err := loadAssets()
	if err != nil {
		return nil, err
	}
	pages, err := loadPages()
	if err != nil {
		return nil, err
	}
	s := &server{Config: Config{Clock: time.Now}, assets: assets, pages: pages}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", assets)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "2")
		w.Header().Set("Cache-Control", "no-store")
		if r.Method != http.MethodGet || s.render(w, &visit{Request: r, language: language.Match("", r.Header.Get("Accept-Language"))}, http.StatusServiceUnavailable, "pause", language.T("A backup is being restored"), nil) != nil {
			http.Error(w, "a backup is being restored: try again in a moment", http.StatusServiceUnavailable)
		}
	})
	return headers(mux), nil
}

type server struct {
	Config
	assets   *assets
	pages    map[*language.Language]*template.Template
	pictures *pictures
	undos    undos
	watchers watchers
}

// headers say what a browser may do with every answer: nothing that the page
// did not bring itself.
func headers(next http.Handler) http.Handler {
	const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		next.ServeHTTP(w, r)
	})
}
