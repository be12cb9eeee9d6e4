package flow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/identity"
	"orrery.dev/orrery/internal/journal"
	"orrery.dev/orrery/internal/store/sqlite"
)

// Erased says what erasing a person removed.
type Erased struct {
	Identities int
	Activities int
	Mentions   int // activities of others from which the person was taken out
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
	for _, i := range list {
		gone[i.ID] = true
	}
	texts := traces(list)
	out := Erased{Identities: len(list)}
	err := s.store.Write(ctx, func(tx *sqlite.Tx) error {
		err := s.journal.Replay(ctx, 0, func(r *journal.Replayed) error {
			_, err := s.journal.Rewrite(ctx, tx, r, func(e *journal.Entry) (keep, edited bool) {
				if gone[e.Identity] {
					out.Activities++
					return false, true
				}
				if takeOut(e, gone, texts) {
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
		for _, i := range list {
			if err := tx.EraseIdentity(i.ID, g.Hash(i.Key), now); err != nil {
				return err
			}
		}
		return tx.ScrubSkipped(texts)
	})
	if err != nil {
		return Erased{}, fmt.Errorf("erase: %w", err)
	}
	s.forget()
	if err := os.Remove(filepath.Join(s.store.Dir(), snapshotName)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return out, fmt.Errorf("erase: %w", err)
	}
	if err := s.store.Compact(ctx); err != nil {
		return out, fmt.Errorf("erase: the person is gone, but pages of the file may still hold copies: %w", err)
	}
	return out, s.rebuild(ctx)
}

// traces lists the texts that give a person away, in lower case: addresses,
// aliases and names of several words, which are looked for anywhere in a text,
// and single words, which are looked for as a mention, with an @ in front. A
// single word alone would blank every "bookmark" when Mark leaves.
func traces(list []identity.Identity) []string {
	seen := map[string]bool{}
	var texts []string
	add := func(t string) {
		t = strings.ToLower(strings.TrimSpace(t))
		if len(t) < 2 {
			return
		}
		if !strings.ContainsAny(t, "@ ") {
			t = "@" + t
		}
		if !seen[t] {
			seen[t] = true
			texts = append(texts, t)
		}
	}
	for _, i := range list {
		if _, err := strconv.ParseFloat(i.Key.Value, 64); err != nil { // a bare number is no trace
			add(i.Key.Value)
		}
		add(i.Name)
		if name, address, ok := strings.Cut(i.Key.Value, " <"); ok {
			add(name)
			add(strings.TrimSuffix(address, ">"))
		}
	}
	return texts
}

// takeOut removes a person from somebody else's activity.
func takeOut(e *journal.Entry, gone map[orrery.IdentityID]bool, texts []string) bool {
	edited := false
	to := e.To[:0]
	for _, id := range e.To {
		if gone[id] {
			edited = true
		} else {
			to = append(to, id)
		}
	}
	e.To = to
	for _, field := range []*string{&e.ObjectTitle, &e.ObjectURL, &e.ObjectID, &e.Name, &e.PromptedBy, &e.Partner} {
		if names(*field, texts) {
			*field, edited = "", true
		}
	}
	for _, field := range []*string{&e.ExternalID, &e.Thread, &e.Parent, &e.Retracts} {
		// These join activities: they keep a value, but one that tells nothing.
		if names(*field, texts) {
			*field, edited = "erased", true
		}
	}
	for _, list := range []*[]string{&e.Purposes, &e.Tags} {
		before := len(*list)
		*list = slices.DeleteFunc(*list, func(text string) bool { return names(text, texts) })
		edited = edited || len(*list) < before
	}
	return edited
}

func names(text string, texts []string) bool {
	if text == "" {
		return false
	}
	lower := strings.ToLower(text)
	for _, t := range texts {
		if strings.Contains(lower, t) || lower == t[1:] && t[0] == '@' {
			return true
		}
	}
	return false
}
