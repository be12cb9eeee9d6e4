package faults

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"orrery.dev/orrery/internal/orrerytest"
)

// TestKilledServerTellsEverythingAtLeastOnce kills a server again and again while
// it delivers: each import that ended is told, under one ID.
func TestKilledServerTellsEverythingAtLeastOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts and kills a server for half a minute; it runs without -short")
	}
	in := orrerytest.Installation{Binary: orrerytest.Build(t), Data: filepath.Join(t.TempDir(), "data")}
	var mu sync.Mutex
	told := map[int]map[string]int{} // by import: times by ID
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m struct {
			Type string
			Data struct{ Import int }
		}
		_ = json.NewDecoder(r.Body).Decode(&m)
		time.Sleep(40 * time.Millisecond)
		mu.Lock()
		defer mu.Unlock()
		if told[m.Data.Import] == nil {
			told[m.Data.Import] = map[string]int{}
		}
		told[m.Data.Import][r.Header.Get("webhook-id")]++
	}))
	defer server.Close()
	row := func(i int) string {
		path := filepath.Join(t.TempDir(), fmt.Sprintf("%d.csv", i))
		if err := os.WriteFile(path, fmt.Appendf(nil, "who,when,kind\nperson %d,2026-11-%02d,visit\n", i, 1+i%20), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	in.Run(t, "import", "csv", row(0), "--planet", "radio")
	in.Run(t, "webhooks", "add", "crm", server.URL, "--webhooks-inside", "--types", "import.ended")
	const imports = 24
	for i := 1; i <= imports; i++ {
		in.Run(t, "import", "csv", row(i), "--planet", "radio", "--source", fmt.Sprint("s", i))
	}
	kills := 0
	for range 40 {
		c := in.Command("serve", "--addr", "127.0.0.1:0", "--json", "--webhooks-inside")
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		bufio.NewScanner(out).Scan() // it is ready
		mu.Lock()
		all := len(told) >= imports
		mu.Unlock()
		time.Sleep(time.Duration(rand.IntN(250)) * time.Millisecond)
		_ = c.Process.Kill()
		_ = c.Wait()
		if kills++; all {
			break
		}
	}
	mu.Lock()
	defer mu.Unlock()
	twice := 0
	for i := 2; i <= imports+1; i++ {
		if len(told[i]) != 1 {
			t.Errorf("import %d was told under %d IDs, want 1", i, len(told[i]))
		}
		for _, n := range told[i] {
			if n > 1 {
				twice++
			}
		}
	}
	t.Logf("%d kills; %d of %d were told more than once", kills, twice, imports)
}
