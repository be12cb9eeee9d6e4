package view

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"orrery.dev/orrery"
)

// Presets are all lists that have an order of their own.
var Presets = []Preset{Everyone, Rising, Drifting, New, Quiet, Others}

// ParsePeople reads what somebody asks for as addresses and saved lists write it:
// "preset=rising&level=core". Unknown words are an error, so that nobody takes one
// list for another. Planet, day, list and page are for whoever asks to fill in.
func ParsePeople(q url.Values) (PeopleQuery, error) {
	query := PeopleQuery{
		Preset: Preset(q.Get("preset")), Way: orrery.Strategies, Tag: strings.TrimSpace(q.Get("tag")), Search: strings.TrimSpace(q.Get("q")),
	}
	if query.Preset == "" {
		query.Preset = Everyone
	}
	if !slices.Contains(Presets, query.Preset) {
		return query, orrery.Errorf(orrery.Invalid, "%q is not a list of people: choose one of %q", query.Preset, Presets)
	}
	if way := q.Get("way"); way != "" {
		var err error
		if query.Way, err = orrery.ParseStrategy(way); err != nil {
			return query, err
		}
	}
	if circle := q.Get("circle"); circle != "" {
		id, err := strconv.Atoi(circle)
		if err != nil || id < 0 {
			return query, orrery.Errorf(orrery.Invalid, "%q is not a circle: choose one under Like minds", circle)
		}
		query.Circle = id + 1
	}
	switch level := q.Get("level"); level {
	case "":
	case "core":
		query.Level = orrery.Core
	case "inner":
		query.Level = orrery.Inner
	case "outer":
		query.Level = orrery.Outer
	case "edge":
		query.Level = orrery.Edge
	default:
		return query, orrery.Errorf(orrery.Invalid, "%q is not a level: choose core, inner, outer or edge", level)
	}
	return query, nil
}

// Values writes what is asked for as ParsePeople reads it, without what is not.
func (q *PeopleQuery) Values() url.Values {
	v := url.Values{}
	set := func(key, value string) {
		if value != "" {
			v.Set(key, value)
		}
	}
	if q.Preset != Everyone {
		set("preset", string(q.Preset))
	}
	set("tag", q.Tag)
	set("q", q.Search)
	if q.Level != orrery.OutOfOrbit {
		set("level", q.Level.String())
	}
	if q.Way != orrery.Strategies {
		set("way", q.Way.String())
	}
	if q.Circle > 0 {
		set("circle", strconv.Itoa(q.Circle-1))
	}
	return v
}
