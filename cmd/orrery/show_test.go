package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/ndjson"
)

// hostile holds what strangers put into names to move a terminal's cursor, to
// turn text around or to run in a spreadsheet.
const hostile = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202eEvil\u2066\r\b"

func TestTextOfStrangersCannotDriveATerminal(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	var b []byte
	for i, kind := range []string{"forum.reply", "kind" + hostile} {
		b = ndjson.Append(b, &orrery.Activity{
			ExternalID: string(rune('a' + i)), Namespace: "forum.example", Kind: kind, At: now,
			Actor:  orrery.Actor{Namespace: "forum" + hostile, Type: "login", Value: "u" + hostile, Name: "Name" + hostile, Email: "a" + hostile + "@town.example"},
			Object: orrery.Object{ID: "o", Title: "Title" + hostile, Type: "topic"},
		})
	}
	path := write(t, "night.ndjson", string(b)+`{"external_id":"x","kind":"k","at":"`+"2026\x1b[2J"+`"}`+"\n{\u202e}\n")
	outputs := []ran{
		orr(t, data, "import", "ndjson", path),
		orr(t, data, "members", "--limit", "0"), orr(t, data, "member", "1"), orr(t, data, "identities"),
		orr(t, data, "import"), orr(t, data, "import", "errors", "1"), orr(t, data, "planets"), orr(t, data, "gravity"), orr(t, data, "catalogue"),
		orr(t, data, "members", "--planet", "x"+hostile), orr(t, data, "member", "x"+hostile),
		orr(t, data, "import", "csv", "x"+hostile), orr(t, data, "import", "git", "x"+hostile), orr(t, data, "x"+hostile),
		orr(t, data, "erase", "x"+hostile, "--yes"), orr(t, data, "export", "x"+hostile), orr(t, data, "backup", filepath.Join(data, "x"+hostile, "y")),
		orr(t, "x"+hostile, "members"),
	}
	for _, r := range outputs {
		for _, text := range []string{r.out, r.err} {
			for _, bad := range []string{"\x1b", "\x07", "\u009b", "\x9b31m", "\u202e", "\u2066", "\r", "\b"} {
				if strings.Contains(text, bad) {
					t.Errorf("orrery %q printed %q in %q", r.args, bad, text)
				}
			}
		}
	}
	if !strings.Contains(outputs[1].out, "Evil") {
		t.Errorf("the name is not shown at all: %s", outputs[1].out)
	}
}

func TestASpreadsheetTakesNothingForAFormula(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	var b []byte
	for i, evil := range []string{"=1+2", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "plain"} {
		b = ndjson.Append(b, &orrery.Activity{
			ExternalID: evil, Namespace: "forum.example", Kind: "forum.reply", At: now, Thread: evil, Partner: evil,
			Actor:  orrery.Actor{Namespace: "forum.example", Type: "login", Value: evil + string(rune('a'+i)), Name: evil},
			Object: orrery.Object{ID: evil, Title: evil, URL: evil, Type: "topic"}, Quantity: -5, Unit: evil,
		})
	}
	orr(t, data, "import", "ndjson", write(t, "night.ndjson", string(b))).ok()
	for _, what := range []string{"activities", "members"} {
		rows, err := csv.NewReader(strings.NewReader(orr(t, data, "export", what, "--format", "csv").ok().out)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != 9 {
			t.Errorf("export of %s has %d rows, want a head and 8", what, len(rows))
		}
		for _, row := range rows[1:] {
			for i, cell := range row {
				if number := cell == "-5" || strings.Contains("return given received reach drift closeness endurance", rows[0][i]); cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") && !number {
					t.Errorf("export of %s has the cell %q in %s", what, cell, rows[0][i])
				}
			}
		}
	}
}

func TestColourIsForTerminalsAlone(t *testing.T) {
	data := feed(t)
	for _, args := range [][]string{{"members"}, {"gravity"}, {"planets"}, {"member", "1"}} {
		if r := orr(t, data, args...).ok(); strings.Contains(r.out, "\x1b") {
			t.Errorf("%v printed colour where there is no terminal", args)
		}
	}
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil || !isTerminal(terminal) {
		t.Skip("there is no terminal to be had")
	}
	defer terminal.Close()
	t.Setenv("NO_COLOR", "")
	if !colours(terminal) {
		t.Error("a terminal gets no colour")
	}
	t.Setenv("NO_COLOR", "1")
	if colours(terminal) {
		t.Error("NO_COLOR is set and a terminal gets colour")
	}
}
