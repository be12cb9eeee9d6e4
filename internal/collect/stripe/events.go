package stripe

import (
	"strconv"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/payload"
)

const nobody = "it names no customer and no address"

// of returns an activity about an object, or ok false where nobody is told.
func of(o *object, kind, externalID string, at time.Time) (a orrery.Activity, ok bool) {
	who, ok := o.payer()
	return orrery.Activity{
		ExternalID: externalID, Namespace: namespace, Kind: kind, Actor: who,
		Object: orrery.Object{ID: string(o.ID)}, At: at,
	}, ok
}

func told(a orrery.Activity) (collect.Mapped, error) {
	return collect.Mapped{Told: orrery.Told{Activities: []orrery.Activity{a}}}, nil
}

// paid is a payment of an object. It is the start of a subscription, a renewal
// of it, or a purchase.
func paid(o *object, amount payload.Text, what string, starts, renews bool, id string, at time.Time) (collect.Mapped, error) {
	a, ok := of(o, "stripe.purchase", id+"+paid", at)
	if !ok {
		return ignored("a payment: " + nobody)
	}
	a.Object.Type = what
	if a.Quantity, a.Unit = money(amount, o.Currency); a.Quantity == 0 {
		return ignored("nothing was paid")
	}
	subscription := o.subscription()
	if subscription != "" {
		a.Thread = string(subscription)
	}
	switch {
	case starts && subscription != "":
		a.Kind, a.ExternalID = "stripe.subscription.created", string(subscription)+"+created"
	case renews:
		a.Kind = "stripe.subscription.renewed"
	}
	return told(a)
}

func checkout(_ *event, o *object, at time.Time) (collect.Mapped, error) {
	switch {
	case o.Mode == "setup":
		return ignored("a card was stored: nothing was paid")
	case o.PaymentStatus == "unpaid":
		return ignored("a checkout whose payment is under way: it is told again when it has arrived")
	}
	id := payload.First(o.PaymentIntent, o.Invoice, o.ID)
	return paid(o, o.AmountTotal, "checkout", o.Mode == "subscription", false, id, at)
}

func invoice(_ *event, o *object, at time.Time) (collect.Mapped, error) {
	id := o.ID
	if o.BillingReason == "manual" && o.PaymentIntent != "" {
		id = o.PaymentIntent // an invoice that a checkout wrote afterwards is paid by the checkout's payment
	}
	return paid(o, o.AmountPaid, "invoice", o.BillingReason == "subscription_create", o.BillingReason == "subscription_cycle", string(id), at)
}

func paymentIntent(_ *event, o *object, at time.Time) (collect.Mapped, error) {
	if o.invoice() != "" {
		return ignored("a payment of an invoice: invoice.paid tells it")
	}
	return paid(o, payload.Text(payload.First(o.AmountReceived, o.Amount)), "payment", false, false, string(o.ID), at)
}

func charge(_ *event, o *object, at time.Time) (collect.Mapped, error) {
	if o.PaymentIntent != "" || o.invoice() != "" {
		return ignored("a charge of a payment: payment_intent.succeeded or invoice.paid tells it")
	}
	return paid(o, o.Amount, "charge", false, false, string(o.ID), at)
}

// refund is told once for each part that goes back, each time with the sum.
func refund(e *event, o *object, at time.Time) (collect.Mapped, error) {
	a, ok := of(o, "stripe.refund", string(o.ID)+"+refunded:"+string(o.AmountRefunded), at)
	if !ok {
		return ignored("a refund: " + nobody)
	}
	a.Object.Type = "charge"
	sum, unit := money(o.AmountRefunded, o.Currency)
	before, _ := money(e.Data.Previous.Text("amount_refunded"), o.Currency)
	if a.Quantity, a.Unit = sum-before, unit; a.Quantity <= 0 {
		return ignored("nothing was refunded")
	}
	return told(a)
}

func dispute(_ *event, o *object, at time.Time) (collect.Mapped, error) {
	a, ok := of(o, "stripe.chargeback", string(o.ID)+"+created", at)
	if !ok {
		return ignored("a dispute: " + nobody)
	}
	a.Object.Type = "dispute"
	a.Quantity, a.Unit = money(o.Amount, o.Currency)
	return told(a)
}

