//go:build faults && linux

package faults

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery/internal/orrerytest"
)

// input is a file of made-up activities.
type input struct {
	path string
	rows int
}

// newInput writes a file with as many activities of a few hundred people, the
// same for the same number.
func newInput(t *testing.T, rows int) input {
	t.Helper()
	in := input{filepath.Join(t.TempDir(), "faults.ndjson"), rows}
	f, err := os.Create(in.path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	lines := json.NewEncoder(w)
	chance := rand.New(rand.NewPCG(1, uint64(rows)))
	kinds := []string{"git.commit", "forum.post.created", "forum.post.liked", "shop.order.paid", "shop.order.refunded"}
	begin := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range rows {
		who := chance.IntN(300)
		actor := map[string]any{"namespace": "forum.example.org", "type": "login", "value": fmt.Sprintf("person%d", who)}
		if chance.IntN(4) == 0 {
			actor["email"] = fmt.Sprintf("person%d@example.org", who-who%2) // two logins share one
		}
		a := map[string]any{
			"external_id": in.id(i), "namespace": "forum.example.org",
			"kind": kinds[chance.IntN(len(kinds))], "actor": actor,
			"at":     begin.Add(time.Duration(chance.IntN(700*24*60)) * time.Minute).Format(time.RFC3339),
			"object": map[string]any{"id": fmt.Sprintf("o%d", chance.IntN(5000)), "type": "post", "title": fmt.Sprintf("%x", chance.Uint64())},
		}
		if chance.IntN(3) == 0 {
			a["to"] = []any{map[string]any{"namespace": "forum.example.org", "type": "login", "value": fmt.Sprintf("person%d", chance.IntN(300))}}
		}
		if err := lines.Encode(a); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return in
}

// id returns the external id of a row, which no input of another size has.
func (i input) id(row int) string { return fmt.Sprintf("%d-%d", i.rows, row) }

func (i input) ids() map[string]bool {
	ids := make(map[string]bool, i.rows)
	for row := range i.rows {
		ids[i.id(row)] = true
	}
	return ids
}

func (i input) args() []string { return []string{"import", "ndjson", i.path, "--planet", "faults"} }

func (i input) load(t *testing.T, in orrerytest.Installation) orrerytest.Done {
	t.Helper()
	return orrerytest.DoneOf(t, in.Run(t, i.args()...))
}

// looks is all that people can see of an installation.
type looks struct {
	hash    string
	lines   []string // of the export, sorted
	members string
}

func look(t *testing.T, in orrerytest.Installation) looks {
	t.Helper()
	hash := in.Healthy(t)
	_, lines := in.Export(t)
	members := strings.Split(string(in.Run(t, "members", "--planet", "faults", "--limit", "0").Stdout), "\n")
	return looks{hash, lines, withoutIDs(t, members)}
}

// withoutIDs returns the members without their ids, which may depend on the
// order in which identities came, sorted.
func withoutIDs(t *testing.T, members []string) string {
	t.Helper()
	var kept []string
	for _, m := range members {
		if m == "" {
			continue
		}
		var fields map[string]any
		if err := json.Unmarshal([]byte(m), &fields); err != nil {
			t.Fatal(err)
		}
		delete(fields, "id")
		line, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, string(line))
	}
	slices.Sort(kept)
	return strings.Join(kept, "\n")
}

func (want looks) sameAs(t *testing.T, got looks) {
	t.Helper()
	if got.hash != want.hash {
		t.Errorf("the state is %s, undisturbed it is %s", got.hash, want.hash)
	}
	if !slices.Equal(got.lines, want.lines) {
		t.Errorf("the export of %d lines is not the undisturbed one of %d", len(got.lines), len(want.lines))
	}
	if got.members != want.members {
		t.Error("the members are not those of an undisturbed import")
	}
}

func exists(in orrerytest.Installation) bool {
	_, err := os.Stat(filepath.Join(in.Data, "orrery.db"))
	return err == nil
}
