package all_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/all"
	"orrery.dev/orrery/internal/collect/collecttest"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func kind(t testing.TB, name string) all.Kind {
	t.Helper()
	for _, k := range all.Kinds() {
		if k.Name == name {
			return k
		}
	}
	t.Fatalf("there is no kind %s", name)
	return all.Kind{}
}

func write(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "orders.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// connect makes a connector as the command does, from flags.
func connect(t testing.TB, name, path string, ask all.Ask, flags ...string) (collect.Connector, error) {
	t.Helper()
	settings := kind(t, name).Settings()
	set := pflag.NewFlagSet(name, pflag.ContinueOnError)
	settings.Flags(set)
	if err := set.Parse(flags); err != nil {
		t.Fatal(err)
	}
	return settings.Connector(t.Context(), path, now, ask)
}

func TestEveryKindIsListedOnceWithItsWords(t *testing.T) {
	t.Parallel()
	var names []string
	flags := map[string]bool{}
	for _, k := range all.Kinds() {
		names = append(names, k.Name)
		if !regexp.MustCompile(`^[a-z][a-z0-9-]*$`).MatchString(k.Name) || k.Argument != strings.ToUpper(k.Argument) || len(k.Short) < 20 {
			t.Errorf("%q is described as %q %q", k.Name, k.Argument, k.Short)
		}
		set := pflag.NewFlagSet(k.Name, pflag.ContinueOnError)
		k.Settings().Flags(set)
		set.VisitAll(func(f *pflag.Flag) {
			flags[f.Name] = true
			if f.Usage == "" {
				t.Errorf("--%s of %s says nothing", f.Name, k.Name)
			}
		})
		for _, taken := range []string{"data", "planet", "as-of", "config", "json", "source", "help"} {
			if flags[taken] {
				t.Errorf("%s has a flag --%s, which is everybody's", k.Name, taken)
			}
		}
	}
	if !slices.IsSorted(names) || len(slices.Compact(names)) != len(all.Kinds()) {
		t.Errorf("the kinds are %v, want each once and by name", names)
	}
	for _, want := range []string{"csv", "git", "ndjson"} {
		if !slices.Contains(names, want) {
			t.Errorf("there is no %s", want)
		}
	}
}

func TestSettingsThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	path := write(t, "who,when\nann,2026-11-01\n")
	for _, flags := range [][]string{
		{"--delimiter", "slash"},
		{"--dates", "year-first"},
		{"--decimal", "dot"},
		{"--zone", "Moon/Base"},
		{"--map", "whom=who"},
		{"--map", "who"},
	} {
		if _, err := connect(t, "csv", path, nil, flags...); orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), strings.TrimPrefix(flags[0], "--")) && !strings.Contains(err.Error(), "map") {
			t.Errorf("%v: got %v, want it refused by its name", flags, err)
		}
	}
}

func TestSettingsReachTheConnector(t *testing.T) {
	t.Parallel()
	path := write(t, "Wer|Wann|Menge\nann|03/04/2026 10:00|1,5\nbo|05/06/2026 10:00|1.234,5\n")
	c, err := connect(t, "csv", path, nil, "--map", "who=Wer,when=Wann,quantity=Menge", "--kind", "hours.volunteered", "--unit", "hours",
		"--delimiter", "bar", "--dates", "month-first", "--zone", "Europe/Berlin", "--decimal", "comma")
	if err != nil {
		t.Fatal(err)
	}
	got := collecttest.Collect(t, c, nil).Activities
	if len(got) != 2 {
		t.Fatalf("got %d activities, want 2", len(got))
	}
	first := got[0]
	if first.Actor.Value != "ann" || first.Kind != "hours.volunteered" || first.Unit != "hours" || first.Quantity != 1.5 {
		t.Errorf("got %+v", first)
	}
	if want := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC); !first.At.Equal(want) {
		t.Errorf("got the time %s, want %s: the fourth of March, ten o'clock in Berlin", first.At, want)
	}
	if got[1].Quantity != 1234.5 {
		t.Errorf("got the quantity %g, want 1234.5", got[1].Quantity)
	}
}

