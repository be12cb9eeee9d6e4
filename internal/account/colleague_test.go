package account_test

import (
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
)

func TestAnInvitationEndsAfterSevenDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, err := w.Invite(t.Context(), account.Account{Access: orrery.Unlimited()}, email, orrery.Access{{Role: orrery.Reader}})
	if err != nil {
		t.Fatal(err)
	}
	w.pass(7*24*time.Hour - time.Second)
	if _, err := w.Invited(t.Context(), token); err != nil {
		t.Errorf("a second before: %v", err)
	}
	w.pass(time.Second)
	_, err = w.Invited(t.Context(), token)
	wantCode(t, "looking after seven days", err, orrery.Denied)
	_, err = w.Join(t.Context(), token, "Ada", password)
	wantCode(t, "joining after seven days", err, orrery.Denied)
	if any, err := w.Any(t.Context()); any || err != nil {
		t.Errorf("got %t, %v, want no account", any, err)
	}
}
