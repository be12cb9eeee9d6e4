package flow_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/git"
	"orrery.dev/orrery/internal/collect/git/gittest"
	"orrery.dev/orrery/internal/flow"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func open(t testing.TB, dir string) *flow.System {
	t.Helper()
	s, err := flow.Open(context.Background(), flow.Config{
		Dir: dir, Clock: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestGitImportTwice(t *testing.T) {
	t.Parallel()
	if !gittest.Available() {
		t.Skip("git is missing: apt-get install git")
	}
	repo := filepath.Join(t.TempDir(), "orbit")
	if err := gittest.Generate(t.Context(), repo, 2000, 100, 1); err != nil {
		t.Fatal(err)
	}
	s := open(t, t.TempDir())
	first, err := s.Import(t.Context(), git.New(repo, git.Options{}), flow.ImportPlan{})
	if err != nil {
		t.Fatal(err)
	}
	if first.Added < 2000 {
		t.Errorf("added %d of 2,000 commits", first.Added)
	}
	second, err := s.Import(t.Context(), git.New(repo, git.Options{}), flow.ImportPlan{})
	if err != nil {
		t.Fatal(err)
	}
	if second.Added != 0 || second.ID == first.ID {
		t.Errorf("importing again added %d as import %d", second.Added, second.ID)
	}
	c, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.LiveHash != c.RebuiltHash {
		t.Error("the live state is not the rebuilt one")
	}
	before := c.LiveHash
	if _, err := s.Undo(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.Read(t.Context(), func(st *flow.State) error {
		if st.Engine.Len() != 0 {
			t.Errorf("%d orbits are left after undoing everything", st.Engine.Len())
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Import(t.Context(), git.New(repo, git.Options{}), flow.ImportPlan{}); err != nil {
		t.Fatal(err)
	}
	if after, _ := s.Hash(t.Context()); after != before {
		t.Error("undo and import again is not as never undone")
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	_ = orrery.Internal
}
