package flow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/keyset"
	"orrery.dev/orrery/internal/store/sqlite"
)

// Erased says what erasing a person removed.
type Erased struct {
	Identities int
	Activities int
	Mentions   int // activities of others from which the person was taken out
	// Copies are files in the data folder that a restore left and that may still
	// hold the person: they are for whoever restored to delete.
	Copies []string
}

// Erase removes a person for good: rows, evidence, names, mentions, skipped
// rows and the snapshot, and remembers keyed hashes so that importing again
// does not bring them back. Afterwards the file is rewritten, so that no page
// keeps a copy.
func (s *System) Erase(ctx context.Context, id orrery.IdentityID) (Erased, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	g, err := s.identities(ctx)
	if err != nil {
		return Erased{}, err
	}
	m, ok := g.MemberOf(id)
	if !ok {
		return Erased{}, orrery.Errorf(orrery.NotFound, "there is nobody with the number %d", id)
	}
	return s.erase(ctx, g, g.Of(m))
}

func (s *System) erase(ctx context.Context, g *identity.Graph, list []identity.Identity) (Erased, error) {
	gone := map[orrery.IdentityID]bool{}
	// Addresses that are nobody's go too, but others may use them again.
	whole := append(slices.Clone(list), g.OnlyTheirs(list)...)
	for _, i := range whole {
		gone[i.ID] = true
	}
	ordinary, err := s.ordinaryTexts(ctx)
	if err != nil {
		return Erased{}, err
	}
	texts, hasher := tracesOf(whole, ordinary), keyset.NewHasher(s.secret)
	out := Erased{Identities: len(list)}
	err = s.store.Write(ctx, func(tx *sqlite.Tx) error {
		err := s.journal.Replay(ctx, 0, func(r *journal.Replayed) error {
			_, err := s.journal.Rewrite(ctx, tx, r, func(e *journal.Entry) (keep, edited bool) {
				if gone[e.Identity] {
					out.Activities++
					return false, true
				}
				addressed := len(e.To)
				e.To = slices.DeleteFunc(e.To, func(id orrery.IdentityID) bool { return gone[id] })
				if named := texts.takeOut(e, &hasher); named || len(e.To) < addressed {
					out.Mentions++
					return true, true
				}
				return true, false
			})
			return err
		})
		if err != nil {
			return err
		}
		now := s.clock().UnixMicro()
		for _, i := range whole {
			if err := tx.EraseIdentity(i.ID); err != nil {
				return err
			}
		}
		for _, i := range list {
			if err := tx.PutErased(g.Hash(i.Key), now); err != nil {
				return err
			}
		}
		if err := tx.ScrubNotes(texts.blot); err != nil {
			return err
		}
		if err := tx.ScrubPurposes(texts.blot); err != nil {
			return err
		}
		if err := tx.ScrubPartners(texts.blot); err != nil {
			return err
		}
		if err := tx.ScrubLists(texts.blot); err != nil {
			return err
		}
		if err := tx.ScrubIntroductions(texts.blot); err != nil {
			return err
		}
		if err := tx.ScrubTasks(texts.blot); err != nil {
			return err
		}
		if err := tx.ScrubDatedNotes(texts.blot); err != nil {
			return err
		}
		if err := tx.ScrubSkipped(texts.hasRaw); err != nil {
			return err
		}
		return tx.PutNews(orrery.News{Type: orrery.NewsPersonErased, At: s.clock(), Data: orrery.NewsData{People: numbersOf(list)}})
	})
	if err != nil {
		return Erased{}, fmt.Errorf("erase: %w", err)
	}
	s.forget()
	if err := os.Remove(filepath.Join(s.store.Dir(), snapshotName)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return out, fmt.Errorf("erase: %w", err)
	}
	if err := s.dropCache(); err != nil {
		return out, fmt.Errorf("erase: %w", err)
	}
	if err := s.store.Compact(ctx); err != nil {
		return out, fmt.Errorf("erase: the person is gone, but pages of the file may still hold copies: %w", err)
	}
	if out.Copies, err = filepath.Glob(filepath.Join(globQuoted(s.store.Dir()), dataName+keptSuffix+"*")); err != nil {
		return out, fmt.Errorf("erase: %w", err)
	}
	return out, s.rebuild(ctx)
}

// numbersOf are the numbers under which programs may know whoever is erased: a
// person goes by the lowest of their identities, and had others before a merge.
func numbersOf(list []identity.Identity) []orrery.MemberID {
	numbers := make([]orrery.MemberID, len(list))
	for i := range list {
		numbers[i] = orrery.MemberID(list[i].ID)
	}
	slices.Sort(numbers)
	return numbers
}

// dropCache removes what was made of the data. What is being made meanwhile may put
// a file there while the folder is emptied: whoever makes it drops it when it learns
// of the erasing.
func (s *System) dropCache() (err error) {
	for range 5 {
		if err = os.RemoveAll(s.CacheDir()); err == nil {
			return nil
		}
	}
	return err
}

// ordinaryTexts are names that everybody uses.
func (s *System) ordinaryTexts(ctx context.Context) ([]string, error) {
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return nil, fmt.Errorf("erase: %w", err)
	}
	var texts []string
	for _, p := range s.planets {
		texts = append(texts, p.Slug, p.Title, p.Constellation)
	}
	for _, src := range sources {
		texts = append(texts, src.Name)
	}
	return texts, nil
}

// globQuoted keeps what stands in a path from being taken for a pattern.
func globQuoted(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}
