package service_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/account"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/service"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
)

// team is a service over an empty installation with one planet.
func team(t *testing.T) (web.Backend, orrery.PlanetID, string) {
	t.Helper()
	dir := t.TempDir()
	clock := func() time.Time { return benchNow }
	system, err := flow.Open(t.Context(), flow.Config{Dir: dir, Clock: clock, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = system.Close(context.Background()) })
	accounts := account.NewDesk(system.Storage(), account.NewKeys(system.Storage(), clock), clock)
	live := system.StartLive(flow.LiveLimits{})
	t.Cleanup(live.Stop)
	s, err := service.New(service.Config{
		Live:   live,
		System: system, Desk: view.NewDesk(system), Accounts: accounts, Keys: account.NewKeys(system.Storage(), clock), Sources: sourcesOf(t, system, clock), Webhooks: webhooksOf(t, system, clock), Backups: backupsOf(t, system, clock),
		Clock: clock, Log: slog.New(slog.DiscardHandler), Sample: func() flow.Sample { return flow.Sample{} },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	b := s.Backend()
	p, err := b.Setup.CreatePlanet(t.Context(), view.Account{}, "Stadtgarten")
	if err != nil {
		t.Fatal(err)
	}
	return b, p.ID, dir
}

// ended waits for an import.
func ended(t *testing.T, b web.Backend, id orrery.ImportID) view.Import {
	t.Helper()
	for {
		known, err := b.Imports.Sources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range known.Imports {
			if i.ID == id && i.State != view.ImportRunning && i.State != view.ImportWaiting {
				return i
			}
		}
	}
}

const hours = "Datum;Name;E-Mail;Stunden;Einsatz\n" +
	"03.11.2026;Anna Weber;weber@example.org;2,5;Gartentag\n" +
	"10.11.2026;Jonas Weber;weber@example.org;1,5;Werkstatt\n" +
	"31.02.2026;Karla;karla@example.org;1;Gartentag\n"

func TestATableIsGuessedCorrectedImportedAndUndone(t *testing.T) {
	t.Parallel()
	b, planet, dir := team(t)
	up, err := b.Uploads.Upload(t.Context(), view.Account{}, `C:\Listen\..\stunden.csv`, strings.NewReader(hours))
	if err != nil {
		t.Fatal(err)
	}
	var roles []string
	for _, c := range up.Columns {
		roles = append(roles, c.Role)
	}
	if got := strings.Join(roles, " "); got != "when name email quantity " || up.Name != "stunden.csv" || up.Kind != "hours.volunteered" || len(up.Rows) != 2 {
		t.Fatalf("got roles %q of %q, kind %q, %d rows", got, up.Name, up.Kind, len(up.Rows))
	}
	roles[4] = view.RoleKind
	id, err := b.Imports.Start(t.Context(), view.Account{}, view.ImportPlan{Planet: planet, Upload: up.Token, Columns: roles})
	if err != nil {
		t.Fatal(err)
	}
	if i := ended(t, b, id); i.State != view.ImportDone || i.Added != 2 || i.Skipped != 1 || !i.CanUndo {
		t.Errorf("the import ended as %+v", i)
	}
	people, err := b.Reader.People(t.Context(), view.PeopleQuery{Planet: planet, Way: orrery.Strategies})
	if err != nil || people.Total != 2 {
		t.Errorf("got %d people, want the two on one address (%v)", people.Total, err)
	}
	skipped, err := b.Imports.Skipped(t.Context(), id, "")
	if err != nil || len(skipped.Rows) != 1 || !strings.Contains(skipped.Rows[0].Reason, "31.02.2026") {
		t.Errorf("skipped %+v (%v)", skipped.Rows, err)
	}
	if left, err := os.ReadDir(filepath.Join(dir, "uploads")); err != nil || len(left) > 0 {
		t.Errorf("%d uploads are left after their import (%v)", len(left), err)
	}
	undone, err := b.Imports.Undo(t.Context(), view.Account{}, id)
	if err != nil || undone.Activities != 2 || undone.Members != 2 {
		t.Errorf("undone %+v (%v)", undone, err)
	}
	if people, err = b.Reader.People(t.Context(), view.PeopleQuery{Planet: planet, Way: orrery.Strategies}); err != nil || people.Total != 0 {
		t.Errorf("%d people are left (%v)", people.Total, err)
	}
}

func TestWhatCannotBeImportedIsRefusedInWords(t *testing.T) {
	t.Parallel()
	b, planet, dir := team(t)
	for name, plan := range map[string]view.ImportPlan{
		"nothing":                    {Planet: planet},
		"a folder that is not whole": {Planet: planet, Repository: "project"},
		"a folder without a history": {Planet: planet, Repository: dir},
		"an upload that is not here": {Planet: planet, Upload: strings.Repeat("ab", 16)},
		"an upload outside":          {Planet: planet, Upload: "../../../../etc"},
		"a planet that is not there": {Planet: planet + 9, Repository: dir},
	} {
		if _, err := b.Imports.Start(t.Context(), view.Account{}, plan); err == nil || orrery.CodeOf(err) == orrery.Internal {
			t.Errorf("%s: got %v, want words", name, err)
		}
	}
	for name, file := range map[string]string{"empty": "", "prose": "Dear all,\nthis is a letter.\n"} {
		if _, err := b.Uploads.Upload(t.Context(), view.Account{}, name+".csv", strings.NewReader(file)); err == nil || orrery.CodeOf(err) == orrery.Internal || strings.Contains(err.Error(), dir) {
			t.Errorf("%s: got %v, want words without a path", name, err)
		}
	}
	if left, err := os.ReadDir(filepath.Join(dir, "uploads")); err != nil || len(left) > 0 {
		t.Errorf("%d refused uploads are kept (%v)", len(left), err)
	}
}

func TestBrandsAreNamedInAnyScript(t *testing.T) {
	t.Parallel()
	b, _, _ := team(t)
	for _, c := range []struct{ title, name string }{
		{"Café am Süd", "cafe-am-sud"}, {strings.Repeat("東京", 20), "planet"}, {"日本", "planet-2"}, {"Cafe, am Sud!", "cafe-am-sud-2"},
	} {
		p, err := b.Setup.CreatePlanet(t.Context(), view.Account{}, c.title)
		if err != nil || p.Name != c.name || p.Title != c.title {
			t.Errorf("%s: got the name %q, title %q (%v), want %q", c.title, p.Name, p.Title, err, c.name)
		}
	}
	if _, err := b.Setup.CreatePlanet(t.Context(), view.Account{}, "café am süd"); orrery.CodeOf(err) != orrery.Conflict {
		t.Errorf("the same name twice is answered %v", err)
	}
	if _, err := b.Setup.CreatePlanet(t.Context(), view.Account{}, strings.Repeat("東", 81)); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("a name of 81 letters is answered %v", err)
	}
}

func TestWhatAFileIsIsKnownAndReadAsItWasShown(t *testing.T) {
	t.Parallel()
	const shop = "Name,Email,Financial Status,Paid at,Currency,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Billing Name,Refunded Amount\n" +
		"#1,ada@example.org,paid,2026-11-01 10:00:00 +0000,EUR,30.00,2026-11-01 10:00:00 +0000,1,Cap,10.00,Ada A,0.00\n" +
		"#1,ada@example.org,,,,,2026-11-01 10:00:00 +0000,1,Coat,20.00,,\n" +
		"#2,ben@example.org,refunded,2026-11-02 10:00:00 +0000,EUR,10.00,2026-11-02 10:00:00 +0000,1,Cap,10.00,Ben B,10.00\n"
	for _, c := range []struct {
		name, file, text string
		format, known    string
		added            int64
	}{
		{"two lines of one order count once, and a refund is read", "orders.csv", shop, "csv", "orders as Shopify exports them", 3},
		{"names are enough", "stunden.csv", "Datum;Name;Stunden;Aufgabe\n03.11.2026;Anna Weber;2,5;Küche\n04.11.2026;Jörg Müller;1;Büro\n", "csv", "", 2},
		{"a mailing list", "list.mbox", "From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: Ada <ada@example.org>\nDate: Mon, 2 Nov 2026 10:00:00 +0000\nMessage-ID: <1@example.org>\nSubject: Hello\n\nHello\n", "mbox", "", 1},
		{"a calendar", "termine.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261101T180000Z\r\nSUMMARY:Treffen\r\nATTENDEE;CN=Ada;PARTSTAT=ACCEPTED:mailto:ada@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", "ical", "", 1},
		{"activities as they are", "all.ndjson", `{"external_id":"1","namespace":"x","kind":"post","actor":{"type":"email","value":"ada@example.org"},"at":"2026-11-01T10:00:00Z"}` + "\n", "ndjson", "", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, planet, _ := team(t)
			up, err := b.Uploads.Upload(t.Context(), view.Account{}, c.file, strings.NewReader(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if up.Format != c.format || up.Known != c.known {
				t.Errorf("got %q, %q, want %q, %q", up.Format, up.Known, c.format, c.known)
			}
			plan := view.ImportPlan{Planet: planet, Upload: up.Token, Kind: up.Kind}
			for _, column := range up.Columns {
				plan.Columns = append(plan.Columns, column.Role)
			}
			id, err := b.Imports.Start(t.Context(), view.Account{}, plan)
			if err != nil {
				t.Fatal(err)
			}
			if i := ended(t, b, id); i.State != view.ImportDone || i.Added != c.added {
				t.Errorf("got %s, %d activities (%s), want done, %d", i.State, i.Added, i.Error, c.added)
			}
		})
	}
}
