package service

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"io"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/backup"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// backups keeps copies of the data, as a steward asks for it.
type backups struct{ *Service }

var _ web.Backups = backups{}

// Backups tells how the copies are.
func (s backups) Backups(context.Context) (backup.Status, error) {
	return s.Service.Backups.Status(), nil
}

// PlanBackups changes when they are made and which are kept.
func (s backups) PlanBackups(_ context.Context, _ view.Account, p backup.Plan) error {
	return s.Service.Backups.SavePlan(p)
}

// inBackground begins what takes long; the page tells that it goes on.
func (s backups) inBackground(what string, do func(context.Context) error) error {
	if s.ctx.Err() != nil {
		return orrery.Errorf(orrery.Conflict, "Orrery is stopping")
	}
	if err := s.Service.Backups.Begin(what); err != nil {
		return err
	}
	s.work.Go(func() {
		if err := do(s.ctx); err != nil && !errors.Is(err, context.Canceled) {
			s.Log.Error("backup", "code", orrery.CodeOf(err).String(), "error", err.Error())
		}
	})
	return nil
}

// BackUp begins to make one.
func (s backups) BackUp(context.Context, view.Account) error {
	return s.inBackground("A backup is being made.", func(ctx context.Context) error {
		_, err := s.Service.Backups.Make(ctx, backup.ByHand)
		return err
	})
}

// CheckBackup begins to read one whole.
func (s backups) CheckBackup(_ context.Context, _ view.Account, name string) error {
	if _, _, err := s.Service.Backups.Path(name); err != nil {
		return err
	}
	return s.inBackground("A backup is being checked.", func(ctx context.Context) error {
		_, err := s.Service.Backups.Verify(ctx, name)
		return err
	})
}

// RemoveBackup deletes one.
func (s backups) RemoveBackup(_ context.Context, _ view.Account, name string) error {
	return s.Service.Backups.Remove(name)
}

// OpenBackup opens one to be read.
func (s backups) OpenBackup(_ context.Context, _ view.Account, name string) (io.ReadSeekCloser, backup.Copy, error) {
	return s.Service.Backups.Open(name)
}

// CompareBackup tells what is in one beside what there is now.
func (s backups) CompareBackup(ctx context.Context, who view.Account, name string) (view.BackupCompared, error) {
	var out view.BackupCompared
	var err error
	if out.Copy, err = s.Service.Backups.Glance(ctx, name); err != nil {
		return out, err
	}
	if out.Now, err = s.System.Sizes(ctx); err != nil {
		return out, err
	}
	out.Known = who.Email == "" || len(out.Contents.Accounts) == 0
	for _, address := range out.Contents.Accounts {
		out.Known = out.Known || address == who.Email
	}
	out.People, _, err = s.System.Counts(ctx)
	return out, err
}

// Restore begins to restore one, and returns the token under which Restored tells
// what came of it.
func (s backups) RestoreBackup(_ context.Context, _ view.Account, name string) (string, error) {
	if s.Service.Restore == nil {
		return "", orrery.Errorf(orrery.Conflict, "this server cannot restore by itself: stop it and run orrery restore %s", name)
	}
	s.mu.Lock()
	busy := len(s.running)
	s.mu.Unlock()
	if busy > 0 {
		return "", orrery.Errorf(orrery.Conflict, "something is being imported: wait until that is done")
	}
	token := rand.Text()
	if err := s.Service.Restore(name, token); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.restoring = token
	return token, nil
}

// RestoredBackup tells what came of a restore. NotFound for who holds another
// token.
func (s backups) RestoredBackup(_ context.Context, token string) (backup.Restored, error) {
	r := s.Service.Restored
	s.mu.Lock()
	asked := s.restoring
	s.mu.Unlock()
	if asked != "" {
		r = backup.Restored{Token: asked, Pending: true}
	}
	if r.Token == "" || subtle.ConstantTimeCompare([]byte(r.Token), []byte(token)) != 1 {
		return backup.Restored{}, orrery.Errorf(orrery.NotFound, "nothing is known of this restore any more")
	}
	return r, nil
}

// Notices tells a steward what should be looked at.
func (s settings) Notices(ctx context.Context) ([]view.Notice, error) {
	var list []view.Notice
	if st := s.Backups.Status(); st.Late() {
		list = append(list, view.Notice{Kind: view.BackupsFail, Since: st.Failing, Path: "/settings/backups"})
	}
	hooks, err := s.Webhooks.List(ctx)
	for _, e := range hooks {
		if e.State != "on" && e.State != "paused" {
			list = append(list, view.Notice{Kind: view.WebhookOff, Name: e.Name, Since: e.Failing, Path: "/settings/webhooks/" + e.Name})
		}
	}
	return list, err
}
