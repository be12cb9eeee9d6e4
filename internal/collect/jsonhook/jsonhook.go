// Package jsonhook takes any webhook that sends JSON: a team writes, in one line
// a field, where the activity's parts stand in what is sent. It is not a
// language: it has paths, texts and a plus sign.
//
// Somebody else receives the deliveries and feeds identity and journal; forms
// show with Inspect what a sample becomes.
//
// # The mapping
//
//	only        = $.type == "ticket"         # other deliveries are passed over
//	each        = $.items[*]                 # one activity for each; @ is the one
//	external_id = "ticket/" + @.id + "+opened"
//	kind        = "ticket.opened"            # or where it stands: $.event
//	actor.email = $.user.email
//	at          = $.created                  # RFC 3339, or seconds or milliseconds since 1970
//
// A path begins at the whole of what was sent ($) or, under each, at the one (@),
// and goes on with .key, ['any key'] and [0]. Texts stand in double quotes. What
// is joined by + is empty where a part of it is. A line that begins with # is
// passed over.
package jsonhook

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/payload"
)

const (
	fieldMapping   = "mapping"
	fieldSecret    = "secret"
	fieldProof     = "proof"
	fieldHeader    = "header"
	fieldPrefix    = "prefix"
	fieldNamespace = "namespace"
)

// The proofs that a delivery is from who holds the secret.
const (
	hexSignature    = "signature in hexadecimal"
	base64Signature = "signature in base64"
	bearer          = "bearer token"
	token           = "token in a header"
)

// Platform describes any program that sends JSON.
func Platform() collect.Platform {
	return collect.Platform{
		Name:  "json",
		Title: "Any webhook with JSON",
		Short: "Activities of any program that can send JSON to an address",
		Fields: []collect.Field{
			{
				Name: fieldMapping, Label: "What stands where", Lines: true, Required: true,
				Example: "external_id = $.id\nkind = \"ticket.opened\"\nactor.email = $.user.email\nat = $.created",
				Help:    "One line for each of " + strings.Join(names(), ", ") + ".",
			},
			{
				Name: fieldSecret, Label: "Secret", Secret: true, Required: true,
				Help: "The one that the program signs with or sends along.",
			},
			{
				Name: fieldProof, Label: "How the program proves itself", Default: hexSignature,
				Choices: []string{hexSignature, base64Signature, bearer, token},
				Help:    "A signature is the HMAC-SHA256 of the body; a token is the secret itself, which is less safe.",
			},
			{
				Name: fieldHeader, Label: "Header", Example: "X-Signature-256",
				Help: "In which the signature or the token stands: X-Signature-256 unless you say otherwise, X-Token for a token, Authorization for a bearer token.",
			},
			{
				Name: fieldPrefix, Label: "What stands before the signature", Example: "sha256=",
				Help: "Nothing, if the header holds the signature alone.",
			},
			{
				Name: fieldNamespace, Label: "Whose ids they are", Example: "helpdesk.example.org",
				Help: "The host of the program where its user numbers are the same everywhere; else its numbers belong to this source alone.",
			},
		},
		Keeps: []string{"what the mapping names and nothing else: who, what, where, when"},
		Hook:  newHook,
	}
}

// hook takes the deliveries of one program.
type hook struct {
	mapping   *mapping
	namespace string

	secret, proof, header, prefix string
}

var _ collect.Hook = (*hook)(nil)

func newHook(v collect.Values) (collect.Hook, error) {
	h, err := configured(v)
	if err != nil {
		return nil, err
	}
	if err := payload.Secret(v[fieldSecret], "the one that the program signs with or sends along"); err != nil {
		return nil, err
	}
	return h, nil
}

// configured is a hook of settings whose secret has not been looked at.
func configured(v collect.Values) (*hook, error) {
	h := &hook{
		secret: v[fieldSecret], proof: v[fieldProof], header: strings.TrimSpace(v[fieldHeader]),
		prefix: v[fieldPrefix], namespace: payload.Clean(v[fieldNamespace]),
	}
	if h.proof == "" {
		h.proof = hexSignature
	}
	standard := "X-Signature-256"
	switch h.proof {
	case hexSignature, base64Signature:
	case bearer:
		standard = "Authorization"
		if h.prefix == "" {
			h.prefix = "Bearer "
		}
	case token:
		standard = "X-Token"
	default:
		return nil, orrery.Errorf(orrery.Invalid, "proof: %.60q is not known: choose %s, %s, %s or %s", h.proof, hexSignature, base64Signature, bearer, token)
	}
	if h.header == "" {
		h.header = standard
	}
	if strings.ContainsAny(h.header, " :\t\r\n") {
		return nil, orrery.Errorf(orrery.Invalid, "header: %.60q is not the name of a header: write it as X-Signature-256", h.header)
	}
	h.header = textproto.CanonicalMIMEHeaderKey(h.header)
	var err error
	h.mapping, err = parseMapping(v[fieldMapping])
	return h, err
}

// Verify checks the signature over the body, or the token.
func (h *hook) Verify(d collect.Delivery) error {
	written, ok := cutPrefix(d.Header.Get(h.header), h.prefix)
	if !ok || written == "" {
		return payload.Missing(h.header)
	}
	fits := false
	switch h.proof {
	case bearer, token:
		fits = payload.Same(written, h.secret)
	case base64Signature:
		got, err := base64.StdEncoding.DecodeString(written)
		fits = err == nil && hmac.Equal(got, payload.Sum(h.secret, string(d.Body)))
	case hexSignature:
		got, err := hex.DecodeString(written)
		fits = err == nil && hmac.Equal(got, payload.Sum(h.secret, string(d.Body)))
	}
	if !fits {
		return payload.Wrong()
	}
	return nil
}

// cutPrefix is strings.CutPrefix without regard to case, as for "bearer".
func cutPrefix(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return "", false
	}
	return strings.TrimSpace(s[len(prefix):]), true
}

// Map turns a delivery into what the mapping says of it.
func (h *hook) Map(_ context.Context, d collect.Delivery) (collect.Mapped, error) {
	m, _, err := h.mapped(d)
	return m, err
}

// Preview is what a sample becomes.
type Preview struct {
	collect.Mapped
	Empty []string // lines of the mapping that found nothing anywhere in it
}

// Inspect shows what settings make of a sample that would arrive at a time. The
// secret may be missing. What is wrong with the mapping or the sample is
// orrery.Invalid, and says where.
func Inspect(v collect.Values, sample []byte, arrived time.Time) (Preview, error) {
	h, err := configured(v)
	if err != nil {
		return Preview{}, err
	}
	m, found, err := h.mapped(collect.Delivery{Body: sample, At: arrived})
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Mapped: m}
	for _, name := range slices.Sorted(h.mapping.fieldNames()) {
		if m.Ignored == "" && !found[name] {
			p.Empty = append(p.Empty, h.mapping.fields[name].text)
		}
	}
	return p, nil
}
