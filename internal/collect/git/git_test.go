package git_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/git"
	"orrery.dev/orrery/internal/collect/git/gittest"
)

// noon is the clock of every test: 2020-06-01 12:00 UTC.
var noon = time.Date(2020, 6, 1, 12, 0, 0, 0, time.UTC)

func options() git.Options { return git.Options{Now: func() time.Time { return noon }} }

// history writes fast-import streams, commit by commit.
type history struct {
	bytes.Buffer
	marks int
}

const (
	ada   = "Ada Lovelace <ada@example.org>"
	grace = "Grace Hopper <grace@example.org>"
)

// commit adds a commit to refs/heads/main on its tip. Dates are "second zone".
func (h *history) commit(author, authored, committer, committed, message string, more ...string) {
	h.marks++
	fmt.Fprintf(h, "commit refs/heads/main\nmark :%d\nauthor %s %s\ncommitter %s %s\n", h.marks, author, authored, committer, committed)
	for _, line := range more {
		if strings.HasPrefix(line, "encoding ") {
			fmt.Fprintln(h, line)
		}
	}
	fmt.Fprintf(h, "data %d\n%s\n", len(message), message)
	for _, line := range more {
		if !strings.HasPrefix(line, "encoding ") {
			fmt.Fprintln(h, line)
		}
	}
	h.WriteByte('\n')
}

// simple adds a commit of one person, n hours after 2020-01-01.
func (h *history) simple(author string, n int, message string, more ...string) {
	at := fmt.Sprintf("%d +0000", 1577836800+n*3600)
	h.commit(author, at, author, at, message, more...)
}

func file(path, text string) string {
	return fmt.Sprintf("M 100644 inline %s\ndata %d\n%s", path, len(text), text)
}

// story is a repository with one of everything that the connector knows.
func story() *history {
	h := &history{}
	mailmap := ada + " <countess@example.net>\nGrace Hopper <grace@example.org> Amazing Grace <admiral@example.net>\n"
	h.commit(ada, "1577836800 +0100", ada, "1577836800 +0100", "Begin\n\nThe engine weaves.\n", file(".mailmap", mailmap))
	h.commit("Ada <countess@example.net>", "1577840400 +0530", grace, "1577926800 -0500",
		"Count Bernoulli numbers\n\nBecause they are there.\n\n"+
			"Reported-by: Charles Babbage\n"+ // no address: nobody
			"Reported-by: Luigi <luigi@example.it>\n"+
			"Co-authored-by: Amazing Grace <admiral@example.net>, Mary Somerville <mary@example.org> and Annabella <anna@example.org>\n"+
			"Reviewed-by: "+grace+"\n"+
			"reviewed-BY : "+grace+"\n"+
			"Tested-by: ADA <Countess@Example.Net>\n"+ // the author herself
			"Acked-by: mary@example.org\n"+
			"Suggested-by: Mary Somerville\n <mary@example.org>\n"+
			"Helped-by: Luigi <luigi@example.it> (thanks)\n"+
			"Mentored-by: Luigi M. <luigi@example.it>\n"+
			"Signed-off-by: Ada <countess@example.net>\n"+
			"Signed-off-by: "+grace+"\n"+
			"Signed-off-by: Maintainer <maintainer@example.org>\n")
	h.commit("Octo Cat <583231+Octocat@users.noreply.github.com>", "1577930000 -0800", "GitHub <noreply@github.com>", "1577930000 +0000", "Merge pull request\n",
		"merge :1")
	h.commit("Tanuki <77-tanuki@users.noreply.gitlab.com>", "1577940000 +0000", "Tanuki <77-tanuki@users.noreply.gitlab.com>", "1577940000 +0000", "Dig\n")
	h.commit("dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>", "1577950000 +0000", "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>", "1577950000 +0000", strings.Repeat("ö", 200)+"\n")
	h.commit("J\xf6rg <joerg@example.de>", "1577960000 +0100", "J\xf6rg <joerg@example.de>", "1577960000 +0100", "Gr\xfc\xdfe\n\nReviewed-by: Ren\xe9 <rene@example.fr>\n", "encoding ISO-8859-1")
	h.commit("J\xf6rg <joerg@example.de>", "1577970000 +0100", "J\xf6rg <joerg@example.de>", "1577970000 +0100", "Gr\xfc\xdfe without saying how\n")
	h.commit(ada, "1577990000 +0100", ada, "1577980000 +0100", "Written after it was committed\n")
	h.commit(ada, "4102444800 +0100", grace, "1577995000 +0000", "Written in 2100\n")
	h.commit(ada, "4102444800 +0100", ada, "4102444800 +0100", "Written and committed in 2100\n")
	h.commit(ada, "1578000000 +0100", grace, "4102444800 +0000", "Committed in 2100\n")
	h.commit(" <>", "1578010000 +0000", " <>", "1578010000 +0000", "By nobody\n")
	h.commit("No Address <>", "1578020000 +0000", "No Address <>", "1578020000 +0000", "")
	return h
}

