package account_test

import (
	"context"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
)

func TestADeviceIsToldInPlainWords(t *testing.T) {
	t.Parallel()
	for userAgent, want := range map[string]account.Device{
		"": {},
		"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0":                                                                             {Browser: "Firefox", System: "Linux"},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36":                                    {Browser: "Chrome", System: "Windows"},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0":                      {Browser: "Edge", System: "Windows"},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15":                              {Browser: "Safari", System: "Mac"},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.0.0 Mobile/15E148 Safari/604.1":         {Browser: "Chrome", System: "iPhone"},
		"Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36": {Browser: "Samsung Internet", System: "Android"},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 OPR/125.0.0.0":                {Browser: "Opera", System: "Mac"},
		"curl/8.5.0": {Browser: "curl"}, "<script>alert(1)</script>": {},
	} {
		if got := account.DeviceOf(userAgent); got != want {
			t.Errorf("%s: got %+v, want %+v", userAgent, got, want)
		}
	}
}

// logged returns Ada's account and a session for each way in.
func logged(t *testing.T, w *world, agents ...string) (id int64, tokens []string) {
	t.Helper()
	if err := w.AddOwner(t.Context(), email, password); err != nil {
		t.Fatal(err)
	}
	for _, agent := range agents {
		session, err := w.LogIn(account.WithDevice(t.Context(), agent), email, password)
		if err != nil {
			t.Fatal(err)
		}
		who, err := w.Account(t.Context(), session.Token)
		if err != nil {
			t.Fatal(err)
		}
		id, tokens = who.ID, append(tokens, session.Token)
	}
	return id, tokens
}

func TestSomebodySeesWhatTheyAreLoggedInWithAndEndsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, tokens := logged(t, w, "Firefox/145 Linux", "Chrome/142 Android", "Version/26 Macintosh")
	w.pass(90 * time.Minute)
	if _, err := w.Account(t.Context(), tokens[1]); err != nil {
		t.Fatal(err)
	}
	list, err := w.Logins(t.Context(), id, tokens[0])
	if err != nil || len(list) != 3 {
		t.Fatalf("got %+v, %v", list, err)
	}
	if l := list[0]; l.Device != (account.Device{Browser: "Chrome", System: "Android"}) || l.Here || l.Seen.Sub(l.Begun) != time.Hour {
		t.Errorf("the one that was seen last is %+v", l)
	}
	if !list[2].Here || list[1].Here {
		t.Errorf("which one asks is not told: %+v", list)
	}
	wantCode(t, "somebody else's login", w.EndLogin(t.Context(), id+1, list[0].Number), orrery.NotFound)
	if err := w.EndLogin(t.Context(), id, list[0].Number); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "ending it twice", w.EndLogin(t.Context(), id, list[0].Number), orrery.NotFound)
	_, err = w.Account(t.Context(), tokens[1])
	wantCode(t, "the ended login", err, orrery.Denied)
	if n, err := w.EndOtherLogins(t.Context(), id, tokens[0]); n != 1 || err != nil {
		t.Errorf("ended %d others (%v), want 1", n, err)
	}
	_, err = w.Account(t.Context(), tokens[2])
	wantCode(t, "another login", err, orrery.Denied)
	if _, err := w.Account(t.Context(), tokens[0]); err != nil {
		t.Errorf("the login that asked: %v", err)
	}
	w.pass(account.SessionLength)
	if list, err := w.Logins(t.Context(), id, tokens[0]); err != nil || len(list) != 0 {
		t.Errorf("logins that are over: %+v, %v", list, err)
	}
}

func TestAnotherPasswordTakesThePresentOneAndEndsWhatWasBegun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, tokens := logged(t, w, "Firefox/145 Linux", "Chrome/142 Android")
	const next = "nine loud lanterns"
	for name, c := range map[string]struct {
		present, next string
		want          orrery.Code
	}{
		"a wrong present password":    {"wrong lanterns here", next, orrery.Denied},
		"no present password":         {"", next, orrery.Invalid},
		"a password that is short":    {password, "short", orrery.Invalid},
		"the password that they have": {password, password, orrery.Invalid},
	} {
		_, err := w.ChangePassword(t.Context(), id, c.present, c.next)
		wantCode(t, name, err, c.want)
	}
	_, err := w.ChangePassword(t.Context(), 0, password, next)
	wantCode(t, "who has no account", err, orrery.Conflict)
	key, _, err := w.keys.Create(t.Context(), account.Key{Scope: account.Read, Account: id})
	if err != nil {
		t.Fatal(err)
	}
	session, err := w.ChangePassword(t.Context(), id, password, next)
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range tokens {
		_, err := w.Account(t.Context(), token)
		wantCode(t, "a session of before", err, orrery.Denied)
	}
	_, err = w.keys.Check(t.Context(), key)
	wantCode(t, "a key that they made", err, orrery.Denied)
	if _, err := w.Account(t.Context(), session.Token); err != nil {
		t.Errorf("the session that begins: %v", err)
	}
	if _, err := w.LogIn(t.Context(), email, next); err != nil {
		t.Error(err)
	}
}

func TestGuessesOfThePresentPasswordAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, _ := logged(t, w, "")
	var err error
	for range 11 {
		_, err = w.ChangePassword(context.Background(), id, "wrong lanterns here", "nine loud lanterns")
	}
	wantCode(t, "the eleventh guess", err, orrery.Exhausted)
}
