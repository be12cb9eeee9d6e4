package tie_test

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/tie"
)

func TestStrangersAreKnownByTheSamePeopleAndNeverMet(t *testing.T) {
	t.Parallel()
	var p tie.Past
	say := func(day orrery.Day, from, to orrery.MemberID) {
		p.Add(tie.Act{Day: day, From: from, To: to, Weight: 3})
	}
	// 1 and 2 are both known by 3 and 4; 5 knows 1 alone; 6 pushes 1 and 2 away.
	for _, pair := range [][2]orrery.MemberID{{1, 3}, {3, 2}, {1, 4}, {2, 4}, {5, 1}} {
		say(100, pair[0], pair[1])
	}
	p.Add(tie.Act{Day: 100, From: 6, To: 1, Weight: 3, Repels: true})
	p.Add(tie.Act{Day: 100, From: 6, To: 2, Weight: 3, Repels: true})
	book := p.Book(100)
	all := func(orrery.MemberID) bool { return true }
	nobody := func(x, y orrery.MemberID) bool { return false }
	found := book.Strangers(all, nobody, 10)
	if len(found) == 0 || found[0].A != 1 || found[0].B != 2 {
		// 3 and 4 are known by 1 and 2, of whom 1 has more ties: they come second.
		t.Fatalf("got %+v, want 1 and 2 first", found)
	}
	for _, s := range found {
		if s.A == 6 || s.B == 6 {
			t.Errorf("who pushes away is to meet somebody: %+v", s)
		}
		if book.Between(s.A, s.B) != nil {
			t.Errorf("%d and %d have a tie", s.A, s.B)
		}
	}
	if got := book.Common(1, 2); !slices.Equal(got, []orrery.MemberID{3, 4}) {
		t.Errorf("1 and 2 have %v in common", got)
	}
	if !p.Tied(3, 1, 100) || p.Tied(3, 1, 99) || p.Tied(1, 2, 100) {
		t.Error("who ever had to do with whom is not told right")
	}
	kept := book.Strangers(func(m orrery.MemberID) bool { return m != 2 }, nobody, 10)
	if slices.ContainsFunc(kept, func(s tie.Strangers) bool { return s.A == 2 || s.B == 2 }) {
		t.Error("somebody who is not to be asked is suggested")
	}
}

func TestReachCountsEverybodyOnce(t *testing.T) {
	t.Parallel()
	var p tie.Past
	for _, pair := range [][2]orrery.MemberID{{1, 2}, {1, 3}, {2, 3}, {2, 4}, {3, 4}, {4, 5}} {
		p.Add(tie.Act{Day: 10, From: pair[0], To: pair[1], Weight: 3})
	}
	var first, second []orrery.MemberID
	p.Book(10).Reach(1, func(m orrery.MemberID, far bool) {
		if far {
			second = append(second, m)
		} else {
			first = append(first, m)
		}
	})
	slices.Sort(first)
	if !slices.Equal(first, []orrery.MemberID{2, 3}) || !slices.Equal(second, []orrery.MemberID{4}) {
		t.Errorf("around 1 are %v, then %v", first, second)
	}
}

func TestLeaningsSumWhatOneGaveAndGot(t *testing.T) {
	t.Parallel()
	var p tie.Past
	p.Add(tie.Act{Day: 10, From: 1, To: 2, Weight: 4})
	p.Add(tie.Act{Day: 10, From: 1, To: 3, Weight: 2})
	p.Add(tie.Act{Day: 10, From: 3, To: 1, Weight: 1})
	p.Add(tie.Act{Day: 10, From: 2, To: 1, Weight: 5, Repels: true}) // no gift, and taken off nothing
	for _, l := range p.Book(10).Leanings() {
		want := map[orrery.MemberID][2]float64{1: {6, 1}, 2: {0, 4}, 3: {1, 2}}[l.Who]
		if l.Gave != want[0] || l.Got != want[1] {
			t.Errorf("%d gave %v and got %v, want %v", l.Who, l.Gave, l.Got, want)
		}
	}
}

// did is a row of a file of activities.
type did struct {
	day    orrery.Day
	who    orrery.MemberID
	object uint64
}

