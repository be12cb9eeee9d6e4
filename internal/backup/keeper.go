package backup

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"orrery.dev/orrery"
)

const (
	planFile    = "backups.json" // in the data folder
	asidePrefix = "orrery.db.before-restore-"
	stamp       = "20060102T150405Z"
	retryAfter  = time.Hour // after a backup that failed
	unfinished  = ".unfinished"
)

var nameOf = regexp.MustCompile(`^orrery-(planned|by-hand)-(\d{8}T\d{6}Z)\.db$`)

// Config is what a Keeper needs.
type Config struct {
	Dir   string // the data folder
	Clock func() time.Time
	Log   *slog.Logger

	// Copy writes a copy of the data as it is to a file that is not there yet.
	Copy func(ctx context.Context, path string) error
	// Sizes counts what is stored now.
	Sizes func(ctx context.Context) (Sizes, error)
	// Inspect looks at a copy.
	Inspect func(ctx context.Context, path string, depth Depth) (Contents, error)
}

// Keeper makes and keeps copies. It is safe for concurrent use; one copy is made
// or looked at at a time.
type Keeper struct {
	Config
	wake chan struct{}

	working sync.Mutex // held while a copy is made or looked at
	files   sync.Mutex // held while a note or the plan is written

	mu    sync.Mutex
	state state
	busy  string // what goes on, or empty
}

// state is what is kept in the data folder.
type state struct {
	Plan    Plan      `json:"plan"`
	Tried   time.Time `json:"tried,omitzero"`   // when a planned copy was last begun
	Failing time.Time `json:"failing,omitzero"` // since when none succeeds
	Error   string    `json:"error,omitempty"`
	Last    time.Time `json:"last,omitzero"` // when one was last made and verified
}

// note lies beside each copy.
type note struct {
	Kind     Kind      `json:"kind"`
	Made     time.Time `json:"made"`
	Verified time.Time `json:"verified,omitzero"`
	Whole    bool      `json:"whole,omitempty"`
	Wrong    string    `json:"wrong,omitempty"`
	Contents Contents  `json:"contents"`
}

// New returns a Keeper of a data folder.
func New(c Config) (*Keeper, error) {
	if c.Dir == "" || c.Clock == nil || c.Log == nil || c.Copy == nil || c.Sizes == nil || c.Inspect == nil {
		return nil, errors.New("backup: the configuration is not complete")
	}
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, err
	}
	c.Dir = dir
	k := &Keeper{Config: c, wake: make(chan struct{}, 1)}
	text, err := os.ReadFile(k.planPath())
	switch {
	case errors.Is(err, os.ErrNotExist):
		k.state.Plan = Plan{Days: 7, Weeks: 5, Months: 12, Hour: 3}
	case err != nil:
		return nil, fmt.Errorf("read the plan of backups: %w", err)
	default:
		if err := json.Unmarshal(text, &k.state); err != nil || k.state.Plan.Check() != nil {
			return nil, orrery.Errorf(orrery.Invalid, "%s is damaged: remove it and plan the backups again", k.planPath())
		}
	}
	if k.state.Plan.Folder == "" {
		k.state.Plan.Folder = filepath.Join(dir, "backups")
	}
	return k, nil
}

func (k *Keeper) planPath() string { return filepath.Join(k.Dir, planFile) }

// Status is how the backups are.
type Status struct {
	Plan    Plan
	Default string    // the folder beside the data, which another disk is better than
	Next    time.Time // zero: none is planned
	Last    time.Time
	Failing time.Time
	Error   string
	Busy    string // what goes on now, or empty
	Zone    string // of the hours of the plan
	Copies  []Copy // the newest first
	Problem string // why the folder cannot be read, or empty
}

// Late says whether the planned backups are not what they should be.
func (s Status) Late() bool { return s.Plan.Every != Never && !s.Failing.IsZero() }

// Status tells how the backups are.
func (k *Keeper) Status() Status {
	k.mu.Lock()
	st, busy := k.state, k.busy
	k.mu.Unlock()
	now := k.Clock()
	zone, _ := now.Zone()
	s := Status{
		Plan: st.Plan, Default: filepath.Join(k.Dir, "backups"), Next: st.next(now), Last: st.Last, Failing: st.Failing, Error: st.Error, Busy: busy, Zone: zone,
	}
	copies, err := k.list(st.Plan.Folder)
	if err != nil {
		s.Problem = err.Error()
	}
	s.Copies = copies
	return s
}

