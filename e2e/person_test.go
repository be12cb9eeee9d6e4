package e2e

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// meetings is what a forum tells of some people who meet every week; Ada is
// known by two accounts.
func meetings() []byte {
	var b strings.Builder
	n := 0
	add := func(ago int, login, name, kind, title, to string) {
		n++
		fmt.Fprintf(&b, `{"external_id":"m%d","namespace":"forum.example","kind":%q,"actor":{"namespace":"forum.example","type":"login","value":%q,"name":%q},`, n, kind, login, name)
		if to != "" {
			fmt.Fprintf(&b, `"to":[{"namespace":"forum.example","type":"login","value":%q}],`, to)
		}
		fmt.Fprintf(&b, `"object":{"id":"o%d","type":"topic","title":%q},"origin":"unprompted","at":%q}`+"\n", n, title, time.Now().UTC().AddDate(0, 0, -ago).Format(time.RFC3339))
	}
	for week := 1; week <= 40; week++ {
		add(7*week, "ada", "Ada Lindqvist", "forum.reply", "How to true a wheel", "bo")
		if week%2 == 0 {
			add(7*week+2, "ada-l", "Ada L.", "forum.topic.created", "Spokes of beech", "")
		}
		if week > 10 {
			add(7*week+3, "bo", "Bo Ekström", "forum.reply", "How to true a wheel", "ada")
		}
		if week%5 == 0 {
			add(7*week+4, "cleo", "Cleo Papadopoulou", "forum.like", "Spokes of beech", "ada-l")
		}
	}
	return []byte(b.String())
}

func TestAPersonIsExplainedNotedTaggedMergedPartedAndErased(t *testing.T) {
	t.Parallel()
	t.Run("in a browser as it comes", func(t *testing.T) {
		t.Parallel()
		onePerson(t, true)
	})
	t.Run("without JavaScript", func(t *testing.T) {
		t.Parallel()
		onePerson(t, false)
	})
}

func onePerson(t *testing.T, scripts bool) {
	dir := filepath.Join(t.TempDir(), "data")
	command(t, dir, "import", "ndjson", write(t, "forum.ndjson", meetings()), "--planet", "wheelwrights")
	at := installed(t, dir)
	w := browse(t, at, desk)
	w.run(t, emulation.SetScriptExecutionDisabled(!scripts))
	w.open(t, "/people?q=lindqvist")
	w.press(t, "tbody th a")
	w.says(t, "Ada Lindqvist", "How to true a wheel")
	person := w.path(t)

	sum, points := 0, w.texts(t, "table.why tbody td")
	for _, p := range points {
		sum += number(t, p)
	}
	if shown := number(t, w.text(t, "table.why tfoot td")); sum != shown || len(points) < 3 || shown != number(t, w.text(t, ".lede b")) {
		t.Errorf("the reasons %q sum to %d, the page shows %d", points, sum, shown)
	}

	w.fill(t, "#note", "She knows everybody in Malmö.")
	w.press(t, "#notes button")
	w.says(t, "Your note is kept.", "She knows everybody in Malmö.")
	w.fill(t, ".addtag input", "ask for a talk")
	w.press(t, ".addtag button")
	w.says(t, "Tagged “ask for a talk”.")
	w.open(t, "/people?tag=ask+for+a+talk")
	w.says(t, "1 person", "Ada Lindqvist")

	w.open(t, person+"/merge?q=Ada")
	w.press(t, `button[aria-label="Ada L. is the same person"]`)
	w.says(t, "They are one person now.", "ada-l", "somebody of the team said so", "Spokes of beech")
	person = w.path(t)
	if scripts {
		w.inspect(t, "person-merged")
	}
	w.open(t, "/people")
	w.says(t, "3 people")
	w.hides(t, "Ada L.")

	w.open(t, person)
	w.press(t, `.identities li:has(b:nth-child(1)):nth-child(2) button`)
	w.says(t, "They are two people again, and stay so.")
	w.hides(t, "Spokes of beech")
	w.open(t, "/people")
	w.says(t, "4 people", "Ada L.")

	w.open(t, person+"/erase")
	w.fill(t, "input[name=confirm]", "perhaps")
	w.run(t, chromedp.Click("main form button", chromedp.ByQuery))
	w.until(t, `document.querySelector("main").innerText.includes("Nothing was erased")`)
	w.run(t, chromedp.Clear("input[name=confirm]", chromedp.ByQuery))
	w.fill(t, "input[name=confirm]", "erase")
	w.press(t, "main form button")
	w.says(t, "The person is erased.", "3 people")
	w.hides(t, "Lindqvist")
	for _, path := range []string{"/people?q=lindqvist", "/people?q=ada&preset=others", "/", "/map?view=table", "/sources", "/people.csv"} {
		if text := at.get(t, path); strings.Contains(text, "Ada Lindqvist") {
			t.Errorf("%s still names who was erased", path)
		}
	}
	w.open(t, "/people?q=lindqvist")
	w.says(t, "Nobody fits all of this.")
	if out := command(t, dir, "export", "activities"); strings.Contains(out, "Lindqvist") || strings.Contains(out, `"ada"`) || !strings.Contains(out, "Ada L.") {
		t.Error("the export holds who was erased, or lacks who was not")
	}
	w.good(t)
}

// path is where the tab is.
func (w *tab) path(t testing.TB) string {
	t.Helper()
	var path string
	w.eval(t, "location.pathname", &path)
	return path
}

func number(t testing.TB, text string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.NewReplacer("−", "-", "+", "", ",", "").Replace(text))
	if err != nil {
		t.Fatalf("%q is no number", text)
	}
	return n
}
