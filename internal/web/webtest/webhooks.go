package webtest

import (
	"context"
	"slices"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/web"
	"orrery.dev/orrery/internal/webhook"
)

// calling is web.Webhooks with two endpoints, one of which is not well.
type calling struct {
	*World
	list []webhook.Endpoint
}

var _ web.Webhooks = (*calling)(nil)

func newCalling(w *World) *calling {
	return &calling{World: w, list: []webhook.Endpoint{
		{Name: "crm", Address: "https://crm.example/hooks/T0KEN", Created: w.now.AddDate(0, -2, 0), State: webhook.On},
		{Name: "wall", Address: "https://wall.example/in", Types: []orrery.NewsType{orrery.NewsPurposeReached}, Planet: 1, Created: w.now, State: webhook.On, Failing: w.now.Add(-3 * time.Hour), Missed: 12},
	}}
}

// Webhooks implements web.Webhooks.
func (c *calling) Webhooks(context.Context) ([]webhook.Endpoint, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.list), nil
}

func (c *calling) find(name string) (*webhook.Endpoint, error) {
	for i := range c.list {
		if c.list[i].Name == name {
			return &c.list[i], nil
		}
	}
	return nil, orrery.Errorf(orrery.NotFound, "there is no webhook %q", name)
}

// Webhook implements web.Webhooks.
func (c *calling) Webhook(_ context.Context, name string, _ int64, _ int) (webhook.Endpoint, []webhook.Delivery, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, err := c.find(name)
	if err != nil {
		return webhook.Endpoint{}, nil, err
	}
	message := func(n int64, t orrery.NewsType, o webhook.Outcome, tries ...webhook.Try) webhook.Delivery {
		return webhook.Delivery{Message: webhook.Message{
			Number: n, Webhook: name, Outcome: o, Tries: len(tries), Next: c.now.Add(time.Hour),
			News: orrery.News{ID: webhook.NewsID(name, string(t)), Type: t, At: c.now.Add(-4 * time.Hour)},
		}, Attempts: tries}
	}
	return *e, []webhook.Delivery{
		message(9, orrery.NewsPersonNear, webhook.Delivered, webhook.Try{At: c.now.Add(-4 * time.Hour), Took: 34 * time.Millisecond, Status: 204}),
		message(8, orrery.NewsConversation, webhook.Waiting,
			webhook.Try{At: c.now.Add(-2 * time.Hour), Took: 71 * time.Millisecond, Status: 503, Said: "<script>window.ran=1</script>"},
			webhook.Try{At: c.now.Add(-3 * time.Hour), Said: "no answer within 20s"}),
		message(7, orrery.NewsImportFailed, webhook.Failed),
	}, nil
}

// AddWebhook implements web.Webhooks.
func (c *calling) AddWebhook(_ context.Context, _ view.Account, f webhook.Form) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.Name == "" {
		return "", orrery.Errorf(orrery.Invalid, "%q cannot name a webhook", f.Name)
	}
	c.list = append(c.list, webhook.Endpoint{Name: f.Name, Address: f.Address, Types: f.Types, Planet: f.Planet, Names: f.Names, Created: c.now, State: webhook.On})
	return "whsec_bmV2ZXIgdG8gYmUgdG9sZCB0d2ljZSE=", nil
}

// ChangeWebhook implements web.Webhooks.
func (c *calling) ChangeWebhook(_ context.Context, _ view.Account, f webhook.Form) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, err := c.find(f.Name)
	if err == nil {
		e.Address, e.Types, e.Planet, e.Names = f.Address, f.Types, f.Planet, f.Names
	}
	return err
}

// OrderWebhook implements web.Webhooks.
func (c *calling) OrderWebhook(_ context.Context, _ view.Account, name string, order view.WebhookOrder, _ int64) (said, secret string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, err := c.find(name)
	if err != nil {
		return "", "", err
	}
	switch order {
	case view.WebhookTurn:
		return "", "whsec_bmV2ZXIgdG8gYmUgdG9sZCB0d2ljZSE=", nil
	case view.WebhookPause:
		e.State = webhook.Paused
	case view.WebhookResume:
		e.State = webhook.On
	case view.WebhookRemove:
		c.list = slices.DeleteFunc(c.list, func(e webhook.Endpoint) bool { return e.Name == name })
	}
	return "done: " + string(order), "", nil
}
