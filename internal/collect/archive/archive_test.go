package archive

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/ulikunitz/xz"

	"orrery.dev/orrery"
)

func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func gzipped(t testing.TB, from io.Reader) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.Copy(w, from); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func xzipped(t testing.TB, from io.Reader, dictionary int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := xz.WriterConfig{DictCap: dictionary}.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, from); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// texts opens all entries and returns "name=text" of each.
func texts(t testing.TB, path string) []string {
	t.Helper()
	a, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	var all []string
	for i := range a.Entries {
		r, err := a.Entries[i].Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, a.Entries[i].Name+"="+string(b))
		r.Close()
	}
	return all
}

func TestTextIsTheSameHoweverItIsPacked(t *testing.T) {
	t.Parallel()
	const text = "one\ntwo\n"
	for name, data := range map[string][]byte{
		"plain": []byte(text),
		"gzip":  gzipped(t, strings.NewReader(text)),
		"xz":    xzipped(t, strings.NewReader(text), 1<<20),
	} {
		if got := texts(t, write(t, "a", data)); !slices.Equal(got, []string{"a=" + text}) {
			t.Errorf("%s: got %q", name, got)
		}
	}
	if got := texts(t, write(t, "a.zip", zipped(t, map[string]string{"a": text, "b": string(gzipped(t, strings.NewReader(text)))}))); !slices.Equal(got, []string{"a=" + text, "b=" + text}) {
		t.Errorf("zip: got %q", got)
	}
}

// The archives come with github.com/bodgit/sevenzip; its licence lies beside
// them. Each holds the same ten files.
func TestSevenZipIsReadInFourWaysOfPacking(t *testing.T) {
	t.Parallel()
	want := texts(t, "testdata/deflate.7z")
	if len(want) != 10 || len(want[0]) < 3000 {
		t.Fatalf("got %d files", len(want))
	}
	for _, name := range []string{"lzma", "lzma2", "bzip2"} {
		if got := texts(t, "testdata/"+name+".7z"); !slices.Equal(got, want) {
			t.Errorf("%s: the files are not the same", name)
		}
	}
}

func TestADamagedSevenZipIsNeverReadAsWhole(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/lzma2.7z")
	if err != nil {
		t.Fatal(err)
	}
	whole := texts(t, "testdata/lzma2.7z")
	for at := 6; at < len(data); at += 97 {
		broken := bytes.Clone(data)
		broken[at] ^= 0x10
		a, err := Open(write(t, "a.7z", broken), nil)
		if err != nil {
			continue
		}
		for i := range a.Entries {
			r, err := a.Entries[i].Open()
			if err != nil {
				continue
			}
			b, err := io.ReadAll(r)
			if err == nil && a.Entries[i].Name+"="+string(b) != whole[i] {
				t.Errorf("byte %d: %s is read as another text without a word", at, a.Entries[i].Name)
			}
			if err != nil && orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("byte %d: got %v, want an invalid error", at, err)
			}
			r.Close()
		}
		a.Close()
	}
}

func TestAFolderIsReadWithoutLinksAndHiddenFiles(t *testing.T) {
	t.Parallel()
	outside := write(t, "secret", []byte("secret"))
	dir := t.TempDir()
	for name, text := range map[string]string{"b": "2", "sub/a": "1", ".hidden": "x", ".git/a": "x", "c.html": "x"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"link": outside, "folder": filepath.Dir(outside), "inner": "b", "up": "../" + filepath.Base(dir)} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Skip("this system makes no symbolic links")
		}
	}
	a, err := Open(dir, func(name string) bool { return !strings.HasSuffix(name, ".html") })
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	var names []string
	for _, e := range a.Entries {
		names = append(names, e.Name)
	}
	if !slices.Equal(names, []string{"b", "sub/a"}) || a.Size != 2 || !a.Folder {
		t.Errorf("got %q of %d bytes, want b and sub/a", names, a.Size)
	}
	// A file that becomes a link while it is read leads nowhere.
	if err := os.Remove(filepath.Join(dir, "b")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "b")); err != nil {
		t.Fatal(err)
	}
	if r, err := a.Entries[0].Open(); err == nil {
		b, _ := io.ReadAll(r)
		t.Errorf("a link that was swapped in is followed: %q", b)
	}
}

func TestNamesInArchivesStayInside(t *testing.T) {
	t.Parallel()
	got := texts(t, write(t, "a.zip", zipped(t, map[string]string{"../../etc/passwd": "1", "/abs": "2", `..\..\win`: "3", "a/../../b": "4"})))
	want := []string{"abs=2", "b=4", "etc/passwd=1", "win=3"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// heap runs f and returns how far the heap grew at most, in bytes.
func heap(f func()) uint64 {
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&now)
	return now.HeapSys - min(before.HeapSys, now.HeapSys)
}

// zeros is n bytes of nothing.
func zeros(n int64) io.Reader { return io.LimitReader(nothing{}, n) }

type nothing struct{}

func (nothing) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// sevenOf wraps a list of files as a 7z archive with the right sums.
func sevenOf(list []byte) []byte {
	start := make([]byte, 20)
	binary.LittleEndian.PutUint64(start[8:], uint64(len(list)))
	binary.LittleEndian.PutUint32(start[16:], crc32.ChecksumIEEE(list))
	b := append([]byte(sevenMagic), 0, 4)
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(start))
	return append(append(b, start...), list...)
}