func TestOfSlackOnlyTheConversationsThatWereNamedAreKept(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "acme")
	for name, text := range map[string]string{
		"users.json":              `[{"id":"U1","team_id":"T1","name":"ada"}]`,
		"channels.json":           `[{"id":"C1","name":"general"}]`,
		"groups.json":             `[{"id":"G1","name":"board"}]`,
		"general/2026-11-20.json": `[{"type":"message","user":"U1","ts":"1795132800.000100","text":"Hello"}]`,
		"board/2026-11-20.json":   `[{"type":"message","user":"U1","ts":"1795132801.000100","text":"Hush"}]`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for flags, want := range map[string]int{"": 1, "public": 1, "private": 2, "direct": 2} {
		c, err := connect(t, "slack", dir, nil, "--channels", flags)
		if err != nil {
			t.Fatal(err)
		}
		if got := collecttest.Collect(t, c, nil).Activities; len(got) != want {
			t.Errorf("--channels %q: got %d activities, want %d", flags, len(got), want)
		}
	}
	if _, err := connect(t, "slack", dir, nil, "--channels", "secret"); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("got %v, want it refused", err)
	}
}

func TestAPersonIsAskedWhatTheFileLeavesOpen(t *testing.T) {
	t.Parallel()
	path := write(t, "who,when,what\nann,03/04/2026,purchase\nbo,05/06/2026,purchase\n")
	var asked []string
	answer := func(says map[string]string) all.Ask {
		return func(text string, choices []string, preset string) (string, error) {
			asked = append(asked, text)
			for word, a := range says {
				if strings.Contains(text, word) {
					if len(choices) > 0 && !slices.Contains(choices, a) {
						t.Errorf("%q may be answered with %q, not with %q", text, choices, a)
					}
					return a, nil
				}
			}
			return preset, nil
		}
	}
	c, err := connect(t, "csv", path, answer(map[string]string{"03/04/2026": "month first", "right?": "yes"}))
	if err != nil {
		t.Fatalf("asked %q: %v", asked, err)
	}
	if len(asked) < 2 || !strings.Contains(asked[len(asked)-1], "who=who") {
		t.Errorf("asked %q, want about the dates and at last whether it is right", asked)
	}
	if got := collecttest.Collect(t, c, nil).Activities; len(got) != 2 || got[0].At.Month() != time.March {
		t.Errorf("got %v, want the first in March", got)
	}

	asked = nil
	if _, err := connect(t, "csv", path, answer(map[string]string{"right?": "no"})); orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), "--map") {
		t.Errorf("answered that it is wrong: got %v, want words about --map", err)
	}
	gone := errors.New("the terminal is gone")
	if _, err := connect(t, "csv", path, func(string, []string, string) (string, error) { return "", gone }); !errors.Is(err, gone) {
		t.Errorf("got %v, want that the terminal is gone", err)
	}
	asked = nil
	if _, err := connect(t, "csv", path, answer(nil), "--dates", "day-first", "--zone", "UTC", "--map", "who=who,when=when,kind=what"); err != nil || len(asked) > 0 {
		t.Errorf("all was said, and asked were %q (%v)", asked, err)
	}
}

func TestAFileIsOpenedWhenItsSourceIsAskedFor(t *testing.T) {
	t.Parallel()
	for _, k := range all.Kinds() {
		c, err := k.Settings().Connector(context.Background(), filepath.Join(t.TempDir(), "nothing"), now, nil)
		if err != nil {
			t.Errorf("%s: a path that is not there fails before the source is asked for: %v", k.Name, err)
			continue
		}
		if _, err := c.Source(t.Context()); orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), "nothing") {
			t.Errorf("%s: got %v, want it Invalid and the path", k.Name, err)
		}
	}
}
