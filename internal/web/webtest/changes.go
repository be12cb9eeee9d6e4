package webtest

import (
	"context"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// changes is World as web.People.
type changes World

func (c *changes) find(id orrery.MemberID) (*soul, error) {
	if s := c.byID[id]; s != nil {
		return s, nil
	}
	return nil, orrery.Errorf(orrery.NotFound, "nobody here has the number %d", id)
}

func (c *changes) Note(_ context.Context, by view.Account, id orrery.MemberID, text string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, err := c.find(id)
	if err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" {
		return orrery.Errorf(orrery.Invalid, "the note is empty: write something first")
	}
	s.notes = slices.Insert(s.notes, 0, view.Note{At: c.now, By: by.Email, Text: text})
	return nil
}

func (c *changes) Tag(_ context.Context, _ view.Account, ids []orrery.MemberID, tag string, on bool) (changed []orrery.MemberID, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if tag == "" {
		return nil, orrery.Errorf(orrery.Invalid, "the tag has no name: write one first")
	}
	if !slices.Contains(c.tags, tag) {
		c.tags = append(slices.Clone(c.tags), tag)
		slices.Sort(c.tags)
	}
	for _, id := range ids {
		s, err := c.find(id)
		if err != nil {
			return nil, err
		}
		if slices.Contains(s.row.Tags, tag) != on {
			changed = append(changed, id)
		}
		s.row.Tags = slices.DeleteFunc(slices.Clone(s.row.Tags), func(t string) bool { return t == tag })
		if on {
			s.row.Tags = append(s.row.Tags, tag)
		}
	}
	return changed, nil
}

func (c *changes) Merge(_ context.Context, _ view.Account, a, b orrery.MemberID) (orrery.MemberID, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a == b {
		return 0, orrery.Errorf(orrery.Invalid, "that is the same person already")
	}
	keep, err := c.find(min(a, b))
	if err != nil {
		return 0, err
	}
	other, err := c.find(max(a, b))
	if err != nil {
		return 0, err
	}
	keep.merged = append(keep.merged, other.row.ID)
	c.remove(other)
	return keep.row.ID, nil
}

func (c *changes) Unmerge(_ context.Context, _ view.Account, _ orrery.MemberID, not orrery.IdentityID) (orrery.MemberID, error) {
	return orrery.MemberID(not), nil
}

func (c *changes) Erase(_ context.Context, _ view.Account, id orrery.MemberID) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, err := c.find(id)
	if err != nil {
		return err
	}
	c.remove(s)
	return nil
}

func (c *changes) remove(s *soul) {
	delete(c.byID, s.row.ID)
	c.people = slices.DeleteFunc(slices.Clone(c.people), func(o *soul) bool { return o == s })
	clear(c.pictures)
}

// Installation implements web.Setup.
func (w *World) Installation(context.Context) (view.Installation, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	running := 0
	for _, i := range w.sources.Imports {
		if i.State == view.ImportRunning {
			running++
		}
	}
	return view.Installation{Ready: true, Planets: slices.Clone(w.planets), Running: running}, nil
}

// CreatePlanet implements web.Setup.
func (w *World) CreatePlanet(_ context.Context, _ view.Account, title string) (view.Planet, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if strings.TrimSpace(title) == "" {
		return view.Planet{}, orrery.Errorf(orrery.Invalid, "the brand has no name yet: write one")
	}
	p := view.Planet{ID: orrery.PlanetID(len(w.planets) + 1), Name: strings.ToLower(title), Title: title, AsOf: orrery.DayOf(w.now), RhythmDays: 30}
	w.planets = append(w.planets, p)
	return p, nil
}

// InstallSample implements web.Setup.
func (w *World) InstallSample(context.Context, view.Account) (string, error) {
	full := New(Options{People: 1000, Seed: 42, Sample: true})
	w.mu.Lock()
	defer w.mu.Unlock()
	w.planets, w.people, w.byID = full.planets, full.people, full.byID
	return w.planets[0].Name, nil
}

// RemoveSample implements web.Setup.
func (w *World) RemoveSample(context.Context, view.Account) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.planets, w.people = nil, nil
	clear(w.byID)
	clear(w.pictures)
	return nil
}

// Enter implements web.Sessions: the one-time token is "once".
func (w *World) Enter(_ context.Context, token string) (view.Session, error) {
	if token != "once" {
		return view.Session{}, orrery.Errorf(orrery.Denied, "this link was used already or is too old: start Orrery again for a new one")
	}
	return w.begin(view.Account{ID: 1, Access: orrery.Unlimited()}), nil
}

// LogIn implements web.Sessions: the password is "gravity".
func (w *World) LogIn(_ context.Context, email, password string) (view.Session, error) {
	if password != "gravity" {
		return view.Session{}, orrery.Errorf(orrery.Denied, "that address and password do not belong together")
	}
	access := orrery.Unlimited()
	if name, _, _ := strings.Cut(email, "@"); name != "" { // reader@, steward@, … have that role
		if role, err := orrery.ParseRole(name); err == nil {
			access[0].Role = role
		}
	}
	return w.begin(view.Account{ID: 2, Email: email, Access: access}), nil
}

func (w *World) begin(a view.Account) view.Session {
	w.mu.Lock()
	defer w.mu.Unlock()
	token := "session-" + a.Email
	w.sessions[token] = a
	return view.Session{Token: token, Expires: time.Now().Add(24 * time.Hour)}
}

// Account implements web.Sessions.
func (w *World) Account(_ context.Context, session string) (view.Account, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a, ok := w.sessions[session]
	if !ok {
		return view.Account{}, orrery.Errorf(orrery.Denied, "log in first")
	}
	return a, nil
}

// LogOut implements web.Sessions.
func (w *World) LogOut(_ context.Context, session string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.sessions, session)
	return nil
}
