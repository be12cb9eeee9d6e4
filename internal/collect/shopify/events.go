package shopify

import (
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/payload"
)

// customer is somebody as the shop describes them.
type customer struct {
	ID        payload.Text `json:"id"`
	Email     payload.Text `json:"email"`
	FirstName payload.Text `json:"first_name"`
	LastName  payload.Text `json:"last_name"`
	CreatedAt payload.Text `json:"created_at"`
}

// actor returns the customer, else a guest's address. ok is false where neither
// is told.
func (m *mapper) actor(c *customer, guest payload.Text) (a orrery.Actor, ok bool) {
	email := payload.Email(payload.Text(payload.First(c.Email, guest)))
	name := payload.Clean(string(c.FirstName) + " " + string(c.LastName))
	switch {
	case c.ID != "":
		return orrery.Actor{Namespace: m.namespace, Type: "customer_id", Value: string(c.ID), Name: name, Email: email}, true
	case email != "":
		return orrery.Actor{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail, Value: email, Name: name}, true
	default:
		return orrery.Actor{}, false
	}
}

func links(who orrery.Actor, at time.Time) []orrery.Link {
	if who.Email == "" || who.Namespace == orrery.GlobalNamespace {
		return nil
	}
	mail := orrery.Actor{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail, Value: who.Email}
	return []orrery.Link{{A: who, B: mail, Kind: orrery.SameEmail, At: at}}
}

// order is an order, whatever topic shows it.
type order struct {
	ID           payload.Text `json:"id"`
	Name         payload.Text `json:"name"`
	Test         payload.Bool `json:"test"`
	Email        payload.Text `json:"email"`
	ContactEmail payload.Text `json:"contact_email"`
	CreatedAt    payload.Text `json:"created_at"`
	CancelledAt  payload.Text `json:"cancelled_at"`
	CancelReason payload.Text `json:"cancel_reason"`
	TotalPrice   payload.Text `json:"total_price"`
	Currency     payload.Text `json:"currency"`
	Customer     customer     `json:"customer"`
	Refunds      []refund     `json:"refunds"`
}

// refund is money that went back, as its order shows it.
type refund struct {
	ID           payload.Text `json:"id"`
	CreatedAt    payload.Text `json:"created_at"`
	Transactions []struct {
		Kind     payload.Text `json:"kind"`
		Status   payload.Text `json:"status"`
		Amount   payload.Text `json:"amount"`
		Currency payload.Text `json:"currency"`
	} `json:"transactions"`
}

// read reads an order and who placed it. why says that it is passed over.
func (m *mapper) read(body []byte) (o order, who orrery.Actor, why string, err error) {
	if err := payload.Parse(body, &o); err != nil {
		return o, who, "", err
	}
	switch {
	case o.ID == "":
		return o, who, "", orrery.Errorf(orrery.Invalid, "the order has no id: is the delivery from Shopify?")
	case bool(o.Test):
		return o, who, "a test order", nil
	}
	who, ok := m.actor(&o.Customer, payload.Text(payload.First(o.Email, o.ContactEmail)))
	if !ok {
		return o, who, "an order that names no customer and no address, as at a till", nil
	}
	return o, who, "", nil
}

func (o *order) id() string { return "order/" + string(o.ID) }

// about returns an activity about an order.
func (m *mapper) about(o *order, who orrery.Actor, kind, externalID string, at time.Time) orrery.Activity {
	return orrery.Activity{
		ExternalID: externalID, Namespace: m.namespace, Kind: kind, Actor: who,
		Object: orrery.Object{ID: o.id(), Type: "order", Title: string(o.Name)}, Thread: o.id(), At: at,
	}
}

// order tells an order and its refunds. Whichever topic comes first tells the
// order, the others tell it again under the same id.
func (m *mapper) order(body []byte, topic string) (collect.Mapped, error) {
	o, who, why, err := m.read(body)
	if err != nil || why != "" {
		return collect.Mapped{Ignored: why}, err
	}
	var told orrery.Told
	if topic == "orders/create" || topic == "orders/paid" {
		at, err := payload.When(m.arrived, o.CreatedAt)
		if err != nil {
			return collect.Mapped{}, err
		}
		a := m.about(&o, who, "shopify.order.created", o.id()+"+created", at)
		a.Quantity, a.Unit, _ = payload.Money(o.TotalPrice, o.Currency)
		told.Activities = append(told.Activities, a)
		told.Links = links(who, at)
	}
	refunds, err := m.refunds(&o, who)
	if err != nil {
		return collect.Mapped{}, err
	}
	told.Activities = append(told.Activities, refunds...)
	if len(told.Activities) == 0 {
		return ignored("a change of an order without a refund: what was counted stays as it was")
	}
	return collect.Mapped{Told: told}, nil
}

