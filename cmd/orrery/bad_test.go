package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/collect/git/gittest"
)

// state is what a folder holds: the hash of its field and how many activities.
func state(t testing.TB, data string) string {
	t.Helper()
	d := orr(t, data, "doctor", "--json").ok().line()
	if d["live_hash"] != d["rebuilt_hash"] || d["ok"] != true {
		t.Errorf("doctor says %v", d)
	}
	return fmt.Sprint(d["live_hash"], d["activities"], d["identities"])
}

func TestWhatCannotBeImportedChangesNothing(t *testing.T) {
	t.Parallel()
	zipped := func(text string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write([]byte(text)) // into memory
		_ = w.Close()
		return b.String()
	}
	tests := []struct {
		name, kind, file, text, says string
		flags                        []string
	}{
		{"a table without a person", "csv", "a.csv", "price,colour\n3,red\n4,blue\n", "--map", nil},
		{"a table without a time", "csv", "a.csv", "who,colour\nann,red\nbo,blue\n", "--map", nil},
		{"columns that are not there", "csv", "a.csv", "who,when\nann,2026-01-01\n", "Datum", []string{"--map", "when=Datum"}},
		{"a mapping that is none", "csv", "a.csv", "who,when\nann,2026-01-01\n", "map", []string{"--map", "whom:ann"}},
		{"a zone that is none", "csv", "a.csv", "who,when\nann,2026-01-01\n", "--zone", []string{"--zone", "Moon/Base"}},
		{"an empty table", "csv", "a.csv", "", "empty", nil},
		{"an empty file of activities", "ndjson", "a.ndjson", "", "empty", nil},
		{"a JSON array", "ndjson", "a.ndjson", `[{"external_id":"1"}]`, "one object a line", nil},
		{"a table as activities", "ndjson", "a.ndjson", "who,when\nann,2026-01-01\n", "import csv", nil},
		{"a spreadsheet", "csv", "a.csv", "PK\x03\x04\x14\x00\x06\x00[Content_Types].xml", "", nil},
		{"a picture", "csv", "a.csv", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "", nil},
		{"zeros", "csv", "a.csv", strings.Repeat("\x00", 5000), "", nil},
		{"a broken gzip head", "csv", "a.csv.gz", "\x1f\x8b\x08\x00broken", "a.csv.gz", nil},
		{"a gzip of nothing", "csv", "a.csv.gz", zipped(""), "empty", nil},
	}
	data := feed(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := copied(t, data)
			before := state(t, dir)
			r := orr(t, dir, append([]string{"import", test.kind, write(t, test.file, test.text)}, test.flags...)...)
			if r.code != exitUsage || !strings.Contains(r.err, test.says) {
				t.Errorf("it ended with %d: %s; want %d and a word of %q", r.code, r.err, exitUsage, test.says)
			}
			if after := state(t, dir); after != before {
				t.Error("something of it was stored")
			}
			if n := len(orr(t, dir, "planets", "--json").ok().lines()); n != 1 {
				t.Errorf("there are %d planets now", n)
			}
		})
	}
}

func TestAnEmptyRepositoryIsSaidToBeEmpty(t *testing.T) {
	t.Parallel()
	if !gittest.Available() {
		t.Skip("git is missing: apt-get install git")
	}
	repo := filepath.Join(t.TempDir(), "void")
	if err := gittest.Git(t.Context(), "", nil, "init", "--quiet", repo); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	if r := orr(t, data, "import", "git", repo); r.code != exitUsage || !strings.Contains(r.err, "commit") {
		t.Errorf("it ended with %d: %s; want %d and that there is no commit", r.code, r.err, exitUsage)
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("a data folder was made for it")
	}
}

func TestRowsThatCannotBeUsedAreKeptWithTheirReason(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	table := "id,who,when,kind\n" +
		"1,ann,2026-11-01,purchase\n" +
		"2,bo,1902-05-06,purchase\n" +
		"3,cy,2190-01-01,purchase\n" +
		"4,dora,soon,purchase\n" +
		"5,,2026-11-02,purchase\n" +
		"6,eg\xffon\xc3\xa9,2026-11-02,purchase\n" +
		"7,fay,2026-11-03,purchase,too,many,cells\n" +
		"8,gus,2026-11-03,purchase\n"
	done := orr(t, data, "import", "csv", write(t, "orders.csv", table), "--json").ok().line()
	if done["read"] != 8.0 || done["added"].(float64)+done["skipped"].(float64) != 8 || done["skipped"].(float64) < 5 {
		t.Errorf("the import ended with %v", done)
	}
	reasons := map[float64]string{}
	for _, row := range orr(t, data, "import", "errors", "1", "--json").ok().lines() {
		shaped(t, "a skipped row", row, "row reason excerpt")
		reasons[row["row"].(float64)] = row["reason"].(string)
	}
	if float64(len(reasons)) != done["skipped"] {
		t.Errorf("%d skipped rows are kept, want %v", len(reasons), done["skipped"])
	}
	for row, word := range map[float64]string{3: "1902", 4: "2190", 5: "soon"} {
		if !strings.Contains(reasons[row], word) {
			t.Errorf("row %v was skipped because %q, want a word of %q", row, reasons[row], word)
		}
	}
	state(t, data)

	lines := activities(1, 1, "orders") +
		strings.Replace(activities(1, 1, "orders"), "2026-11-22", "1902-05-06", 1) +
		strings.Replace(activities(1, 1, "orders"), "2026-11-22", "2190-05-06", 1) +
		strings.Replace(activities(1, 1, "orders"), "Person", "\xff\xfe", 1) +
		`{"external_id":"x"` + "\n" + `{"external_id":"x","external_id":"y"}` + "\n" +
		strings.Repeat(`{"a":`, 100_000) + "\n" + `{"external_id":"z","kind":"k","colour":1}` + "\nnull\n"
	done = orr(t, data, "import", "ndjson", write(t, "more.ndjson", lines), "--json").ok().line()
	if done["added"] != 1.0 || done["skipped"] != 8.0 {
		t.Errorf("the import ended with %v, want one added and eight skipped", done)
	}
	state(t, data)
}

