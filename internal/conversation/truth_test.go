package conversation_test

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/conversation"
)

// labelled is a thread of testdata/threads.txt.
type labelled struct {
	name, half, place string
	acts              []conversation.Act
	now               time.Time
	turn, why         string
}

// threads reads the labelled threads. Without marks it leaves out what was read off
// the words.
func threads(t testing.TB, path string, marks bool) []labelled {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []labelled
	const start = 1_700_000_000
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		switch {
		case len(words) == 0:
		case words[0] == "thread":
			after, err := strconv.ParseInt(words[4], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, labelled{name: words[1], half: words[2], place: words[3], now: time.Unix(start+after, 0)})
		case words[0] == "turn":
			l := &all[len(all)-1]
			l.turn = strings.TrimSuffix(words[1], ":")
			l.why = strings.Join(words[2:], " ")
			l.now = time.Unix(l.acts[len(l.acts)-1].At, 0).Add(l.now.Sub(time.Unix(start, 0)))
		default:
			l := &all[len(all)-1]
			at, err := strconv.ParseInt(words[2], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			a := conversation.Act{At: start + at, Who: orrery.MemberID(words[0][0]), Side: side(rune(words[0][0])), Move: conversation.MoveOf(words[3])}
			for _, to := range strings.Trim(words[1], "-") {
				a.ToTeam = a.ToTeam || side(to) == conversation.Team
				a.ToOutside = a.ToOutside || side(to) == conversation.Outside
			}
			if marks && words[5] != "-" {
				if a.Gist, err = orrery.GistOf(words[5]); err != nil {
					t.Fatal(err)
				}
			}
			l.acts = append(l.acts, a)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func side(letter rune) conversation.Side {
	switch {
	case letter == 'X':
		return conversation.Machine
	case unicode.IsUpper(letter):
		return conversation.Team
	}
	return conversation.Outside
}

// score judges the rules on a half, or on all.
func score(all []labelled, half string) (right, n int, misses []string) {
	for i := range all {
		l := &all[i]
		if half != "" && l.half != half {
			continue
		}
		n++
		r, _ := conversation.Read(l.acts, l.now, conversation.RestMost)
		if r.Turn.String() == l.turn {
			right++
			continue
		}
		misses = append(misses, fmt.Sprintf("%s: got %s, want %s (%s); the rule says %q", l.name, r.Turn, l.turn, l.why, r.Rule.Why()))
	}
	return right, n, misses
}

func TestWhoseTurnItIsAgreesWithPeopleWhoReadTheThreads(t *testing.T) {
	t.Parallel()
	all := threads(t, "testdata/threads.txt", true)
	if len(all) != 200 {
		t.Fatalf("got %d threads, want 200", len(all))
	}
	halves := []string{"make"}
	if os.Getenv("HELD") != "" {
		halves = []string{"make", "held", ""}
	}
	for _, half := range halves {
		right, n, misses := score(all, half)
		t.Logf("%s: %d of %d right", half, right, n)
		for _, m := range misses {
			t.Log("miss ", m)
		}
	}
}
