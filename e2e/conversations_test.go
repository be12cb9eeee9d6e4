package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// read opens a page of conversations again until those of the sample are read.
func (w *tab) read(t testing.TB, path string) {
	t.Helper()
	for range 30 {
		w.open(t, path)
		var there bool
		if w.eval(t, `document.querySelector(".talks") !== null`, &there); there {
			return
		}
		time.Sleep(time.Second)
	}
	t.Fatalf("%s shows no conversations", path)
}

func TestConversationsAreAccessible(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	w.read(t, "/conversations")
	var thread string
	w.eval(t, `document.querySelector(".talks .name").getAttribute("href")`, &thread)
	for _, p := range []struct{ name, path string }{
		{"conversations", "/conversations"},
		{"conversations-peer", "/conversations?show=peer"},
		{"conversations-mine", "/conversations?show=mine"},
		{"conversations-resting", "/conversations?show=resting"},
		{"conversation", thread},
		{"today-turn", "/"},
	} {
		w.open(t, p.path)
		w.inspect(t, p.name)
	}
}

// Without JavaScript: from Today to who waits, to the activities behind it, to done,
// and back.
func TestAConversationIsTakenAndDoneWithoutJavaScript(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	w.read(t, "/conversations?show=us")
	w.run(t, emulation.SetScriptExecutionDisabled(true))
	w.open(t, "/")
	w.says(t, "Whose turn it is")
	w.press(t, `#turn .all a`)
	waiting := w.texts(t, ".talks .name")
	if len(waiting) == 0 {
		t.Fatal("nobody waits in the sample")
	}
	w.press(t, ".talks li:last-child .name")
	title := w.text(t, "h1")
	w.says(t, "What was said, in time", "the words")
	if acts := w.texts(t, ".timeline li"); len(acts) == 0 {
		t.Error("no activity stands behind the turn")
	}
	w.press(t, `.decide button[value="mine"]`)
	w.says(t, "It is yours.")
	w.open(t, "/conversations?show=mine")
	if mine := w.texts(t, ".talks .name"); !strings.Contains(strings.Join(mine, "\n"), title) {
		t.Errorf("mine are %q, want %q among them", mine, title)
	}
	w.press(t, `.talks .decide button[value="done"]`)
	w.says(t, "Done. It comes back when somebody writes again.")
	w.open(t, "/conversations?show=decided")
	w.says(t, title, "done")
	w.press(t, `.talks .decide button[value="open"]`)
	w.says(t, "It is open again.")
	w.run(t, emulation.SetScriptExecutionDisabled(false), chromedp.Navigate(w.at.origin+"/conversations"))
	w.says(t, "An association")
}
