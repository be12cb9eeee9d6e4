package authentic

import (
	"maps"
	"slices"

	"orrery.dev/orrery"
)

// circular returns the groups of two and more in which everybody is reached from
// everybody along the ties (strongly connected components: Tarjan 1972, without
// recursion), members rising.
func circular(ties map[orrery.MemberID][]orrery.MemberID) [][]orrery.MemberID {
	type place struct {
		index, low int
		stacked    bool
	}
	type step struct {
		at   orrery.MemberID
		next int
	}
	var (
		groups [][]orrery.MemberID
		stack  []orrery.MemberID
		places = map[orrery.MemberID]*place{}
	)
	for _, root := range slices.Sorted(maps.Keys(ties)) {
		if places[root] != nil {
			continue
		}
		path := []step{{at: root}}
		for len(path) > 0 {
			s := &path[len(path)-1]
			p := places[s.at]
			if p == nil {
				p = &place{len(places), len(places), true}
				places[s.at] = p
				stack = append(stack, s.at)
			}
			if s.next < len(ties[s.at]) {
				to := ties[s.at][s.next]
				s.next++
				if seen := places[to]; seen == nil {
					path = append(path, step{at: to})
				} else if seen.stacked {
					p.low = min(p.low, seen.index)
				}
				continue
			}
			at := s.at
			path = path[:len(path)-1]
			if len(path) > 0 {
				above := places[path[len(path)-1].at]
				above.low = min(above.low, p.low)
			}
			if p.low == p.index {
				from := slices.Index(stack, at)
				members := slices.Clone(stack[from:])
				stack = stack[:from]
				for _, m := range members {
					places[m].stacked = false
				}
				if slices.Sort(members); len(members) > 1 {
					groups = append(groups, members)
				}
			}
		}
	}
	return groups
}
