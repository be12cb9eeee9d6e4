package e2e

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// repository makes a history of so many commits by three hundred people over
// two years.
func repository(t *testing.T, commits int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "sailcloth")
	if out, err := exec.Command("git", "init", "--quiet", "--bare", "--initial-branch=main", dir).CombinedOutput(); err != nil {
		t.Fatalf("git init: %v\n%s", err, out)
	}
	var stream strings.Builder
	start := time.Now().AddDate(-2, 0, -1).Unix()
	for i := range commits {
		who := i * 7919 % 300
		at := start + int64(i)*2*365*24*3600/int64(commits)
		message := fmt.Sprintf("Change %d\n", i)
		fmt.Fprintf(&stream, "commit refs/heads/main\ncommitter Sailor %d <sailor%d@example.org> %d +0200\ndata %d\n%s\n", who, who, at, len(message), message)
	}
	git := exec.Command("git", "fast-import", "--quiet")
	git.Dir, git.Stdin = dir, strings.NewReader(stream.String())
	if out, err := git.CombinedOutput(); err != nil {
		t.Fatalf("git fast-import: %v\n%s", err, out)
	}
	return dir
}

func TestFirstRunWithARepository(t *testing.T) {
	t.Parallel()
	const commits = 60_000
	path := repository(t, commits)
	w := stranger(t, installed(t, filepath.Join(t.TempDir(), "data")), desk)
	begin(t, w, "Sailcloth")

	w.fill(t, "input[name=repository]", "no/such/folder")
	w.run(t, chromedp.Click(`form:has(input[name=repository]) button`, chromedp.ByQuery))
	w.until(t, `document.querySelector("main").innerText.includes("name the folder of the repository whole")`)
	w.open(t, "/sources/add")
	w.fill(t, "input[name=repository]", path)
	w.press(t, `form:has(input[name=repository]) button`)
	w.says(t, "Reading your history", "You can leave this page")
	w.until(t, `/^[1-9]/.test(document.querySelector("[data-rows]")?.innerText ?? "") || document.querySelector(".imports li")?.className === "done"`)
	w.until(t, `document.querySelector(".imports li")?.className === "done"`)
	w.says(t, "60,000 activities", "300 people")
	w.press(t, `main a[href="/map"]`)
	w.until(t, `!!document.querySelector("orbit-map")?.dataset.ready`)
	w.says(t, "300 moons")
	w.run(t, settle())
	w.good(t)
}
