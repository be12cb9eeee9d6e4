package web

import (
	"fmt"
	"testing"

	"orrery.dev/orrery/internal/language"
)

func TestWhatBrokeIsToldInASentence(t *testing.T) {
	t.Parallel()
	for _, text := range []any{"no such planet", "no such planet.", language.T("no such planet.")} {
		said, err := sentenceOf(text)
		if got := fmt.Sprint(said); err != nil || got != "no such planet." {
			t.Errorf("of %T: got %q, %v, want a sentence", text, got, err)
		}
	}
	if _, err := sentenceOf(1); err == nil {
		t.Error("a number was taken for a text")
	}
}