func disputeClosed(*event, *object, time.Time) (collect.Mapped, error) {
	return ignored("how a dispute ended does not change that there was one")
}

// customer returns a customer as an actor with what links it to its address.
func customer(o *object, at time.Time) (who orrery.Actor, links []orrery.Link) {
	who, _ = actor(o.ID, payload.Email(o.Email), string(o.Name)) // the id is there
	if who.Email != "" {
		mail := orrery.Actor{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail, Value: who.Email}
		links = []orrery.Link{{A: who, B: mail, Kind: orrery.SameEmail, At: at}}
	}
	return who, links
}

func customerCreated(_ *event, o *object, at time.Time) (collect.Mapped, error) {
	who, links := customer(o, at)
	return collect.Mapped{Told: orrery.Told{Links: links, Activities: []orrery.Activity{{
		ExternalID: string(o.ID) + "+created", Namespace: namespace, Kind: "stripe.account.created",
		Actor: who, Object: orrery.Object{ID: string(o.ID), Type: "customer"}, At: at,
	}}}}, nil
}

func customerUpdated(_ *event, o *object, at time.Time) (collect.Mapped, error) {
	_, links := customer(o, at)
	if len(links) == 0 {
		return ignored("a customer changed: nothing new about who it is")
	}
	return collect.Mapped{Told: orrery.Told{Links: links}}, nil
}

func subscriptionCreated(_ *event, o *object, at time.Time) (collect.Mapped, error) {
	if o.Status == "incomplete" {
		return ignored("a subscription that is not paid yet: its first invoice tells it")
	}
	a, ok := of(o, "stripe.subscription.created", string(o.ID)+"+created", at)
	if !ok {
		return ignored("a subscription: " + nobody)
	}
	a.Object.Type, a.Thread = "subscription", string(o.ID)
	if o.Status == "active" {
		a.Quantity, a.Unit = price(o)
	}
	return told(a)
}

// price returns what one period of a subscription costs, before discounts and
// taxes.
func price(o *object) (quantity float64, unit string) {
	for _, item := range o.Items.Data {
		each, u := money(payload.Text(payload.First(item.Price.Text("unit_amount"), item.Plan.Text("amount"))),
			payload.Text(payload.First(item.Price.Text("currency"), item.Plan.Text("currency"), o.Currency)))
		n, err := strconv.ParseFloat(string(item.Quantity), 64)
		if err != nil {
			n = 1
		}
		if u == "" || unit != "" && u != unit {
			return 0, ""
		}
		quantity, unit = quantity+each*n, u
	}
	return quantity, unit
}

// subscriptionUpdated tells when somebody decides to end at the end of the
// period, or changes their mind. The id holds the day on which it ends, so that
// the end itself is the same thing and each new decision another.
func subscriptionUpdated(e *event, o *object, at time.Time) (collect.Mapped, error) {
	_, changed := e.Data.Previous["cancel_at"]
	if !changed {
		return ignored("a change of a subscription that is neither its beginning nor its end: invoices tell what is paid")
	}
	a, ok := of(o, "stripe.subscription.cancelled", cancelled(o.ID, o.CancelAt), at)
	if !ok {
		return ignored("a subscription: " + nobody)
	}
	a.Object.Type, a.Thread = "subscription", string(o.ID)
	if o.CancelAt == "" {
		a.Retracts = cancelled(o.ID, e.Data.Previous.Text("cancel_at"))
		a.ExternalID, a.Kind = a.Retracts+"+resumed", "stripe.subscription.resumed"
	}
	return told(a)
}

func subscriptionDeleted(_ *event, o *object, at time.Time) (collect.Mapped, error) {
	a, ok := of(o, "stripe.subscription.cancelled", cancelled(o.ID, o.CancelAt), at)
	if !ok {
		return ignored("a subscription: " + nobody)
	}
	a.Object.Type, a.Thread = "subscription", string(o.ID)
	return told(a)
}

func cancelled(subscription, at payload.Text) string {
	id := string(subscription) + "+cancelled"
	if at != "" {
		id += ":" + string(at)
	}
	return id
}
