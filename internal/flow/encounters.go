package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
)

// Encounter is that somebody of the team met a person, as they wrote it down.
type Encounter struct {
	Planet orrery.Planet
	Who    orrery.IdentityID // the person; 0: whom Email names
	Email  string            // of somebody who is not known yet
	At     time.Time
	Where  string // or empty
	About  string // or empty
	Origin orrery.Origin
	Once   string // the same of two that were handed in twice
}

const (
	// MetKind is the kind of activity that an encounter is.
	MetKind = "team.met_in_person"

	teamDoor     = "team" // kind of door
	mostMetWords = 200
	takenBack    = "#taken-back"
)

// Ingester takes in activities as they arrive.
type Ingester interface {
	Ingest(ctx context.Context, source orrery.IngestSource, told orrery.Told) (orrery.Receipt, error)
}

func teamSource(p orrery.Planet) orrery.IngestSource {
	return orrery.IngestSource{Name: teamDoor + "/" + p.Slug, Kind: teamDoor, Planet: p.Slug}
}

// Met keeps an encounter as an activity of the person, of the source that the team's
// own notes are, and returns the name by which MetBack takes it back.
func (s *System) Met(ctx context.Context, in Ingester, e Encounter) (string, error) {
	e.Where, e.About = strings.Join(strings.Fields(e.Where), " "), strings.Join(strings.Fields(e.About), " ")
	switch now := s.clock(); {
	case utf8.RuneCountInString(e.Where) > mostMetWords || utf8.RuneCountInString(e.About) > mostMetWords:
		return "", orrery.Errorf(orrery.Invalid, "where you met and what about have at most %d letters each", mostMetWords)
	case e.At.After(now):
		return "", orrery.Errorf(orrery.Invalid, "that day is still ahead: note it once you have met")
	}
	actor, err := s.actorOf(ctx, e.Who, e.Email)
	if err != nil {
		return "", err
	}
	about := e.About
	switch {
	case e.Where != "" && about != "":
		about = e.Where + ": " + about
	case e.Where != "":
		about = e.Where
	}
	id := fmt.Sprintf("met/%d/%s", e.Who, e.Once)
	got, err := in.Ingest(ctx, teamSource(e.Planet), orrery.Told{Activities: []orrery.Activity{{
		ExternalID: id, Kind: MetKind, Actor: actor, Object: orrery.Object{Type: "meeting", Title: about}, At: e.At, Origin: e.Origin,
	}}})
	return id, refusedMet(got, err)
}

// MetBack takes an encounter back. The person is the one of its name.
func (s *System) MetBack(ctx context.Context, in Ingester, p orrery.Planet, id string) error {
	_, rest, _ := strings.Cut(id, "/")
	number, _, ok := strings.Cut(rest, "/")
	who, err := strconv.ParseUint(number, 10, 32)
	if err != nil || !ok || !strings.HasPrefix(id, "met/") {
		return orrery.Errorf(orrery.Invalid, "there is no such note of the team")
	}
	actor, err := s.actorOf(ctx, orrery.IdentityID(who), "")
	if err != nil {
		return err
	}
	got, err := in.Ingest(ctx, teamSource(p), orrery.Told{Activities: []orrery.Activity{{
		ExternalID: id + takenBack, Kind: MetKind, Actor: actor, At: s.clock(), Retracts: id,
	}}})
	return refusedMet(got, err)
}

func refusedMet(got orrery.Receipt, err error) error {
	switch {
	case err != nil:
		return err
	case got.Erased > 0:
		return orrery.Errorf(orrery.Denied, "this person was erased and is not brought back")
	case len(got.Refused) > 0:
		return orrery.Errorf(orrery.Invalid, "%s", got.Refused[0].Reason)
	}
	return nil
}

// actorOf names somebody by an identity of theirs, or by an address.
func (s *System) actorOf(ctx context.Context, id orrery.IdentityID, email string) (orrery.Actor, error) {
	if id == 0 {
		email = strings.ToLower(strings.TrimSpace(email))
		if name, host, ok := strings.Cut(email, "@"); !ok || name == "" || !strings.Contains(host, ".") {
			return orrery.Actor{}, orrery.Errorf(orrery.Invalid, "say whom you met")
		}
		return orrery.Actor{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail, Value: email}, nil
	}
	var actor orrery.Actor
	err := s.Graph(ctx, func(g *identity.Graph) error {
		one, ok := g.Identity(id)
		if !ok {
			return orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", id)
		}
		actor = orrery.Actor{Namespace: one.Key.Namespace, Type: one.Key.Type, Value: one.Key.Value, Name: one.Name}
		return nil
	})
	return actor, err
}
