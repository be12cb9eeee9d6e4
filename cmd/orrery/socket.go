package main

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/view"
)

// While a server holds the data folder, commands reach it through a Unix
// socket: they hand over their words and print what comes back. An import's
// connector runs in the command, which hands over what it reads: the server
// never opens a path of the command's.
//
// The socket lies in a short folder of its own, for socket paths are limited;
// the file socketNote in the data folder says where.
const socketNote = "socket"

// request is what a command says first.
type request struct {
	Args   []string
	Cwd    string
	Secret string         // a password that the command read
	Import *importRequest // an import: events follow
}

type importRequest struct {
	Source collect.Source
	Planet string
	Name   string
	JSON   bool
}

// event is one thing that a connector reads, on its way to the server.
type event struct {
	Activity    *orrery.Activity
	Link        *orrery.Link
	Affiliation *orrery.Affiliation
	Skip        *collect.Skipped
	Complete    bool
	Done        bool
	Cursor      []byte
	Failed      string
}

// reply is what the server says back.
type reply struct {
	Out, Err []byte
	Begin    bool // an import may begin reading
	Cursor   []byte
	Done     bool
	Exit     int
}

// commandSocket is where commands reach the server.
type commandSocket struct {
	net.Listener
	dir, note string
}

// openSocket opens the command socket and notes where it is: from then on
// commands find it.
func (s *serving) openSocket(ctx context.Context) (c commandSocket, err error) {
	if c.dir, err = os.MkdirTemp("", "orrery-*"); err != nil {
		return c, fmt.Errorf("make a folder for the command socket: %w", err)
	}
	path := filepath.Join(c.dir, "s")
	if c.Listener, err = new(net.ListenConfig).Listen(ctx, "unix", path); err != nil {
		c.tidy()
		return c, fmt.Errorf("open the command socket: %w", err)
	}
	err = os.Chmod(path, 0o600)
	c.note = filepath.Join(s.system.Dir(), socketNote)
	if err == nil {
		err = os.WriteFile(c.note, []byte(path+"\n"), 0o600)
	}
	if err != nil {
		err = errors.Join(fmt.Errorf("note where the command socket is: %w", err), c.Close())
		c.tidy()
	}
	return c, err
}

// tidy removes what the socket lay in. Left-overs harm nobody: commands find out
// that nobody listens.
func (c commandSocket) tidy() {
	_ = os.Remove(c.note)
	_ = os.RemoveAll(c.dir)
}

// serveSocket answers commands until the context ends.
func (s *serving) serveSocket(ctx context.Context, listener commandSocket) error {
	defer listener.tidy()
	stop := context.AfterFunc(ctx, func() { listener.Close() }) //nolint:errcheck // Accept says so
	defer stop()
	var calls sync.WaitGroup
	defer calls.Wait()
	for {
		conn, err := listener.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("command socket: %w", err)
		}
		calls.Go(func() {
			defer conn.Close() //nolint:errcheck // the command is gone or has its answer
			s.answer(ctx, conn)
		})
	}
}

// answer carries out one command.
func (s *serving) answer(ctx context.Context, conn net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	in, out := gob.NewDecoder(conn), &replies{enc: gob.NewEncoder(conn)}
	var r request
	if err := in.Decode(&r); err != nil {
		return
	}
	a := &app{
		out:   writerFunc(func(p []byte) error { return out.send(reply{Out: p}) }),
		err:   writerFunc(func(p []byte) error { return out.send(reply{Err: p}) }),
		clock: s.app.clock, data: s.app.data, system: s.system, desk: s.desk, sources: s.sources, accounts: s.accounts, keys: s.keys, webhooks: s.webhooks, backups: s.backups, cwd: r.Cwd, secret: r.Secret,
	}
	if r.Import == nil {
		go func() { // the command says nothing more: an end means that it is gone
			_, _ = io.Copy(io.Discard, conn)
			cancel()
		}()
		_ = out.send(reply{Done: true, Exit: a.run(ctx, r.Args)})
		return
	}
	a.json = r.Import.JSON
	err := a.importWith(a.noted(ctx, "import"), s.system, s.desk, &remoteConnector{r.Import.Source, in, out}, flow.ImportPlan{
		Planet: r.Import.Planet, Source: r.Import.Name,
	})
	_ = out.send(reply{Done: true, Exit: a.exit(err)})
}

// replies sends from several goroutines.
type replies struct {
	mu  sync.Mutex
	enc *gob.Encoder
}

func (r *replies) send(v reply) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.enc.Encode(v)
}

type writerFunc func([]byte) error

