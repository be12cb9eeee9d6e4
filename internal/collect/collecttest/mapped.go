package collecttest

import (
	"errors"
	"testing"
	"time"

	"orrery.dev/orrery/internal/collect"
)

// Mapped checks what a hook made of a delivery that arrived at a time: every
// activity is sound, no link joins an actor with itself, and where there is
// nothing it says why. A fuzz test hands in whatever its hook returns.
func Mapped(t *testing.T, m collect.Mapped, arrived time.Time) {
	t.Helper()
	if n := len(m.Activities) + len(m.Links) + len(m.Affiliations); (m.Ignored == "") != (n > 0) {
		t.Errorf("got %d activities, links and affiliations, and ignored %q: want either", n, m.Ignored)
	}
	if err := checkText(m.Ignored); err != nil {
		t.Error(err)
	}
	for i := range m.Activities {
		if err := check(&m.Activities[i], arrived); err != nil {
			t.Errorf("%q: %v", m.Activities[i].ExternalID, err)
		}
	}
	for _, l := range m.Links {
		if err := errors.Join(checkActor(&l.A), checkActor(&l.B), checkTime(l.At, arrived)); err != nil {
			t.Errorf("link %+v: %v", l, err)
		}
		if keyOfActor(&l.A) == keyOfActor(&l.B) {
			t.Errorf("link %+v joins an actor with itself", l)
		}
	}
	for _, a := range m.Affiliations {
		if err := errors.Join(checkActor(&a.Actor), checkTime(a.At, arrived)); err != nil {
			t.Errorf("affiliation %+v: %v", a, err)
		}
	}
}