// next is when a planned copy is due: at once where one was due while nothing
// ran.
func (st *state) next(now time.Time) time.Time {
	if st.Plan.Every == Never {
		return time.Time{}
	}
	if !st.Failing.IsZero() {
		return st.Tried.Add(retryAfter)
	}
	if st.Tried.IsZero() {
		return st.Plan.Next(now)
	}
	return st.Plan.Next(st.Tried.In(now.Location()))
}

// SavePlan changes the plan. Its folder is made if it is not there, and is tried.
func (k *Keeper) SavePlan(p Plan) error {
	if p.Folder = strings.TrimSpace(p.Folder); p.Folder == "" {
		p.Folder = filepath.Join(k.Dir, "backups")
	}
	if !filepath.IsAbs(p.Folder) {
		return orrery.Errorf(orrery.Invalid, "name the folder whole, from / on, as it is called on the machine that runs Orrery")
	}
	p.Folder = filepath.Clean(p.Folder)
	if err := p.Check(); err != nil {
		return err
	}
	if p.Folder == k.Dir {
		return orrery.Errorf(orrery.Invalid, "%s is the data folder itself: name another", p.Folder)
	}
	if err := tried(p.Folder); err != nil {
		return err
	}
	err := k.change(func(st *state) {
		if st.Plan.Every == Never || p.Every != st.Plan.Every || p.Hour != st.Plan.Hour || p.Weekday != st.Plan.Weekday {
			st.Tried = k.Clock() // the next is the next by the new plan
		}
		st.Plan, st.Failing, st.Error = p, time.Time{}, ""
	})
	k.poke()
	return err
}

