package sources_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/sources"
)

func TestAPlatformIsAskedAgainAndAgainAndGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	b, dir := newBoard(t, 10), t.TempDir()
	d := open(t, dir, "", 20*time.Millisecond, true)
	d.connect(t, b, "posts")
	until(t, "all ten but the one without an author", func() bool { n, _ := d.added(t, "posts"); return n == 9 })
	b.write(5)
	until(t, "five more", func() bool { n, _ := d.added(t, "posts"); return n == 14 })
	asked := len(b.requests())
	until(t, "asked when there is nothing new", func() bool { return len(b.requests()) > asked+5 })
	if _, imports := d.added(t, "posts"); imports > 2 {
		t.Errorf("there are %d imports, want one a day", imports)
	}
	until(t, "a state that says so", func() bool { st := d.at(t, "posts"); return st.State == sources.Waiting })
	st := d.at(t, "posts")
	if want := firstPost.AddDate(0, 0, 15); st.Success.IsZero() || !st.Newest.Equal(want) || st.Error != "" {
		t.Errorf("the newest is of %s, want %s; it says %q", st.Newest, want, st.Error)
	}
	src, err := d.system.Source(t.Context(), "posts")
	must(t, err)
	imports, err := d.system.Imports(t.Context())
	must(t, err)
	skipped, err := d.system.Skipped(t.Context(), imports[len(imports)-1].ID)
	must(t, err)
	if src.Kind != "board" || len(skipped) != 1 || strings.Contains(skipped[0].Reason, token) {
		t.Errorf("of kind %s, skipped %+v", src.Kind, skipped)
	}
	for _, line := range []string{
		`orrery_sources{platform="board",state="waiting"} 1`,
		`orrery_source_activities_total{platform="board",result="taken"} 14`,
		`orrery_source_activities_total{platform="board",result="refused"} 1`,
		`orrery_source_readings_total{platform="board",result="failed"} 0`,
		`orrery_source_deliveries_total{platform="board",result="taken"} 0`,
	} {
		until(t, line, func() bool {
			var counted strings.Builder
			d.Print(&counted)
			return strings.Contains(counted.String(), line+"\n")
		})
	}
	d.stop()

	asked = len(b.requests())
	again := open(t, dir, "", 20*time.Millisecond, true)
	until(t, "asked after the restart", func() bool { return len(b.requests()) > asked })
	if after := b.requests()[asked]; after != 15 {
		t.Errorf("after a restart it asks for what came after %d, want 15", after)
	}
	if n, _ := again.added(t, "posts"); n != 14 {
		t.Errorf("after a restart there are %d", n)
	}
}

func TestASourceIsPausedResumedAndRewound(t *testing.T) {
	t.Parallel()
	b := newBoard(t, 10)
	d := open(t, t.TempDir(), "", 20*time.Millisecond, true)
	d.connect(t, b, "posts")
	until(t, "read once", func() bool { return !d.at(t, "posts").Success.IsZero() })
	must(t, d.Pause(t.Context(), "posts"))
	asked := len(b.requests())
	b.write(2)
	if st := d.at(t, "posts"); st.State != sources.Paused {
		t.Errorf("paused it is %s", st.State)
	}
	must(t, d.Rewind(t.Context(), "posts", time.Time{})) // rests all the same
	if n := len(b.requests()); n != asked {
		t.Errorf("paused it was asked %d times more", n-asked)
	}
	must(t, d.Resume(t.Context(), "posts"))
	until(t, "asked again", func() bool { return len(b.requests()) > asked })
	if after := b.requests()[asked]; after != 0 {
		t.Errorf("rewound it asks for what came after %d, want the start", after)
	}
	until(t, "what came meanwhile", func() bool { n, _ := d.added(t, "posts"); return n == 11 })

	asked = len(b.requests())
	must(t, d.Rewind(t.Context(), "posts", firstPost.AddDate(0, 0, 8)))
	until(t, "read from a day on", func() bool { st := d.at(t, "posts"); return len(b.requests()) > asked && st.From.IsZero() })
	imports, err := d.system.Imports(t.Context())
	must(t, err)
	var duplicates, added int64
	for _, i := range imports {
		duplicates += i.Duplicates
		added += i.Added
	}
	if added != 11 || duplicates != 9+5 { // all nine the first time, then those of days 8 to 12
		t.Errorf("rewound twice there are %d activities and %d known ones", added, duplicates)
	}
	if err := d.Pause(t.Context(), "nobody"); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("what is not there: %v", err)
	}
}

func TestADeletedSourceKeepsOrTakesBackWhatItBrought(t *testing.T) {
	t.Parallel()
	b := newBoard(t, 10)
	d := open(t, t.TempDir(), "", 20*time.Millisecond, true)
	d.connect(t, b, "posts")
	until(t, "read", func() bool { n, _ := d.added(t, "posts"); return n == 9 })
	if n, err := d.Delete(t.Context(), "posts", false); err != nil || n != 0 {
		t.Errorf("deleted: %d, %v", n, err)
	}
	asked := len(b.requests())
	if n, _ := d.added(t, "posts"); n != 9 {
		t.Errorf("%d are left, want the nine", n)
	}
	d.connect(t, b, "posts") // it goes on where it was
	until(t, "asked", func() bool { return len(b.requests()) > asked })
	if after := b.requests()[asked]; after != 10 {
		t.Errorf("set up again it asks for what came after %d", after)
	}
	if n, err := d.Delete(t.Context(), "posts", true); err != nil || n != 9 {
		t.Errorf("taken back: %d, %v", n, err)
	}
	if n, _ := d.added(t, "posts"); n != 0 || len(d.List()) != 0 {
		t.Errorf("%d activities and %d sources are left", n, len(d.List()))
	}
	if c, err := d.system.Check(t.Context()); err != nil || c.LiveHash != c.RebuiltHash {
		t.Errorf("the live state is not the rebuilt one (%v)", err)
	}
}

