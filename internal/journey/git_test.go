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
var fields = []string{"log", "-z", "--date=raw", "--format=tformat:%H%x00%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%s%x00%b"}

// roles are the kinds that trailers become.
var roles = map[string]string{
	"Signed-off-by":  "git.commit.signed_off",
	"Reviewed-by":    "git.commit.reviewed",
	"Co-authored-by": "git.commit.co_authored",
	"Acked-by":       "git.commit.acked",
	"Tested-by":      "git.commit.tested",
	"Reported-by":    "git.commit.reported",
}

// repository is a generated history and what git says of it.
type repository struct {
	dir    string
	kinds  map[string]int // activities that it should become
	people int            // whoever wrote, committed or is named in a trailer, through .mailmap
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
	r := repository{dir: filepath.Join(t.TempDir(), "orbit"), kinds: make(map[string]int)}
	if err := gittest.Generate(t.Context(), r.dir, commits, people, 7); err != nil {
		t.Fatal(err)
	}
	r.kinds["git.commit"] = len(strings.Fields(r.git(t, "", "rev-list", "--no-merges", "HEAD")))
	r.kinds["git.merge"] = len(strings.Fields(r.git(t, "", "rev-list", "--merges", "HEAD")))
	if r.kinds["git.commit"] == 0 || r.kinds["git.merge"] == 0 {
		t.Fatalf("the generated repository holds %v", r.kinds)
	}

	log := r.git(t, "", "log", "-z", "--format=%ae%n%ce%n%(trailers:only,unfold)")
	named := make(map[string]bool) // "Name <address>" of trailers
	for commit := range strings.SplitSeq(strings.TrimSuffix(log, "\x00"), "\x00") {
		lines := strings.Split(commit, "\n")
		author, committer := lines[0], lines[1]
		if committer != author {
			r.kinds["git.commit.committed"]++
		}
		seen := make(map[string]bool)
		for _, line := range lines[2:] {
			trailer, who, ok := strings.Cut(line, ": ")
			kind := roles[trailer]
			if !ok || kind == "" {
				continue
			}
			named[who] = true
			mail := addressOf(who)
			if mail == author || kind == "git.commit.signed_off" && mail == committer || seen[kind+mail] {
				continue // the same person in the same role, or the author of it all
			}
			seen[kind+mail] = true
			r.kinds[kind]++
		}
	}

	found := make(map[string]bool)
	for mail := range strings.FieldsSeq(r.git(t, "", "log", "--format=%aE%n%cE")) {
		found[mail] = true
	}
	var asked strings.Builder
	for who := range named {
		asked.WriteString(who + "\n")
	}
	for line := range strings.Lines(r.git(t, asked.String(), "check-mailmap", "--stdin")) {
		found[addressOf(line)] = true
	}
	r.people = len(found)
	return r
}

// addressOf returns the address in "Name <address>".
func addressOf(who string) string {
	_, mail, _ := strings.Cut(who, "<")
	mail, _, _ = strings.Cut(mail, ">")
	return mail
}

func (r repository) activities() int {
	sum := 0
	for _, n := range r.kinds {
		sum += n
	}
	return sum
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
