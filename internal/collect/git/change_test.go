package git_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/git"
	"orrery.dev/orrery/internal/collect/git/gittest"
)

func TestRewrittenHistoryIsReadWhole(t *testing.T) {
	t.Parallel()
	dir := repository(t, story())
	before := collecttest.Collect(t, git.New(dir, options()), nil)
	run(t, dir, "branch", "--force", "old", "main")
	run(t, dir, "update-ref", "refs/heads/main", "main~2")
	grow(t, dir, grace, "Another end")

	check := func(t *testing.T, dir string) {
		t.Helper()
		after := collecttest.Collect(t, git.New(dir, options()), before.Cursor)
		if !after.Completed {
			t.Error("does not say that what it did not emit is gone")
		}
		if got, want := len(commits(after)), len(commits(before))-2+1; got != want {
			t.Errorf("got %d commits, want all %d", got, want)
		}
	}
	check(t, dir)
	run(t, dir, "update-ref", "-d", "refs/heads/old")
	run(t, dir, "-c", "gc.pruneExpire=now", "-c", "gc.reflogExpire=now", "gc", "--quiet", "--prune=now")
	check(t, dir)
}

func TestADeletedBranchIsGoneOnlyWithAll(t *testing.T) {
	t.Parallel()
	dir := repository(t, story())
	all := options()
	all.All = true
	run(t, dir, "branch", "side", "main")
	run(t, dir, "update-ref", "refs/heads/main", "main~3")
	everything := collecttest.Collect(t, git.New(dir, all), nil)

	less := collecttest.Collect(t, git.New(dir, options()), everything.Cursor)
	if less.Completed {
		t.Error("read without --all: says that the other branches are gone")
	}
	run(t, dir, "branch", "-D", "side")
	after := collecttest.Collect(t, git.New(dir, all), everything.Cursor)
	if got, want := len(commits(after)), len(commits(everything))-3; got != want || !after.Completed {
		t.Errorf("branch deleted: got %d commits and completed %v, want %d and true", got, after.Completed, want)
	}
}

func TestStashesAndNotesAreNotHistory(t *testing.T) {
	t.Parallel()
	dir := repository(t, story())
	all := options()
	all.All = true
	before := whole(t, dir, all)
	run(t, dir, "notes", "add", "-m", "A note", "main")
	run(t, dir, "update-ref", "refs/stash", strings.TrimSpace(output(t, dir, "rev-parse", "refs/notes/commits")))
	run(t, dir, "tag", "a-file", "main:.mailmap")
	run(t, dir, "tag", "-m", "A tag of a commit", "v1", "main~1")
	if got := whole(t, dir, all); got != before {
		t.Errorf("got\n%s\nwant\n%s", got, before)
	}
}

func TestAShallowCloneIsReadAndNothingIsTakenForGone(t *testing.T) {
	t.Parallel()
	origin := repository(t, story())
	full := collecttest.Collect(t, git.New(origin, options()), nil)
	dir := filepath.Join(t.TempDir(), "shallow")
	// The merge is the eleventh commit from the tip: the clone ends there.
	run(t, "", "clone", "--quiet", "--depth=11", "file://"+filepath.ToSlash(origin), dir)

	shallow := collecttest.Collect(t, git.New(dir, options()), full.Cursor)
	if shallow.Completed {
		t.Error("a shallow clone says that what it does not hold is gone")
	}
	if got := len(commits(shallow)); got != 11 {
		t.Errorf("got %d commits, want the 11 that are there", got)
	}
	kinds := map[string]string{}
	for i := range full.Activities {
		kinds[full.Activities[i].ExternalID] = full.Activities[i].Kind
	}
	merges := 0
	for i := range shallow.Activities {
		a := &shallow.Activities[i]
		if a.Kind != kinds[a.ExternalID] {
			t.Errorf("%s: got kind %s, want %s as in the whole repository", a.ExternalID, a.Kind, kinds[a.ExternalID])
		}
		if a.Kind == "git.merge" {
			merges++
		}
	}
	if merges != 1 {
		t.Errorf("got %d merges, want 1", merges)
	}

	run(t, dir, "fetch", "--quiet", "--unshallow")
	deep := collecttest.Collect(t, git.New(dir, options()), shallow.Cursor)
	if got, want := len(commits(deep)), len(commits(full)); got != want || deep.Completed {
		t.Errorf("made whole: got %d commits and completed %v, want %d and false", got, deep.Completed, want)
	}
}

func TestAChangedMailmapReachesAliasesOfBefore(t *testing.T) {
	t.Parallel()
	dir := repository(t, story())
	before := collecttest.Collect(t, git.New(dir, options()), nil)
	h := &history{}
	h.simple(grace, 5000, "Luigi is Mario", "from refs/heads/main^0", file(".mailmap", "Mario <mario@example.it> <luigi@example.it>\n"))
	if err := gittest.Import(t.Context(), dir, h); err != nil {
		t.Fatal(err)
	}
	after := collecttest.Collect(t, git.New(dir, options()), before.Cursor)
	if got := len(commits(after)); got != 1 {
		t.Errorf("got %d commits, want the new one alone", got)
	}
	var got []string
	for _, l := range after.Links {
		if l.Kind == orrery.Mailmap {
			got = append(got, l.A.Value+" = "+l.B.Value+" since "+l.At.Format("2006-01-02 15:04"))
		}
	}
	slices.Sort(got)
	want := []string{
		"Luigi <luigi@example.it> = Mario <mario@example.it> since 2020-01-01 01:00",
		"Luigi M. <luigi@example.it> = Mario <mario@example.it> since 2020-01-01 01:00",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got links %q, want %q", got, want)
	}
}

