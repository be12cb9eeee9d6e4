package jsonhook

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/payload"
)

// mostItems is how many activities one delivery may hold.
const mostItems = 5000

// sight is a payload as one activity's lines see it.
type sight struct {
	*mapping
	whole, item gjson.Result
	found       map[string]bool         // fields that something was found for
	once        map[string]gjson.Result // by path, what stands in the whole: it is long, and asked for each item
}

// mapped turns a delivery into activities and says which fields found something.
func (h *hook) mapped(d collect.Delivery) (m collect.Mapped, found map[string]bool, err error) {
	if !json.Valid(d.Body) {
		return m, nil, orrery.Errorf(orrery.Invalid, "the delivery is not JSON: have the program send JSON in the body, not a form")
	}
	s := sight{mapping: h.mapping, whole: gjson.ParseBytes(d.Body), found: map[string]bool{}, once: map[string]gjson.Result{}}
	s.item = s.whole
	items := []gjson.Result{s.whole}
	if h.mapping.each != "" {
		list := s.whole.Get(h.mapping.each)
		if !list.Exists() {
			return m, nil, orrery.Errorf(orrery.Invalid, "each finds nothing: %s", s.has())
		}
		if !list.IsArray() {
			return m, nil, orrery.Errorf(orrery.Invalid, "each finds no list: name the path of a list, as $.items[*]")
		}
		items = list.Array()
	}
	if len(items) > mostItems {
		return m, nil, orrery.Errorf(orrery.Invalid, "the delivery holds %d items, more than %d: send them in parts", len(items), mostItems)
	}
	passed, nobody := 0, 0
	for i := range items {
		s.item = items[i]
		if !s.wanted() {
			passed++
			continue
		}
		a, ok, err := s.activity(d, h.namespace)
		if err != nil {
			if len(items) > 1 {
				err = orrery.Errorf(orrery.Invalid, "item %d: %w", i+1, err)
			}
			return collect.Mapped{}, nil, err
		}
		if !ok {
			nobody++
			continue
		}
		m.Activities = append(m.Activities, a)
	}
	switch {
	case len(m.Activities) > 0:
	case nobody > 0:
		m.Ignored = "it names nobody: " + payload.Clean(h.mapping.who()) + " found nothing"
	case passed > 0:
		m.Ignored = "passed over by the line " + payload.Clean(h.mapping.only.line.text)
	default:
		m.Ignored = "an empty list"
	}
	return m, s.found, nil
}

// who returns the lines that say who it was.
func (m *mapping) who() string {
	var lines []string
	for _, name := range []string{"actor.id", "actor.email"} {
		if l, ok := m.fields[name]; ok {
			lines = append(lines, l.text)
		}
	}
	return strings.Join(lines, ", ")
}

func (s *sight) wanted() bool {
	c := s.only
	return c == nil || (s.join(c.left) == s.join(c.right)) != c.not
}

// has says what keys the payload has, so that a path can be mended.
func (s *sight) has() string {
	of, in := s.whole, "it"
	if s.each != "" && s.item.Exists() {
		of, in = s.item, "the item"
	}
	var keys []string
	of.ForEach(func(key, _ gjson.Result) bool {
		if key.Type == gjson.String {
			keys = append(keys, payload.Clean(key.Str))
		}
		return len(keys) < 12
	})
	if len(keys) == 0 {
		return in + " has no keys"
	}
	return in + " has the keys " + strings.Join(keys, ", ")
}

// join returns what terms say together, empty where one of them says nothing.
func (s *sight) join(terms []term) string {
	var b strings.Builder
	for _, t := range terms {
		v := t.literal
		if t.path != "" || t.whole {
			v = text(s.at(t))
			if v == "" {
				return ""
			}
		}
		b.WriteString(v)
	}
	return payload.Clean(b.String())
}

// at returns what stands at a path.
func (s *sight) at(t term) gjson.Result {
	switch {
	case t.whole && t.item:
		return s.item
	case t.whole:
		return s.whole
	case t.item:
		return s.item.Get(t.path)
	}
	r, ok := s.once[t.path]
	if !ok {
		r = s.whole.Get(t.path)
		s.once[t.path] = r
	}
	return r
}

// text returns a text, a number as it is written, or a truth. Lists and objects
// are no text.
func text(r gjson.Result) string {
	switch r.Type {
	case gjson.String:
		return payload.Clean(r.Str)
	case gjson.Number, gjson.True, gjson.False:
		return payload.Clean(r.Raw)
	default:
		return ""
	}
}

