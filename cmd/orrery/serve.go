package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/api"
	"orrery.dev/orrery/internal/backup"
	"orrery.dev/orrery/internal/doors"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/service"
	"orrery.dev/orrery/internal/simulate"
	"orrery.dev/orrery/internal/sources"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
	"orrery.dev/orrery/internal/webhook"
)

// sampleSeed makes everybody's sample the same.
const sampleSeed = 7

func (a *app) serveCommand() *cobra.Command {
	var o serveOptions
	c := &cobra.Command{
		Use: "serve", Short: "Open the screens in a browser, and the API", Args: cobra.NoArgs,
		Long: `Serve the screens, the API and the command socket until it is stopped.

It prints a link that lets whoever opens it in, once. To be reached from other
machines, make an account first (orrery accounts add you@example.org), put a
proxy with TLS in front, and name the address that people use:

  orrery serve --public-url https://orrery.example.org --trusted-proxy 127.0.0.1`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), o) },
	}
	f := c.Flags()
	f.StringVar(&o.addr, "addr", "127.0.0.1:8080", "`address` to listen on; port 0 picks one")
	f.BoolVar(&o.sample, "sample", false, "load the made-up sample, if there is no data yet")
	f.StringVar(&o.publicURL, "public-url", "", "the `URL` that people use, such as https://orrery.example.org")
	f.StringSliceVar(&o.trusted, "trusted-proxy", nil, "`address` or network of a proxy in front whose word on who asks is taken")
	f.BoolVar(&o.inside, "webhooks-inside", false, "let webhooks call addresses in your own network, and http")
	f.StringVar(&o.eventKinds, "event-kinds", "", "a `file` of what your events are, a line for each: Order Completed = purchase")
	return c
}

type serveOptions struct {
	addr, publicURL string
	sample          bool
	trusted         []string
	eventKinds      string
	inside          bool
}

// serving is everything that runs while Orrery serves.
type serving struct {
	app      *app
	system   *flow.System
	desk     *view.Desk
	accounts *account.Desk
	keys     *account.Keys
	sources  *sources.Service
	service  *service.Service
	webhooks *webhook.Service
	backups  *backup.Keeper
	wanted   chan restoreWanted
	live     *flow.Live
	log      *slog.Logger
}

// serve runs one performance after another behind the same address: a new one
// begins when data was restored.
func (a *app) serve(ctx context.Context, o serveOptions) (err error) {
	listener, origin, err := a.listen(ctx, o)
	if err != nil {
		return err
	}
	defer listener.Close() //nolint:errcheck // closed by the server before
	trusted, err := prefixes(o.trusted)
	if err != nil {
		return err
	}
	waiting, err := web.NewPause()
	if err != nil {
		return err
	}
	stage := newStage(waiting)
	s, err := a.start(ctx, origin, o, backup.Restored{})
	if err != nil {
		return err
	}
	if err := s.mayListen(ctx, listener, o); err != nil {
		return errors.Join(err, s.stop())
	}
	server := api.NewServer(api.ServerConfig{Handler: stage, Log: s.log, Trusted: trusted})
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	ended := make(chan struct{})
	group.Go(func() error {
		defer close(ended)
		for {
			wanted, err := s.perform(ctx, o, origin, stage)
			if err = errors.Join(err, s.stop()); err != nil || wanted.Name == "" || ctx.Err() != nil {
				return err
			}
			if s, err = a.restoreBetween(ctx, o, origin, wanted); err != nil {
				return err
			}
		}
	})
	group.Go(func() error {
		select {
		case <-ended:
		case <-ctx.Done():
			<-ended
		}
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		if err := server.Shutdown(closing); err != nil {
			return errors.Join(server.Close(), nil)
		}
		return nil
	})
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// perform serves until the context ends or somebody asks for a restore, which it
// returns.
func (s *serving) perform(ctx context.Context, o serveOptions, origin string, stage *stage) (wanted restoreWanted, err error) {
	handler, err := s.handler(origin, o.eventKinds)
	if err != nil {
		return wanted, err
	}
	socket, err := s.openSocket(ctx)
	if err != nil {
		return wanted, err
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	group, ctx := errgroup.WithContext(ctx)
	stage.open(handler)
	group.Go(func() error { return s.serveSocket(ctx, socket) })
	group.Go(func() error { return s.prepare(ctx, o.sample) })
	group.Go(func() error { return s.nightly(ctx) })
	group.Go(func() error { return s.sources.Run(ctx) })
	group.Go(func() error { return s.webhooks.Run(ctx) })
	group.Go(func() error { return s.service.WatchNews(ctx) })
	group.Go(func() error { return s.backups.Run(ctx) })
	group.Go(func() error {
		select {
		case <-ctx.Done():
		case wanted = <-s.wanted:
			end()
		}
		s.service.Stop()
		stage.pause(10 * time.Second)
		return nil
	})
	if !stage.announced { // whoever asked for a restore is told on their page
		stage.announced = true
		if err := s.announce(ctx, origin); err != nil {
			end()
			return wanted, errors.Join(err, group.Wait())
		}
	}
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return wanted, err
	}
	return wanted, nil
}

// listen opens the address and tells the origin that people use.
func (a *app) listen(ctx context.Context, o serveOptions) (net.Listener, string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.addr)
	if err != nil {
		return nil, "", orrery.Errorf(orrery.Invalid, "cannot listen on %s: choose another address with --addr, such as 127.0.0.1:0 (%w)", o.addr, err)
	}
	origin := "http://" + listener.Addr().String()
	if o.publicURL != "" {
		u, err := url.Parse(o.publicURL)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || strings.Trim(u.Path, "/") != "" {
			return nil, "", errors.Join(listener.Close(), orrery.Errorf(orrery.Invalid, "--public-url %q: write it as https://orrery.example.org", o.publicURL))
		}
		origin = u.Scheme + "://" + u.Host
	}
	return listener, origin, nil
}