func TestWhatFailsIsToldInWordsAndTriedAgain(t *testing.T) {
	t.Parallel()
	gone := newBoard(t, 0)
	gone.Close()
	for name, tt := range map[string]struct {
		answer func(http.ResponseWriter) bool
		says   string
	}{
		"a server that breaks and repeats what it was asked with": {func(w http.ResponseWriter) bool {
			http.Error(w, "with "+token, http.StatusInternalServerError)
			return true
		}, "500"},
		"a token that is not taken": {func(w http.ResponseWriter) bool {
			w.WriteHeader(http.StatusUnauthorized)
			return true
		}, "does not take the token"},
		"an answer in another form": {func(w http.ResponseWriter) bool {
			_, _ = w.Write([]byte("<html>"))
			return true
		}, "something else"},
		"an answer that never ends": {func(w http.ResponseWriter) bool {
			w.Header().Set("Content-Length", fmt.Sprint(1<<40))
			_, _ = w.Write([]byte("{"))
			return true
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBoard(t, 10)
			b.say(tt.answer)
			d := open(t, t.TempDir(), "", 20*time.Millisecond, true)
			d.connect(t, b, "posts")
			until(t, "failing", func() bool { return d.at(t, "posts").State == sources.Failing })
			st := d.at(t, "posts")
			if !strings.Contains(st.Error, tt.says) || strings.Contains(st.Error, "tok-5f3a9c") || strings.Contains(st.Error, "key=") || st.Failing.IsZero() {
				t.Errorf("it says %q since %s", st.Error, st.Failing)
			}
			asked := len(b.requests())
			until(t, "tried again", func() bool { return len(b.requests()) > asked+1 })
			b.say(nil)
			until(t, "well again", func() bool { st := d.at(t, "posts"); return st.State == sources.Waiting && st.Error == "" })
			if n, _ := d.added(t, "posts"); n != 9 {
				t.Errorf("in the end there are %d", n)
			}
		})
	}
}

func TestABreakInTheMiddleIsTakenUp(t *testing.T) {
	t.Parallel()
	b := newBoard(t, 30)
	pages := 0
	b.say(func(w http.ResponseWriter) bool {
		if pages++; pages == 4 {
			http.Error(w, "tired", http.StatusBadGateway)
			return true
		}
		return false
	})
	d := open(t, t.TempDir(), "", 20*time.Millisecond, true)
	d.connect(t, b, "posts")
	until(t, "all of it", func() bool { n, _ := d.added(t, "posts"); return n == 29 })
	until(t, "no failed import", func() bool {
		list, err := d.system.Imports(t.Context())
		must(t, err)
		return len(list) == 1 && list[0].State == orrery.ImportDone && list[0].Error == ""
	})
}

func TestFirstReadingsAreOneAfterTheOther(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var order []int
	d := open(t, t.TempDir(), "", time.Hour, true)
	const n = 4
	for i := range n {
		b := newBoard(t, 20)
		b.say(func(http.ResponseWriter) bool {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, i)
			return false
		})
		d.connect(t, b, fmt.Sprint("posts", i))
	}
	for i := range n {
		until(t, "read", func() bool { return !d.at(t, fmt.Sprint("posts", i)).Success.IsZero() })
	}
	mu.Lock()
	defer mu.Unlock()
	if turns := len(slices.Compact(slices.Clone(order))); turns != n || len(order) != 5*n {
		t.Errorf("they were read in turns: %v", order)
	}
}

func TestAPlatformSaysWhenToComeBack(t *testing.T) {
	t.Parallel()
	b := newBoard(t, 10)
	b.say(func(w http.ResponseWriter) bool {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	})
	d := open(t, t.TempDir(), "", 20*time.Millisecond, true)
	d.connect(t, b, "posts")
	until(t, "failing", func() bool { return d.at(t, "posts").State == sources.Failing })
	if left := time.Until(d.at(t, "posts").Next); left < 59*time.Minute || left > 61*time.Minute {
		t.Errorf("it is asked again in %s, want an hour", left)
	}
	if n := len(b.requests()); n != 1 {
		t.Errorf("it was asked %d times", n)
	}
	b.say(nil)
	must(t, d.Resume(t.Context(), "posts")) // a person knows better
	until(t, "read", func() bool { n, _ := d.added(t, "posts"); return n == 9 })
}

func TestATrialStoresNothing(t *testing.T) {
	t.Parallel()
	b := newBoard(t, 100)
	d := open(t, t.TempDir(), "", time.Hour, false)
	d.connect(t, b, "posts")
	trial, err := d.Test(t.Context(), "posts")
	must(t, err)
	if !trial.Asked || trial.Activities != 20 || trial.Skipped != 1 || trial.Newest.IsZero() || strings.Contains(trial.Why, token) {
		t.Errorf("got %+v", trial)
	}
	if n, _ := d.added(t, "posts"); n != 0 {
		t.Errorf("a trial stored %d", n)
	}
	b.say(func(w http.ResponseWriter) bool { w.WriteHeader(http.StatusUnauthorized); return true })
	if _, err := d.Test(t.Context(), "posts"); err == nil || strings.Contains(err.Error(), token) || orrery.CodeOf(err) != orrery.Denied {
		t.Errorf("with a wrong token: %v", err)
	}
	b.Close()
	if _, err := d.Test(t.Context(), "posts"); err == nil || !strings.Contains(err.Error(), "nobody answers at 127.0.0.1") {
		t.Errorf("with nobody there: %v", err)
	}
}
