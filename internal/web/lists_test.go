package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

func TestAListIsSavedOpenedRenamedAndRemoved(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 300, Seed: 1}).enter()
	text, _ := v.post("/lists", "name", "Core & rising", "query", "level=core", "shared", "on")
	if !strings.Contains(text, "“Core &amp; rising” is saved.") || !strings.Contains(text, `<h1>Core &amp; rising</h1>`) {
		t.Fatalf("saving a list does not open it: %s", text)
	}
	link := regexp.MustCompile(`href="(/people\?[^"]*list=1[^"]*)" aria-current`).FindStringSubmatch(text)
	if link == nil || !strings.Contains(link[1], "level=core") {
		t.Fatalf("the list does not lead to what it asks for: %q", link)
	}
	if text, _ = v.post("/lists/1", "name", "Core"); !strings.Contains(text, "<h1>Core</h1>") {
		t.Error("a new name does not show")
	}
	if text, _ = v.post("/lists/1/remove"); !strings.Contains(text, "The list “Core” is gone.") {
		t.Error("removing a list does not say so")
	}
	if _, code := v.get("/people?list=1"); code != http.StatusNotFound {
		t.Errorf("a list that was removed answers %d, want 404", code)
	}
}

func TestManyAreTaggedOnlyAfterAskingAndItIsUndone(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 400, Seed: 1}).enter()
	text, _ := v.post("/people/bulk", "do", "tag", "all", "1", "tag", "everybody", "back", "/people")
	sure := regexp.MustCompile(`name="sure" value="(\d+)"`).FindStringSubmatch(text)
	if sure == nil || !strings.Contains(text, "Tag them") {
		t.Fatalf("many are tagged without asking: %s", text)
	}
	if text, _ = v.get("/people?tag=everybody"); !strings.Contains(text, "Nobody fits") {
		t.Error("asking tagged already")
	}
	text, _ = v.post("/people/bulk", "do", "tag", "all", "1", "tag", "everybody", "back", "/people", "sure", sure[1])
	if !strings.Contains(text, "“everybody” is on "+sure[1]+" people now.") {
		t.Fatalf("the tag is not on %s people: %s", sure[1], text)
	}
	token := regexp.MustCompile(`name="undo" value="([A-Z0-9]+)"`).FindStringSubmatch(text)
	if token == nil {
		t.Fatal("nothing offers to take it back")
	}
	if text, _ = v.post("/people/undo", "undo", token[1], "back", "/people?undo="+token[1]); !strings.Contains(text, "Taken back") {
		t.Errorf("taking back says nothing")
	}
	if text, _ = v.get("/people?tag=everybody"); !strings.Contains(text, "Nobody fits") {
		t.Error("the tag is still there")
	}
	if _, code := v.post("/people/undo", "undo", token[1]); code != http.StatusConflict {
		t.Errorf("taking back twice answers %d, want 409", code)
	}
}

func TestThoseWhoAreTickedArePutOnAListOfTheirOwn(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	text, _ := v.post("/people/bulk", "do", "list", "id", "11", "id", "14", "list", "new", "name", "By hand", "back", "/people")
	if !strings.Contains(text, "“By hand” holds 2 people of these now.") || !strings.Contains(text, "put together by hand") {
		t.Errorf("the list is not there: %s", text)
	}
	csv, _ := v.post("/people/bulk", "do", "export", "id", "11", "id", "14", "back", "/people")
	if lines := strings.Count(csv, "\n"); lines != 3 {
		t.Errorf("the export of two people has %d lines:\n%s", lines, csv)
	}
}
