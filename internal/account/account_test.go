package account_test

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/store/sqlite"
)

const (
	email    = "ada@night-radio.example"
	password = "seven quiet lanterns"
)

type world struct {
	*account.Desk
	store *sqlite.Store
	keys  *account.Keys
	at    atomic.Int64
}

func (w *world) pass(d time.Duration) { w.at.Add(int64(d)) }

func newWorld(t testing.TB) *world {
	t.Helper()
	store, err := sqlite.Open(t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &world{store: store}
	w.at.Store(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC).UnixNano())
	clock := func() time.Time { return time.Unix(0, w.at.Load()).UTC() }
	w.keys = account.NewKeys(store, clock)
	w.Desk = account.NewDesk(store, w.keys, clock)
	return w
}

func wantCode(t *testing.T, what string, err error, want orrery.Code) {
	t.Helper()
	if err == nil || orrery.CodeOf(err) != want {
		t.Errorf("%s: got %v, want code %d", what, err, want)
	}
}

func from(place string) context.Context {
	return account.WithRemote(context.Background(), netip.MustParseAddr(place))
}

func TestSomebodyLogsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.AddOwner(t.Context(), " Ada@Night-Radio.example ", password); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "the same address again", w.AddOwner(t.Context(), email, password), orrery.Conflict)
	session, err := w.LogIn(t.Context(), "ADA@night-radio.example", password)
	if err != nil {
		t.Fatal(err)
	}
	who, err := w.Account(t.Context(), session.Token)
	if err != nil || who.Email != email || who.Access.On(0).Role != orrery.Owner {
		t.Errorf("got %+v, %v, want Ada who may do everything", who, err)
	}
	w.pass(account.SessionLength)
	_, err = w.Account(t.Context(), session.Token)
	wantCode(t, "a session that expired", err, orrery.Denied)
}

func TestAChangeOfPasswordEndsEverySession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.AddOwner(t.Context(), email, password); err != nil {
		t.Fatal(err)
	}
	var tokens []string
	for range 3 {
		session, err := w.LogIn(t.Context(), email, password)
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, session.Token)
	}
	if err := w.LogOut(t.Context(), tokens[0]); err != nil {
		t.Fatal(err)
	}
	_, err := w.Account(t.Context(), tokens[0])
	wantCode(t, "after logging out", err, orrery.Denied)
	if err := w.SetPassword(t.Context(), email, "nine loud lanterns"); err != nil {
		t.Fatal(err)
	}
	for _, token := range tokens[1:] {
		_, err := w.Account(t.Context(), token)
		wantCode(t, "after another password", err, orrery.Denied)
	}
	_, err = w.LogIn(t.Context(), email, password)
	wantCode(t, "the old password", err, orrery.Denied)
	if _, err := w.LogIn(t.Context(), email, "nine loud lanterns"); err != nil {
		t.Error(err)
	}
	wantCode(t, "nobody's password", w.SetPassword(t.Context(), "bo@night-radio.example", password), orrery.NotFound)
}

func TestALinkOpensOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, err := w.NewLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var entered atomic.Int32
	var session atomic.Pointer[account.Session]
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			s, err := w.Enter(t.Context(), token)
			if err == nil {
				entered.Add(1)
				session.Store(&s)
			} else if orrery.CodeOf(err) != orrery.Denied {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if entered.Load() != 1 {
		t.Fatalf("the link opened %d times", entered.Load())
	}
	who, err := w.Account(t.Context(), session.Load().Token)
	if err != nil || who.ID != 0 || who.Access.On(0).Role != orrery.Owner {
		t.Errorf("got %+v, %v, want somebody without an address who may do everything", who, err)
	}
	old, err := w.NewLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.pass(account.LinkLength)
	_, err = w.Enter(t.Context(), old)
	wantCode(t, "a link that expired", err, orrery.Denied)

	open, err := w.NewLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.AddOwner(t.Context(), email, password); err != nil {
		t.Fatal(err)
	}
	_, err = w.Account(t.Context(), session.Load().Token)
	wantCode(t, "the link's session after the first account", err, orrery.Denied)
	_, err = w.Enter(t.Context(), open)
	wantCode(t, "an open link after the first account", err, orrery.Denied)
}

func TestNoAnswerTellsWhetherAnAddressIsKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.AddOwner(t.Context(), email, password); err != nil {
		t.Fatal(err)
	}
	for try := range 3 {
		_, known := w.LogIn(from(fmt.Sprintf("192.0.2.%d", try)), email, "wrong lanterns here")
		_, unknown := w.LogIn(from(fmt.Sprintf("198.51.100.%d", try)), "bo@night-radio.example", "wrong lanterns here")
		if known == nil || unknown == nil || known.Error() != unknown.Error() || orrery.CodeOf(known) != orrery.CodeOf(unknown) {
			t.Errorf("try %d: got %v for a known address and %v for an unknown one", try, known, unknown)
		}
	}
}

