package catalogue

import (
	"strings"
	"testing"
)

func TestNoKindIsListedTwice(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for _, group := range defaults() {
		for _, kind := range strings.Fields(group.kinds) {
			if seen[kind] {
				t.Errorf("%s is listed twice", kind)
			}
			seen[kind] = true
		}
	}
}
