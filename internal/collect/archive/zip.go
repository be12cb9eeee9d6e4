package archive

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"os"

	"orrery.dev/orrery"
)

// mostDirectory is how many bytes the list of files in a zip archive may have:
// some fifty thousand names.
const mostDirectory = 4 << 20

// zip lists a zip archive, once its own list is known to be small:
// archive/zip holds a few hundred bytes for each name, however many.
func (a *Archive) zip(file *os.File, size int64, keep func(string) bool) error {
	if err := a.checkDirectory(file, size); err != nil {
		return err
	}
	r, err := zip.NewReader(file, size)
	if err != nil {
		return a.damaged(err)
	}
	for _, f := range r.File {
		if !f.Mode().IsRegular() {
			continue
		}
		if f.Flags&1 != 0 {
			return orrery.Errorf(orrery.Invalid, "%s needs a password: unpack it and name the folder", a.Path)
		}
		name := f.Name
		err := a.addPacked(name, int64(f.CompressedSize64), keep, func() (io.ReadCloser, error) { return a.unzip(f) })
		if err != nil {
			return err
		}
	}
	return nil
}

// unzip opens one file of a zip archive behind the same guard as any other text.
func (a *Archive) unzip(f *zip.File) (io.ReadCloser, error) {
	plain, err := f.Open()
	if err != nil {
		return nil, a.damaged(err)
	}
	return &grown{Text{name: f.Name, plain: plain, close: plain, grows: true, packed: counter{n: int64(f.CompressedSize64)}}}, nil
}

// grown guards one file of an archive, whose compressed size is known.
type grown struct{ Text }

func (a *Archive) damaged(err error) error {
	return orrery.Errorf(orrery.Invalid, "%s is damaged (%w): get the file again", a.Path, err)
}

// checkDirectory refuses an archive whose list of files is long, or is not where
// the archive's end says, for then its length is not known.
func (a *Archive) checkDirectory(file io.ReaderAt, size int64) error {
	const end, longestComment = 22, 1<<16 - 1
	tail := make([]byte, min(size, end+longestComment))
	if _, err := file.ReadAt(tail, size-int64(len(tail))); err != nil {
		return a.damaged(err)
	}
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || at+end > len(tail) {
		return a.damaged(zip.ErrFormat)
	}
	records := binary.LittleEndian.Uint16(tail[at+10:])
	length := int64(binary.LittleEndian.Uint32(tail[at+12:]))
	offset := int64(binary.LittleEndian.Uint32(tail[at+16:]))
	elsewhere := records == 1<<16-1 || length == 1<<16-1 || offset == 1<<32-1 // archive/zip then asks a second list
	if elsewhere || length > mostDirectory || offset+length != size-int64(len(tail))+int64(at) {
		return orrery.Errorf(orrery.Invalid,
			"%s is a zip archive of more files than are read here, over 4 GB, or of a form that is not read: unpack it and name the folder", a.Path)
	}
	return nil
}
