//go:build journey

package journey

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"orrery.dev/orrery/internal/orrerytest"
)

const planet = "orbit"

func TestFirstHour(t *testing.T) {
	commits, people, rounds := 50_000, 2_000, 5
	if testing.Short() {
		commits, people, rounds = 10_000, 500, 3
	}
	repo := newRepository(t, commits, people)
	binary := orrerytest.Build(t)
	t.Logf("%d commits, %d activities, %d people", commits, repo.activities(), repo.people)

	var in orrerytest.Installation
	var imports, logs, agains []time.Duration
	for range rounds {
		in = orrerytest.Installation{Binary: binary, Data: filepath.Join(t.TempDir(), "data")}
		began := time.Now()
		first := importRepository(t, in, repo)
		imports = append(imports, time.Since(began))
		if first.Duplicates != 0 || first.Skipped != 0 || first.Added != int64(repo.activities()) {
			t.Errorf("the first import said %+v, want %d added", first, repo.activities())
		}

		began = time.Now()
		second := importRepository(t, in, repo)
		agains = append(agains, time.Since(began))
		if second.Added != 0 || second.Skipped != 0 {
			t.Errorf("the second import said %+v: it adds nothing", second)
		}

		began = time.Now()
		repo.git(t, "", fields...)
		logs = append(logs, time.Since(began))
	}
	whole, log := median(imports), median(logs)
	t.Logf("import %v, git log with the same fields %v: ratio %.2f; import again %v (medians of %d)",
		whole.Round(time.Millisecond), log.Round(time.Millisecond), whole.Seconds()/log.Seconds(),
		median(agains).Round(time.Millisecond), rounds)

	before := exported(t, in, repo)
	peopleAreThere(t, in, repo)
	gravityIsThere(t, in, repo)
	undoAndImportAgain(t, in, repo, before)
}

func importRepository(t *testing.T, in orrerytest.Installation, repo repository) orrerytest.Done {
	t.Helper()
	return orrerytest.DoneOf(t, in.Run(t, "import", "git", repo.dir, "--planet", planet))
}

// exported compares the export with git's counts and returns its lines.
func exported(t *testing.T, in orrerytest.Installation, repo repository) []string {
	t.Helper()
	activities, lines := in.Export(t)
	kinds, ids := make(map[string]int), make(map[string]int)
	for _, a := range activities {
		kinds[a.Kind]++
		ids[a.Namespace+" "+a.ExternalID]++
		if a.Planet != planet {
			t.Fatalf("an activity of planet %q was exported, want %q", a.Planet, planet)
		}
	}
	if !maps.Equal(kinds, repo.kinds) {
		t.Errorf("the export holds %v, by git it should hold %v", kinds, repo.kinds)
	}
	if len(ids) != len(activities) {
		t.Errorf("got %d activities with %d ids: an id stands twice", len(activities), len(ids))
	}
	return lines
}

func peopleAreThere(t *testing.T, in orrerytest.Installation, repo repository) {
	t.Helper()
	type member struct {
		ID        int64
		Kind      string
		Planet    string
		Level     string
		Closeness float64
		Return    float64
	}
	members := orrerytest.Lines[member](t, in.Run(t, "members", "--planet", planet, "--limit", "0"))
	ids := make(map[int64]bool)
	for _, m := range members {
		ids[m.ID] = true
		if m.Planet != planet || m.Closeness < 0 || m.Closeness > 100 || m.Return < 0 || m.Return > 1 || m.Level == "" {
			t.Errorf("a member is out of range: %+v", m)
		}
	}
	if len(members) != repo.people || len(ids) != repo.people {
		t.Errorf("got %d members with %d ids, want %d: as many as git tells apart", len(members), len(ids), repo.people)
	}
}

func gravityIsThere(t *testing.T, in orrerytest.Installation, repo repository) {
	t.Helper()
	type gravity struct {
		Name    string
		Gravity *float64
	}
	for _, g := range orrerytest.Lines[gravity](t, in.Run(t, "gravity", "--planet", planet)) {
		if g.Name == planet && g.Gravity != nil {
			if *g.Gravity <= 0 || *g.Gravity > float64(repo.people) {
				t.Errorf("gravity is %g: want more than 0 and at most the %d people", *g.Gravity, repo.people)
			}
			return
		}
	}
	t.Errorf("gravity has no line of planet %s with a gravity", planet)
}

func undoAndImportAgain(t *testing.T, in orrerytest.Installation, repo repository, before []string) {
	t.Helper()
	hash := in.Healthy(t)
	in.Run(t, "import", "undo", "1")
	if left, _ := in.Export(t); len(left) != 0 {
		t.Errorf("%d activities are left after the undo, want none", len(left))
	}
	if again := importRepository(t, in, repo); again.Added != int64(len(before)) {
		t.Errorf("after the undo %d were added, want all %d again", again.Added, len(before))
	}
	if _, after := in.Export(t); !slices.Equal(before, after) {
		t.Errorf("the export after undo and import has %d lines and is not the one of %d lines before", len(after), len(before))
	}
	if got := in.Healthy(t); got != hash {
		t.Errorf("the state after undo and import is %s, before it was %s", got, hash)
	}
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}
