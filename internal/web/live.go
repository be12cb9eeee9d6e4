package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// lively are the pages that hear of activities that came since they were opened, by
// template.
var lively = []string{"today", "map", "maptable", "people", "person", "conversations"}

// How often a stream looks whether something came, and how often it says that it is
// still there and asks whether the session still is.
const (
	liveEvery = time.Second
	liveBeat  = 10 // of these
)

// How long after it told something a stream tells of more: whoever has it read aloud
// is not to hear a meter run.
const (
	liveRest = 5 * time.Second
	liveMost = time.Minute
)

// How many pages hear of news at once: an account's (a browser holds six lines to one
// host) and all together. More go without.
const (
	watchersOfOne = 4
	watchersOfAll = 256
)

// watchers counts the streams that are open.
type watchers struct {
	mu  sync.Mutex
	all int
	of  map[int64]int // by account
}

// enter tells whether one more may listen.
func (w *watchers) enter(account int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all >= watchersOfAll || w.of[account] >= watchersOfOne {
		return false
	}
	if w.of == nil {
		w.of = map[int64]int{}
	}
	w.all++
	w.of[account]++
	return true
}

func (w *watchers) leave(account int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all--
	if w.of[account]--; w.of[account] == 0 {
		delete(w.of, account)
	}
}

// mayHear tells whether this page hears of news.
func (p *page) mayHear() bool {
	return p.Planet.ID != 0 && p.AsOf == 0 && slices.Contains(lively, p.Name)
}

// live tells a watching page how many activities came since it was opened.
func (s *server) live(w http.ResponseWriter, v *visit) error {
	since, err := strconv.ParseInt(v.URL.Query().Get("since"), 10, 64)
	if err != nil || since < 0 {
		if since, err = s.Backend.Reader.Arrivals(v.Context(), v.planet.ID, view.NotCounted); err != nil {
			return err
		}
	}
	if !s.watchers.enter(v.account.ID) {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	defer s.watchers.leave(v.account.ID)
	control := streaming(w)
	w.Header().Set("X-Accel-Buffering", "no")
	_, _ = fmt.Fprint(w, "retry: 5000\n\n")
	said, rest, again := since, liveRest, time.Time{}
	tick := time.NewTicker(liveEvery)
	defer tick.Stop()
	for beat := 0; ; beat++ {
		now, err := s.Backend.Reader.Arrivals(v.Context(), v.planet.ID, since)
		if err != nil {
			return nil // headers are out: the page connects again and then reads what is wrong
		}
		news := now != view.NotCounted && now != said && !time.Now().Before(again)
		if (news || beat%liveBeat == 0) && !s.stillSees(v) {
			_, _ = fmt.Fprint(w, "event: end\ndata: 0\n\n")
			_ = control.Flush()
			return nil
		}
		_ = control.SetWriteDeadline(time.Now().Add(30 * time.Second))
		switch {
		case news:
			_, _ = fmt.Fprintf(w, "event: news\ndata: %s\n\n", v.language.Say(newsWords(now-since)))
			said, again, rest = now, time.Now().Add(rest), min(2*rest, liveMost)
		case beat%liveBeat == 0:
			_, _ = fmt.Fprint(w, ": still here\n\n")
		}
		if err := control.Flush(); err != nil {
			return nil // they left
		}
		select {
		case <-v.Context().Done():
			return nil
		case <-tick.C:
		}
	}
}

// stillSees tells whether the visit's session goes on and its account still sees the
// planet.
func (s *server) stillSees(v *visit) bool {
	account, err := s.Backend.Sessions.Account(v.Context(), s.sessionOf(v.Request))
	return err == nil && account.Access.On(v.planet.ID).Role >= orrery.Reader
}

func newsWords(more int64) language.Text {
	if more <= 0 {
		return language.T("Something changed since you opened this page.")
	}
	return language.N(more, "%d new activity since you opened this page.", "%d new activities since you opened this page.")
}

// streaming makes an answer one that goes on: whoever is silent meanwhile is not cut
// off.
func streaming(w http.ResponseWriter) *http.ResponseController {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	return control
}