func repository(t *testing.T, h *history) string {
	t.Helper()
	needGit(t)
	dir := filepath.Join(t.TempDir(), "Engine Notes.git")
	if err := gittest.Import(t.Context(), dir, h); err != nil {
		t.Fatal(err)
	}
	return dir
}

func needGit(t *testing.T) {
	t.Helper()
	if !gittest.Available() {
		t.Skip("git is not installed")
	}
}

func run(t *testing.T, dir string, args ...string) {
	t.Helper()
	if err := gittest.Git(t.Context(), dir, nil, args...); err != nil {
		t.Fatal(err)
	}
}

// grow adds a commit to a bare repository.
func grow(t *testing.T, dir, author, subject string) {
	t.Helper()
	h := &history{}
	h.simple(author, 5000, subject, "from refs/heads/main^0")
	if err := gittest.Import(t.Context(), dir, h); err != nil {
		t.Fatal(err)
	}
}

func TestConforms(t *testing.T) {
	t.Parallel()
	dir := repository(t, story())
	collecttest.Run(t, collecttest.Case{
		New:    func(*testing.T) collect.Connector { return git.New(dir, options()) },
		Grow:   func(t *testing.T) { grow(t, dir, grace, "Go on") },
		Golden: "testdata/story.golden.ndjson",
		Now:    noon,
	})
}

func TestConformsWithAllBranches(t *testing.T) {
	t.Parallel()
	dir := repository(t, story())
	run(t, dir, "branch", "side", "main~4")
	collecttest.Run(t, collecttest.Case{
		New: func(*testing.T) collect.Connector {
			o := options()
			o.All = true
			return git.New(dir, o)
		},
		Grow: func(t *testing.T) {
			h := &history{}
			fmt.Fprintf(h, "commit refs/heads/side\nmark :1\ncommitter %s 1590000000 +0000\ndata 5\nAside\nfrom refs/heads/side^0\n\n", ada)
			if err := gittest.Import(t.Context(), dir, h); err != nil {
				t.Fatal(err)
			}
		},
		Now: noon,
	})
}

func TestConformsOnALargeHistory(t *testing.T) {
	t.Parallel()
	needGit(t)
	dir := t.TempDir()
	if err := gittest.Generate(t.Context(), dir, 2000, 100, 7); err != nil {
		t.Fatal(err)
	}
	clock := git.Options{Now: func() time.Time { return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC) }}
	collecttest.Run(t, collecttest.Case{
		New:  func(*testing.T) collect.Connector { return git.New(dir, clock) },
		Grow: func(t *testing.T) { grow(t, dir, grace, "Go on") },
	})
}

// Authors, committers, times and merges are what git itself says.
func TestCommitsAreWhatGitLists(t *testing.T) {
	t.Parallel()
	needGit(t)
	dir := t.TempDir()
	if err := gittest.Generate(t.Context(), dir, 1500, 80, 3); err != nil {
		t.Fatal(err)
	}
	r := collecttest.Collect(t, git.New(dir, git.Options{}), nil)
	var got []string
	for i := range r.Activities {
		if a := &r.Activities[i]; !strings.Contains(a.ExternalID, "/") {
			_, offset := a.At.Zone()
			got = append(got, fmt.Sprintf("%s %d %+05d %s %v %s", a.ExternalID, a.At.Unix(), offset/3600*100+offset%3600/60, a.Actor.Value, a.Kind == "git.merge", a.Object.Title))
		}
	}
	var want []string
	for line := range strings.Lines(output(t, dir, "log", "--format=%H %at %ad %an <%ae> %p|%s", "--date=format:%z")) {
		before, subject, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "|")
		who, parents, _ := strings.Cut(before, "> ")
		want = append(want, fmt.Sprintf("%s> %v %s", who, strings.Contains(parents, " "), subject))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %d commits such as\n%s\nwant %d such as\n%s", len(got), got[0], len(want), want[0])
	}
}

// Whom the .mailmap joins is what git's own mapping of authors and committers
// says.
func TestMailmapLinksAreWhatGitMaps(t *testing.T) {
	t.Parallel()
	needGit(t)
	dir := t.TempDir()
	if err := gittest.Generate(t.Context(), dir, 1500, 80, 3); err != nil {
		t.Fatal(err)
	}
	links := map[string]string{}
	for _, l := range collecttest.Collect(t, git.New(dir, git.Options{}), nil).Links {
		if l.Kind == orrery.Mailmap {
			links[l.A.Value] = l.B.Value
		}
	}
	mapped := 0
	for line := range strings.Lines(output(t, dir, "log", "--format=%an <%ae>|%aN <%aE>%n%cn <%ce>|%cN <%cE>")) {
		raw, want, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "|")
		got, ok := links[raw]
		if !ok {
			got = raw
		}
		if got != want {
			t.Fatalf("%s: got %s, want %s", raw, got, want)
		}
		if raw != want {
			mapped++
		}
	}
	if mapped == 0 {
		t.Error("the history maps nobody, so this shows nothing")
	}
}

