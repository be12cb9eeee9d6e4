package view

import (
	"context"
	"hash/maphash"
	"strings"
	"sync"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/search"
)

// names keeps the words by which people can be found: of all identities of the
// installation, whatever the planet or the day. Most of it stays as it was made;
// what came or changed since stands in a small part that is made anew.
type names struct {
	mu        sync.Mutex
	book      *nameBook // nil: nobody looked for anybody yet, or somebody was erased
	following chan struct{}
	drops     int
}

// nameBook is never changed once it is made, but for its sums, which belong to
// whoever makes the next one.
type nameBook struct {
	generation int64
	seed       maphash.Seed
	sums       []uint64         // by IdentityID: of the texts that are in it; 0: not in it
	main, tail [2]*search.Index // names and handles, addresses
	late       []called         // what the tail is of
	entries    int              // identities in main
}

// called is what is known of an identity for looking it up.
type called struct {
	id          orrery.IdentityID
	name, value string
	address     bool // value is an address
}

// smallTail is how many identities are made anew each time at most; of many, a
// sixteenth.
const smallTail = 5_000

// aWhile is how long a search waits for names that arrived just now.
const aWhile = 300 * time.Millisecond

func (n *names) forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.book = nil
	n.drops++
}

// wanted says whether somebody looked for people before, so that the book is to be
// kept up to date.
func (n *names) wanted() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.book != nil
}

// nameBook returns a book of at least a generation, after so much patience at most,
// else the one that is there: nil where there is none yet.
func (d *Desk) nameBook(ctx context.Context, generation int64, patience time.Duration) (*nameBook, error) {
	n := &d.names
	timeout := time.After(patience)
	for {
		n.mu.Lock()
		book := n.book
		if book != nil && book.generation >= generation {
			n.mu.Unlock()
			return book, nil
		}
		if n.following == nil {
			n.following = make(chan struct{})
			d.work.Go(d.follow)
		}
		done := n.following
		n.mu.Unlock()
		select {
		case <-done:
			if d.ctx.Err() != nil {
				return book, d.ctx.Err()
			}
		case <-timeout:
			return book, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// follow makes the next book. One is made at a time.
func (d *Desk) follow() {
	n := &d.names
	n.mu.Lock()
	before, drops := n.book, n.drops
	n.mu.Unlock()
	made, err := d.nextBook(d.ctx, before)
	n.mu.Lock()
	defer n.mu.Unlock()
	if err == nil && drops == n.drops { // what was erased meanwhile is not kept
		n.book = made
	} else if err != nil && d.ctx.Err() == nil {
		d.system.Log().Error("names not read for searching", "error", err.Error())
	}
	close(n.following)
	n.following = nil
}

func (d *Desk) nextBook(ctx context.Context, before *nameBook) (*nameBook, error) {
	generation, err := d.system.Generation(ctx)
	if err != nil {
		return nil, err
	}
	book := &nameBook{generation: generation, seed: maphash.MakeSeed()}
	if before != nil {
		*book = *before
		book.generation = generation
	}
	var fresh []called
	err = d.system.Graph(ctx, func(g *identity.Graph) error {
		fresh = book.changed(g)
		return nil
	})
	if err != nil {
		return nil, err
	}
	late := append(book.late[:len(book.late):len(book.late)], fresh...)
	switch {
	case len(fresh) == 0:
	case before == nil:
		book.main, book.entries = indexOf(fresh), len(fresh)
	case len(late) > max(smallTail, book.entries/16):
		return d.nextBook(ctx, nil)
	default:
		book.late, book.tail = late, indexOf(late)
	}
	return book, nil
}

// changed lists the identities that are new or called otherwise than before.
func (b *nameBook) changed(g *identity.Graph) (list []called) {
	if b.entries == 0 {
		list = make([]called, 0, g.Len())
	}
	sums := make([]uint64, g.Len()+1)
	copy(sums, b.sums)
	var text maphash.Hash
	text.SetSeed(b.seed)
	for id := 1; id <= g.Len(); id++ {
		i, ok := g.Identity(orrery.IdentityID(id))
		if !ok {
			continue
		}
		text.Reset()
		_, _ = text.WriteString(i.Name)
		_ = text.WriteByte(0)
		_, _ = text.WriteString(i.Key.Value)
		if sum := text.Sum64(); sums[id] != sum {
			sums[id] = sum
			list = append(list, called{i.ID, i.Name, i.Key.Value, i.Key.Type == "email" || isAddress(i.Key.Value)})
		}
	}
	b.sums = sums
	return list
}

// isAddress says whether a text is an e-mail address or holds one.
func isAddress(text string) bool {
	at := strings.LastIndexByte(text, '@')
	return at > 0 && strings.IndexByte(text[at:], '.') > 1
}

func indexOf(list []called) [2]*search.Index {
	var open, closed search.Builder
	for i := range list {
		c := &list[i]
		if isAddress(c.name) {
			closed.Add(uint32(c.id), c.name)
		} else {
			open.Add(uint32(c.id), c.name)
		}
		switch {
		case c.value == c.name:
		case c.address:
			closed.Add(uint32(c.id), c.value)
		default:
			open.Add(uint32(c.id), c.value)
		}
	}
	return [2]*search.Index{open.Index(), closed.Index()}
}

// parts are the indexes to look in.
func (b *nameBook) parts(addresses bool) (in []*search.Index) {
	for i, x := range []*search.Index{b.main[0], b.tail[0], b.main[1], b.tail[1]} {
		if x != nil && (i < 2 || addresses) {
			in = append(in, x)
		}
	}
	return in
}

// find looks for people of a roster: the one place where names are searched. With
// addresses, what is looked for may stand in an address, too; who may not see
// addresses finds nobody by them. ErrMaking where the names are still being read.
func (d *Desk) find(ctx context.Context, r *roster, text string, addresses bool, enough int) (search.Found, error) {
	longest := patience
	if d.names.wanted() {
		longest = aWhile // there is one to look in meanwhile
	}
	book, err := d.nameBook(ctx, r.generation, longest)
	if err != nil {
		return search.Found{}, err
	}
	if book == nil {
		return search.Found{}, ErrMaking
	}
	return search.Ask(text).Find(book.parts(addresses), r.seats, len(r.all), enough), nil
}

// PrepareSearch reads the names by which people can be found, so that the first
// who looks for somebody does not wait.
func (d *Desk) PrepareSearch(ctx context.Context) error {
	_, err := d.nameBook(ctx, 0, time.Hour)
	return err
}