func TestTriesAreLimited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.AddOwner(t.Context(), email, password); err != nil {
		t.Fatal(err)
	}
	var err error
	for i := range 11 { // by address, from everywhere
		_, err = w.LogIn(from(fmt.Sprintf("192.0.2.%d", i)), email, "wrong lanterns here")
	}
	wantCode(t, "the eleventh try for one address", err, orrery.Exhausted)
	_, err = w.LogIn(from("192.0.2.200"), email, password)
	wantCode(t, "the right password then", err, orrery.Exhausted)
	w.pass(31 * time.Second)
	if _, err := w.LogIn(from("192.0.2.200"), email, password); err != nil {
		t.Errorf("after a wait: %v", err)
	}
	for i := range 31 { // by place: one network of a household
		_, err = w.Enter(from(fmt.Sprintf("2001:db8::%x", i+1)), "no such link")
	}
	wantCode(t, "the thirty-first try from one network", err, orrery.Exhausted)
	_, err = w.LogIn(from("2001:db8::77"), "bo@night-radio.example", password)
	wantCode(t, "a login from there", err, orrery.Exhausted)
}

func TestSuccessesCostNoTries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.AddOwner(t.Context(), email, password); err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		if _, err := w.LogIn(from("192.0.2.1"), email, password); err != nil {
			t.Fatalf("login %d: %v", i, err)
		}
	}
}

func TestWeakPasswordsAndNoAddressesAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct{ name, email, password string }{
		{"too short", email, "short one"},
		{"the address", email, strings.ToUpper(email)},
		{"one character", email, strings.Repeat("a", 20)},
		{"too long", email, strings.Repeat("lantern ", 200)},
		{"no address", "ada", password},
		{"a name before the address", "Ada <ada@night-radio.example>", password},
	}
	for _, test := range tests {
		wantCode(t, test.name, w.AddOwner(t.Context(), test.email, test.password), orrery.Invalid)
	}
	if any, err := w.Any(t.Context()); any || err != nil {
		t.Errorf("got %t, %v, want no account", any, err)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	whole, made, err := w.keys.Create(t.Context(), account.Key{Scope: account.Ingest, Planet: 3, Source: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(whole, "orr_ingest_"+made.ID+"_") || strings.Count(whole, "_") != 4 {
		t.Errorf("got the key %s", whole)
	}
	got, err := w.keys.Check(t.Context(), whole)
	if err != nil || got.Planet != 3 || got.Source != "shop" || !got.Allows(account.Ingest) || got.Allows(account.Read) || got.Allows(account.Admin) {
		t.Errorf("got %+v, %v", got, err)
	}
	w.pass(10 * time.Minute)
	if _, err := w.keys.Check(t.Context(), whole); err != nil {
		t.Error(err)
	}
	list, err := w.keys.List(t.Context())
	if err != nil || len(list) != 1 || list[0].Used.Sub(list[0].Created) != 10*time.Minute {
		t.Errorf("got %+v, %v, want a use ten minutes after", list, err)
	}

	for i := range len(whole) { // every mistyped key is none
		typo := []byte(whole)
		if typo[i] = 'b'; whole[i] == 'b' {
			typo[i] = 'c'
		}
		_, err := w.keys.Check(t.Context(), string(typo))
		wantCode(t, "mistyped at "+fmt.Sprint(i), err, orrery.Denied)
	}
	if err := w.keys.Revoke(t.Context(), made.ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.keys.Check(t.Context(), whole)
	wantCode(t, "a revoked key", err, orrery.Denied)
	wantCode(t, "revoking twice", w.keys.Revoke(t.Context(), made.ID), orrery.NotFound)

	whole, _, err = w.keys.Create(t.Context(), account.Key{Scope: account.Admin, Expires: time.Unix(0, w.at.Load()).Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if k, err := w.keys.Check(t.Context(), whole); err != nil || !k.Allows(account.Ingest) || !k.Allows(account.Read) {
		t.Errorf("got %+v, %v", k, err)
	}
	w.pass(time.Hour)
	_, err = w.keys.Check(t.Context(), whole)
	wantCode(t, "an expired key", err, orrery.Denied)

	_, _, err = w.keys.Create(t.Context(), account.Key{Scope: "root"})
	wantCode(t, "an unknown scope", err, orrery.Invalid)
	_, _, err = w.keys.Create(t.Context(), account.Key{Scope: account.Ingest})
	wantCode(t, "ingest without a planet", err, orrery.Invalid)
}

func FuzzCheckOfAnyTextIsDenied(f *testing.F) {
	w := newWorld(f)
	whole, _, err := w.keys.Create(context.Background(), account.Key{Scope: account.Read})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("")
	f.Add("orr_read___00000000")
	f.Add(whole[:len(whole)-1])
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := w.keys.Check(t.Context(), text); text != whole && orrery.CodeOf(err) != orrery.Denied {
			t.Errorf("%q: got %v", text, err)
		}
	})
}
