package gist_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"orrery.dev/orrery/internal/collect/gist"
)

func TestMarksAreReadOffWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"a question asks", "How do I build it on a Mac?", "asks"},
		{"a statement does nothing", "I built it on a Mac.", ""},
		{"nothing does nothing", "", ""},
		{"a question that is only quoted does not ask", "> How do I build it?\n\nWith make.", ""},
		{"a question mark in an address does not ask", "See https://example.org/?page=2", ""},
		{"code does not ask", "Use `a ? b : c` there.\n```\nwhat?\n```", ""},
		{"short thanks are thanks", "Thanks, that did the trick!", "thanks"},
		{"what works now is thanks", "Never mind, it worked.", "thanks"},
		{"thanks that sign a mail are none", "I see an error.\n\nThanks,\nAda", ""},
		{"thanks in advance are none", "Please look at this, thanks in advance.", ""},
		{"thanks that go on are none", "Thank you, but now it says killall is not known", ""},
		{"merged is settled", "Patchset merged, thanks!", "thanks+settles"},
		{"a pull request that closes it settles", "Closed by #1134", "settles"},
		{"what is to be merged is not settled", "Once this is merged I look again.", ""},
		{"a review by mail agrees", "Looks right.\nReviewed-by: Ada <ada@example.org>", "agrees"},
		{"looks good agrees", "LGTM", "agrees"},
		{"the rest looks good does not agree", "Please drop the second hunk. The rest looks good.", ""},
		{"who will send promises", "Oh, I'll send a second version.", "promises"},
		{"an apostrophe that is curly promises", "I’ll fix it.", "promises"},
		{"the patch below a mail does not count", "Fixes a typo.\n\nSigned-off-by: Ada\n---\n+ what? merged.", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := gist.Of(c.text).String(); got != c.want {
				t.Errorf("%q: got %q, want %q", c.text, got, c.want)
			}
		})
	}
}

func TestHTMLIsReadAsText(t *testing.T) {
	t.Parallel()
	const text = `<aside class="quote"><p>Really?</p></aside><p>Thanks, that works now.</p>`
	if got := gist.OfHTML(text).String(); got != "thanks" {
		t.Errorf("got %q, want thanks", got)
	}
}

func FuzzOf(f *testing.F) {
	f.Add("Thanks!\n> a\n```x```")
	f.Add("<p>a ? b</p>")
	f.Fuzz(func(t *testing.T, text string) {
		_ = gist.OfHTML(text)
		if g := gist.Of(text); g != gist.Of(strings.ReplaceAll(text, "\n", "\r\n")) && utf8.ValidString(text) && !strings.Contains(text, "\r") && len(text) < gist.Longest/2 {
			t.Errorf("line ends change the marks of %q", text)
		}
	})
}

func BenchmarkOfAMail(b *testing.B) {
	text := strings.Repeat("This adds a test for what the call returns when the buffer is too small.\n", 20) + "I'll send the next one.\n"
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		gist.Of(text)
	}
}