// get returns what a field's line says.
func (s *sight) get(name string) string {
	v := s.join(s.fields[name].terms)
	if v != "" {
		s.found[name] = true
	}
	return v
}

// need is get for what every activity must have.
func (s *sight) need(name string) (string, error) {
	v := s.get(name)
	if v == "" {
		l := s.fields[name]
		return "", fault(l.number, "%s finds nothing: %s", l.text, s.has())
	}
	return v, nil
}

// wrong is what a field's value is that cannot be used.
func (s *sight) wrong(name, value, right string) error {
	return fault(s.fields[name].number, "%s is %.60q here: %s", name, value, right)
}

// activity reads one activity. ok is false where it names nobody.
func (s *sight) activity(d collect.Delivery, namespace string) (a orrery.Activity, ok bool, err error) {
	a.Namespace = namespace
	if a.ExternalID, err = s.need("external_id"); err != nil {
		return a, false, err
	}
	if a.Kind, err = s.need("kind"); err != nil {
		return a, false, err
	}
	if a.Actor, ok = s.actor("actor", namespace); !ok {
		return a, false, nil
	}
	if to, ok := s.actor("to", namespace); ok {
		a.To = []orrery.Actor{to}
	}
	a.At = d.At.UTC()
	if _, said := s.fields["at"]; said {
		at, err := s.need("at")
		if err != nil {
			return a, false, err
		}
		if a.At, err = payload.When(d.At, payload.Text(at)); err != nil {
			return a, false, fault(s.fields["at"].number, "at: %w", err)
		}
	}
	a.Name, a.Thread, a.Parent = s.get("name"), s.get("thread"), s.get("parent")
	a.Object = orrery.Object{ID: s.get("object.id"), Type: s.get("object.type"), Title: s.get("object.title"), URL: s.get("object.url")}
	a.PromptedBy, a.Partner, a.Retracts = s.get("prompted_by"), s.get("partner"), s.get("retracts")
	a.Tags = s.tags()
	if origin := s.get("origin"); origin != "" {
		if a.Origin, err = orrery.ParseOrigin(origin); err != nil {
			return a, false, s.wrong("origin", origin, "write unprompted, peer or prompted")
		}
	}
	return a, true, s.measure(&a)
}

// actor reads who did it, or whom it addresses: by a number, else by an address.
func (s *sight) actor(role, namespace string) (orrery.Actor, bool) {
	id, kind := s.get(role+".id"), s.get(role+".type")
	email := payload.Email(payload.Text(s.get(role + ".email")))
	a := orrery.Actor{Namespace: namespace, Type: "user_id", Value: id, Name: s.get(role + ".name"), Email: email}
	switch {
	case id != "" && kind == orrery.TypeEmail:
		address := payload.Email(payload.Text(id))
		return orrery.Actor{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail, Value: address, Name: a.Name}, address != ""
	case id != "":
		if kind != "" {
			a.Type = kind
		}
		return a, true
	case email != "":
		return orrery.Actor{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail, Value: email, Name: a.Name}, true
	}
	return a, false
}

// tags reads one tag, or a list of them.
func (s *sight) tags() []string {
	terms := s.fields["tags"].terms
	if len(terms) != 1 || terms[0].path == "" || !s.at(terms[0]).IsArray() {
		if tag := s.get("tags"); tag != "" {
			return []string{tag}
		}
		return nil
	}
	const most = 32
	var tags []string
	for _, r := range s.at(terms[0]).Array() {
		if tag := text(r); tag != "" && len(tags) < most {
			tags = append(tags, tag)
			s.found["tags"] = true
		}
	}
	return tags
}

// measure reads how much and whether it speaks for or against.
func (s *sight) measure(a *orrery.Activity) error {
	a.Unit = s.get("unit")
	if quantity := s.get("quantity"); quantity != "" {
		v, err := strconv.ParseFloat(quantity, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return s.wrong("quantity", quantity, "it must be a number, as 2.5")
		}
		a.Quantity = v
	}
	if amount := s.get("amount"); amount != "" {
		v, unit, ok := payload.Money(payload.Text(amount), payload.Text(a.Unit))
		if !ok {
			return s.wrong("amount", amount, `it must be an amount as 12.50, with its currency in a line unit = "EUR"`)
		}
		a.Quantity, a.Unit = v, unit
	}
	if valence := s.get("valence"); valence != "" {
		v, err := strconv.ParseInt(strings.TrimPrefix(valence, "+"), 10, 8)
		if err != nil || v < -1 || v > 1 {
			return s.wrong("valence", valence, "write -1 for against, 0 for neither, 1 for")
		}
		signed := int8(v)
		a.Valence = &signed
	}
	return nil
}
