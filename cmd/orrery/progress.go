package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"orrery.dev/orrery/internal/flow"
)

// progress shows on standard error how far an import is: one line that is
// written over on a terminal, a plain line per tenth elsewhere.
type progress struct {
	w     io.Writer
	name  string
	live  bool
	clock func() time.Time

	mu      sync.Mutex
	began   time.Time
	drawn   time.Time
	tenth   int64
	visible bool
}

func (a *app) progress(name string) *progress {
	return &progress{w: a.err, name: clean(name, 40), live: isTerminal(a.err), clock: a.clock, began: a.clock()}
}

const barWidth = 18

func (p *progress) update(at flow.ImportProgress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock()
	if p.live {
		if now.Sub(p.drawn) < 100*time.Millisecond {
			return
		}
		p.drawn, p.visible = now, true
		fmt.Fprintf(p.w, "\r\x1b[K%s", p.text(at, now))
		return
	}
	if at.Total > 0 && at.Done*10/at.Total > p.tenth {
		p.tenth = at.Done * 10 / at.Total
		fmt.Fprintln(p.w, p.text(at, now))
	}
}

func (p *progress) text(at flow.ImportProgress, now time.Time) string {
	took := now.Sub(p.began)
	rate := ""
	if took > time.Second {
		rate = fmt.Sprintf("  %s/s", count(int64(float64(at.Rows)/took.Seconds())))
	}
	if at.Total <= 0 {
		return fmt.Sprintf("%s  %s rows%s", p.name, count(at.Rows), rate)
	}
	share := min(1, float64(at.Done)/float64(at.Total))
	full := int(share * barWidth)
	left := ""
	if share > .02 && took > time.Second {
		left = fmt.Sprintf("  %s left", time.Duration(float64(took)*(1-share)/share).Round(time.Second))
	}
	return fmt.Sprintf("%s  %s%s  %2.0f%%  %s rows%s%s", p.name, strings.Repeat("█", full), strings.Repeat("░", barWidth-full),
		100*share, count(at.Rows), rate, left)
}

// done clears the line.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.visible {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