func TestImpossibleDatesOfCommitsAreClampedNotLost(t *testing.T) {
	t.Parallel()
	if !gittest.Available() {
		t.Skip("git is missing: apt-get install git")
	}
	var stream strings.Builder
	for i, at := range []string{"1", "1700000000", "6940000000", "99999999999"} {
		from := ""
		if i > 0 {
			from = fmt.Sprintf("from :%d\n", i)
		}
		fmt.Fprintf(&stream, "commit refs/heads/main\nmark :%d\nauthor Ann <ann@town.example> %s +0000\ncommitter Ann <ann@town.example> %s +0000\ndata 3\nFix\n%s\n", i+1, at, at, from)
	}
	repo := filepath.Join(t.TempDir(), "orbit")
	if err := gittest.Import(t.Context(), repo, strings.NewReader(stream.String())); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	done := orr(t, data, "import", "git", repo, "--json").ok().line()
	if done["added"] != 4.0 || done["skipped"] != 0.0 {
		t.Errorf("the import ended with %v, want all four commits", done)
	}
	for _, a := range orr(t, data, "export", "activities").ok().lines() {
		if at := fmt.Sprint(a["at"]); at < "1970" || at > "2026-11-25" {
			t.Errorf("a commit is dated %s", at)
		}
	}
	state(t, data)
}

func TestAFileThatEndsEarlyIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	text := activities(30, 300, "night-radio")
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "feed.ndjson.gz")
	put := func(data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data, calm := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "calm")
	put(zipped.Bytes()[:zipped.Len()*2/3])
	r := orr(t, data, "import", "ndjson", path)
	if r.code != exitUsage || !strings.Contains(r.err, "ends early") || !strings.Contains(r.err, "stay") {
		t.Errorf("it ended with %d: %s; want %d, that it ends early and that what was read stays", r.code, r.err, exitUsage)
	}
	state(t, data)
	if imports := orr(t, data, "import", "--json").ok().lines(); len(imports) != 1 || imports[0]["state"] != "failed" || imports[0]["added"] == 0.0 {
		t.Errorf("the imports are %v, want one that failed and kept what it had", imports)
	}
	put(zipped.Bytes())
	done := orr(t, data, "import", "ndjson", path, "--json").ok().line()
	if done["import"] != 1.0 || done["read"] != 9000.0 || done["added"].(float64) != 9000 {
		t.Errorf("the whole file ended with %v, want import 1 with all 9,000", done)
	}
	orr(t, calm, "import", "ndjson", path).ok()
	if state(t, data) != state(t, calm) {
		t.Error("it is another state than if the file had been whole at once")
	}
	orr(t, data, "import", "undo", "1").ok()
	if n := orr(t, data, "doctor", "--json").ok().line()["activities"]; n != 0.0 {
		t.Errorf("after undoing the import %v activities are left", n)
	}

	// Damage in the middle of it, wherever that is.
	chance := rand.New(rand.NewPCG(1, 1))
	for range 4 {
		bad := bytes.Clone(zipped.Bytes())
		for range 3 {
			bad[20+chance.IntN(len(bad)-20)] ^= byte(1 + chance.IntN(255))
		}
		put(bad)
		dir := filepath.Join(t.TempDir(), "data")
		if r := orr(t, dir, "import", "ndjson", path); r.code != exitUsage || !strings.Contains(r.err, "feed.ndjson.gz") {
			t.Errorf("a damaged file ended with %d: %s; want %d and its name", r.code, r.err, exitUsage)
		}
	}
}

func TestDoctorTellsOfDamage(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	orr(t, data, "import", "ndjson", write(t, "night-radio.ndjson", activities(12, 100, "night-radio"))).ok()
	backup := filepath.Join(t.TempDir(), "backup.db")
	orr(t, data, "backup", backup).ok()
	want := state(t, data)
	path := filepath.Join(data, "orrery.db")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for page := 1; page < len(whole)/4096; page++ {
		bad := bytes.Clone(whole)
		copy(bad[page*4096:], bytes.Repeat([]byte{0xa5}, 600))
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		r := orr(t, data, "doctor")
		if r.code == exitOK {
			t.Errorf("page %d is damaged and doctor says %s", page, r.out)
			continue
		}
		if !strings.Contains(r.err, "restore") {
			t.Errorf("page %d is damaged and doctor does not say what to do: %s", page, r.err)
		}
		told++
		orr(t, data, "members") // must not panic
	}
	if told == 0 {
		t.Error("no damage was tried")
	}
	r := orr(t, data, "restore", backup)
	if r.code == exitConflict { // too damaged to tell who was erased: it says to move the file away
		if !strings.Contains(r.err, "move") {
			t.Errorf("restoring over damage says %s", r.err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		r = orr(t, data, "restore", backup)
	}
	r.ok()
	if state(t, data) != want {
		t.Error("restored it is another state")
	}
}
