package archive

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"

	"github.com/therootcompany/xz"

	"orrery.dev/orrery"
)

// Text is refused as a bomb where it is more than freeGrowth bytes and more than
// mostGrowth times what it was unpacked from. Mail and XML shrink to a tenth, or
// to a hundredth where they repeat themselves.
const (
	freeGrowth = 64 << 20
	mostGrowth = 250
)

// mostDictionary is how much memory unpacking may ask for: what `xz -9` and
// `7z -mx=9` ask for.
const mostDictionary = 64 << 20

// Text is an unpacked stream. Its errors but io.EOF are for people: damage, an
// early end and bombs are orrery.Invalid. It is used by one goroutine.
type Text struct {
	name   string
	packed counter
	buf    *bufio.Reader // over packed
	plain  io.Reader
	close  io.Closer
	out    int64
	grows  bool
}

// Open opens the entry and unpacks it, whatever it is packed with. The caller
// closes it.
func (e *Entry) Open() (*Text, error) {
	raw, err := e.open()
	if err != nil {
		return nil, err
	}
	t := &Text{name: e.Name, packed: counter{r: raw}, close: raw}
	t.buf = bufio.NewReaderSize(&t.packed, 64<<10)
	if err := t.unpack(); err != nil {
		raw.Close()
		return nil, err
	}
	return t, nil
}

func (t *Text) unpack() error {
	magic, _ := t.buf.Peek(6) // what is wrong shows when it is read
	t.plain, t.grows = t.buf, true
	var err error
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		t.plain, err = gzip.NewReader(t.buf)
	case bytes.HasPrefix(magic, []byte("BZh")):
		t.plain = bzip2.NewReader(t.buf)
	case bytes.HasPrefix(magic, []byte("\xfd7zXZ\x00")):
		t.plain, err = xz.NewReader(t.buf, mostDictionary)
	default:
		t.grows = false
	}
	if err != nil {
		return t.broken(err)
	}
	return nil
}

// Read implements io.Reader.
func (t *Text) Read(p []byte) (int, error) {
	n, err := t.plain.Read(p)
	t.out += int64(n)
	if t.grows && t.out > freeGrowth && t.out/mostGrowth > t.packed.n {
		return 0, orrery.Errorf(orrery.Invalid,
			"%s unpacks to more than %d times its size, as no text does, and was not read to its end: it seems made to do harm; check where it comes from", t.name, mostGrowth)
	}
	if err != nil && err != io.EOF {
		err = t.broken(err)
	}
	return n, err
}

// ReadFile returns the text of one file, unpacked, of most bytes at most: for
// formats whose parsers hold all of a small file. Its errors are for people.
func ReadFile(path string, most int) ([]byte, error) {
	a, err := Open(path, nil)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	if a.Folder || len(a.Entries) > 1 {
		return nil, orrery.Errorf(orrery.Invalid, "%s holds several files: name one of them", path)
	}
	t, err := a.Entries[0].Open()
	if err != nil {
		return nil, err
	}
	defer t.Close()
	text, err := io.ReadAll(io.LimitReader(t, int64(most)+1))
	if err == nil && len(text) > most {
		err = orrery.Errorf(orrery.Invalid, "%s is larger than %d MB, which is more than is read of it: export a part of it", path, most>>20)
	}
	return text, err
}

// Done returns how many bytes of the entry's Size have been read.
func (t *Text) Done() int64 { return t.packed.n }

// Close closes the entry.
func (t *Text) Close() error { return t.close.Close() }

// broken turns an error of unpacking into one for people.
func (t *Text) broken(err error) error {
	var told *orrery.Error
	switch {
	case errors.As(err, &told):
		return err
	case errors.As(err, new(*fs.PathError)):
		return openError(t.name, err)
	case errors.Is(err, xz.ErrMemlimit):
		return orrery.Errorf(orrery.Invalid, "%s asks for more than %d MB of memory to be unpacked: unpack it first", t.name, mostDictionary>>20)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, xz.ErrBuf):
		return orrery.Errorf(orrery.Invalid,
			"%s ends early, in the middle of its compressed data: what was read until there stays; get the whole file and import it again, what is already there counts once", t.name)
	default:
		return orrery.Errorf(orrery.Invalid,
			"%s is damaged (%w): what was read until there stays; get the file again and import it again, what is already there counts once", t.name, err)
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
