package git

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"orrery.dev/orrery/internal/collect"
)

// cursorVersion changes when a cursor of before cannot be understood any more.
const cursorVersion = 1

// cursorJSON is a state as it is kept between two readings.
type cursorJSON struct {
	Version int      `json:"version"`
	All     bool     `json:"all,omitempty"`
	Tips    []string `json:"tips"`
	Shallow string   `json:"shallow,omitempty"`
	Mailmap string   `json:"mailmap,omitempty"`
}

func (s state) cursor() collect.Cursor {
	b, err := json.Marshal(cursorJSON{Version: cursorVersion, All: s.all, Tips: s.tips, Shallow: s.shallow, Mailmap: s.mailmap})
	if err != nil {
		panic(err) // strings and numbers
	}
	return b
}

// parseCursor is the inverse of cursor. What it does not understand is the
// start: reading everything again is harmless.
func parseCursor(c collect.Cursor) state {
	var v cursorJSON
	if err := json.Unmarshal(c, &v); err != nil || v.Version != cursorVersion {
		return state{}
	}
	for _, tip := range v.Tips {
		if !isHash(tip) {
			return state{}
		}
	}
	return state{all: v.All, tips: v.Tips, shallow: v.Shallow, mailmap: v.Mailmap}
}

func isHash(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(s) == 40 || len(s) == 64
}

// span is all commits that tips reach and not reaches not.
type span struct {
	tips, not []string
}

// stdin is the span as git reads it with --stdin.
func (s span) stdin() []byte {
	var b bytes.Buffer
	for _, tip := range s.tips {
		b.WriteString(tip)
		b.WriteByte('\n')
	}
	for _, tip := range s.not {
		b.WriteByte('^')
		b.WriteString(tip)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// plan is what one Collect has to do.
type plan struct {
	nothing  bool // all is as it was
	read     span // commits to emit
	aliases  span // commits emitted before, whose aliases a new .mailmap may join
	complete bool // what is not emitted is gone
}

// plan compares what was read with what there is.
func (r *repository) plan(ctx context.Context, old, now state) (plan, error) {
	everything := plan{read: span{tips: now.tips}}
	switch {
	case len(old.tips) == 0:
		return everything, nil
	case old.all && !now.all:
		// Less was asked for; nothing says that the rest is gone.
		return everything, nil
	}
	same := slices.Equal(old.tips, now.tips)
	if same && old.shallow == now.shallow && old.mailmap == now.mailmap {
		return plan{nothing: true}, nil
	}
	if !same {
		kept, err := r.reaches(ctx, now.tips, old.tips)
		if err != nil {
			return plan{}, err
		}
		if !kept {
			everything.complete = now.shallow == ""
			return everything, nil
		}
	}
	if old.shallow != now.shallow {
		return everything, nil
	}
	p := plan{read: span{tips: now.tips, not: old.tips}}
	if same {
		p.read = span{}
	}
	if old.mailmap != now.mailmap {
		p.aliases = span{tips: old.tips}
	}
	return p, nil
}

// reaches tells whether all of olds still exist and are news or come before
// them. It reads as many commits as lie between.
func (r *repository) reaches(ctx context.Context, news, olds []string) (bool, error) {
	out, err := r.output(ctx, span{tips: olds, not: news}.stdin(), "rev-list", "--stdin", "--max-count=1")
	if _, ok := errors.AsType[*gitError](err); ok {
		return false, nil // git does not know one of olds any more
	}
	return len(out) == 0, err
}
