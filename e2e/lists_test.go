package e2e

import (
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

func TestListsAreSavedAndManyAreChosenOverPages(t *testing.T) {
	t.Parallel()
	at := installed(t, filepath.Join(t.TempDir(), "data"), "--sample")
	w := browse(t, at, desk)
	if err := at.ready(); err != nil {
		t.Fatal(err)
	}
	w.open(t, "/people?level=core")
	w.fill(t, `.saved form[action*="/lists"] input[name=name]`, "The core")
	w.press(t, `.saved form[action*="/lists"] button`)
	w.says(t, "“The core” is saved.", "shared")
	w.inspect(t, "people-list")

	// Who is ticked stays so on the next page.
	w.open(t, "/people")
	w.run(t, chromedp.Click("tbody tr:nth-child(1) .tick input"), chromedp.Click("tbody tr:nth-child(2) .tick input"))
	w.press(t, "a[rel=next]")
	w.run(t, chromedp.Click("tbody tr:nth-child(1) .tick input"))
	w.says(t, "3 ticked, 2 of them on other pages")
	w.fill(t, ".choose-bar input[name=tag]", "ask in May")
	w.press(t, ".choose-bar button[value=tag]")
	w.says(t, "“ask in May” is on 3 people now.")
	w.open(t, "/people?tag=ask+in+May")
	w.says(t, "3 people")

	// Everybody who fits, after asking; and back.
	w.open(t, "/people?level=edge")
	w.run(t, chromedp.Click("[data-all]"))
	w.fill(t, ".choose-bar input[name=tag]", "edge")
	w.press(t, ".choose-bar button[value=tag]")
	w.says(t, "It can be undone afterwards.")
	w.inspect(t, "people-sure")
	w.press(t, "main form .btn.p")
	w.says(t, "“edge” is on", "can be taken back")
	w.press(t, ".undo button")
	w.says(t, "Taken back")
	w.open(t, "/people?tag=edge")
	w.says(t, "Nobody fits")

	// A list by hand, without JavaScript.
	w.run(t, emulation.SetScriptExecutionDisabled(true))
	w.open(t, "/people?preset=rising")
	w.run(t, chromedp.Click("tbody tr:nth-child(1) .tick input"), chromedp.Click(".choose-bar summary"))
	w.fill(t, ".choose-bar input[name=name]", "By hand")
	w.press(t, ".choose-bar button[value=list]")
	w.says(t, "“By hand” holds 1 person of these now.")
	w.press(t, `.saved a[href*="list=2"]`)
	w.says(t, "1 person")
	w.good(t)
}
