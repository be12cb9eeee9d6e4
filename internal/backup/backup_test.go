package backup_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/backup"
)

func TestWhenTheNextCopyIsDue(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no time zones here")
	}
	daily := backup.Plan{Every: backup.Daily, Hour: 3, Days: 1}
	weekly := backup.Plan{Every: backup.Weekly, Hour: 3, Weekday: time.Sunday, Weeks: 1}
	at := func(text string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", text, berlin)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		name  string
		plan  backup.Plan
		after string
		want  string
	}{
		{"before the hour, the same day", daily, "2026-11-22 02:59", "2026-11-22 03:00"},
		{"at the hour, the next day", daily, "2026-11-22 03:00", "2026-11-23 03:00"},
		{"the last day of a month", daily, "2026-11-30 12:00", "2026-12-01 03:00"},
		{"over the end of summer time, once", daily, "2026-10-25 03:00", "2026-10-26 03:00"},
		{"at an hour that a day does not have, an hour later", backup.Plan{Every: backup.Daily, Hour: 2, Days: 1}, "2026-03-28 12:00", "2026-03-29 03:00"},
		{"weekly, on that day", weekly, "2026-11-19 12:00", "2026-11-22 03:00"},
		{"weekly, after that day's hour", weekly, "2026-11-22 03:00", "2026-11-29 03:00"},
	} {
		if got := c.plan.Next(at(c.after)); !got.Equal(at(c.want)) {
			t.Errorf("%s: got %v, want %s", c.name, got, c.want)
		}
	}
	if got := (backup.Plan{}).Next(at("2026-11-22 03:00")); !got.IsZero() {
		t.Errorf("without a plan one is due at %v", got)
	}
}

func TestWhichCopiesAreKept(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	var copies []backup.Copy
	for day := range 400 {
		made := now.AddDate(0, 0, -day)
		copies = append(copies, backup.Copy{Name: made.Format("2006-01-02"), Kind: backup.Planned, Made: made, Verified: made})
	}
	copies = append(copies, backup.Copy{Name: "hand", Kind: backup.ByHand, Made: now.AddDate(-3, 0, 0)}, backup.Copy{Name: "aside", Kind: backup.Aside, Made: now.AddDate(-3, 0, 0)})
	plan := backup.Plan{Every: backup.Daily, Days: 3, Weeks: 3, Months: 3}
	gone := map[string]bool{}
	for _, c := range plan.Surplus(copies, now) {
		gone[c.Name] = true
	}
	var kept []string
	for _, c := range copies {
		if !gone[c.Name] {
			kept = append(kept, c.Name)
		}
	}
	// Three days; the Sundays that end the last three weeks; the last days of three months.
	if got, want := strings.Join(kept, " "), "2026-11-22 2026-11-21 2026-11-20 2026-11-15 2026-11-08 2026-10-31 2026-09-30 hand aside"; got != want {
		t.Errorf("kept %s, want %s", got, want)
	}
	// A copy that was found damaged does not take the place of one that is whole.
	copies[0].Wrong = "a page is torn"
	copies[1].Verified = time.Time{}
	kept = nil
	gone = map[string]bool{}
	for _, c := range (backup.Plan{Every: backup.Daily, Days: 1}).Surplus(copies[:4], now.Add(25*time.Hour)) {
		gone[c.Name] = true
	}
	if !gone[copies[0].Name] || !gone[copies[1].Name] || gone[copies[2].Name] || !gone[copies[3].Name] {
		t.Errorf("gone %v: want the newest whole one to stay, and it alone", gone)
	}
}

func TestNoPlanRemovesTheNewestWholeCopyOrWhatItDidNotMake(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
		kinds := []backup.Kind{backup.Planned, backup.Planned, backup.ByHand, backup.Aside}
		var copies []backup.Copy
		var newest *backup.Copy
		for i := range r.IntN(40) {
			c := backup.Copy{Name: fmt.Sprint(i), Kind: kinds[r.IntN(len(kinds))], Made: now.Add(-time.Duration(r.IntN(9000)) * time.Hour), Verified: now}
			if r.IntN(4) == 0 {
				c.Wrong = "torn"
			}
			copies = append(copies, c)
		}
		for i := range copies {
			if c := &copies[i]; c.Kind == backup.Planned && c.Wrong == "" && (newest == nil || c.Made.After(newest.Made)) {
				newest = c
			}
		}
		plan := backup.Plan{Every: backup.Daily, Days: r.IntN(4), Weeks: r.IntN(4), Months: r.IntN(4)}
		gone := plan.Surplus(copies, now)
		for _, c := range gone {
			if c.Kind != backup.Planned || newest != nil && c.Made.Equal(newest.Made) && c.Name == newest.Name {
				t.Fatalf("seed %d: %+v goes", seed, c)
			}
		}
		good := 0
		for _, c := range copies {
			if c.Kind == backup.Planned && c.Wrong == "" {
				good++
			}
		}
		for _, c := range gone {
			if c.Wrong == "" {
				good--
			}
		}
		if most := 1 + plan.Days + plan.Weeks + plan.Months; good > most {
			t.Fatalf("seed %d: %d stay, want %d at most", seed, good, most)
		}
	}
}

