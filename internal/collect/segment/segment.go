// Package segment reads what programs send in Segment's shape, as its own
// clients, RudderStack's and Jitsu's do: identify, track, page, screen, group,
// alias, and batches of them. It is a mapping and nothing else: whose key it is,
// how bodies arrive and what is answered is the door's.
//
// Of an event it keeps: who acted (userId, anonymousId, name, e-mail), what
// (the event's name, the page without its query, the order or product), when,
// the amount of money, the campaign and the partner. Not kept are the IP
// address, the user agent, the device, other traits and other properties.
//
// Package doors feeds it and hands what it returns to the data path.
package segment

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/document"
)

// Segment's own limits, and how many events may come at once.
const (
	MaxEvent  = 32 << 10  // bytes of an event
	MaxBatch  = 500 << 10 // bytes of a batch
	MaxEvents = 2500
)

// Type is what an event says: one of Segment's six calls.
type Type string

// The types.
const (
	Identify Type = "identify"
	Track    Type = "track"
	Page     Type = "page"
	Screen   Type = "screen"
	Group    Type = "group"
	Alias    Type = "alias"
)

var types = []Type{Identify, Track, Page, Screen, Group, Alias}

// short are the names of types in the addresses that browsers use.
var short = map[string]Type{"i": Identify, "t": Track, "p": Page, "s": Screen, "g": Group, "a": Alias}

// ParseType reads a type by its name or its first letter. NotFound where there
// is none.
func ParseType(name string) (Type, error) {
	if t, ok := short[name]; ok {
		return t, nil
	}
	if t := Type(name); slices.Contains(types, t) {
		return t, nil
	}
	return "", orrery.Errorf(orrery.NotFound, "%.40q is no type of event: Segment has %q", name, types)
}

// Batch is events that arrived together.
type Batch struct {
	// WriteKey is the key that the body carries, or empty.
	WriteKey string

	items   []json.RawMessage
	as      Type            // of all of them; empty: each says its own
	context document.Object // that items share
	sentAt  string
}

// Len returns how many events there are.
func (b *Batch) Len() int { return len(b.items) }

// Read reads the body of a request: one event of a type, or, with no type, a
// batch of any. What is too large or no JSON is orrery.Invalid.
func Read(body []byte, as Type) (*Batch, error) {
	if len(body) > MaxBatch {
		return nil, orrery.Errorf(orrery.Invalid, "the batch has %d bytes: send at most 500 KB at once", len(body))
	}
	if as != "" {
		o, err := document.Parse(body)
		if err != nil {
			return nil, err
		}
		return &Batch{WriteKey: o.Text("writeKey"), items: []json.RawMessage{body}, as: as}, nil
	}
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(body, &whole); err != nil {
		return nil, orrery.Errorf(orrery.Invalid, `the body is no JSON object: send {"batch":[…]}`)
	}
	list, ok := whole["batch"]
	delete(whole, "batch")
	b := &Batch{}
	if err := json.Unmarshal(list, &b.items); !ok || err != nil || b.items == nil {
		return nil, orrery.Errorf(orrery.Invalid, `the body has no list of events: send {"batch":[…]}`)
	}
	if len(b.items) > MaxEvents {
		return nil, orrery.Errorf(orrery.Invalid, "there are %d events: send at most %d at once", len(b.items), MaxEvents)
	}
	text := func(key string) (s string) {
		_ = json.Unmarshal(whole[key], &s) // of another type: none
		return s
	}
	b.WriteKey, b.sentAt = text("writeKey"), text("sentAt")
	b.context, _ = document.Parse(whole["context"]) // of another type: none
	return b, nil
}

// Mapping is what a batch says.
type Mapping struct {
	orrery.Told
	Items    []int            // for each activity, the event that it is
	Refused  []orrery.Refusal // events that are of no use
	TooLarge bool             // one of them for its size
}

// Map turns the events of a batch into what they say. received is when they
// arrived, kinds names what was done.
func (b *Batch) Map(received time.Time, kinds Kinds) Mapping {
	m := mapping{kinds: kinds, linked: map[[2]orrery.Actor]bool{}}
	for i, item := range b.items {
		if err := m.item(b, i, item, received); err != nil {
			m.Refused = append(m.Refused, orrery.Refusal{Index: i, Reason: err.Error()})
		}
	}
	return m.Mapping
}

