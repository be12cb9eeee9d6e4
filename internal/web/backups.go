package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/backup"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

type backupsPage struct {
	backup.Status
	Wrong string // with the plan that was filled in
}

type restorePage struct {
	view.BackupCompared
	Wrong string
}

var (
	daysOfWeek = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
	hoursOfDay = func() (all []int) {
		for h := range 24 {
			all = append(all, h)
		}
		return all
	}()
)

func copyWords(c backup.Copy) string {
	switch {
	case c.Wrong != "":
		return "damaged"
	case c.Verified.IsZero():
		return "not yet"
	case c.Whole:
		return "whole, field rebuilt"
	}
	return "file whole"
}

func copyTone(c backup.Copy) string {
	switch {
	case c.Wrong != "":
		return "drift"
	case c.Verified.IsZero():
		return "still"
	}
	return "rise"
}

func (s *server) backups(w http.ResponseWriter, v *visit) error {
	st, err := s.Backend.Backups.Backups(v.Context())
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "backups", language.T("Backups"), backupsPage{Status: st})
}

func (s *server) planBackups(w http.ResponseWriter, v *visit) error {
	p, err := planOf(v)
	if err == nil {
		err = s.Backend.Backups.PlanBackups(v.Context(), v.account, p)
	}
	if orrery.CodeOf(err) == orrery.Invalid {
		st, stErr := s.Backend.Backups.Backups(v.Context())
		if stErr != nil {
			return stErr
		}
		st.Plan = p
		return s.render(w, v, http.StatusUnprocessableEntity, "backups", language.T("Backups"), backupsPage{st, sentence(err.Error())})
	} else if err != nil {
		return err
	}
	return s.done(w, v, v.to("/settings/backups"), "The plan is saved.")
}

func planOf(v *visit) (backup.Plan, error) {
	p := backup.Plan{Folder: strings.TrimSpace(v.PostForm.Get("folder")), Every: backup.Every(v.PostForm.Get("every"))}
	weekday := 0
	for name, to := range map[string]*int{"hour": &p.Hour, "weekday": &weekday, "days": &p.Days, "weeks": &p.Weeks, "months": &p.Months} {
		n, err := strconv.Atoi(v.PostForm.Get(name))
		if err != nil {
			return p, orrery.Errorf(orrery.Invalid, "fill in whole numbers")
		}
		*to = n
	}
	p.Weekday = time.Weekday(weekday)
	return p, p.Check()
}

func (s *server) backUp(w http.ResponseWriter, v *visit) error {
	if err := s.Backend.Backups.BackUp(v.Context(), v.account); err != nil {
		return err
	}
	http.Redirect(w, v.Request, v.to("/settings/backups"), http.StatusSeeOther)
	return nil
}

func (s *server) checkBackup(w http.ResponseWriter, v *visit) error {
	if err := s.Backend.Backups.CheckBackup(v.Context(), v.account, v.PathValue("name")); err != nil {
		return err
	}
	http.Redirect(w, v.Request, v.to("/settings/backups"), http.StatusSeeOther)
	return nil
}

func (s *server) removeBackup(w http.ResponseWriter, v *visit) error {
	if err := s.Backend.Backups.RemoveBackup(v.Context(), v.account, v.PathValue("name")); err != nil {
		return err
	}
	return s.done(w, v, v.to("/settings/backups"), "The copy is deleted.")
}

// downloadBackup hands a copy out as it is.
func (s *server) downloadBackup(w http.ResponseWriter, v *visit) error {
	file, c, err := s.Backend.Backups.OpenBackup(v.Context(), v.account, v.PathValue("name"))
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was read
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(6 * time.Hour))
	w.Header().Set("Content-Type", "application/vnd.sqlite3")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", c.Name))
	w.Header().Set("Cache-Control", "no-store")
	http.ServeContent(w, v.Request, "", c.Made, file)
	return nil
}

func (s *server) askRestore(w http.ResponseWriter, v *visit) error {
	return s.showRestore(w, v, http.StatusOK, "")
}

func (s *server) showRestore(w http.ResponseWriter, v *visit, status int, wrong string) error {
	c, err := s.Backend.Backups.CompareBackup(v.Context(), v.account, v.PathValue("name"))
	if err != nil {
		return err
	}
	return s.render(w, v, status, "restore", language.T("Restore a backup"), restorePage{c, wrong})
}

func (s *server) restoreBackup(w http.ResponseWriter, v *visit) error {
	if !strings.EqualFold(strings.TrimSpace(v.PostForm.Get("confirm")), "restore") {
		return s.showRestore(w, v, http.StatusUnprocessableEntity, "Nothing was changed: type the word restore to confirm.")
	}
	token, err := s.Backend.Backups.RestoreBackup(v.Context(), v.account, v.PathValue("name"))
	if err != nil {
		return err
	}
	http.Redirect(w, v.Request, "/settings/restored/"+token, http.StatusSeeOther)
	return nil
}

// restored tells whoever asked for a restore what came of it: they may not be
// logged in any more.
func (s *server) restored(w http.ResponseWriter, v *visit) error {
	out, err := s.Backend.Backups.RestoredBackup(v.Context(), v.PathValue("token"))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	return s.render(w, v, http.StatusOK, "restored", language.T("A backup was restored"), out)
}
