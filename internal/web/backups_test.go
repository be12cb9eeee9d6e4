package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web"
	"orrery.dev/orrery/internal/web/webtest"
)

const aCopy = "/settings/backups/orrery-planned-20261121T030000Z.db"

func TestBackupsAreListedPlannedAndRestoredAfterAWord(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 4}).enter()
	page, _ := v.get("/settings/backups")
	for _, want := range []string{"48.2 MB", "whole, field rebuilt", "damaged", "before a restore", "not encrypted", "another disk", "&lt;b&gt;page 7"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	plan := []string{"every", "daily", "weekday", "0", "hour", "3", "folder", "backups", "days", "7", "weeks", "5", "months", "12"}
	if text, code := v.post("/settings/backups/plan", plan...); code != http.StatusUnprocessableEntity || !strings.Contains(text, "name the folder whole") {
		t.Errorf("a folder without its whole path: %d", code)
	}
	plan[7] = "/srv/copies"
	v.post("/settings/backups/plan", plan...)
	v.says("/settings/backups", `value="/srv/copies"`)
	v.says(aCopy+"/restore", "121,004")
	v.says(aCopy+"/restore", "Whoever was erased since stays erased")
	if text, code := v.post(aCopy+"/restore", "confirm", "yes"); code != http.StatusUnprocessableEntity || !strings.Contains(text, "Nothing was changed") {
		t.Errorf("without the word: %d", code)
	}
	if text, code := v.post(aCopy+"/restore", "confirm", "Restore "); code != http.StatusOK || !strings.Contains(text, "120,431 activities") || !strings.Contains(text, "1 person had been erased") {
		t.Errorf("restored: %d", code)
	}
	if _, code := v.get("/settings/restored/other"); code != http.StatusNotFound {
		t.Errorf("another token: %d, want 404", code)
	}
	if text, code := v.get(aCopy + "/download"); code != http.StatusOK || !strings.HasPrefix(text, "SQLite format 3") {
		t.Errorf("download: %d", code)
	}
	v.post("/settings/backups/now")
	v.says("/settings/backups", "A backup is being made.")
	v.says("/", "was switched off")
}

func TestOnlyStewardsHaveToDoWithBackups(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 4})
	v.post("/login", "email", "reader@example.org", "password", "gravity")
	for _, path := range []string{"/plan", "/now", aCopy[len("/settings/backups"):] + "/check", aCopy[len("/settings/backups"):] + "/remove", aCopy[len("/settings/backups"):] + "/restore"} {
		if _, code := v.post("/settings/backups"+path, "confirm", "restore"); code != http.StatusForbidden {
			t.Errorf("POST %s: %d, want 403", path, code)
		}
	}
	for _, path := range []string{aCopy + "/download", aCopy + "/restore"} {
		if _, code := v.get(path); code != http.StatusForbidden {
			t.Errorf("GET %s: %d, want 403", path, code)
		}
	}
	if text, _ := v.get("/"); strings.Contains(text, "was switched off") {
		t.Error("a reader is told what only stewards can mend")
	}
}

func TestWhileABackupIsRestoredEverybodyIsAskedToWait(t *testing.T) {
	t.Parallel()
	pause, err := web.NewPause()
	if err != nil {
		t.Fatal(err)
	}
	for method, want := range map[string]string{http.MethodGet: `http-equiv="refresh"`, http.MethodPost: "try again in a moment"} {
		w := httptest.NewRecorder()
		pause.ServeHTTP(w, httptest.NewRequest(method, "/people/7", nil))
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %q", method, w.Code, w.Body.String())
		}
	}
}
