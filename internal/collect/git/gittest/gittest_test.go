package gittest_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/collect/git/gittest"
)

func TestGeneratedHistoryDependsOnItsNumbersAlone(t *testing.T) {
	t.Parallel()
	if !gittest.Available() {
		t.Skip("git is not installed")
	}
	tip := func(commits int, seed uint64) string {
		dir := t.TempDir()
		if err := gittest.Generate(t.Context(), dir, commits, 40, seed); err != nil {
			t.Fatal(err)
		}
		return output(t, dir, "rev-parse", "HEAD") + output(t, dir, "rev-list", "--all", "--count")
	}
	first := tip(500, 1)
	if again := tip(500, 1); again != first {
		t.Errorf("same seed: got %q, want %q", again, first)
	}
	if other := tip(500, 2); other == first {
		t.Errorf("another seed: got the same tip %q", other)
	}
	if !strings.HasSuffix(first, "\n500\n") {
		t.Errorf("got %q, want 500 commits", first)
	}
}

func TestGenerateEndsWithItsContext(t *testing.T) {
	t.Parallel()
	if !gittest.Available() {
		t.Skip("git is not installed")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := gittest.Generate(ctx, t.TempDir(), 1000, 10, 1); err == nil {
		t.Error("got no error, want the context's")
	}
}

func output(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
