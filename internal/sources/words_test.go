package sources

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
)

func TestSecretsAreTakenOutOfTexts(t *testing.T) {
	t.Parallel()
	r := redactorOf(collect.Values{"token": "s3cr3t+/= x", "pin": "12"})
	for name, tt := range map[string]struct{ text, want string }{
		"as it is":                     {"the token s3cr3t+/= x is old", "the token ••• is old"},
		"in a query":                   {"GET https://a.example/x?token=abcdefgh#y failed", "GET https://a.example/x failed"},
		"escaped":                      {"at /p/" + url.QueryEscape("s3cr3t+/= x") + "/end", "at /p/•••/end"},
		"in base64":                    {"sent " + base64.StdEncoding.EncodeToString([]byte("s3cr3t+/= x")), "sent •••"},
		"somebody else's bearer token": {"Authorization: Bearer abcdef.ghi-jkl", "Authorization: Bearer •••"},
		"a login in an address":        {"https://ada:pass@a.example/x", "https://a.example/x"},
		"too short to look for":        {"12 rows", "12 rows"},
		"on several lines":             {"one\n\ttwo\x00three", "one two three"},
	} {
		if got := r.text(tt.text, wordsCap); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func TestErrorsKeepTheirCodeAndCause(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	err := redactorOf(nil).inWords(fmt.Errorf("collect: %w", orrery.Errorf(orrery.Denied, "the token is old: %w", cause)))
	if err.Error() != "the token is old: cause" || orrery.CodeOf(err) != orrery.Denied || !errors.Is(err, cause) {
		t.Errorf("got %q of code %d", err, orrery.CodeOf(err))
	}
	if redactorOf(nil).inWords(nil) != nil {
		t.Error("nothing became an error")
	}
}

func FuzzNoSecretIsInAText(f *testing.F) {
	f.Add("tok-5f3a9c", "failed with ", " at the end")
	f.Add("aaaa", "aaa", "aaaaa")
	f.Add("•••x", "•", "x")
	f.Add("pass word", "https://u:", "@h/?a#b")
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		if len(strings.TrimSpace(secret)) < shortest || !utf8.ValidString(secret) || strings.Contains(blank, secret) {
			t.Skip()
		}
		got := redactorOf(collect.Values{"token": secret}).text(before+" "+secret+" "+after, wordsCap)
		if len(got) > wordsCap || !utf8.ValidString(got) || strings.ContainsAny(got, "\n\x00") {
			t.Errorf("%q is not fit to show", got)
		}
		// What is joined anew of what was around it holds it no more often than that did.
		if n := strings.Count(before+after, secret); n == 0 && strings.Contains(got, secret) && !strings.Contains(strings.Join(strings.Fields(before+" "+blank+" "+after), " "), secret) {
			t.Errorf("%q is in %q", secret, got)
		}
	})
}