func TestACursorOfSomethingElseReadsEverything(t *testing.T) {
	t.Parallel()
	dir := repository(t, story())
	want := whole(t, dir, options())
	for _, cursor := range []string{"not JSON", `{"version":99,"tips":["x"]}`, `{"version":1,"tips":["--output=stolen"]}`} {
		r := collecttest.Collect(t, git.New(dir, options()), []byte(cursor))
		if got := string(collecttest.Lines(r)); got != want || r.Completed {
			t.Errorf("%s: got %d bytes and completed %v, want everything, %d bytes, and false", cursor, len(got), r.Completed, len(want))
		}
	}
}

// Nothing that a user, a machine or a repository sets shows in what is emitted,
// and no program that a repository names is run.
func TestConfigurationChangesNothing(t *testing.T) {
	bare := repository(t, story())
	dir := filepath.Join(t.TempDir(), "clone")
	run(t, "", "clone", "--quiet", bare, dir)
	want := whole(t, dir, options())

	home := t.TempDir()
	ran := filepath.Join(home, "ran")
	program := filepath.Join(home, "program")
	script := "#!/bin/sh\necho \"$0 $*\" >>'" + ran + "'\n"
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil { //nolint:gosec // it is to be run
		t.Fatal(err)
	}
	elsewhere := filepath.Join(home, "mailmap")
	if err := os.WriteFile(elsewhere, []byte("Nobody <nobody@example.org> <ada@example.org>\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	head := strings.TrimSpace(output(t, dir, "rev-parse", "HEAD"))
	parent := strings.TrimSpace(output(t, dir, "rev-parse", "HEAD~3"))
	config := `
[core]
	pager = ` + program + `
	fsmonitor = ` + program + `
	hooksPath = ` + home + `
	sshCommand = ` + program + `
	askPass = ` + program + `
[gpg]
	program = ` + program + `
[log]
	showSignature = true
	decorate = full
	date = relative
	mailmap = true
	abbrevCommit = true
	diffMerges = on
	follow = true
[color]
	ui = always
[format]
	pretty = oneline
	notes = true
[i18n]
	logOutputEncoding = UTF-16
[mailmap]
	file = ` + elsewhere + `
[trailer]
	separators = "%"
[alias]
	log = !` + program + `
	cat-file = !` + program + `
[pager]
	log = ` + program + `
[diff]
	external = ` + program + `
[safe]
	bareRepository = explicit
[trace2]
	eventTarget = ` + ran + `
`
	appendTo(t, filepath.Join(dir, ".git", "config"), config)
	appendTo(t, filepath.Join(home, ".gitconfig"), config)
	run(t, dir, "replace", parent, head)
	appendTo(t, filepath.Join(dir, ".git", "info", "grafts"), head+"\n")

	for name, value := range map[string]string{
		"HOME": home, "GIT_DIR": home, "GIT_WORK_TREE": home, "GIT_OBJECT_DIRECTORY": home, "GIT_NAMESPACE": "other",
		"GIT_PAGER": program, "GIT_TRACE": ran, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "log.date", "GIT_CONFIG_VALUE_0": "human",
		"LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "de", "TZ": "Asia/Tokyo", "PAGER": program,
	} {
		t.Setenv(name, value)
	}
	if got := whole(t, dir, options()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if said, err := os.ReadFile(ran); err == nil {
		t.Errorf("ran a program: %s", said)
	}
}

// A partial clone fetches what it misses by running what its configuration
// names, unless it is kept from it.
func TestNothingIsFetched(t *testing.T) {
	t.Parallel()
	origin := repository(t, story())
	run(t, origin, "config", "uploadpack.allowFilter", "true")
	top := t.TempDir()
	dir, ran := filepath.Join(top, "partial"), filepath.Join(top, "ran")
	run(t, "", "clone", "--quiet", "--bare", "--filter=blob:none", "file://"+filepath.ToSlash(origin), dir)
	run(t, dir, "config", "remote.origin.uploadpack", "touch '"+ran+"'; git-upload-pack")
	run(t, dir, "config", "protocol.allow", "always")

	r := collecttest.Collect(t, git.New(dir, options()), nil)
	if len(commits(r)) != 13 {
		t.Errorf("got %d commits, want 13", len(commits(r)))
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("the repository's own program was run")
	}
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(before, text...), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAMailmapCanBeLeftOut(t *testing.T) {
	t.Parallel()
	dir := repository(t, story())
	without := options()
	without.NoMailmap = true
	r := collecttest.Collect(t, git.New(dir, without), nil)
	if slices.ContainsFunc(r.Links, func(l orrery.Link) bool { return l.Kind == orrery.Mailmap }) {
		t.Error("links by the .mailmap are emitted")
	}
	// Asked for later, it reaches the aliases that were read before.
	with := collecttest.Collect(t, git.New(dir, options()), r.Cursor)
	if len(commits(with)) != 0 || !slices.ContainsFunc(with.Links, func(l orrery.Link) bool { return l.Kind == orrery.Mailmap }) {
		t.Errorf("got %d commits and %d links, want none and those of the .mailmap", len(commits(with)), len(with.Links))
	}
}
