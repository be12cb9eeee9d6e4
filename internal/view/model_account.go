package view

import (
	"time"

	"orrery.dev/orrery/internal/language"
)

// OwnAccount is what somebody sees of their own account.
type OwnAccount struct {
	Logins []Login // seen last first
}

// Passkeys is what somebody can log in with instead of a password.
type Passkeys struct {
	Works bool   // browsers make some at this address
	At    string // they do at this one instead of the one that is shown; empty: at that
	List  []Passkey
}

// Passkey is one of an account.
type Passkey struct {
	Number     int64
	Name       string
	Made, Used time.Time // Used: zero where it never was
}

// Login is something that somebody is logged in with.
type Login struct {
	Number          int64
	Begun, Seen     time.Time // to the hour
	Browser, System string    // empty: not known
	Here            bool      // it is the one that asks
}

// Words tells what it is.
func (l *Login) Words() language.Text {
	switch {
	case l.Browser != "" && l.System != "":
		return language.T("%s on %s", l.Browser, l.System)
	case l.Browser != "":
		return language.T("%s", l.Browser)
	case l.System != "":
		return language.T("A browser on %s", l.System)
	}
	return language.T("Something that did not say what it is")
}
