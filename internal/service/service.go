// Package service carries out what people ask for through the screens: imports
// that go on in the background, uploads that wait for a decision, notes, tags,
// merges, settings, the sample. It joins flow, view and account behind the
// seams that package web declares; it draws nothing and holds no formulas.
package service

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/backup"
	"orrery.dev/orrery/internal/collect/intake"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/sources"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
	"orrery.dev/orrery/internal/webhook"
)

// Config is what a Service needs.
type Config struct {
	System   *flow.System
	Desk     *view.Desk
	Accounts *account.Desk
	Keys     *account.Keys
	Sources  *sources.Service
	Live     flow.Ingester     // takes in what the team writes down
	Passkeys *account.Passkeys // nil: there are none
	Webhooks *webhook.Service
	Backups  *backup.Keeper

	// Restore has everything stop, a backup restored and everything begin anew; nil:
	// it cannot. Restored is what came of the last.
	Restore  func(name, token string) error
	Restored backup.Restored

	Clock  func() time.Time
	Log    *slog.Logger
	Sample func() flow.Sample // makes the sample up
}

// Service is safe for concurrent use. Stop ends what goes on in the background.
type Service struct {
	Config
	ctx    context.Context //nolint:containedctx // of the background work, ended by Stop
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu      sync.Mutex
	running map[orrery.ImportID]*running
	sample  bool // being installed or removed

	restoring string // token of the restore that was asked for, or empty
}

// New returns a Service.
func New(c Config) (*Service, error) {
	if c.System == nil || c.Desk == nil || c.Accounts == nil || c.Keys == nil || c.Sources == nil || c.Live == nil || c.Webhooks == nil || c.Backups == nil || c.Clock == nil || c.Log == nil || c.Sample == nil {
		return nil, errors.New("service: the configuration is not complete")
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Service{Config: c, ctx: ctx, cancel: cancel, running: map[orrery.ImportID]*running{}}
	c.Sources.Observe(sources.Watch{Started: s.started, Progress: s.progressed, Ended: func(id orrery.ImportID) {
		s.ended(id)
		s.Desk.Renew()
		s.refit()
	}})
	return s, nil
}

// refit learns what an import has changed, over every horizon, in the background.
func (s *Service) refit() {
	if s.ctx.Err() != nil {
		return
	}
	s.work.Go(func() {
		if err := s.System.Refit(s.ctx); err != nil && !errors.Is(err, context.Canceled) {
			s.Log.Error("fits not learned", "error", err.Error())
		}
	})
}

// Stop ends imports where they are, which keeps what they stored, and what the
// desk makes in the background, and waits.
func (s *Service) Stop() {
	s.cancel()
	s.work.Wait()
	s.Desk.Stop()
}

// Backend returns what the screens ask of.
func (s *Service) Backend() web.Backend {
	return web.Backend{
		Setup: setup{s}, Reader: s.Desk, People: people{s}, Same: same{s}, Real: doubts{s}, Imports: imports{s}, Uploads: uploads{s},
		Sessions: sessions{s}, Bounds: bounds{s}, Audit: book{s}, Settings: settings{s}, Connections: connections{s}, Weights: weights{s},
		Colleagues: colleagues{s}, Own: own{s}, Passkeys: passkeys{s},
		Purposes: purposes{s.Desk, s}, Conversations: conversations{s}, Tasks: tasks{s}, Encounters: encounters{s}, Weekly: s.Desk, Partners: partners{s.Desk, s}, Finder: s.Desk, Lists: s.Desk, Newcomers: s.Desk, DatedNotes: datedNotes{s}, Reports: s.Desk,
		Webhooks: webhooks{s}, Backups: backups{s},
	}
}

var (
	_ web.Setup       = setup{}
	_ web.Reader      = (*view.Desk)(nil)
	_ web.People      = people{}
	_ web.Imports     = imports{}
	_ web.Uploads     = uploads{}
	_ web.Sessions    = sessions{}
	_ web.Settings    = settings{}
	_ web.Connections = connections{}
)

type setup struct{ *Service }

// Installation tells what there is. It answers before the field is loaded.
func (s setup) Installation(ctx context.Context) (view.Installation, error) {
	s.mu.Lock()
	busy := s.sample
	n := len(s.running)
	s.mu.Unlock()
	if orrery.ViewerOf(ctx).Limited() { // whose they are is not told
		n = 0
	}
	out := view.Installation{Running: n, Recounting: !s.System.Rescored()}
	for _, p := range s.System.Planets() {
		if p.Archived {
			out.Hidden = append(out.Hidden, view.Planet{ID: p.ID, Name: p.Slug, Title: p.Title})
		}
	}
	if !s.System.Loaded() || busy {
		for _, p := range s.System.Shown() {
			out.Planets = append(out.Planets, view.Planet{ID: p.ID, Name: p.Slug, Title: p.Title, Sample: p.Sample, RhythmDays: p.RhythmDays})
		}
		return out, nil
	}
	planets, err := s.Desk.Cards(ctx)
	out.Planets, out.Ready = planets, true
	return out, err
}

// CreatePlanet names a brand: its title as people write it, its slug from that.
func (s setup) CreatePlanet(ctx context.Context, _ view.Account, title string) (view.Planet, error) {
	title = strings.TrimSpace(title)
	if title == "" || utf8.RuneCountInString(title) > 80 {
		return view.Planet{}, orrery.Errorf(orrery.Invalid, "a brand needs a name of 1 to 80 letters")
	}
	p, err := s.System.AddPlanet(ctx, orrery.Planet{Slug: s.freeSlug(title), Title: title})
	return view.Planet{ID: p.ID, Name: p.Slug, Title: p.Title, RhythmDays: p.RhythmDays}, err
}

// freeSlug numbers a title whose letters alone are those of another planet, as
// are all titles in another script. The same title twice is not numbered.
func (s setup) freeSlug(title string) string {
	const most = 60 // leaves room for a number
	first := intake.Slug(title)
	first = strings.TrimRight(first[:min(most, len(first))], "-")
	slug := first
	for n := 2; ; n++ {
		if p, err := s.System.Planet(slug); err != nil || strings.EqualFold(p.Title, title) {
			return slug
		}
		slug = first + "-" + strconv.Itoa(n)
	}
}

// InstallSample starts loading the sample and returns.
func (s setup) InstallSample(_ context.Context, _ view.Account) (string, error) {
	sample := s.Sample()
	return sample.Planets[0].Slug, s.startSample(sample)
}

// StartSample starts loading the sample in the background.
func (s *Service) StartSample() error { return s.startSample(s.Sample()) }

func (s *Service) startSample(sample flow.Sample) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sample {
		return orrery.Errorf(orrery.Conflict, "the sample is being loaded already")
	}
	if s.ctx.Err() != nil {
		return orrery.Errorf(orrery.Conflict, "Orrery is stopping")
	}
	s.sample = true
	s.work.Go(func() {
		defer s.sampleDone()
		_, err := s.System.InstallSample(s.ctx, sample, flow.ImportPlan{Progress: s.progressed, Started: s.started})
		if err != nil && !errors.Is(err, context.Canceled) {
			s.Log.Error("sample not loaded", "error", err.Error())
		}
	})
	return nil
}

