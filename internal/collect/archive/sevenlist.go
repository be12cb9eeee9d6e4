package archive

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"

	"orrery.dev/orrery"
)

// The marks in the list of files of a 7z archive (7zFormat.txt of the LZMA SDK).
const (
	sevenEnd          = 0x00
	sevenHeaderMark   = 0x01
	sevenMainStreams  = 0x04
	sevenFilesMark    = 0x05
	sevenPackInfo     = 0x06
	sevenUnpackInfo   = 0x07
	sevenSubStreams   = 0x08
	sevenSize         = 0x09
	sevenSums         = 0x0a
	sevenFolderMark   = 0x0b
	sevenUnpackSize   = 0x0c
	sevenStreamCounts = 0x0d
	sevenEmptyStream  = 0x0e
	sevenNames        = 0x11
	sevenEncoded      = 0x17
)

// sevenReader reads the list of files. What does not fit sets failed, after
// which everything read is zero; so a caller asks once.
type sevenReader struct {
	b      []byte
	failed bool
	chain  bool // several coders in a row: filters or a password
}

func (r *sevenReader) take(n uint64) []byte {
	if r.failed || n > uint64(len(r.b)) {
		r.failed = true
		return nil
	}
	taken := r.b[:n]
	r.b = r.b[n:]
	return taken
}

func (r *sevenReader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *sevenReader) expect(mark byte) {
	if r.byte() != mark {
		r.failed = true
	}
}

// number reads a number of one to nine bytes: the ones that begin the first byte
// say how many follow.
func (r *sevenReader) number() uint64 {
	first := r.byte()
	more := bits.LeadingZeros8(^first)
	var v uint64
	for i, b := range r.take(uint64(more)) {
		v |= uint64(b) << (8 * i)
	}
	if more < 7 {
		v |= uint64(first&(1<<(7-more)-1)) << (8 * more)
	}
	return v
}

// count reads a number of things of which each takes a byte at least.
func (r *sevenReader) count() uint64 {
	n := r.number()
	if n > uint64(len(r.b)) {
		r.failed = true
		return 0
	}
	return n
}

// flags reads n bits, or that all are set.
func (r *sevenReader) flags(n int, mayBeAll bool) []bool {
	set := make([]bool, n)
	if mayBeAll && r.byte() != 0 {
		for i := range set {
			set[i] = true
		}
		return set
	}
	packed := r.take(uint64(n+7) / 8)
	for i := range set {
		set[i] = packed != nil && packed[i/8]&(0x80>>(i%8)) != 0
	}
	return set
}

// streams reads what says where packed streams lie and how they are packed.
func (r *sevenReader) streams() []*sevenFolder {
	var folders []*sevenFolder
	var at uint64
	var sizes []uint64
	for !r.failed {
		switch r.byte() {
		case sevenPackInfo:
			at, sizes = r.packInfo()
		case sevenUnpackInfo:
			folders = r.unpackInfo()
			if len(folders) != len(sizes) {
				r.failed = true
				return nil
			}
			for i, f := range folders {
				f.at, f.packed = at, sizes[i]
				at += sizes[i]
			}
		case sevenSubStreams:
			r.subStreams(folders)
		case sevenEnd:
			return folders
		default:
			r.failed = true
		}
	}
	return nil
}

func (r *sevenReader) packInfo() (at uint64, sizes []uint64) {
	at = r.number()
	sizes = make([]uint64, r.count())
	for !r.failed {
		switch r.byte() {
		case sevenSize:
			for i := range sizes {
				sizes[i] = r.number()
			}
		case sevenSums:
			r.sums(len(sizes))
		case sevenEnd:
			return at, sizes
		default:
			r.failed = true
		}
	}
	return 0, nil
}

func (r *sevenReader) sums(n int) []sevenStream {
	found := make([]sevenStream, n)
	for i, has := range r.flags(n, true) {
		if b := []byte(nil); has {
			if b = r.take(4); b != nil {
				found[i] = sevenStream{sum: binary.LittleEndian.Uint32(b), summed: true}
			}
		}
	}
	return found
}

