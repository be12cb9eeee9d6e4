package gitlab

import (
	"context"
	"net/url"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/payload"
)

// hook takes GitLab's deliveries.
type hook struct{ secret string }

var _ collect.Hook = hook{}

func newHook(v collect.Values) (hook, error) {
	secret := v[fieldSecret]
	return hook{secret}, payload.Secret(secret, "the one that you entered on GitLab under Settings, Webhooks, Secret token")
}

// Verify compares X-Gitlab-Token, which is the secret itself: GitLab signs
// nothing.
func (h hook) Verify(d collect.Delivery) error {
	const header = "X-Gitlab-Token"
	token := d.Header.Get(header)
	if token == "" {
		return payload.Missing(header)
	}
	if h.secret == "" || !payload.Same(token, h.secret) {
		return orrery.Errorf(orrery.Denied, "the delivery's token is another one: enter the same secret token on both sides")
	}
	return nil
}

// Map turns a delivery into what people did.
func (h hook) Map(_ context.Context, d collect.Delivery) (collect.Mapped, error) {
	instance := text(payload.Clean(d.Header.Get("X-Gitlab-Instance")))
	e := event{arrived: d.At.UTC()}
	if d.Header.Get("X-Gitlab-Event") == "" {
		return collect.Mapped{}, orrery.Errorf(orrery.Invalid, "there is no X-Gitlab-Event header: this address takes webhooks of GitLab")
	}
	if err := payload.Parse(d.Body, &e.delivery); err != nil {
		return collect.Mapped{}, err
	}
	e.kind = payload.First(e.ObjectKind, e.EventName)
	tell, ok := events[e.kind]
	if !ok {
		return collect.Mapped{Ignored: ignoredEvent(e.kind)}, nil
	}
	if e.User == nil {
		e.User = &account{
			ID:       e.UserID,
			Name:     text(payload.First(e.UserName, e.Name)),
			Username: text(payload.First(e.UserUsername, e.Username)),
			Email:    text(payload.First(e.UserEmail, e.Email)),
		}
	}
	e.host = hostOf(e.Project.WebURL, e.Project.Homepage, e.Repository.Homepage, instance)
	e.project = payload.First(e.Project.ID, e.ProjectID, e.Project.Path)
	e.confidential = strings.HasPrefix(e.EventType.String(), "confidential_") ||
		strings.HasPrefix(d.Header.Get("X-Gitlab-Event"), "Confidential ")
	ignored := tell(&e)
	if e.err != nil {
		return collect.Mapped{}, e.err
	}
	if len(e.told.Activities)+len(e.told.Affiliations) > 0 {
		return collect.Mapped{Told: e.told}, nil
	}
	return collect.Mapped{Ignored: ignored}, nil
}

// hostOf returns the host of the first address that has one.
func hostOf(addresses ...text) string {
	for _, a := range addresses {
		if u, err := url.Parse(a.String()); err == nil && u.Hostname() != "" {
			return strings.ToLower(u.Hostname())
		}
	}
	return cloud
}