func (s *Service) sampleDone() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sample = false
	clear(s.running)
	s.Desk.Drop()
}

// RemoveSample removes everything that came with the sample.
func (s setup) RemoveSample(ctx context.Context, _ view.Account) error {
	s.mu.Lock()
	if s.sample {
		s.mu.Unlock()
		return orrery.Errorf(orrery.Conflict, "the sample is still being loaded: wait a moment")
	}
	s.mu.Unlock()
	defer s.Desk.Drop()
	return s.System.RemoveSample(context.WithoutCancel(ctx), s.Sample().Teammates)
}

type people struct{ *Service }

func by(a view.Account) string {
	if a.Email == "" {
		return "first-run link"
	}
	return a.Email
}

// Note keeps a note about a person.
func (p people) Note(ctx context.Context, who view.Account, id orrery.MemberID, text string) error {
	return p.System.AddNote(ctx, orrery.IdentityID(id), by(who), text)
}

// Tag tags people or takes a tag off them.
func (p people) Tag(ctx context.Context, _ view.Account, ids []orrery.MemberID, tag string, on bool) ([]orrery.MemberID, error) {
	tag = strings.Join(strings.Fields(tag), " ")
	changed, err := p.Desk.WithTag(ctx, ids, tag, on)
	if err != nil {
		return nil, err
	}
	defer p.Desk.Retag()
	return changed, p.System.Tag(ctx, changed, tag, on)
}

// Merge says that two are one person.
func (p people) Merge(ctx context.Context, _ view.Account, a, b orrery.MemberID) (orrery.MemberID, error) {
	defer p.Desk.Renew()
	return p.System.Merge(ctx, orrery.IdentityID(a), orrery.IdentityID(b))
}

// Unmerge says that an identity is not this person.
func (p people) Unmerge(ctx context.Context, _ view.Account, id orrery.MemberID, not orrery.IdentityID) (orrery.MemberID, error) {
	defer p.Desk.Renew()
	return p.System.Separate(ctx, id, not)
}

