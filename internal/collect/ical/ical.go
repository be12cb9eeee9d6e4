// Package ical is the connector for calendars as files (RFC 5545). Who organized an
// event or accepted it came to it, once it has begun: a calendar knows no better. Of
// an event that repeats, the first time counts and each that was changed. No
// description is kept. Package flow runs it and feeds identity and journal.
package ical

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/archive"
	"orrery.dev/orrery/internal/collect/intake"
)

// Connector reads the calendar at Path. Events that begin after Now wait.
type Connector struct {
	Path string
	Now  time.Time
}

var _ collect.Connector = (*Connector)(nil)

// Source describes the calendar; what is none is orrery.Invalid.
func (c *Connector) Source(context.Context) (collect.Source, error) {
	planet := intake.Planet(strings.TrimSuffix(c.Path, ".ics"))
	_, err := c.events()
	return collect.Source{Kind: "ical", Name: "ical/" + planet, Planet: planet, Origin: c.Path}, err
}

func (c *Connector) events() ([]*ics.VEvent, error) {
	text, err := archive.ReadFile(c.Path, 8<<20)
	if err != nil {
		return nil, err
	}
	open := 0
	for line := range bytes.Lines(text) {
		if bytes.HasPrefix(line, []byte("BEGIN")) {
			open++
		} else if bytes.HasPrefix(line, []byte("END")) && open > 0 {
			open--
		}
		if open > 50 { // the parser calls itself
			return nil, orrery.Errorf(orrery.Invalid, "%s has components more than 50 deep in each other, as no calendar has", c.Path)
		}
	}
	calendar, err := ics.ParseCalendar(bytes.NewReader(text))
	if err != nil {
		return nil, orrery.Errorf(orrery.Invalid, "%s is no calendar that can be read (%w): export it as .ics", c.Path, err)
	}
	return calendar.Events(), nil
}

// Collect emits what the cursor, the external ids that were told, does not hold.
func (c *Connector) Collect(ctx context.Context, from collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	events, err := c.events()
	if err != nil {
		return from, err
	}
	told := map[string]bool{}
	_ = json.Unmarshal(from, &told) // what is no cursor is the start
	for i, e := range events {
		at, fault := e.GetStartAt()
		if at.Location() == time.Local { // it names no zone: UTC, on every machine
			at = time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
		}
		uid := value(e, ics.ComponentPropertyUniqueId)
		switch {
		case fault != nil || uid == "" || at.Unix() < 0:
			err = to.Skip(ctx, collect.Skipped{Row: int64(i + 1), Reason: "it has no UID or no DTSTART such as 20260401T190000Z", Excerpt: uid})
		case !at.After(c.Now) && value(e, ics.ComponentPropertyStatus) != "CANCELLED":
			err = event(ctx, e, orrery.Activity{Namespace: "ical", At: at, Thread: uid}, told, to) // a UID is the same everywhere
		}
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return from, err
		}
	}
	return json.Marshal(told)
}

// event emits who came to an event.
func event(ctx context.Context, e *ics.VEvent, a orrery.Activity, told map[string]bool, to collect.Sink) error {
	a.Object = orrery.Object{ID: a.Thread, Type: "event", Title: value(e, ics.ComponentPropertySummary)}
	for _, p := range e.Properties {
		verb, status := map[string]string{"ORGANIZER": "organized", "ATTENDEE": "attended"}[p.IANAToken], strings.Join(p.ICalParameters["PARTSTAT"], "")
		a.Kind, a.Actor = "ical.event."+verb, actor(p)
		a.ExternalID = intake.Hash(a.Thread, a.At.UTC().String(), a.Kind, cmp.Or(a.Actor.Email, a.Actor.Value))
		if verb == "" || verb == "attended" && status != "ACCEPTED" || a.Actor.Value == "" || told[a.ExternalID] {
			continue
		}
		told[a.ExternalID] = true
		if err := to.Activity(ctx, &a); err != nil {
			return err
		}
	}
	return nil
}

func value(e *ics.VEvent, name ics.ComponentProperty) string {
	if p := e.GetProperty(name); p != nil {
		return intake.Excerpt([]byte(p.Value)) // in one line, of 200 bytes at most
	}
	return ""
}

// actor is whom a property names by their address; a room has none.
func actor(p ics.IANAProperty) (a orrery.Actor) {
	if address, ok := strings.CutPrefix(strings.ToLower(intake.Excerpt([]byte(p.Value))), "mailto:"); ok {
		a, _ = intake.Person(intake.Excerpt([]byte(strings.Trim(strings.Join(p.ICalParameters["CN"], " "), `"`))), address)
	}
	return a
}
