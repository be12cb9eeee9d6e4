package stackexchange

import (
	"bufio"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
)

// peak is a sink that counts and measures the heap.
type peak struct {
	activities, links int
	bytes             uint64
}

func (p *peak) Activity(context.Context, *orrery.Activity) error {
	if p.activities++; p.activities%4096 == 0 {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(sample)
		p.bytes = max(p.bytes, sample[0].Value.Uint64())
	}
	return nil
}
func (p *peak) Link(context.Context, orrery.Link) error               { p.links++; return nil }
func (p *peak) Affiliation(context.Context, orrery.Affiliation) error { return nil }
func (p *peak) Skip(context.Context, collect.Skipped) error           { return nil }
func (p *peak) Progress(collect.Progress)                             {}
func (p *peak) Complete()                                             {}

// generate writes a dump of some bytes: a tenth users, seven tenths posts, a
// fifth comments, with texts of the length that sites have.
func generate(b *testing.B, bytes int) string {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "bench.stackexchange.com")
	if err := os.Mkdir(dir, 0o750); err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	const sentence = "&lt;p&gt;Words &quot;and&quot; words.&lt;/p&gt;&#xA;"
	body := strings.Repeat(sentence, 40)
	at := func(i int) string {
		return time.Date(2010, 1, 1, 0, i, 0, 0, time.UTC).Format("2006-01-02T15:04:05.000")
	}
	users := bytes / 10 / 350
	table := func(name string, share int, row func(i int) string) {
		file, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			b.Fatal(err)
		}
		defer file.Close()
		w := bufio.NewWriterSize(file, 1<<20)
		fmt.Fprintln(w, `<?xml version="1.0" encoding="utf-8"?>`+"\n<rows>")
		for i, written := 1, 0; written < share; i++ {
			n, err := fmt.Fprintln(w, row(i))
			if err != nil {
				b.Fatal(err)
			}
			written += n
		}
		fmt.Fprintln(w, "</rows>")
		if err := w.Flush(); err != nil {
			b.Fatal(err)
		}
	}
	table("Users.xml", bytes/10, func(i int) string {
		return fmt.Sprintf(`  <row Id="%d" Reputation="101" CreationDate="%s" DisplayName="User %d" LastAccessDate="%s" AboutMe="%s" Views="1" AccountId="%d" />`,
			i, at(i), i, at(i), body[:random.IntN(6)*len(sentence)], i*3)
	})
	table("Posts.xml", bytes*7/10, func(i int) string {
		what := fmt.Sprintf(`PostTypeId="2" ParentId="%d"`, i-i%3)
		if i%3 == 0 {
			what = fmt.Sprintf(`PostTypeId="1" AcceptedAnswerId="%d" Title="How is &quot;thing&quot; %d done?" Tags="&lt;one&gt;&lt;two&gt;"`, i+1, i)
		}
		return fmt.Sprintf(`  <row Id="%d" %s CreationDate="%s" Score="3" ViewCount="77" Body="%s" OwnerUserId="%d" LastEditorUserId="%d" LastEditDate="%s" LastActivityDate="%s" CommentCount="2" ContentLicense="CC BY-SA 4.0" />`,
			i, what, at(i), body[:random.IntN(40)*len(sentence)], 1+random.IntN(users), 1+random.IntN(users), at(i+9), at(i+10))
	})
	table("Comments.xml", bytes/5, func(i int) string {
		return fmt.Sprintf(`  <row Id="%d" PostId="%d" Score="0" Text="%s" CreationDate="%s" UserId="%d" ContentLicense="CC BY-SA 4.0" />`,
			i, 1+i/2, body[:random.IntN(8)*len(sentence)], at(i), 1+random.IntN(users))
	})
	return dir
}

// BenchmarkDump compares 200 MB of a dump read as activities with the same rows
// merely parsed by the same code, and by encoding/xml.
func BenchmarkDump(b *testing.B) {
	const size = 200 << 20
	dir := generate(b, size)
	tables := []string{"Users.xml", "Posts.xml", "Comments.xml", "Users.xml"} // as Collect reads them
	parse := func(b *testing.B, each func(io.Reader)) {
		b.SetBytes(size)
		for b.Loop() {
			for _, table := range tables {
				file, err := os.Open(filepath.Join(dir, table))
				if err != nil {
					b.Fatal(err)
				}
				each(file)
				file.Close()
			}
		}
	}
	b.Run("parsed", func(b *testing.B) {
		parse(b, func(r io.Reader) {
			in := newRows(r)
			for in.next(b.Context()) == nil {
			}
		})
	})
	b.Run("encoding_xml", func(b *testing.B) {
		parse(b, func(r io.Reader) {
			in := xml.NewDecoder(bufio.NewReaderSize(r, 1<<20))
			for {
				if _, err := in.RawToken(); err != nil {
					return
				}
			}
		})
	})
	b.Run("collect", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			to := &peak{}
			if _, err := New(dir, Options{}).Collect(b.Context(), nil, to); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(to.bytes)/1e6, "peak-MB")
			b.ReportMetric(float64(to.activities), "activities")
		}
	})
}
