package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/ndjson"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// ran is what a command printed and how it ended.
type ran struct {
	t        testing.TB
	args     []string
	code     int
	out, err string
}

// orr runs the command on a data folder, as a person without a terminal would.
func orr(t testing.TB, data string, args ...string) ran {
	t.Helper()
	var out, errs bytes.Buffer
	a := &app{out: &out, err: &errs, clock: func() time.Time { return now }}
	if data != "" {
		args = append(args, "--data", data)
	}
	code := a.run(t.Context(), args)
	return ran{t, args, code, out.String(), errs.String()}
}

// ok fails the test unless the command ended well.
func (r ran) ok() ran {
	r.t.Helper()
	if r.code != exitOK {
		r.t.Fatalf("orrery %q ended with %d: %s", r.args, r.code, r.err)
	}
	return r
}

// lines decodes NDJSON.
func (r ran) lines() []map[string]any {
	r.t.Helper()
	var list []map[string]any
	for line := range strings.Lines(r.out) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			r.t.Fatalf("orrery %q printed %q, which is no JSON object: %v", r.args, line, err)
		}
		list = append(list, v)
	}
	return list
}

func (r ran) line() map[string]any {
	r.t.Helper()
	list := r.lines()
	if len(list) != 1 {
		r.t.Fatalf("orrery %q printed %d lines, want one", r.args, len(list))
	}
	return list[0]
}

// shaped fails the test unless a value has exactly these keys.
func shaped(t testing.TB, what string, v any, keys string) map[string]any {
	t.Helper()
	m, ok := v.(map[string]any)
	if !ok {
		t.Fatalf("%s is %v, want an object", what, v)
	}
	want := strings.Fields(keys)
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(m)); !slices.Equal(got, want) {
		t.Errorf("%s has the keys %v, want %v", what, got, want)
	}
	return m
}

func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// activities writes some people's months around planets as NDJSON. Each person
// comes every other day or less, the lower their number the more.
func activities(people, each int, planets ...string) string {
	var b []byte
	for n := range people * each {
		who := n % people
		a := orrery.Activity{
			ExternalID: fmt.Sprint("a", n), Namespace: "forum.example", Source: "feed", Planet: planets[n%len(planets)], Kind: "forum.reply",
			Actor: orrery.Actor{
				Namespace: "forum.example", Type: "login", Value: fmt.Sprint("u", who), Name: fmt.Sprint("Person ", who),
				Email: fmt.Sprintf("u%d@town.example", who),
			},
			To:     []orrery.Actor{{Namespace: "forum.example", Type: "login", Value: fmt.Sprint("u", (who+1)%people)}},
			Object: orrery.Object{ID: "t1", Type: "topic", Title: "On radios"},
			At:     now.Add(-time.Duration((n/people)*(who+2)*24) * time.Hour),
		}
		b = ndjson.Append(b, &a)
	}
	return string(b)
}

// feed makes a data folder with one planet.
func feed(t testing.TB) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	orr(t, data, "import", "ndjson", write(t, "night-radio.ndjson", activities(12, 20, "night-radio"))).ok()
	return data
}

