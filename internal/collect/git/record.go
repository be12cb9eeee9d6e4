package git

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"
)

// format is what git prints of each commit. No field can contain a NUL: git ends
// a commit's text at the first.
const format = "tformat:%H%x00%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%s%x00%b"

// fields is how many NULs end a record; with -z the last is the record's own.
const fields = 10

// record is one commit as git prints it, valid until the next is read.
type record struct {
	hash      []byte
	parents   []byte // hashes with a space between
	author    []byte // name, NUL, address
	authored  []byte // seconds, space, zone; empty when the commit has no date
	committer []byte
	committed []byte
	subject   []byte
	body      []byte
}

// records reads the output of git log.
type records struct {
	each func(context.Context, *record) error
	size int // of the buffer at first, in bytes; 0 is bufferSize
	// pause is how long to wait after little was read. git writes 4 KiB at a
	// time: to wake up for each costs more than to read it.
	pause time.Duration
}

const bufferSize = 1 << 18

// read hands each commit on. An error of each ends it and is returned unchanged.
func (rs records) read(ctx context.Context, in io.Reader) error {
	if rs.size == 0 {
		rs.size = bufferSize
	}
	var (
		buf     = make([]byte, rs.size)
		start   int         // of the record
		scanned int         // up to where NULs were looked for
		end     int         // of what is in buf
		ends    [fields]int // where the NULs are that were found, from start
		found   int
		rec     record
	)
	for {
		for {
			i := bytes.IndexByte(buf[scanned:end], 0)
			if i < 0 {
				scanned = end
				break
			}
			scanned += i + 1
			ends[found] = scanned - 1 - start
			if found++; found < fields {
				continue
			}
			rec.slice(buf[start:scanned], &ends)
			if err := rs.each(ctx, &rec); err != nil {
				return err
			}
			start, found = scanned, 0
		}
		if start > 0 {
			copy(buf, buf[start:end])
			scanned, end, start = scanned-start, end-start, 0
		}
		if end == len(buf) {
			buf = append(buf, make([]byte, len(buf))...)
		}
		n, err := in.Read(buf[end:])
		if end += n; err == nil && n < rs.size/4 {
			time.Sleep(rs.pause)
		}
		switch {
		case err == io.EOF && end == 0:
			return nil
		case err == io.EOF && n == 0:
			return errTorn
		case err != nil && err != io.EOF:
			return fmt.Errorf("%w: %w", errTorn, err)
		}
	}
}

// slice cuts a record at its NULs.
func (r *record) slice(b []byte, ends *[fields]int) {
	r.hash = b[:ends[0]]
	r.parents = b[ends[0]+1 : ends[1]]
	r.author = b[ends[1]+1 : ends[3]]
	r.authored = b[ends[3]+1 : ends[4]]
	r.committer = b[ends[4]+1 : ends[6]]
	r.committed = b[ends[6]+1 : ends[7]]
	r.subject = b[ends[7]+1 : ends[8]]
	r.body = b[ends[8]+1 : ends[9]]
}

// parseDate reads seconds since 1970 and a zone's minutes east of UTC. Zones
// that are nowhere on Earth are UTC.
func parseDate(b []byte) (seconds int64, minutes int, ok bool) {
	digits, zone, _ := bytes.Cut(b, []byte(" "))
	if len(digits) == 0 || len(digits) > 18 {
		return 0, 0, false
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, 0, false
		}
		seconds = seconds*10 + int64(c-'0')
	}
	return seconds, parseZone(zone), true
}

func parseZone(b []byte) int {
	if len(b) != 5 || b[0] != '+' && b[0] != '-' {
		return 0
	}
	hhmm := 0
	for _, c := range b[1:] {
		if c < '0' || c > '9' {
			return 0
		}
		hhmm = hhmm*10 + int(c-'0')
	}
	const farthest = 14 * 60 // Kiribati
	minutes := hhmm/100*60 + hhmm%100
	if hhmm%100 >= 60 || minutes > farthest {
		return 0
	}
	if b[0] == '-' {
		return -minutes
	}
	return minutes
}