// kept is a keeper whose copies are small files; fail says what goes wrong.
func kept(t *testing.T, dir string, fail *string) *backup.Keeper {
	t.Helper()
	k, err := backup.New(backup.Config{
		Dir: dir, Clock: func() time.Time { return time.Now().UTC() }, Log: slog.New(slog.DiscardHandler),
		Copy: func(_ context.Context, path string) error {
			if *fail == "full" {
				_ = os.WriteFile(path, []byte("half"), 0o600)
				return orrery.Errorf(orrery.Exhausted, "the disk is full")
			}
			return os.WriteFile(path, []byte("data"), 0o600)
		},
		Sizes: func(context.Context) (backup.Sizes, error) { return backup.Sizes{Generation: 7}, nil },
		Inspect: func(context.Context, string, backup.Depth) (backup.Contents, error) {
			if *fail == "torn" {
				return backup.Contents{}, errors.New("a page is torn")
			}
			if *fail == "other" {
				return backup.Contents{Sizes: backup.Sizes{Generation: 3}}, nil
			}
			return backup.Contents{Sizes: backup.Sizes{Generation: 7}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestAPlanIsKeptForAMonth runs a month by the clock, with a machine that stands
// still for days, a full disk and copies that are torn.
func TestAPlanIsKeptForAMonth(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dir, fail := t.TempDir(), ""
		k := kept(t, dir, &fail)
		if err := k.SavePlan(backup.Plan{Every: backup.Daily, Hour: 3, Days: 5, Weeks: 2, Months: 1}); err != nil {
			t.Fatal(err)
		}
		run := func(k *backup.Keeper, d time.Duration) {
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() {
				defer close(done)
				_ = k.Run(ctx)
			}()
			time.Sleep(d) // the bubble's clock: nobody waits
			synctest.Wait()
			cancel()
			<-done
		}
		run(k, 10*24*time.Hour)
		s := k.Status()
		if len(s.Copies) < 5 || len(s.Copies) > 8 || s.Late() || time.Since(s.Last) > 24*time.Hour {
			t.Fatalf("after ten days: %d copies, the last %v ago, late %v", len(s.Copies), time.Since(s.Last), s.Late())
		}
		for _, c := range s.Copies {
			if c.Verified.IsZero() || c.Made.Hour() != 3 {
				t.Errorf("%s: verified %v, made at %v", c.Name, c.Verified, c.Made)
			}
		}
		fail = "full"
		run(k, 26*time.Hour)
		if s = k.Status(); !s.Late() || !strings.Contains(s.Error, "full") {
			t.Errorf("a full disk is not told: %+v", s.Error)
		}
		if left, _ := filepath.Glob(filepath.Join(s.Plan.Folder, "*.unfinished")); len(left) > 0 {
			t.Errorf("half a copy is left: %v", left)
		}
		before := len(s.Copies)
		for _, wrong := range []string{"torn", "other"} {
			fail = wrong
			run(k, 2*time.Hour)
			if s = k.Status(); len(s.Copies) != before || !s.Late() {
				t.Errorf("a copy that is %s bears the name of a backup", wrong)
			}
		}
		fail = ""
		run(k, 61*time.Minute)
		if s = k.Status(); s.Late() || time.Since(s.Last) > time.Hour {
			t.Errorf("an hour after the failure is mended: late %v, last %v", s.Late(), s.Last)
		}
		time.Sleep(3 * 24 * time.Hour) // switched off
		again := kept(t, dir, &fail)
		run(again, time.Minute)
		if s = again.Status(); time.Since(s.Last) > time.Hour {
			t.Errorf("what was due while it was off is not made at once: last %v ago", time.Since(s.Last))
		}
	})
}

func TestNoNameLeadsOutOfTheFolder(t *testing.T) {
	t.Parallel()
	dir, fail := t.TempDir(), ""
	k := kept(t, dir, &fail)
	if err := os.WriteFile(filepath.Join(dir, "orrery.db"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := k.Make(t.Context(), backup.ByHand)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", ".", "..", "../orrery.db", "orrery.db", "backups.json", c.Name + ".json", "./" + c.Name, "../backups/" + c.Name, c.Name + "\x00"} {
		if _, _, err := k.Open(name); orrery.CodeOf(err) != orrery.NotFound {
			t.Errorf("%q opens: %v", name, err)
		}
		if err := k.Remove(name); orrery.CodeOf(err) != orrery.NotFound {
			t.Errorf("%q can be removed: %v", name, err)
		}
	}
	if err := k.Remove(c.Name); err != nil || len(k.Status().Copies) != 0 {
		t.Errorf("it is not removed: %v", err)
	}
}
