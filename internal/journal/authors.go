package journal

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/keyset"
)

// Authors returns who acted in the entries with some keys, for those that are
// stored. It reads at most as many blocks as told, the newest ones first: what
// is answered is mostly new, and nobody is to wait for what is answered years
// later.
func (j *Journal) Authors(ctx context.Context, wanted map[keyset.Key]bool, most int) (map[keyset.Key]orrery.IdentityID, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	if err := j.loadKeys(ctx); err != nil {
		return nil, err
	}
	in := map[orrery.BlockSeq]int{}
	for key := range wanted {
		if seq, ok := j.keys.Get(key); ok {
			in[orrery.BlockSeq(seq)]++
		}
	}
	blocks := make([]orrery.BlockSeq, 0, len(in))
	for seq := range in {
		blocks = append(blocks, seq)
	}
	slices.SortFunc(blocks, func(a, b orrery.BlockSeq) int { return cmp.Compare(b, a) })
	found := make(map[keyset.Key]orrery.IdentityID, len(wanted))
	for _, seq := range blocks[:min(most, len(blocks))] {
		keys, err := j.storage.KeysOf(ctx, seq)
		if err != nil {
			return nil, fmt.Errorf("read keys of block %d: %w", seq, err)
		}
		err = j.storage.Blocks(ctx, Selection{After: seq - 1, Until: seq}, func(b *Block) error {
			s := Sight{Seq: seq}
			if err := s.open(b.Hot); err != nil {
				return fmt.Errorf("block %d: %w", seq, err)
			}
			for row := range min(s.N, len(keys)/16) {
				if k := keyAt(keys, row); wanted[k] {
					found[k] = orrery.IdentityID(binary.LittleEndian.Uint32(s.value(sightIdentity, row)))
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}
