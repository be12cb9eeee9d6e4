package e2e

import (
	"context"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

func TestSomebodyLogsInWithAPasskeyUntilItIsRemoved(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	add := exec.Command(orrery, "accounts", "add", "ada@night-radio.example", "--data", dir)
	add.Stdin = strings.NewReader("seven quiet lanterns\n")
	if said, err := add.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	command(t, dir, "keys", "create", "--planet", "night-radio")
	at := installed(t, dir)
	here, err := url.Parse(at.origin)
	if err != nil {
		t.Fatal(err)
	}
	at.origin = "http://localhost:" + here.Port() // a passkey belongs to a name
	w := stranger(t, at, desk)
	w.run(t, chromedp.ActionFunc(func(ctx context.Context) error {
		if err := webauthn.Enable().Do(ctx); err != nil {
			return err
		}
		_, err := webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}).Do(ctx)
		return err
	}))
	withPassword := func() {
		w.open(t, "/login")
		w.fill(t, "input[name=email]", "ada@night-radio.example")
		w.fill(t, "input[name=password]", "seven quiet lanterns")
		w.press(t, `form[action="/login"] button`)
	}
	logOut := func() {
		w.press(t, `.side form[action="/logout"] button`)
		w.says(t, "Log in with a passkey")
	}
	const adds, enter = `form[data-does=create]`, `form[action="/login/passkey"]`
	withPassword()
	w.open(t, "/account")
	w.says(t, "No passkey yet", "Chrome on Linux", "ada@night-radio.example")
	w.inspect(t, "account")

	w.fill(t, adds+" input[name=name]", "Laptop")
	w.fill(t, adds+" input[name=present]", "wrong lanterns here")
	w.run(t, chromedp.Click(adds+" button", chromedp.ByQuery))
	w.until(t, `document.querySelector("[data-says]").textContent.includes("not the password")`)
	w.eval(t, `document.querySelector("form[data-does=create] input[name=present]").value = ""`, nil)
	w.fill(t, adds+" input[name=present]", "seven quiet lanterns")
	w.run(t, chromedp.Click(adds+" button", chromedp.ByQuery))
	w.until(t, `document.body.textContent.includes("The passkey is added")`)
	w.says(t, "Laptop", "not used yet")

	logOut()
	w.inspect(t, "login")
	w.run(t, chromedp.Click(enter+" button", chromedp.ByQuery))
	w.until(t, `location.pathname === "/" || location.pathname === "/welcome"`)
	w.open(t, "/account")
	w.says(t, "Laptop", "last used")
	w.inspect(t, "account-passkey")

	w.run(t, chromedp.Click("#passkeys ~ ul summary", chromedp.ByQuery))
	w.fill(t, `#passkeys ~ ul input[name=present]`, "seven quiet lanterns")
	w.press(t, `#passkeys ~ ul button[value=remove]`)
	w.says(t, "The passkey opens nothing any more", "No passkey yet")
	logOut()
	w.run(t, chromedp.Click(enter+" button", chromedp.ByQuery))
	w.until(t, `document.querySelector(".notice.wrong") !== null`)
	if text := w.text(t, ".notice.wrong"); !strings.Contains(text, "does not fit here") {
		t.Errorf("a removed passkey is told %q", text)
	}
}
