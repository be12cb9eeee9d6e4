package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/authentic"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// Real knows whether what is done around a planet is real, and takes what people
// decide about it.
type Real interface {
	// Authenticity tells what was reckoned last, after so much patience at most.
	Authenticity(ctx context.Context, planet orrery.PlanetID, patience time.Duration) (view.Authentic, error)

	// Rule decides about a flag that is not of a program: leave it as it is, or
	// let it not count.
	Rule(ctx context.Context, by view.Account, planet orrery.PlanetID, f authentic.Flag, counts bool) error

	// Overrule takes such a decision back. NotFound where there is none.
	Overrule(ctx context.Context, by view.Account, verdict int64) error
}

// mostMembers is how many people one decision may be about.
const mostMembers = 10_000

// doubtsShown is how many flags a page shows.
const doubtsShown = 20

// realPage is one page of the flags.
type realPage struct {
	view.Authentic
	Shown        []view.Doubt
	Cursor, Next string
}

// real shows what is asked about whether what people do is real.
func (s *server) real(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	found, err := s.Backend.Real.Authenticity(v.Context(), v.planet.ID, patience)
	if err != nil {
		return err
	}
	page := realPage{Authentic: found, Cursor: v.URL.Query().Get("cursor")}
	start := 0
	if page.Cursor != "" {
		if start, err = strconv.Atoi(page.Cursor); err != nil || start < 0 {
			return orrery.Errorf(orrery.Invalid, "this page does not exist: start again from the first")
		}
	}
	start = min(start, len(found.Open))
	end := min(start+doubtsShown, len(found.Open))
	if page.Shown = found.Open[start:end]; end < len(found.Open) {
		page.Next = strconv.Itoa(end)
	}
	return s.render(w, v, http.StatusOK, "real", language.T("Is it real?"), page)
}

// decideReal takes one decision about a flag.
func (s *server) decideReal(w http.ResponseWriter, v *visit) error {
	back := v.to("/people/real", "cursor", v.PostForm.Get("cursor"))
	if v.PostForm.Get("do") == "undo" {
		number, err := strconv.ParseInt(v.PostForm.Get("verdict"), 10, 64)
		if err != nil {
			return orrery.Errorf(orrery.Invalid, "this decision does not exist: go back and choose again")
		}
		if err := s.Backend.Real.Overrule(v.Context(), v.account, number); err != nil {
			return err
		}
		return s.done(w, v, back, "Taken back. It is asked about again.")
	}
	f, err := flagIn(v.PostForm.Get("kind"), v.PostForm.Get("activity"), v.PostForm.Get("members"))
	if err != nil {
		return err
	}
	switch do := v.PostForm.Get("do"); do {
	case "program", "person":
		kind := orrery.Bot
		if do == "person" {
			kind = orrery.Person
		}
		if len(f.Members) > 1 {
			return orrery.Errorf(orrery.Invalid, "say it of one person at a time")
		}
		if err := s.Backend.Same.Mark(v.Context(), v.account, f.Members[0], kind); err != nil {
			return err
		}
		return s.done(w, v, back, "Noted: %s. Nobody is asked again.", map[string]language.Text{"program": language.T("a program, not counted as drawn"), "person": language.T("a person")}[do])
	case "leave", "discount":
		if err := s.Backend.Real.Rule(v.Context(), v.account, v.planet.ID, f, do == "leave"); err != nil {
			return err
		}
		if do == "leave" {
			return s.done(w, v, back, "Left as it is. Nobody is asked again, unless somebody new joins in.")
		}
		return s.done(w, v, back, "It does not count any more. Nothing is deleted, and it can be taken back below.")
	}
	return orrery.Errorf(orrery.Invalid, "say what is to be done: go back and choose")
}

// flagIn reads which flag a form is about.
func flagIn(kind, activity, members string) (f authentic.Flag, err error) {
	if f.Kind, err = authentic.ParseKind(kind); err != nil {
		return f, err
	}
	f.Activity = activity
	for _, text := range strings.Split(members, ",") {
		m, err := memberID(text)
		if err != nil {
			return f, err
		}
		f.Members = append(f.Members, m)
	}
	slices.Sort(f.Members)
	if f.Members = slices.Compact(f.Members); len(f.Members) > mostMembers {
		return f, orrery.Errorf(orrery.Invalid, "a decision is about %d people at most", mostMembers)
	}
	return f, nil
}

// doubtTitle says in a few words what is asked.
func doubtTitle(d view.Doubt) language.Text {
	switch {
	case d.Kind == authentic.Program:
		return language.T("May be a program")
	case d.Kind == authentic.Ring:
		return language.T("Praise that goes round")
	case d.Activity == "":
		return language.T("Many accounts, one to praise")
	}
	return language.T("Made to be counted: %s", d.Activity)
}

// doubtNames names who is asked about: two, and how many more.
func doubtNames(d view.Doubt) language.Text {
	names := make([]string, 0, 3)
	for _, w := range d.Who[:min(2, len(d.Who))] {
		names = append(names, w.Name)
	}
	if more := len(d.Who) - len(names); more > 0 {
		return language.T("%s and %d more", strings.Join(names, ", "), more)
	}
	if len(names) == 2 {
		return language.T("%s and %s", names[0], names[1])
	}
	return language.Name(strings.Join(names, ""))
}

// fromTo shows what changes, or what stays.
func fromTo(a, b any) language.Text {
	if fmt.Sprint(a) == fmt.Sprint(b) {
		return language.T("%v", a)
	}
	return language.T("%v → %v", a, b)
}

// doubtDecided says how a flag was decided.
func doubtDecided(d view.Doubt) language.Text {
	switch {
	case d.Marked:
		return language.T("A program, not counted as drawn")
	case d.Counts:
		return language.T("Left as it is")
	case d.Activity != "":
		return language.T("Their “%s” does not count", d.Activity)
	}
	return language.T("Their praise of each other does not count")
}

// doubtMembers is what flagIn reads.
func doubtMembers(d view.Doubt) string {
	list := make([]string, len(d.Members))
	for i, m := range d.Members {
		list[i] = strconv.FormatInt(int64(m), 10)
	}
	return strings.Join(list, ",")
}
