package e2e

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var (
	speed    = flag.Bool("speed", false, "measure the map with a hundred thousand people; needs a quiet machine")
	payloads = flag.String("payloads", os.Getenv("ORRERY_XSS_LIST"), "a `file` of names, one a line, to take instead of the naughty strings")
)

// The programs under test and what the tests fetch lie in a folder of the run.
var (
	bin      string // the folder
	orrery   string // the program
	axeCore  string // the source of axe-core
	naughty  []string
	chromium string
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if err := tools(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		if os.Getenv("CI") == "true" {
			return 1
		}
		return 0
	}
	var err error
	if bin, err = os.MkdirTemp("", "orrery-e2e-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(bin)
	if err := prepare(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { stopSample() }()
	return m.Run()
}

// tools finds the browser and npm.
func tools() error {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			chromium = path
			break
		}
	}
	if chromium == "" {
		return errors.New("no browser here, so the screens are not looked at: apt-get install chromium")
	}
	for _, name := range []string{"npm", "git"} {
		if _, err := exec.LookPath(name); err != nil {
			return fmt.Errorf("no %s here, so the screens are not looked at: apt-get install %s", name, name)
		}
	}
	return nil
}

// prepare builds the program once and fetches what the tests need.
func prepare() (err error) {
	if orrery, err = build("./cmd/orrery"); err != nil {
		return err
	}
	if axeCore, err = packed("axe-core@4", "axe.min.js"); err != nil {
		return err
	}
	naughty, err = names()
	return err
}

func build(what string) (string, error) {
	binary := filepath.Join(bin, filepath.Base(what))
	cmd := exec.Command("go", "build", "-o", binary, what)
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", what, err, out)
	}
	return binary, nil
}

// packed returns a file of an npm package.
func packed(name, file string) (string, error) {
	dir, err := os.MkdirTemp(bin, "npm-")
	if err != nil {
		return "", err
	}
	pack := exec.Command("npm", "pack", "--silent", "--loglevel=error", name)
	pack.Dir = dir
	if out, err := pack.CombinedOutput(); err != nil {
		return "", fmt.Errorf("fetch %s with npm: %w\n%s", name, err, out)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("fetch %s with npm: it packed nothing: %w", name, err)
	}
	out, err := exec.Command("tar", "-xzOf", found[0], "package/"+file).Output()
	if err != nil {
		return "", fmt.Errorf("unpack %s of %s: %w", file, name, err)
	}
	return string(out), nil
}