func output(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %v: %v", args, err)
	}
	return string(out)
}

func TestRefusesWithWords(t *testing.T) {
	t.Parallel()
	needGit(t)
	empty, file, unborn := t.TempDir(), filepath.Join(t.TempDir(), "file"), repository(t, story())
	run(t, empty, "init", "--quiet")
	run(t, unborn, "symbolic-ref", "HEAD", "refs/heads/elsewhere")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, path, want string }{
		{"a folder that is not there", filepath.Join(empty, "nowhere"), "does not exist"},
		{"a file", file, "is a file"},
		{"a folder in no repository", t.TempDir(), "not in a git repository"},
		{"a repository without commits", empty, "no commits yet"},
		{"a HEAD without commits where others have some", unborn, "--all"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := git.New(test.path, options()).Source(t.Context())
			if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), test.want) {
				t.Errorf("source: got %v, want an invalid error that says %q", err, test.want)
			}
			_, err = git.New(test.path, options()).Collect(t.Context(), nil, &collecttest.Recorder{})
			if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), test.want) {
				t.Errorf("collect: got %v, want an invalid error that says %q", err, test.want)
			}
		})
	}
}

func TestSaysThatGitIsMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := git.New(t.TempDir(), options()).Source(t.Context())
	if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), "git is not installed") {
		t.Errorf("got %v, want an invalid error that says so", err)
	}
}

func TestFindsTheRepositoryFromAnywhereInIt(t *testing.T) {
	t.Parallel()
	bare := repository(t, story())
	top := t.TempDir()
	clone, linked, folder := filepath.Join(top, "My Clone"), filepath.Join(top, "linked"), filepath.Join(top, "My Clone", "a", "b")
	run(t, top, "clone", "--quiet", bare, clone)
	run(t, clone, "worktree", "add", "--quiet", linked, "main~1")
	if err := os.MkdirAll(folder, 0o750); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, path, origin, source, planet string
	}{
		{"a bare repository", bare, bare, "git/Engine Notes", "engine-notes"},
		{"a clone", clone, clone, "git/My Clone", "my-clone"},
		{"a folder in a clone", folder, clone, "git/My Clone", "my-clone"},
		{"the .git folder of a clone", filepath.Join(clone, ".git"), filepath.Join(clone, ".git"), "git/My Clone", "my-clone"},
		{"a linked worktree", linked, linked, "git/My Clone", "my-clone"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := git.New(test.path, options()).Source(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			origin, err := filepath.EvalSymlinks(test.origin)
			if err != nil {
				t.Fatal(err)
			}
			want := collect.Source{Kind: "git", Name: test.source, Planet: test.planet, Origin: origin, Mirror: true}
			if got.Origin, err = filepath.EvalSymlinks(got.Origin); err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			r := collecttest.Collect(t, git.New(test.path, options()), nil)
			if !slices.ContainsFunc(r.Links, func(l orrery.Link) bool { return l.Kind == orrery.Mailmap }) {
				t.Error("the .mailmap is not read")
			}
		})
	}
}

// whole is what a reading of a folder emits, as lines.
func whole(t *testing.T, dir string, o git.Options) string {
	t.Helper()
	return string(collecttest.Lines(collecttest.Collect(t, git.New(dir, o), nil)))
}

// commits are the external ids of commits that a reading emitted.
func commits(r *collecttest.Recorder) []string {
	var out []string
	for i := range r.Activities {
		if id := r.Activities[i].ExternalID; !strings.Contains(id, "/") {
			out = append(out, id)
		}
	}
	return out
}

func TestCancelledWhileGitRunsNothingIsLeftRunning(t *testing.T) {
	t.Parallel()
	needGit(t)
	dir := t.TempDir()
	if err := gittest.Generate(t.Context(), dir, 3000, 100, 7); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	to := &stopper{after: 10, stop: cancel}
	_, err := git.New(dir, git.Options{}).Collect(ctx, nil, to)
	if err != context.Canceled { //nolint:errorlint // it must be the context's own
		t.Errorf("got %v, want the context's own error", err)
	}
	if to.seen > 11 {
		t.Errorf("%d activities came after the end", to.seen-to.after)
	}
}

// stopper is a sink that ends the context and goes on taking.
type stopper struct {
	collecttest.Recorder
	after, seen int
	stop        func()
}

func (s *stopper) Activity(context.Context, *orrery.Activity) error {
	if s.seen++; s.seen == s.after {
		s.stop()
	}
	return nil
}
