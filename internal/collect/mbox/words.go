package mbox

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/gist"
)

// gistOf reads off how a mail's body begins what its words do. The body goes no
// further. A charset is not looked at: the words that count are ASCII.
func gistOf(h *header, body []byte) orrery.Gist {
	return read(string(h[contentType]), string(h[encoding]), body, 0)
}

// deepest is how many parts within parts are opened.
const deepest = 3

func read(kind, encoding string, body []byte, depth int) orrery.Gist {
	media, parameters, err := mime.ParseMediaType(kind)
	if err != nil || kind == "" {
		media = "text/plain"
	}
	switch {
	case strings.HasPrefix(media, "multipart/") && depth < deepest && parameters["boundary"] != "":
		parts := multipart.NewReader(bytes.NewReader(body), parameters["boundary"])
		for {
			part, err := parts.NextRawPart()
			if err != nil {
				return 0
			}
			kind := part.Header.Get("Content-Type")
			if kind != "" && !strings.HasPrefix(kind, "text/") && !strings.HasPrefix(kind, "multipart/") {
				continue
			}
			text, _ := io.ReadAll(part) // what was read before the end counts, cut as it is
			return read(kind, part.Header.Get("Content-Transfer-Encoding"), text, depth+1)
		}
	case media != "text/plain" && media != "text/html":
		return 0
	}
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		body, _ = io.ReadAll(quotedprintable.NewReader(bytes.NewReader(body)))
	case "base64":
		body, _ = io.ReadAll(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(body)))
	}
	text := strings.ToValidUTF8(string(body), " ")
	if media == "text/html" {
		return gist.OfHTML(text)
	}
	return gist.Of(text)
}
