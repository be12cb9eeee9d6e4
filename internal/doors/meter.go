package doors

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"

	"orrery.dev/orrery"
)

// Meter counts what came in through the doors, by the kind of its source. Its
// zero value is ready; it is safe for concurrent use.
type Meter struct {
	mu    sync.Mutex
	kinds map[string]*passage // bounded: platforms and keys
}

// passage is what became of the activities of one kind of source. Received are all
// of them; those that were told to come again are in no other count.
type passage struct{ received, added, duplicates, refused, erased, postponed int64 }

// count takes in activities, and how many events were left out before they became
// any; err is why none was stored.
func (m *Meter) count(kind string, activities, left int, receipt orrery.Receipt, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.kinds[kind]
	if p == nil {
		if m.kinds == nil {
			m.kinds = map[string]*passage{}
		}
		p = &passage{}
		m.kinds[kind] = p
	}
	p.received += int64(activities + left)
	p.refused += int64(left + len(receipt.Refused))
	p.added += int64(receipt.Added)
	p.duplicates += int64(receipt.Duplicates)
	p.erased += int64(receipt.Erased)
	if err != nil {
		p.postponed += int64(activities)
	}
}

// Print writes the counts as Prometheus reads them.
func (m *Meter) Print(w io.Writer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.kinds) == 0 {
		return
	}
	const received, taken = "orrery_door_received_total", "orrery_door_activities_total"
	fmt.Fprintf(w, "# HELP %s Activities that other programs and platforms sent, by kind of source.\n# TYPE %s counter\n", received, received)
	kinds := slices.Sorted(maps.Keys(m.kinds))
	for _, kind := range kinds {
		fmt.Fprintf(w, "%s{kind=%q} %d\n", received, kind, m.kinds[kind].received)
	}
	fmt.Fprintf(w, "# HELP %s What became of them.\n# TYPE %s counter\n", taken, taken)
	for _, kind := range kinds {
		p := m.kinds[kind]
		for _, row := range []struct {
			result string
			n      int64
		}{{"added", p.added}, {"duplicate", p.duplicates}, {"refused", p.refused}, {"erased", p.erased}, {"postponed", p.postponed}} {
			fmt.Fprintf(w, "%s{kind=%q,result=%q} %d\n", taken, kind, row.result, row.n)
		}
	}
}
