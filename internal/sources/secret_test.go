package sources_test

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/sources"
)

// grep fails the test where a file below a folder holds a text.
func grep(t *testing.T, dir string, texts ...string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, text := range texts {
			if strings.Contains(string(data), text) {
				t.Errorf("%s holds %q", filepath.Base(path), text)
			}
		}
		return nil
	}))
}

func TestSecretsLieSealed(t *testing.T) {
	t.Parallel()
	b, dir := newBoard(t, 10), t.TempDir()
	d := open(t, dir, "", 20*time.Millisecond, true)
	d.connect(t, b, "posts")
	until(t, "read", func() bool { return !d.at(t, "posts").Success.IsZero() })
	b.say(nil)
	b.Close()
	until(t, "failing", func() bool { return d.at(t, "posts").State == sources.Failing })
	backup := filepath.Join(t.TempDir(), "copy.db")
	must(t, d.system.Backup(t.Context(), backup))
	forms := []string{token, "hush-hush-hush", base64.StdEncoding.EncodeToString([]byte(token)), hex.EncodeToString([]byte(token)), "5f3a9c"}
	grep(t, dir, forms...) // with the write-ahead log
	d.stop()
	grep(t, dir, forms...)
	grep(t, filepath.Dir(backup), forms...)
	info, err := os.Stat(filepath.Join(dir, sources.KeyFile))
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the key has the mode %s", info.Mode())
	}
	key, err := os.ReadFile(filepath.Join(dir, sources.KeyFile))
	must(t, err)
	grep(t, filepath.Dir(backup), strings.TrimSpace(string(key)))
	st := open(t, dir, "", time.Hour, false).at(t, "posts")
	if st.State == sources.Unready || !st.Filled["token"] || st.Open["token"] != "" || st.Open["address"] != b.URL {
		t.Errorf("opened again it is %+v", st)
	}
}

func TestABackupElsewhereAsksForTheSecretsAgain(t *testing.T) {
	t.Parallel()
	b, dir := newBoard(t, 10), t.TempDir()
	d := open(t, dir, "", 20*time.Millisecond, true)
	d.connect(t, b, "posts")
	until(t, "read", func() bool { n, _ := d.added(t, "posts"); return n == 9 })
	backup := filepath.Join(t.TempDir(), "copy.db")
	must(t, d.system.Backup(t.Context(), backup))
	must(t, d.Pause(t.Context(), "posts"))
	asked := len(b.requests())

	elsewhere := t.TempDir()
	if _, err := flow.Restore(t.Context(), elsewhere, backup, time.Now, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	other := open(t, elsewhere, "", 20*time.Millisecond, true)
	st := other.at(t, "posts")
	if st.State != sources.Unready || !strings.Contains(st.Error, "fill them in again") || st.Filled["token"] {
		t.Errorf("restored elsewhere it is %s: %s", st.State, st.Error)
	}
	if _, _, err := other.Hook(t.Context(), "posts"); orrery.CodeOf(err) != orrery.Denied {
		t.Errorf("its hook: %v", err)
	}
	if _, err := other.Test(t.Context(), "posts"); err == nil || !strings.Contains(err.Error(), "fill them in again") {
		t.Errorf("its trial: %v", err)
	}
	if n, _ := other.added(t, "posts"); n != 9 || len(b.requests()) != asked {
		t.Errorf("%d activities; it was asked %d times", n, len(b.requests())-asked)
	}
	if _, err := os.Stat(filepath.Join(elsewhere, sources.KeyFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a key was made for nothing: %v", err)
	}
	values := st.Open
	values["token"] = token
	must(t, other.Change(t.Context(), "posts", values))
	b.write(1)
	until(t, "goes on", func() bool { n, _ := other.added(t, "posts"); return n == 10 })
	if after := b.requests()[asked]; after != 10 {
		t.Errorf("it goes on after %d, want 10", after)
	}
}

func TestAKeyOfTheEnvironment(t *testing.T) {
	t.Parallel()
	b, dir := newBoard(t, 1), t.TempDir()
	one, other := strings.Repeat("ab", 32), strings.Repeat("cd", 32)
	d := open(t, dir, one, time.Hour, false)
	d.connect(t, b, "posts")
	if _, err := os.Stat(filepath.Join(dir, sources.KeyFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file was made beside it: %v", err)
	}
	d.stop()
	wrong := open(t, dir, other, time.Hour, false)
	if st := wrong.at(t, "posts"); st.State != sources.Unready {
		t.Errorf("with another key it is %s", st.State)
	}
	wrong.stop()
	right := open(t, dir, base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\xab", 32))), time.Hour, false)
	if st := right.at(t, "posts"); st.State != sources.Waiting {
		t.Errorf("with the key written otherwise it is %s: %s", st.State, st.Error)
	}
	for _, key := range []string{"short", strings.Repeat("a", 63), strings.Repeat("z", 64)} {
		if _, err := sources.NewVault(dir, key); orrery.CodeOf(err) != orrery.Invalid || strings.Contains(err.Error(), key) {
			t.Errorf("the key %q: %v", key, err)
		}
	}
}

func TestAKeyThatOthersCanReadIsNotUsed(t *testing.T) {
	t.Parallel()
	b, dir := newBoard(t, 1), t.TempDir()
	d := open(t, dir, "", time.Hour, false)
	d.connect(t, b, "posts")
	must(t, os.Chmod(filepath.Join(dir, sources.KeyFile), 0o644))
	err := d.Add(t.Context(), sources.Setup{Name: "more", Platform: "board", Planet: "radio", Values: collect.Values{"address": b.URL, "token": token}})
	if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("got %v", err)
	}
}

func TestNoSecretOfOneSourceOpensAsAnothers(t *testing.T) {
	t.Parallel()
	b, dir := newBoard(t, 1), t.TempDir()
	d := open(t, dir, "", time.Hour, false)
	d.connect(t, b, "posts")
	setups, err := d.config.Storage.Setups(t.Context())
	must(t, err)
	stolen := setups[0]
	stolen.Name = "stolen"
	must(t, d.config.Storage.PutSetup(t.Context(), stolen))
	again, err := sources.New(t.Context(), d.config)
	must(t, err)
	if st, err := again.Status("stolen"); err != nil || st.State != sources.Unready {
		t.Errorf("it is %s (%v)", st.State, err)
	}
}
