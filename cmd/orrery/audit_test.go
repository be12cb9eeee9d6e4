package main

import (
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// lookingCommands change nothing and hand nothing out that a screen would tell the
// audit of; serve's doors tell of themselves, and a restore puts another audit in
// place.
const lookingCommands = `accounts audit|audit verify authenticity backtest backup check|backup list|backup plan bench catalogue circles
	constellations conversations doctor gravity hello identities identities bots|identities score|identities suggest import import errors|introductions
	keys lists lists show|member members newcomers notes list|organizations partners partners show|partners simulate|planets planets rhythm|purposes purposes show|
	report repulsion restore serve shares shares simulate|sources sources platforms|sources test|system tasks teammates ties version ways ways simulate|
	webhooks list|webhooks test|webhooks types|webhooks deliveries`

func TestEveryCommandThatChangesSomethingIsToldByTheAudit(t *testing.T) {
	t.Parallel()
	looking := " " + strings.Join(strings.Fields(strings.ReplaceAll(lookingCommands, "|", " ")), " ") + " "
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		words := wordsOf(c)
		if _, told := auditedCommands[words]; c.Runnable() && !told && !strings.Contains(looking, " "+words+" ") {
			t.Errorf("orrery %s: put it among the commands that the audit tells of, or among those that look", words)
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk((&app{}).root())
	for words := range auditedCommands {
		if c, _, err := (&app{}).root().Find(strings.Fields(words)); err != nil || wordsOf(c) != words {
			t.Errorf("there is no command %q (%v)", words, err)
		}
	}
}

func TestWhatTheShellDidStandsInTheAudit(t *testing.T) {
	t.Parallel()
	data := feed(t)
	link := orr(t, data, "accounts", "invite", "bo@night-radio.example", "reader", "--public-url", "https://orrery.example", "--json").ok().line()
	shaped(t, "an invitation", link, "type email link expires access")
	if !strings.HasPrefix(link["link"].(string), "https://orrery.example/join/") {
		t.Errorf("got the link %v", link["link"])
	}
	orr(t, data, "members", "--planet", "night-radio").ok()
	orr(t, data, "notes", "add", "2026-03-01", "Release", "--all").ok()
	orr(t, data, "notes", "remove", "1").ok()
	orr(t, data, "keys", "create", "--scope", "read").ok()
	orr(t, data, "export", "members", "--planet", "night-radio").ok()
	if r := orr(t, data, "notes", "remove", "9"); r.code != exitNotFound {
		t.Errorf("exit code %d, want %d", r.code, exitNotFound)
	}
	var got []string
	for _, row := range orr(t, data, "audit", "--json").ok().lines() {
		shaped(t, "a row", row, "type seq at by action planet about hash")
		if row["by"] != "shell" {
			t.Errorf("got a row by %v, want the shell", row["by"])
		}
		about, _, _ := strings.Cut(row["about"].(string), ":")
		got = append(got, row["action"].(string)+" "+about)
	}
	want := "shell.export |shell.keys.create key|shell.notes.remove note|shell.notes.add |shell.accounts.invite invitation|shell.import "
	if text := strings.Join(got, "|"); !strings.HasPrefix(text, want) {
		t.Errorf("got %s, want %s", text, want)
	}
	if rows := orr(t, data, "audit", "--action", "shell.notes.", "--day", now.UTC().Format("2006-01-02"), "--json").ok().lines(); len(rows) != 2 {
		t.Errorf("got %d rows of notes, want two", len(rows))
	}
	if text := orr(t, data, "audit", "--by", "7").ok().out; !strings.Contains(text, "Nothing") {
		t.Errorf("got %s, want nothing by account 7", text)
	}
	held := orr(t, data, "audit", "verify", "--json").ok().line()
	shaped(t, "a chain", held, "type ok rows head")
	orr(t, data, "audit", "verify", "--noted", held["head"].(string)).ok()
	if r := orr(t, data, "audit", "verify", "--noted", strings.Repeat("ab", 32)); r.code != exitFailed || !strings.Contains(r.err, "no row") {
		t.Errorf("a hash of no row: exit code %d, %s", r.code, r.err)
	}
	if r := orr(t, data, "audit", "verify", "--noted", "abc"); r.code != exitUsage {
		t.Errorf("no hash: exit code %d, want %d", r.code, exitUsage)
	}
	if line := orr(t, data, "doctor", "--json").ok().line(); line["audit_ok"] != true || line["audit_head"] != held["head"] {
		t.Errorf("the doctor says %v, want an audit that holds with the same end", line)
	}

	conn, err := sqlite.OpenConn(filepath.Join(data, "orrery.db"), sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlitex.ExecuteTransient(conn, "DELETE FROM audit WHERE action = 'shell.export'", nil); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"doctor", "audit verify"} {
		if r := orr(t, data, strings.Fields(command)...); r.code != exitFailed || !strings.Contains(r.err, "audit") {
			t.Errorf("orrery %s ended with %d over a row that was taken off: %s", command, r.code, r.err)
		}
	}
}

func TestColleaguesFromTheShell(t *testing.T) {
	t.Parallel()
	data := feed(t)
	for _, who := range []string{"ada@night-radio.example", "bo@night-radio.example"} {
		a := &app{out: io.Discard, err: io.Discard, clock: func() time.Time { return now }, secret: "seven quiet lanterns"}
		if code := a.run(t.Context(), []string{"accounts", "add", who, "--data", data}); code != exitOK {
			t.Fatalf("accounts add ended with %d", code)
		}
	}
	line := orr(t, data, "accounts", "role", "BO@night-radio.example", "steward", "--planet", "night-radio", "--json").ok().line()
	shaped(t, "an account", line, "type id email name access")
	grant := line["access"].([]any)[0].(map[string]any)
	if grant["role"] != "steward" || grant["planet"] != "night-radio" || grant["addresses"] != false {
		t.Errorf("got %v", grant)
	}
	if text := orr(t, data, "accounts").ok().out; !strings.Contains(text, "steward around night-radio, no addresses") || !strings.Contains(text, "owner") {
		t.Errorf("got %s", text)
	}
	for name, test := range map[string]struct {
		args string
		code int
	}{
		"the last owner":            {"accounts role ada@night-radio.example reader", exitConflict},
		"the last owner goes":       {"accounts remove ada@night-radio.example", exitConflict},
		"nobody":                    {"accounts remove cy@night-radio.example", exitNotFound},
		"a role that is none":       {"accounts invite cy@night-radio.example king", exitUsage},
		"a planet that is none":     {"accounts invite cy@night-radio.example reader --planet nowhere", exitNotFound},
		"an owner of one planet":    {"accounts invite cy@night-radio.example owner --planet night-radio", exitUsage},
		"an address that is none":   {"accounts invite cy reader", exitUsage},
		"a role without an address": {"accounts role reader", exitUsage},
	} {
		if r := orr(t, data, strings.Fields(test.args)...); r.code != test.code {
			t.Errorf("%s: exit code %d, want %d: %s", name, r.code, test.code, r.err)
		}
	}
	shaped(t, "a removal", orr(t, data, "accounts", "remove", "bo@night-radio.example", "--json").ok().line(), "type id email")
	if lines := orr(t, data, "accounts", "--json").ok().lines(); len(lines) != 1 {
		t.Errorf("got %d accounts, want one", len(lines))
	}
}
