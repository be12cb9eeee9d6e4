package house

import (
	"fmt"
	"go/ast"
	"slices"
	"testing"
)

// clocks are the functions of package time that depend on the moment.
var clocks = []string{"After", "AfterFunc", "NewTicker", "NewTimer", "Now", "Since", "Sleep", "Tick", "Until"}

// seeded are the names of math/rand and math/rand/v2 that take or hold a seed;
// their other names draw from a source that nobody seeded.
var seeded = []string{
	"ChaCha8", "New", "NewChaCha8", "NewPCG", "NewSource", "NewZipf", "PCG", "Rand", "Source", "Source64", "Zipf",
}

func TestPurePackagesTakeNoClockAndNoChance(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if f.isTest() || !slices.Contains(pure, f.folder()) {
			continue
		}
		for _, problem := range impurities(f) {
			t.Error(problem)
		}
	}
}

// impurities returns the places in f that read a clock or draw unseeded.
func impurities(f file) []string {
	names := f.imports()
	var problems []string
	ast.Inspect(f.ast, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		qualifier, ok := selector.X.(*ast.Ident)
		if !ok {
			return true
		}
		is := func(importPath string) bool { return qualifier.Name == names[importPath] }
		switch name := selector.Sel.Name; {
		case is("time") && slices.Contains(clocks, name):
			problems = append(problems, fmt.Sprintf("%s: time.%s reads a clock: take the time as an argument", f.line(n), name))
		case (is("math/rand") || is("math/rand/v2")) && !slices.Contains(seeded, name):
			problems = append(problems, fmt.Sprintf("%s: rand.%s is not seeded: take a *rand.Rand", f.line(n), name))
		}
		return true
	})
	return problems
}

func TestImpurities(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, imports, body string
		want                int
	}{
		{"a clock", `"time"`, "time.Now()", 1},
		{"a clock under another name", `clock "time"`, "clock.Since(x)", 1},
		{"a clock as a value", `"time"`, "f(time.Now)", 1},
		{"a date is no clock", `"time"`, "time.Unix(0, 0)", 0},
		{"somebody else's Now", `"time"`, "catalogue.Now()", 0},
		{"chance without a seed", `"math/rand/v2"`, "rand.IntN(3)", 1},
		{"old chance without a seed", `"math/rand"`, "rand.Shuffle(n, f)", 1},
		{"chance with a seed", `"math/rand/v2"`, "rand.New(rand.NewPCG(1, 2)).IntN(3)", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := impurities(snippet(t, "a.go", "package x\nimport "+test.imports+"\nfunc f() { "+test.body+" }"))
			if len(got) != test.want {
				t.Errorf("got %q, want %d problems", got, test.want)
			}
		})
	}
}
