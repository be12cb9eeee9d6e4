package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/journal"
)

// postings says in which blocks an identity acted or was addressed, so that one
// person's activities are found without reading the journal through. It is made
// when it is needed first, extended by what is stored after, and dropped when
// blocks are removed or rewritten. Guarded by System.writing.
//
// It takes 8 bytes for each identity, and 8 for each block in which it occurs.
type postings struct {
	upTo   orrery.BlockSeq // blocks up to here are in it
	head   []head          // by IdentityID
	chunks [][]posting     // posting n is chunks[n>>chunkBits][n&chunkMask]
	n      uint32
	spans  map[orrery.BlockSeq]span
}

// head is where the postings of an identity begin: the newest one, 0 for none,
// and its block, so that adding another touches one place.
type head struct {
	newest uint32
	block  orrery.BlockSeq
}

// posting is one block of an identity; older is the one before.
type posting struct {
	block orrery.BlockSeq
	older uint32
}

// span is when the activities of a block happened, in microseconds since 1970.
type span struct{ first, last int64 }

const (
	chunkBits = 16
	chunkMask = 1<<chunkBits - 1
)

func newPostings() *postings { return &postings{n: 1, spans: map[orrery.BlockSeq]span{}} }

// add takes in a block. Blocks come in the order of their numbers.
func (p *postings) add(r *journal.Replayed) {
	s := span{}
	for row := range r.N {
		p.put(r.Identity[row], r.Seq)
		at := r.AtMicros[row]
		if row == 0 {
			s = span{at, at}
		}
		s.first, s.last = min(s.first, at), max(s.last, at)
	}
	if r.Addresses() {
		for row := range r.N {
			for _, id := range r.To(row) {
				p.put(id, r.Seq)
			}
		}
	}
	p.spans[r.Seq] = s
	p.upTo = r.Seq
}

func (p *postings) put(id orrery.IdentityID, block orrery.BlockSeq) {
	if int(id) >= len(p.head) {
		p.head = slices.Grow(p.head, int(id)+1-len(p.head))
		p.head = p.head[:min(cap(p.head), int(id)+1+int(id)/8)]
	}
	h := &p.head[id]
	if h.newest != 0 && h.block == block {
		return
	}
	if int(p.n>>chunkBits) >= len(p.chunks) {
		p.chunks = append(p.chunks, make([]posting, 1<<chunkBits))
	}
	*p.at(p.n) = posting{block, h.newest}
	h.newest, h.block = p.n, block
	p.n++
}

func (p *postings) at(n uint32) *posting { return &p.chunks[n>>chunkBits][n&chunkMask] }

// blocksOf returns the blocks in which any of the identities occurs, in order.
func (p *postings) blocksOf(ids []orrery.IdentityID) []orrery.BlockSeq {
	var blocks []orrery.BlockSeq
	for _, id := range ids {
		if int(id) >= len(p.head) {
			continue
		}
		for n := p.head[id].newest; n != 0; n = p.at(n).older {
			blocks = append(blocks, p.at(n).block)
		}
	}
	slices.Sort(blocks)
	return slices.Compact(blocks)
}

// occurs returns in how many blocks the identities occur, counting up to about
// limit.
func (p *postings) occurs(ids []orrery.IdentityID, limit int) int {
	n := 0
	for _, id := range ids {
		if int(id) >= len(p.head) {
			continue
		}
		for at := p.head[id].newest; at != 0 && n < limit; at = p.at(at).older {
			n++
		}
	}
	return n
}

// posted returns the postings of all that is stored. The caller holds
// s.writing.
func (s *System) posted(ctx context.Context) (*postings, error) {
	if s.postings == nil {
		s.postings = newPostings()
	}
	if s.postings.upTo < s.journal.Seq() {
		err := s.journal.Replay(ctx, s.postings.upTo, func(r *journal.Replayed) error {
			s.postings.add(r)
			return nil
		})
		if err != nil {
			s.postings = nil
			return nil, fmt.Errorf("note who occurs where: %w", err)
		}
		s.postings.upTo = s.journal.Seq()
	}
	return s.postings, nil
}

// warmBlocks is how many blocks are taken in between two looks whether somebody
// waits.
const warmBlocks = 16

var errEnough = errors.New("enough for now")

// warm takes a few more blocks into the postings, and returns whether there are
// more.
func (s *System) warm(ctx context.Context) (more bool, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.postings == nil {
		s.postings = newPostings()
	}
	n := 0
	err = s.journal.Replay(ctx, s.postings.upTo, func(r *journal.Replayed) error {
		if n == warmBlocks {
			return errEnough
		}
		n++
		s.postings.add(r)
		return nil
	})
	switch {
	case errors.Is(err, errEnough):
		return true, nil
	case err != nil:
		s.postings = nil
		return false, fmt.Errorf("note who occurs where: %w", err)
	}
	s.postings.upTo = s.journal.Seq()
	return false, nil
}

// kinship finds the identities of a member. Most members have one, which is
// their number.
type kinship struct {
	members []orrery.MemberID // what the rest was made of
	more    map[orrery.MemberID][]orrery.IdentityID
}

// follow brings the kinship up to date.
func (k *kinship) follow(members []orrery.MemberID) {
	known := len(k.members)
	if known > len(members) || !samePrefix(k.members, members) {
		k.more, known = nil, 0
	}
	if k.more == nil {
		k.more = map[orrery.MemberID][]orrery.IdentityID{}
	}
	for id := known; id < len(members); id++ {
		if m := members[id]; int(m) != id {
			k.more[m] = append(k.more[m], orrery.IdentityID(id))
		}
	}
	k.members = members
}

// of appends the identities of a member.
func (k *kinship) of(dst []orrery.IdentityID, m orrery.MemberID) []orrery.IdentityID {
	return append(append(dst, orrery.IdentityID(m)), k.more[m]...)
}

// samePrefix says whether b begins with a. Members that only grew share their
// memory, which needs no look at each.
func samePrefix(a, b []orrery.MemberID) bool {
	return len(a) == 0 || len(a) <= len(b) && (&a[0] == &b[0] || slices.Equal(a, b[:len(a)]))
}
