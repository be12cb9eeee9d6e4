package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

func TestConversationsSayWhoWaitsAndOpenWhatIsBehind(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	v.says("/conversations", "1 newcomer waits for a first answer")
	v.says("/conversations", "How do I true a wheel?")
	v.says("/", "Whose turn it is")
	v.says("/conversations/00000000000000a3", "What was said, in time")
	if _, code := v.get("/conversations/00000000000000ff"); code != http.StatusNotFound {
		t.Errorf("a conversation that is not there answers %d, want 404", code)
	}
	if _, code := v.get("/conversations?show=everything"); code != http.StatusUnprocessableEntity {
		t.Errorf("a filter that is none answers %d, want 422", code)
	}
	v.post("/conversations/00000000000000a1", "do", "done", "back", "/conversations")
	if text, _ := v.get("/conversations"); strings.Contains(text, "How do I true a wheel?") {
		t.Error("what is done still waits")
	}
	v.says("/conversations?show=decided", "How do I true a wheel?")
	for _, wrong := range [][]string{{"do", "shout"}, {"do", "assign", "owner", "everybody"}, {"do", "snooze", "until", "soon"}} {
		if _, code := v.post("/conversations/00000000000000a1", wrong...); code != http.StatusUnprocessableEntity {
			t.Errorf("%v answers %d, want 422", wrong, code)
		}
	}
}

// Nothing that was only observed is called a cause.
func TestFirstAnswersAreAnAssociationInEveryText(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	cause := regexp.MustCompile(`(?i)\b(incremental|uplift|caused?|because of|thanks to|leads to|brings back|makes them come|effect|impact)\b`)
	for _, path := range []string{"/conversations", "/conversations?show=peer", "/conversations/00000000000000a1"} {
		text, _ := v.get(path)
		_, text, _ = strings.Cut(text, "<main")
		if word := cause.FindString(text); word != "" {
			t.Errorf("%s says %q of what was only observed", path, word)
		}
	}
	v.says("/conversations", "An association")
}
