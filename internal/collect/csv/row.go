package csv

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/intake"
)

// strings returns the record's fields as text, in fields if it is long enough.
// One string holds them all: keeping a field keeps its record.
func (s *records) strings(fields []string) (_ []string, encoding intake.Encoding, ok bool) {
	fields = fields[:0]
	_, encoding, ok = intake.Text(nil, s.text)
	if !ok {
		return fields, encoding, false
	}
	if encoding != intake.UTF8 {
		for _, span := range s.spans {
			text, _, _ := intake.Text(nil, s.text[span[0]:span[1]])
			fields = append(fields, string(text))
		}
		return fields, encoding, true
	}
	text := string(s.text)
	for _, span := range s.spans {
		fields = append(fields, text[span[0]:span[1]])
	}
	return fields, encoding, true
}

// blank reports whether all fields are empty, as in the rows that spreadsheets
// leave below their data.
func (s *records) blank() bool {
	if s.fault != "" {
		return false
	}
	for _, span := range s.spans {
		if len(bytes.TrimSpace(s.text[span[0]:span[1]])) > 0 {
			return false
		}
	}
	return true
}

// Longest values: what is longer is most likely another column than meant.
const (
	longestID    = 1000 // bytes
	longestKind  = 200
	longestTitle = 300 // longer ones are cut
)

// rows turns records into activities.
type rows struct {
	*plan
	now    time.Time
	fields []string
	kinds  map[string]string // so that all activities of a kind share its string
	counts occurrences
	hashed []byte
	early  intake.Early

	// What a preset makes of the row besides the activity.
	more     []orrery.Activity
	passed   bool   // the row says nothing by itself
	previous string // external id of the row before
}

// read fills in an activity from a record; fault says why it cannot.
func (r *rows) read(rec *records, a *orrery.Activity) (fault string) {
	var ok bool
	if r.fields, _, ok = rec.strings(r.fields); !ok {
		return "the row has bytes that are no text: save the file as UTF-8"
	}
	if r.fields = trimEmpty(r.fields, len(r.header)); len(r.fields) != len(r.header) {
		return fmt.Sprintf("the row has %d columns where the first row has %d: check its separators and quotes", len(r.fields), len(r.header))
	}
	*a = orrery.Activity{}
	r.more, r.passed = r.more[:0], r.preset != nil && r.preset.name == PresetOrders && r.goesOn()
	if r.passed {
		return ""
	}
	if a.Actor, fault = r.actor(); fault != "" {
		return fault
	}
	if a.At, fault = r.at(); fault != "" {
		return fault
	}
	if fault = r.what(a); fault != "" {
		return fault
	}
	if fault = r.marks(a); fault != "" {
		return fault
	}
	if a.ExternalID = r.value(ID); a.ExternalID == "" {
		a.ExternalID = r.counts.id(r.hash(a))
	}
	if r.preset != nil {
		if fault := r.preset.finish(r, a); fault != "" {
			return fault
		}
	}
	return tooLongID(a)
}

// value returns the row's value for a role, empty where it says nothing.
func (r *rows) value(role Role) string {
	from := &r.from[role]
	switch len(from.columns) {
	case 0:
		return from.fixed
	case 1:
		value := strings.TrimSpace(r.fields[from.columns[0]])
		if empty(value) {
			return ""
		}
		return value
	}
	var parts []string
	for _, c := range from.columns {
		if value := strings.TrimSpace(r.fields[c]); !empty(value) {
			parts = append(parts, value)
		}
	}
	return strings.Join(parts, " ")
}

// actor names the person. Two people who share an address stay two: where
// something else tells them apart the address is evidence, not who they are.
func (r *rows) actor() (orrery.Actor, string) {
	who, name := r.value(Who), r.value(Name)
	email, known := address(r.value(Email))
	if len(name) > longestTitle {
		name = clip(name, longestTitle)
	}
	switch {
	case who != "":
		a := somebody(who)
		a.Name = name
		if a.Value != email {
			a.Email = email
		}
		return a, ""
	case known && name != "":
		return orrery.Actor{Type: "alias", Value: name + " <" + email + ">", Name: name, Email: email}, ""
	case known:
		return orrery.Actor{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail, Value: email}, ""
	case name != "":
		return orrery.Actor{Type: "alias", Value: name, Name: name}, ""
	default:
		return orrery.Actor{}, "the row names no person"
	}
}

// somebody is an actor known by one value: an address, or what the source
// calls them.
func somebody(value string) orrery.Actor {
	if email, ok := address(value); ok {
		return orrery.Actor{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail, Value: email}
	}
	return orrery.Actor{Type: "who", Value: value}
}

// address returns an e-mail address in lower case, and whether s is one.
func address(s string) (string, bool) {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || len(s) > 254 {
		return "", false
	}
	domain := s[at+1:]
	if strings.ContainsAny(s, " \t\n<>,;()[]\"") || strings.Count(s, "@") != 1 ||
		strings.HasPrefix(domain, ".") || strings.HasSuffix(domain, ".") || !strings.Contains(domain, ".") {
		return "", false
	}
	return strings.ToLower(s), true
}

func (r *rows) at() (time.Time, string) {
	written := r.value(When)
	if written == "" {
		return time.Time{}, "the row has no time"
	}
	at, fault := r.times.parse(written)
	if fault != "" {
		return at, fault
	}
	if err := intake.CheckTime(at, r.now); err != nil {
		r.early.Note(at, r.now)
		return at, err.Error()
	}
	return at, ""
}

