// Package stripe is the connector of Stripe: payments, subscriptions, refunds
// and disputes that a webhook tells become activities of customers. What was
// bought, cards, addresses and tax numbers are not kept.
//
// It does not decide who is one person; it hands on the addresses that Stripe
// states of customers. Somebody else receives the deliveries and feeds identity
// and journal.
//
// # Ids
//
// Stripe tells one payment in several events: a checkout, a payment intent, an
// invoice under two names. All of them lead to one id: sub_…+created for the
// start of a subscription, in_…+paid for what a subscription costs later,
// pi_…+paid for any other payment, and where there is none ch_…+paid or cs_…+paid.
package stripe

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/payload"
)

const (
	fieldSecret     = "secret"
	signatureHeader = "Stripe-Signature"

	// namespace is one for all of Stripe, whose ids are unique everywhere.
	namespace = "stripe.com"
)

// Platform describes Stripe.
func Platform() collect.Platform {
	return collect.Platform{
		Name:  "stripe",
		Title: "Stripe",
		Short: "Purchases, subscriptions, refunds and disputes in Stripe",
		Fields: []collect.Field{{
			Name: fieldSecret, Label: "Signing secret", Secret: true, Required: true, Example: "whsec_…",
			Help: "Of the webhook endpoint: Stripe, Developers, Webhooks. Send it checkout.session.completed, invoice.paid, customer.created, customer.updated, customer.subscription.*, charge.refunded and charge.dispute.created.",
		}},
		Keeps: []string{
			"who paid, subscribed, ended, was refunded or disputed: customer number, name and e-mail address",
			"how much, in which currency",
			"which subscription, invoice or payment, by its number",
			"when",
		},
		Hook: newHook,
	}
}

// hook takes the deliveries of one endpoint. Test events have a secret of their
// own, so whoever enters it wants them.
type hook struct{ secret string }

var _ collect.Hook = (*hook)(nil)

func newHook(v collect.Values) (collect.Hook, error) {
	secret := strings.TrimSpace(v[fieldSecret])
	if err := payload.Secret(secret, "the signing secret of the webhook endpoint: Stripe, Developers, Webhooks"); err != nil {
		return nil, err
	}
	if strings.HasPrefix(secret, "sk_") || strings.HasPrefix(secret, "rk_") || strings.HasPrefix(secret, "pk_") {
		return nil, orrery.Errorf(orrery.Invalid, "this is a key for Stripe's API, which Orrery does not need: enter the signing secret of the webhook endpoint, which begins with whsec_")
	}
	return &hook{secret: secret}, nil
}

// Verify checks the signatures, of which one must fit: there are several while a
// secret is being changed.
func (h *hook) Verify(d collect.Delivery) error {
	at := ""
	var written []string
	for part := range strings.SplitSeq(d.Header.Get(signatureHeader), ",") {
		switch key, value, _ := strings.Cut(strings.TrimSpace(part), "="); key {
		case "t":
			at = value
		case "v1":
			written = append(written, value)
		}
	}
	const most = 16 // as many secrets as anybody changes at once
	if at == "" || len(written) == 0 || len(written) > most {
		return payload.Missing(signatureHeader)
	}
	sum := payload.Sum(h.secret, at, ".", string(d.Body))
	fits := false
	for _, w := range written {
		fits = payload.SameHex(sum, w) || fits
	}
	switch {
	case !fits:
		return payload.Wrong()
	case !payload.Fresh(at, d.At):
		return payload.Stale()
	}
	return nil
}

// event is what Stripe sends.
type event struct {
	ID      payload.Text `json:"id"`
	Object  payload.Text `json:"object"`
	Type    payload.Text `json:"type"`
	Created payload.Text `json:"created"`
	Data    struct {
		Object   json.RawMessage `json:"object"`
		Previous payload.Map     `json:"previous_attributes"`
	} `json:"data"`
}

// Map turns a delivery into what it says.
func (h *hook) Map(_ context.Context, d collect.Delivery) (collect.Mapped, error) {
	var e event
	if err := payload.Parse(d.Body, &e); err != nil {
		return collect.Mapped{}, err
	}
	if e.Object == "v2.core.event" {
		return ignored("a thin event, which says nothing itself: have the endpoint send snapshot events")
	}
	do, ok := mappers[e.Type]
	switch {
	case e.Type == "":
		return collect.Mapped{}, orrery.Errorf(orrery.Invalid, "the delivery has no type: is it an event of Stripe?")
	case !ok:
		return ignored("%.60s says nothing that is kept", string(e.Type))
	}
	at, err := payload.When(d.At, e.Created)
	if err != nil {
		return collect.Mapped{}, err
	}
	var o object
	if err := payload.Parse(e.Data.Object, &o); err != nil {
		return collect.Mapped{}, err
	}
	if o.ID == "" {
		return collect.Mapped{}, orrery.Errorf(orrery.Invalid, "the event %.60s names no object: is it an event of Stripe?", string(e.Type))
	}
	return do(&e, &o, at)
}

// mappers lists the events that are kept.
var mappers = map[payload.Text]func(*event, *object, time.Time) (collect.Mapped, error){
	"checkout.session.completed":               checkout,
	"checkout.session.async_payment_succeeded": checkout,
	"invoice.paid":                             invoice,
	"invoice.payment_succeeded":                invoice,
	"payment_intent.succeeded":                 paymentIntent,
	"charge.succeeded":                         charge,
	"charge.refunded":                          refund,
	"charge.dispute.created":                   dispute,
	"charge.dispute.closed":                    disputeClosed,
	"customer.created":                         customerCreated,
	"customer.updated":                         customerUpdated,
	"customer.subscription.created":            subscriptionCreated,
	"customer.subscription.updated":            subscriptionUpdated,
	"customer.subscription.deleted":            subscriptionDeleted,
}

func ignored(format string, args ...any) (collect.Mapped, error) {
	return collect.Mapped{Ignored: payload.Clean(fmt.Sprintf(format, args...))}, nil
}