type mapping struct {
	Mapping
	kinds  Kinds
	linked map[[2]orrery.Actor]bool // pairs that were told already
}

func (m *mapping) item(b *Batch, index int, raw json.RawMessage, received time.Time) error {
	if len(raw) > MaxEvent {
		m.TooLarge = true
		return orrery.Errorf(orrery.Invalid, "the event has %d bytes: an event has at most 32 KB", len(raw))
	}
	o, err := document.Parse(raw)
	if err != nil {
		return err
	}
	e := event{Object: o, as: b.as}
	if e.as == "" {
		if e.as = Type(o.Text("type")); !slices.Contains(types, e.as) {
			return orrery.Errorf(orrery.Invalid, "its type is %.40q: it must be one of %q", e.as, types)
		}
	}
	e.context = o.Object("context").Over(b.context)
	if err := e.who(); err != nil {
		return err
	}
	e.when(cmp.Or(o.Text("sentAt"), b.sentAt), received)
	m.known(&e)
	switch e.as {
	case Group:
		return m.group(&e)
	case Alias:
		return m.alias(&e)
	case Identify:
		m.identify(&e)
		return nil
	}
	a := m.activity(&e)
	if a.Kind == "" {
		return orrery.Errorf(orrery.Invalid, "the event has no name: track needs one")
	}
	if a.ExternalID = o.Text("messageId"); a.ExternalID == "" {
		a.ExternalID = contentID(o, e.timed, received)
	}
	m.Activities = append(m.Activities, a)
	m.Items = append(m.Items, index)
	return nil
}

// link tells once a batch that two actors are one person.
func (m *mapping) link(l orrery.Link) {
	pair := [2]orrery.Actor{l.A, l.B}
	if !m.linked[pair] {
		m.linked[pair] = true
		m.Links = append(m.Links, l)
	}
}

// known tells that the visitor of an event is its user.
func (m *mapping) known(e *event) {
	if e.user.Value != "" && e.visitor.Value != "" {
		m.link(orrery.Link{A: e.actor, B: e.visitor, Kind: orrery.SamePlatform, At: e.at})
	}
}

// identify says who somebody is and nothing that they did. Who is known by a
// user's number alone is linked to their address, or else to themselves, which
// tells their name and joins nobody.
func (m *mapping) identify(e *event) {
	if e.user.Value != "" && e.visitor.Value != "" {
		return
	}
	other := e.actor
	if e.actor.Email != "" {
		other = orrery.Actor{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail, Value: e.actor.Email}
	}
	m.link(orrery.Link{A: e.actor, B: other, Kind: orrery.SameEmail, At: e.at})
}

// alias says that two numbers are one person's. The earlier one may be a user's
// or a visitor's: Segment does not tell, but its visitors' are UUIDs.
func (m *mapping) alias(e *event) error {
	previous := id(e.Object, "previousId")
	if e.user.Value == "" || previous == "" {
		return orrery.Errorf(orrery.Invalid, "alias needs userId and previousId")
	}
	visitor := previous == e.visitor.Value
	if visitor || isUUID(previous) {
		m.link(orrery.Link{A: e.actor, B: orrery.Actor{Type: orrery.TypeAnonymous, Value: previous}, Kind: orrery.SamePlatform, At: e.at})
	}
	if !visitor {
		m.link(orrery.Link{A: e.actor, B: orrery.Actor{Type: typeUser, Value: previous}, Kind: orrery.SamePlatform, At: e.at})
	}
	return nil
}

// group says to which organization somebody belongs.
func (m *mapping) group(e *event) error {
	number := id(e.Object, "groupId")
	if number == "" {
		return orrery.Errorf(orrery.Invalid, "group needs a groupId")
	}
	traits := e.Object.Object("traits")
	m.Affiliations = append(m.Affiliations, orrery.Affiliation{
		Actor: e.actor, At: e.at,
		Organization: orrery.Organization{ID: number, Name: traits.Text("name"), Domain: domain(traits)},
	})
	return nil
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (s[i] == '-') || !dash && !strings.ContainsRune("0123456789abcdefABCDEF", rune(s[i])) {
			return false
		}
	}
	return true
}
