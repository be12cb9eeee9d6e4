package intake

import (
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var extensions = []string{".gz", ".csv", ".tsv", ".tab", ".txt", ".ndjson", ".jsonl", ".json"}

// Stem returns a file's name without its folder and the extensions of data
// files: "orders.2026" for "/data/orders.2026.csv.gz".
func Stem(path string) string {
	name := filepath.Base(filepath.ToSlash(path))
	for {
		ext := filepath.Ext(name)
		if ext == "" || ext == name || !slices.Contains(extensions, strings.ToLower(ext)) {
			return name
		}
		name = strings.TrimSuffix(name, ext)
	}
}

// Planet suggests a planet's name for a file: its stem in lower case, accents
// taken off, with single dashes for all that is neither letter nor digit.
// "planet" where nothing is left.
func Planet(path string) string {
	var b strings.Builder
	dash := false
	for _, r := range norm.NFD.String(strings.ToLower(Stem(path))) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			dash = false
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		default:
			dash = true
		}
	}
	if b.Len() == 0 {
		return "planet"
	}
	return norm.NFC.String(b.String())
}
