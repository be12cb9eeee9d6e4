package flow_test

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/git"
	"orrery.dev/orrery/internal/collect/git/gittest"
	"orrery.dev/orrery/internal/flow"
)

// standing lists the external ids of what counts.
func standing(t testing.TB, s *flow.System) []string {
	t.Helper()
	var ids []string
	err := s.Export(t.Context(), 0, func(a *orrery.Activity) error {
		if a.Retracts == "" {
			ids = append(ids, a.ExternalID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ids)
	return ids
}

func TestAMirrorTakesBackWhatIsGoneAndBringsBackWhatReturns(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			chance := rand.New(rand.NewPCG(seed, 6))
			list := slices.DeleteFunc(world(seed, 20, 120), func(x told) bool { return x.activity.Retracts != "" })
			s := open(t, t.TempDir())
			shown := func(list []told) {
				t.Helper()
				mustImport(t, s, &script{name: "mirror", path: "mirror", tells: list, whole: true}, flow.ImportPlan{Planet: "origin"})
				var want []string
				for i := range list {
					if list[i].link == nil {
						want = append(want, list[i].activity.ExternalID)
					}
				}
				slices.Sort(want)
				if got := standing(t, s); !slices.Equal(got, want) {
					t.Fatalf("got %d activities %.300v, want the %d that are shown %.300v", len(got), got, len(want), want)
				}
				healthy(t, s)
			}
			for range 6 { // gone and back, some several times
				part := shuffled(chance, list)
				shown(part[:chance.IntN(len(part)+1)])
			}
			shown(list)
			if healthy(t, s) != hashOfAll(t, list) {
				t.Error("all is shown again and the state is another")
			}
			leave(t, s)
		})
	}
}

func TestForcePushedHistory(t *testing.T) {
	t.Parallel()
	if !gittest.Available() {
		t.Skip("git is missing: apt-get install git")
	}
	repo := filepath.Join(t.TempDir(), "orbit")
	if err := gittest.Generate(t.Context(), repo, 300, 20, 4); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) {
		t.Helper()
		if err := gittest.Git(t.Context(), repo, nil, args...); err != nil {
			t.Fatal(err)
		}
	}
	fresh := func() ([32]byte, []string) {
		s := open(t, t.TempDir())
		defer leave(t, s)
		mustImport(t, s, git.New(repo, git.Options{}), flow.ImportPlan{})
		return healthy(t, s), standing(t, s)
	}
	dir := t.TempDir()
	s := open(t, dir)
	defer func() { leave(t, s) }()
	follow := func(what string) {
		t.Helper()
		mustImport(t, s, git.New(repo, git.Options{}), flow.ImportPlan{})
		hash, ids := fresh()
		if got := standing(t, s); !slices.Equal(got, ids) {
			t.Errorf("%s: got %d activities, want the %d of a fresh import", what, len(got), len(ids))
		}
		if healthy(t, s) != hash {
			t.Errorf("%s: the state is not that of a fresh import", what)
		}
		leave(t, s)
		s = open(t, dir)
	}
	follow("first")
	run("branch", "old", "main")
	run("update-ref", "refs/heads/main", "main~40")
	follow("forty commits dropped")
	run("update-ref", "refs/heads/main", amended(t, repo, "main"))
	follow("the last amended")
	run("update-ref", "refs/heads/main", "old")
	follow("pushed back")
	run("update-ref", "refs/heads/main", amended(t, repo, "main~3"))
	follow("dropped and amended again")
	run("update-ref", "refs/heads/main", "old")
	follow("and back again")

	imports, err := s.Imports(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last := imports[len(imports)-1]
	if _, err := s.Undo(t.Context(), last.ID); err != nil {
		t.Fatal(err)
	}
	follow("the last import undone and made again")
}

// amended makes a commit in the place of another and returns its hash.
func amended(t testing.TB, repo, commit string) string {
	t.Helper()
	c := exec.Command("git", "commit-tree", commit+"^{tree}", "-p", commit+"~1", "-m", "amended")
	c.Dir = repo
	c.Env = append(c.Environ(), "GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@town.example", "GIT_COMMITTER_NAME=Ada",
		"GIT_COMMITTER_EMAIL=ada@town.example", "GIT_AUTHOR_DATE=1577836800 +0100", "GIT_COMMITTER_DATE=1577836800 +0100")
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
