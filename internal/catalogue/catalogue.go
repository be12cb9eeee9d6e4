// Package catalogue says what each kind of activity is worth: its way to
// belong, its weight, whether it can bring anybody closer, its valence and how
// many of it count a day. It is data, applied at replay, so that an edit
// reaches the past.
//
// It is not a list of what may happen: an unknown kind is kept, with the rule
// Unknown. Package flow looks kinds up for the field, settings screens show and
// edit the table, storage keeps the edits as JSON.
package catalogue

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"orrery.dev/orrery"
)

// MeaningfulFrom is the weight, in thousandths, from which a kind is meaningful
// unless its entry says otherwise (SCIENCE §1: weight ≥ 2).
const MeaningfulFrom = 2000

// Unknown is the rule of every kind that the catalogue does not list.
var Unknown = orrery.Rule{Strategy: orrery.Conversation, WeightMilli: 3000, Meaningful: true, Valence: 1, DailyCap: 20}

// Entry is a kind and its rule.
type Entry struct {
	Kind    string
	Rule    orrery.Rule
	Changed bool // by an override
}

// Catalogue is an immutable table of kinds, safe for concurrent use. The zero
// value lists nothing; Default lists what the product knows.
type Catalogue struct {
	rules     map[string]orrery.Rule
	overrides []Override // by kind
}

// Default returns the catalogue without any override.
func Default() *Catalogue {
	c := &Catalogue{rules: make(map[string]orrery.Rule)}
	for _, group := range defaults() {
		for _, kind := range strings.Fields(group.kinds) {
			c.rules[kind] = group.rule
		}
	}
	return c
}

// Lookup returns the rule of a kind: of the whole name, else of its last two
// segments, else of its last one, else Unknown. So a "like" is a like wherever
// it comes from.
//
// Case plays no part: a shop's "Purchase" is a purchase.
func (c *Catalogue) Lookup(kind string) orrery.Rule {
	kind = strings.ToLower(kind)
	if rule, ok := c.rules[kind]; ok {
		return rule
	}
	last := strings.LastIndexByte(kind, '.')
	if last < 0 {
		return Unknown
	}
	if rule, ok := c.rules[kind[strings.LastIndexByte(kind[:last], '.')+1:]]; ok {
		return rule
	}
	if rule, ok := c.rules[kind[last+1:]]; ok {
		return rule
	}
	return Unknown
}

// All returns every entry by kind.
func (c *Catalogue) All() []Entry {
	entries := make([]Entry, 0, len(c.rules))
	for kind, rule := range c.rules {
		_, changed := c.override(kind)
		entries = append(entries, Entry{kind, rule, changed})
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Kind, b.Kind) })
	return entries
}

// Hash names the effective catalogue: two that answer every Lookup alike by the
// same entries have the same hash, however they came about.
func (c *Catalogue) Hash() [32]byte {
	sum := sha256.New()
	for _, e := range c.All() {
		b := binary.AppendUvarint(nil, uint64(len(e.Kind)))
		b = append(b, e.Kind...)
		b = binary.LittleEndian.AppendUint32(b, uint32(e.Rule.WeightMilli))
		meaningful := byte(0)
		if e.Rule.Meaningful {
			meaningful = 1
		}
		sum.Write(append(b, byte(e.Rule.Strategy), meaningful, byte(e.Rule.Valence), e.Rule.DailyCap))
	}
	return [32]byte(sum.Sum(nil))
}

// Override changes a kind, or lists one that was unknown. Fields that are nil
// stay as Lookup of the catalogue before had them; but a new weight decides
// anew whether the kind is meaningful, unless Meaningful says so.
type Override struct {
	Kind       string           `json:"kind"`
	Weight     *float64         `json:"weight,omitempty"` // 0–10, to the thousandth
	Strategy   *orrery.Strategy `json:"-"`
	Meaningful *bool            `json:"meaningful,omitempty"`
	Valence    *int8            `json:"valence,omitempty"`   // −1, 0, +1
	DailyCap   *uint8           `json:"daily_cap,omitempty"` // 0 is no cap
}

// With returns a catalogue with the overrides made, each over what stood for
// its kind before. A value out of range is an orrery.Invalid error.
func (c *Catalogue) With(overrides ...Override) (*Catalogue, error) {
	next := &Catalogue{rules: make(map[string]orrery.Rule, len(c.rules)), overrides: slices.Clone(c.overrides)}
	for kind, rule := range c.rules {
		next.rules[kind] = rule
	}
	for _, o := range overrides {
		if err := o.check(); err != nil {
			return nil, err
		}
		o.Kind = strings.ToLower(o.Kind)
		next.rules[o.Kind] = o.apply(next.Lookup(o.Kind))
		next.keep(o)
	}
	return next, nil
}

