package simulate

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"orrery.dev/orrery"
)

var update = flag.Bool("update", false, "write the golden files anew")

// shape tells in tables how much of what there is in a world.
func shape(w *World) string {
	planet := map[string]int{}
	for i, p := range w.Planets {
		planet[p.Slug] = i
	}
	strategy := map[string]orrery.Strategy{}
	for _, k := range w.Kinds {
		strategy[k.Name] = k.Strategy
	}
	var (
		total, bridges int
		cells          [planets][orrery.Strategies]int
		byKind         = map[string]int{}
		byPartner      = map[string]int{}
		byPurpose      = map[string]int{}
		byOrigin       [4]int
		byRole, people [Roles]int
		accounts       = map[int]int{}
		byCircle       = make([]int, len(circles))
		members        = make([]int, len(circles))
		levels         [planets][orrery.Core + 1]int
	)
	for a := range w.Activities() {
		total++
		cells[planet[a.Planet]][strategy[a.Kind]]++
		byKind[a.Kind]++
		byOrigin[a.Origin]++
		if a.Partner != "" {
			byPartner[a.Partner]++
		}
		for _, purpose := range a.Purposes {
			byPurpose[purpose]++
		}
		p := &w.People[w.Truth.Actors[orrery.Key{Namespace: a.Actor.Namespace, Type: a.Actor.Type, Value: a.Actor.Value}]]
		byRole[p.Role]++
		if p.Circle >= 0 {
			byCircle[p.Circle]++
		}
	}
	for i := range w.People {
		p := &w.People[i]
		people[p.Role]++
		accounts[len(p.Keys)]++
		if p.Circle >= 0 {
			members[p.Circle]++
		}
		if p.Second >= 0 {
			bridges++
		}
	}
	for at, o := range orbits(w) {
		level := orrery.Edge
		switch c := o.closeness(w.Planets[at.planet].RhythmDays, w.End); {
		case c >= .7:
			level = orrery.Core
		case c >= .35:
			level = orrery.Inner
		case c >= .1:
			level = orrery.Outer
		}
		levels[at.planet][level]++
	}

	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d people, %d activities, %v to %v, %d campaigns, %d bridge people\n", w.Name, len(w.People), total, w.Start, w.End, len(w.Campaigns), bridges)
	fmt.Fprintf(&b, "\n%-20s", "planet")
	for s := range orrery.Strategies {
		fmt.Fprintf(&b, "%14v", s)
	}
	fmt.Fprintf(&b, "%8s%7s%7s%7s\n", "core", "inner", "outer", "edge")
	for i, p := range w.Planets {
		fmt.Fprintf(&b, "%-20s", p.Slug)
		for _, n := range cells[i] {
			fmt.Fprintf(&b, "%14d", n)
		}
		l := levels[i]
		fmt.Fprintf(&b, "%8d%7d%7d%7d\n", l[orrery.Core], l[orrery.Inner], l[orrery.Outer], l[orrery.Edge])
	}
	fmt.Fprintf(&b, "\n%-26s%8s%12s\n", "circle", "people", "activities")
	for i, name := range w.Circles {
		fmt.Fprintf(&b, "%-26s%8d%12d\n", name, members[i], byCircle[i])
	}
	fmt.Fprintf(&b, "\n%-26s%8s%12s\n", "role", "people", "activities")
	for r := range Roles {
		fmt.Fprintf(&b, "%-26v%8d%12d\n", r, people[r], byRole[r])
	}
	b.WriteString("\norigin\n")
	for o, n := range byOrigin {
		fmt.Fprintf(&b, "%-34s%12d\n", orrery.Origin(o).String(), n)
	}
	tally(&b, "identities of a person", accounts)
	tally(&b, "partner", byPartner)
	tally(&b, "purpose", byPurpose)
	tally(&b, "kind", byKind)
	return b.String()
}

func tally[K int | string](b *strings.Builder, head string, counts map[K]int) {
	fmt.Fprintf(b, "\n%s\n", head)
	keys := make([]K, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		fmt.Fprintf(b, "%-38v%8d\n", k, counts[k])
	}
}

func TestTheSampleKeepsItsShape(t *testing.T) {
	t.Parallel()
	// Elsewhere a compiler may fuse a product and a sum, which rounds once.
	if runtime.GOARCH != "amd64" {
		t.Skip("the golden shape was written on amd64")
	}
	got := shape(sample())
	path := filepath.Join("testdata", "shape.txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the shape changed; run the test with -update and read the difference. Got\n%s", got)
	}
}
