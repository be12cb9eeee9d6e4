package slack_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/slack"
)

// pack writes a ZIP of the recorded export, with more files if any.
func pack(t testing.TB, path string, more map[string]string) {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if err := w.AddFS(os.DirFS("testdata/export")); err != nil {
		t.Fatal(err)
	}
	for name, text := range more {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func unpack(t testing.TB, folder string) {
	t.Helper()
	if err := os.CopyFS(folder, os.DirFS("testdata/export")); err != nil {
		t.Fatal(err)
	}
}

func open(path string, scope slack.Scope) *slack.Export {
	return slack.NewExport(path, slack.Options{Scope: scope, Now: now})
}

const grown = `[{"type":"message","user":"U061F7AUR","text":"Later","ts":"1795341700.000100"}]`

func TestAnExportConforms(t *testing.T) {
	t.Parallel()
	t.Run("as the ZIP that Slack makes", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "wood export.zip")
		pack(t, path, nil)
		collecttest.Run(t, collecttest.Case{
			New:    func(*testing.T) collect.Connector { return open(path, slack.Public) },
			Grow:   func(t *testing.T) { pack(t, path, map[string]string{"wood/2026-11-22.json": grown}) },
			Golden: "testdata/export.golden.ndjson",
			Now:    now,
		})
	})
	t.Run("as a folder", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join(t.TempDir(), "wood")
		unpack(t, folder)
		collecttest.Run(t, collecttest.Case{
			New: func(*testing.T) collect.Connector { return open(folder, slack.Public) },
			Grow: func(t *testing.T) {
				if err := os.WriteFile(filepath.Join(folder, "wood", "2026-11-22.json"), []byte(grown), 0o600); err != nil {
					t.Fatal(err)
				}
			},
			Golden: "testdata/export.golden.ndjson",
			Now:    now,
		})
	})
}

func TestTheScopeWidensAnExport(t *testing.T) {
	t.Parallel()
	var counts []int
	for _, scope := range []slack.Scope{slack.Public, slack.Private, slack.Direct} {
		counts = append(counts, len(collecttest.Collect(t, open("testdata/export", scope), nil).Activities))
	}
	if counts[1] != counts[0]+1 || counts[2] != counts[0]+2 {
		t.Errorf("got %v activities, want one more for each scope", counts)
	}
}

func TestAnExportTellsWhatTheHookTells(t *testing.T) {
	t.Parallel()
	r := collecttest.Collect(t, open("testdata/export", slack.Public), nil)
	hook := newHook(t, slack.Public)
	body := `{"type":"event_callback","team_id":"T061EG9R6","event":{"type":"message","channel":"C024BE91L","channel_type":"channel",
		"user":"U061F7AUR","text":"With oil.","ts":"1795169100.000100","thread_ts":"1795169000.000200","parent_user_id":"U2147483697"}}`
	m, err := hook.Map(t.Context(), delivery([]byte(body), now, secret))
	if err != nil || len(m.Activities) != 1 {
		t.Fatalf("got %+v, %v", m, err)
	}
	told := m.Activities[0]
	for _, a := range r.Activities {
		if a.ExternalID == told.ExternalID {
			if a.Namespace != told.Namespace || a.Kind != told.Kind || a.Parent != told.Parent || a.Thread != told.Thread || !a.At.Equal(told.At) ||
				a.Actor.Value != told.Actor.Value || len(a.To) != 1 || a.To[0].Value != told.To[0].Value {
				t.Errorf("the export tells %+v, the hook %+v", a, told)
			}
			return
		}
	}
	t.Errorf("the export does not tell %s", told.ExternalID)
}

// nowhere is a sink that keeps nothing.
type nowhere struct{}

func (nowhere) Activity(context.Context, *orrery.Activity) error      { return nil }
func (nowhere) Link(context.Context, orrery.Link) error               { return nil }
func (nowhere) Affiliation(context.Context, orrery.Affiliation) error { return nil }
func (nowhere) Skip(context.Context, collect.Skipped) error           { return nil }
func (nowhere) Progress(collect.Progress)                             {}
func (nowhere) Complete()                                             {}