// Overrides returns what differs from Default, by kind.
func (c *Catalogue) Overrides() []Override { return slices.Clone(c.overrides) }

// MarshalJSON writes the overrides: what has to be stored.
func (c *Catalogue) MarshalJSON() ([]byte, error) {
	return json.Marshal(append([]Override{}, c.overrides...))
}

// UnmarshalJSON makes c the default catalogue with the overrides that
// MarshalJSON wrote.
func (c *Catalogue) UnmarshalJSON(data []byte) error {
	var overrides []Override
	if err := json.Unmarshal(data, &overrides); err != nil {
		return orrery.Errorf(orrery.Invalid, "the stored catalogue cannot be read: %w", err)
	}
	next, err := Default().With(overrides...)
	if err != nil {
		return err
	}
	*c = *next
	return nil
}

func (c *Catalogue) override(kind string) (int, bool) {
	return slices.BinarySearchFunc(c.overrides, kind, func(o Override, kind string) int {
		return strings.Compare(o.Kind, kind)
	})
}

// keep notes an override; a second one of the same kind adds to the first.
func (c *Catalogue) keep(o Override) {
	i, found := c.override(o.Kind)
	if !found {
		c.overrides = slices.Insert(c.overrides, i, o)
		return
	}
	c.overrides[i] = c.overrides[i].then(o)
}

func (o Override) then(later Override) Override {
	if later.Weight != nil {
		o.Weight = later.Weight
		o.Meaningful = nil // the new weight decides anew
	}
	if later.Strategy != nil {
		o.Strategy = later.Strategy
	}
	if later.Meaningful != nil {
		o.Meaningful = later.Meaningful
	}
	if later.Valence != nil {
		o.Valence = later.Valence
	}
	if later.DailyCap != nil {
		o.DailyCap = later.DailyCap
	}
	return o
}

func (o Override) check() error {
	switch {
	case o.Kind == "" || len(o.Kind) > 200 || strings.ContainsFunc(o.Kind, func(r rune) bool { return r <= ' ' }):
		return orrery.Errorf(orrery.Invalid, "%q is not a kind: write it without spaces, like github.issue.opened", o.Kind)
	case o.Weight != nil && !(*o.Weight >= 0 && *o.Weight <= 10):
		return orrery.Errorf(orrery.Invalid, "%s: a weight of %v is out of range: choose 0 to 10, and valence -1 for what repels", o.Kind, *o.Weight)
	case o.Strategy != nil && *o.Strategy >= orrery.Strategies:
		return orrery.Errorf(orrery.Invalid, "%s: strategy %d is not known", o.Kind, *o.Strategy)
	case o.Valence != nil && (*o.Valence < -1 || *o.Valence > 1):
		return orrery.Errorf(orrery.Invalid, "%s: a valence of %d is out of range: choose -1, 0 or 1", o.Kind, *o.Valence)
	}
	return nil
}

func (o Override) apply(r orrery.Rule) orrery.Rule {
	if o.Weight != nil {
		r.WeightMilli = int32(math.Round(*o.Weight * 1000))
		r.Meaningful = r.WeightMilli >= MeaningfulFrom
	}
	if o.Strategy != nil {
		r.Strategy = *o.Strategy
	}
	if o.Meaningful != nil {
		r.Meaningful = *o.Meaningful
	}
	if o.Valence != nil {
		r.Valence = *o.Valence
	}
	if o.DailyCap != nil {
		r.DailyCap = *o.DailyCap
	}
	return r
}

// stored is an Override with its strategy by name.
type stored struct {
	plain
	Strategy string `json:"strategy,omitempty"`
}

type plain Override

// MarshalJSON writes the strategy by name.
func (o Override) MarshalJSON() ([]byte, error) {
	s := stored{plain: plain(o)}
	if o.Strategy != nil {
		s.Strategy = o.Strategy.String()
	}
	return json.Marshal(s)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (o *Override) UnmarshalJSON(data []byte) error {
	var s stored
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("override: %w", err)
	}
	*o = Override(s.plain)
	if s.Strategy == "" {
		return nil
	}
	strategy, err := orrery.ParseStrategy(s.Strategy)
	if err != nil {
		return fmt.Errorf("override of %s: %w", s.Kind, err)
	}
	o.Strategy = &strategy
	return nil
}