// Erase removes a person for good.
func (p people) Erase(ctx context.Context, _ view.Account, id orrery.MemberID) error {
	defer p.Desk.Drop()
	ctx = context.WithoutCancel(ctx)
	if err := p.Sources.ForgetWords(ctx); err != nil { // before: erasing leaves no old page behind
		return err
	}
	_, err := p.System.Erase(ctx, orrery.IdentityID(id))
	return err
}

type sessions struct{ *Service }

func (s sessions) Enter(ctx context.Context, token string) (view.Session, error) {
	v, err := s.Accounts.Enter(ctx, token)
	return view.Session{Token: v.Token, Expires: v.Expires}, err
}

func (s sessions) LogIn(ctx context.Context, email, password string) (view.Session, error) {
	v, err := s.Accounts.LogIn(ctx, email, password)
	return view.Session{Token: v.Token, Expires: v.Expires}, err
}

func (s sessions) Account(ctx context.Context, session string) (view.Account, error) {
	a, err := s.Accounts.Account(ctx, session)
	return view.Account{ID: a.ID, Email: a.Email, Name: a.Name, Access: a.Access}, err
}

func (s sessions) LogOut(ctx context.Context, session string) error {
	return s.Accounts.LogOut(ctx, session)
}

type settings struct{ *Service }

// Settings tells what a steward may change.
func (s settings) Settings(ctx context.Context) (view.Settings, error) {
	var out view.Settings
	var err error
	if out.Planets, err = s.Desk.Cards(ctx); err != nil {
		return out, err
	}
	viewer := orrery.ViewerOf(ctx)
	out.Planets = slices.DeleteFunc(slices.Clone(out.Planets), func(p view.Planet) bool { return !viewer.Sees(p.ID) })
	rules, err := s.System.Teammates(ctx)
	if err != nil {
		return out, err
	}
	for _, r := range rules {
		if !viewer.Limited() {
			out.Teammates = append(out.Teammates, strings.TrimPrefix(r, "@"))
		}
	}
	keys, err := s.Keys.List(ctx)
	if err != nil {
		return out, err
	}
	slugs := map[orrery.PlanetID]string{}
	for _, p := range s.System.Planets() {
		slugs[p.ID] = p.Slug
	}
	for _, k := range keys {
		if viewer.On(k.Planet).Role < orrery.Admin {
			continue
		}
		out.Keys = append(out.Keys, view.Key{
			ID: k.ID, Planet: slugs[k.Planet], Source: k.Source, Scope: string(k.Scope), Addresses: k.Addresses, Created: k.Created, Used: k.Used,
		})
	}
	sources, err := s.System.Sources(ctx)
	if err != nil {
		return out, err
	}
	for _, src := range sources {
		if viewer.Sees(src.Planet) {
			out.Sources = append(out.Sources, src.Name)
		}
	}
	return out, nil
}

// NameCircle says what people call a circle.
func (s settings) NameCircle(ctx context.Context, _ view.Account, planet orrery.PlanetID, circle int, name string) error {
	defer s.Desk.Renew()
	return s.Desk.NameCircle(ctx, planet, circle, name)
}

// SaveTeammates replaces the list of domains. Rules that are whole addresses
// stay as they are.
func (s settings) SaveTeammates(ctx context.Context, _ view.Account, domains []string) error {
	defer s.Desk.Renew()
	return s.System.SetTeammates(ctx, domains)
}

// CreateKey makes a key that ends with the right of its maker to make it.
func (s settings) CreateKey(ctx context.Context, by view.Account, k view.NewKey) (string, error) {
	scope, err := account.ParseScope(k.Scope)
	if err != nil {
		return "", err
	}
	key := account.Key{Scope: scope, Planet: k.Planet, Source: k.Source, Addresses: k.Addresses, Account: by.ID}
	if !account.MayMake(by.Access, &key) {
		return "", orrery.Errorf(orrery.Denied, "a key may no more than you: ask an owner to make this one")
	}
	whole, _, err := s.Keys.Create(ctx, key)
	return whole, err
}

// RevokeKey ends a key of a planet that somebody steers.
func (s settings) RevokeKey(ctx context.Context, by view.Account, id string) error {
	keys, err := s.Keys.List(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(keys, func(k account.Key) bool { return k.ID == id && by.Access.On(k.Planet).Role >= orrery.Admin }) {
		return orrery.Errorf(orrery.NotFound, "there is no key %.40q", id)
	}
	return s.Keys.Revoke(ctx, id)
}

// uploadDir is where files wait between being handed over and being imported.
func (s *Service) uploadDir() string { return filepath.Join(s.System.Dir(), "uploads") }

// CleanUploads removes uploads that are older than a day.
func (s *Service) CleanUploads() error {
	entries, err := os.ReadDir(s.uploadDir())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && s.Clock().Sub(info.ModTime()) > 24*time.Hour {
			if err := os.RemoveAll(filepath.Join(s.uploadDir(), e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
