package account_test

import (
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
)

// device is a browser with a keyring, at an address.
type device struct {
	party virtualwebauthn.RelyingParty
	virtualwebauthn.Authenticator
	credential virtualwebauthn.Credential
}

func newDevice() *device {
	return &device{
		party:         virtualwebauthn.RelyingParty{Name: "Orrery", ID: "orrery.example", Origin: "https://orrery.example"},
		Authenticator: virtualwebauthn.NewAuthenticator(), credential: virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2),
	}
}

func (d *device) made(t *testing.T, options []byte) []byte {
	t.Helper()
	o, err := virtualwebauthn.ParseAttestationOptions(`{"publicKey":` + string(options) + `}`)
	if err != nil {
		t.Fatal(err)
	}
	d.Options.UserHandle = []byte(o.UserID)
	return []byte(virtualwebauthn.CreateAttestationResponse(d.party, d.Authenticator, d.credential, *o))
}

func (d *device) used(t *testing.T, options []byte) []byte {
	t.Helper()
	o, err := virtualwebauthn.ParseAssertionOptions(`{"publicKey":` + string(options) + `}`)
	if err != nil {
		t.Fatal(err)
	}
	d.credential.Counter++
	return []byte(virtualwebauthn.CreateAssertionResponse(d.party, d.Authenticator, d.credential, *o))
}

func TestAPasskeyOpensOnceForEachChallenge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, tokens := logged(t, w, "Firefox/145 Linux", "Chrome/142 Android")
	keys, err := account.NewPasskeys(w.Desk, w.store, "https://orrery.example")
	if err != nil {
		t.Fatal(err)
	}
	d := newDevice()
	ask := func() []byte {
		t.Helper()
		options, err := keys.BeginLogIn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return options
	}
	_, err = keys.BeginAdding(t.Context(), id, "wrong lanterns here")
	wantCode(t, "adding with a wrong password", err, orrery.Denied)
	options, err := keys.BeginAdding(t.Context(), id, password)
	if err != nil {
		t.Fatal(err)
	}
	answer := d.made(t, options)
	session, err := keys.Add(t.Context(), id, "Laptop", answer)
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range tokens {
		_, err := w.Account(t.Context(), token)
		wantCode(t, "a session of before", err, orrery.Denied)
	}
	if _, err := w.Account(t.Context(), session.Token); err != nil {
		t.Errorf("the session that begins: %v", err)
	}
	_, err = keys.Add(t.Context(), id, "Laptop", answer)
	wantCode(t, "the same answer again", err, orrery.Denied)

	entering := d.used(t, ask())
	session, err = keys.LogIn(t.Context(), entering)
	if err != nil {
		t.Fatal(err)
	}
	if who, err := w.Account(t.Context(), session.Token); err != nil || who.ID != id {
		t.Errorf("got %+v, %v", who, err)
	}
	_, err = keys.LogIn(t.Context(), entering)
	wantCode(t, "the same login again", err, orrery.Denied)

	late := d.used(t, ask())
	w.pass(5 * time.Minute)
	_, err = keys.LogIn(t.Context(), late)
	wantCode(t, "an answer after five minutes", err, orrery.Denied)

	elsewhere := *d
	elsewhere.party.Origin = "https://orrery.example.evil"
	_, err = keys.LogIn(t.Context(), elsewhere.used(t, ask()))
	wantCode(t, "an answer at another origin", err, orrery.Denied)
	unverified := *d
	unverified.Options.UserNotVerified = true
	_, err = keys.LogIn(t.Context(), unverified.used(t, ask()))
	wantCode(t, "nobody’s finger on it", err, orrery.Denied)
	d.credential.Counter = 0
	_, err = keys.LogIn(t.Context(), d.used(t, ask()))
	wantCode(t, "a counter that goes back", err, orrery.Denied)

	list, err := keys.List(t.Context(), id)
	if err != nil || len(list) != 1 || list[0].Name != "Laptop" {
		t.Fatalf("got %+v, %v", list, err)
	}
	wantCode(t, "renaming somebody else’s", keys.Rename(t.Context(), id+1, list[0].Number, "x"), orrery.NotFound)
	if _, err = keys.Remove(t.Context(), id, list[0].Number, password); err != nil {
		t.Fatal(err)
	}
	_, err = w.Account(t.Context(), session.Token)
	wantCode(t, "a session after a passkey was removed", err, orrery.Denied)
	d.credential.Counter = 9
	_, err = keys.LogIn(t.Context(), d.used(t, ask()))
	wantCode(t, "a removed passkey", err, orrery.Denied)
}
