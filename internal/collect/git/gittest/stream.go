package gittest

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
)

// The generated history covers these seconds, whatever its length.
const (
	firstSecond = 1420070400             // 2015-01-01
	seconds     = 8 * 365 * 24 * 60 * 60 // 8 years
)

var (
	words   = strings.Fields("add fix keep drop move parser cache index reader writer field orbit planet test error limit value order merge branch first last small large quick slow path name list table until while when where without")
	given   = strings.Fields("Ada Alan Amina Anders Björn Chen Chidi Dana Edsger Fatima Grace Hana Ivan Jörg Kwame Léa Mika Nadia Olu Priya Quentin Rosa Søren Tariq Uma Vera Wei Ximena Yuki Zofia")
	family  = strings.Fields("Abara Berg Costa Dijkstra Eriksen Fischer Garcia Hopper Ito Jensen Kaya Lovelace Moreau Novak Okafor Petrov Quist Rossi Sato Turing Ueda Varga Wang Xu Young Zhang")
	zones   = []string{"+0000", "+0100", "+0200", "-0500", "-0800", "+0530", "+0900", "+1245", "-0330"}
	domains = strings.Fields("example.org example.com mail.example.net dev.example.edu")
)

// person has one to three ways of writing themselves; the first is the one the
// .mailmap maps the others to.
type person struct {
	aliases []string
	zone    string
}

// generator writes one history.
type generator struct {
	w      *bufio.Writer
	chance *rand.Rand
	people []person
	draw   *zipf
	marks  int
}

// Stream writes a fast-import stream with commits and people as many as told:
// how much people commit follows Zipf's law, one commit in twelve is a merge of
// a branch, half have a body, a third trailers, and a .mailmap maps whoever
// wrote their name in several ways. It is the same for the same numbers.
func Stream(w io.Writer, commits, people int, seed uint64) error {
	g := &generator{w: bufio.NewWriterSize(w, 1<<16), chance: rand.New(rand.NewPCG(seed, 1))}
	g.people = make([]person, max(people, 1))
	for i := range g.people {
		g.people[i] = g.person(i)
	}
	g.draw = newZipf(len(g.people))

	tip, side, sideLeft := 0, 0, 0
	for i := range commits {
		at := firstSecond + int64(float64(seconds)*float64(i)/float64(commits))
		switch {
		case sideLeft > 0: // on a branch
			side = g.commit("refs/heads/topic", at, i, side, 0)
			sideLeft--
		case side > 0:
			tip = g.commit("refs/heads/main", at, i, tip, side)
			side = 0
		case tip > 0 && g.chance.IntN(8) == 0 && i+2 < commits:
			sideLeft = min(g.chance.IntN(5), commits-i-2)
			side = g.commit("refs/heads/topic", at, i, tip, 0)
		default:
			tip = g.commit("refs/heads/main", at, i, tip, 0)
		}
	}
	if err := g.w.Flush(); err != nil {
		return fmt.Errorf("writing the history: %w", err)
	}
	return nil
}

func (g *generator) person(i int) person {
	first, last := given[g.chance.IntN(len(given))], family[g.chance.IntN(len(family))]
	name := fmt.Sprintf("%s %s", first, last)
	if i >= 50 { // full names do not go round
		name = fmt.Sprintf("%s %c. %s", first, 'A'+rune(i%26), last)
	}
	handle := fmt.Sprintf("%s%d", strings.ToLower(last), i)
	p := person{
		aliases: []string{fmt.Sprintf("%s <%s@%s>", name, handle, domains[i%len(domains)])},
		zone:    zones[g.chance.IntN(len(zones))],
	}
	if g.chance.IntN(4) == 0 {
		p.aliases = append(p.aliases, fmt.Sprintf("%s <%s@work.example.com>", handle, handle))
	}
	if g.chance.IntN(4) == 0 {
		p.aliases = append(p.aliases, fmt.Sprintf("%s <%d+%s@users.noreply.github.com>", name, 1000+i, handle))
	}
	return p
}

func (g *generator) commit(ref string, at int64, i, from, merge int) int {
	g.marks++
	author := &g.people[g.draw.next(g.chance)]
	committer, committed := author, at
	if g.chance.IntN(5) == 0 {
		committer, committed = &g.people[g.draw.next(g.chance)], at+int64(g.chance.IntN(3*24*3600))
	}
	message := g.message(author, merge > 0)
	fmt.Fprintf(g.w, "commit %s\nmark :%d\nauthor %s %d %s\ncommitter %s %d %s\ndata %d\n%s\n",
		ref, g.marks, g.alias(author), at, author.zone, g.alias(committer), committed, committer.zone, len(message), message)
	if from > 0 {
		fmt.Fprintf(g.w, "from :%d\n", from)
	}
	if merge > 0 {
		fmt.Fprintf(g.w, "merge :%d\n", merge)
	}
	if from == 0 {
		g.file(".mailmap", g.mailmap())
	}
	if i%50 == 0 {
		g.file("notes.txt", fmt.Sprintf("%d\n", i))
	}
	g.w.WriteByte('\n')
	return g.marks
}

func (g *generator) file(path, text string) {
	fmt.Fprintf(g.w, "M 100644 inline %s\ndata %d\n%s\n", path, len(text), text)
}

func (g *generator) alias(p *person) string {
	if len(p.aliases) > 1 && g.chance.IntN(5) == 0 {
		return p.aliases[1+g.chance.IntN(len(p.aliases)-1)]
	}
	return p.aliases[0]
}

func (g *generator) message(author *person, merge bool) string {
	var b strings.Builder
	if merge {
		b.WriteString("Merge branch 'topic'\n")
	} else {
		g.words(&b, 4+g.chance.IntN(5))
	}
	if g.chance.IntN(2) == 0 {
		for range 1 + g.chance.IntN(3) {
			b.WriteByte('\n')
			for range 1 + g.chance.IntN(6) {
				g.words(&b, 11)
			}
		}
	}
	if g.chance.IntN(3) == 0 {
		fmt.Fprintf(&b, "\nSigned-off-by: %s\n", author.aliases[0])
		for _, role := range []string{"Reviewed-by", "Co-authored-by", "Acked-by", "Tested-by", "Reported-by"} {
			if g.chance.IntN(4) == 0 {
				fmt.Fprintf(&b, "%s: %s\n", role, g.alias(&g.people[g.draw.next(g.chance)]))
			}
		}
	}
	return b.String()
}

func (g *generator) words(b *strings.Builder, n int) {
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(words[g.chance.IntN(len(words))])
	}
	b.WriteByte('\n')
}

func (g *generator) mailmap() string {
	var b strings.Builder
	b.WriteString("# proper alias, then the alias in commits\n")
	for i := range g.people {
		for _, other := range g.people[i].aliases[1:] {
			fmt.Fprintf(&b, "%s %s\n", g.people[i].aliases[0], other)
		}
	}
	return b.String()
}

// zipf draws ranks from 0 with chances that fall as 1/(rank+1).
type zipf struct{ sums []float64 }

func newZipf(n int) *zipf {
	z := &zipf{sums: make([]float64, n)}
	sum := 0.0
	for i := range z.sums {
		sum += 1 / float64(i+1)
		z.sums[i] = sum
	}
	return z
}

func (z *zipf) next(chance *rand.Rand) int {
	x := chance.Float64() * z.sums[len(z.sums)-1]
	i, _ := slices.BinarySearch(z.sums, x)
	return min(i, len(z.sums)-1)
}