func TestShapesOfJSON(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	file := write(t, "feed.ndjson", activities(12, 20, "night-radio", "zine"))
	done := shaped(t, "import", orr(t, data, "import", "ndjson", file, "--json").ok().line(), "type import read added duplicates skipped members seconds")
	if done["type"] != "done" || done["import"] != 1.0 || done["read"] != 240.0 || done["added"] != 240.0 || done["members"] != 12.0 {
		t.Errorf("import ended with %v", done)
	}
	again := orr(t, data, "import", "ndjson", write(t, "feed.ndjson", activities(12, 20, "night-radio", "zine")), "--json").ok().line()
	if again["added"] != 0.0 || again["duplicates"] != 240.0 {
		t.Errorf("a copy of the file brought %v", again)
	}

	for _, line := range orr(t, data, "members", "--json", "--limit", "0").ok().lines() {
		member := shaped(t, "a member", line, "id name kind orbits")
		if orbits, ok := member["orbits"].([]any); !ok || len(orbits) == 0 {
			t.Errorf("a member has the orbits %v", member["orbits"])
		}
	}
	flat := orr(t, data, "members", "--planet", "zine", "--json", "--limit", "3").ok().lines()
	if len(flat) != 3 {
		t.Errorf("--limit 3 printed %d members", len(flat))
	}
	for _, line := range flat {
		member := shaped(t, "a flat member", line, "id name kind planet level closeness return given received reach drift endurance last_active reasons")
		if member["planet"] != "zine" || member["kind"] != "person" {
			t.Errorf("a flat member is %v", member)
		}
		if c, ok := member["closeness"].(float64); !ok || c < 0 || c > 100 {
			t.Errorf("closeness is %v, want 0 to 100", member["closeness"])
		}
		if _, err := orrery.ParseDay(fmt.Sprint(member["last_active"])); err != nil {
			t.Errorf("last_active is %v, want a date", member["last_active"])
		}
		for _, r := range member["reasons"].([]any) {
			shaped(t, "a reason", r, "term points")
		}
	}
	for _, line := range orr(t, data, "gravity", "--json").ok().lines() {
		planet := shaped(t, "a planet", line, "name rhythm_days activities people levels gravity low high first last as_of")
		shaped(t, "levels", planet["levels"], "core inner outer edge")
	}
	identities := orr(t, data, "identities", "--json").ok().lines()
	if len(identities) != 24 {
		t.Errorf("got %d identities, want 12 logins and their addresses", len(identities))
	}
	for _, line := range identities {
		keys := "id member namespace type value evidence"
		if line["type"] == "login" {
			keys += " name"
		}
		shaped(t, "an identity", line, keys)
	}
	shaped(t, "doctor", orr(t, data, "doctor", "--json").ok().line(), "type ok blocks activities identities live_hash rebuilt_hash audit_ok audit_rows audit_head")
	shaped(t, "version", orr(t, "", "version", "--json").ok().line(), "version go")
	shaped(t, "erase", orr(t, data, "erase", "u3@town.example", "--yes", "--json").ok().line(), "type identities activities mentions copies")
	undone := shaped(t, "undo", orr(t, data, "import", "undo", "1", "--json").ok().line(), "type import activities held_back")
	if held := undone["held_back"].(map[string]any); held["2"] == nil {
		t.Errorf("undoing tells of held back rows %v, want those of import 2", held)
	}
}

func TestWhatIsExportedImportsAsTheSame(t *testing.T) {
	t.Parallel()
	data, other := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "other")
	orr(t, data, "import", "ndjson", write(t, "feed.ndjson", activities(12, 20, "night-radio", "zine", "day-radio"))).ok()
	orr(t, data, "import", "csv", write(t, "orders.csv", "id,who,name,email,when,kind,quantity,unit\n"+
		"1,ann,\"Ann \"\"A\"\" Fox\",u3@town.example,2026-11-02T10:00:00+02:00,purchase,1999,EUR\n"+
		"2,bo,Bö Gray,bo@town.example,2026-11-03,refund,5.5,EUR\n"), "--planet", "shop").ok()
	exported := orr(t, data, "export", "activities").ok().out
	if strings.Contains(exported, "\n\n") || !strings.HasSuffix(exported, "}\n") {
		t.Error("the export is not one object a line")
	}
	orr(t, other, "import", "ndjson", write(t, "export.ndjson", exported)).ok()
	hash := func(dir string) any { return orr(t, dir, "doctor", "--json").ok().line()["live_hash"] }
	if hash(data) != hash(other) {
		t.Error("imported elsewhere it is another state")
	}
	if again := orr(t, other, "export", "activities").ok().out; strings.Count(again, "\n") != strings.Count(exported, "\n") {
		t.Errorf("exported again it has %d lines, want %d", strings.Count(again, "\n"), strings.Count(exported, "\n"))
	}
	names := func(dir string) (list []string) {
		for _, p := range orr(t, dir, "planets", "--json").ok().lines() {
			list = append(list, fmt.Sprint(p["name"]))
		}
		slices.Sort(list)
		return list
	}
	if got, want := names(other), names(data); !slices.Equal(got, want) {
		t.Errorf("imported elsewhere there are the planets %v, want %v", got, want)
	}
}

