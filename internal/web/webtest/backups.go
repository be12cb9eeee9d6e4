package webtest

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/backup"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// copying is web.Backups with a few copies, one of which is damaged.
type copying struct {
	*World
	status backup.Status
}

var _ web.Backups = (*copying)(nil)

func newCopying(w *World) *copying {
	made := func(hours int, kind backup.Kind, name string) backup.Copy {
		at := w.now.Add(-time.Duration(hours) * time.Hour)
		return backup.Copy{Name: name, Kind: kind, Made: at, Bytes: 48_210_000, Verified: at, Contents: backup.Contents{Sizes: backup.Sizes{Activities: 120_431, Identities: 4_211, Newest: at}}}
	}
	c := &copying{World: w, status: backup.Status{
		Plan:    backup.Plan{Folder: "/var/lib/orrery/backups", Every: backup.Daily, Hour: 3, Days: 7, Weeks: 5, Months: 12},
		Default: "/var/lib/orrery/backups", Next: w.now.Add(12 * time.Hour), Last: w.now.Add(-12 * time.Hour), Zone: "UTC",
		Copies: []backup.Copy{
			made(12, backup.Planned, "orrery-planned-20261121T030000Z.db"), made(36, backup.Planned, "orrery-planned-20261120T030000Z.db"),
			made(900, backup.ByHand, "orrery-by-hand-20261014T120000Z.db"), made(2000, backup.Aside, "orrery.db.before-restore-20260901T120000Z"),
		},
	}}
	c.status.Copies[0].Whole, c.status.Copies[0].Contents.People = true, 2_013
	c.status.Copies[1].Wrong = "the data file is damaged: <b>page 7</b>"
	c.status.Copies[3].Verified = time.Time{}
	return c
}

// Backups implements web.Backups.
func (c *copying) Backups(context.Context) (backup.Status, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	st := c.status
	st.Copies = slices.Clone(st.Copies)
	return st, nil
}

// PlanBackups implements web.Backups.
func (c *copying) PlanBackups(_ context.Context, _ view.Account, p backup.Plan) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !strings.HasPrefix(p.Folder, "/") {
		return orrery.Errorf(orrery.Invalid, "name the folder whole")
	}
	c.status.Plan = p
	return nil
}

// BackUp implements web.Backups.
func (c *copying) BackUp(context.Context, view.Account) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.status.Busy = "A backup is being made."
	return nil
}

func (c *copying) find(name string) (backup.Copy, error) {
	for _, one := range c.status.Copies {
		if one.Name == name {
			return one, nil
		}
	}
	return backup.Copy{}, orrery.Errorf(orrery.NotFound, "there is no backup %q any more", name)
}

// CheckBackup implements web.Backups.
func (c *copying) CheckBackup(_ context.Context, _ view.Account, name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.find(name)
	return err
}

// RemoveBackup implements web.Backups.
func (c *copying) RemoveBackup(_ context.Context, _ view.Account, name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.find(name)
	c.status.Copies = slices.DeleteFunc(c.status.Copies, func(one backup.Copy) bool { return one.Name == name })
	return err
}

type text struct{ *strings.Reader }

func (text) Close() error { return nil }

// OpenBackup implements web.Backups.
func (c *copying) OpenBackup(_ context.Context, _ view.Account, name string) (io.ReadSeekCloser, backup.Copy, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	one, err := c.find(name)
	return text{strings.NewReader("SQLite format 3\x00")}, one, err
}

// CompareBackup implements web.Backups.
func (c *copying) CompareBackup(_ context.Context, who view.Account, name string) (view.BackupCompared, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	one, err := c.find(name)
	return view.BackupCompared{Copy: one, Now: backup.Sizes{Activities: 121_004, Identities: 4_230, Newest: c.now}, People: 2_020, Known: who.Email == ""}, err
}

// RestoreBackup implements web.Backups.
func (c *copying) RestoreBackup(_ context.Context, _ view.Account, name string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.find(name)
	return "T0KEN", err
}

// RestoredBackup implements web.Backups.
func (c *copying) RestoredBackup(_ context.Context, token string) (backup.Restored, error) {
	if token != "T0KEN" {
		return backup.Restored{}, orrery.Errorf(orrery.NotFound, "nothing is known of this restore any more")
	}
	return backup.Restored{Name: "orrery-planned-20261121T030000Z.db", Activities: 120_431, Erased: 1, Kept: "orrery.db.before-restore-20261121T150400Z"}, nil
}

// Notices implements web.Settings.
func (s *steering) Notices(context.Context) ([]view.Notice, error) {
	return []view.Notice{{Kind: view.WebhookOff, Name: "wall", Since: s.now, Path: "/settings/webhooks/wall"}}, nil
}
