package web

import (
	"bytes"
	"net/http"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// A partner's room is opened by a link, without an account. Nothing in it names a
// person; links that are made up, ended or late get one and the same answer.

// RoomPath returns the path of the room that a token opens.
func RoomPath(token string) string { return "/room/" + token }

type roomPage struct {
	view.RoomPage
	Goals   []goal
	Static  string
	Token   string
	Now     time.Time
	Problem string
	Written string // what was written and not kept
	Said    bool
}

func (s *server) room(w http.ResponseWriter, v *visit) error { return s.showRoom(w, v, nil, "") }

func (s *server) showRoom(w http.ResponseWriter, v *visit, problem error, written string) error {
	secret(w)
	token := v.PathValue("token")
	known, err := s.Backend.Partners.Room(v.Context(), token, publicPatience)
	if err != nil {
		return err
	}
	page := roomPage{RoomPage: known, Static: s.assets.prefix, Token: token, Now: s.Clock(), Written: written, Said: v.URL.Query().Has("kept")}
	if known.Purpose != nil {
		page.Goals = goalsOf(known.Purpose.Progress)
	}
	status := http.StatusOK
	if problem != nil {
		page.Problem, page.Said, status = problem.Error(), false, statusOf(orrery.CodeOf(problem))
	}
	var out bytes.Buffer
	if err := s.pages[v.language].ExecuteTemplate(&out, "room", page); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.speak(w)
	w.WriteHeader(status)
	_, _ = out.WriteTo(w) // who left does not read it
	return nil
}

// writeInRoom keeps what a partner writes.
func (s *server) writeInRoom(w http.ResponseWriter, v *visit) error {
	secret(w)
	token, text := v.PathValue("token"), v.PostForm.Get("text")
	err := s.Backend.Partners.WriteInRoom(v.Context(), token, text)
	switch orrery.CodeOf(err) {
	case orrery.Invalid, orrery.Exhausted:
		return s.showRoom(w, v, err, text)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, v.Request, RoomPath(token)+"?kept#updates", http.StatusSeeOther)
	return nil
}

// secret keeps an address that opens something out of caches and lists. What other
// hosts are told of it, nothing, is the same for all pages.
func secret(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex, nofollow")
}

// follow leads to where a partner's code leads. It counts that somebody did, and
// keeps nothing of who.
func (s *server) follow(w http.ResponseWriter, v *visit) error {
	to, err := s.Backend.Partners.Follow(v.Context(), v.PathValue("code"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Location", to) // as the team wrote it; checked when it was kept
	w.WriteHeader(http.StatusFound)
	return nil
}
