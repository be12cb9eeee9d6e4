package house

import (
	"bytes"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// word is one that does not stand in some of the files.
type word struct {
	pattern *regexp.Regexp
	in      func(name string) bool
	instead string
	beside  string // where a line says this too, the word may stand
}

var words = []word{
	{
		regexp.MustCompile(`(?i)\buser[\s-]+engagement\b`), anywhere,
		"say what people did: they came, gave, answered", "",
	},
	{
		regexp.MustCompile(`(?i)\bmoons?\b`), func(name string) bool { return isProduct(name) && !strings.Contains(name, "map") },
		"say person: only the map has moons", "map",
	},
	{
		regexp.MustCompile(`(?i)\b(consent|opt-in|engagement)\b`), isScreen,
		"say request", "",
	},
	{
		regexp.MustCompile(`(^|[^\w.-])/` + `work\b`), anywhere,
		"name no path of the machine that it was written on", "",
	},
	{
		regexp.MustCompile(`\.\./` + `shared\b`), func(name string) bool { return !strings.HasSuffix(name, "_test.go") },
		"only tests and benchmarks read data beside the checkout, and skip without it", "",
	},
	{
		regexp.MustCompile(`proxy\.golang` + `\.org|registry\.npmjs` + `\.org|deb\.debian` + `\.org`),
		func(name string) bool { return !strings.Contains(name, "lock") },
		"name no package registry", "",
	},
}

func anywhere(string) bool { return true }

// isScreen reports whether a file holds text that people read on a screen.
func isScreen(name string) bool {
	return slices.Contains([]string{".html", ".tmpl", ".gohtml"}, path.Ext(name)) && strings.HasPrefix(name, "internal/")
}

// isProduct reports whether a file becomes part of the program.
func isProduct(name string) bool {
	return slices.Contains([]string{".go", ".html", ".tmpl", ".gohtml", ".js", ".css", ".svg", ".toml"}, path.Ext(name)) &&
		!strings.HasSuffix(name, "_test.go") && !strings.Contains(name, "testdata/") && !strings.HasPrefix(name, "internal/house/")
}

func TestWordsThatAreNotOurs(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(filepath.Join(top, ".git")); err != nil {
		t.Skip("this is no git checkout, so it cannot be told which files belong to the project")
	}
	command := exec.Command("git", "ls-files", "-z")
	command.Dir = top
	out, err := command.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		content, err := os.ReadFile(filepath.Join(top, name))
		if os.IsNotExist(err) || bytes.IndexByte(content, 0) >= 0 {
			continue // removed and not yet committed, or not a text
		}
		if err != nil {
			t.Error(err)
		}
		for _, problem := range wordsIn(name, content) {
			t.Error(problem)
		}
	}
}

// wordsIn returns the words in a file that do not belong there.
func wordsIn(name string, content []byte) []string {
	var problems []string
	for _, w := range words {
		if !w.in(name) {
			continue
		}
		for _, at := range w.pattern.FindAllIndex(content, -1) {
			found := strings.TrimSpace(string(content[at[0]:at[1]]))
			if w.beside == "" || !strings.Contains(strings.ToLower(lineAround(content, at[0])), w.beside) {
				problems = append(problems, name+" says "+found+": "+w.instead)
			}
		}
	}
	return problems
}

func lineAround(content []byte, at int) string {
	start := bytes.LastIndexByte(content[:at], '\n') + 1
	line, _, _ := bytes.Cut(content[start:], []byte("\n"))
	return string(line)
}

func TestWordsIn(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file, text string
		want             int
	}{
		{"the words of broadcast", "docs/a.md", "User\nengagement is up", 1},
		{"engagement in a document", "docs/a.md", "an engagement platform", 0},
		{"engagement on a screen", "internal/web/templates/a.html", "Engagement", 1},
		{"a moon in a list", "internal/web/people.go", "// each moon", 1},
		{"a moon on the map", "internal/view/map.go", "// each moon", 0},
		{"a word on the map", "internal/web/about.html", "<p>\nOn the map it is the size of a moon.", 0},
		{"a honeymoon", "internal/web/people.go", "honeymoon", 0},
		{"a path of the machine", "docs/a.md", "see /" + "work/x", 1},
		{"a path in an address", "docs/a.md", "https://a.org/" + "work/x", 0},
		{"data beside the checkout in a test", "internal/field/a_test.go", "../" + "shared/data", 0},
		{"data beside the checkout in the product", "internal/field/a.go", "../" + "shared/data", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := wordsIn(test.file, []byte(test.text)); len(got) != test.want {
				t.Errorf("got %q, want %d problems", got, test.want)
			}
		})
	}
}
