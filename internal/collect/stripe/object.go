package stripe

import (
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/payload"
)

// object holds what is read of any of Stripe's objects. A key that an object
// does not have is empty; where two objects mean different things by one key,
// the key is read by the one mapper that knows which it has.
type object struct {
	ID       payload.Text `json:"id"`
	Customer payload.Text `json:"customer"`
	Currency payload.Text `json:"currency"`
	Status   payload.Text `json:"status"`

	// Who, by the names under which the objects tell it.
	Email           payload.Text `json:"email"`
	Name            payload.Text `json:"name"`
	CustomerEmail   payload.Text `json:"customer_email"`
	CustomerName    payload.Text `json:"customer_name"`
	ReceiptEmail    payload.Text `json:"receipt_email"`
	CustomerDetails payload.Map  `json:"customer_details"`
	BillingDetails  payload.Map  `json:"billing_details"`
	Evidence        payload.Map  `json:"evidence"`

	// How much.
	Amount         payload.Text `json:"amount"`
	AmountTotal    payload.Text `json:"amount_total"`
	AmountPaid     payload.Text `json:"amount_paid"`
	AmountReceived payload.Text `json:"amount_received"`
	AmountRefunded payload.Text `json:"amount_refunded"`

	// What it belongs to.
	Invoice        payload.Text `json:"invoice"`
	Subscription   payload.Text `json:"subscription"`
	PaymentIntent  payload.Text `json:"payment_intent"`
	PaymentDetails payload.Map  `json:"payment_details"`
	Parent         struct {
		Subscription payload.Map `json:"subscription_details"`
	} `json:"parent"`

	Mode          payload.Text `json:"mode"`
	PaymentStatus payload.Text `json:"payment_status"`
	BillingReason payload.Text `json:"billing_reason"`
	CancelAt      payload.Text `json:"cancel_at"`
	Items         struct {
		Data []struct {
			Quantity payload.Text `json:"quantity"`
			Price    payload.Map  `json:"price"`
			Plan     payload.Map  `json:"plan"`
		} `json:"data"`
	} `json:"items"`
}

// subscription returns the subscription that an invoice or a checkout belongs
// to; since 2025 an invoice names it one level deeper.
func (o *object) subscription() payload.Text {
	return payload.Text(payload.First(o.Subscription, o.Parent.Subscription.Text("subscription")))
}

// invoice returns the invoice that a payment belongs to; since 2025 a payment
// intent names it as its order.
func (o *object) invoice() payload.Text {
	if o.Invoice != "" {
		return o.Invoice
	}
	if order := o.PaymentDetails.Text("order_reference"); strings.HasPrefix(string(order), "in_") {
		return order
	}
	return ""
}

// payer returns who an object is about: the customer, else a guest's address.
// ok is false where neither is told.
func (o *object) payer() (orrery.Actor, bool) {
	email := payload.Email(payload.Text(payload.First(
		o.CustomerEmail, o.CustomerDetails.Text("email"), o.BillingDetails.Text("email"), o.ReceiptEmail, o.Evidence.Text("customer_email_address"))))
	name := payload.First(o.CustomerName, o.CustomerDetails.Text("name"), o.BillingDetails.Text("name"), o.Evidence.Text("customer_name"))
	return actor(o.Customer, email, name)
}

func actor(customer payload.Text, email, name string) (orrery.Actor, bool) {
	switch {
	case customer != "":
		return orrery.Actor{Namespace: namespace, Type: "customer_id", Value: string(customer), Name: name, Email: email}, true
	case email != "":
		return orrery.Actor{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail, Value: email, Name: name}, true
	default:
		return orrery.Actor{}, false
	}
}

// money returns an amount of Stripe's in minor units. Stripe's smallest units
// are those of ISO 4217 but for three: krónur and Ugandan shillings, which it
// counts in hundredths that do not exist, and ariary, which it counts whole.
func money(amount, currency payload.Text) (quantity float64, unit string) {
	unit = strings.ToUpper(string(currency))
	quantity, err := strconv.ParseFloat(string(amount), 64)
	if err != nil || len(unit) != 3 {
		return 0, ""
	}
	switch unit {
	case "ISK", "UGX":
		quantity /= 100
	case "MGA":
		quantity *= 100
	}
	return quantity, unit
}
