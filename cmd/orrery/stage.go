package main

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// stage shows one handler after another under one address. Between two of them
// everybody is told to wait a moment, and what the first began has ended.
type stage struct {
	waiting   http.Handler
	announced bool // that it serves was said

	mu      sync.Mutex
	current *performance // nil: nothing is shown
}

// performance is one handler and the requests that it answers.
type performance struct {
	handler http.Handler
	ctx     context.Context //nolint:containedctx // ends what still streams
	end     context.CancelFunc
	under   sync.WaitGroup
}

func newStage(waiting http.Handler) *stage { return &stage{waiting: waiting} }

// ServeHTTP hands a request to what is shown.
func (s *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	p := s.current
	if p != nil {
		p.under.Add(1)
	}
	s.mu.Unlock()
	if p == nil {
		s.waiting.ServeHTTP(w, r)
		return
	}
	defer p.under.Done()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(p.ctx, cancel)()
	p.handler.ServeHTTP(w, r.WithContext(ctx))
}

// open shows a handler.
func (s *stage) open(h http.Handler) {
	ctx, end := context.WithCancel(context.Background())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = &performance{handler: h, ctx: ctx, end: end}
}

// pause shows nothing any more and waits until what was begun has ended: half of
// the patience for it to end by itself, then half with what waits called off.
func (s *stage) pause(patience time.Duration) {
	s.mu.Lock()
	p := s.current
	s.current = nil
	s.mu.Unlock()
	if p == nil {
		return
	}
	defer p.end()
	done := make(chan struct{})
	go func() {
		p.under.Wait()
		close(done)
	}()
	timer := time.AfterFunc(patience/2, p.end)
	defer timer.Stop()
	select {
	case <-done:
	case <-time.After(patience):
	}
}
