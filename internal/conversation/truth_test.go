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

// The rules were made on the half "make". Looked at for the first time, "held" had 84
// of 100 right; the rules were then mended, so that no half is unseen any more. The
// 58 fresh threads were drawn and labelled after that, and nothing was mended by them:
// they are the honest figure.
func TestWhoseTurnItIsAgreesWithWhoReadTheThreads(t *testing.T) {
	t.Parallel()
	all := threads(t, "testdata/threads.txt", true)
	if len(all) != 200 {
		t.Fatalf("got %d threads, want 200", len(all))
	}
	for _, half := range []string{"make", "held", ""} {
		right, n, misses := score(all, half)
		t.Logf("%d of %d right %s", right, n, half)
		if half != "" {
			t.Log("  missed\n  ", strings.Join(misses, "\n   "))
		}
		if 100*right < 95*n {
			t.Errorf("%d of %d are right %s, want 95 in 100", right, n, half)
		}
	}
	fresh := threads(t, "testdata/fresh.txt", true)
	right, n, misses := score(fresh, "")
	t.Logf("%d of %d fresh ones right\n   %s", right, n, strings.Join(misses, "\n   "))
	if right < 52 {
		t.Errorf("%d of %d fresh threads are right, 52 were: what was mended made it worse elsewhere", right, n)
	}
}

// The second set comes from two places that no rule was made or mended on. Many of its
// threads are easy: what decides is said of those that are not, too.
func TestPlacesThatNobodyLookedAtAreReadAsWell(t *testing.T) {
	t.Parallel()
	all := threads(t, "testdata/second.txt", true)
	right, n, misses := score(all, "")
	t.Logf("%d of %d right\n   %s", right, n, strings.Join(misses, "\n   "))
	if n != 64 || right < 63 {
		t.Errorf("%d of %d threads of the second set are right, 63 were: what was mended made it worse elsewhere", right, n)
	}
	var open []labelled // more than an opening, and not just closed
	for _, l := range all {
		if last := l.acts[len(l.acts)-1].Move; len(l.acts) > 1 && last != conversation.Closes {
			open = append(open, l)
		}
	}
	right, n, _ = score(open, "")
	t.Logf("of those with more than an opening that nobody closed, %d of %d", right, n)
	if 10*right < 9*n {
		t.Errorf("%d of %d threads that are not plain to see are right, want nine of ten", right, n)
	}
}

// Sources that tell no words are read from who, when, what and to whom alone.
func TestWithoutMarksThreeOfFourAreRight(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"testdata/threads.txt", "testdata/fresh.txt", "testdata/second.txt"} {
		right, n, _ := score(threads(t, path, false), "")
		t.Logf("%s without marks: %d of %d right", path, right, n)
		if 4*right < 3*n {
			t.Errorf("%s: %d of %d are right without marks, want 3 of 4", path, right, n)
		}
	}
}

// A rule that always says the same, or only looks at who spoke last, is far worse: the
// test can fail.
func TestGuessingIsFarWorse(t *testing.T) {
	t.Parallel()
	all := threads(t, "testdata/threads.txt", true)
	last := 0
	for i := range all {
		l := &all[i]
		guess := "us"
		if l.acts[len(l.acts)-1].Side != conversation.Outside {
			guess = "them"
		}
		if guess == l.turn {
			last++
		}
	}
	t.Logf("who spoke last alone: %d of 200 right", last)
	if last > 140 {
		t.Errorf("who spoke last alone gets %d of 200 right: the threads are too easy", last)
	}
}

func TestEachRuleDecidesSomewhereAndSaysWhy(t *testing.T) {
	t.Parallel()
	decided := map[string]int{}
	for _, path := range []string{"testdata/threads.txt", "testdata/fresh.txt"} {
		for _, l := range threads(t, path, true) {
			r, _ := conversation.Read(l.acts, l.now, conversation.RestMost)
			if why := r.Rule.Why(); why == "" || r.By != 0 && !strings.Contains(why, "{who}") && r.Turn != conversation.Nobody {
				t.Errorf("%s: the reason is %q", l.name, why)
			}
			decided[r.Rule.Why()]++
		}
	}
	if len(decided) < 12 {
		t.Errorf("only %d rules ever decide: %v", len(decided), decided)
	}
}

func TestAConversationRestsByTheGapsOfItsPlace(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/gaps.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]time.Duration{"chat": conversation.RestLeast}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		var gaps []int64
		for _, w := range words[1:] {
			n, err := strconv.ParseInt(w, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			gaps = append(gaps, n)
		}
		rest := conversation.Rest(gaps)
		t.Logf("%s: rests after %.0f days", words[0], rest.Hours()/24)
		if rest < conversation.RestLeast || rest > conversation.RestMost || want[words[0]] != 0 && rest != want[words[0]] {
			t.Errorf("%s rests after %v", words[0], rest)
		}
	}
	if got := conversation.Rest([]int64{1, 2, 3}); got != 60*24*time.Hour {
		t.Errorf("with three gaps it rests after %v, want 60 days", got)
	}
}

func TestAStateFollowsFromTheTurn(t *testing.T) {
	t.Parallel()
	at := func(days int) int64 { return int64(1_700_000_000 + 86400*days) }
	ask := conversation.Act{At: at(0), Who: 1, Move: conversation.Speaks, Gist: orrery.Asks}
	answer := conversation.Act{At: at(1), Who: 2, Side: conversation.Team, Move: conversation.Speaks, ToOutside: true}
	thanks := conversation.Act{At: at(2), Who: 1, Move: conversation.Speaks, Gist: orrery.Thanks, ToTeam: true}
	again := conversation.Act{At: at(3), Who: 1, Move: conversation.Speaks, Gist: orrery.Asks, ToTeam: true}
	closed := conversation.Act{At: at(4), Who: 2, Side: conversation.Team, Move: conversation.Closes}
	for _, c := range []struct {
		name   string
		acts   []conversation.Act
		days   int
		state  conversation.State
		waited time.Duration
	}{
		{"a question that nobody answered is open", []conversation.Act{ask}, 2, conversation.Open, 48 * time.Hour},
		{"an answer waits for them", []conversation.Act{ask, answer}, 2, conversation.WaitingOnThem, 24 * time.Hour},
		{"thanks settle it", []conversation.Act{ask, answer, thanks}, 2, conversation.Answered, 0},
		{"who asks again waits for us", []conversation.Act{ask, answer, thanks, again}, 5, conversation.WaitingOnUs, 48 * time.Hour},
		{"closed is closed", []conversation.Act{ask, answer, thanks, again, closed}, 5, conversation.Closed, 0},
		{"what is quiet for long rests, and its turn stays known", []conversation.Act{ask, answer}, 90, conversation.Resting, 89 * 24 * time.Hour},
		{"what comes later does not count", []conversation.Act{ask, answer, thanks}, 1, conversation.WaitingOnThem, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			now := time.Unix(at(c.days), 0)
			r, ok := conversation.Read(c.acts, now, 30*24*time.Hour)
			if !ok || r.State != c.state || r.Waited(now) != c.waited {
				t.Errorf("got %s for %v, want %s for %v", r.State, r.Waited(now), c.state, c.waited)
			}
		})
	}
	if _, ok := conversation.Read([]conversation.Act{{At: at(0), Who: 3, Side: conversation.Machine, Move: conversation.Speaks}}, time.Unix(at(1), 0), time.Hour); ok {
		t.Error("a machine alone makes no conversation")
	}
}
