package github

import (
	"bytes"
	"context"
	"net/url"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/payload"
)

// hook takes GitHub's deliveries.
type hook struct{ secret string }

var _ collect.Hook = hook{}

func newHook(v collect.Values) (hook, error) {
	secret := v[fieldSecret]
	return hook{secret}, payload.Secret(secret, "the one that you entered on GitHub under Settings, Webhooks, Secret")
}

// Verify checks X-Hub-Signature-256, an HMAC of the body.
func (h hook) Verify(d collect.Delivery) error {
	const header = "X-Hub-Signature-256"
	written, ok := strings.CutPrefix(d.Header.Get(header), "sha256=")
	if !ok {
		return payload.Missing(header)
	}
	if !payload.SameHex(payload.Sum(h.secret, string(d.Body)), written) {
		return payload.Wrong()
	}
	return nil
}

// event is one delivery on its way to activities.
type event struct {
	delivery
	teller
	name string // as in X-GitHub-Event
}

// Map turns a delivery into what people did.
func (h hook) Map(_ context.Context, d collect.Delivery) (collect.Mapped, error) {
	e := event{name: d.Header.Get("X-GitHub-Event")}
	if e.name == "" {
		return collect.Mapped{}, orrery.Errorf(orrery.Invalid, "there is no X-GitHub-Event header: this address takes webhooks of GitHub")
	}
	if err := payload.Parse(jsonOf(d), &e.delivery); err != nil {
		return collect.Mapped{}, err
	}
	tell, ok := events[e.name]
	if !ok {
		return collect.Mapped{Ignored: ignoredEvent(e.name)}, nil
	}
	if e.Repository == nil {
		e.Repository = &repository{}
	}
	if e.Sender == nil {
		e.Sender = &account{}
	}
	e.arrived = d.At.UTC()
	e.host = hostOf(e.Repository.HTMLURL, e.Sender.HTMLURL)
	e.repo = e.Repository.ID.String()
	ignored := tell(&e)
	if e.err != nil {
		return collect.Mapped{}, e.err
	}
	if len(e.told.Activities)+len(e.told.Affiliations) > 0 {
		return collect.Mapped{Told: e.told}, nil
	}
	return collect.Mapped{Ignored: ignored}, nil
}

// jsonOf returns the JSON of a delivery: its body, or a field of it where the
// webhook was left at GitHub's first choice of content type, a form.
func jsonOf(d collect.Delivery) []byte {
	if !strings.HasPrefix(d.Header.Get("Content-Type"), "application/x-www-form-urlencoded") || !bytes.HasPrefix(d.Body, []byte("payload=")) {
		return d.Body
	}
	form, err := url.ParseQuery(string(d.Body))
	if err != nil {
		return d.Body
	}
	return []byte(form.Get("payload"))
}
