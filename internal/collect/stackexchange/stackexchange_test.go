package stackexchange_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/stackexchange"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func open(path string) *stackexchange.Connector {
	return stackexchange.New(path, stackexchange.Options{Now: now})
}

// dump copies the made-up dump, which the test may change.
func dump(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cooking.stackexchange.com")
	if err := os.CopyFS(dir, os.DirFS("testdata/cooking.stackexchange.com")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// add puts a row at the end of a table.
func add(t testing.TB, dir, table, row string) {
	t.Helper()
	path := filepath.Join(dir, table)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(b, []byte("</"))
	if err := os.WriteFile(path, []byte(string(b[:at])+row+"\n"+string(b[at:])), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTheConnectorConforms(t *testing.T) {
	t.Parallel()
	dir := dump(t)
	collecttest.Run(t, collecttest.Case{
		New: func(*testing.T) collect.Connector { return open(dir) },
		Grow: func(t *testing.T) {
			add(t, dir, "Posts.xml", `<row Id="20" PostTypeId="2" ParentId="1" CreationDate="2011-01-01T00:00:00.000" OwnerUserId="3" LastEditorUserId="2" LastEditDate="2011-01-02T00:00:00.000" />`)
			add(t, dir, "Comments.xml", `<row Id="20" PostId="20" CreationDate="2011-01-01T00:00:00.000" UserId="2" />`)
		},
		Golden: "testdata/cooking.golden.ndjson",
		Now:    now,
	})
}

func TestAnAnswerAfterTheCursorIsAddressedAndLinked(t *testing.T) {
	t.Parallel()
	dir := dump(t)
	first := collecttest.Collect(t, open(dir), nil)
	add(t, dir, "Posts.xml", `<row Id="20" PostTypeId="2" ParentId="1" CreationDate="2011-01-01T00:00:00.000" OwnerUserId="5" />`)
	second := collecttest.Collect(t, open(dir), first.Cursor)
	if len(second.Activities) != 1 || len(second.Links) != 1 {
		t.Fatalf("got %d activities and %d links, want one of each", len(second.Activities), len(second.Links))
	}
	a, l := second.Activities[0], second.Links[0]
	if len(a.To) != 1 || a.To[0].Value != "1001" || a.Origin != orrery.Peer || a.Actor.Value != "1005" || l.A.Name != "Only reads" {
		t.Errorf("got %+v and %+v", a, l)
	}
}

func TestAnArchiveSaysTheSameAsItsFolder(t *testing.T) {
	t.Parallel()
	dir := dump(t)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if err := w.AddFS(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cooking.stackexchange.com.zip")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	want, got := collecttest.Lines(collecttest.Collect(t, open(dir), nil)), collecttest.Lines(collecttest.Collect(t, open(path), nil))
	if !bytes.Equal(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestADumpOfAnotherNameKeepsIDsToItself(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "dump")
	if err := os.Rename(dump(t), dir); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ site, want string }{{"", ""}, {"Cooking.StackExchange.com", "cooking.stackexchange.com"}} {
		r := collecttest.Collect(t, stackexchange.New(dir, stackexchange.Options{Site: c.site, Now: now}), nil)
		if got := r.Activities[0].Namespace; got != c.want {
			t.Errorf("--site %q: got the namespace %q, want %q", c.site, got, c.want)
		}
		if got := r.Activities[0].Actor; got.Namespace != "stackexchange.com" || got.Value != "1001" {
			t.Errorf("--site %q: got the actor %+v, want the account", c.site, got)
		}
	}
}

func TestSourceRefusesWhatIsNoDump(t *testing.T) {
	t.Parallel()
	write := func(files map[string]string) string {
		dir := t.TempDir()
		for name, text := range files {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	for _, c := range []struct {
		name  string
		files map[string]string
		says  string
	}{
		{"nothing", map[string]string{"a.txt": "x"}, "holds none"},
		{"no posts", map[string]string{"Users.xml": "<users/>"}, "no Posts.xml"},
		{"two sites", map[string]string{"a/Posts.xml": "x", "b/Posts.xml": "x"}, "several sites"},
		{"no rows", map[string]string{"Posts.xml": "<posts></posts>"}, "no rows"},
		{"entities that grow", map[string]string{"Posts.xml": `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><posts><row Id="1" Title="&b;" /></posts>`}, "document type"},
	} {
		_, err := open(write(c.files)).Source(t.Context())
		if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want an invalid error that says %q", c.name, err, c.says)
		}
	}
	dir := dump(t)
	if _, err := open(filepath.Join(dir, "Users.xml")).Source(t.Context()); orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), "Posts.xml") {
		t.Errorf("users alone: got %v, want words about Posts.xml", err)
	}
	if err := os.Rename(filepath.Join(dir, "Posts.xml"), filepath.Join(dir, "data.xml")); err != nil {
		t.Fatal(err)
	}
	if _, err := open(filepath.Join(dir, "data.xml")).Source(t.Context()); orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), "one file") {
		t.Errorf("one file: got %v, want it refused", err)
	}
}
