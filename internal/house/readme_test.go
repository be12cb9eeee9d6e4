package house

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestReadmeHasTwoCommands(t *testing.T) {
	t.Parallel()
	commands := commandsIn(read(t, "README.md"))
	if len(commands) != 2 || !slices.Contains(commands, "go test ./...") {
		t.Errorf("README.md shows the commands %q: want two, one that runs Orrery and go test ./...", commands)
	}
}

// commandsIn returns the lines of the shell blocks of a Markdown text.
func commandsIn(markdown string) []string {
	var commands []string
	inside, shell := false, false
	for line := range strings.Lines(markdown) {
		line = strings.TrimSpace(line)
		if language, ok := strings.CutPrefix(line, "```"); ok {
			inside = !inside
			shell = inside && slices.Contains([]string{"", "sh", "bash", "console", "shell"}, language)
			continue
		}
		command := strings.TrimPrefix(line, "$ ")
		if shell && command != "" && !strings.HasPrefix(command, "#") {
			commands = append(commands, command)
		}
	}
	return commands
}

func TestCommandsIn(t *testing.T) {
	t.Parallel()
	got := commandsIn("# A\n```sh\n$ go run ./x\n# a remark\n\ngo test ./...\n```\n`go vet`\n```json\n{}\n```\n")
	if want := []string{"go run ./x", "go test ./..."}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEveryDependencyHasItsReason(t *testing.T) {
	t.Parallel()
	command := exec.Command("go", "mod", "edit", "-json")
	command.Dir = top
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go mod edit -json: %v", err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	reasons := read(t, "docs/dependencies.md")
	for _, r := range mod.Require {
		if !r.Indirect && !hasReason(reasons, r.Path) {
			t.Errorf("%s: say in docs/dependencies.md, in one line, what it is needed for", r.Path)
		}
	}
}

// hasReason reports whether a line names the module and says something of it.
func hasReason(reasons, modulePath string) bool {
	for line := range strings.Lines(reasons) {
		words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r\n`|*[](),;:", r) })
		if slices.Contains(words, modulePath) && len(words) > 5 {
			return true
		}
	}
	return false
}

func TestHasReason(t *testing.T) {
	t.Parallel()
	const reasons = "- `a.org/b/c`: reads the files that people have.\n- `a.org/d`\n"
	for modulePath, want := range map[string]bool{"a.org/b/c": true, "a.org/b": false, "a.org/d": false} {
		if got := hasReason(reasons, modulePath); got != want {
			t.Errorf("%s: got %t, want %t", modulePath, got, want)
		}
	}
}

// read returns a file of the module.
func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(top, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
