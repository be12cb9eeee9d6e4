package service_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/backup"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/service"
	"orrery.dev/orrery/internal/sources"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/webhook"
)

func backupsOf(t testing.TB, system *flow.System, clock func() time.Time) *backup.Keeper {
	t.Helper()
	k, err := backup.New(backup.Config{
		Dir: system.Dir(), Clock: clock, Log: slog.New(slog.DiscardHandler), Copy: system.Backup, Sizes: system.Sizes,
		Inspect: func(ctx context.Context, path string, depth backup.Depth) (backup.Contents, error) {
			return flow.Inspect(ctx, path, depth, clock, slog.New(slog.DiscardHandler))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func webhooksOf(t testing.TB, system *flow.System, clock func() time.Time) *webhook.Service {
	t.Helper()
	vault, err := sources.NewVault(system.Dir(), "")
	if err != nil {
		t.Fatal(err)
	}
	s, err := webhook.New(webhook.Config{
		Storage: system.Storage(), Vault: vault, Clock: clock, Log: slog.New(slog.DiscardHandler), Private: true, Chance: func() float64 { return 0 },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sourcesOf(t testing.TB, system *flow.System, clock func() time.Time, platforms ...collect.Platform) *sources.Service {
	t.Helper()
	vault, err := sources.NewVault(system.Dir(), "")
	if err != nil {
		t.Fatal(err)
	}
	s, err := sources.New(t.Context(), sources.Config{
		System: system, Storage: system.Storage(), Platforms: platforms, Vault: vault, Clock: clock, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// diary is a platform that tells the same ten activities each time it is asked.
func diary() collect.Platform {
	return collect.Platform{
		Name: "diary", Title: "Diary", Short: "Entries", Keeps: []string{"who"}, Every: 10 * time.Millisecond,
		Pull: func(collect.Values, *http.Client) (collect.Connector, error) { return entries{}, nil },
	}
}

type entries struct{}

func (entries) Source(context.Context) (collect.Source, error) {
	return collect.Source{Kind: "diary", Name: "diary", Origin: "a drawer"}, nil
}

func (entries) Collect(ctx context.Context, _ collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	for n := range 10 {
		a := orrery.Activity{
			ExternalID: fmt.Sprint(n), Kind: "entry", At: benchNow.AddDate(0, 0, -n), Actor: orrery.Actor{Type: "who", Value: "ada"},
		}
		if err := to.Activity(ctx, &a); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func TestUndoingADayOfASourceHasItRest(t *testing.T) {
	t.Parallel()
	clock := func() time.Time { return benchNow }
	log := slog.New(slog.DiscardHandler)
	system, err := flow.Open(t.Context(), flow.Config{Dir: t.TempDir(), Clock: clock, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = system.Close(context.Background()) })
	accounts := account.NewDesk(system.Storage(), account.NewKeys(system.Storage(), clock), clock)
	from := sourcesOf(t, system, clock, diary())
	live := system.StartLive(flow.LiveLimits{})
	t.Cleanup(live.Stop)
	s, err := service.New(service.Config{
		Live:   live,
		System: system, Desk: view.NewDesk(system), Accounts: accounts, Keys: account.NewKeys(system.Storage(), clock), Sources: from, Webhooks: webhooksOf(t, system, clock), Backups: backupsOf(t, system, clock),
		Clock: clock, Log: log, Sample: func() flow.Sample { return flow.Sample{} },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- from.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	b := s.Backend()
	p, err := b.Setup.CreatePlanet(t.Context(), view.Account{}, "Stadtgarten")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Connections.Connect(t.Context(), view.Account{}, view.ConnectionForm{Platform: "diary", Name: "drawer", Planet: p.ID}); err != nil {
		t.Fatal(err)
	}
	var known view.Sources
	for len(known.Imports) == 0 || known.Imports[0].State != view.ImportDone {
		if known, err = b.Imports.Sources(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if i := known.Imports[0]; !i.Daily || i.Added != 10 || len(known.Sources) != 0 || known.Connections[0].Activities != 10 {
		t.Errorf("it is shown as %+v", known)
	}
	undone, err := b.Imports.Undo(t.Context(), view.Account{}, known.Imports[0].ID)
	if err != nil || undone.Paused != "drawer" || undone.Activities != 10 {
		t.Fatalf("undone %+v (%v)", undone, err)
	}
	c, err := b.Connections.Connection(t.Context(), "drawer")
	if err != nil || c.State != view.ConnectionPaused || c.Activities != 0 {
		t.Errorf("then it is %s with %d activities (%v)", c.State, c.Activities, err)
	}
}
