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

// longestPlanet is how long the name of a planet may be.
const longestPlanet = 63

// Planet suggests a planet's name for a file: the Slug of its stem.
func Planet(path string) string { return Slug(Stem(path)) }

// Slug writes what people call a planet as its name: in lower case, in Latin
// letters without accents and digits, with single dashes for all else. "planet"
// where nothing is left, as of a name in another script.
func Slug(title string) string {
	b := make([]byte, 0, longestPlanet)
	dash := false
	for _, r := range norm.NFKD.String(strings.ToLower(title)) {
		letters, known := spellings[r]
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			letters = string(r)
		case unicode.Is(unicode.Mn, r):
			continue
		case !known:
			dash = true
			continue
		}
		if dash && len(b) > 0 {
			letters = "-" + letters
		}
		dash = false
		if len(b)+len(letters) > longestPlanet {
			break
		}
		b = append(b, letters...)
	}
	if len(b) == 0 {
		return "planet"
	}
	return string(b)
}

// spellings writes letters that are more than a letter and an accent.
var spellings = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'þ': "th", 'ı': "i"}
