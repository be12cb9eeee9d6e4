package house

import (
	"go/ast"
	"go/token"
	"strings"
	"testing"
)

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	t.Parallel()
	packages := make(map[string]string) // folder → doc
	for _, f := range sources(t) {
		if !f.isTest() {
			packages[f.folder()] += f.ast.Doc.Text()
		}
	}
	for folder, doc := range packages {
		if len(strings.Fields(doc)) < 8 {
			t.Errorf("package %s: write a package comment that says what it is, what it is not, who feeds it and who reads it", folder)
		}
	}
}

func TestEveryExportedNameIsDocumented(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if f.isTest() || f.ast.Name.Name == "main" || ast.IsGenerated(f.ast) {
			continue
		}
		for _, problem := range undocumented(f) {
			t.Error(problem)
		}
	}
}

// undocumented returns the exported names in f that have no comment.
func undocumented(f file) []string {
	var problems []string
	check := func(name *ast.Ident, n ast.Node, docs ...*ast.CommentGroup) {
		if !name.IsExported() {
			return
		}
		for _, doc := range docs {
			if doc.Text() != "" {
				return
			}
		}
		problems = append(problems, f.line(n)+": "+name.Name+" has no comment")
	}
	for _, declaration := range f.ast.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil || receiver(d).IsExported() {
				check(d.Name, d, d.Doc)
			}
		case *ast.GenDecl:
			if d.Tok == token.IMPORT {
				continue
			}
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					check(s.Name, s, d.Doc, s.Doc)
				case *ast.ValueSpec:
					for _, name := range s.Names {
						check(name, s, d.Doc, s.Doc, s.Comment)
					}
				}
			}
		}
	}
	return problems
}

// receiver returns the name of the type that a method belongs to.
func receiver(d *ast.FuncDecl) *ast.Ident {
	expression := d.Recv.List[0].Type
	for {
		switch e := expression.(type) {
		case *ast.StarExpr:
			expression = e.X
		case *ast.IndexExpr:
			expression = e.X
		case *ast.IndexListExpr:
			expression = e.X
		case *ast.Ident:
			return e
		default:
			return ast.NewIdent("_")
		}
	}
}

func TestUndocumented(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, source string
		want         int
	}{
		{"a function without a comment", "func F() {}", 1},
		{"a function with one", "// F does.\nfunc F() {}", 0},
		{"a directive is no comment", "//go:noinline\nfunc F() {}", 1},
		{"a function that nobody outside sees", "func f() {}", 0},
		{"a method without a comment", "// T is.\ntype T[K any] int\nfunc (t *T[K]) M() {}", 1},
		{"a method of a type that nobody sees", "type t int\nfunc (t) M() {}", 0},
		{"a type without a comment", "type T int", 1},
		{"a group with one comment", "// The colours.\nconst (\nRed = 1\nBlue = 2\n)", 0},
		{"a group without", "const (\nRed = 1 // warm\nBlue = 2\n)", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := undocumented(snippet(t, "a.go", "package x\n"+test.source)); len(got) != test.want {
				t.Errorf("got %q, want %d problems", got, test.want)
			}
		})
	}
}
