package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

func TestALineOfTodayBecomesATaskAndIsDone(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	text, _ := v.get("/people/hello")
	form := regexp.MustCompile(`(?s)<form class="ask".*?name="who" value="(\d+)".*?name="because" value="([^"]+)".*?</form>`).FindStringSubmatch(text)
	if form == nil {
		t.Fatalf("no line can be made a task: %s", text)
	}
	who, because := form[1], form[2]
	v.post("/tasks", "kind", "hello", "who", who, "because", because, "back", "/people/hello")
	v.says("/people/hello", "yours, by")
	v.post("/tasks", "kind", "hello", "who", who, "because", because) // once is enough
	v.says("/tasks", because)
	v.says("/tasks/1", "What became of their orbit")
	v.post("/tasks/1", "do", "tomorrow", "back", "/tasks")
	v.says("/tasks", "You have no task")
	v.says("/tasks?show=snoozed", "comes back")
	v.says("/people/hello", "put off until")
	v.post("/tasks/1", "do", "done", "outcome", "met", "note", "over coffee")
	v.says("/tasks?show=done", "over coffee")
	v.says("/tasks/1", "met")
	v.says("/tasks?show=every&who="+who, "over coffee")
	if text, _ := v.get("/people/hello"); strings.Contains(text, "yours, by") {
		t.Error("what is done still stands beside its line")
	}
	if csv, code := v.get("/tasks.csv?show=done"); code != http.StatusOK || !strings.Contains(csv, "over coffee") || !strings.HasPrefix(csv, "number,kind,state") {
		t.Errorf("the export answers %d: %s", code, csv)
	}
	v.post("/tasks/1", "do", "reopen")
	v.post("/tasks/1", "do", "forget")
	v.says("/tasks?show=all", "Nobody of the team has a task")
}

func TestATaskWithAnOwnerADayAndWords(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	v.says("/tasks/new?who=11", "Make the task")
	v.post("/tasks", "kind", "other", "who", "11", "text", "Send the book", "owner", "99", "due", "2026-12-01")
	v.says("/tasks?show=all", "Send the book")
	v.says("/tasks", "You have no task")
	for _, wrong := range [][]string{
		{"kind", "shout", "who", "11"},
		{"kind", "hello", "who", "11", "due", "soon"},
		{"kind", "hello", "who", "11", "owner", "me"},
		{"kind", "other", "who", "11"},
		{"kind", "introduce", "who", "11"},
		{"kind", "introduce", "who", "11", "with", "11"},
	} {
		if _, code := v.post("/tasks", wrong...); code != http.StatusUnprocessableEntity {
			t.Errorf("%v answers %d, want 422", wrong, code)
		}
	}
	for _, wrong := range [][]string{{"do", "shout"}, {"do", "done", "outcome", "wonderful"}, {"do", "snooze", "until", "2026-01-01"}, {"do", "due", "due", "2026-01-01"}} {
		if _, code := v.post("/tasks/1", wrong...); code != http.StatusUnprocessableEntity {
			t.Errorf("%v answers %d, want 422", wrong, code)
		}
	}
	for path, want := range map[string]int{"/tasks/7": 404, "/tasks/x": 404, "/tasks?show=some": 422, "/tasks?who=4000000": 404, "/tasks/new?who=4000000": 404} {
		if _, code := v.get(path); code != want {
			t.Errorf("%s answers %d, want %d", path, code, want)
		}
	}
}

func TestMetInPersonIsNotedByNameAndTakenBack(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	text, _ := v.get("/people/11")
	name := regexp.MustCompile(`<h1 class="anyword">([^<]+)</h1>`).FindStringSubmatch(text)[1]
	if !strings.Contains(text, `id="met"`) {
		t.Error("a person’s page has no place to note that they were met")
	}
	v.says("/met", "Whom did you meet?")
	found, _ := v.get("/met?q=" + strings.Fields(name)[0] + "&where=The+fair&on=2026-11-20")
	if !strings.Contains(found, `name="who" value="11"`) || !strings.Contains(found, `name="where" value="The fair"`) {
		t.Fatalf("%s is not offered: %s", name, found)
	}
	v.says("/met?q=nobodyhasthisname", "Nobody fits")
	v.says("/met?q=new@example.org", "Noting it makes them known")
	answer, _ := v.post("/met", "who", "11", "once", "abc", "on", "2026-11-21", "where", "The fair", "idea", "unprompted")
	if !strings.Contains(answer, "Noted: you met.") || !strings.Contains(answer, `action="/met/undo"`) {
		t.Errorf("after it is noted the page says %s", answer)
	}
	answer, _ = v.post("/met/undo", "what", "met/abc", "back", "/people/11")
	if !strings.Contains(answer, "Taken back") {
		t.Errorf("after it is taken back the page says %s", answer)
	}
	for _, wrong := range [][]string{{"who", "11"}, {"who", "11", "once", "a", "on", "soon"}, {"who", "11", "once", "a", "idea", "fate"}, {"who", "11", "once", "a/b"}} {
		if _, code := v.post("/met", wrong...); code != http.StatusUnprocessableEntity {
			t.Errorf("%v answers %d, want 422", wrong, code)
		}
	}
}