// Not parallel: it measures memory.
func TestBombsAreRefusedInLittleMemory(t *testing.T) {
	huge := []byte{0xff, 0, 0, 0, 0xf0, 0, 0, 0, 0} // a number of nine bytes
	many := zipped(t, map[string]string{"a": "1"})
	end := bytes.LastIndex(many, []byte("PK\x05\x06"))
	binary.LittleEndian.PutUint32(many[end+12:], 1<<30)
	folder := func(id string, properties []byte) []byte {
		b := []byte{1, 4, 6, 0, 1, 9, 10, 0, 7, 0x0b, 1, 0, 1, byte(0x20 | len(id))}
		b = append(append(append(b, id...), byte(len(properties))), properties...)
		b = append(b, 0x0c, 100, 0, 0, 5, 1, 0x11, 5, 0, 'a', 0, 0, 0, 0, 0)
		return append(sevenOf(b), make([]byte, 64)...)
	}
	for _, c := range []struct {
		name string
		data []byte
		says string
	}{
		{"gzip that grows a thousandfold", gzipped(t, zeros(80<<20)), "made to do harm"},
		{"zip that does", zipped(t, map[string]string{"a": strings.Repeat("\x00", 80<<20)}), "made to do harm"},
		{"xz that grows more", xzipped(t, zeros(66<<20), 1<<16), "made to do harm"},
		{"xz that asks for a gigabyte", xzDictionary(t, 36), "memory"},
		{"zip whose list is said to be huge", many, "unpack it"},
		{"7z with a number of streams out of this world", sevenOf(append([]byte{1, 4, 6, 0}, huge...)), "cannot be read"},
		{"7z with properties without end", sevenOf(append([]byte{1, 4, 7, 0x0b, 1, 0, 1, 0x21, 0x21}, huge...)), "cannot be read"},
		{"7z with files without number", sevenOf(append([]byte{1, 5}, huge...)), "cannot be read"},
		{"7z whose LZMA dictionary is four gigabytes", folder("\x03\x01\x01", []byte{0x5d, 0xff, 0xff, 0xff, 0xff}), "memory"},
		{"7z whose LZMA2 dictionary is four gigabytes", folder("\x21", []byte{40}), "memory"},
		{"7z with a password or filters", sevenOf([]byte{1, 4, 6, 0, 1, 9, 10, 0, 7, 0x0b, 1, 0, 2}), "password"},
	} {
		path := write(t, "bomb", c.data)
		clear(c.data)
		var err error
		grown := heap(func() { err = readAll(path) })
		if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want an invalid error that says %q", c.name, err, c.says)
		}
		if grown > 64<<20 {
			t.Errorf("%s: the heap grew by %d MB, want 64 at most", c.name, grown>>20)
		}
	}
}

// xzDictionary is an xz file whose first block names a dictionary.
func xzDictionary(t testing.TB, size byte) []byte {
	t.Helper()
	b := xzipped(t, strings.NewReader("text"), 1<<16)
	block := b[12:]
	i := bytes.Index(block[:16], []byte{0x21, 1})
	block[i+2] = size
	length := (int(block[0]) + 1) * 4
	binary.LittleEndian.PutUint32(block[length-4:], crc32.ChecksumIEEE(block[:length-4]))
	return b
}

func readAll(path string) error {
	a, err := Open(path, nil)
	if err != nil {
		return err
	}
	defer a.Close()
	for i := range a.Entries {
		r, err := a.Entries[i].Open()
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, r)
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func TestWhatCannotBeReadSaysWhy(t *testing.T) {
	t.Parallel()
	text := gzipped(t, strings.NewReader(strings.Repeat("some text\n", 1000)))
	for _, c := range []struct{ name, path, says string }{
		{"nothing there", filepath.Join(t.TempDir(), "a"), "there is no file"},
		{"an empty file", write(t, "a", nil), "is empty"},
		{"an empty folder", t.TempDir(), "holds none"},
		{"gzip cut off", write(t, "a", text[:len(text)/2]), "ends early"},
		{"RAR", write(t, "a", []byte("Rar!....")), "unpack it"},
		{"a 7z that is cut off", write(t, "a", []byte(sevenMagic)), "damaged"},
	} {
		if err := readAll(c.path); orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want an invalid error that says %q", c.name, err, c.says)
		}
	}
}

func FuzzOpen(f *testing.F) {
	for _, name := range []string{"lzma", "bzip2"} {
		b, err := os.ReadFile("testdata/" + name + ".7z")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[:32], b[len(b)-200:])
	}
	f.Add(gzipped(f, strings.NewReader("a")), []byte{})
	f.Add(zipped(f, map[string]string{"a": "b"}), []byte{})
	f.Add(sevenOf([]byte{1, 4, 6, 0, 1, 9, 1, 0, 7, 0x0b, 1, 0, 1, 1, 0, 0x0c, 1, 0, 0, 5, 1, 0x11, 5, 0, 'a', 0, 0, 0, 0, 0}), []byte("x"))
	f.Fuzz(func(t *testing.T, head, tail []byte) {
		err := readAll(write(t, "a", append(head, tail...)))
		if err != nil && orrery.CodeOf(err) != orrery.Invalid && !errors.Is(err, io.EOF) {
			t.Error(err)
		}
		list := &sevenReader{b: slices.Concat(head, tail)}
		if files, err := list.files(); err == nil {
			for _, file := range files {
				if file.offset+file.size > file.folder.unpacked {
					t.Error(fmt.Errorf("%s lies outside of what holds it", file.name))
				}
			}
		}
	})
}
