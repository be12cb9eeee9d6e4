package csv_test

import (
	"os"
	"path/filepath"
	"testing"

	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/csv"
)

// TestRealFilesAreReadWhole counts what is in histories that others have
// counted before; the files are not part of the repository.
func TestRealFilesAreReadWhole(t *testing.T) {
	t.Parallel()
	const folder = "../../../../shared/data"
	if _, err := os.Stat(folder); err != nil {
		t.Skip("no real data beside the repository")
	}
	for _, c := range []struct {
		name         string
		rows, people int
	}{
		{"ansible", 55_556, 6_449},
		{"tldr", 28_627, 3_385},
		{"gitgit", 92_064, 3_049},
		{"cdnow", 69_659, 23_570},
		{"collegemsg", 59_835, 1_350}, // who sent; 1,899 sent or received
		{"bitcoinotc", 28_473, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(folder, c.name+".csv.gz")
			r := collecttest.Collect(t, csv.New(path, csv.Options{Now: now}), nil)
			people := map[string]bool{}
			for i := range r.Activities {
				people[r.Activities[i].Actor.Value] = true
			}
			if len(r.Activities) != c.rows || len(r.Skips) != 0 || c.people != 0 && len(people) != c.people {
				t.Errorf("got %d rows of %d people, %d skipped; want %d of %d", len(r.Activities), len(people), len(r.Skips), c.rows, c.people)
			}
		})
	}
}