// unpackInfo reads folders. Only such of one coder are known: chains of filters
// are for programs, not for text.
func (r *sevenReader) unpackInfo() []*sevenFolder {
	r.expect(sevenFolderMark)
	folders := make([]*sevenFolder, r.count())
	r.expect(0)
	for i := range folders {
		f := &sevenFolder{}
		folders[i] = f
		if r.number() != 1 {
			r.failed, r.chain = true, true
			return nil
		}
		what := r.byte()
		f.method = string(r.take(uint64(what & 0x0f)))
		if what&0xd0 != 0 {
			r.failed = true
			return nil
		}
		if what&0x20 != 0 {
			f.properties = r.take(r.number())
		}
	}
	r.expect(sevenUnpackSize)
	for _, f := range folders {
		f.unpacked = r.number()
		f.streams = []sevenStream{{size: f.unpacked}}
	}
	for !r.failed {
		switch r.byte() {
		case sevenSums:
			for i, s := range r.sums(len(folders)) {
				folders[i].streams[0].sum, folders[i].streams[0].summed = s.sum, s.summed
			}
		case sevenEnd:
			return folders
		default:
			r.failed = true
		}
	}
	return nil
}

// subStreams reads how folders are parted into files.
func (r *sevenReader) subStreams(folders []*sevenFolder) {
	mark := r.byte()
	if mark == sevenStreamCounts {
		left := mostEntries
		for _, f := range folders {
			n := r.number()
			if n > uint64(left) || r.failed {
				r.failed = true
				return
			}
			if left -= int(n); n != 1 {
				f.streams = make([]sevenStream, n)
			}
		}
		mark = r.byte()
	}
	for _, f := range folders {
		rest := f.unpacked
		for i := range f.streams {
			if mark == sevenSize && i+1 < len(f.streams) {
				f.streams[i].size = r.number()
			} else {
				f.streams[i].size = rest
			}
			if f.streams[i].size > rest {
				r.failed = true
				return
			}
			rest -= f.streams[i].size
		}
	}
	if mark == sevenSize {
		mark = r.byte()
	}
	if mark == sevenSums {
		var open []*sevenStream
		for _, f := range folders {
			for i := range f.streams {
				if !f.streams[i].summed {
					open = append(open, &f.streams[i])
				}
			}
		}
		for i, s := range r.sums(len(open)) {
			open[i].sum, open[i].summed = s.sum, s.summed
		}
		mark = r.byte()
	}
	if mark != sevenEnd {
		r.failed = true
	}
}

// reason says why reading failed.
func (r *sevenReader) reason() error {
	if r.chain {
		return orrery.Errorf(orrery.Invalid, "the 7z archive has a password or is packed in a way that is not read here: unpack it and name the folder")
	}
	return errSeven
}

// files reads the whole list.
func (r *sevenReader) files() ([]*sevenFile, error) {
	r.expect(sevenHeaderMark)
	var folders []*sevenFolder
	mark := r.byte()
	if mark == sevenMainStreams {
		folders = r.streams()
		mark = r.byte()
	}
	if mark != sevenFilesMark || r.failed {
		return nil, r.reason()
	}
	names := make([]string, r.count())
	empty := make([]bool, len(names))
	for !r.failed {
		kind := r.byte()
		if kind == sevenEnd {
			break
		}
		data := &sevenReader{b: r.take(r.number())}
		switch kind {
		case sevenEmptyStream:
			empty = data.flags(len(names), false)
		case sevenNames:
			data.expect(0)
			for i := range names {
				names[i] = data.name()
			}
		}
		r.failed = r.failed || data.failed
	}
	if r.failed {
		return nil, errSeven
	}
	var list []*sevenFile
	next := 0
	for _, f := range folders {
		offset := uint64(0)
		for _, s := range f.streams {
			for next < len(names) && empty[next] {
				next++
			}
			if next == len(names) {
				return nil, errSeven
			}
			list = append(list, &sevenFile{name: names[next], folder: f, offset: offset, size: s.size, sum: s.sum, summed: s.summed})
			offset += s.size
			next++
		}
	}
	return list, nil
}

// name reads UTF-16 up to a zero.
func (r *sevenReader) name() string {
	var units []uint16
	for !r.failed {
		b := r.take(2)
		if b == nil {
			break
		}
		u := binary.LittleEndian.Uint16(b)
		if u == 0 {
			break
		}
		units = append(units, u)
	}
	return string(utf16.Decode(units))
}
