package commit_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/commit"
	"orrery.dev/orrery/internal/collect/git"
	"orrery.dev/orrery/internal/collect/git/gittest"
)

var noon = time.Date(2020, 6, 1, 12, 0, 0, 0, time.UTC)

func TestAPushSaysOfACommitWhatACloneSays(t *testing.T) {
	t.Parallel()
	if !gittest.Available() {
		t.Skip("git is not installed")
	}
	commits := []commit.Commit{
		{Name: "Ada Lovelace", Email: "ada@example.org", Message: "Begin\n\nThe engine weaves.\n"},
		{Name: "Octo Cat", Email: "583231+Octocat@users.noreply.github.com", Message: "A subject\nof two lines\n\nAnd a body.\n"},
		{Name: "Tanuki", Email: "77-tanuki@users.noreply.gitlab.com", Message: strings.Repeat("ö", 200) + "\n"},
		{Name: "dependabot[bot]", Email: "49699333+dependabot[bot]@users.noreply.github.com", Message: "Bump\n"},
		{Name: "Ada via dev", Email: "dev@lists.example.org", Message: "Sent through a list\n"},
		{Name: "Ada Lovelace via dev", Email: "dev@lists.example.org", Message: "Signed\n\nSigned-off-by: ada lovelace <Ada@example.org>\n"},
		{Name: "Nobody Reachable", Email: "not an address", Message: "\n\nAfter empty lines\n"},
	}
	var history strings.Builder
	for i, c := range commits {
		at := fmt.Sprintf("%d +0100", 1577836800+i*3600)
		fmt.Fprintf(&history, "commit refs/heads/main\nauthor %s <%s> %s\ncommitter %s <%s> %s\ndata %d\n%s\n",
			c.Name, c.Email, at, c.Name, c.Email, at, len(c.Message), c.Message)
	}
	dir := filepath.Join(t.TempDir(), "notes.git")
	if err := gittest.Import(t.Context(), dir, strings.NewReader(history.String())); err != nil {
		t.Fatal(err)
	}
	clone := collecttest.Collect(t, git.New(dir, git.Options{Now: func() time.Time { return noon }}), nil)

	var push collecttest.Recorder
	for i, c := range commits {
		c.Hash = clone.Activities[len(commits)-1-i].ExternalID // newest first
		c.At, c.Arrived = time.Unix(int64(1577836800+i*3600), 0).In(time.FixedZone("", 3600)), noon
		a, links, ok := c.Activity()
		if !ok {
			t.Fatalf("%q says nothing", c.Message)
		}
		push.Activities = append(push.Activities, a)
		push.Links = append(push.Links, links...)
	}
	if got, want := string(collecttest.Lines(&push)), string(collecttest.Lines(clone)); got != want {
		t.Errorf("pushed\n%s\ncloned\n%s", got, want)
	}
}

func TestActivity(t *testing.T) {
	t.Parallel()
	good := commit.Commit{Hash: "c0ffee", Name: "Ada", Email: "ada@example.org", Message: "Begin", At: noon, Arrived: noon}
	with := func(change func(*commit.Commit)) commit.Commit {
		c := good
		change(&c)
		return c
	}
	tests := []struct {
		name    string
		given   commit.Commit
		want    string // kind
		clamped bool
	}{
		{"a commit", good, "git.commit", false},
		{"a merge, told by its subject", with(func(c *commit.Commit) { c.Message = "Merge pull request #7 from ada/engine\n\nWeave" }), "git.merge", false},
		{"words about merging are no merge", with(func(c *commit.Commit) { c.Message = "Merge two loops" }), "git.commit", false},
		{"a date that nobody knows", with(func(c *commit.Commit) { c.At = time.Time{} }), "git.commit", true},
		{"a date in two years", with(func(c *commit.Commit) { c.At = noon.AddDate(2, 0, 0) }), "git.commit", true},
		{"no author", with(func(c *commit.Commit) { c.Name, c.Email = "", " " }), "", false},
		{"no hash", with(func(c *commit.Commit) { c.Hash = "" }), "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, _, ok := test.given.Activity()
			if got.Kind != test.want || ok != (test.want != "") || got.TimeClamped != test.clamped {
				t.Errorf("got %q, clamped %t, want %q, %t", got.Kind, got.TimeClamped, test.want, test.clamped)
			}
			if ok && !got.At.Equal(noon) {
				t.Errorf("got time %s, want %s", got.At, noon)
			}
			if got.Actor.Type == orrery.TypeEmail {
				t.Error("the address is the identity; it is only evidence")
			}
		})
	}
}
