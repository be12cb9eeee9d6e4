package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// All templates of a language are one set, in which a name twice would be the last
// one's alone.
func TestNoTwoTemplatesHaveOneName(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`{{-? *define "([^"]+)"`)
	seen := map[string]string{}
	for _, pattern := range []string{"templates/*.html", "templates/pages/*.html"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range named.FindAllStringSubmatch(string(text), -1) {
				if m[1] == "main" || m[1] == "head" {
					continue // named after their pages
				}
				if other := seen[m[1]]; other != "" {
					t.Errorf("%s and %s both define %q", other, file, m[1])
				}
				seen[m[1]] = file
			}
		}
	}
}
