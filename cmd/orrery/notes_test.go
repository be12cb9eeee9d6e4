package main

import (
	"strings"
	"testing"
)

func TestNotesOnDays(t *testing.T) {
	t.Parallel()
	const planet = "night-radio"
	data := feed(t)
	one := orr(t, data, "notes", "add", "2026-03-01", "Release", "2.0", "--planet", planet, "--json").ok().lines()[0]
	shaped(t, "a note", one, "type number planet day text")
	orr(t, data, "notes", "add", "2026-02-01", "Moved house", "--all").ok()
	if lines := orr(t, data, "notes", "list", "--planet", planet, "--json").ok().lines(); len(lines) != 2 || lines[0]["text"] != "Moved house" || lines[1]["planet"] != planet {
		t.Errorf("got %v, want both notes by day", lines)
	}
	orr(t, data, "notes", "remove", "1").ok()
	if text := orr(t, data, "notes", "list").ok().out; strings.Contains(text, "Release") || !strings.Contains(text, "all") {
		t.Errorf("got %s, want the second note alone", text)
	}
	for want, args := range map[int][]string{
		exitNotFound: {"notes", "remove", "1"},
		exitUsage:    {"notes", "add", "someday", "Release"},
	} {
		if r := orr(t, data, args...); r.code != want {
			t.Errorf("%v: exit code %d, want %d", args, r.code, want)
		}
	}
}

func TestNewcomersByCohort(t *testing.T) {
	t.Parallel()
	const planet = "night-radio"
	data := feed(t)
	lines := orr(t, data, "newcomers", "--planet", planet, "--by", "month", "--weeks", "104", "--json").ok().lines()
	shaped(t, "a cohort", lines[0], "type planet by cohort name from until came asked answered second_day returned")
	all := lines[len(lines)-6]
	if all["type"] != "all" || lines[len(lines)-1]["type"] != "first_answer" {
		t.Errorf("got %v before five first answers, want all", all)
	}
	if text := orr(t, data, "newcomers", "--planet", planet, "--by", "way", "--csv").ok().out; !strings.HasPrefix(text, "by,cohort,from,until,came,") {
		t.Errorf("got %s, want a table", text)
	}
	if text := orr(t, data, "newcomers", "--planet", planet).ok().out; !strings.Contains(text, "for the first time") {
		t.Errorf("got %s, want it to say how many came", text)
	}
	if r := orr(t, data, "newcomers", "--planet", planet, "--by", "shoe"); r.code != exitUsage {
		t.Errorf("by something else: exit code %d, want %d", r.code, exitUsage)
	}
}

func TestReportOfAMonth(t *testing.T) {
	t.Parallel()
	const planet = "night-radio"
	data := feed(t)
	lines := orr(t, data, "report", "--planet", planet, "--json").ok().lines()
	shaped(t, "a figure", lines[0], "type planet period from until section figure name value low high before unit meaning")
	last := lines[len(lines)-1]
	if last["type"] != "report" || last["headline"] == "" {
		t.Errorf("got %v last, want the report", last)
	}
	period, _ := last["period"].(string)
	text := orr(t, data, "report", "--planet", planet, "--week", period).ok().out
	if !strings.HasPrefix(text, "# ") || !strings.Contains(text, "## Newcomers") || !strings.Contains(text, "| Gravity | **") {
		t.Errorf("got %s, want Markdown", text)
	}
	if table := orr(t, data, "report", "--planet", planet, "--week", period, "--csv").ok().out; !strings.HasPrefix(table, "section,figure,value,low,high,before,year_ago,unit,meaning\ngravity,gravity,") {
		t.Errorf("got %s, want a table", table)
	}
	for want, args := range map[int][]string{
		exitNotFound: {"report", "--planet", planet, "--month", "2026-13"},
		exitUsage:    {"report", "--planet", planet, "--month", "2026-10", "--week", "2026-W40"},
	} {
		if r := orr(t, data, args...); r.code != want {
			t.Errorf("%v: exit code %d, want %d", args, r.code, want)
		}
	}
}
