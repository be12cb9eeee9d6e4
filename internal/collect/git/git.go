// Package git is the connector for git repositories: commits and merges become
// activities of their authors, and what a commit says of others (its committer,
// its Co-authored-by, Reviewed-by and like trailers) becomes activities of
// theirs. It runs the installed git and streams its log; it never writes to a
// repository, reaches no network, and runs no program that a repository's
// configuration names. Commit bodies are read for their trailers and not kept.
//
// It does not decide who is one person. It hands on what the repository states:
// a .mailmap, and the account in a platform's no-reply address. Package flow
// runs it and feeds identity and journal with what it emits.
package git

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"orrery.dev/orrery/internal/collect"
)

// Options choose what of a repository is read.
type Options struct {
	All       bool             // what any branch, tag or remote branch reaches, instead of HEAD
	NoMailmap bool             // leave the .mailmap out: who is who must come from elsewhere
	Now       func() time.Time // the clock, by which impossible dates are told; nil is time.Now
}

// Connector reads one repository once. It is used by one goroutine.
type Connector struct {
	path string
	opts Options
	repo *repository // opened by the first call
	now  *state      // as Source saw it: what Collect reads
}

var _ collect.Connector = (*Connector)(nil)

// New returns a connector for the repository that path is, or is a folder of:
// a clone, a linked worktree, or a bare repository.
func New(path string, opts Options) *Connector {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Connector{path: path, opts: opts}
}

// Source describes the repository. It is an orrery.Invalid error when git is not
// installed, when path is in no repository, and when there are no commits.
func (c *Connector) Source(ctx context.Context) (collect.Source, error) {
	if err := c.open(ctx); err != nil {
		return collect.Source{}, err
	}
	if c.now == nil {
		now, err := c.repo.state(ctx, c.opts.All)
		if err != nil {
			return collect.Source{}, err
		}
		if c.opts.NoMailmap {
			now.mailmap, now.mailmapInHead = "", false
		}
		c.now = &now
	}
	name := c.repo.name()
	return collect.Source{Kind: "git", Name: "git/" + name, Planet: slug(name), Origin: c.repo.dir, Mirror: true}, nil
}

func (c *Connector) open(ctx context.Context) error {
	if c.repo != nil {
		return nil
	}
	repo, err := open(ctx, c.path)
	if err != nil {
		return err
	}
	c.repo = repo
	return nil
}

// Collect emits the commits that came since the cursor, newest first as git
// lists them, and then the links between their aliases. Where the history was
// rewritten it emits everything and calls Complete; where the repository is
// shallow it never calls Complete, for what is not seen may still exist.
func (c *Connector) Collect(ctx context.Context, from collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	if err := c.open(ctx); err != nil {
		return from, err
	}
	if c.now == nil {
		if _, err := c.Source(ctx); err != nil {
			return from, err
		}
	}
	now := *c.now
	p, err := c.repo.plan(ctx, parseCursor(from), now)
	if err != nil {
		return from, err
	}
	if p.nothing {
		return from, ctx.Err()
	}

	e := newEmitter(c.opts.Now(), to)
	if e.cut, err = c.repo.cutParents(ctx, now); err != nil {
		return from, err
	}
	if len(p.read.tips) > 0 {
		if err := c.read(ctx, p.read, e, to); err != nil {
			return from, err
		}
	}
	if len(p.aliases.tips) > 0 {
		e.aliasesOnly = true
		if err := c.repo.log(ctx, p.aliases, e.commit); err != nil {
			return from, err
		}
	}
	if err := c.repo.link(ctx, now, e.aliases, to); err != nil {
		return from, err
	}
	if p.complete {
		to.Complete()
	}
	return now.cursor(), nil
}

// read streams the commits of a range to the sink and tells how far it is. The
// total is counted beside it, where counting is quick.
func (c *Connector) read(ctx context.Context, what span, e *emitter, to collect.Sink) error {
	var (
		total    atomic.Int64
		counting sync.WaitGroup
	)
	count, stop := context.WithCancel(ctx)
	defer counting.Wait()
	defer stop()
	if c.repo.countsQuickly() {
		counting.Go(func() { total.Store(c.repo.count(count, what)) })
	}
	const often = 1 << 8
	rows := int64(0)
	err := c.repo.log(ctx, what, func(ctx context.Context, r *record) error {
		if err := e.commit(ctx, r); err != nil {
			return err
		}
		if rows++; rows%often == 0 {
			to.Progress(collect.Progress{Rows: rows, Done: rows, Total: total.Load()})
		}
		return nil
	})
	if err != nil {
		return err
	}
	to.Progress(collect.Progress{Rows: rows, Done: rows, Total: rows})
	return nil
}

// logArgs ask for the commits whose tips come on the input.
var logArgs = []string{
	"log", "--stdin", "-z", "--no-patch", "--no-color", "--no-decorate", "--no-notes", "--no-mailmap",
	"--no-show-signature", "--encoding=UTF-8", "--date=raw", "--format=" + format,
}

// log streams the commits of a range, newest first.
func (r *repository) log(ctx context.Context, what span, each func(context.Context, *record) error) error {
	return r.stream(ctx, what.stdin(), records{each: each, pause: 2 * time.Millisecond}.read, logArgs...)
}
