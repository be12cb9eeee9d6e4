package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// hours is a table as a German spreadsheet saves it: who volunteered, when, and
// for how many hours. Two people share an address; three rows are of no use.
func hours() []byte {
	now := time.Now().UTC()
	var b strings.Builder
	b.WriteString("Datum;Name;E-Mail;Stunden;Einsatz\r\n")
	row := func(ago int, name, address, amount, what string) {
		fmt.Fprintf(&b, "%s;%s;%s;%s;%s\r\n", now.AddDate(0, 0, -ago).Format("02.01.2006"), name, address, amount, what)
	}
	for week := 1; week <= 20; week++ {
		row(7*week, "Anna Weber", "familie.weber@example.org", "2,5", "Gartentag")
		if week%2 == 0 {
			row(7*week+1, "Jonas Weber", "familie.weber@example.org", "1,25", "Fahrradwerkstatt")
		}
		if week%3 == 0 {
			row(7*week+2, "Müjde Öztürk", "mujde@example.org", "4", "Suppenküche")
		}
	}
	row(30, "Łukasz Nowak", "lukasz@example.org", "0,5", "Gartentag")
	b.WriteString("31.02.2026;Karla Kolumna;karla@example.org;1,5;Gartentag\r\n")
	b.WriteString(";Benno Ohnedatum;benno@example.org;1,5;Gartentag\r\n")
	row(9, "", "", "3", "Gartentag")
	return []byte(b.String())
}

func TestFirstRunWithATable(t *testing.T) {
	t.Parallel()
	t.Run("in a browser as it comes", func(t *testing.T) {
		t.Parallel()
		firstTable(t, true)
	})
	t.Run("without JavaScript", func(t *testing.T) {
		t.Parallel()
		firstTable(t, false)
	})
}

func firstTable(t *testing.T, scripts bool) {
	at := installed(t, filepath.Join(t.TempDir(), "data"))
	w := stranger(t, at, desk)
	w.run(t, emulation.SetScriptExecutionDisabled(!scripts))
	begin(t, w, "Stadtgarten")

	w.run(t, chromedp.SetUploadFiles("input[type=file]", []string{write(t, "stunden.csv", hours())}, chromedp.ByQuery))
	w.press(t, `form[enctype] button`)
	w.says(t, "What the columns mean", "Nothing is imported yet", "Anna Weber", "familie.weber@example.org")
	if scripts {
		w.inspect(t, "columns")
	}
	var guessed []string
	w.eval(t, `[...document.querySelectorAll("select[name=column]")].map((s) => s.value)`, &guessed)
	if got := strings.Join(guessed, " "); got != "when name email quantity " {
		t.Fatalf("the columns are guessed as %q", got)
	}
	// What was done stands in the last column, which nobody could guess.
	w.run(t, chromedp.SetValue(`th:nth-child(5) select`, "kind", chromedp.ByQuery))
	w.press(t, `form[action*="/sources/import"] button`)
	if !scripts {
		w.until(t, `(location.reload(), false) || document.querySelector(".imports li").className === "done"`)
	}
	w.until(t, `document.querySelector(".imports li")?.className === "done"`)
	w.open(t, "/sources")
	w.says(t, "stunden.csv", "37 activities", "3 skipped")
	w.press(t, `.imports a[href*="/skipped"]`)
	w.says(t, "left out 3 of 40 rows", "31.02.2026")
	if scripts {
		w.inspect(t, "skipped")
	}

	w.open(t, "/people")
	w.says(t, "4 people")
	if got := w.texts(t, "tbody th a"); strings.Join(got[:2], ", ") != "Anna Weber, Jonas Weber" || len(got) != 4 {
		t.Errorf("the people are %q", got)
	}
	if scripts {
		w.inspect(t, "people-few")
	}
	w.press(t, "tbody th a")
	w.says(t, "Anna Weber", "Gartentag (2.5 hours)")
	w.hides(t, "Jonas")
	if scripts {
		w.inspect(t, "person-few")
	}

	w.open(t, "/sources")
	w.press(t, ".imports button")
	w.says(t, "is undone: 37 activities of 4 people are gone")
	w.open(t, "/people")
	w.says(t, "People appear here with their first activity.")
	w.good(t)
}
