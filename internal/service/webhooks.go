package service

import (
	"context"
	"fmt"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
	"orrery.dev/orrery/internal/webhook"
)

// webhooks tells other programs, as a steward asks for it.
type webhooks struct{ *Service }

var _ web.Webhooks = webhooks{}

// Webhooks lists where programs hear.
func (s webhooks) Webhooks(ctx context.Context) ([]webhook.Endpoint, error) {
	return s.Service.Webhooks.List(ctx)
}

// Webhook tells one and what was told to it.
func (s webhooks) Webhook(ctx context.Context, name string, before int64, limit int) (webhook.Endpoint, []webhook.Delivery, error) {
	e, err := s.Service.Webhooks.Find(ctx, name)
	if err != nil {
		return e, nil, err
	}
	e.Secrets = nil
	list, err := s.Service.Webhooks.Deliveries(ctx, name, before, limit)
	return e, list, err
}

// AddWebhook keeps a new one and returns its secret.
func (s webhooks) AddWebhook(ctx context.Context, _ view.Account, f webhook.Form) (string, error) {
	return s.Service.Webhooks.Add(ctx, f)
}

// ChangeWebhook fills one in anew.
func (s webhooks) ChangeWebhook(ctx context.Context, _ view.Account, f webhook.Form) error {
	return s.Service.Webhooks.Change(ctx, f)
}

// OrderWebhook carries an order out and tells what came of it.
func (s webhooks) OrderWebhook(ctx context.Context, _ view.Account, name string, order view.WebhookOrder, message int64) (said, secret string, err error) {
	hooks := s.Service.Webhooks
	switch order {
	case view.WebhookTest:
		t, err := hooks.Test(ctx, name)
		if err != nil {
			return "", "", err
		}
		if t.Status >= 200 && t.Status < 300 {
			return fmt.Sprintf("The test arrived: %s.", t.Words()), "", nil
		}
		return fmt.Sprintf("The test did not arrive: %s. It is tried again.", t.Words()), "", nil
	case view.WebhookPause:
		return name + " rests.", "", hooks.Pause(ctx, name)
	case view.WebhookResume:
		return name + " hears again.", "", hooks.Resume(ctx, name)
	case view.WebhookTurn:
		secret, err = hooks.Turn(ctx, name)
		return "", secret, err
	case view.WebhookResend:
		n, err := hooks.Resend(ctx, name, message)
		if n == 1 {
			return "It is sent again.", "", err
		}
		return fmt.Sprintf("%d messages are sent again.", n), "", err
	case view.WebhookRemove:
		return name + " is removed.", "", hooks.Remove(ctx, name)
	}
	return "", "", orrery.Errorf(orrery.Invalid, "%q is nothing that can be asked of a webhook", order)
}
