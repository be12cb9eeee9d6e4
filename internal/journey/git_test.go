//go:build journey

package journey

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/collect/git/gittest"
)

// fields are what the connector reads of a commit.
const fields = "--format=%H%x00%P%x00%an%x00%ae%x00%aN%x00%aE%x00%aI%x00%cN%x00%cE%x00%cI%x00%s%x00%(trailers:only,unfold)%x00"

// repository is a generated history and what git says of it.
type repository struct {
	dir     string
	commits int
	people  int // whoever wrote, committed or is named in a trailer, through .mailmap
}

func newRepository(t *testing.T, commits, people int) repository {
	t.Helper()
	if !gittest.Available() {
		const lacking = "git is missing: apt-get install git"
		if os.Getenv("CI") != "" {
			t.Fatal(lacking)
		}
		t.Skip(lacking)
	}
	r := repository{dir: filepath.Join(t.TempDir(), "orbit")}
	if err := gittest.Generate(t.Context(), r.dir, commits, people, 7); err != nil {
		t.Fatal(err)
	}
	r.commits = len(strings.Fields(r.git(t, "", "rev-list", "HEAD")))
	if r.commits == 0 {
		t.Fatal("the generated repository holds no commit")
	}

	emails := make(map[string]bool)
	for _, e := range strings.Fields(r.git(t, "", "log", "--use-mailmap", "--format=%aE%n%cE")) {
		emails[strings.ToLower(e)] = true
	}
	const keys = "%(trailers:key=Signed-off-by,key=Reviewed-by,key=Co-authored-by,key=Acked-by,key=Tested-by,key=Reported-by,valueonly)"
	named := strings.Join(unique(strings.Split(r.git(t, "", "log", "--format="+keys), "\n")), "\n")
	for line := range strings.Lines(r.git(t, named, "check-mailmap", "--stdin")) {
		_, e, _ := strings.Cut(strings.TrimSpace(line), "<")
		emails[strings.ToLower(strings.TrimSuffix(e, ">"))] = true
	}
	delete(emails, "")
	r.people = len(emails)
	return r
}

func (r repository) git(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	c := exec.Command("git", append([]string{"-C", r.dir}, args...)...)
	c.Stdin = strings.NewReader(stdin)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("git %s: %v", args[0], err)
	}
	return string(out)
}

func unique(lines []string) []string {
	seen := make(map[string]bool)
	var kept []string
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" && !seen[l] {
			seen[l] = true
			kept = append(kept, l)
		}
	}
	return kept
}
