package git

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"orrery.dev/orrery/internal/collect/git/gittest"
)

// named lists whom the trailers of a body name, sorted: "role name <address>".
func named(body string) []string {
	var got []string
	err := trailers([]byte(body), func(r *role, name, mail []byte) error {
		got = append(got, fmt.Sprintf("%s %s", r.trailer, contactOf(string(name), string(mail))))
		return nil
	})
	if err != nil {
		panic(err) // each returns none
	}
	slices.Sort(got)
	return got
}

func TestWhomTrailersName(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		want       []string
	}{
		{"nobody", "Just words.\n", nil},
		{"one person", "Why.\n\nReviewed-by: A B <a@x>\n", []string{"reviewed-by A B <a@x>"}},
		{"any case, spaces before the colon, a carriage return", "CO-authored-BY \t:  A <a@x> \r\n", []string{"co-authored-by A <a@x>"}},
		{"several on a line", "Acked-by: A <a@x>, B <b@x>; C <c@x> and D <d@x>\n", []string{"acked-by A <a@x>", "acked-by B <b@x>", "acked-by C <c@x>", "acked-by D <d@x>"}},
		{"a name with a comma", "Acked-by: B, A <a@x>\n", []string{"acked-by B, A <a@x>"}},
		{"a note after", "Acked-by: A <a@x> # for <b@x>\n", []string{"acked-by A <a@x>"}},
		{"an address alone", "Acked-by: a@x\n", []string{"acked-by <a@x>"}},
		{"an address without brackets", "Acked-by: A B a@x\n", []string{"acked-by A B <a@x>"}},
		{"a continued line", "Acked-by: A\n  B\n <a@x>\nTested-by: C <c@x>\n", []string{"acked-by A B <a@x>", "tested-by C <c@x>"}},
		{"no address", "Acked-by: A B\n", nil},
		{"empty brackets", "Acked-by: A B <>\n", nil},
		{"a page", "Reported-by: a bot <https://example.org/bug?id=1@2>\n", nil},
		{"a role written twice", "Reviewed-by: Reviewed-by: A B <a@x>\nAcked-by:tested-by : C <c@x>\n", []string{"acked-by C <c@x>", "reviewed-by A B <a@x>"}},
		{"an open bracket", "Acked-by: A <a@x\n", nil},
		{"no value", "Acked-by:\nSigned-off-by: \n", nil},
		{"a name as long as a text", "Acked-by: " + strings.Repeat("word ", 50) + "<a@x>\n", nil},
		{"another key", "Fixes: A <a@x>\nX-Acked-by: A <a@x>\n", nil},
		{"words and then a trailer in one paragraph", "Words of mine\nAcked-by: A <a@x>\n", nil},
		{"a quarter of trailers with git's own", "one\ntwo\nthree\nSigned-off-by: A <a@x>\n", []string{"signed-off-by A <a@x>"}},
		{"less than a quarter", "one\ntwo\nthree\nfour\nSigned-off-by: A <a@x>\n", nil},
		{"not the last paragraph", "Acked-by: A <a@x>\n\nAnd so on.\n", nil},
		{"two paragraphs of trailers", "Why.\n\nAcked-by: A <a@x>\n \nCo-authored-by: B <b@x>\n\n\n", []string{"acked-by A <a@x>", "co-authored-by B <b@x>"}},
		{"a paragraph that is not all trailers before the last", "Why.\nAcked-by: A <a@x>\n\nCo-authored-by: B <b@x>\n", []string{"co-authored-by B <b@x>"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := named(test.body); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// Where there is one paragraph of trailers, it is the one that git finds.
func TestTrailersAreWhatGitFinds(t *testing.T) {
	t.Parallel()
	needGit(t)
	lines := []string{
		"words", "Note: words", "Signed-off-by: A <a@x>", "Acked-by: B <b@x>", "  indented", "# a remark",
		"(cherry picked from commit 123)", "---", "reviewed-by: C <c@x>", "Acked-by : D <d@x>", " Acked-by: E <e@x>",
	}
	// All paragraphs of up to three of them, and some longer ones.
	var bodies []string
	for i := range lines {
		for j := range lines {
			bodies = append(bodies, lines[i]+"\n"+lines[j]+"\n")
			bodies = append(bodies, lines[i]+"\n"+lines[j]+"\n"+lines[(i*7+j*3)%len(lines)]+"\n")
			bodies = append(bodies, strings.Repeat("words\n", j)+lines[i]+"\n"+lines[2]+"\n")
		}
	}
	var stream bytes.Buffer
	for _, body := range bodies {
		message := "Subject\n\nWhy it is so.\n\n" + body
		fmt.Fprintf(&stream, "commit refs/heads/main\ncommitter A <a@x> 1577836800 +0000\ndata %d\n%s\n", len(message), message)
	}
	repo := &repository{dir: t.TempDir()}
	if err := gittest.Import(t.Context(), repo.dir, &stream); err != nil {
		t.Fatal(err)
	}
	out, err := repo.output(t.Context(), nil, "log", "--reverse", "-z", "--format=tformat:%H%n%(trailers:only,unfold)")
	if err != nil {
		t.Fatal(err)
	}
	found := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	if len(found) != len(bodies) {
		t.Fatalf("git found trailers of %d commits, want %d", len(found), len(bodies))
	}
	for i, body := range bodies {
		var want []string
		for line := range strings.Lines(found[i]) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			if roleOf([]byte(key)) != nil {
				value, _, _ = strings.Cut(value, ">") // what is folded into it is a note
				want = append(want, strings.ToLower(key)+" "+value+">")
			}
		}
		slices.Sort(want)
		if got := named("Why it is so.\n\n" + body); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q as git", body, got, want)
		}
	}
}

func FuzzTrailers(f *testing.F) {
	for _, body := range []string{
		"Why.\n\nReviewed-by: A B <a@x>\n", "Acked-by: A <a@x>, B <b@x>\n\n\n", "Acked-by: A\n <a@x>",
		"\n\n\nSigned-off-by: \xff <\xfe@x>\n\t\n", "Tested-by:<a@x><b@x>", "#\n-by:\n", "Reported-by: a@x",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		before := bytes.Clone(body)
		err := trailers(body, func(r *role, name, mail []byte) error {
			if r == nil || !isAddress(mail) || len(name) > longestName || len(mail) > longestMail {
				t.Errorf("got role %v, name %q, address %q", r, name, mail)
			}
			if bytes.ContainsAny(name, "\n<") || len(bytes.TrimSpace(name)) != len(name) {
				t.Errorf("got name %q", name)
			}
			if a := newAlias(name, mail, 0); !utf8.ValidString(a.actor.Value) || strings.ContainsRune(a.raw, '\n') {
				t.Errorf("got alias %+v", a)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if !bytes.Equal(body, before) {
			t.Errorf("the body was changed from %q to %q", before, body)
		}
	})
}

func TestAccountsOfNoReplyAddresses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, mail, want string }{
		{"number and login", "123+Octo-Cat@users.noreply.github.com", "github.com user_id 123, github.com login octo-cat"},
		{"login", "octocat@users.noreply.github.com", "github.com login octocat"},
		{"a login of digits", "123@users.noreply.github.com", "github.com login 123"},
		{"a program", "49699333+dependabot[bot]@users.noreply.github.com", "github.com user_id 49699333, github.com login dependabot[bot]"},
		{"GitLab", "77-some-one@users.noreply.gitlab.com", "gitlab.com user_id 77, gitlab.com login some-one"},
		{"no login", "123+@users.noreply.github.com", "github.com user_id 123"},
		{"garbage", "a b<@users.noreply.github.com", ""},
		{"another domain", "123+octocat@users.noreply.github.com.example.org", ""},
		{"an address", "octocat@example.org", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, a := range accounts(newAlias([]byte("N"), []byte(test.mail), 0)) {
				got = append(got, a.Namespace+" "+a.Type+" "+a.Value)
			}
			if s := strings.Join(got, ", "); s != test.want {
				t.Errorf("got %q, want %q", s, test.want)
			}
		})
	}
}

func TestSlugs(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"linux": "linux", "My Clone": "my-clone", "--a__B..c--": "a-b-c", "Ünïcode": "n-code", "日本": "repository", "": "repository",
	} {
		if got := slug(given); got != want {
			t.Errorf("%q: got %q, want %q", given, got, want)
		}
	}
}