func TestSettingsComeFromFlagsThenEnvironmentThenFile(t *testing.T) {
	data := feed(t)
	config := write(t, "orrery.toml", fmt.Sprintf("data = %q\njson = true\nlimit = 2\n", data))
	if lines := orr(t, "", "members", "--config", config).ok().lines(); len(lines) != 2 {
		t.Errorf("the file's limit of 2 gives %d members", len(lines))
	}
	t.Setenv("ORRERY_LIMIT", "3")
	if lines := orr(t, "", "members", "--config", config).ok().lines(); len(lines) != 3 {
		t.Errorf("the environment's limit of 3 gives %d members", len(lines))
	}
	if lines := orr(t, "", "members", "--config", config, "--limit", "4").ok().lines(); len(lines) != 4 {
		t.Errorf("the flag's limit of 4 gives %d members", len(lines))
	}
	t.Setenv("ORRERY_CONFIG", config)
	t.Setenv("ORRERY_PLANET", "night-radio")
	if lines := orr(t, "", "members").ok().lines(); lines[0]["planet"] != "night-radio" {
		t.Errorf("ORRERY_PLANET gives %v, want the flat shape", lines[0])
	}
	t.Setenv("ORRERY_LIMIT", "many")
	if r := orr(t, "", "members"); r.code != exitUsage || !strings.Contains(r.err, "ORRERY_LIMIT") {
		t.Errorf("ORRERY_LIMIT=many ends with %d: %s", r.code, r.err)
	}
	t.Setenv("ORRERY_LIMIT", "3")
	for name, text := range map[string]string{"unknown": "colour = 1\n", "no TOML": "data is here\n"} {
		if r := orr(t, "", "members", "--config", write(t, "bad.toml", text)); r.code != exitUsage || !strings.Contains(r.err, "bad.toml") {
			t.Errorf("a configuration with %s ends with %d: %s", name, r.code, r.err)
		}
	}
	if r := orr(t, "", "members", "--config", filepath.Join(t.TempDir(), "none.toml")); r.code != exitUsage {
		t.Errorf("a configuration that is missing ends with %d: %s", r.code, r.err)
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	data, none := feed(t), filepath.Join(t.TempDir(), "none")
	orr(t, data, "import", "undo", "1").ok()
	tests := []struct {
		name string
		data string
		args string
		code int
		says string
	}{
		{"no such command", data, "orbit", exitUsage, "orbit"},
		{"no such subcommand", data, "import orbit", exitUsage, "orbit"},
		{"no such flag", data, "members --orbit", exitUsage, "--orbit"},
		{"an argument too few", data, "member", exitUsage, "member"},
		{"an argument too many", data, "gravity now", exitUsage, "gravity"},
		{"a number that is none", data, "members --limit few", exitUsage, "limit"},
		{"a limit below zero", data, "members --limit -1", exitUsage, "--limit"},
		{"a date that is none", data, "members --as-of yesterday", exitUsage, "yesterday"},
		{"a planet that is not there", data, "members --planet moon", exitNotFound, "moon"},
		{"a person who is not there", data, "member 4711", exitNotFound, "4711"},
		{"an import that is not there", data, "import errors 9", exitNotFound, "9"},
		{"an import that is no number", data, "import undo all", exitUsage, "all"},
		{"an import that was undone", data, "import undo 1", exitConflict, "undone already"},
		{"no data yet", none, "members", exitNotFound, "no data"},
		{"a file that is not there", data, "import csv missing.csv", exitUsage, "missing.csv"},
		{"a folder in place of a file", data, "import csv " + t.TempDir(), exitUsage, "folder"},
		{"a folder that is no repository", data, "import git " + t.TempDir(), exitUsage, "repository"},
		{"an export of what there is not", data, "export moons", exitUsage, "moons"},
		{"an export in what there is not", data, "export members --format xml", exitUsage, "xml"},
		{"a backup over a file", data, "backup " + write(t, "there.db", "x"), exitConflict, "exists"},
		{"a backup into nowhere", data, "backup " + filepath.Join(none, "x", "y.db"), exitUsage, "y.db"},
		{"a restore of nothing", data, "restore " + write(t, "empty.db", ""), exitUsage, "empty.db"},
		{"a restore of something else", data, "restore " + write(t, "else.db", strings.Repeat("else ", 3000)), exitUsage, "else.db"},
		{"an erasure nobody confirmed", data, "erase u1@town.example", exitUsage, "--yes"},
		{"a merge with oneself", data, "merge 1 1", exitUsage, "two"},
		{"a rule that is none", data, "teammates add town", exitUsage, "town"},
		{"a rule that is not there", data, "teammates remove @moon.example", exitNotFound, "moon"},
		{"a weight out of range", data, "catalogue set like --weight 11", exitUsage, "11"},
		{"a rhythm that is none", data, "planets set night-radio --rhythm 7", exitUsage, "7"},
		{"a planet with a bad name", none, "import csv " + write(t, "a.csv", "who,when\nann,2026-01-01\n") + " --planet Night/Radio", exitUsage, "Night/Radio"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := test.data
			if test.code == exitUsage || test.code == exitNotFound || test.code == exitConflict {
				dir = copied(t, test.data)
			}
			r := orr(t, dir, strings.Fields(test.args)...)
			if r.code != test.code || !strings.Contains(r.err, test.says) {
				t.Errorf("orrery %s ended with %d: %s; want %d and a word of %q", test.args, r.code, r.err, test.code, test.says)
			}
			if strings.Contains(r.err, "goroutine") || strings.Count(r.err, "\n") > 3 || r.err != "" && !strings.HasPrefix(r.err, "orrery: ") {
				t.Errorf("orrery %s says %q, want one line for a person", test.args, r.err)
			}
			if _, err := os.Stat(none); err == nil && test.data == none {
				t.Error("a folder was made")
			}
		})
	}
}