func (a *app) start(ctx context.Context, origin string, o serveOptions, restored backup.Restored) (*serving, error) {
	system, err := a.open(ctx, false)
	if err != nil {
		return nil, err
	}
	s := &serving{app: a, system: system, desk: view.NewDesk(system), log: a.logger()}
	s.accounts, s.keys = a.accountsOf(system)
	if s.sources, err = a.sourcesOf(ctx, system); err != nil {
		return nil, errors.Join(err, system.Close(ctx))
	}
	if s.webhooks, err = a.webhooksOf(system, s.desk, origin, o.inside); err != nil {
		return nil, errors.Join(err, system.Close(ctx))
	}
	if s.backups, err = a.backupsOf(system); err != nil {
		return nil, errors.Join(err, system.Close(ctx))
	}
	s.wanted = make(chan restoreWanted, 1)
	passkeys, err := account.NewPasskeys(s.accounts, system.Storage(), origin)
	if err != nil {
		return nil, errors.Join(err, system.Close(ctx))
	}
	s.live = system.StartLive(flow.LiveLimits{})
	s.service, err = service.New(service.Config{
		System: system, Desk: s.desk, Accounts: s.accounts, Keys: s.keys, Passkeys: passkeys, Sources: s.sources, Live: s.live, Webhooks: s.webhooks, Backups: s.backups, Restore: s.askRestore, Restored: restored, Clock: a.clock, Log: s.log, Sample: a.sampleWorld,
	})
	if err != nil {
		s.live.Stop()
		return nil, errors.Join(err, system.Close(ctx))
	}
	return s, nil
}

func (s *serving) stop() error {
	s.service.Stop()
	s.live.Stop()
	return s.system.Close(context.Background())
}

// accountsOf returns who may come in: those of the running server where this is one,
// so that what ends in the shell ends there too.
func (a *app) accountsOf(system *flow.System) (*account.Desk, *account.Keys) {
	if a.accounts != nil {
		return a.accounts, a.keys
	}
	keys := account.NewKeys(system.Storage(), a.clock)
	return account.NewDesk(system.Storage(), keys, a.clock), keys
}

// mayListen refuses to be reached from other machines while the one-time link
// is all that guards the door.
func (s *serving) mayListen(ctx context.Context, l net.Listener, o serveOptions) error {
	addr, ok := l.Addr().(*net.TCPAddr)
	if ok && addr.IP.IsLoopback() && o.publicURL == "" {
		return nil
	}
	any, err := s.accounts.Any(ctx)
	if err != nil {
		return err
	}
	if !any {
		return orrery.Errorf(orrery.Denied, "nobody has an account yet, so %s may not be reached from other machines: run `orrery accounts add you@example.org` first, or listen on 127.0.0.1", l.Addr())
	}
	if ok && !addr.IP.IsLoopback() && o.publicURL == "" {
		return orrery.Errorf(orrery.Denied, "to be reached from other machines on %s, name the address that people use with --public-url (and put TLS in front)", l.Addr())
	}
	return nil
}

