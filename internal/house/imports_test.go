package house

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// layer is a group of packages below internal/ and what its packages may import
// of the project besides the root package and their own folder.
type layer struct {
	name     string
	packages []string
	sees     []string // names of layers
}

// layers is the picture in docs/architecture.md. cmd/orrery is not in it: it
// alone sees everything, and nobody sees it.
var layers = []layer{
	{"leaf", []string{"audit", "inlet", "interval", "keyset", "language", "mask", "outward", "study"}, nil},
	{
		"stage",
		[]string{
			"account", "authentic", "backup", "catalogue", "circle", "collect", "conversation", "field", "history", "hub", "identity",
			"journal", "message", "newcomer", "origin", "partner", "purpose", "repulsion", "search", "simulate", "stir", "task", "tie", "ways", "webhook",
		},
		[]string{"leaf"},
	},
	{"store", []string{"store"}, []string{"leaf", "stage"}}, // it implements the stages' interfaces
	{"flow", []string{"flow"}, []string{"leaf", "stage", "store"}},
	{"judge", []string{"backtest"}, []string{"leaf", "stage"}}, // it scores the stages that it is given
	{"sources", []string{"sources"}, []string{"leaf", "stage", "flow"}},
	{"view", []string{"view"}, []string{"judge", "leaf", "stage", "flow"}},
	{"door", []string{"api", "doors", "hubweb", "web"}, []string{"judge", "leaf", "stage", "view"}},
	{"service", []string{"service"}, []string{"leaf", "stage", "flow", "sources", "view", "door"}}, // stands behind the seams that doors declare
	{"watch", []string{"faults", "house", "journey", "orrerytest"}, nil},
}

// shared are the packages below collect that connectors may import: they may not
// import each other.
var shared = []string{"internal/collect/archive", "internal/collect/commit", "internal/collect/document", "internal/collect/gist", "internal/collect/intake", "internal/collect/payload"}

// pure are the packages whose results depend on their arguments alone.
var pure = []string{".", "internal/authentic", "internal/catalogue", "internal/circle", "internal/conversation", "internal/field", "internal/history", "internal/interval", "internal/language", "internal/newcomer", "internal/origin", "internal/partner", "internal/purpose", "internal/repulsion", "internal/search", "internal/simulate", "internal/stir", "internal/task", "internal/tie", "internal/ways"}

// outside are the standard packages that let the world in.
var outside = []string{"crypto/rand", "database/sql", "io/ioutil", "log/syslog", "net", "os", "syscall"}

// databases are the packages that speak SQL; only the store does.
var databases = []string{"database/sql", "github.com/jackc/pgx", "modernc.org/sqlite", "zombiezen.com/go/sqlite"}

func TestImportsFollowTheLayers(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		for _, problem := range importProblems(f) {
			t.Error(problem)
		}
	}
}

// importProblems returns what is wrong with the imports of f, each with the
// reason. Tests may import what they like.
func importProblems(f file) []string {
	if f.isTest() {
		return nil
	}
	var problems []string
	complain := func(importPath, reason string) {
		problems = append(problems, fmt.Sprintf("%s imports %s: %s", f.path, importPath, reason))
	}
	from := f.folder()
	if strings.HasPrefix(from, "internal/") && layerOf(from) == nil {
		problems = append(problems, f.path+": its package has no layer: add it to the table in internal/house and to docs/architecture.md")
	}
	for importPath := range f.imports() {
		to, ours := folderOf(importPath)
		switch {
		case ours && from == ".":
			complain(importPath, "the root package imports the standard library only")
		case ours:
			if reason := between(from, to); reason != "" {
				complain(importPath, reason)
			}
		case from == "." && isExternal(importPath):
			complain(importPath, "the root package imports the standard library only")
		}
		if slices.Contains(pure, from) && within(importPath, outside) {
			complain(importPath, "this package takes no clock, chance, network or file")
		}
		if within(importPath, databases) && !strings.HasPrefix(from, "internal/store/") && !isTestSupport(from) {
			complain(importPath, "only internal/store speaks SQL")
		}
		if importPath == "testing" && !isTestSupport(from) {
			complain(importPath, "only tests and packages named …test import it")
		}
	}
	slices.Sort(problems)
	return problems
}

// between returns why a package in one folder may not import the one in another,
// or nothing where it may.
func between(from, to string) string {
	if strings.HasPrefix(from, "cmd/") {
		return ""
	}
	if strings.HasPrefix(to, "cmd/") {
		return "a command is imported by nobody"
	}
	if isTestSupport(to) && !isTestSupport(from) {
		return "a package named …test is for tests"
	}
	if to == "." {
		return ""
	}
	source, target := layerOf(from), layerOf(to)
	switch {
	case source == nil || target == nil:
		return "" // said already
	case part(from) == part(to):
		return betweenConnectors(from, to)
	case !slices.Contains(source.sees, target.name):
		return fmt.Sprintf("a %s does not see a %s", source.name, target.name)
	}
	return ""
}

