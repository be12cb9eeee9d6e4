// Package shopify is the connector of Shopify shops: orders, refunds, accounts
// and newsletters that a webhook tells become activities of customers. What was
// bought, addresses, telephone numbers and notes are not kept.
//
// It does not decide who is one person; it hands on the addresses that a shop
// states of customers. Somebody else receives the deliveries and feeds identity
// and journal.
//
// # Ids
//
// An order is order/450789469+created whichever topic tells it first; a refund
// is refund/509562969+created.
package shopify

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/payload"
)

const (
	fieldSecret = "secret"
	fieldShop   = "shop"

	signatureHeader = "X-Shopify-Hmac-Sha256"
	topicHeader     = "X-Shopify-Topic"
	shopHeader      = "X-Shopify-Shop-Domain"
)

// Platform describes Shopify.
func Platform() collect.Platform {
	return collect.Platform{
		Name:  "shopify",
		Title: "Shopify",
		Short: "Orders, refunds, new accounts and newsletter choices of a Shopify shop",
		Fields: []collect.Field{
			{
				Name: fieldSecret, Label: "Signing secret", Secret: true, Required: true,
				Help: "Below the list under Settings, Notifications, Webhooks; for an app its client secret. Create webhooks in JSON for order creation, order update, order cancellation, customer creation and customer update.",
			},
			{
				Name: fieldShop, Label: "Shop", Example: "night-radio.myshopify.com",
				Help: "Its myshopify.com address; deliveries of another shop are then refused.",
			},
		},
		Keeps: []string{
			"who ordered, was refunded, signed up or chose: customer number, name and e-mail address",
			"how much, in which currency",
			"which order or refund, by its number",
			"when",
		},
		Hook: newHook,
	}
}

// hook takes the deliveries of a shop or of an app.
type hook struct {
	secret string
	shop   string // empty: any
}

var _ collect.Hook = (*hook)(nil)

func newHook(v collect.Values) (collect.Hook, error) {
	if err := payload.Secret(v[fieldSecret], "the one below the list under Settings, Notifications, Webhooks"); err != nil {
		return nil, err
	}
	shop := strings.ToLower(strings.TrimSpace(v[fieldShop]))
	shop = strings.Trim(strings.TrimPrefix(strings.TrimPrefix(shop, "https://"), "http://"), "/")
	if strings.ContainsAny(shop, "/ ") {
		return nil, orrery.Errorf(orrery.Invalid, "shop: %.80q is not the address of a shop: write it as night-radio.myshopify.com", shop)
	}
	return &hook{secret: v[fieldSecret], shop: shop}, nil
}

// Verify checks the signature over the body.
func (h *hook) Verify(d collect.Delivery) error {
	written := d.Header.Get(signatureHeader)
	if written == "" {
		return payload.Missing(signatureHeader)
	}
	got, err := base64.StdEncoding.DecodeString(written)
	if err != nil || !hmac.Equal(got, payload.Sum(h.secret, string(d.Body))) {
		return payload.Wrong()
	}
	return nil
}

// Map turns a delivery into what it says.
func (h *hook) Map(_ context.Context, d collect.Delivery) (collect.Mapped, error) {
	topic := d.Header.Get(topicHeader)
	shop := strings.ToLower(payload.Clean(d.Header.Get(shopHeader)))
	switch {
	case topic == "":
		return collect.Mapped{}, orrery.Errorf(orrery.Invalid, "the delivery has no %s header: is it from Shopify?", topicHeader)
	case shop == "" && h.shop == "":
		return collect.Mapped{}, orrery.Errorf(orrery.Invalid, "the delivery does not say which shop it is of: enter the shop in the settings")
	case shop == "":
		shop = h.shop
	case h.shop != "" && shop != h.shop:
		return collect.Mapped{}, orrery.Errorf(orrery.Invalid, "the delivery is of the shop %.80s, and this source is of %s: make a source for each shop", shop, h.shop)
	}
	if why, ok := passedOver[topic]; ok {
		return ignored("%s", why)
	}
	m := mapper{namespace: shop, arrived: d.At}
	switch topic {
	case "orders/create", "orders/paid", "orders/updated", "orders/edited", "orders/fulfilled", "orders/partially_fulfilled":
		return m.order(d.Body, topic)
	case "orders/cancelled":
		return m.cancelled(d.Body)
	case "customers/create", "customers/update", "customers/enable":
		return m.customer(d.Body, topic)
	case "customers_email_marketing_consent/update", "customers_marketing_consent/update":
		return m.consent(d.Body)
	}
	return ignored("%.60s says nothing that is kept", payload.Clean(topic))
}

// passedOver lists topics that say nothing of what somebody did, with the words
// for people.
var passedOver = map[string]string{
	"refunds/create":         "a refund names no customer: order updates tell it with who it is for; send orders/updated",
	"orders/delete":          "an order was deleted: it does not say whose it was; a cancellation does",
	"checkouts/create":       "checkouts are not kept: orders are",
	"checkouts/update":       "checkouts are not kept: orders are",
	"checkouts/delete":       "checkouts are not kept: orders are",
	"carts/create":           "carts are not kept: orders are",
	"carts/update":           "carts are not kept: orders are",
	"app/uninstalled":        "the app was removed from the shop: nothing more will come from it",
	"customers/disable":      "an account was switched off: who did it is not told",
	"customers/delete":       "a customer was deleted in the shop: to forget the person here too, erase them",
	"customers/redact":       "Shopify asks to forget a customer: erase the person, and they do not come back",
	"customers/data_request": "Shopify asks what is kept of a customer: the person's page shows it, and export gives it",
	"shop/redact":            "Shopify asks to forget a shop: undo the imports of this source",
}

func ignored(format string, args ...any) (collect.Mapped, error) {
	return collect.Mapped{Ignored: payload.Clean(fmt.Sprintf(format, args...))}, nil
}

// mapper turns one delivery into activities.
type mapper struct {
	namespace string
	arrived   time.Time
}
