package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// An installation is a data folder that is being served.
type installation struct {
	dir    string
	origin string
	link   string
	cookie *http.Cookie // of whoever took the link; nil while nobody did
	stop   func() error
}

// serve starts Orrery over a data folder, which need not exist.
func serve(dir string, flags ...string) (*installation, error) {
	cmd := exec.Command(orrery, append([]string{"serve", "--data", dir, "--addr", "127.0.0.1:0", "--json"}, flags...)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		_ = cmd.Wait()
		return nil, fmt.Errorf("the server did not start: %w\n%s", err, &said)
	}
	var ready struct{ URL, Link string }
	if err := json.Unmarshal(line, &ready); err != nil {
		return nil, fmt.Errorf("the server says %q: %w", line, err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return &installation{dir: dir, origin: ready.URL, link: ready.Link, stop: func() error {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			return fmt.Errorf("the server ended badly: %w\n%s", err, &said)
		}
		if text := said.String(); strings.Contains(text, "level=ERROR") || strings.Contains(text, "panic") {
			return fmt.Errorf("the server complains:\n%s", text)
		}
		return nil
	}}, nil
}

// installed serves a folder for the length of a test.
func installed(t testing.TB, dir string, flags ...string) *installation {
	t.Helper()
	at, err := serve(dir, flags...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := at.stop(); err != nil {
			t.Error(err)
		}
	})
	return at
}

// enter takes the one-time link.
func (at *installation) enter() error {
	if at.cookie != nil {
		return nil
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(at.link)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if len(answer.Cookies()) == 0 {
		return fmt.Errorf("the one-time link answers %s", answer.Status)
	}
	at.cookie = answer.Cookies()[0]
	return nil
}

// ready waits until everything is loaded.
func (at *installation) ready() error {
	for range 600 {
		answer, err := http.Get(at.origin + "/readyz")
		if err != nil {
			return err
		}
		_ = answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return errors.New("not ready in a minute")
}

// get returns a page as somebody who is logged in gets it.
func (at *installation) get(t testing.TB, path string) string {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, at.origin+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(at.cookie)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s answers %s (%v)", path, answer.Status, err)
	}
	return string(body)
}

// sample is an installation with the sample that tests share who only look.
var sample = sync.OnceValues(func() (*installation, error) {
	at, err := serve(filepath.Join(bin, "sample"), "--sample")
	if err != nil {
		return nil, err
	}
	stopSample = func() {
		if err := at.stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	return at, errors.Join(at.enter(), at.ready())
})

var stopSample = func() {}

func sampled(t testing.TB) *installation {
	t.Helper()
	at, err := sample()
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// ownSample is an installation with the sample for a test that changes it.
func ownSample(t testing.TB) *installation {
	t.Helper()
	at := installed(t, filepath.Join(t.TempDir(), "data"), "--sample")
	if err := errors.Join(at.enter(), at.ready()); err != nil {
		t.Fatal(err)
	}
	return at
}

// command runs orrery over a data folder and returns what it printed.
func command(t testing.TB, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command(orrery, append(args, "--data", dir)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("orrery %s: %v\n%s", strings.Join(args, " "), err, &said)
	}
	return string(out)
}

func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