func (f writerFunc) Write(p []byte) (int, error) {
	if err := f(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// remoteConnector is a connector that runs in a command at the other end.
type remoteConnector struct {
	source collect.Source
	in     *gob.Decoder
	out    *replies
}

func (c *remoteConnector) Source(context.Context) (collect.Source, error) { return c.source, nil }

func (c *remoteConnector) Collect(ctx context.Context, from collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	if err := c.out.send(reply{Begin: true, Cursor: from}); err != nil {
		return nil, fmt.Errorf("the command went away: %w", err)
	}
	for {
		var e event
		if err := c.in.Decode(&e); err != nil {
			return nil, fmt.Errorf("the command went away before it had read everything: %w", err)
		}
		var err error
		switch {
		case e.Activity != nil:
			err = to.Activity(ctx, e.Activity)
		case e.Link != nil:
			err = to.Link(ctx, *e.Link)
		case e.Affiliation != nil:
			err = to.Affiliation(ctx, *e.Affiliation)
		case e.Skip != nil:
			err = to.Skip(ctx, *e.Skip)
		case e.Complete:
			to.Complete()
		case e.Failed != "":
			return nil, orrery.Errorf(orrery.Invalid, "%s", e.Failed)
		case e.Done:
			return e.Cursor, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// server connects to the server that holds the data folder; nil where there is
// none.
func (a *app) server(ctx context.Context) net.Conn {
	path, err := os.ReadFile(filepath.Join(a.data, socketNote))
	if err != nil {
		return nil
	}
	d := net.Dialer{Timeout: 2 * time.Second}
	conn, err := d.DialContext(ctx, "unix", strings.TrimSpace(string(path)))
	if err != nil {
		return nil
	}
	return conn
}

// errAnswered ends a command that the server carried out; the code is the
// server's.
type errAnswered int

func (e errAnswered) Error() string { return fmt.Sprintf("answered with %d", int(e)) }

// forward has the server carry the command out.
func (a *app) forward(ctx context.Context, conn net.Conn) error {
	defer conn.Close()                                      //nolint:errcheck // the answer is there
	stop := context.AfterFunc(ctx, func() { conn.Close() }) //nolint:errcheck // reading says so
	defer stop()
	cwd, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("find the current folder: %w", err)
	}
	if err := gob.NewEncoder(conn).Encode(request{Args: a.args, Cwd: cwd, Secret: a.secret}); err != nil {
		return fmt.Errorf("speak to the running server: %w", err)
	}
	return a.relay(ctx, gob.NewDecoder(conn), nil)
}

// relay prints what the server says until it is done.
func (a *app) relay(ctx context.Context, in *gob.Decoder, begin func(collect.Cursor)) error {
	for {
		var r reply
		if err := in.Decode(&r); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("the running server went away: %w", err)
		}
		switch {
		case r.Done:
			return errAnswered(r.Exit)
		case r.Begin:
			begin(r.Cursor)
		case len(r.Err) > 0:
			_, _ = a.err.Write(r.Err)
		default:
			if _, err := a.out.Write(r.Out); err != nil {
				return err
			}
		}
	}
}

// importThrough runs the connector here and hands what it reads to the server.
func (a *app) importThrough(ctx context.Context, conn net.Conn, c collect.Connector, plan flow.ImportPlan) error {
	defer conn.Close() //nolint:errcheck // the answer is there
	source, err := c.Source(ctx)
	if err != nil {
		return err
	}
	out := gob.NewEncoder(conn)
	if err := out.Encode(request{Import: &importRequest{source, plan.Planet, plan.Source, a.json}}); err != nil {
		return fmt.Errorf("speak to the running server: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	began := make(chan collect.Cursor, 1)
	group.Go(func() error {
		err := a.relay(ctx, gob.NewDecoder(conn), func(cursor collect.Cursor) { began <- cursor })
		return err
	})
	group.Go(func() error {
		select {
		case cursor := <-began:
			sink := &socketSink{out: out, progress: plan.Progress}
			next, err := c.Collect(ctx, cursor, sink)
			if err != nil {
				return out.Encode(event{Failed: err.Error()})
			}
			return out.Encode(event{Done: true, Cursor: next})
		case <-ctx.Done():
			return nil
		}
	})
	return group.Wait()
}

// socketSink hands what a connector reads to the server.
type socketSink struct {
	out      *gob.Encoder
	progress func(flow.ImportProgress)
}

var _ collect.Sink = (*socketSink)(nil)

func (k *socketSink) Activity(_ context.Context, a *orrery.Activity) error {
	return k.out.Encode(event{Activity: a})
}

func (k *socketSink) Link(_ context.Context, l orrery.Link) error {
	return k.out.Encode(event{Link: &l})
}

func (k *socketSink) Affiliation(_ context.Context, a orrery.Affiliation) error {
	return k.out.Encode(event{Affiliation: &a})
}

func (k *socketSink) Skip(_ context.Context, s collect.Skipped) error {
	return k.out.Encode(event{Skip: &s})
}

func (k *socketSink) Progress(p collect.Progress) {
	if k.progress != nil {
		k.progress(flow.ImportProgress{Progress: p})
	}
}

func (k *socketSink) Complete() { _ = k.out.Encode(event{Complete: true}) }

// with runs fn on the data: on the running server's where this is one, on the
// folder otherwise. Where another server holds the folder, that server carries
// the whole command out.
func (a *app) with(ctx context.Context, mustExist bool, fn func(*flow.System, *view.Desk) error) (err error) {
	if a.system != nil {
		if err := fn(a.system, a.desk); err != nil {
			return err
		}
		return told(ctx, a.system)
	}
	s, err := a.open(ctx, mustExist)
	if orrery.CodeOf(err) == orrery.Conflict {
		if conn := a.server(ctx); conn != nil {
			return a.forward(ctx, conn)
		}
	}
	if err != nil {
		return err
	}
	defer func() {
		// A snapshot is saved even when the person pressed Ctrl-C.
		if closeErr := s.Close(context.WithoutCancel(ctx)); err == nil {
			err = closeErr
		}
	}()
	d := view.NewDesk(s)
	defer d.Stop() // before the data is closed
	if err := fn(s, d); err != nil {
		return err
	}
	return told(ctx, s)
}
