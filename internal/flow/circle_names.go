package flow

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/circle"
	"orrery.dev/orrery/internal/store/sqlite"
)

// NameCircle keeps what people call a circle; an empty name takes it back. The
// name follows the circle's people.
func (s *System) NameCircle(ctx context.Context, planet orrery.PlanetID, c *Circle, name string) error {
	name = strings.Join(strings.Fields(name), " ")
	if utf8.RuneCountInString(name) > 60 {
		return orrery.Errorf(orrery.Invalid, "a circle's name has at most 60 letters")
	}
	return s.change(ctx, func(tx *sqlite.Tx) error {
		return tx.PutCircleName(planet, c.ID, name, c.Members, s.clock().UnixMicro())
	}, nil)
}

// CircleNames returns what people call some circles: a name goes with the circle
// that has most of the people whom the named one had, and with none that has
// fewer than circle.SameFrom of all.
func (s *System) CircleNames(ctx context.Context, planet orrery.PlanetID, circles []Circle) (names map[int]string, err error) {
	var given []string
	var before [][]orrery.MemberID
	err = s.Read(ctx, func(st *State) error {
		return s.store.CircleNames(ctx, planet, func(_ int, name string, ids []orrery.IdentityID) {
			var members []orrery.MemberID
			for _, id := range ids {
				if m := st.member(id); m != 0 {
					members = append(members, m)
				}
			}
			slices.Sort(members)
			given, before = append(given, name), append(before, slices.Compact(members))
		})
	})
	if err != nil {
		return nil, err
	}
	after := make([][]orrery.MemberID, len(circles))
	for i := range circles {
		after[i] = slices.Sorted(slices.Values(circles[i].Members))
	}
	names = map[int]string{}
	for i, was := range circle.Follow(before, after) {
		if was >= 0 {
			names[circles[i].ID] = given[was]
		}
	}
	return names, nil
}
