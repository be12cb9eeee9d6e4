package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// A settingsRoom is one page of the settings, in the list beside all of them.
type settingsRoom struct {
	Name  string // of its template
	Path  string
	Title language.Text
	Says  language.Text // what is done there; empty on the page that lists them
}

// settingsRooms are the pages of the settings in their order.
var settingsRooms = []settingsRoom{
	{"settings", "/settings", language.T("Overview"), nil},
	{"settingsplanets", "/settings/planets", language.T("Planets"), language.T("What people orbit, what belongs together and in which order it stands.")},
	{"rhythm", "/settings/rhythm", language.T("Rhythm"), language.T("How often it is natural to come, and what another rhythm would change.")},
	{"colleagues", "/settings/people", language.T("People and roles"), language.T("Who may come in, and what they may.")},
	{"weights", "/settings/weights", language.T("What counts"), language.T("Which kinds of activity bring people closer, and how much each is worth.")},
	{"settingsteammates", "/settings/teammates", language.T("Teammates"), language.T("Who belongs to the team and is not counted as drawn.")},
	{"sources", "/sources", language.T("Sources"), language.T("Where activities come from, and what keeps bringing them.")},
	{"webhooks", "/settings/webhooks", language.T("Webhooks"), language.T("Which other programs are told what happens, and what arrived.")},
	{"backups", "/settings/backups", language.T("Backups"), language.T("When the data is copied, which copies there are, and how to go back to one.")},
	{"audit", "/settings/audit", language.T("Audit"), language.T("Who did what, and whether that is still what was written.")},
	{"settingskeys", "/settings/keys", language.T("Keys"), language.T("What lets programs send activities here or read them.")},
}

// settingsKin are pages below one of the list.
var settingsKin = map[string]string{"webhook": "webhooks", "restore": "backups"}

// InSettings tells whether the page is one of the settings.
func (p *page) InSettings() bool {
	return p.Kin() != "" || slices.ContainsFunc(settingsRooms, func(r settingsRoom) bool { return r.Name == p.Name && r.Name != "sources" })
}

// Kin is the page of the settings that this one stands below, or empty.
func (p *page) Kin() string { return settingsKin[p.Name] }

type settingsOverview struct {
	Notices []view.Notice
}

type settingsPage struct {
	view.Settings
	NewKey string // shown once
}

var scopes = []string{"ingest", "read"}

func (s *server) settings(w http.ResponseWriter, v *visit) error {
	notices, err := s.notices(v)
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "settings", language.T("Settings"), settingsOverview{notices})
}

// notices are for who steers everything: nobody else can do anything about them.
func (s *server) notices(v *visit) ([]view.Notice, error) {
	if v.account.Access.On(0).Role < orrery.Admin {
		return nil, nil
	}
	return s.Backend.Settings.Notices(v.Context())
}

// setting shows one page of what a steward may change.
func (s *server) setting(name string, title language.Text) action {
	return func(w http.ResponseWriter, v *visit) error { return s.showSetting(w, v, name, title, "") }
}

func (s *server) showSetting(w http.ResponseWriter, v *visit, name string, title language.Text, newKey string) error {
	known, err := s.Backend.Settings.Settings(v.Context())
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, name, title, settingsPage{known, newKey})
}

func planetID(v *visit) (orrery.PlanetID, error) {
	id, err := strconv.ParseUint(v.PostForm.Get("id"), 10, 16)
	if err != nil {
		return 0, orrery.Errorf(orrery.Invalid, "the form names no planet: load the page again")
	}
	return orrery.PlanetID(id), nil
}

func (s *server) saveTeammates(w http.ResponseWriter, v *visit) error {
	domains := []string{}
	for _, d := range strings.FieldsFunc(strings.ToLower(v.PostForm.Get("domains")), func(r rune) bool { return strings.ContainsRune(" ,;\r\n\t", r) }) {
		d = strings.TrimPrefix(d, "@")
		if !strings.Contains(d, ".") || strings.Contains(d, "@") || len(d) > 253 {
			return orrery.Errorf(orrery.Invalid, "%q is not a domain: write what stands behind the @ of your addresses, like example.org", d)
		}
		domains = append(domains, d)
	}
	if err := s.Backend.Settings.SaveTeammates(v.Context(), v.account, domains); err != nil {
		return err
	}
	return s.done(w, v, v.to("/settings/teammates"), "Teammates are saved. People with these addresses are not counted as drawn.")
}

// createKey shows the key on this one answer: it is kept nowhere.
func (s *server) createKey(w http.ResponseWriter, v *visit) error {
	id, err := planetID(v)
	if err != nil {
		return err
	}
	key := view.NewKey{Planet: id, Source: strings.TrimSpace(v.PostForm.Get("source")), Scope: v.PostForm.Get("scope"), Addresses: v.PostForm.Get("addresses") == "yes"}
	if key.Source == "" || len(key.Source) > 80 || !slices.Contains(scopes, key.Scope) {
		return orrery.Errorf(orrery.Invalid, "a key needs the name of a source and what it may do: go back and fill both in")
	}
	secret, err := s.Backend.Settings.CreateKey(v.Context(), v.account, key)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.showSetting(w, v, "settingskeys", language.T("Keys"), secret)
}

func (s *server) revokeKey(w http.ResponseWriter, v *visit) error {
	if err := s.Backend.Settings.RevokeKey(v.Context(), v.account, v.PostForm.Get("id")); err != nil {
		return err
	}
	return s.done(w, v, v.to("/settings/keys"), "The key opens nothing any more.")
}
