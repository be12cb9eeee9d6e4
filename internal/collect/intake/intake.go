// Package intake opens the files that people hand to Orrery and turns them into
// clean text: plain or gzip, UTF-8 or UTF-16, one megabyte a record at most. It
// recognises what is not text (a spreadsheet, a PDF) and says what to do about
// it. It knows nothing of columns or activities.
//
// Package csv and package ndjson read through it.
package intake

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"

	"golang.org/x/text/encoding/unicode"

	"orrery.dev/orrery"
)

// MaxRecord is how many bytes of text a record may have; longer ones are
// skipped, so that a file without line ends cannot fill the memory.
const MaxRecord = 1 << 20

// headSize is how much text Head shows at most. It is MaxRecord and more, so
// that a first record that fits is always seen whole.
const headSize = MaxRecord + 64<<10

// Encoding says how a file's text was written.
type Encoding string

// The encodings that Open tells apart. Whether text without a mark is UTF-8 or
// Windows-1252 shows record by record: see Text.
const (
	UTF8        Encoding = "UTF-8"
	UTF8BOM     Encoding = "UTF-8 with a byte order mark"
	UTF16LE     Encoding = "UTF-16 little endian"
	UTF16BE     Encoding = "UTF-16 big endian"
	Windows1252 Encoding = "Windows-1252"
)

// File reads the text of one file, in UTF-8 where the file says what it is in
// and byte by byte where it does not. It is used by one goroutine.
type File struct {
	Path     string
	Size     int64 // bytes on disk, compressed ones where it is compressed; 0 for a pipe
	Pipe     bool  // it can be read only once
	Gzip     bool
	Encoding Encoding
	Whole    bool // Head holds all of the text

	file *os.File
	raw  *counter
	text io.Reader
	head []byte // of which next and following are still to be read
	next int
	err  error // met behind the head

	sum  hash.Hash // of what Read returned
	read int64     // bytes that Read returned
	last byte      // of them
}

// Open opens a file and reads its head. A path that is missing, a folder or not
// readable is an orrery.Invalid error, and so is an empty file.
func Open(path string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, openError(path, err)
	}
	f := &File{Path: path, file: file, sum: sha256.New()}
	if err := f.begin(); err != nil {
		file.Close()
		return nil, err
	}
	return f, nil
}

func openError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return orrery.Errorf(orrery.Invalid, "there is no file %s: check the path", path)
	case errors.Is(err, fs.ErrPermission):
		return orrery.Errorf(orrery.Invalid, "%s may not be read: give this user permission to read it", path)
	default:
		return fmt.Errorf("open %s: %w", path, err)
	}
}

func (f *File) begin() error {
	info, err := f.file.Stat()
	if err != nil {
		return fmt.Errorf("look at %s: %w", f.Path, err)
	}
	if info.IsDir() {
		return orrery.Errorf(orrery.Invalid, "%s is a folder: name one file in it", f.Path)
	}
	if f.Pipe = !info.Mode().IsRegular(); !f.Pipe {
		f.Size = info.Size()
	}
	f.raw = &counter{r: f.file}
	raw := bufio.NewReaderSize(f.raw, 64<<10)
	f.text = raw
	if magic, _ := raw.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		f.Gzip = true
		plain, err := gzip.NewReader(raw)
		if err != nil {
			return f.Broken(err, 0)
		}
		f.text = plain
	}
	if err := f.decode(); err != nil {
		return err
	}
	f.head = make([]byte, headSize)
	n, err := io.ReadFull(f.text, f.head)
	f.head = f.head[:n]
	if err == io.ErrUnexpectedEOF {
		err = f.endOf(err)
	}
	f.err = err
	f.Whole = err == io.EOF
	switch {
	case n == 0 && err == io.EOF:
		return orrery.Errorf(orrery.Invalid, "%s is empty: there is nothing to import", f.Path)
	case n == 0 && err != nil:
		return f.Broken(err, 0)
	}
	return nil
}

// endOf tells the two meanings of io.ErrUnexpectedEOF apart that io.ReadFull
// mixes up: the text ended before the head was full, or the compressed data
// ended before its end. Reading on says which it was.
func (f *File) endOf(err error) error {
	if _, again := f.text.Read(make([]byte, 1)); again != nil {
		return again
	}
	return err
}

// decode puts a decoder before f.text where a byte order mark, or the zero
// bytes of Latin text without one, say that it is UTF-16.
func (f *File) decode() error {
	text := bufio.NewReaderSize(f.text, 64<<10)
	f.text = text
	f.Encoding = UTF8
	start, err := text.Peek(4)
	if err != nil && err != io.EOF && len(start) == 0 {
		return f.Broken(err, 0)
	}
	mark := 0
	switch {
	case bytes.HasPrefix(start, []byte{0xef, 0xbb, 0xbf}):
		f.Encoding, mark = UTF8BOM, 3
	case bytes.HasPrefix(start, []byte{0xff, 0xfe}):
		f.Encoding, mark = UTF16LE, 2
	case bytes.HasPrefix(start, []byte{0xfe, 0xff}):
		f.Encoding, mark = UTF16BE, 2
	case len(start) == 4 && start[0] != 0 && start[1] == 0 && start[2] != 0 && start[3] == 0:
		f.Encoding = UTF16LE
	case len(start) == 4 && start[0] == 0 && start[1] != 0 && start[2] == 0 && start[3] != 0:
		f.Encoding = UTF16BE
	}
	if _, err := text.Discard(mark); err != nil {
		return f.Broken(err, 0)
	}
	switch f.Encoding {
	case UTF16LE:
		f.text = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Reader(text)
	case UTF16BE:
		f.text = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder().Reader(text)
	}
	return nil
}

// Head returns the beginning of the text, up to a little over MaxRecord bytes.
// Reading still starts with it. The caller must not change it.
func (f *File) Head() []byte { return f.head }

// Read implements io.Reader. Pass its errors, but for io.EOF, through Broken.
func (f *File) Read(p []byte) (int, error) {
	var n int
	err := f.err
	switch {
	case f.next < len(f.head):
		n, err = copy(p, f.head[f.next:]), nil
		f.next += n
	case err == nil:
		n, err = f.text.Read(p)
	}
	if n > 0 {
		f.sum.Write(p[:n])
		f.read += int64(n)
		f.last = p[n-1]
	}
	return n, err
}

// Done returns how many bytes of Size have been read from the disk.
func (f *File) Done() int64 { return f.raw.n }

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

// Broken turns an error of Read into one for people: a file that is damaged or
// ends early is orrery.Invalid, and the message says that the rows until there
// stay.
func (f *File) Broken(err error, rows int64) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return orrery.Errorf(orrery.Invalid,
			"%s ends early, in the middle of its compressed data: %d rows were read until there and stay; get the whole file and import it again, what is already there counts once", f.Path, rows)
	case f.Gzip && !errors.As(err, new(*fs.PathError)):
		return orrery.Errorf(orrery.Invalid,
			"%s is damaged (%w): %d rows were read until there and stay; get the file again and import it again, what is already there counts once", f.Path, err, rows)
	default:
		return fmt.Errorf("read %s after %d rows: %w", f.Path, rows, err)
	}
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
