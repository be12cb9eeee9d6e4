package flow

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/partner"
	"orrery.dev/orrery/internal/store/sqlite"
)

// Partners lists the partners by slug.
func (s *System) Partners(ctx context.Context) ([]partner.Partner, error) {
	list, err := s.store.Partners(ctx)
	if err != nil {
		return nil, fmt.Errorf("read partners: %w", err)
	}
	return list, nil
}

// Partner finds a partner by its slug: NotFound where there is none.
func (s *System) Partner(ctx context.Context, slug string) (partner.Partner, error) {
	list, err := s.Partners(ctx)
	if err != nil {
		return partner.Partner{}, err
	}
	for i := range list {
		if list[i].Slug == slug {
			return list[i], nil
		}
	}
	return partner.Partner{}, orrery.Errorf(orrery.NotFound, "there is no partner %q", slug)
}

// SavePartner keeps a partner, or what it is now. Switches and trials that have no
// salt get one. Conflict where another partner has one of its codes.
func (s *System) SavePartner(ctx context.Context, p partner.Partner) (partner.Partner, error) {
	p.Tidy()
	for i := range p.Codes {
		if c := &p.Codes[i]; c.Switch.BlockDays > 0 && c.Switch.Salt == "" {
			c.Switch.Salt = newToken()
		}
	}
	for i := range p.Trials {
		if t := &p.Trials[i]; t.Salt == "" {
			t.Salt = newToken()
		}
	}
	if err := p.Check(); err != nil {
		return p, err
	}
	planets := s.Planets()
	for _, t := range p.Trials {
		if !slices.ContainsFunc(planets, func(known orrery.Planet) bool { return known.ID == t.Planet }) {
			return p, orrery.Errorf(orrery.NotFound, "the trial %s is around no planet", t.Name)
		}
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	known, err := s.Partners(ctx)
	if err != nil {
		return p, err
	}
	for i := range known {
		if known[i].Slug == p.Slug {
			continue
		}
		for _, theirs := range known[i].Codes {
			for _, c := range p.Codes {
				if strings.EqualFold(c.Code, theirs.Code) {
					return p, orrery.Errorf(orrery.Conflict, "the code %s belongs to %s already", c.Code, known[i].Name())
				}
			}
		}
	}
	// Whose an activity is follows from this: what was reckoned before is old.
	if err := s.changeLocked(ctx, func(tx *sqlite.Tx) error { return tx.PutPartner(&p) }, nil); err != nil {
		return p, fmt.Errorf("keep partner %s: %w", p.Slug, err)
	}
	return p, nil
}

// RemovePartner removes a partner, its links, its rooms and what was written in
// them. Activities keep their marks. NotFound where there is none.
func (s *System) RemovePartner(ctx context.Context, slug string) error {
	if _, err := s.Partner(ctx, slug); err != nil {
		return err
	}
	return s.change(ctx, func(tx *sqlite.Tx) error { return tx.DeletePartner(slug) }, nil)
}

// followed gathers how often links were followed: a flood of visits makes a write a
// second.
type followed struct {
	mu     sync.Mutex
	counts map[string]int64
	wrote  time.Time
}

const followedEvery = time.Second

// Follow says where a code's link leads now, and counts that somebody followed it.
// It keeps nothing of who. NotFound where there is no such link.
func (s *System) Follow(ctx context.Context, code string) (string, error) {
	list, err := s.Partners(ctx)
	if err != nil {
		return "", err
	}
	for i := range list {
		for _, c := range list[i].Codes {
			if !strings.EqualFold(c.Code, code) || c.Address == "" {
				continue
			}
			to := c.Address
			if !c.Switch.On(s.Now()) {
				to = c.Otherwise
			}
			return to, s.countFollowed(ctx, c.Code)
		}
	}
	return "", orrery.Errorf(orrery.NotFound, "this link leads nowhere: it may be mistyped, or it has ended")
}

func (s *System) countFollowed(ctx context.Context, code string) error {
	f := &s.followed
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.counts == nil {
		f.counts = map[string]int64{}
	}
	f.counts[code]++
	if now := s.clock(); now.Sub(f.wrote).Abs() >= followedEvery {
		f.wrote = now
		return s.writeFollowed(ctx)
	}
	return nil
}

// writeFollowed stores the counts. The caller holds s.followed.mu.
func (s *System) writeFollowed(ctx context.Context) error {
	if len(s.followed.counts) == 0 {
		return nil
	}
	if err := s.store.AddFollowed(ctx, s.followed.counts); err != nil {
		return fmt.Errorf("count who followed links: %w", err)
	}
	clear(s.followed.counts)
	return nil
}

// flushFollowed stores what was counted last.
func (s *System) flushFollowed(ctx context.Context) error {
	s.followed.mu.Lock()
	defer s.followed.mu.Unlock()
	return s.writeFollowed(ctx)
}

// How long a room's link may last, how many updates one side may write in an hour,
// and how many of each side are kept.
const (
	longestRoom = 2 * 366 * 24 * time.Hour
	mostHourly  = 6
	mostUpdates = 200
)

// newToken returns 256 random bits as letters.
func newToken() string {
	raw := make([]byte, 32)
	rand.Read(raw) // never fails: it ends the program where there is no chance to be had
	return base64.RawURLEncoding.EncodeToString(raw)
}

func tokenHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// OpenRoom makes a room for a partner and returns its token, which is the only time
// that it can be read.
func (s *System) OpenRoom(ctx context.Context, r partner.Room) (token string, kept partner.Room, err error) {
	if _, err := s.Partner(ctx, r.Partner); err != nil {
		return "", r, err
	}
	if r.Purpose != "" {
		p, err := s.Purpose(ctx, r.Purpose)
		if err != nil {
			return "", r, err
		}
		if !p.Serves(r.Planet) {
			return "", r, orrery.Errorf(orrery.Invalid, "%s is no purpose of that brand", p.Name())
		}
	}
	r.Made = s.clock().UTC()
	if life := r.Expires.Sub(r.Made); life <= 0 || life > longestRoom {
		return "", r, orrery.Errorf(orrery.Invalid, "a room stays open from a day to two years")
	}
	token = newToken()
	r.Number, err = s.store.PutRoom(ctx, tokenHash(token), r)
	return token, r, err
}

// errNoRoom is the one answer to links that open nothing: made up, ended or late.
func errNoRoom() error {
	return orrery.Errorf(orrery.NotFound, "this link opens no room: it may have ended. Ask who sent it for a new one")
}

// Room finds the room that a token opens.
func (s *System) Room(ctx context.Context, token string) (partner.Room, partner.Partner, error) {
	r, found, err := s.store.Room(ctx, tokenHash(token))
	if err != nil {
		return r, partner.Partner{}, fmt.Errorf("find a room: %w", err)
	}
	if !found || !s.clock().Before(r.Expires) {
		return partner.Room{}, partner.Partner{}, errNoRoom()
	}
	p, err := s.Partner(ctx, r.Partner)
	if orrery.CodeOf(err) == orrery.NotFound {
		err = errNoRoom()
	}
	return r, p, err
}

// Rooms lists a partner's rooms, newest first.
func (s *System) Rooms(ctx context.Context, slug string) ([]partner.Room, error) {
	return s.store.Rooms(ctx, slug)
}

// CloseRoom ends a room at once. NotFound where there is none.
func (s *System) CloseRoom(ctx context.Context, slug string, number int64) error {
	there, err := s.store.DeleteRoom(ctx, slug, number)
	if err == nil && !there {
		err = orrery.Errorf(orrery.NotFound, "%s has no room %d", slug, number)
	}
	return err
}

// WriteRoom keeps a text in a partner's rooms. Exhausted where that side wrote much
// within an hour.
func (s *System) WriteRoom(ctx context.Context, slug string, theirs bool, text string) error {
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return -1
	}, strings.ReplaceAll(text, "\r\n", "\n")))
	if n := utf8.RuneCountInString(text); n == 0 || n > partner.MaxUpdate || !utf8.ValidString(text) {
		return orrery.Errorf(orrery.Invalid, "an update has 1 to %d letters, this one has %d", partner.MaxUpdate, n)
	}
	now := s.clock().UTC()
	stored, err := s.store.PutPartnerUpdate(ctx, slug, partner.Update{At: now, Theirs: theirs, Text: text}, now.Add(-time.Hour), mostHourly, mostUpdates)
	if err == nil && !stored {
		err = orrery.Errorf(orrery.Exhausted, "that is %d updates within an hour: write again a little later", mostHourly)
	}
	return err
}

// RoomUpdates lists the texts in a partner's rooms, newest first.
func (s *System) RoomUpdates(ctx context.Context, slug string) ([]partner.Update, error) {
	return s.store.PartnerUpdates(ctx, slug)
}

// DropRoomUpdate takes a text out of a partner's rooms.
func (s *System) DropRoomUpdate(ctx context.Context, slug string, number int64) error {
	return s.store.DeletePartnerUpdate(ctx, slug, number)
}
