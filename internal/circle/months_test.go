package circle

import (
	"bufio"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const dayLong = 24 * 3600

// act is one line of a file of who did what when.
type act struct {
	who, object string
	when        int64
}

// acts reads a file of the data for development, or skips the test.
func acts(t testing.TB, name string) []act {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", name+".csv.gz"))
	if err != nil {
		t.Skipf("left out: the data for development are not beside the repository (%s)", name)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []act
	lines := bufio.NewScanner(unzipped)
	for lines.Scan() {
		cells := strings.Split(lines.Text(), ",")
		when, err := strconv.ParseInt(cells[1], 10, 64)
		if err != nil {
			continue // the head
		}
		all = append(all, act{cells[0], cells[len(cells)-1], when})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// monthOf makes the graph of messages up to a time, each worth half as much for
// every 30 days since, and those under a hundredth left out.
func monthOf(t *testing.T, all []act, end int64) (*Graph, []string) {
	t.Helper()
	edges, names := &Edges{}, &Names{}
	for _, a := range all {
		weight := math.Exp2(-float64(end-a.when) / (30 * dayLong))
		if a.when > end || weight < .01 || a.who == a.object {
			continue
		}
		from, _ := names.Node([]byte(a.who))
		to, _ := names.Node([]byte(a.object))
		if err := edges.Add(from, to, weight); err != nil {
			t.Fatal(err)
		}
	}
	people := make([]string, names.Len())
	for i := range people {
		people[i] = string(names.At(uint32(i)))
	}
	return edges.Graph(0), people
}

// alike returns the NMI of two times over the people of both.
func alike(before, after map[string]uint32) float64 {
	var a, b Partition
	for who, c := range before {
		if d, ok := after[who]; ok {
			a, b = append(a, c), append(b, d)
		}
	}
	return NMI(a, b)
}

func named(people []string, p Partition) map[string]uint32 {
	of := make(map[string]uint32, len(p))
	for node, c := range p {
		of[people[node]] = c
	}
	return of
}

func TestCirclesOfAChatStayFromMonthToMonthWhenTheyBeginFromEarlierOnes(t *testing.T) {
	t.Parallel()
	all := acts(t, "collegemsg")
	first := slices.MinFunc(all, func(a, b act) int { return int(a.when - b.when) }).when
	var warm, cold map[string]uint32
	var stays, moves, worse float64
	kept, known := 0, 0
	for month := int64(2); month <= 6; month++ {
		g, people := monthOf(t, all, first+month*30*dayLong)
		fresh, err := Look(g, Config{Seed: uint64(month)}, 3)
		if err != nil {
			t.Fatal(err)
		}
		carried := fresh
		if warm != nil {
			if carried, err = Look(g, Config{Seed: uint64(month), Start: Carry(people, warm)}, 3); err != nil {
				t.Fatal(err)
			}
			worse = max(worse, fresh.Quality-carried.Quality)
		}
		nowWarm, nowCold := named(people, carried.Circles), named(people, fresh.Circles)
		if warm != nil {
			stays += alike(warm, nowWarm) / 4
			moves += alike(cold, nowCold) / 4
			for j, i := range Follow(membersOf(warm), membersOf(nowWarm)) {
				if len(membersOf(nowWarm)[j]) >= 20 {
					known++
					if i >= 0 {
						kept++
					}
				}
			}
		}
		warm, cold = nowWarm, nowCold
	}
	t.Logf("NMI from month to month %.3f, from nothing %.3f; modularity lost at most %.4f; %d of %d circles of twenty and more kept their name", stays, moves, worse, kept, known)
	if stays < moves+.05 {
		t.Errorf("NMI from month to month is %.3f, %.3f from nothing: want .05 more", stays, moves)
	}
	if worse > holdFor+1e-9 {
		t.Errorf("staying cost %.4f of modularity, want %v at most", worse, holdFor)
	}
	if kept*10 < known*6 {
		t.Errorf("%d of %d circles of twenty and more kept their name", kept, known)
	}
}

// membersOf returns circles as lists of people, the largest first.
func membersOf(of map[string]uint32) [][]string {
	var all [][]string
	for who, c := range of {
		for len(all) <= int(c) {
			all = append(all, nil)
		}
		all[c] = append(all[c], who)
	}
	for _, members := range all {
		slices.Sort(members)
	}
	return all
}
