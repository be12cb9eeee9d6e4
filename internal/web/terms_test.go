package web_test

import (
	"encoding/csv"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"orrery.dev/orrery/internal/web/webtest"
)

// metrics are labels of figures; each leads to its definition wherever it stands.
var metrics = []string{"Closeness", "Level", "90 days", "Mean closeness", "Mean change", "Mostly", "Gravity", "Likely", "Gave", "Received", "After one visit", "May change", "Pushed away", "Increment"}

func TestEachLabelOfAFigureLeadsToItsDefinition(t *testing.T) {
	t.Parallel()
	about, err := os.ReadFile("templates/pages/about.html")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("templates/pages/*.html")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	plain := regexp.MustCompile(`<th scope="col"[^>]*>([^<{]+)</th>`)
	linked := regexp.MustCompile(`/about-the-numbers"}}#([a-z-]+)`)
	for _, file := range append(files, "templates/parts.html") {
		switch filepath.Base(file) {
		case "about.html", "room.html", "publicpurpose.html": // the definitions; and what strangers see
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range plain.FindAllStringSubmatch(string(text), -1) {
			if slices.Contains(metrics, m[1]) {
				t.Errorf("%s: the label %q leads to no definition", file, m[1])
			}
		}
		for _, m := range linked.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(string(about), `id="`+m[1]+`"`) {
				t.Errorf("%s: there is no definition %q", file, m[1])
			}
		}
	}
}

func TestEachTermHasItsPlaceAndEachPlaceItsTerm(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 60, Seed: 1}).enter()
	about, _ := v.get("/about-the-numbers")
	help, _ := v.get("/help?of=people")
	var places, terms []string
	for _, m := range regexp.MustCompile(`<section id="([a-z-]+)"`).FindAllStringSubmatch(about, -1) {
		places = append(places, m[1])
	}
	_, all, _ := strings.Cut(help, "All terms")
	for _, m := range regexp.MustCompile(`about-the-numbers#([a-z-]+)"`).FindAllStringSubmatch(all, -1) {
		terms = append(terms, m[1])
	}
	slices.Sort(places)
	slices.Sort(terms)
	for _, term := range terms {
		if !slices.Contains(places, term) {
			t.Errorf("the term %q has no place", term)
		}
	}
	for _, place := range places {
		if !slices.Contains(terms, place) {
			t.Errorf("the place %q has no term", place)
		}
	}
	if !strings.Contains(help, "Choose a list above") {
		t.Error("the help of People does not speak of it")
	}
}

func TestEachListIsToBeHadAsASheet(t *testing.T) {
	t.Parallel()
	v := visit(t, webtest.Options{People: 300, Seed: 1}).enter()
	link := regexp.MustCompile(`href="([^"]+\.csv[^"]*)"`)
	for _, path := range []string{
		"/people", "/people/hello", "/people/imbalance", "/people/same", "/people/real", "/introductions", "/conversations", "/circles", "/origin/peer",
		"/people/thanks", "/people/anniversaries", "/repulsion/acts", "/purposes", "/imports/4/skipped", "/sources", "/ways", "/partners/radio-nordvind/people",
	} {
		page, code := v.get(path)
		if code != http.StatusOK {
			t.Errorf("%s answers %d", path, code)
			continue
		}
		found := link.FindStringSubmatch(page)
		if found == nil {
			t.Errorf("%s offers no sheet", path)
			continue
		}
		text, code := v.get(strings.ReplaceAll(found[1], "&amp;", "&"))
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if code != http.StatusOK || err != nil || len(rows) == 0 {
			t.Errorf("%s answers %d and no table (%v)", found[1], code, err)
			continue
		}
		for _, row := range rows {
			for _, cell := range row {
				if regexp.MustCompile(`^[=+@\t\r]|^-[^0-9]`).MatchString(cell) {
					t.Errorf("%s: a spreadsheet takes %q for a formula", found[1], cell)
				}
			}
		}
	}
}
