package mbox

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/mail"
	"os"
	"path/filepath"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
)

// The rest of sound, so that it is a sink; it looks at nothing else.
func (s sound) Link(context.Context, orrery.Link) error               { return nil }
func (s sound) Affiliation(context.Context, orrery.Affiliation) error { return nil }
func (s sound) Skip(context.Context, collect.Skipped) error           { return nil }
func (s sound) Progress(collect.Progress)                             {}
func (s sound) Complete()                                             {}

// peak is a sink that counts and measures the heap.
type peak struct {
	activities int
	bytes      uint64
}

func (p *peak) Activity(context.Context, *orrery.Activity) error {
	if p.activities++; p.activities%4096 == 0 {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(sample)
		p.bytes = max(p.bytes, sample[0].Value.Uint64())
	}
	return nil
}
func (p *peak) Link(context.Context, orrery.Link) error               { return nil }
func (p *peak) Affiliation(context.Context, orrery.Affiliation) error { return nil }
func (p *peak) Skip(context.Context, collect.Skipped) error           { return nil }
func (p *peak) Progress(collect.Progress)                             {}
func (p *peak) Complete()                                             {}

// generate writes a list's archive of some bytes: threads, 5,000 authors, half
// of From rewritten, bodies of some 3 KB.
func generate(b *testing.B, bytes int64) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "bench.mbox")
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	w := bufio.NewWriterSize(file, 1<<20)
	random := rand.New(rand.NewPCG(1, 2))
	line := strings.Repeat("words and more words ", 3) + "\n"
	at := time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC)
	for i, written := 0, int64(0); written < bytes; i++ {
		at = at.Add(10 * time.Minute)
		who := random.IntN(5000)
		from := fmt.Sprintf("Person %d <p%d@example.org>", who, who)
		if i%2 == 0 {
			from = fmt.Sprintf("Person %d via dev <dev@lists.example.org>\nReply-To: Person %d <p%d@example.org>", who, who, who)
		}
		answers := ""
		if i > 0 && i%4 > 0 {
			parent := i - 1 - random.IntN(min(i, 50))
			answers = fmt.Sprintf("In-Reply-To: <%d.x@example.org>\nReferences: <%d.x@example.org>\n <%d.x@example.org>\n", parent, parent/2, parent)
		}
		n, err := fmt.Fprintf(w, "From p%d@example.org %s\nReturn-Path: <dev-bounces@lists.example.org>\n"+
			"Received: from mx.example.org (mx.example.org [192.0.2.1])\n\tby lists.example.org (Postfix) with ESMTP id 4ABC\n\tfor <dev@lists.example.org>; %s\n"+
			"From: %s\nDate: %s\nSubject: [dev] Re: Something about subject %d\nMessage-ID: <%d.x@example.org>\n%s"+
			"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nList-Id: Development <dev.lists.example.org>\nList-Post: <mailto:dev@lists.example.org>\n\n%s\n",
			who, at.Format(time.ANSIC), at.Format(time.RFC1123Z), from, at.Format(time.RFC1123Z), i/5, i, answers, strings.Repeat(line, 10+random.IntN(60)))
		if err != nil {
			b.Fatal(err)
		}
		written += int64(n)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkArchive compares 200 MB of mail read as activities with the same
// mails merely parted, parted and parsed by the same code, and by net/mail.
func BenchmarkArchive(b *testing.B) {
	const size = 200 << 20
	path := generate(b, size)
	scan := func(b *testing.B, each func(s *scanner)) {
		b.SetBytes(size)
		for b.Loop() {
			file, err := os.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			s := newScanner(file)
			for s.next(b.Context()) == nil {
				each(s)
			}
			file.Close()
		}
	}
	b.Run("parted", func(b *testing.B) { scan(b, func(*scanner) {}) })
	b.Run("parsed", func(b *testing.B) {
		var h header
		d := dates{now: time.Now()}
		var names int
		scan(b, func(s *scanner) {
			h.parse(s.header)
			_, _, _ = d.of(&h, s.from)
			names += len(parseMailbox(h[from]).name) + len(text(h[subject]))
		})
	})
	b.Run("net_mail", func(b *testing.B) {
		scan(b, func(s *scanner) {
			m, err := mail.ReadMessage(io.MultiReader(strings.NewReader(string(s.header)), strings.NewReader("\n")))
			if err != nil {
				b.Fatal(err)
			}
			_, _ = m.Header.Date()
			_, _ = m.Header.AddressList("From")
		})
	})
	b.Run("collect", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			to := &peak{}
			if _, err := New(path, Options{}).Collect(b.Context(), nil, to); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(to.bytes)/1e6, "peak-MB")
			b.ReportMetric(float64(to.activities), "mails")
		}
	})
}
