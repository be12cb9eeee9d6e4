// Package archive opens what people hand over as one file, a folder of files or
// an archive of them, and shows each file as a stream of text: plain, gzip,
// bzip2 or xz; zip and 7z as archives. Nothing is written to the disk, no
// symbolic link inside a folder is followed, and what is made to grow without
// end is refused while little memory is in use.
//
// It knows nothing of what the text says, and is not for single tables: package
// intake opens these. Packages mbox and stackexchange read through it.
package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"orrery.dev/orrery"
)

// mostEntries is how many files a folder or an archive may hold.
const mostEntries = 1 << 20

// Archive is one or many files. It is used by one goroutine.
type Archive struct {
	Path    string
	Folder  bool    // Path is a folder
	Entries []Entry // by name
	Size    int64   // bytes on the disk of all entries

	closers []io.Closer
}

// Entry is one file of an archive.
type Entry struct {
	Name string // with slashes, relative, without any ".."
	Size int64  // bytes as they lie on the disk or in the archive, compressed ones where they are

	open func() (io.ReadCloser, error)
}

// Open lists what is at a path. keep chooses among the names of a folder or an
// archive, nil takes all; a single file is always taken. Hidden files and
// symbolic links are passed over. What is missing, may not be read, is damaged
// or holds nothing is orrery.Invalid.
func Open(name string, keep func(name string) bool) (*Archive, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, openError(name, err)
	}
	a := &Archive{Path: name, Folder: info.IsDir()}
	switch {
	case info.IsDir():
		err = a.folder(keep)
	case !info.Mode().IsRegular():
		err = orrery.Errorf(orrery.Invalid, "%s is neither a file nor a folder: save it to a file first", name)
	default:
		err = a.file(info.Size(), keep)
	}
	if err == nil && len(a.Entries) == 0 {
		err = orrery.Errorf(orrery.Invalid, "%s holds none of the files that are looked for: check the path", name)
	}
	if err != nil {
		_ = a.Close() // what went wrong first is what counts
		return nil, err
	}
	slices.SortStableFunc(a.Entries, func(x, y Entry) int { return strings.Compare(x.Name, y.Name) })
	for i := range a.Entries {
		a.Size += a.Entries[i].Size
	}
	return a, nil
}

// Close ends the use of the archive and of what was opened from it.
func (a *Archive) Close() error {
	var errs []error
	for _, c := range a.closers {
		errs = append(errs, c.Close())
	}
	a.closers = nil
	return errors.Join(errs...)
}

func openError(name string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return orrery.Errorf(orrery.Invalid, "there is no file or folder %s: check the path", name)
	case errors.Is(err, fs.ErrPermission):
		return orrery.Errorf(orrery.Invalid, "%s may not be read: give this user permission to read it", name)
	default:
		return fmt.Errorf("open %s: %w", name, err)
	}
}

// folder lists a folder and those below it. It is read through os.Root, so that
// nothing outside is opened even where somebody swaps a file for a link.
func (a *Archive) folder(keep func(string) bool) error {
	root, err := os.OpenRoot(a.Path)
	if err != nil {
		return openError(a.Path, err)
	}
	a.closers = append(a.closers, root)
	return fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return openError(filepath.Join(a.Path, filepath.FromSlash(name)), err)
		case name == ".":
			return nil
		case strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !d.Type().IsRegular() || keep != nil && !keep(name):
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return openError(filepath.Join(a.Path, filepath.FromSlash(name)), err)
		}
		return a.add(name, info.Size(), func() (io.ReadCloser, error) {
			file, err := root.Open(name)
			if err != nil {
				return nil, openError(filepath.Join(a.Path, filepath.FromSlash(name)), err)
			}
			return file, nil
		})
	})
}

func (a *Archive) add(name string, size int64, open func() (io.ReadCloser, error)) error {
	if len(a.Entries) == mostEntries {
		return orrery.Errorf(orrery.Invalid, "%s holds more than %d files: bring it in part by part", a.Path, mostEntries)
	}
	a.Entries = append(a.Entries, Entry{Name: name, Size: size, open: open})
	return nil
}

// addPacked adds a file of an archive under its name made safe.
func (a *Archive) addPacked(name string, size int64, keep func(string) bool, open func() (io.ReadCloser, error)) error {
	name = path.Clean("/" + strings.ReplaceAll(name, `\`, "/"))[1:]
	if name == "" || strings.HasPrefix(path.Base(name), ".") || strings.ContainsRune(name, 0) || keep != nil && !keep(name) {
		return nil
	}
	return a.add(strings.ToValidUTF8(name, "?"), size, open)
}

// file tells an archive of files from a file by its first bytes.
func (a *Archive) file(size int64, keep func(string) bool) error {
	file, err := os.Open(a.Path)
	if err != nil {
		return openError(a.Path, err)
	}
	a.closers = append(a.closers, file)
	magic := make([]byte, 8)
	n, err := io.ReadFull(file, magic)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return openError(a.Path, err)
	}
	magic = magic[:n]
	switch {
	case n == 0:
		return orrery.Errorf(orrery.Invalid, "%s is empty: there is nothing to import", a.Path)
	case bytes.HasPrefix(magic, []byte("PK\x03\x04")), bytes.HasPrefix(magic, []byte("PK\x05\x06")):
		return a.zip(file, size, keep)
	case bytes.HasPrefix(magic, []byte(sevenMagic)):
		return a.seven(file, size, keep)
	case bytes.HasPrefix(magic, []byte("Rar!")), bytes.HasPrefix(magic, []byte("\x28\xb5\x2f\xfd")):
		return orrery.Errorf(orrery.Invalid, "%s is packed in a way that is not read here (RAR or Zstandard): unpack it and name the folder", a.Path)
	}
	return a.add(filepath.Base(a.Path), size, func() (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(file, 0, size)), nil
	})
}
