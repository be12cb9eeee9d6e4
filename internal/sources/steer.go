package sources

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
)

// Pause has a source rest: it is not asked, and deliveries are put off. What is
// under way ends.
func (s *Service) Pause(ctx context.Context, name string) error {
	s.mu.Lock()
	src, err := s.find(name)
	if err == nil {
		src.setup.Paused = true
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	if release, err := s.hold(ctx, name); err == nil { // otherwise it rests once it ended
		defer release()
	}
	return s.save(ctx, name)
}

// ForgetWords forgets why readings failed and deliveries were not taken: the
// words may name somebody who is erased.
func (s *Service) ForgetWords(ctx context.Context) error {
	s.mu.Lock()
	var names []string
	for name, src := range s.sources {
		if src.state.Error != "" || len(src.state.Pushed.Reasons) > 0 {
			src.state.Pushed.Reasons = nil
			if src.state.Error != "" {
				src.state.Error = "it could not be read"
			}
			names = append(names, name)
		}
	}
	s.mu.Unlock()
	var errs []error
	for _, name := range names {
		errs = append(errs, s.save(ctx, name))
	}
	return errors.Join(errs...)
}

// Rest pauses the source whose import is to be undone, if it is asked: it would
// bring everything back. It returns the source's name, or nothing where none had
// to rest.
func (s *Service) Rest(ctx context.Context, id orrery.ImportID) (string, error) {
	record, err := s.System.ImportByID(ctx, id)
	if err != nil {
		return "", err
	}
	known, err := s.System.Sources(ctx)
	if err != nil {
		return "", err
	}
	for _, src := range known {
		if src.ID != record.Source || record.Live {
			continue
		}
		if st, err := s.Status(src.Name); err == nil && st.Asks && !st.Paused {
			return src.Name, s.Pause(ctx, src.Name)
		}
	}
	return "", nil
}

// Resume has a source go on, and asks it now.
func (s *Service) Resume(ctx context.Context, name string) error {
	s.mu.Lock()
	src, err := s.find(name)
	if err == nil {
		src.setup.Paused, src.state.Next = false, s.Clock()
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	defer s.poke()
	return s.save(ctx, name)
}

// Rewind has a source read again from its start, or what happened from a day on;
// what is stored already is recognised. A source that is not asked is Invalid.
func (s *Service) Rewind(ctx context.Context, name string, from time.Time) error {
	release, err := s.hold(ctx, name)
	if err != nil {
		return err
	}
	defer release()
	s.mu.Lock()
	src, err := s.find(name)
	if err == nil && (src.platform == nil || src.platform.Pull == nil) {
		err = orrery.Errorf(orrery.Invalid, "%s is not asked, its platform sends by itself: have the platform send again what is missing", name)
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	known, err := s.System.Source(ctx, name)
	if err == nil {
		err = s.System.MoveCursor(ctx, name, known.Cursor, nil)
	}
	if err != nil && orrery.CodeOf(err) != orrery.NotFound {
		return err
	}
	s.mu.Lock()
	src.state.From, src.state.Next, src.state.Whole = from.UTC(), s.Clock(), true
	s.mu.Unlock()
	return s.save(ctx, name)
}

// Delete forgets a source with its secrets. What it brought stays, or is taken
// back: then it tells how many activities went.
func (s *Service) Delete(ctx context.Context, name string, takeBack bool) (activities int64, err error) {
	release, err := s.hold(ctx, name)
	if err != nil {
		return 0, err
	}
	defer release()
	s.saving.Lock()
	err = s.Storage.DeleteSetup(ctx, name)
	if err == nil {
		s.mu.Lock()
		delete(s.sources, name)
		s.mu.Unlock()
	}
	s.saving.Unlock()
	if err != nil {
		return 0, fmt.Errorf("forget the source %s: %w", name, err)
	}
	if !takeBack {
		return 0, nil
	}
	undone, err := s.System.UndoSource(context.WithoutCancel(ctx), name)
	return undone.Activities, err
}

// A Trial is what came of asking a platform for a first page.
type Trial struct {
	Asked      bool
	Origin     string // what was asked: an address
	Activities int    // that it told, up to the first few
	Skipped    int
	Newest     time.Time // of them; zero: none
	Why        string    // the first reason for which something could not be used

	Takes    bool // it takes deliveries
	Received int64
	Last     time.Time
	HookErr  error // why it takes none, where its platform could push
}

// Bounds of a trial.
const (
	trialActivities = 20
	trialPatience   = 30 * time.Second
)

// Test asks the platform of a source for a few activities and stores none of
// them. An error says in words what does not work.
func (s *Service) Test(ctx context.Context, name string) (Trial, error) {
	s.mu.Lock()
	src, err := s.find(name)
	if err != nil {
		s.mu.Unlock()
		return Trial{}, err
	}
	j := job{name: name, platform: src.platform, values: src.values, redact: src.redact}
	t := Trial{Takes: src.hook != nil, Received: src.state.Pushed.Received, Last: src.state.Pushed.Last}
	unusable, pullErr := error(nil), src.pullErr
	if src.platform != nil && src.platform.Hook != nil {
		t.HookErr = src.hookErr
	}
	if src.platform == nil || src.sealed {
		unusable = src.pullErr
	}
	s.mu.Unlock()
	switch {
	case unusable != nil:
		return t, unusable
	case j.platform.Pull == nil:
		return t, t.HookErr
	case pullErr != nil:
		if t.Takes {
			return t, nil // it need not be asked
		}
		return t, pullErr
	}
	ctx, cancel := context.WithTimeout(ctx, trialPatience)
	defer cancel()
	out := newOutbound(j.values[PrivateNetwork] == networkOwn, s.Clock)
	defer out.close()
	connector, err := j.platform.Pull(j.values, out.client())
	if err != nil {
		return t, j.redact.inWords(err)
	}
	described, err := connector.Source(ctx)
	if err != nil {
		return t, j.redact.inWords(err)
	}
	t.Asked, t.Origin = true, j.redact.text(described.Origin, wordsCap)
	if _, err := connector.Collect(ctx, nil, &taster{&t, j.redact}); err != nil && !errors.Is(err, errEnough) {
		return t, j.redact.inWords(err)
	}
	return t, nil
}

// errEnough ends a trial that has seen what it wanted.
var errEnough = errors.New("enough")

// taster looks at the first few activities.
type taster struct {
	trial  *Trial
	redact redactor
}

var _ collect.Sink = (*taster)(nil)

func (k *taster) Activity(_ context.Context, a *orrery.Activity) error {
	if k.trial.Activities >= trialActivities {
		return errEnough
	}
	k.trial.Activities++
	k.trial.Newest = later(k.trial.Newest, a.At)
	return nil
}

func (k *taster) Link(context.Context, orrery.Link) error { return nil }

func (k *taster) Affiliation(context.Context, orrery.Affiliation) error { return nil }

func (k *taster) Skip(_ context.Context, row collect.Skipped) error {
	if k.trial.Skipped++; k.trial.Skipped == 1 {
		k.trial.Why = k.redact.text(row.Reason, wordsCap)
	}
	if k.trial.Skipped >= trialActivities {
		return errEnough
	}
	return nil
}

func (k *taster) Progress(collect.Progress) {}

func (k *taster) Complete() {}

// Preview maps an example of a delivery and stores nothing. The signature is not
// looked at: whoever may set a source up may try it.
func (s *Service) Preview(ctx context.Context, name string, d collect.Delivery) (collect.Mapped, error) {
	s.mu.Lock()
	src, err := s.find(name)
	var h *hook
	if err == nil {
		h, err = src.hook, src.hookErr
	}
	s.mu.Unlock()
	if err != nil {
		return collect.Mapped{}, err
	}
	if h == nil {
		return collect.Mapped{}, orrery.Errorf(orrery.Invalid, "%s takes no deliveries", name)
	}
	m, err := h.of.Map(ctx, d)
	return m, h.redact.inWords(err)
}

// Words tell what came of a trial, in sentences.
func (t Trial) Words(now time.Time) string {
	var said []string
	switch {
	case t.Asked && t.Activities == 0:
		said = append(said, "It answers, and has nothing to tell yet.")
	case t.Asked && t.Activities >= trialActivities:
		said = append(said, fmt.Sprintf("It works: the first %d activities could be read, the newest of %s.", t.Activities, t.Newest.Format("2 January 2006")))
	case t.Asked:
		said = append(said, fmt.Sprintf("It works: %s could be read, the newest of %s.", count(t.Activities, "activity", "activities"), t.Newest.Format("2 January 2006")))
	}
	if t.Skipped > 0 {
		said = append(said, fmt.Sprintf("%s could not be used: %s.", count(t.Skipped, "row", "rows"), t.Why))
	}
	switch {
	case !t.Takes:
	case t.Received == 0:
		said = append(said, "Nothing was sent here yet: send something from the platform to see it arrive.")
	case t.Last.IsZero():
		said = append(said, fmt.Sprintf("%s arrived, none with the right secret: compare it with the platform's.", count(int(t.Received), "delivery", "deliveries")))
	case now.Sub(t.Last) < 48*time.Hour:
		said = append(said, fmt.Sprintf("The last delivery arrived at %s UTC.", t.Last.UTC().Format("15:04")))
	default:
		said = append(said, fmt.Sprintf("The last delivery arrived on %s.", t.Last.Format("2 January 2006")))
	}
	if len(said) == 0 {
		return "Nothing can come from it as it is set up."
	}
	return strings.Join(said, " ")
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}
