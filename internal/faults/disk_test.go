//go:build faults && linux

package faults

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"unsafe"
)

// disk is a file system of a test's own, which can lose its power.
type disk struct {
	image string // the file that holds it; empty for memory
	dir   string // where it is mounted
}

// newDisk mounts an ext4 of the given size on a file in a temporary folder.
func newDisk(t *testing.T, megabytes int) *disk {
	t.Helper()
	needRoot(t)
	need(t, "mkfs.ext4", "e2fsprogs")
	need(t, "mount", "mount")
	tmp := t.TempDir()
	d := &disk{image: filepath.Join(tmp, "image"), dir: filepath.Join(tmp, "disk")}
	if err := os.Mkdir(d.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	run(t, "truncate", "-s", fmt.Sprintf("%dM", megabytes), d.image)
	run(t, "mkfs.ext4", "-q", "-F", d.image)
	d.mount(t)
	t.Cleanup(func() { unmount(d.dir) })
	return d
}

// newMemoryDisk mounts a tmpfs of the given size.
func newMemoryDisk(t *testing.T, megabytes int) *disk {
	t.Helper()
	needRoot(t)
	need(t, "mount", "mount")
	d := &disk{dir: filepath.Join(t.TempDir(), "disk")}
	if err := os.Mkdir(d.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	run(t, "mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dm", megabytes), "orrery-faults", d.dir)
	t.Cleanup(func() { unmount(d.dir) })
	return d
}

// grow gives a memory disk another size.
func (d *disk) grow(t *testing.T, megabytes int) {
	t.Helper()
	run(t, "mount", "-o", fmt.Sprintf("remount,size=%dm", megabytes), d.dir)
}

func (d *disk) mount(t *testing.T) {
	t.Helper()
	run(t, "mount", "-o", "loop", d.image, d.dir)
}

// cut takes the power away: what the kernel has not yet brought to the image,
// its journal included, is gone.
func (d *disk) cut(t *testing.T) {
	t.Helper()
	const (
		ioctlShutdown = 0x8004587d // FS_IOC_SHUTDOWN, _IOR('X', 125, __u32) in linux/fs.h
		noLogFlush    = uint32(2)  // FS_SHUTDOWN_FLAGS_NOLOGFLUSH
	)
	f, err := os.Open(d.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	flag := noLogFlush
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), ioctlShutdown, uintptr(unsafe.Pointer(&flag))); errno != 0 {
		t.Fatalf("cut the power of %s: %v", d.dir, errno)
	}
}

// restore gives the power back after a cut. No process may hold the disk.
func (d *disk) restore(t *testing.T) {
	t.Helper()
	run(t, "umount", d.dir)
	d.mount(t)
}

func unmount(dir string) { _ = exec.Command("umount", "--lazy", dir).Run() }

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		lacking(t, "mounting a disk needs root: run it with sudo")
	}
}

// need skips the test, or fails it in CI, where a command is missing.
func need(t *testing.T, command, debianPackage string) {
	t.Helper()
	if _, err := exec.LookPath(command); err != nil {
		lacking(t, fmt.Sprintf("%s is missing: apt-get install %s", command, debianPackage))
	}
}

func lacking(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}
