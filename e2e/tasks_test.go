package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// A task from Today to its outcome, and what became of the orbit; without JavaScript.
func TestATaskFromTodayToItsOutcome(t *testing.T) {
	t.Parallel()
	at := ownSample(t)
	w := browse(t, at, desk)
	plain := func(on bool) { w.run(t, emulation.SetScriptExecutionDisabled(on)) }
	look := func(name string) {
		plain(false)
		w.inspect(t, name)
		plain(true)
	}
	plain(true)

	// A line of Today becomes a task, mine and this week.
	w.open(t, "/")
	w.says(t, "Your tasks", "Worth a hello", "None of yours is open")
	name := w.text(t, "#hello .lines li:first-child a")
	why := w.text(t, "#hello .lines li:first-child small")
	w.press(t, "#hello .lines li:first-child .ask button")
	w.says(t, "It is a task of yours now", "Say hello to "+name)
	if words := w.text(t, "#hello .lines li:first-child .tasked"); !strings.Contains(words, "yours, by") {
		t.Errorf("beside the line stands %q", words)
	}

	// It remembers why, and where they stood.
	w.press(t, "#hello .lines li:first-child .tasked")
	w.says(t, "Say hello to "+name, why, "What became of their orbit", "They have not come since it was made", "about where they were")
	then := w.texts(t, ".thennow tbody tr:first-child .num")[0]
	look("task-open")

	// Put off, it is away until its day; taken up again, it is back.
	w.press(t, `.taskdo button[value="tomorrow"]`)
	w.says(t, "Put off until", "it comes back by itself")
	w.open(t, "/tasks")
	w.says(t, "You have no task")
	w.open(t, "/tasks?show=snoozed")
	w.press(t, `.tasks button[value="wake"]`)
	w.says(t, "It is open again")
	w.open(t, "/tasks")
	w.says(t, "Say hello to "+name)
	look("tasks")

	// They are met, as the person’s page notes; where they stand moves at once.
	w.press(t, ".tasks .what small a")
	today := time.Now().UTC().Format("2 January 2006")
	w.hides(t, "last "+today)
	w.run(t, chromedp.Click("#met summary", chromedp.ByQuery))
	w.fill(t, `#met input[name="where"]`, "The harbour")
	w.run(t, chromedp.SetValue(`#met select[name="idea"]`, "unprompted", chromedp.ByQuery))
	w.press(t, "#met form.met button.btn")
	w.says(t, "Noted: you met", "last "+today, "Met in person: The harbour")

	// Done, with what came of it.
	w.open(t, "/tasks")
	w.run(t, chromedp.SetValue(`.tasks select[name="outcome"]`, "met", chromedp.ByQuery))
	w.press(t, `.tasks button[value="done"]`)
	w.says(t, "Done. What becomes of their orbit stands with the task.")
	w.open(t, "/tasks?show=done")
	w.says(t, "Say hello to "+name, "met")
	look("tasks-done")
	w.press(t, ".tasks .name")
	w.says(t, "Done on", ": met.", "When it was made", "When it was done", "closer +", "Met in person: The harbour")
	w.hides(t, "thanks to", "because of")
	figures := w.texts(t, ".thennow tbody tr:nth-child(3) .num")
	if figures[0] == then {
		t.Errorf("closeness stood at %s and stands at %s after they came", then, figures[0])
	}
	look("task-done")

	// And what was noted is taken back by its day’s import, or at once where it is noted.
	w.open(t, "/met?q="+strings.Fields(name)[0])
	w.says(t, "Who was it?")
	look("met")
	w.press(t, ".choose li:first-child button")
	w.says(t, "Noted: you met")
	w.press(t, ".notice.said button")
	w.says(t, "Taken back")
}

// What is being reckoned when Today opens fills in by itself.
func TestTodayFillsInByItself(t *testing.T) {
	t.Parallel()
	at := ownSample(t)
	w := browse(t, at, desk)
	w.open(t, "/")
	w.fill(t, `#met input[name="q"]`, "half a na")
	w.until(t, `!document.querySelector("[data-waiting]")`)
	w.says(t, "Thanks due", "Introductions", "Whose turn it is", "Gravity, week by week")
	var typed string
	w.eval(t, `document.querySelector('#met input[name="q"]').value`, &typed)
	if typed != "half a na" {
		t.Errorf("what was typed meanwhile reads %q", typed)
	}
	w.inspect(t, "today-whole")
	for _, path := range []string{"/people/thanks", "/people/anniversaries"} {
		w.open(t, path)
		w.inspect(t, strings.TrimPrefix(path, "/people/"))
	}
	w.good(t)
}
