package journal

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/keyset"
)

// taken knows which entries are taken back. It is read once and then extended
// by each append, so that a retraction costs what it names and not all that
// was ever taken back.
type taken struct {
	by     map[keyset.Key][]keyset.Key // what is taken back → the retractions that do it
	placed map[keyset.Key]Position     // where what is taken back lives, if it has come
	dead   map[Position]bool           // the answer; handed out, so never changed in place
	stale  bool                        // dead is older than the rest
}

// TakenBack returns where the entries live that a retraction takes back. The
// map is the Journal's and never changes: another one is handed out after an
// append that changes it.
func (j *Journal) TakenBack(ctx context.Context) (map[Position]bool, error) {
	if j.taken == nil {
		if err := j.findTaken(ctx); err != nil {
			return nil, err
		}
	}
	if j.taken.stale {
		if err := j.place(ctx); err != nil {
			return nil, err
		}
		j.taken.settle()
	}
	return j.taken.dead, nil
}

// findTaken reads all retractions.
func (j *Journal) findTaken(ctx context.Context) error {
	t := &taken{by: map[keyset.Key][]keyset.Key{}, placed: map[keyset.Key]Position{}, dead: map[Position]bool{}}
	var cols Columns
	err := j.storage.Blocks(ctx, Selection{Retractions: true}, func(b *Block) error {
		if err := cols.Decode(b.Hot); err != nil {
			return fmt.Errorf("block %d: %w", b.Seq, err)
		}
		keys, err := j.storage.KeysOf(ctx, b.Seq)
		if err != nil {
			return err
		}
		for _, r := range cols.Retracts {
			t.by[r.Key] = append(t.by[r.Key], keyAt(keys, int(r.Row)))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read retractions: %w", err)
	}
	t.stale = len(t.by) > 0
	j.taken = t
	return nil
}

// extend takes in the entries of a new block.
func (t *taken) extend(seq orrery.BlockSeq, entries []Entry) {
	for i := range entries {
		e := &entries[i]
		if len(t.by) > 0 {
			if _, awaited := t.by[e.Key]; awaited { // taken back before it came
				t.placed[e.Key] = Position{seq, uint32(i)}
				t.stale = true
			}
		}
		if e.Flags&FlagRetraction != 0 {
			t.by[e.RetractsKey] = append(t.by[e.RetractsKey], e.Key)
			t.stale = true
		}
	}
}

// place finds where what is taken back lives.
func (j *Journal) place(ctx context.Context) error {
	if err := j.loadKeys(ctx); err != nil {
		return err
	}
	inBlock := map[orrery.BlockSeq]map[keyset.Key]bool{}
	for target := range j.taken.by {
		if _, known := j.taken.placed[target]; known {
			continue
		}
		if seq, ok := j.keys.Get(target); ok {
			block := orrery.BlockSeq(seq)
			if inBlock[block] == nil {
				inBlock[block] = map[keyset.Key]bool{}
			}
			inBlock[block][target] = true
		}
	}
	for seq, targets := range inBlock {
		keys, err := j.storage.KeysOf(ctx, seq)
		if err != nil {
			return fmt.Errorf("read keys of block %d: %w", seq, err)
		}
		for row := range len(keys) / 16 {
			if k := keyAt(keys, row); targets[k] {
				j.taken.placed[k] = Position{seq, uint32(row)}
			}
		}
	}
	return nil
}

// settle decides which entries are taken back. A retraction that is itself
// taken back does nothing; the order of arrival plays no part.
func (t *taken) settle() {
	dead, circular := t.decide(maps.Keys(t.placed))
	if circular { // somebody's mistake: let the least key begin, whatever came first
		for _, list := range t.by {
			slices.SortFunc(list, compare)
		}
		dead, _ = t.decide(slices.Values(slices.SortedFunc(maps.Keys(t.placed), compare)))
	}
	t.stale = false
	if !maps.Equal(dead, t.dead) {
		t.dead = dead
	}
}

func compare(a, b keyset.Key) int { return bytes.Compare(a[:], b[:]) }

// decide also says whether retractions take each other back in a circle, where
// the answer depends on the order of targets.
func (t *taken) decide(targets iter.Seq[keyset.Key]) (dead map[Position]bool, circular bool) {
	const working, stands, falls = 1, 2, 3
	state := map[keyset.Key]int{}
	type step struct {
		target keyset.Key
		next   int // among the retractions of target
	}
	var path []step // no recursion: a file may chain millions of retractions
	isTaken := func(target keyset.Key) (is bool) {
		path = append(path[:0], step{target: target})
		for len(path) > 0 {
			at := &path[len(path)-1]
			by := t.by[at.target]
			is = false
			for at.next < len(by) && !is && state[by[at.next]] != 0 {
				switch state[by[at.next]] {
				case stands:
					is = true
				case working:
					circular = true
				}
				at.next++
			}
			if !is && at.next < len(by) {
				state[by[at.next]] = working
				path = append(path, step{target: by[at.next]})
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 { // it was a retraction itself
				if is {
					state[at.target] = falls
				} else {
					state[at.target] = stands
				}
			}
		}
		return is
	}
	dead = make(map[Position]bool, len(t.placed))
	for target := range targets {
		if isTaken(target) {
			dead[t.placed[target]] = true
		}
	}
	return dead, circular
}
