// Package gittest makes git repositories for tests and benchmarks: any history
// from a fast-import stream, and large ones by seed. It is not part of the
// product and reads nothing of the machine's git configuration. Whoever tests
// what reads a repository uses it.
package gittest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Available says whether git is installed. A test without it skips with one
// line.
func Available() bool {
	_, err := exec.LookPath("git")
	return err == nil
}

// Import makes a bare repository at dir, which need not exist, and reads a
// fast-import stream into it. HEAD is refs/heads/main. It may be called again
// for the same folder, to add to it.
func Import(ctx context.Context, dir string, stream io.Reader) error {
	if err := Git(ctx, "", nil, "init", "--quiet", "--bare", "--object-format=sha1", "--initial-branch=main", dir); err != nil {
		return err
	}
	return Git(ctx, dir, stream, "fast-import", "--quiet", "--force")
}

// Git runs git in a folder with nothing of the user's or the machine's
// configuration. stdin may be nil.
func Git(ctx context.Context, dir string, stdin io.Reader, args ...string) error {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	cmd.Stdin = stdin
	cmd.Env = env()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("git %s: %w: %s", args[0], err, bytes.TrimSpace(stderr.Bytes()))
	}
	return nil
}

// env fixes who commits and when, so that hashes are the same everywhere.
func env() []string {
	var out []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "GIT_") {
			out = append(out, v)
		}
	}
	return append(out,
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.org", "GIT_AUTHOR_DATE=1577836800 +0100",
		"GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.org", "GIT_COMMITTER_DATE=1577836800 +0100",
	)
}

// Generate makes a bare repository at dir with as many commits, by as many
// people, as told: the same for the same numbers, hashes included. See Stream.
func Generate(ctx context.Context, dir string, commits, people int, seed uint64) error {
	r, w := io.Pipe()
	written := make(chan error, 1)
	go func() {
		err := Stream(w, commits, people, seed)
		w.CloseWithError(err)
		written <- err
	}()
	err := Import(ctx, dir, r)
	r.CloseWithError(errors.New("git ended"))
	if writing := <-written; err == nil {
		err = writing
	}
	return err
}
