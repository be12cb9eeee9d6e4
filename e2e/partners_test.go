package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// brought waits until the partner's page tells who was brought.
func (w *tab) brought(t testing.TB, path string) {
	t.Helper()
	w.open(t, path)
	w.until(t, `fetch("`+path+`").then((r) => r.text()).then((text) => !text.includes("being counted"))`)
	w.open(t, path)
}

func TestPartnersAreAccessible(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	w.brought(t, "/partners")
	for _, p := range []struct{ name, path string }{
		{"partners", "/partners"},
		{"partner", "/partners/museum-of-small-sounds"},
		{"partner-people", "/partners/radio-nordvind/people"},
		{"partner-new", "/partners/new"},
		{"partner-change", "/partners/radio-nordvind/change"},
	} {
		w.open(t, p.path)
		w.inspect(t, p.name)
	}
}

func TestAPartnerIsAddedAndWritesInItsRoom(t *testing.T) {
	t.Parallel()
	at := sampled(t)
	w := browse(t, at, desk)
	w.open(t, "/partners/new")
	w.fill(t, "[name=title]", "Harbour Bakery")
	w.fill(t, "[name=codes]", "BREAD not-an-address")
	w.run(t, chromedp.Click("form.stack .btn.p", chromedp.ByQuery))
	w.until(t, `document.querySelector("[role=alert]")?.innerText.includes("is no address that a link may lead to")`)
	w.run(t, chromedp.SetValue("[name=codes]", "BREAD https://example.org/bread", chromedp.ByQuery))
	w.press(t, "form.stack .btn.p")
	w.until(t, `location.pathname === "/partners/harbour-bakery"`)
	w.brought(t, "/partners/harbour-bakery")
	w.says(t, "Harbour Bakery", "Credit", "Increment", "Not known: no campaign", "BREAD")

	// Its link leads on, and a browser brings nothing home from it.
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(at.origin + "/go/bread")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.Header.Get("Location") != "https://example.org/bread" || len(answer.Cookies()) > 0 {
		t.Errorf("the link leads to %q with %d cookies", answer.Header.Get("Location"), len(answer.Cookies()))
	}

	// The room opens without an account and without scripts.
	w.press(t, `#room form[action*="/rooms"] .btn`)
	link := ""
	w.eval(t, `document.querySelector("#link").value`, &link)
	path := strings.TrimPrefix(link, at.origin)
	if !strings.HasPrefix(path, "/room/") || len(path) < 40 {
		t.Fatalf("the room has the link %q", link)
	}
	s := stranger(t, at, desk)
	s.open(t, path)
	s.inspect(t, "room")
	s.run(t, emulation.SetScriptExecutionDisabled(true))
	s.open(t, path)
	s.says(t, "With Harbour Bakery", "fewer than 10", "Nothing was written yet.")
	s.run(t, chromedp.SetValue("#text", "We baked <script>alert(1)</script> forty loaves.", chromedp.ByQuery), chromedp.Click("form button", chromedp.ByQuery), chromedp.WaitVisible("article"))
	s.says(t, "We baked <script>alert(1)</script> forty loaves.", "Your update is kept.")
	s.good(t)

	// The team reads it, and ends the link.
	w.open(t, "/partners/harbour-bakery")
	w.says(t, "forty loaves")
	w.press(t, `#room form[action*="/close"] .btn`)
	w.says(t, "The link opens nothing any more.")
	closed, err := http.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	closed.Body.Close()
	if closed.StatusCode != http.StatusNotFound {
		t.Errorf("a room that was ended answers %d", closed.StatusCode)
	}
	w.good(t)
}
