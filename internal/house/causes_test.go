package house

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// What was only seen must not be told as if it were known what it changed. This
// test reads every text of the product: templates, what pages and commands write,
// commands' help, the scripts of pages.

// causal are words that say that one thing made another happen.
var causal = regexp.MustCompile(`(?i)\b(increments?|incremental(ly)?|uplift|attributable|caus(es?|ed|ing|al|ation)|thanks to|because of|owing to|due to|result(s|ed|ing)? (in|from)|(leads?|led) (people|them|him|her) to|(drove|drives|boost(s|ed)?|generated)|would(n[’']t| not) have been|would(n[’']t| not)? have (come|happened|arrived|stayed)|(made|makes|got|gets) (people|them|members|more|fewer|somebody|anybody) (to )?(come|stay|return|leave|give))\b`)

// known are words beside which they may stand, in the same sentence: it is of a
// trial by lot, or it says that nothing of the kind is known.
var known = regexp.MustCompile(`(?i)\b(trials?|by lot|held out|hold(s|ing)? .{0,40}\bout|holdouts?|switch(ed|ing)? .{0,20}on and off|switchback|not known|no cause|never a cause|an association|not what would have been|nobody that made|placebos?|truth)\b`)

// othersWords are single texts that speak of something else.
var othersWords = map[string]string{
	"internal/web/templates/pages/partners.html": "Increment", // head of the column that says "not known" or names trials
	"internal/web/templates/pages/origin.html":   "To see what it finds where there is nothing to find, every possible cause is then moved to another week of the same four, at the same hour of the week: whoever now seems drawn by it cannot have been",
	"internal/catalogue/defaults.go":             "share shared repost boost",              // kinds of platforms
	"internal/collect/csv/guess.go":              "purpose purposes cause goal initiative", // heads of columns
}

// trialBlock is the part of a template where an increment may stand: it is filled
// from holdouts and switchbacks alone.
var trialBlock = regexp.MustCompile(`(?s)<section[^>]*aria-labelledby="increment".*?</section>`)

var (
	templateAction = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	markup         = regexp.MustCompile(`(?s)</?(h[1-6]|p|li|td|th|dt|dd|div|section|option|label|button|summary|text|title|tr|ul|table)\b[^>]*>`)
	anyTag         = regexp.MustCompile(`(?s)<[^>]*>`)
	spoken         = regexp.MustCompile(`(?i)(?:aria-label|placeholder|title|alt|content)="([^"]*)"`)
	sentenceEnd    = regexp.MustCompile(`[.;?!]\s|\n\n`)
)

func TestNothingThatWasOnlySeenIsToldAsKnown(t *testing.T) {
	t.Parallel()
	read := 0
	for _, f := range sources(t) {
		if f.isTest() || isTestSupport(f.folder()) {
			continue
		}
		for _, text := range literals(f.ast) {
			read++
			for _, said := range causesIn(text) {
				if said != othersWords[f.path] {
					t.Errorf("%s says %q: tell what was seen, or say which trial it is from", f.path, said)
				}
			}
		}
	}
	err := filepath.WalkDir(filepath.Join(top, "internal"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".html" && filepath.Ext(path) != ".js" && filepath.Ext(path) != ".txt" || strings.Contains(path, "testdata") {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(top, path)
		if err != nil {
			return err
		}
		texts := strings.Split(string(content), "\n")
		if filepath.Ext(path) == ".html" {
			texts = textsOf(string(content))
		}
		for _, text := range texts {
			read++
			for _, said := range causesIn(text) {
				if said != othersWords[filepath.ToSlash(name)] {
					t.Errorf("%s says %q: tell what was seen, or say which trial it is from", name, said)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if read < 2000 {
		t.Errorf("%d texts were read: there are more", read)
	}
}

// literals returns the texts in a file of Go that are more than a word.
func literals(f *ast.File) (texts []string) {
	ast.Inspect(f, func(n ast.Node) bool {
		if field, ok := n.(*ast.Field); ok && field.Tag != nil {
			return false // a tag is no text
		}
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if text, err := strconv.Unquote(lit.Value); err == nil && strings.Contains(text, " ") {
				texts = append(texts, text)
			}
		}
		return true
	})
	return texts
}

// textsOf returns what a template says, without what a trial says.
func textsOf(template string) (texts []string) {
	template = trialBlock.ReplaceAllString(template, "")
	for _, m := range spoken.FindAllStringSubmatch(template, -1) {
		texts = append(texts, templateAction.ReplaceAllString(m[1], " "))
	}
	for _, part := range markup.Split(templateAction.ReplaceAllString(template, " "), -1) {
		texts = append(texts, strings.Join(strings.Fields(anyTag.ReplaceAllString(part, "")), " "))
	}
	return texts
}

// causesIn returns the sentences of a text that say what made something happen, and
// not how that is known.
func causesIn(text string) (said []string) {
	for _, sentence := range sentenceEnd.Split(text, -1) {
		if causal.MatchString(sentence) && !known.MatchString(sentence) {
			said = append(said, strings.TrimSpace(sentence))
		}
	}
	return said
}

func TestCausesIn(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       int
	}{
		{"what was seen", "Forty people were first seen through the radio.", 0},
		{"an increment that was only seen", "The radio's increment is forty people.", 1},
		{"a cause", "The talk caused forty people to come. All stayed.", 1},
		{"thanks", "Forty people came thanks to the radio", 1},
		{"a world without it", "Forty people would not have come without it.", 1},
		{"who is made to come", "Reviews make up a third; they made people stay.", 1},
		{"an increment of a trial", "The trial's increment is forty people, between ten and seventy.", 0},
		{"people who were held out", "Forty more came because of the letter, as those show who were held out.", 0},
		{"that it is not known", "An increment is not known.", 0},
		{"that it is no cause", "An association, which may be due to other things.", 0},
		{"the trial in another sentence", "There was a trial. The radio drove sales.", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := causesIn(test.text); len(got) != test.want {
				t.Errorf("got %q, want %d", got, test.want)
			}
		})
	}
	page := `<section aria-labelledby="credit"><h2>Credit</h2><p>{{.N}} came <b>thanks to</b> it</p></section><section class="x" aria-labelledby="increment"><p>Increment {{.N}}</p></section>`
	all := 0
	for _, text := range textsOf(page) {
		all += len(causesIn(text))
	}
	if all != 1 {
		t.Errorf("of a page with a trial's block and a claim outside it %d claims are found, want 1", all)
	}
}
