package ndjson

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/intake"
)

// Limits of one activity.
const (
	MaxTo     = 1000 // actors that an activity addresses
	MaxMarks  = 100  // purposes, and tags
	MaxDepth  = 32   // of values inside each other, in keys that are passed over
	maxNumber = 40   // characters
)

// Decode reads one activity in the shape that the package describes. Errors are
// orrery.Invalid and name the key. Whether the time can be true is not checked.
// It may be used by several goroutines at once.
func Decode(line []byte) (orrery.Activity, error) {
	var a orrery.Activity
	if len(line) > intake.MaxRecord {
		return a, orrery.Errorf(orrery.Invalid, "the activity is longer than one megabyte")
	}
	if !utf8.Valid(line) {
		return a, orrery.Errorf(orrery.Invalid, "the line is not UTF-8: save it as UTF-8")
	}
	s := scanner{text: string(line)}
	if err := s.activity(&a); err != nil {
		return orrery.Activity{}, err
	}
	if s.space(); s.at < len(s.text) {
		return orrery.Activity{}, s.errorf("something follows the object: write one object a line")
	}
	return a, needed(&a)
}

func needed(a *orrery.Activity) error {
	for _, f := range [...]struct{ key, value string }{
		{"external_id", a.ExternalID},
		{"kind", a.Kind},
		{"actor.type", a.Actor.Type},
		{"actor.value", a.Actor.Value},
	} {
		if strings.TrimSpace(f.value) == "" {
			return orrery.Errorf(orrery.Invalid, "%s is missing: every activity needs external_id, kind, at, and an actor's type and value", f.key)
		}
	}
	for i := range a.To {
		if a.To[i].Type == "" || strings.TrimSpace(a.To[i].Value) == "" {
			return orrery.Errorf(orrery.Invalid, "to needs a type and a value for each actor")
		}
	}
	if a.At.IsZero() {
		return orrery.Errorf(orrery.Invalid, "at is missing: every activity needs external_id, kind, at, and an actor's type and value")
	}
	return nil
}

// The keys of an activity, in the order of their bits.
var activityKeys = [...]string{
	"external_id", "namespace", "source", "planet", "kind", "name", "actor", "object", "thread", "gist", "parent", "to", "at", "origin",
	"prompted_by", "quantity", "unit", "valence", "partner", "purposes", "tags", "retracts", "time_clamped",
}

func (s *scanner) activity(a *orrery.Activity) error {
	return s.object(activityKeys[:], func(key string) (err error) {
		switch key {
		case "external_id":
			a.ExternalID, err = s.str()
		case "namespace":
			a.Namespace, err = s.str()
		case "source":
			a.Source, err = s.str()
		case "planet":
			a.Planet, err = s.str()
		case "kind":
			a.Kind, err = s.str()
		case "name":
			a.Name, err = s.str()
		case "actor":
			err = s.actor(&a.Actor)
		case "object":
			err = s.thing(&a.Object)
		case "thread":
			a.Thread, err = s.str()
		case "gist":
			a.Gist, err = s.gist()
		case "parent":
			a.Parent, err = s.str()
		case "to":
			a.To, err = s.actors()
		case "at":
			a.At, err = s.time()
		case "origin":
			a.Origin, err = s.origin()
		case "prompted_by":
			a.PromptedBy, err = s.str()
		case "quantity":
			a.Quantity, err = s.number()
		case "unit":
			a.Unit, err = s.str()
		case "valence":
			a.Valence, err = s.valence()
		case "partner":
			a.Partner, err = s.str()
		case "purposes":
			a.Purposes, err = s.strs()
		case "tags":
			a.Tags, err = s.strs()
		case "retracts":
			a.Retracts, err = s.str()
		case "time_clamped":
			a.TimeClamped, err = s.boolean()
		}
		return err
	})
}

var actorKeys = [...]string{"namespace", "type", "value", "name", "email"}

