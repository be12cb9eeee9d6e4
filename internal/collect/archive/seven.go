package archive

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"

	"github.com/ulikunitz/xz/lzma"

	"orrery.dev/orrery"
)

const sevenMagic = "7z\xbc\xaf\x27\x1c"

// mostHeader is how many bytes the list of files in a 7z archive may have.
const mostHeader = 1 << 20

// errSeven says that a 7z archive is not as it should be.
var errSeven = errors.New("its list of files cannot be read")

// seven lists a 7z archive. The reader is our own and small, because those that
// exist believe each number in an archive and take gigabytes for a file of a
// hundred bytes: here every count is held against the bytes that are left, and
// every dictionary against mostDictionary.
func (a *Archive) seven(file *os.File, size int64, keep func(string) bool) error {
	header, err := sevenHeader(file, size)
	if err != nil {
		return a.sevenError(err)
	}
	list, err := (&sevenReader{b: header}).files()
	if err != nil {
		return a.sevenError(err)
	}
	for _, f := range list {
		packed := int64(0)
		if f.folder.unpacked > 0 {
			packed = int64(float64(f.folder.packed) * (float64(f.size) / float64(f.folder.unpacked)))
		}
		err := a.addPacked(f.name, packed, keep, func() (io.ReadCloser, error) {
			plain, err := f.open(file, size)
			if err != nil {
				return nil, a.sevenError(err)
			}
			return &grown{Text{
				name: f.name, plain: plain, close: io.NopCloser(plain), grows: true,
				packed: counter{n: int64(f.folder.packed)},
			}}, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *Archive) sevenError(err error) error {
	if _, told := errors.AsType[*orrery.Error](err); told {
		return err
	}
	return a.damaged(err)
}

// sevenHeader reads the list of files, unpacked where it is packed itself.
func sevenHeader(file io.ReaderAt, size int64) ([]byte, error) {
	start := make([]byte, 32)
	if _, err := file.ReadAt(start, 0); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	offset, length := binary.LittleEndian.Uint64(start[12:]), binary.LittleEndian.Uint64(start[20:])
	switch {
	case crc32.ChecksumIEEE(start[12:]) != binary.LittleEndian.Uint32(start[8:]):
		return nil, errSeven
	case length > mostHeader:
		return nil, orrery.Errorf(orrery.Invalid, "the 7z archive lists more files than are read here: unpack it and name the folder")
	case offset > uint64(size) || 32+offset+length > uint64(size):
		return nil, io.ErrUnexpectedEOF
	}
	header := make([]byte, length)
	if _, err := file.ReadAt(header, int64(32+offset)); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	if crc32.ChecksumIEEE(header) != binary.LittleEndian.Uint32(start[28:]) {
		return nil, errSeven
	}
	if len(header) == 0 || header[0] != sevenEncoded {
		return header, nil
	}
	r := &sevenReader{b: header[1:]}
	folders := r.streams()
	if r.failed || len(folders) != 1 || folders[0].unpacked > mostHeader {
		return nil, r.reason()
	}
	plain, err := folders[0].open(file, size)
	if err != nil {
		return nil, err
	}
	header = make([]byte, folders[0].unpacked)
	_, err = io.ReadFull(plain, header)
	return header, err
}

// sevenFolder is one packed stream, which holds one or many files.
type sevenFolder struct {
	method     string
	properties []byte
	at, packed uint64 // bytes behind the start header
	unpacked   uint64
	streams    []sevenStream
}

type sevenStream struct {
	size   uint64
	sum    uint32
	summed bool
}

// sevenFile is a file and where in its folder it lies.
type sevenFile struct {
	name   string
	folder *sevenFolder
	offset uint64
	size   uint64
	sum    uint32
	summed bool
}

// open unpacks a folder from its beginning.
func (f *sevenFolder) open(file io.ReaderAt, size int64) (io.Reader, error) {
	if f.at > uint64(size) || f.packed > uint64(size) || 32+f.at+f.packed > uint64(size) {
		return nil, io.ErrUnexpectedEOF
	}
	raw := bufio.NewReaderSize(io.NewSectionReader(file, int64(32+f.at), int64(f.packed)), 64<<10)
	var plain io.Reader
	var err error
	switch f.method {
	case "\x00":
		plain = raw
	case "\x03\x01\x01":
		if len(f.properties) != 5 {
			return nil, errSeven
		}
		if binary.LittleEndian.Uint32(f.properties[1:]) > mostDictionary {
			return nil, errDictionary
		}
		head := binary.LittleEndian.AppendUint64(bytes.Clone(f.properties), f.unpacked)
		plain, err = lzma.NewReader(io.MultiReader(bytes.NewReader(head), raw))
	case "\x21":
		if len(f.properties) != 1 || f.properties[0] > 40 {
			return nil, errSeven
		}
		dictionary := uint64(2|f.properties[0]&1) << (f.properties[0]/2 + 11)
		if dictionary > mostDictionary {
			return nil, errDictionary
		}
		plain, err = lzma.Reader2Config{DictCap: int(dictionary)}.NewReader2(raw)
	case "\x04\x01\x08":
		plain = flate.NewReader(raw)
	case "\x04\x02\x02":
		plain = bzip2.NewReader(raw)
	default:
		return nil, orrery.Errorf(orrery.Invalid, "the 7z archive is packed in a way that is not read here (%x): unpack it and name the folder", f.method)
	}
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return io.LimitReader(plain, int64(min(f.unpacked, 1<<62))), nil
}

var errDictionary = orrery.Errorf(orrery.Invalid, "the 7z archive asks for more than %d MB of memory to be unpacked: unpack it and name the folder", mostDictionary>>20)

// open unpacks the folder up to the file and then the file.
func (f *sevenFile) open(file io.ReaderAt, size int64) (io.Reader, error) {
	plain, err := f.folder.open(file, size)
	if err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, plain, int64(f.offset)); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	return &summed{r: plain, left: f.size, want: f.sum, known: f.summed}, nil
}

// summed checks a file's sum at its end.
type summed struct {
	r     io.Reader
	left  uint64
	sum   uint32
	want  uint32
	known bool
}

func (s *summed) Read(p []byte) (int, error) {
	if s.left == 0 {
		if s.known && s.sum != s.want {
			return 0, errors.New("its sum does not fit")
		}
		return 0, io.EOF
	}
	n, err := s.r.Read(p[:min(uint64(len(p)), s.left)])
	s.left -= uint64(n)
	s.sum = crc32.Update(s.sum, crc32.IEEETable, p[:n])
	if err == io.EOF {
		err = nil
		if s.left > 0 {
			err = io.ErrUnexpectedEOF
		}
	}
	return n, err
}