func TestExportsMadeToDoHarmAreRefusedInLittleMemory(t *testing.T) {
	var before, after runtime.MemStats
	for _, c := range []struct {
		name, file, begin, fill string
		megabytes               int
		says                    string
	}{
		{"a day that is one endless message", "wood/2026-11-22.json", `[{"text":"`, "a", 20, "longer than four megabytes"},
		{"a day that is blank without end", "wood/2026-11-22.json", `[`, " ", 20, "longer than four megabytes"},
		{"members without end", "users.json", `[`, `{"id":"U1","x":"` + strings.Repeat("a", 1<<18) + `"},`, 100, "made to do harm"},
	} {
		path := filepath.Join(t.TempDir(), "bomb.zip")
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		w := zip.NewWriter(file)
		if c.file != "users.json" {
			if err := w.AddFS(os.DirFS("testdata/export")); err != nil {
				t.Fatal(err)
			}
		}
		f, err := w.Create(c.file)
		if err != nil {
			t.Fatal(err)
		}
		chunk := []byte(strings.Repeat(c.fill, 1<<20/len(c.fill)))
		if _, err := io.WriteString(f, c.begin); err != nil {
			t.Fatal(err)
		}
		for range c.megabytes {
			if _, err := f.Write(chunk); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		file.Close()
		runtime.GC()
		runtime.ReadMemStats(&before)
		x := open(path, slack.Public)
		_, err = x.Collect(t.Context(), nil, nowhere{})
		runtime.ReadMemStats(&after)
		if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want an invalid error that says %q", c.name, err, c.says)
		}
		if grew := int64(after.HeapSys) - int64(before.HeapSys); grew > 64<<20 {
			t.Errorf("%s: took %d MB of memory", c.name, grew>>20)
		}
	}
}

func TestAnExportReadsNothingElse(t *testing.T) {
	t.Parallel()
	outside := filepath.Join(t.TempDir(), "2026-11-22.json")
	if err := os.WriteFile(outside, []byte(grown), 0o600); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	unpack(t, folder)
	if err := os.Symlink(outside, filepath.Join(folder, "wood", "2026-11-22.json")); err != nil {
		t.Skip("this system makes no links")
	}
	want := len(collecttest.Collect(t, open("testdata/export", slack.Public), nil).Activities)
	if got := len(collecttest.Collect(t, open(folder, slack.Public), nil).Activities); got != want {
		t.Errorf("got %d activities of a folder with a link that leads out of it, want %d", got, want)
	}
	path := filepath.Join(t.TempDir(), "a.zip")
	pack(t, path, map[string]string{"../../wood/../" + outside: grown, `..\..\passwd.json`: "[]"})
	if got := len(collecttest.Collect(t, open(path, slack.Public), nil).Activities); got != want {
		t.Errorf("got %d activities of a ZIP whose names lead out of it, want %d", got, want)
	}
}

func TestWhatIsNoExportIsToldSo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		files map[string]string
		says  string
	}{
		{"no members", map[string]string{"a/2026-11-22.json": "[]"}, "no users.json"},
		{"no list", map[string]string{"users.json": `{"a":1}`}, "no list of Slack's"},
		{"a torn list", map[string]string{"users.json": `[{"id":"U1"`}, "ends early"},
		{"no JSON", map[string]string{"users.json": `[} ]`}, "damaged"},
	} {
		folder := t.TempDir()
		for name, text := range c.files {
			path := filepath.Join(folder, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		err := (&collecttest.Recorder{}).Run(t.Context(), open(folder, slack.Public), nil)
		if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want an invalid error that says %q", c.name, err, c.says)
		}
	}
}

func FuzzExport(f *testing.F) {
	_ = fs.WalkDir(os.DirFS("testdata/export"), ".", func(name string, d fs.DirEntry, _ error) error {
		if !d.IsDir() {
			f.Add(read(f, filepath.Join("testdata/export", name)))
		}
		return nil
	})
	folder := f.TempDir()
	unpack(f, folder)
	f.Fuzz(func(t *testing.T, day []byte) {
		if err := os.WriteFile(filepath.Join(folder, "wood", "2026-11-21.json"), day, 0o600); err != nil {
			t.Fatal(err)
		}
		r := &collecttest.Recorder{}
		if err := r.Run(t.Context(), open(folder, slack.Direct), nil); err != nil && orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("got %v, want an invalid error", err)
		}
		collecttest.Mapped(t, collect.Mapped{Told: orrery.Told{Activities: r.Activities, Links: r.Links}}, now)
	})
}

func BenchmarkExport(b *testing.B) {
	var day strings.Builder
	const rows = 20_000
	for i := range rows {
		fmt.Fprintf(&day, `%c{"type":"message","user":"U%d","text":"%s <@U061F7AUR>","ts":"179516%04d.%06d","reactions":[{"name":"tada","users":["U061F7AUR"]}]}`,
			map[bool]rune{true: '[', false: ','}[i == 0], 1000+i%50, strings.Repeat("word ", 30), i%10000, i)
	}
	path := filepath.Join(b.TempDir(), "a.zip")
	pack(b, path, map[string]string{"wood/2026-11-22.json": day.String() + "]"})
	b.SetBytes(int64(day.Len()))
	for b.Loop() {
		if _, err := open(path, slack.Public).Collect(b.Context(), nil, nowhere{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}
