package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"orrery.dev/orrery"
)

// settings overrule the repository's configuration where it could change what
// git prints or make it run a program.
var settings = []string{
	"safe.directory=*", // reading needs no trust, once nothing of it can run
	"safe.bareRepository=all",
	"advice.graftFileDeprecated=false", // else it says so of the empty one below
	"core.fsmonitor=false",
	"core.hooksPath=" + os.DevNull,
	"core.pager=cat",
	"protocol.allow=never",
	"log.showSignature=false",
	"mailmap.file=",
	"mailmap.blob=",
}

// environment is the process's own without anything of git's, and with what
// keeps the machine's and the user's configuration, replaced objects, prompts
// and the network out.
func environment() []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "GIT_") || strings.HasPrefix(v, "GIT_EXEC_PATH=") {
			env = append(env, v)
		}
	}
	return append(env,
		"GIT_CONFIG_NOSYSTEM=1",
		"GIT_CONFIG_SYSTEM="+os.DevNull,
		"GIT_CONFIG_GLOBAL="+os.DevNull,
		"GIT_ATTR_NOSYSTEM=1",
		"GIT_GRAFT_FILE="+os.DevNull,
		"GIT_NO_REPLACE_OBJECTS=1",
		"GIT_NO_LAZY_FETCH=1",
		"GIT_ALLOW_PROTOCOL=none",
		"GIT_OPTIONAL_LOCKS=0",
		"GIT_TERMINAL_PROMPT=0",
		"GIT_ASKPASS=",
		"GIT_PAGER=cat",
		"GIT_FLUSH=0", // else git writes to the pipe after each commit
		"LC_ALL=C",
	)
}

// command prepares git in a folder. It is killed when ctx ends.
func command(ctx context.Context, dir string, args ...string) (*exec.Cmd, *head) {
	all := make([]string, 0, 2*len(settings)+len(args)+1)
	all = append(all, "--no-pager")
	for _, s := range settings {
		all = append(all, "-c", s)
	}
	cmd := exec.CommandContext(ctx, "git", append(all, args...)...)
	cmd.Dir = dir
	cmd.Env = environment()
	cmd.WaitDelay = time.Second
	said := &head{}
	cmd.Stderr = said
	return cmd, said
}

// output runs git with an input and returns what it prints. The output is
// returned with an error too.
func (r *repository) output(ctx context.Context, stdin []byte, args ...string) ([]byte, error) {
	var out bytes.Buffer
	err := r.stream(ctx, stdin, func(_ context.Context, in io.Reader) error {
		_, err := out.ReadFrom(in)
		return err
	}, args...)
	return out.Bytes(), err
}

// errTorn is a reader's error for output that ends too early: why git ended
// explains it better.
var errTorn = errors.New("the output of git ends in the middle")

// stream runs git and lets read take what it prints. Another error of read than
// errTorn ends git and is returned unchanged. git has ended when stream returns.
func (r *repository) stream(ctx context.Context, stdin []byte, read func(context.Context, io.Reader) error, args ...string) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd, said := command(inner, r.dir, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	out, end, err := pipe()
	if err != nil {
		return fmt.Errorf("git %s: %w", args[0], err)
	}
	defer out.Close()
	cmd.Stdout = end
	err = cmd.Start()
	if closing := end.Close(); err == nil && closing != nil {
		err = closing
	}
	if err != nil {
		return startError(ctx, err)
	}
	reading := read(ctx, out)
	if reading != nil {
		cancel()
	}
	ended := cmd.Wait()
	switch {
	case reading != nil && !errors.Is(reading, errTorn):
		return reading
	case ctx.Err() != nil:
		return ctx.Err()
	case ended != nil:
		return &gitError{verb: args[0], said: said.String(), err: ended}
	case reading != nil:
		return &gitError{verb: args[0], said: said.String(), err: reading}
	}
	return nil
}

func startError(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return orrery.Errorf(orrery.Invalid, "git is not installed or not in the PATH: install it (https://git-scm.com), then import again")
	}
	return fmt.Errorf("starting git: %w", err)
}

// gitError is git ending badly, with what it said.
type gitError struct {
	verb string
	said string
	err  error
}

// Error returns what git said.
func (e *gitError) Error() string {
	return fmt.Sprintf("git %s: %v: %s", e.verb, e.err, e.said)
}

// Unwrap returns how git ended.
func (e *gitError) Unwrap() error { return e.err }

// mostSaid is how much of what git says on its error output is kept, in bytes.
const mostSaid = 500

// head keeps the beginning of what is written to it.
type head struct{ kept []byte }

// Write takes all of b.
func (h *head) Write(b []byte) (int, error) {
	h.kept = append(h.kept, b[:min(len(b), mostSaid-len(h.kept))]...)
	return len(b), nil
}

// String returns what was kept, as text.
func (h *head) String() string { return clean(bytes.TrimSpace(h.kept)) }