// what fills in what was done and to what.
func (r *rows) what(a *orrery.Activity) string {
	var fault string
	if a.Quantity, a.Unit, fault = r.amounts.parse(r.value(Quantity), r.value(Unit)); fault != "" {
		return fault
	}
	a.Kind = r.value(Kind)
	if a.Kind == "" {
		a.Kind = r.kind
	}
	if len(a.Kind) > longestKind {
		return fmt.Sprintf("the kind %q is longer than %d bytes: is the right column mapped?", clip(a.Kind, 40), longestKind)
	}
	a.Kind = r.intern(a.Kind)
	a.Object = orrery.Object{ID: r.value(Object), Type: r.value(ObjectType), Title: clip(r.value(Title), longestTitle), URL: r.value(URL)}
	if a.Object.ID == "" {
		a.Object.ID = a.Object.URL
	}
	if a.Object.ID == "" {
		a.Object.ID = a.Object.Title
	}
	a.Thread, a.Parent = r.value(Thread), r.value(Parent)
	return ""
}

// intern keeps one string for each kind, up to a limit that kinds do not reach.
func (r *rows) intern(kind string) string {
	if known, ok := r.kinds[kind]; ok {
		return known
	}
	kind = strings.Clone(kind)
	if len(r.kinds) < 10_000 {
		r.kinds[kind] = kind
	}
	return kind
}

// marks fills in whom it addresses and what it is marked with.
func (r *rows) marks(a *orrery.Activity) string {
	if s := r.value(To); s != "" {
		for _, value := range list(s, !strings.Contains(strings.TrimSpace(s), " ")) {
			a.To = append(a.To, somebody(value))
		}
	}
	if s := r.value(Origin); s != "" {
		origin, ok := originOf(s)
		if !ok {
			return fmt.Sprintf("%q is no origin: write unprompted, peer or prompted", clip(s, 40))
		}
		a.Origin = origin
	}
	if s := r.value(Valence); s != "" {
		valence, ok := valenceOf(s)
		if !ok {
			return fmt.Sprintf("%q is no valence: write 1, 0 or -1", clip(s, 40))
		}
		a.Valence = &valence
	}
	a.PromptedBy, a.Partner = r.value(PromptedBy), r.value(Partner)
	a.Tags, a.Purposes = list(r.value(Tags), true), list(r.value(Purpose), true)
	return ""
}

func originOf(s string) (orrery.Origin, bool) {
	for o := orrery.Unprompted; o <= orrery.Prompted; o++ {
		if strings.EqualFold(s, o.String()) {
			return o, true
		}
	}
	return orrery.OriginUnknown, false
}

func valenceOf(s string) (int8, bool) {
	switch s {
	case "1", "+1":
		return 1, true
	case "0":
		return 0, true
	case "-1", "−1":
		return -1, true
	default:
		return 0, false
	}
}

// list parts a cell that holds several values, each once, in their order.
func list(s string, commas bool) []string {
	if s == "" {
		return nil
	}
	var values []string
	for value := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ';' || r == '|' || commas && r == ',' }) {
		if value = strings.TrimSpace(value); value != "" && !slices.Contains(values, value) && len(values) < 100 {
			values = append(values, value)
		}
	}
	return values
}

// tooLongID says which value cannot be a name of anything.
func tooLongID(a *orrery.Activity) string {
	for _, v := range [...]struct {
		role  Role
		value string
	}{
		{ID, a.ExternalID},
		{Who, a.Actor.Value},
		{Object, a.Object.ID},
		{ObjectType, a.Object.Type},
		{URL, a.Object.URL},
		{Thread, a.Thread},
		{Parent, a.Parent},
		{PromptedBy, a.PromptedBy},
		{Partner, a.Partner},
	} {
		if len(v.value) > longestID {
			return fmt.Sprintf("the value for %s is longer than %d bytes: is the right column mapped?", v.role, longestID)
		}
	}
	return ""
}

// clip cuts s to at most n bytes, at the end of a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	n -= len("…")
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// hash sums up what an activity says, whatever its file looks like.
func (r *rows) hash(a *orrery.Activity) [32]byte {
	b := r.hashed[:0]
	text := func(s string) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	actor := func(a *orrery.Actor) {
		text(a.Namespace)
		text(a.Type)
		text(a.Value)
		text(a.Name)
		text(a.Email)
	}
	texts := func(values []string) {
		b = binary.AppendUvarint(b, uint64(len(values)))
		for _, v := range values {
			text(v)
		}
	}
	_, offset := a.At.Zone()
	b = binary.AppendVarint(b, a.At.UnixMicro())
	b = binary.AppendVarint(b, int64(offset/60))
	actor(&a.Actor)
	b = binary.AppendUvarint(b, uint64(len(a.To)))
	for i := range a.To {
		actor(&a.To[i])
	}
	for _, s := range [...]string{a.Kind, a.Object.ID, a.Object.Type, a.Object.Title, a.Object.URL, a.Thread, a.Parent, a.PromptedBy, a.Unit, a.Partner} {
		text(s)
	}
	b = append(b, byte(a.Origin))
	b = binary.BigEndian.AppendUint64(b, math.Float64bits(a.Quantity))
	if a.Valence != nil {
		b = append(b, 1, byte(*a.Valence))
	}
	texts(a.Tags)
	texts(a.Purposes)
	r.hashed = b
	return sha256.Sum256(b)
}
