package mask

import (
	"bytes"
	"net/http"
)

// Writer is an answer that passes through Body unless it is Open, which may change
// until its first bytes. Call Close when it is whole; a Flush lets through what was
// written until then.
type Writer struct {
	http.ResponseWriter
	Open   bool
	held   []byte
	status int
}

// enough is how much of an answer waits for its line to end.
const enough = 256 << 10

// Header may be changed until the first bytes are let through. The length is not
// known before.
func (w *Writer) Header() http.Header { return w.ResponseWriter.Header() }

// WriteHeader notes the status.
func (w *Writer) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
		if !w.Open {
			w.Header().Del("Content-Length")
			for _, name := range [...]string{"Location", "Content-Disposition"} {
				if value := w.Header().Get(name); value != "" {
					w.Header().Set(name, string(Body([]byte(value))))
				}
			}
		}
		w.ResponseWriter.WriteHeader(status)
	}
}

// Status is what was answered; 200 where nothing was written.
func (w *Writer) Status() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

// Write holds bytes until a line of them is whole.
func (w *Writer) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.Open && len(w.held) == 0 {
		return w.ResponseWriter.Write(p)
	}
	w.held = append(w.held, p...)
	if len(w.held) < enough {
		return len(p), nil
	}
	line := bytes.LastIndexByte(w.held, '\n') + 1
	if line == 0 {
		return len(p), nil
	}
	rest := bytes.Clone(w.held[line:])
	w.held = w.held[:line]
	if err := w.Close(); err != nil {
		return 0, err
	}
	w.held = rest
	return len(p), nil
}

// Close lets the rest through.
func (w *Writer) Close() error {
	if len(w.held) == 0 {
		return nil
	}
	_, err := w.ResponseWriter.Write(Body(w.held))
	w.held = w.held[:0]
	return err
}

// FlushError lets through what was written.
func (w *Writer) FlushError() error {
	if err := w.Close(); err != nil {
		return err
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap is for http.ResponseController.
func (w *Writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
