package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const (
	module = "orrery.dev/orrery"
	top    = "../.." // the module's folder, seen from this package's
)

// file is one Go file of the module.
type file struct {
	path string // from the module's folder, with slashes
	fset *token.FileSet
	ast  *ast.File
}

// folder returns the package's folder: "." for the root package.
func (f file) folder() string { return path.Dir(f.path) }

func (f file) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

// line says where a node is, for a message.
func (f file) line(n ast.Node) string {
	return f.path + ":" + strconv.Itoa(f.fset.Position(n.Pos()).Line)
}

// imports returns the import paths of f and the names they go by.
func (f file) imports() map[string]string {
	names := make(map[string]string)
	for _, spec := range f.ast.Imports {
		importPath, _ := strconv.Unquote(spec.Path.Value) // the parser accepted it
		name := path.Base(importPath)
		if name == "v2" {
			name = path.Base(path.Dir(importPath))
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[importPath] = name
	}
	return names
}

var parseModule = sync.OnceValues(func() ([]file, error) {
	var files []file
	err := filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			base := d.Name()
			if name != top && (strings.HasPrefix(base, ".") || base == "testdata" || base == "node_modules" || isModule(name)) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		relative, err := filepath.Rel(top, name)
		if err != nil {
			return err
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		f, err := parseFile(filepath.ToSlash(relative), string(source))
		files = append(files, f)
		return err
	})
	return files, err
})

func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

func parseFile(name, source string) (file, error) {
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
	return file{path: name, fset: fset, ast: parsed}, err
}

// sources returns every Go file of the module.
func sources(t *testing.T) []file {
	t.Helper()
	files, err := parseModule()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// snippet parses a source that a test of a rule gives.
func snippet(t *testing.T, name, source string) file {
	t.Helper()
	f, err := parseFile(name, source)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