// betweenConnectors keeps connectors from each other; collect/all lists them.
func betweenConnectors(from, to string) string {
	const connectors = "internal/collect/"
	if !strings.HasPrefix(from, connectors) || !strings.HasPrefix(to, connectors) {
		return ""
	}
	if from == connectors+"all" || from == connectors+"platforms" || strings.HasPrefix(to+"/", from+"/") || strings.HasPrefix(from+"/", to+"/") ||
		slices.Contains(shared, to) || isTestSupport(from) {
		return ""
	}
	return "a connector does not see another"
}

// layerOf returns the layer that a folder belongs to, or nil.
func layerOf(folder string) *layer {
	for i := range layers {
		if slices.Contains(layers[i].packages, part(folder)) {
			return &layers[i]
		}
	}
	return nil
}

// part returns the first folder below internal: "collect" of
// "internal/collect/git", empty elsewhere.
func part(folder string) string {
	below, ok := strings.CutPrefix(folder, "internal/")
	if !ok {
		return ""
	}
	first, _, _ := strings.Cut(below, "/")
	return first
}

// folderOf returns the folder of one of the module's packages.
func folderOf(importPath string) (folder string, ours bool) {
	if importPath == module {
		return ".", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

// isTestSupport reports whether a folder is one named …test, or below one.
func isTestSupport(folder string) bool {
	named := func(element string) bool { return strings.HasSuffix(element, "test") && element != "backtest" }
	return layerOf(folder) != nil && slices.ContainsFunc(strings.Split(folder, "/"), named)
}

func isExternal(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return strings.Contains(first, ".")
}

func within(importPath string, trees []string) bool {
	return slices.ContainsFunc(trees, func(tree string) bool {
		return importPath == tree || strings.HasPrefix(importPath, tree+"/")
	})
}

func TestImportProblems(t *testing.T) {
	t.Parallel()
	const none = ""
	tests := []struct {
		name, in, imports, want string
	}{
		{"the root may not import a stage", "day.go", module + "/internal/field", "standard library only"},
		{"the root may not import another module", "day.go", "golang.org/x/text", "standard library only"},
		{"the root opens no file", "day.go", "os", "no clock"},
		{"a stage imports the root", "internal/field/a.go", module, none},
		{"a stage imports a leaf", "internal/journal/a.go", module + "/internal/keyset", none},
		{"a leaf imports no stage", "internal/keyset/a.go", module + "/internal/journal", "a leaf does not see a stage"},
		{"stages do not import each other", "internal/field/a.go", module + "/internal/circle", "a stage does not see a stage"},
		{"a pure stage has no network", "internal/circle/a.go", "net/http", "no clock"},
		{"a stage that is not pure may open files", "internal/collect/git/a.go", "os/exec", none},
		{"a connector imports the interface", "internal/collect/git/a.go", module + "/internal/collect", none},
		{"a connector imports what is shared", "internal/collect/csv/a.go", module + "/internal/collect/intake", none},
		{"a connector imports its own folder", "internal/collect/git/a.go", module + "/internal/collect/git/mailmap", none},
		{"connectors do not import each other", "internal/collect/csv/a.go", module + "/internal/collect/git", "does not see another"},
		{"the list of connectors sees them all", "internal/collect/all/a.go", module + "/internal/collect/git", none},
		{"the store sees stages", "internal/store/sqlite/a.go", module + "/internal/journal", none},
		{"the store speaks SQL", "internal/store/sqlite/a.go", "zombiezen.com/go/sqlite/sqlitex", none},
		{"flow speaks no SQL", "internal/flow/a.go", "zombiezen.com/go/sqlite", "speaks SQL"},
		{"flow sees stages", "internal/flow/a.go", module + "/internal/field", none},
		{"a door sees views", "internal/api/a.go", module + "/internal/view", none},
		{"a door sees no store", "internal/web/a.go", module + "/internal/store/sqlite", "a door does not see a store"},
		{"a view sees no store", "internal/view/a.go", module + "/internal/store/sqlite", "a view does not see a store"},
		{"a view sees no door", "internal/view/a.go", module + "/internal/web", "a view does not see a door"},
		{"the command sees everything", "cmd/orrery/a.go", module + "/internal/store/sqlite", none},
		{"nobody sees the command", "internal/web/a.go", module + "/cmd/orrery", "imported by nobody"},
		{"the product imports no testing", "internal/web/a.go", "testing", "only tests"},
		{"a package for tests imports testing", "internal/collect/collecttest/a.go", "testing", none},
		{"the product imports no package for tests", "internal/collect/git/a.go", module + "/internal/collect/collecttest", "is for tests"},
		{"a package without a layer is refused", "internal/util/a.go", "fmt", "has no layer"},
		{"a test may import anything", "internal/field/a_test.go", module + "/internal/simulate", none},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(importProblems(snippet(t, test.in, "package x\nimport _ \""+test.imports+"\"")), "\n")
			if (test.want == none) != (got == none) || !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
