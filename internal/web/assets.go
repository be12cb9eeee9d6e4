package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed static
var staticFiles embed.FS

// assets serves the static files under /static/HASH/: the hash is of all of
// them, so that modules and style sheets can name each other relatively and a
// browser may keep them for ever.
type assets struct {
	prefix string // "/static/HASH"
	files  map[string]asset
}

type asset struct {
	kind   string
	plain  []byte
	zipped func() []byte // made when it is first asked for; nil where it would not pay
}

func loadAssets() (*assets, error) {
	a := &assets{files: map[string]asset{}}
	hash := sha256.New()
	err := fs.WalkDir(staticFiles, "static", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := staticFiles.ReadFile(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(hash, "%s %d\n", name, len(content))
		hash.Write(content)
		f := asset{kind: kindOf(name), plain: content}
		if !strings.HasSuffix(name, ".woff2") {
			f.zipped = sync.OnceValue(func() []byte { return zip(content) })
		}
		a.files[strings.TrimPrefix(name, "static/")] = f
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("web: read the static files: %w", err)
	}
	a.prefix = "/static/" + hex.EncodeToString(hash.Sum(nil))[:12]
	return a, nil
}

// zip compresses as far as it goes. Writing to memory does not fail.
func zip(content []byte) []byte {
	var zipped bytes.Buffer
	z, _ := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	_, _ = z.Write(content)
	_ = z.Close()
	return zipped.Bytes()
}

func kindOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// ServeHTTP answers any hash with the files of now, but lets only the right one
// be kept: a page from before an upgrade goes on working.
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	hash, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/static/"), "/")
	f, ok := a.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if "/static/"+hash == a.prefix {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	content := f.plain
	if f.zipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		content = f.zipped()
	}
	h.Set("Content-Length", fmt.Sprint(len(content)))
	_, _ = w.Write(content) // who left does not read it
}