func (m *mapper) refunds(o *order, who orrery.Actor) ([]orrery.Activity, error) {
	var told []orrery.Activity
	seen := map[payload.Text]bool{}
	for i := range o.Refunds {
		r := &o.Refunds[i]
		quantity, unit := 0., ""
		for _, t := range r.Transactions {
			if q, u, ok := payload.Money(t.Amount, t.Currency); ok && t.Kind == "refund" && t.Status == "success" && (unit == "" || unit == u) {
				quantity, unit = quantity+q, u
			}
		}
		if r.ID == "" || quantity <= 0 || seen[r.ID] {
			continue // put back on the shelf, or nothing went back yet
		}
		seen[r.ID] = true
		at, err := payload.When(m.arrived, r.CreatedAt)
		if err != nil {
			return nil, err
		}
		a := m.about(o, who, "shopify.refund", "refund/"+string(r.ID)+"+created", at)
		a.Parent, a.Quantity, a.Unit = o.id()+"+created", quantity, unit
		told = append(told, a)
	}
	return told, nil
}

// cancelled takes an order back. Where the customer wanted it so, that is an
// activity of theirs as well.
func (m *mapper) cancelled(body []byte) (collect.Mapped, error) {
	o, who, why, err := m.read(body)
	if err != nil || why != "" {
		return collect.Mapped{Ignored: why}, err
	}
	at, err := payload.When(m.arrived, o.CancelledAt)
	if err != nil {
		return collect.Mapped{}, err
	}
	back := m.about(&o, who, "shopify.order.taken_back", o.id()+"+taken_back", at)
	back.Retracts = o.id() + "+created"
	told := orrery.Told{Activities: []orrery.Activity{back}}
	if o.CancelReason == "customer" {
		a := m.about(&o, who, "shopify.order.cancelled", o.id()+"+cancelled", at)
		a.Parent = o.id() + "+created"
		told.Activities = append(told.Activities, a)
	}
	refunds, err := m.refunds(&o, who)
	if err != nil {
		return collect.Mapped{}, err
	}
	told.Activities = append(told.Activities, refunds...)
	return collect.Mapped{Told: told}, nil
}

func (m *mapper) customer(body []byte, topic string) (collect.Mapped, error) {
	var c customer
	if err := payload.Parse(body, &c); err != nil {
		return collect.Mapped{}, err
	}
	if c.ID == "" {
		return collect.Mapped{}, orrery.Errorf(orrery.Invalid, "the customer has no id: is the delivery from Shopify?")
	}
	who, _ := m.actor(&c, "") // the id is there
	at, err := payload.When(m.arrived, c.CreatedAt)
	if err != nil {
		return collect.Mapped{}, err
	}
	out := collect.Mapped{Told: orrery.Told{Links: links(who, m.arrived.UTC())}}
	if topic == "customers/create" {
		id := "customer/" + string(c.ID)
		out.Activities = []orrery.Activity{{
			ExternalID: id + "+created", Namespace: m.namespace, Kind: "shopify.account.created",
			Actor: who, Object: orrery.Object{ID: id, Type: "customer"}, At: at,
		}}
	} else if len(out.Links) == 0 {
		return ignored("a customer changed: nothing new about who it is")
	}
	return out, nil
}

// consent tells whether somebody wants the shop's newsletter.
func (m *mapper) consent(body []byte) (collect.Mapped, error) {
	var c struct {
		CustomerID payload.Text `json:"customer_id"`
		Email      payload.Text `json:"email_address"`
		Choice     payload.Map  `json:"email_marketing_consent"`
	}
	if err := payload.Parse(body, &c); err != nil {
		return collect.Mapped{}, err
	}
	who, ok := m.actor(&customer{ID: c.CustomerID, Email: c.Email}, "")
	if !ok {
		return ignored("a choice that names nobody")
	}
	at, err := payload.When(m.arrived, c.Choice.Text("consent_updated_at"))
	if err != nil {
		return collect.Mapped{}, err
	}
	verb := string(c.Choice.Text("state"))
	if verb != "subscribed" && verb != "unsubscribed" {
		return ignored("a choice that is not made yet")
	}
	a := orrery.Activity{
		ExternalID: "customer/" + who.Value + "+" + verb + "@" + at.UTC().Format(time.RFC3339), Namespace: m.namespace,
		Kind: "shopify.newsletter." + verb, Actor: who, Object: orrery.Object{ID: "newsletter", Type: "newsletter"}, At: at,
	}
	return collect.Mapped{Told: orrery.Told{Activities: []orrery.Activity{a}, Links: links(who, at)}}, nil
}