func (s *scanner) actor(a *orrery.Actor) error {
	return s.object(actorKeys[:], func(key string) (err error) {
		switch key {
		case "namespace":
			a.Namespace, err = s.str()
		case "type":
			a.Type, err = s.str()
		case "value":
			a.Value, err = s.str()
		case "name":
			a.Name, err = s.str()
		case "email":
			a.Email, err = s.str()
		}
		return err
	})
}

var objectKeys = [...]string{"id", "type", "title", "url"}

func (s *scanner) thing(o *orrery.Object) error {
	if s.null() {
		return nil
	}
	return s.object(objectKeys[:], func(key string) (err error) {
		switch key {
		case "id":
			o.ID, err = s.str()
		case "type":
			o.Type, err = s.str()
		case "title":
			o.Title, err = s.str()
		case "url":
			o.URL, err = s.str()
		}
		return err
	})
}

func (s *scanner) actors() (all []orrery.Actor, err error) {
	err = s.array(func() error {
		if len(all) == MaxTo {
			return s.errorf("an activity may address at most %d", MaxTo)
		}
		all = append(all, orrery.Actor{})
		return s.actor(&all[len(all)-1])
	})
	return all, err
}

func (s *scanner) strs() (all []string, err error) {
	err = s.array(func() error {
		if len(all) == MaxMarks {
			return s.errorf("there may be at most %d", MaxMarks)
		}
		v, err := s.quoted()
		all = append(all, v)
		return err
	})
	return all, err
}

// str reads a string or null, which is the empty string.
func (s *scanner) str() (string, error) {
	if s.null() {
		return "", nil
	}
	return s.quoted()
}

func (s *scanner) time() (time.Time, error) {
	text, err := s.quoted()
	if err != nil {
		return time.Time{}, err
	}
	at, err := time.Parse(time.RFC3339, text)
	_, offset := at.Zone()
	if err != nil || offset%60 != 0 || offset <= -24*3600 || offset >= 24*3600 || !ordinary(text) {
		return time.Time{}, s.errorf("%.60q is no time: write it as 2026-04-03T10:15:00+02:00", text)
	}
	if offset == 0 {
		return at.UTC().Truncate(time.Microsecond), nil
	}
	return at.In(time.FixedZone("", offset)).Truncate(time.Microsecond), nil
}

// ordinary refuses what time.Parse takes and RFC 3339 does not: a comma before
// the fraction, hours of one digit.
func ordinary(text string) bool {
	return len(text) >= len("2006-01-02T15:04:05Z") && text[10] == 'T' && text[13] == ':' && !strings.Contains(text, ",")
}

func (s *scanner) origin() (orrery.Origin, error) {
	text, err := s.str()
	if err != nil {
		return 0, err
	}
	origin, err := orrery.ParseOrigin(text)
	if err != nil {
		return 0, s.errorf("%.60q is no origin: write unprompted, peer or prompted", text)
	}
	return origin, nil
}

func (s *scanner) gist() (orrery.Gist, error) {
	text, err := s.str()
	if err != nil {
		return 0, err
	}
	g, err := orrery.GistOf(text)
	if err != nil {
		return 0, s.errorf("%.60q is no gist: write asks, thanks, settles, agrees or promises, joined by +", text)
	}
	return g, nil
}

func (s *scanner) valence() (*int8, error) {
	if s.null() {
		return nil, nil
	}
	v, err := s.number()
	if err != nil {
		return nil, err
	}
	if v != -1 && v != 0 && v != 1 {
		return nil, s.errorf("a valence is -1, 0 or 1")
	}
	valence := int8(v)
	return &valence, nil
}

func (s *scanner) number() (float64, error) {
	if s.null() {
		return 0, nil
	}
	s.space()
	text := s.numeral()
	if text == "" {
		return 0, s.errorf("here must be a number")
	}
	if len(text) > maxNumber {
		return 0, s.errorf("the number is too long")
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, s.errorf("%s is too large", text)
	}
	if v == 0 {
		return 0, nil // no minus before nothing
	}
	return v, nil
}

func (s *scanner) boolean() (bool, error) {
	s.space()
	switch {
	case s.word("true"):
		return true, nil
	case s.word("false"), s.word("null"):
		return false, nil
	default:
		return false, s.errorf("here must be true or false")
	}
}
