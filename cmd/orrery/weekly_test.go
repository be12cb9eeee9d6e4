package main

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/ndjson"
)

// meetings are what some people did around two planets over two years, each in
// their own rhythm, and a like that says little.
func meetings(t *testing.T) string {
	t.Helper()
	var b []byte
	for day := range 700 {
		for who := range 12 {
			if day%(3+2*who) != 0 || day > 400+25*who {
				continue
			}
			kind := "forum.reply"
			if who == 11 {
				kind = "forum.like"
			}
			b = ndjson.Append(b, &orrery.Activity{
				ExternalID: fmt.Sprint(day, "-", who), Namespace: "forum.example", Kind: kind, At: now.AddDate(0, 0, day-700),
				Planet: []string{"night-radio", "day-radio"}[who%2],
				Actor:  orrery.Actor{Namespace: "forum.example", Type: "login", Value: fmt.Sprint("u", who), Name: fmt.Sprint("Number ", who)},
				Object: orrery.Object{ID: "o", Title: "Meeting", Type: "topic"},
			})
		}
	}
	return write(t, "meetings.ndjson", string(b))
}

// Every week that is told is told the same as of its Sunday, by the commands that
// build that day from nothing.
func TestWeeksAgreeWithTheCommandsAsOfTheirDays(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	orr(t, data, "import", "ndjson", meetings(t)).ok()
	weeks := orr(t, data, "gravity", "--weekly", "--json").ok().lines()
	if len(weeks) < 190 {
		t.Fatalf("got %d weeks of two planets in two years", len(weeks))
	}
	mine := orr(t, data, "member", "u2", "--weekly", "--planet", "night-radio", "--json").ok().lines()
	closeness := map[string]map[string]any{}
	for _, w := range mine {
		closeness[w["as_of"].(string)] = w
	}
	for i := 7; i < len(weeks); i += 31 {
		w := weeks[i]
		day := w["as_of"].(string)
		if at, err := time.Parse(time.DateOnly, day); err != nil || at.Weekday() != time.Sunday {
			t.Errorf("a week ends on %s", day)
		}
		now := orr(t, data, "gravity", "--json", "--as-of", day, "--planet", w["planet"].(string)).ok().lines()[0]
		for _, key := range []string{"gravity", "low", "high"} {
			if math.Abs(now[key].(float64)-w[key].(float64)) > 1e-9 {
				t.Errorf("%s as of %s: %s is %v by week, %v by day", w["planet"], day, key, w[key], now[key])
			}
		}
		if now["people"] != w["people"] || fmt.Sprint(now["levels"]) != fmt.Sprint(w["levels"]) || now["as_of"] != day {
			t.Errorf("%s as of %s: got %v, want %v", w["planet"], day, w, now)
		}
		if w["planet"] != "night-radio" {
			continue
		}
		one := orr(t, data, "member", "u2", "--json", "--as-of", day).ok().lines()[0]
		if one["as_of"] != day {
			t.Errorf("a member as of %s is told as of %v", day, one["as_of"])
		}
		for _, o := range one["orbits"].([]any) {
			orbit := o.(map[string]any)
			if orbit["as_of"] != day || math.Abs(orbit["closeness"].(float64)-closeness[day]["closeness"].(float64)) > 1e-9 || orbit["level"] != closeness[day]["level"] {
				t.Errorf("as of %s: got %v by week, %v by day", day, closeness[day], orbit)
			}
		}
	}
	half := weeks[60]["as_of"].(string)
	early := orr(t, data, "gravity", "--weekly", "--json", "--planet", "night-radio", "--as-of", half).ok().lines()
	if last := early[len(early)-1]; last["as_of"] != half || last["actual"] != nil {
		t.Errorf("as of %s the last week is %v", half, last)
	}
	if said := orr(t, data, "gravity", "--weekly").ok().out; len(said) < 190*20 {
		t.Errorf("the table is %d letters long", len(said))
	}
}

func TestReadingCommandsAnswerAsOfADay(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	orr(t, data, "import", "ndjson", meetings(t)).ok()
	day := now.AddDate(0, 0, -500).Format(time.DateOnly)

	activities := orr(t, data, "export", "activities", "--as-of", day).ok().lines()
	all := orr(t, data, "export", "activities").ok().lines()
	if len(activities) == 0 || len(activities) >= len(all) {
		t.Errorf("%d of %d activities are of %s or before", len(activities), len(all), day)
	}
	for _, a := range activities {
		if at := a["at"].(string); at[:10] > day {
			t.Errorf("as of %s there is an activity of %s", day, at)
		}
	}
	planets := orr(t, data, "planets", "--json", "--as-of", day).ok().lines()
	if total := planets[0]["activities"].(float64) + planets[1]["activities"].(float64); total != float64(len(activities)) || planets[0]["as_of"] != day {
		t.Errorf("planets count %v activities as of %v, the export %d", total, planets[0]["as_of"], len(activities))
	}
	for _, args := range [][]string{{"members", "--limit", "0"}, {"members", "--limit", "0", "--planet", "day-radio"}, {"export", "members"}} {
		list := orr(t, data, append(args, "--json", "--as-of", day)...).ok().lines()
		if len(list) == 0 {
			t.Errorf("%v as of %s: nobody", args, day)
		}
		for _, m := range list {
			told := []any{m}
			if orbits, nested := m["orbits"].([]any); nested {
				told = orbits
			}
			for _, o := range told {
				if o := o.(map[string]any); o["as_of"] != day || o["last_active"].(string) > day {
					t.Errorf("%v as of %s: got %v", args, day, o)
				}
			}
		}
	}
	lately := orr(t, data, "member", "u2", "--json", "--as-of", day).ok().lines()[0]["timeline"].([]any)
	if at := lately[0].(map[string]any)["at"].(string); at[:10] > day {
		t.Errorf("as of %s the last that is told is of %s", day, at)
	}
}
