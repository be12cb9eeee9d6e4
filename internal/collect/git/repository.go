package git

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"orrery.dev/orrery"
)

// repository is where git is run.
type repository struct {
	dir    string // absolute: the top of the worktree, else the repository itself
	common string // absolute: where the objects are
	bare   bool   // there is no worktree
}

// open finds the repository that path is in.
func open(ctx context.Context, path string) (*repository, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("finding %s: %w", path, err)
	}
	info, err := os.Stat(abs)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, orrery.Errorf(orrery.Invalid, "%s does not exist: name the folder of a git repository", abs)
	case err != nil:
		return nil, orrery.Errorf(orrery.Invalid, "%s cannot be opened: %w", abs, err)
	case !info.IsDir():
		return nil, orrery.Errorf(orrery.Invalid, "%s is a file: name the folder of a git repository", abs)
	}

	// The last question has an answer only where there is a worktree, so this
	// may end badly and still have told all there is.
	r := &repository{dir: abs}
	out, err := r.output(ctx, nil, "rev-parse", "--is-bare-repository", "--git-common-dir", "--show-toplevel")
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) < 2 {
		if git, ok := errors.AsType[*gitError](err); ok {
			return nil, orrery.Errorf(orrery.Invalid, "%s is not in a git repository that can be read: name a clone or a bare repository (git says: %s)", abs, git.said)
		}
		return nil, err
	}
	r.common = filepath.FromSlash(lines[1])
	if !filepath.IsAbs(r.common) {
		r.common = filepath.Join(abs, r.common)
	}
	if len(lines) > 2 {
		r.dir = filepath.FromSlash(lines[2])
	} else {
		r.dir, r.bare = r.common, true
	}
	return r, nil
}

// name is the folder's name as people know the repository: without .git.
func (r *repository) name() string {
	dir := r.common
	name := strings.TrimSuffix(filepath.Base(dir), ".git")
	if name == "" || strings.HasPrefix(name, ".") { // .git, or .bare beside its worktrees
		name = strings.TrimSuffix(filepath.Base(filepath.Dir(dir)), ".git")
	}
	if name = strings.Trim(clean([]byte(name)), `/\. `); name == "" {
		return "repository"
	}
	return name
}

// slug writes a name with a–z, 0–9 and single hyphens.
func slug(name string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(name) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	if s := strings.TrimSuffix(b.String(), "-"); s != "" {
		return s
	}
	return "repository"
}

// state is what of a repository decides what a Collect emits.
type state struct {
	all     bool
	tips    []string // commits from which all that is read can be reached, sorted
	shallow string   // a hash of where a shallow clone ends; empty when it is whole
	mailmap string   // a hash of the .mailmap; empty when there is none

	mailmapInHead bool // it is not in the worktree
}

// state looks. Having no commits is an orrery.Invalid error.
func (r *repository) state(ctx context.Context, all bool) (state, error) {
	s := state{all: all}
	out, err := r.output(ctx, []byte("HEAD^{commit}\nHEAD:.mailmap\n"), "cat-file", "--batch-check=%(objectname) %(objecttype)")
	head, mailmap, answered := strings.Cut(string(out), "\n")
	if _, ended := errors.AsType[*gitError](err); err != nil && (!ended || !answered) {
		return s, err // a partial clone may hold the commit and not the .mailmap
	}
	if hash, ok := strings.CutSuffix(head, " commit"); ok {
		s.tips = []string{hash}
	}
	if hash, ok := strings.CutSuffix(strings.TrimSpace(mailmap), " blob"); ok {
		s.mailmap, s.mailmapInHead = hash, true
	}
	if !r.bare {
		// git, too, reads no .mailmap that is a symbolic link.
		path := filepath.Join(r.dir, ".mailmap")
		if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() {
			text, err := os.ReadFile(path)
			if err != nil {
				return s, orrery.Errorf(orrery.Invalid, "%s cannot be read: %w", path, err)
			}
			s.mailmap, s.mailmapInHead = digest(text), false
		}
	}
	if text, err := os.ReadFile(r.shallowFile()); err == nil {
		s.shallow = digest(text)
	}

	if all || len(s.tips) == 0 {
		tips, err := r.allTips(ctx)
		switch {
		case err != nil:
			return s, err
		case len(tips) == 0:
			return s, orrery.Errorf(orrery.Invalid, "%s has no commits yet, so there is nothing to import: commit or fetch, then import again", r.dir)
		case !all:
			return s, orrery.Errorf(orrery.Invalid, "HEAD of %s names a branch without commits, though others have some: check one out, or import with --all", r.dir)
		}
		s.tips = tips
	}
	return s, nil
}

// allTips are the commits that branches, tags, remote branches and HEAD name.
// Stashes, notes and replacements are not history.
func (r *repository) allTips(ctx context.Context) ([]string, error) {
	out, err := r.output(ctx, nil, "rev-list", "--no-walk=unsorted", "--ignore-missing",
		"--exclude=refs/stash", "--exclude=refs/notes/*", "--exclude=refs/replace/*", "--all")
	if err != nil {
		return nil, err
	}
	tips := strings.Fields(string(out))
	slices.Sort(tips)
	return slices.Compact(tips), nil
}

func (r *repository) shallowFile() string { return filepath.Join(r.common, "shallow") }

// cutParents tells how many parents the commits have at which a shallow clone
// ends: git's log shows none.
func (r *repository) cutParents(ctx context.Context, s state) (map[string]int, error) {
	if s.shallow == "" {
		return nil, nil
	}
	hashes, err := os.ReadFile(r.shallowFile())
	if err != nil {
		return nil, fmt.Errorf("reading where the clone ends: %w", err)
	}
	out, err := r.output(ctx, hashes, "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	parents := map[string]int{}
	for {
		line, rest, ok := bytes.Cut(out, []byte("\n"))
		if !ok {
			return parents, nil
		}
		out = rest
		fields := strings.Fields(string(line))
		if len(fields) != 3 { // "<hash> missing"
			continue
		}
		size, err := strconv.Atoi(fields[2])
		if err != nil || size > len(out) {
			return nil, fmt.Errorf("reading where the clone ends: git printed %q", line)
		}
		header, _, _ := bytes.Cut(out[:size], []byte("\n\n"))
		parents[fields[0]] = bytes.Count(header, []byte("\nparent "))
		out = out[min(size+1, len(out)):]
	}
}

// countsQuickly tells whether git keeps what makes counting commits a matter of
// milliseconds. Else counting would read every commit a second time.
func (r *repository) countsQuickly() bool {
	for _, graph := range []string{"commit-graph", "commit-graphs"} {
		if _, err := os.Stat(filepath.Join(r.common, "objects", "info", graph)); err == nil {
			return true
		}
	}
	return false
}

// count returns how many commits a range has, or 0 when git cannot tell.
func (r *repository) count(ctx context.Context, what span) int64 {
	out, err := r.output(ctx, what.stdin(), "rev-list", "--stdin", "--count")
	if err != nil {
		return 0 // a total is a courtesy; what is wrong the log will say
	}
	n, err := strconv.ParseInt(string(bytes.TrimSpace(out)), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}