func prefixes(texts []string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, t := range texts {
		if addr, err := netip.ParseAddr(t); err == nil {
			list = append(list, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(t)
		if err != nil {
			return nil, orrery.Errorf(orrery.Invalid, "--trusted-proxy %q is no address or network such as 127.0.0.1 or 10.0.0.0/8", t)
		}
		list = append(list, p)
	}
	return list, nil
}

// handler joins the doors.
func (s *serving) handler(origin, eventKinds string) (http.Handler, error) {
	meter := &doors.Meter{}
	programs, err := api.New(api.Config{
		Ingest: s.live, Journal: s.system, Books: s.system, Reader: s.desk, Keys: s.keys, Record: s.system.Storage().RecordAudit, Log: s.log, Clock: s.app.clock,
		Undo: func(ctx context.Context, id orrery.ImportID) (api.Undone, error) {
			out, err := s.service.Backend().Imports.Undo(ctx, view.Account{}, id)
			return api.Undone{Activities: out.Activities, Returnable: out.Returned}, err
		},
		Ready: func(ctx context.Context) error {
			now, err := s.service.Backend().Setup.Installation(ctx)
			if err == nil && !now.Ready {
				err = orrery.Errorf(orrery.Exhausted, "the field is being loaded")
			}
			return err
		},
		More: func(w io.Writer) {
			meter.Print(w)
			s.sources.Print(w)
			s.backups.Print(w)
		},
		Load: func() api.Load {
			stats := s.live.Stats()
			return api.Load{
				Activities: stats.Waiting.Activities, MaxActivities: stats.Limits.Activities,
				Bytes: stats.Waiting.Bytes, MaxBytes: stats.Limits.Bytes,
			}
		},
	})
	if err != nil {
		return nil, err
	}
	secure := strings.HasPrefix(origin, "https://")
	screens, err := web.New(web.Config{Backend: s.service.Backend(), Log: s.log, Clock: s.app.clock, Secure: secure})
	if err != nil {
		return nil, err
	}
	kinds, err := newEventKinds(eventKinds, s.log)
	if err != nil {
		return nil, err
	}
	others, err := doors.New(doors.Config{
		Ingest: s.live, Keys: s.keys, Planets: s.system.Planets, Hooks: s.sources, Kinds: kinds.now, Origin: origin, Log: s.log, Clock: s.app.clock, Meter: meter,
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	for _, path := range doors.Paths {
		mux.Handle(path, others)
	}
	for _, path := range []string{"/api/", "/healthz", "/readyz", "/metrics"} {
		mux.Handle(path, programs)
	}
	mux.Handle("/", screens)
	return mux, nil
}

// prepare loads the field, or the sample into an empty folder. The first page
// answers before.
func (s *serving) prepare(ctx context.Context, sample bool) error {
	if err := s.service.CleanUploads(); err != nil {
		s.log.Warn("old uploads not removed", "reason", err.Error())
	}
	if sample {
		if len(s.system.Planets()) == 0 {
			return s.service.StartSample()
		}
		fmt.Fprintln(s.app.err, "There is data already, so the sample was not loaded.")
	}
	if err := s.system.Read(ctx, func(*flow.State) error { return nil }); err != nil {
		return err
	}
	if err := s.system.Refit(ctx); err != nil && ctx.Err() == nil {
		s.log.Error("fits not learned", "error", err.Error())
	}
	return s.desk.PrepareSearch(ctx)
}

// nightly learns the fits again after each midnight.
func (s *serving) nightly(ctx context.Context) error {
	for {
		now := s.app.clock()
		night := now.UTC().Truncate(24 * time.Hour).Add(24*time.Hour + 10*time.Minute)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(night.Sub(now)):
			if err := s.system.Refit(ctx); err != nil {
				s.log.Error("fits not learned", "error", err.Error())
			}
		}
	}
}

// readyLine is what serve --json prints.
type readyLine struct {
	Type string `json:"type"`
	URL  string `json:"url"`
	Link string `json:"link"`
}

func (s *serving) announce(ctx context.Context, origin string) error {
	link := origin + "/login"
	any, err := s.accounts.Any(ctx)
	if err != nil {
		return err
	}
	if !any {
		token, err := s.accounts.NewLink(ctx)
		if err != nil {
			return err
		}
		link = origin + web.EntryPath(token)
	}
	if s.app.json {
		return s.app.line(readyLine{"ready", origin, link})
	}
	if any {
		fmt.Fprintf(s.app.out, "Orrery is open: %s\nStop it with Ctrl-C.\n", link)
	} else {
		fmt.Fprintf(s.app.out, "Orrery is open. This link lets you in, once:\n\n  %s\n\nStop it with Ctrl-C.\n", link)
	}
	return nil
}

// sampleWorld makes the sample up, ending yesterday so that nothing lies ahead.
func (a *app) sampleWorld() flow.Sample {
	world := simulate.Sample(sampleSeed, orrery.DayOf(a.clock())-1)
	sample := flow.Sample{Teammates: "@" + world.TeamDomain, Activities: world.Activities()}
	for _, p := range world.Planets {
		sample.Planets = append(sample.Planets, orrery.Planet{
			Slug: p.Slug, Title: p.Name, Constellation: p.Constellation, RhythmDays: p.RhythmDays,
		})
	}
	sample.Purposes = samplePurposes(world)
	sample.Partners = samplePartners(world)
	return sample
}
