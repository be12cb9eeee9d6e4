package sources

import (
	"fmt"
	"io"
	"maps"
	"slices"
)

// readings count what asking the sources of one platform brought since the
// program started.
type readings struct {
	well, failed int64
	said         saying
}

// counted notes how a reading ended. The caller holds mu.
func (s *Service) counted(platform string, said saying, err error) {
	r := s.readings[platform]
	if err != nil {
		r.failed++
	} else {
		r.well++
	}
	r.said.activities += said.activities
	r.said.skipped += said.skipped
	if s.readings == nil {
		s.readings = map[string]readings{}
	}
	s.readings[platform] = r
}

// Print writes what sources did, by platform, as Prometheus reads it.
func (s *Service) Print(w io.Writer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	type key struct{ platform, label string }
	states, deliveries := map[key]int64{}, map[key]int64{}
	for _, src := range s.sources {
		platform, pushed := src.setup.Platform, &src.state.Pushed
		states[key{platform, string(src.status().State)}]++
		if src.hook == nil && pushed.Received == 0 {
			continue
		}
		deliveries[key{platform, string(Taken)}] += pushed.Taken
		deliveries[key{platform, string(Ignored)}] += pushed.Ignored
		deliveries[key{platform, string(Refused)}] += pushed.Refused
		deliveries[key{platform, string(Denied)}] += pushed.Denied
	}
	asked, brought := map[key]int64{}, map[key]int64{}
	for platform, r := range s.readings {
		asked[key{platform, "well"}], asked[key{platform, "failed"}] = r.well, r.failed
		brought[key{platform, "taken"}], brought[key{platform, "refused"}] = r.said.activities, r.said.skipped
	}
	for _, m := range []struct {
		name, kind, help, label string
		rows                    map[key]int64
	}{
		{"orrery_sources", "gauge", "Connected sources by platform and how they are.", "state", states},
		{"orrery_source_deliveries_total", "counter", "What platforms pushed, by what became of it.", "result", deliveries},
		{"orrery_source_readings_total", "counter", "How often platforms were asked, by how it ended.", "result", asked},
		{"orrery_source_activities_total", "counter", "Activities that platforms told when they were asked, those that were there before included.", "result", brought},
	} {
		if len(m.rows) == 0 {
			continue
		}
		fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", m.name, m.help, m.name, m.kind)
		order := slices.SortedFunc(maps.Keys(m.rows), func(a, b key) int {
			return slices.Compare([]string{a.platform, a.label}, []string{b.platform, b.label})
		})
		for _, k := range order {
			fmt.Fprintf(w, "%s{platform=%q,%s=%q} %d\n", m.name, k.platform, m.label, k.label, m.rows[k])
		}
	}
}
