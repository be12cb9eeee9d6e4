package house

import (
	"encoding/json"
	"flag"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"

	"orrery.dev/orrery/internal/conversation"
	"orrery.dev/orrery/internal/language"
)

// With -update the catalogues lose what no page says any more and get an empty
// entry for what is new: go test ./internal/house -run Catalogue -update.
var update = flag.Bool("update", false, "write the keys of all texts into the catalogues")

const catalogues = "../language/catalogue"

// leastTranslated is the share of all texts that each catalogue holds at least.
// It only grows.
const leastTranslated = .9

// datedTexts are layouts of times in templates.
var datedTexts = regexp.MustCompile(`\bdate \S+ "([^"]+)"`)

func templateFiles(t *testing.T) []string {
	t.Helper()
	pages, err := filepath.Glob("../*/templates/pages/*.html")
	if err != nil {
		t.Fatal(err)
	}
	shared, err := filepath.Glob("../*/templates/*.html")
	if err != nil || len(shared) == 0 || len(pages) < 40 {
		t.Fatalf("got %d templates and %d pages (%v), want those of the screens", len(shared), len(pages), err)
	}
	return append(shared, pages...)
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// keysOfAll are the keys of every text that people read, each with where it is
// said first, in that order.
func keysOfAll(t *testing.T) (keys []string, where map[string]string) {
	t.Helper()
	where = map[string]string{}
	add := func(key, at string) {
		if _, ok := where[key]; !ok && key != "" {
			where[key] = at
			keys = append(keys, key)
		}
	}
	for _, path := range templateFiles(t) {
		for _, key := range language.Keys(content(t, path)) {
			add(key, filepath.Base(path))
		}
		for _, layout := range datedTexts.FindAllStringSubmatch(content(t, path), -1) {
			add(layout[1], filepath.Base(path))
		}
	}
	for _, f := range sources(t) {
		if f.isTest() || !strings.HasPrefix(f.path, "internal/") || strings.Contains(f.path, "webtest") {
			continue
		}
		for _, key := range said(f.ast) {
			add(key, f.path)
		}
	}
	for _, why := range conversation.Whys() {
		add(strings.NewReplacer("{who}", "{0}", "{ago}", "{1}").Replace(why), "conversation/rules.go")
	}
	return keys, where
}

// said lists the keys of the texts that a Go file makes.
func said(syntax *ast.File) (keys []string) {
	ast.Inspect(syntax, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		selector, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		var texts []string
		for _, arg := range call.Args {
			text, _ := literal(arg)
			texts = append(texts, text)
		}
		of, _ := selector.X.(*ast.Ident)
		if of == nil {
			return true
		}
		switch {
		case of.Name == "language" && selector.Sel.Name == "T" && texts[0] != "":
			keys = append(keys, language.Key(texts[0]))
		case of.Name == "language" && selector.Sel.Name == "N" && len(texts) > 2:
			keys = append(keys, language.KeyOfForms(texts[1], texts[2]))
		case of.Name == "language" && selector.Sel.Name == "OneOf":
			for _, text := range texts[1:] {
				if text != "" {
					keys = append(keys, language.Key(strings.ReplaceAll(text, "%", "%%")))
				}
			}
		case of.Name == "language" && selector.Sel.Name == "Date" && len(texts) > 1:
			keys = append(keys, texts[1])
		case of.Name == "s" && selector.Sel.Name == "done" && len(texts) > 3 && texts[3] != "%s":
			keys = append(keys, language.Key(texts[3]))
		}
		return true
	})
	return keys
}

// literal returns a string that stands in the source, in one piece or added up.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, ok := literal(e.X)
		right, also := literal(e.Y)
		return left + right, ok && also && e.Op == token.ADD
	}
	return "", false
}

// Where texts are missing or stale this says which, by page.
func TestTheCataloguesHoldWhatPeopleRead(t *testing.T) {
	t.Parallel()
	keys, where := keysOfAll(t)
	for _, l := range language.All()[1:] {
		path := filepath.Join(catalogues, l.Tag+".json")
		var entries map[string]string
		if err := json.Unmarshal([]byte(content(t, path)), &entries); err != nil {
			t.Fatal(err)
		}
		missing := map[string]int{}
		n := 0
		for _, key := range keys {
			if entries[key] == "" {
				missing[where[key]]++
				n++
			}
		}
		for _, at := range slices.Sorted(maps.Keys(missing)) {
			t.Logf("%s: %d of %s", l.Name, missing[at], at)
		}
		if share := 1 - float64(n)/float64(len(keys)); share < leastTranslated {
			t.Errorf("%s has %d of %d texts, which is less than %.0f%%", l.Name, len(keys)-n, len(keys), 100*leastTranslated)
		}
		if *update {
			write(t, path, keys, entries)
		}
	}
}

func write(t *testing.T, path string, keys []string, entries map[string]string) {
	t.Helper()
	kept := map[string]string{}
	for _, key := range keys {
		kept[key] = entries[key]
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "\t")
	if err := encoder.Encode(kept); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestNoTranslationLosesOrAddsAPlace(t *testing.T) {
	t.Parallel()
	for _, l := range language.All()[1:] {
		var entries map[string]string
		if err := json.Unmarshal([]byte(content(t, filepath.Join(catalogues, l.Tag+".json"))), &entries); err != nil {
			t.Fatal(err)
		}
		for key, translation := range entries {
			if translation == "" {
				continue
			}
			if err := l.Check(key, translation); err != nil {
				t.Errorf("%s: %v", l.Name, err)
			}
			if strings.Contains(translation, "{{") {
				t.Errorf("%s: %q holds an action", l.Name, translation)
			}
		}
	}
}

// In English a rewritten template is the template itself, but that values are
// said: what people see does not hang on the rewriting.
func TestRewritingKeepsEnglishAsItIs(t *testing.T) {
	t.Parallel()
	for _, path := range templateFiles(t) {
		src := content(t, path)
		plain, rewritten := trees(t, path, src), trees(t, path, language.English().Rewrite(src))
		for name, tree := range plain {
			if got, want := strings.ReplaceAll(rewritten[name].Root.String(), " | say", ""), tree.Root.String(); got != want {
				t.Errorf("%s, %s: got\n%s\nwant\n%s", path, name, got, want)
			}
		}
	}
}

// Every translated template is one that parses, with the same actions.
func TestTranslatedTemplatesParse(t *testing.T) {
	t.Parallel()
	for _, path := range templateFiles(t) {
		src := content(t, path)
		for _, l := range language.All() {
			if got, want := len(trees(t, path+" in "+l.Name, l.Rewrite(src))), len(trees(t, path, src)); got != want {
				t.Errorf("%s in %s defines %d templates, want %d", path, l.Name, got, want)
			}
		}
	}
}

func trees(t *testing.T, name, src string) map[string]*parse.Tree {
	t.Helper()
	tree := parse.New(name)
	tree.Mode = parse.SkipFuncCheck
	set := map[string]*parse.Tree{}
	if _, err := tree.Parse(src, "", "", set); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, src)
	}
	return set
}

// A time that a template formats by itself stays English.
func TestTemplatesLeaveDatesToTheLanguage(t *testing.T) {
	t.Parallel()
	english := regexp.MustCompile(`\.Format "[^"]*(Jan|Mon)[^"]*"`)
	for _, path := range templateFiles(t) {
		for _, found := range english.FindAllString(content(t, path), -1) {
			t.Errorf("%s writes %s: write date and the layout", path, found)
		}
	}
}