func pastOf(t *testing.T, name string) []did {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", name))
	if err != nil {
		t.Skip("the data to try this on is not here")
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	number := map[string]uint64{}
	var list []did
	for lines := bufio.NewScanner(unzipped); lines.Scan(); {
		cells := strings.Split(lines.Text(), ",")
		when, err := strconv.ParseInt(cells[1], 10, 64)
		who, err2 := strconv.ParseUint(cells[0], 10, 32)
		if err != nil || err2 != nil {
			continue // the head
		}
		object := cells[len(cells)-1]
		if number[object] == 0 {
			number[object] = uint64(len(number) + 1)
		}
		id := number[object]
		if strings.HasPrefix(name, "collegemsg") {
			id, _ = strconv.ParseUint(object, 10, 32)
		}
		list = append(list, did{orrery.DayOfUnix(when), orrery.MemberID(who), id})
	}
	slices.SortFunc(list, func(a, b did) int { return cmp.Compare(a.day, b.day) })
	return list
}

// TestSuggestedPairsTieMoreOften goes back to days of the past, suggests who should
// meet from what was known then, and looks who had to do with each other in the 90
// days after; beside pairs by chance, each of people with as many ties, who were as
// reachable and had as little to do with each other.
func TestSuggestedPairsTieMoreOften(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file   string
		direct bool // objects are people who were addressed; otherwise what was worked on
		better float64
	}{{"collegemsg.csv.gz", true, 1.3}, {"gitgit_files.csv.gz", false, 1.3}} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			rows := pastOf(t, c.file)
			var past tie.Past
			for _, r := range rows {
				if c.direct {
					past.Add(tie.Act{Day: r.day, From: r.who, To: orrery.MemberID(r.object), Weight: 3})
				} else {
					past.Add(tie.Act{Day: r.day, From: r.who, Met: r.object, Together: true})
				}
			}
			var first40, all outcome // of each day
			first, last := rows[0].day, rows[len(rows)-1].day
			for cut := 1; cut <= 5; cut++ {
				tryCut(&past, rows, first+orrery.Day(int(last-90-first)*cut/5), &first40, &all)
			}
			for _, o := range []outcome{first40, all} {
				share, chance := float64(o.hits)/float64(max(1, o.pairs)), float64(o.chanceHits)/float64(max(1, o.chancePairs))
				t.Logf("%s: of %d pairs that were suggested %d tied within 90 days (%.1f %%); of %d by chance %d (%.1f %%)", c.file, o.pairs, o.hits, 100*share, o.chancePairs, o.chanceHits, 100*chance)
				if share < c.better*chance || o.pairs < 50 {
					t.Errorf("%s: suggested pairs tie in %.3f of cases, those by chance in %.3f", c.file, share, chance)
				}
			}
		})
	}
}

// outcome counts pairs and those of them who tied.
type outcome struct{ hits, pairs, chanceHits, chancePairs int }

// tryCut suggests on a day and looks 90 days on. The first 40 are what a page shows.
func tryCut(past *tie.Past, rows []did, day orrery.Day, first40, all *outcome) {
	came := map[orrery.MemberID]bool{}
	for _, r := range rows {
		if r.day <= day && day-r.day < 90 {
			came[r.who] = true
		}
	}
	book := past.Book(day)
	keep := func(m orrery.MemberID) bool { return came[m] }
	apart := func(x, y orrery.MemberID) bool { return past.Tied(x, y, day) }
	of := map[orrery.MemberID]int{}
	chance := rand.New(rand.NewPCG(7, uint64(day)))
	like := map[int][]orrery.MemberID{} // reachable people, by about how many ties they have
	size := func(m orrery.MemberID) int { return bits(book.Degree(m)) }
	var reachable []orrery.MemberID
	for m := range came {
		reachable = append(reachable, m)
	}
	slices.Sort(reachable)
	for _, m := range reachable {
		like[size(m)] = append(like[size(m)], m)
	}
	told := 0
	for _, s := range book.Strangers(keep, apart, 8) {
		if of[s.A] == 2 || of[s.B] == 2 {
			continue
		}
		of[s.A]++
		of[s.B]++
		told++
		count := func(pairs, hits func(*outcome) *int, x, y orrery.MemberID) {
			for i, o := range []*outcome{all, first40} {
				if i == 1 && told > 40 {
					break
				}
				*pairs(o)++
				if past.Tied(x, y, day+90) {
					*hits(o)++
				}
			}
		}
		count(func(o *outcome) *int { return &o.pairs }, func(o *outcome) *int { return &o.hits }, s.A, s.B)
		for range 5 {
			x, y := like[size(s.A)][chance.IntN(len(like[size(s.A)]))], like[size(s.B)][chance.IntN(len(like[size(s.B)]))]
			if x == y || apart(x, y) {
				continue
			}
			count(func(o *outcome) *int { return &o.chancePairs }, func(o *outcome) *int { return &o.chanceHits }, x, y)
		}
	}
}

// bits groups numbers of ties: 1, 2 to 3, 4 to 7 and so on.
func bits(n int) int { return len(fmt.Sprintf("%b", n)) }
