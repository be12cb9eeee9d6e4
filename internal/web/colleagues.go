package web

import (
	"net/http"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

type colleaguesPage struct {
	view.Colleagues
	Roles  []orrery.Role // that may be given here
	Link   string        // of a new invitation, shown once
	Opened string        // whom it is for
}

// colleagues lists who may come in, and what they may.
func (s *server) colleagues(w http.ResponseWriter, v *visit) error {
	return s.showColleagues(w, v, "", "")
}

func (s *server) showColleagues(w http.ResponseWriter, v *visit, email, link string) error {
	known, err := s.Backend.Colleagues.Colleagues(v.Context(), v.account)
	if err != nil {
		return err
	}
	page := colleaguesPage{Colleagues: known, Link: link, Opened: email}
	for role := orrery.Reader; role <= v.grant.Role; role++ {
		page.Roles = append(page.Roles, role)
	}
	return s.render(w, v, http.StatusOK, "colleagues", language.T("People and roles"), page)
}

// accessIn reads what a form gives: a role, addresses or not, around a planet or
// all of them.
func accessIn(v *visit) (orrery.Access, error) {
	role, err := orrery.ParseRole(v.PostForm.Get("role"))
	if err != nil {
		return nil, err
	}
	planet, err := strconv.ParseUint(v.PostForm.Get("planet"), 10, 16)
	if err != nil {
		return nil, orrery.Errorf(orrery.Invalid, "choose a planet, or all of them")
	}
	g := orrery.Grant{Planet: orrery.PlanetID(planet), Role: role, Addresses: v.PostForm.Get("addresses") == "yes"}
	if role == orrery.Owner {
		g.Planet, g.Addresses = 0, true
	}
	return orrery.Access{g}, nil
}

// invite shows the link on this one answer: it is kept nowhere.
func (s *server) invite(w http.ResponseWriter, v *visit) error {
	access, err := accessIn(v)
	if err != nil {
		return err
	}
	email := strings.TrimSpace(v.PostForm.Get("email"))
	token, err := s.Backend.Colleagues.Invite(v.Context(), v.account, email, access)
	if err != nil {
		return err
	}
	scheme := "http://"
	if s.Secure {
		scheme = "https://"
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.showColleagues(w, v, email, scheme+v.Host+"/join/"+token)
}

func (s *server) takeBack(w http.ResponseWriter, v *visit) error {
	number, err := strconv.ParseInt(v.PathValue("number"), 10, 64)
	if err != nil {
		return s.nothingHere(w, v)
	}
	if err := s.Backend.Colleagues.TakeBack(v.Context(), v.account, number); err != nil {
		return err
	}
	return s.done(w, v, v.to("/settings/people"), "The invitation opens nothing any more.")
}

// changeColleague gives another role, ends sessions, or removes somebody.
func (s *server) changeColleague(w http.ResponseWriter, v *visit) error {
	id, err := strconv.ParseInt(v.PathValue("account"), 10, 64)
	if err != nil {
		return s.nothingHere(w, v)
	}
	team := s.Backend.Colleagues
	if do := v.PostForm.Get("do"); do == "role" || do == "end" || do == "remove" {
		audit.As(v.Context(), "settings.people."+do)
	}
	switch v.PostForm.Get("do") {
	case "role":
		access, err := accessIn(v)
		if err != nil {
			return err
		}
		if err := team.SetAccess(v.Context(), v.account, id, access); err != nil {
			return err
		}
		return s.done(w, v, v.to("/settings/people"), "They have another role now, and log in once more.")
	case "end":
		if err := team.EndSessions(v.Context(), v.account, id); err != nil {
			return err
		}
		return s.done(w, v, v.to("/settings/people"), "They are logged out everywhere.")
	case "remove":
		if err := team.SetAccess(v.Context(), v.account, id, nil); err != nil {
			return err
		}
		return s.done(w, v, v.to("/settings/people"), "They are removed. What they were logged in with and the keys that they made have ended.")
	}
	return orrery.Errorf(orrery.Invalid, "choose what to do: load the page again")
}

type joinPage struct {
	view.Invitation
	Token, Name, Wrong string
}

// askJoin shows an invitation to whom it was sent.
func (s *server) askJoin(w http.ResponseWriter, v *visit) error {
	token := v.PathValue("token")
	i, err := s.Backend.Colleagues.Invited(v.Context(), token)
	if err != nil {
		return err
	}
	w.Header().Set("Referrer-Policy", "no-referrer")
	return s.render(w, v, http.StatusOK, "join", language.T("You are invited"), joinPage{Invitation: i, Token: token})
}

func (s *server) join(w http.ResponseWriter, v *visit) error {
	p := joinPage{Token: v.PathValue("token"), Name: strings.TrimSpace(v.PostForm.Get("name"))}
	session, err := s.Backend.Colleagues.Join(v.Context(), p.Token, p.Name, v.PostForm.Get("password"))
	if err == nil {
		s.setSession(w, session)
		http.Redirect(w, v.Request, "/", http.StatusSeeOther)
		return nil
	}
	if code := orrery.CodeOf(err); code != orrery.Internal {
		if i, gone := s.Backend.Colleagues.Invited(v.Context(), p.Token); gone == nil {
			p.Invitation, p.Wrong = i, sentence(err.Error())
			return s.render(w, v, statusOf(code), "join", language.T("You are invited"), p)
		}
	}
	return err
}

type settlePage struct{ Name, Email, Wrong string }

// askSettle offers an account to who came in by the first-run link.
func (s *server) askSettle(w http.ResponseWriter, v *visit) error {
	if v.account.ID != 0 {
		http.Redirect(w, v.Request, v.to("/settings/people"), http.StatusSeeOther)
		return nil
	}
	return s.render(w, v, http.StatusOK, "settle", language.T("Make your account"), settlePage{})
}

func (s *server) settle(w http.ResponseWriter, v *visit) error {
	if v.account.ID != 0 {
		return orrery.Errorf(orrery.Conflict, "you have an account already")
	}
	p := settlePage{Name: strings.TrimSpace(v.PostForm.Get("name")), Email: strings.TrimSpace(v.PostForm.Get("email"))}
	session, err := s.Backend.Colleagues.Settle(v.Context(), p.Name, p.Email, v.PostForm.Get("password"))
	if code := orrery.CodeOf(err); code == orrery.Invalid {
		p.Wrong = sentence(err.Error())
		return s.render(w, v, statusOf(code), "settle", language.T("Make your account"), p)
	} else if err != nil {
		return err
	}
	s.setSession(w, session)
	return s.done(w, v, "/", "This is your account now: next time you log in with your address and password.")
}
