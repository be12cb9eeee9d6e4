package sources_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/platforms"
	"orrery.dev/orrery/internal/sources"
)

func TestWhatIsWrongIsSaidBesideItsField(t *testing.T) {
	t.Parallel()
	d := open(t, t.TempDir(), "", time.Hour, false)
	b := newBoard(t, 1)
	good := sources.Setup{Name: "posts", Platform: "board", Planet: "radio", Values: collect.Values{"address": b.URL, "token": token}}
	with := func(change func(*sources.Setup)) sources.Setup {
		s := good
		s.Values = maps.Clone(good.Values)
		change(&s)
		return s
	}
	for name, tt := range map[string]struct {
		setup sources.Setup
		field string
		says  string
	}{
		"a name with a slash":         {with(func(s *sources.Setup) { s.Name = "a/b" }), sources.FieldName, "lower-case"},
		"no name":                     {with(func(s *sources.Setup) { s.Name = "" }), sources.FieldName, "1 to 63"},
		"an unknown planet":           {with(func(s *sources.Setup) { s.Planet = "mars" }), sources.FieldPlanet, "no planet"},
		"nothing where it is needed":  {with(func(s *sources.Setup) { s.Values["address"] = " " }), "address", "needed"},
		"two lines where one is":      {with(func(s *sources.Setup) { s.Values["address"] = "a\nb" }), "address", "one line"},
		"a choice that is none":       {with(func(s *sources.Setup) { s.Values["shelf"] = "none" }), "shelf", "all, some"},
		"too much":                    {with(func(s *sources.Setup) { s.Values["address"] = strings.Repeat("x", 30000) }), "address", "too long"},
		"no text":                     {with(func(s *sources.Setup) { s.Values["address"] = "a\x00b" }), "address", "no text"},
		"a field that it has not":     {with(func(s *sources.Setup) { s.Values["colour"] = "red" }), "", "it has address, token"},
		"what the platform refuses":   {with(func(s *sources.Setup) { s.Values["token"] = "" }), "token", "the token is missing"},
		"a value that is quoted":      {with(func(s *sources.Setup) { s.Values["address"] = "nowhere" }), "address", "nowhere to go"},
		"one way of two that works":   {with(func(s *sources.Setup) { s.Values["address"], s.Values["secret"] = "nowhere", "hush-hush" }), "address", "nowhere to go"},
		"a network that is no choice": {with(func(s *sources.Setup) { s.Values[sources.PrivateNetwork] = "yes" }), sources.PrivateNetwork, "own network"},
	} {
		err := d.Add(t.Context(), tt.setup)
		problems, ok := errors.AsType[sources.Problems](err)
		if !ok || orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(problems[tt.field], tt.says) || len(problems) != 1 {
			t.Errorf("%s: got %v, want %q beside %q", name, err, tt.says, tt.field)
		}
	}
	if err := d.Add(t.Context(), with(func(s *sources.Setup) { s.Platform = "telegraph" })); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("an unknown platform: %v", err)
	}
	must(t, d.Add(t.Context(), good))
	if err := d.Add(t.Context(), good); orrery.CodeOf(err) != orrery.Conflict {
		t.Errorf("the same name twice: %v", err)
	}
	if name := d.FreeName("posts"); name != "posts-2" {
		t.Errorf("it suggests %q", name)
	}
}

func TestNoSourceIsSetUpForTheSampleOrOverAFile(t *testing.T) {
	t.Parallel()
	d := open(t, t.TempDir(), "", time.Hour, false)
	b := newBoard(t, 1)
	_, err := d.system.AddPlanet(t.Context(), orrery.Planet{Slug: "made-up", Sample: true})
	must(t, err)
	setup := sources.Setup{Name: "posts", Platform: "board", Planet: "made-up", Values: collect.Values{"address": b.URL, "token": token}}
	if err := d.Add(t.Context(), setup); orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), "sample") {
		t.Errorf("for the sample: %v", err)
	}
	live := d.system.StartLive(flowLimits)
	_, err = live.Ingest(t.Context(), orrery.IngestSource{Name: "posts", Kind: "api", Planet: "radio"}, orrery.Told{Activities: []orrery.Activity{{
		ExternalID: "1", Kind: "post", At: firstPost, Actor: orrery.Actor{Type: "login", Value: "ada"},
	}}})
	live.Stop()
	must(t, err)
	setup.Planet = "radio"
	if err := d.Add(t.Context(), setup); orrery.CodeOf(err) != orrery.Conflict || !strings.Contains(err.Error(), "another kind") {
		t.Errorf("under the name of another kind: %v", err)
	}
}

func TestAChangeKeepsTheSecretsThatAreLeftEmpty(t *testing.T) {
	t.Parallel()
	b, dir := newBoard(t, 10), t.TempDir()
	d := open(t, dir, "", time.Hour, true)
	d.connect(t, b, "posts")
	until(t, "read", func() bool { n, _ := d.added(t, "posts"); return n == 9 })
	values := d.at(t, "posts").Open
	values["shelf"] = "some"
	must(t, d.Change(t.Context(), "posts", values))
	d.stop()
	st := open(t, dir, "", time.Hour, false).at(t, "posts")
	if st.Open["shelf"] != "some" || !st.Filled["token"] || !st.Filled["secret"] || !st.Asks || !st.Takes {
		t.Errorf("after the change it is %+v", st)
	}
}

// Each platform that comes with Orrery can be shown as a form and be filled in.
func TestEveryPlatformMakesAForm(t *testing.T) {
	t.Parallel()
	last := ""
	for _, p := range platforms.All() {
		if p.Name <= last || sources.CheckName(p.Name) != nil {
			t.Errorf("%s does not stand in order, or its name is none for a source", p.Name)
		}
		last = p.Name
		if p.Title == "" || p.Short == "" || len(p.Keeps) == 0 || p.Hook == nil && p.Pull == nil {
			t.Errorf("%s does not say what it is, or nothing comes from it", p.Name)
		}
		if p.Pull != nil && p.Every < time.Minute {
			t.Errorf("%s is asked every %s", p.Name, p.Every)
		}
		seen := map[string]bool{}
		for _, f := range sources.Fields(p) {
			if f.Name == "" || f.Label == "" || seen[f.Name] || f.Name == sources.FieldName || f.Name == sources.FieldPlanet {
				t.Errorf("%s has a field %q (%q) twice, without a name, or with one of ours", p.Name, f.Name, f.Label)
			}
			seen[f.Name] = true
		}
		if p.Hook != nil {
			if h, err := p.Hook(collect.Values{}); err == nil && h.Verify(collect.Delivery{Body: []byte("{}"), At: time.Now()}) == nil {
				t.Errorf("%s takes deliveries without a secret", p.Name)
			}
		}
	}
}
