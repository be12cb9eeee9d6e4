package intake

import (
	"bytes"

	"orrery.dev/orrery"
)

// foreign lists what files that are not text begin with.
var foreign = []struct {
	magic, is, do string
}{
	{"PK\x03\x04", "a spreadsheet (XLSX, ODS) or a zip archive", "open it and save it as CSV, or unpack it first"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel file (XLS)", "open it and save it as CSV"},
	{"%PDF", "a PDF", "export the data as CSV where it comes from"},
	{"\x1f\x8b", "compressed twice", "unpack it once with gunzip"},
	{"\x28\xb5\x2f\xfd", "compressed with Zstandard", "unpack it first: unzstd FILE"},
	{"BZh", "compressed with bzip2", "unpack it first: bunzip2 FILE"},
	{"\xfd7zXZ\x00", "compressed with xz", "unpack it first: unxz FILE"},
	{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"},
	{"Rar!", "a RAR archive", "unpack it first"},
	{"SQLite format 3\x00", "an SQLite database", "export the table as CSV: sqlite3 -header -csv FILE 'SELECT …'"},
	{"PAR1", "a Parquet file", "export the data as CSV"},
	{"\x89PNG", "a picture", "export the data as CSV where it comes from"},
	{"\xff\xd8\xff", "a picture", "export the data as CSV where it comes from"},
	{"GIF8", "a picture", "export the data as CSV where it comes from"},
	{"{\\rtf", "a word processor's document", "save it as plain text, or as CSV from a spreadsheet"},
}

// Foreign returns an orrery.Invalid error that says what to do where the file
// is recognised as something that is not rows of text, else nil.
func (f *File) Foreign() error {
	head := f.head
	for _, k := range foreign {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			return orrery.Errorf(orrery.Invalid, "%s is %s: %s", f.Path, k.is, k.do)
		}
	}
	start := bytes.ToLower(bytes.TrimLeft(head[:min(len(head), 512)], " \t\r\n"))
	for _, tag := range []string{"<!doctype", "<html", "<table", "<head", "<?xml"} {
		if bytes.HasPrefix(start, []byte(tag)) {
			return orrery.Errorf(orrery.Invalid,
				"%s is a web page or XML, perhaps a login page that was saved instead of the data: export the data as CSV where it comes from", f.Path)
		}
	}
	if binary(head[:min(len(head), 8<<10)]) {
		return orrery.Errorf(orrery.Invalid, "%s is not text: export the data as CSV where it comes from", f.Path)
	}
	return nil
}

// binary reports whether more than a tenth of the bytes are control characters
// that text does not have.
func binary(head []byte) bool {
	odd := 0
	for _, b := range head {
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != '\v' || b == 0x7f {
			odd++
		}
	}
	return odd*10 > len(head)
}

// JSON reports whether the text begins as a JSON object or array does.
func (f *File) JSON() bool {
	text := bytes.TrimLeft(f.head, " \t\r\n")
	if len(text) < 2 || text[0] != '{' && text[0] != '[' {
		return false
	}
	rest := bytes.TrimLeft(text[1:], " \t\r\n")
	if len(rest) == 0 {
		return false
	}
	switch rest[0] {
	case '"', '}', ']', '{':
		return true
	default:
		return false
	}
}
