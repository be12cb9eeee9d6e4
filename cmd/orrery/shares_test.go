package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

func TestSharesShowTruthBesideEstimate(t *testing.T) {
	t.Parallel()
	r := orr(t, filepath.Join(t.TempDir(), "none"), "shares", "simulate", "--seed", "3", "--scale", ".1", "--placebos", "2", "--json")
	worlds := map[string]bool{}
	for line := range strings.Lines(r.out) {
		var w worldLine
		if err := json.Unmarshal([]byte(line), &w); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		worlds[w.World] = true
		recorded := w.Estimate.Campaigns == "recorded"
		if recorded != (w.Estimate.Unprompted != nil) || recorded != (w.Estimate.Prompted != nil) || recorded != (w.Estimate.NotDrawn == nil) {
			t.Errorf("%s: campaigns are %s, and it says %s", w.World, w.Estimate.Campaigns, line)
		}
		if w.Estimate.Peer == nil || w.Activities == 0 {
			t.Errorf("%s: nothing is said of pull: %s", w.World, line)
		}
	}
	if !worlds["season"] || !worlds["people_campaigns"] || !worlds["unrecorded"] {
		t.Errorf("got the worlds %v", worlds)
	}
	if bad := orr(t, "none", "shares", "simulate", "--scale", "0"); bad.code != exitUsage {
		t.Errorf("a scale of 0 exits with %d, want %d", bad.code, exitUsage)
	}
}

func TestSharesOfAPlanetSayWhatIsUnknown(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	var rows strings.Builder
	rows.WriteString("who,when,kind,object\n")
	for n := range 900 {
		fmt.Fprintf(&rows, "p%d,%d,comment,topic-%d\n", n%13, 1_700_000_000+n*7919, n/5)
	}
	orr(t, data, "import", "csv", write(t, "talk.csv", rows.String()))
	r := orr(t, data, "shares", "--days", "0", "--json")
	lines := strings.Split(strings.TrimSpace(r.out), "\n")
	var all sharesLine
	if err := json.Unmarshal([]byte(lines[0]), &all); err != nil {
		t.Fatalf("%v in %q (%s)", err, r.out, r.err)
	}
	if all.Type != "all" || all.Activities != 900 || all.Campaigns != "unknown" || all.Unprompted != nil || all.Prompted != nil || all.NotDrawn == nil || all.NotDrawn.Low != 0 {
		t.Errorf("got %s", lines[0])
	}
	var model modelLine
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &model); err != nil || !model.Estimated || len(model.Placebos) != 20 {
		t.Errorf("got %s (%v), want an estimate with 20 placebos", lines[len(lines)-1], err)
	}
	if told := orr(t, data, "shares"); !strings.Contains(told.out, "they are unknown") {
		t.Errorf("the words do not say that campaigns are unknown: %s%s", told.out, told.err)
	}
	if past := orr(t, data, "shares", "--as-of", "2023-11-20", "--json"); !strings.Contains(past.out, `"estimated":false`) {
		t.Errorf("as of a week in: %s%s", past.out, past.err)
	}
}