// copied copies a data folder, so that tests beside each other do not wait for
// its lock. One that is not there is not made.
func copied(t testing.TB, data string) string {
	t.Helper()
	if _, err := os.Stat(data); err != nil {
		return data
	}
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(dir, os.DirFS(data)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestTheFolderIsInUse(t *testing.T) {
	t.Parallel()
	data := feed(t)
	holder := &app{data: data, err: os.Stderr, clock: time.Now}
	system, err := holder.open(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"members"}, {"doctor"}, {"import", "csv", write(t, "a.csv", "who,when\nann,2026-01-01\n")}} {
		if r := orr(t, data, args...); r.code != exitConflict || !strings.Contains(r.err, "in use") {
			t.Errorf("%v ends with %d: %s; want %d and that the folder is in use", args, r.code, r.err, exitConflict)
		}
	}
	if err := system.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	orr(t, data, "members").ok()
}

func TestAsOf(t *testing.T) {
	t.Parallel()
	data := feed(t)
	past := orr(t, data, "members", "--planet", "night-radio", "--as-of", "2026-10-01", "--limit", "0", "--json").ok().lines()
	if len(past) == 0 {
		t.Fatal("nobody was there in October")
	}
	for _, m := range past {
		if m["as_of"] != "2026-10-01" || fmt.Sprint(m["last_active"]) > "2026-10-01" {
			t.Errorf("as of October got %v", m)
		}
	}
	if early := orr(t, data, "members", "--planet", "night-radio", "--as-of", "1999-01-01", "--limit", "0", "--json").ok(); early.out != "" {
		t.Errorf("in 1999 there was %s", early.out)
	}
	old := filepath.Join(t.TempDir(), "old")
	orr(t, old, "import", "csv", write(t, "old.csv", "who,when\nann,2019-03-01\nann,2019-03-09\nbo,2019-03-08\n")).ok()
	for _, m := range orr(t, old, "members", "--planet", "old", "--json").ok().lines() {
		if m["as_of"] != "2019-03-09" {
			t.Errorf("old data is answered as of %v, want the day of the newest activity", m["as_of"])
		}
	}
	if r := orr(t, old, "members").ok(); !strings.Contains(r.out, "2019-03-09") {
		t.Errorf("old data is answered without saying as of when: %s", r.out)
	}
}

func TestBacktestOfAFile(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("who,when,kind,object\n")
	for who := range 40 {
		for day := 0; day < 900; day += 3 + who {
			fmt.Fprintf(&b, "p%d,%d,purchase,o\n", who, time.Date(2020, 1, 1+day, 9, who, 0, 0, time.UTC).Unix())
		}
	}
	lines := orr(t, "", "backtest", write(t, "orders.csv", b.String()), "--json", "--horizon", "30").ok().lines()
	methods := map[any]bool{}
	for _, line := range lines {
		result := shaped(t, "a result", line, "target method horizon_days auc average_precision brier ece cuts n positives auc_interval average_precision_interval brier_interval ece_interval")
		if result["target"] != "return" || result["horizon_days"] != 30.0 {
			t.Errorf("got %v, want the return in 30 days", result)
		}
		methods[result["method"]] = true
	}
	for _, m := range []string{"cold_start", "pareto_nbd", "bg_nbd", "orbit_love", "rfm", "recency"} {
		if !methods[m] {
			t.Errorf("there is no line of the method %s", m)
		}
	}
	if r := orr(t, "", "backtest", write(t, "bad.csv", "a,b\n1,2\n")); r.code != exitUsage || !strings.Contains(r.err, "bad.csv") {
		t.Errorf("a table without the columns ends with %d: %s", r.code, r.err)
	}
	if r := orr(t, "", "backtest", "missing.csv"); r.code != exitUsage {
		t.Errorf("a file that is missing ends with %d: %s", r.code, r.err)
	}
}

func TestCompletionAndHelp(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if r := orr(t, "", "completion", shell).ok(); !strings.Contains(r.out, "orrery") {
			t.Errorf("completion %s prints %.80q", shell, r.out)
		}
	}
	if r := orr(t, "", "--help").ok(); !strings.Contains(r.out, "orrery import git .") {
		t.Errorf("help is %q", r.out)
	}
	if r := orr(t, "", "__complete", "import", ""); !strings.Contains(r.out, "git") || !strings.Contains(r.out, "csv") {
		t.Errorf("what can be imported completes to %q", r.out)
	}
}
