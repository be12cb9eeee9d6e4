package sources

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
)

const wordsCap = 300 // bytes of an error that are kept and shown

// redactor takes secrets out of texts.
type redactor struct{ replace *strings.Replacer }

// blank stands where a secret stood.
const blank = "•••"

// shortest is how long a value must be to be looked for: a secret of two letters
// would blank every word that holds them.
const shortest = 4

func redactorOf(secrets collect.Values) redactor {
	var forms []string
	for _, secret := range secrets {
		for _, v := range []string{secret, strings.TrimSpace(secret)} {
			if len(v) < shortest {
				continue
			}
			raw := []byte(v)
			forms = append(forms, v, url.QueryEscape(v), url.PathEscape(v), hex.EncodeToString(raw),
				base64.StdEncoding.EncodeToString(raw), base64.RawStdEncoding.EncodeToString(raw), base64.URLEncoding.EncodeToString(raw))
		}
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) }) // a longer form may hold a shorter one
	var pairs []string
	for _, f := range slices.Compact(forms) {
		pairs = append(pairs, f, blank)
	}
	return redactor{strings.NewReplacer(pairs...)}
}

// Addresses carry tokens in their queries and before an @.
var (
	queries = regexp.MustCompile(`(https?://[^\s"'?#]+)[?#][^\s"']*`)
	logins  = regexp.MustCompile(`(https?://)[^\s/@"']+@`)
	tokens  = regexp.MustCompile(`(?i)\b(bearer|basic|token)\s+[A-Za-z0-9._~+/=-]{8,}`)
)

// text returns a text on one line, bounded, and without what must not be read.
func (r redactor) text(s string, limit int) string {
	s = r.replace.Replace(s)
	s = queries.ReplaceAllString(s, "$1")
	s = logins.ReplaceAllString(s, "$1")
	s = tokens.ReplaceAllString(s, "$1 "+blank)
	s = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == utf8.RuneError {
			return ' '
		}
		return c
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > limit {
		s = s[:limit-len("…")]
		for !utf8.ValidString(s) {
			s = s[:len(s)-1]
		}
		s += "…"
	}
	return s
}

// told is an error whose text was made fit to keep and to show.
type told struct {
	text string
	err  error
}

func (t *told) Error() string { return t.text }

// Unwrap keeps the code and the cause within reach.
func (t *told) Unwrap() error { return t.err }

// inWords returns an error whose text a person can read and that names no
// secret.
func (r redactor) inWords(err error) error {
	if err == nil {
		return nil
	}
	return &told{r.text(plainly(err), wordsCap), err}
}

// plainly says what went wrong on the way to a platform.
func plainly(err error) string {
	if coded, ok := errors.AsType[*orrery.Error](err); ok {
		return coded.Error()
	}
	host := ""
	if at, ok := errors.AsType[*url.Error](err); ok {
		if u, parseErr := url.Parse(at.URL); parseErr == nil {
			host = u.Hostname()
		}
	}
	if host == "" {
		host = "the platform"
	}
	var (
		name     *net.DNSError
		alert    tls.AlertError
		record   tls.RecordHeaderError
		stranger x509.UnknownAuthorityError
		wrong    x509.HostnameError
		invalid  x509.CertificateInvalidError
		timeout  net.Error
	)
	switch {
	case errors.Is(err, context.Canceled):
		return "it was stopped; it goes on when it is asked again"
	case errors.As(err, &name):
		return "the name " + host + " leads nowhere: check the address, or this machine's way to the internet"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nobody answers at " + host + ": check the address, or wait until the platform is back"
	case errors.As(err, &stranger), errors.As(err, &wrong), errors.As(err, &invalid), errors.As(err, &alert), errors.As(err, &record):
		return host + " shows no certificate that can be trusted: check the address and its https"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return host + " did not answer in time; it is asked again later"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return host + " hung up in the middle; it is asked again later"
	}
	return err.Error()
}

// retryAfter is how long an error wants to be waited for; 0: it does not say.
func retryAfter(err error) time.Duration {
	var hint interface{ RetryAfter() time.Duration }
	if errors.As(err, &hint) {
		return max(0, hint.RetryAfter())
	}
	return 0
}

// wait is an error that says when to try again, and adds nothing to the message
// that wraps it.
type wait time.Duration

func (w wait) Error() string { return "" }

// RetryAfter is how long to wait before trying again.
func (w wait) RetryAfter() time.Duration { return time.Duration(w) }