// tried says whether files can be written to a folder.
func tried(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return orrery.Errorf(orrery.Invalid, "the folder %s cannot be made: %w", folder, err)
	}
	probe, err := os.CreateTemp(folder, "orrery-probe-*")
	if err != nil {
		return orrery.Errorf(orrery.Invalid, "nothing can be written to %s: check who owns it and its permissions (%w)", folder, err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

func (k *Keeper) change(fn func(*state)) error {
	k.files.Lock()
	defer k.files.Unlock()
	k.mu.Lock()
	fn(&k.state)
	st := k.state
	k.mu.Unlock()
	return writeJSON(k.planPath(), st)
}

func (k *Keeper) poke() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// Run makes copies as planned until the context ends.
func (k *Keeper) Run(ctx context.Context) error {
	for {
		pause := time.Hour
		k.mu.Lock()
		st := k.state
		k.mu.Unlock()
		if due := st.next(k.Clock()); !due.IsZero() {
			if left := due.Sub(k.Clock()); left <= 0 {
				if _, err := k.Make(ctx, Planned); err != nil && ctx.Err() == nil {
					k.Log.Error("backup not made", "code", orrery.CodeOf(err).String(), "error", err.Error())
				}
				if ctx.Err() != nil {
					return nil
				}
				continue
			} else {
				pause = min(pause, left)
			}
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-k.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// Make writes a copy, verifies it and removes those that the plan keeps no more.
// Nothing bears the name of a backup before it was verified.
func (k *Keeper) Make(ctx context.Context, kind Kind) (c Copy, err error) {
	defer k.work("A backup is being made.")()
	began := k.Clock()
	k.mu.Lock()
	folder := k.state.Plan.Folder
	k.mu.Unlock()
	defer func() {
		if ctx.Err() != nil {
			return // it was stopped, which is nobody's failure
		}
		err = errors.Join(err, k.change(func(st *state) {
			if kind == Planned {
				st.Tried = began
			}
			switch {
			case err == nil:
				st.Last, st.Failing, st.Error = c.Made, time.Time{}, ""
			case kind == Planned:
				if st.Failing.IsZero() {
					st.Failing = began
				}
				st.Error = err.Error()
			}
		}))
	}()
	if err := tried(folder); err != nil {
		return c, err
	}
	name := map[Kind]string{Planned: "planned", ByHand: "by-hand"}[kind]
	c = Copy{Kind: kind, Made: began.UTC().Truncate(time.Second), Name: "orrery-" + name + "-" + began.UTC().Format(stamp) + ".db"}
	path := filepath.Join(folder, c.Name)
	if _, err := os.Stat(path); err == nil {
		return c, orrery.Errorf(orrery.Conflict, "a backup was made this very second already")
	}
	aside := path + unfinished
	defer os.Remove(aside) //nolint:errcheck // it is gone once it has its name
	before, err := k.Sizes(ctx)
	if err != nil {
		return c, err
	}
	if err := k.Copy(ctx, aside); err != nil {
		return c, err
	}
	after, err := k.Sizes(ctx)
	if err != nil {
		return c, err
	}
	c.Contents, err = k.Inspect(ctx, aside, Pages)
	if err != nil {
		return c, fmt.Errorf("the backup was written and is not whole: %w", err)
	}
	if g := c.Contents.Generation; g < before.Generation || g > after.Generation {
		return c, orrery.Errorf(orrery.Internal, "the backup was written and is not of the moment that it was made at")
	}
	if err := os.Rename(aside, path); err != nil {
		return c, fmt.Errorf("back up: %w", err)
	}
	c.Verified = k.Clock().UTC().Truncate(time.Second)
	if info, err := os.Stat(path); err == nil {
		c.Bytes = info.Size()
	}
	if err := errors.Join(k.keepNote(folder, c), syncDir(folder)); err != nil {
		return c, err
	}
	return c, k.prune(folder)
}

// prune removes what the plan keeps no more, and what a crash left.
func (k *Keeper) prune(folder string) error {
	copies, err := k.list(folder)
	if err != nil {
		return err
	}
	k.mu.Lock()
	plan := k.state.Plan
	k.mu.Unlock()
	var errs []error
	for _, c := range plan.Surplus(copies, k.Clock()) {
		errs = append(errs, remove(filepath.Join(folder, c.Name)))
	}
	left, err := filepath.Glob(filepath.Join(quoted(folder), "orrery-*"+unfinished))
	for _, path := range left {
		errs = append(errs, os.Remove(path))
	}
	return errors.Join(append(errs, err)...)
}

func remove(path string) error {
	err := os.Remove(path + ".json")
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(os.Remove(path), err)
}

// list finds the copies in a folder, and what restores put aside in the data
// folder, the newest first.
func (k *Keeper) list(folder string) (list []Copy, err error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	add := func(dir, name string, c Copy) {
		info, statErr := os.Stat(filepath.Join(dir, name))
		if statErr != nil || !info.Mode().IsRegular() {
			return
		}
		c.Name, c.Bytes = name, info.Size()
		var n note
		if text, readErr := os.ReadFile(filepath.Join(dir, name) + ".json"); readErr == nil && json.Unmarshal(text, &n) == nil {
			c.Verified, c.Whole, c.Wrong, c.Contents = n.Verified, n.Whole, n.Wrong, n.Contents
		}
		list = append(list, c)
	}
	for _, e := range entries {
		if m := nameOf.FindStringSubmatch(e.Name()); m != nil {
			made, parseErr := time.Parse(stamp, m[2])
			if parseErr == nil {
				add(folder, e.Name(), Copy{Kind: map[string]Kind{"planned": Planned, "by-hand": ByHand}[m[1]], Made: made})
			}
		}
	}
	own, ownErr := os.ReadDir(k.Dir)
	for _, e := range own {
		if at, found := strings.CutPrefix(e.Name(), asidePrefix); found {
			if made, parseErr := time.Parse(stamp, at); parseErr == nil {
				add(k.Dir, e.Name(), Copy{Kind: Aside, Made: made})
			}
		}
	}
	slices.SortFunc(list, func(a, b Copy) int { return cmp.Or(b.Made.Compare(a.Made), cmp.Compare(b.Name, a.Name)) })
	return list, errors.Join(err, ownErr)
}

// Path finds a copy by its name: where it lies, and what is known of it. Nothing
// but a copy of the list is ever found.
func (k *Keeper) Path(name string) (string, Copy, error) {
	k.mu.Lock()
	folder := k.state.Plan.Folder
	k.mu.Unlock()
	copies, err := k.list(folder)
	for _, c := range copies {
		if c.Name == name {
			if c.Kind == Aside {
				folder = k.Dir
			}
			return filepath.Join(folder, name), c, nil
		}
	}
	return "", Copy{}, errors.Join(err, orrery.Errorf(orrery.NotFound, "there is no backup %q any more", name))
}

// Open opens a copy to be read.
func (k *Keeper) Open(name string) (io.ReadSeekCloser, Copy, error) {
	path, c, err := k.Path(name)
	if err != nil {
		return nil, c, err
	}
	f, err := os.Open(path)
	return f, c, err
}

// Glance tells what is in a copy, as far as that is counted quickly, besides what
// was noted when it was checked.
func (k *Keeper) Glance(ctx context.Context, name string) (Copy, error) {
	path, c, err := k.Path(name)
	if err != nil {
		return c, err
	}
	now, err := k.Inspect(ctx, path, Glance)
	if err != nil {
		return c, err
	}
	now.People, now.Hash = c.Contents.People, c.Contents.Hash
	c.Contents = now
	return c, nil
}

// Remove deletes a copy.
func (k *Keeper) Remove(name string) error {
	path, _, err := k.Path(name)
	if err != nil {
		return err
	}
	return remove(path)
}

// Verify reads a copy whole, rebuilds the field from it and notes what it found.
func (k *Keeper) Verify(ctx context.Context, name string) (Copy, error) {
	defer k.work("A backup is being checked.")()
	path, c, err := k.Path(name)
	if err != nil {
		return c, err
	}
	contents, err := k.Inspect(ctx, path, Rebuild)
	if ctx.Err() != nil {
		return c, ctx.Err()
	}
	c.Verified, c.Whole, c.Wrong = k.Clock().UTC().Truncate(time.Second), err == nil, ""
	if err != nil {
		c.Wrong = err.Error()
	} else {
		c.Contents = contents
	}
	return c, errors.Join(err, k.keepNote(filepath.Dir(path), c))
}

// work waits for its turn and says what goes on.
func (k *Keeper) work(what string) (done func()) {
	k.working.Lock()
	k.say(what)
	return func() {
		k.say("")
		k.working.Unlock()
	}
}

func (k *Keeper) say(what string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.busy = what
}

// Begin says whether nothing goes on, and that from now on something does: the
// page that follows tells so.
func (k *Keeper) Begin(what string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.busy != "" {
		return orrery.Errorf(orrery.Conflict, "%s Wait until that is done.", k.busy)
	}
	k.busy = what
	return nil
}

func (k *Keeper) keepNote(folder string, c Copy) error {
	return writeJSON(filepath.Join(folder, c.Name)+".json", note{c.Kind, c.Made, c.Verified, c.Whole, c.Wrong, c.Contents})
}

// Print writes how the backups are for Prometheus.
func (k *Keeper) Print(w io.Writer) {
	k.mu.Lock()
	st := k.state
	k.mu.Unlock()
	last, failing := int64(0), 0
	if !st.Last.IsZero() {
		last = st.Last.Unix()
	}
	if !st.Failing.IsZero() {
		failing = 1
	}
	fmt.Fprintf(w, "# HELP orrery_backup_last_seconds When a backup was last made and verified, in Unix time; 0: never.\n# TYPE orrery_backup_last_seconds gauge\norrery_backup_last_seconds %d\n", last)
	fmt.Fprintf(w, "# HELP orrery_backup_failing Whether the planned backups fail.\n# TYPE orrery_backup_failing gauge\norrery_backup_failing %d\n", failing)
}

// writeJSON writes a file aside and moves it, so that it is whole or not there.
func writeJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	aside, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(aside.Name()) //nolint:errcheck // it is gone once it has its name
	_, err = aside.Write(append(text, '\n'))
	if err = errors.Join(err, aside.Sync(), aside.Close()); err == nil {
		err = os.Rename(aside.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// quoted keeps what stands in a path from being taken for a pattern.
func quoted(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}
