package flow

import (
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
)

// activity turns a journal entry back into what a source said.
func (s *System) activity(e *journal.Entry, actor func(orrery.IdentityID) orrery.Actor) orrery.Activity {
	a := orrery.Activity{
		ExternalID: e.ExternalID, Namespace: e.Namespace, Planet: s.slug(e.Planet), Kind: e.Kind, Name: e.Name,
		Actor:  actor(e.Identity),
		Object: orrery.Object{ID: e.ObjectID, Type: e.ObjectType, Title: e.ObjectTitle, URL: e.ObjectURL},
		Thread: e.Thread, Gist: e.Flags.Gist(), Parent: e.Parent,
		At:     time.UnixMicro(e.AtMicros).In(time.FixedZone("", int(e.Offset)*60)),
		Origin: e.Origin, PromptedBy: e.PromptedBy, Quantity: e.Quantity, Unit: e.Unit,
		Partner: e.Partner, Purposes: e.Purposes, Tags: e.Tags, Retracts: e.Retracts,
		TimeClamped: e.Flags&journal.FlagTimeClamped != 0,
	}
	if e.Offset == 0 {
		a.At = a.At.UTC()
	}
	if e.Valence != journal.NoValence {
		a.Valence = &e.Valence
	}
	for _, id := range e.To {
		a.To = append(a.To, actor(id))
	}
	return a
}

func (s *System) slug(id orrery.PlanetID) string {
	for i := range s.planets {
		if s.planets[i].ID == id {
			return s.planets[i].Slug
		}
	}
	return ""
}

// Done is one activity in somebody's timeline.
type Done struct {
	orrery.Activity
	Identity orrery.IdentityID
	Received bool // somebody else did it, and addressed this person
	Rule     orrery.Rule
}
