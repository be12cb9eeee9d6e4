// Package cloudevents reads events in the CNCF's CloudEvents format, version 1,
// over HTTP: binary (ce-* headers), structured and batched JSON. It is a mapping
// and nothing else: whose key it is, how bodies arrive and what is answered is
// the door's.
//
// An event is unique by its source and its id, as the specification has it: they
// become the activity's namespace and external id. The type is the kind. Who
// acted stands in data.actor, in the shape of Orrery's own activities; else the
// subject names them, by an e-mail address or by a user's id. Beside the actor,
// data may carry what else an activity has: kind, name, object, thread, parent,
// to, origin, prompted_by, quantity, unit, valence, partner, purposes, tags,
// retracts. Nothing else of the data is kept.
//
// Package doors feeds it and hands what it returns to the data path.
package cloudevents

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"mime"
	"net/http"
	"net/mail"
	"net/url"
	"strings"
	"time"
	"unicode"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/document"
)

// Limits of what is read.
const (
	MaxEvents  = 5000 // at once
	maxTo      = 255
	maxKind    = 200
	prefix     = "Ce-"
	typeUser   = "user_id"
	batchMedia = "application/cloudevents-batch+json"
)

// Mapping is what events say that arrived together.
type Mapping struct {
	orrery.Told
	Len     int              // how many events there were
	Items   []int            // for each activity, the event that it is
	Refused []orrery.Refusal // events that are of no use
}

// Read reads a request that arrived at a time. What is no CloudEvent, and is no
// batch with one in it, is orrery.Invalid.
func Read(header http.Header, body []byte, received time.Time) (Mapping, error) {
	media, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	body = bytes.TrimSpace(body)
	switch {
	case header.Get(prefix+"Id") != "" || header.Get(prefix+"Specversion") != "":
		return alone(binary(header, media, body), received)
	case media == batchMedia || bytes.HasPrefix(body, []byte("[")):
		return batch(body, received)
	case strings.HasPrefix(media, "application/cloudevents") && !strings.HasSuffix(media, "+json"):
		return Mapping{}, orrery.Errorf(orrery.Invalid, "events come as %.60q: send application/cloudevents+json, or the attributes as ce- headers", media)
	}
	o, err := document.Parse(body)
	if err != nil {
		return Mapping{}, orrery.Errorf(orrery.Invalid, "the event is neither in ce- headers nor in the body: %w", err)
	}
	return alone(o, received)
}

func alone(o document.Object, received time.Time) (Mapping, error) {
	a, err := activity(o, received)
	if err != nil {
		return Mapping{}, err
	}
	return Mapping{Told: orrery.Told{Activities: []orrery.Activity{a}}, Len: 1, Items: []int{0}}, nil
}

func batch(body []byte, received time.Time) (Mapping, error) {
	var items []json.RawMessage
	if err := json.Unmarshal(body, &items); err != nil {
		return Mapping{}, orrery.Errorf(orrery.Invalid, "the body is no JSON array of events")
	}
	if len(items) > MaxEvents {
		return Mapping{}, orrery.Errorf(orrery.Invalid, "there are %d events: send at most %d at once", len(items), MaxEvents)
	}
	m := Mapping{Len: len(items)}
	for i, item := range items {
		o, err := document.Parse(item)
		if err == nil {
			var a orrery.Activity
			if a, err = activity(o, received); err == nil {
				m.Activities, m.Items = append(m.Activities, a), append(m.Items, i)
				continue
			}
		}
		m.Refused = append(m.Refused, orrery.Refusal{Index: i, Reason: err.Error()})
	}
	return m, nil
}

// binary gives an event in headers the form of one in JSON.
func binary(header http.Header, media string, body []byte) document.Object {
	o := document.Object{}
	for name := range header {
		if attribute, ok := strings.CutPrefix(name, prefix); ok {
			value := header.Get(name)
			if plain, err := url.PathUnescape(value); err == nil { // the HTTP binding encodes what is not ASCII
				value = plain
			}
			o[strings.ToLower(attribute)] = value
		}
	}
	if isJSON(media) {
		if data, err := document.Parse(body); err == nil { // other data says nothing to us
			o["data"] = map[string]any(data)
		}
	}
	return o
}

func isJSON(media string) bool {
	return media == "" || strings.HasSuffix(media, "/json") || strings.HasSuffix(media, "+json")
}

// activity turns an event into what somebody did.
func activity(o document.Object, received time.Time) (orrery.Activity, error) {
	for _, key := range []string{"specversion", "id", "source", "type"} {
		if o.Text(key) == "" {
			return orrery.Activity{}, orrery.Errorf(orrery.Invalid, "the event has no %s: CloudEvents have specversion, id, source and type", key)
		}
	}
	if version := o.Text("specversion"); version != "0.3" && !strings.HasPrefix(version, "1.") {
		return orrery.Activity{}, orrery.Errorf(orrery.Invalid, "the event is of CloudEvents %.20q: send version 1.0", version)
	}
	data := dataOf(o)
	a := orrery.Activity{
		ExternalID: o.Text("id"), Namespace: o.Text("source"), Kind: data.First("kind"), Name: data.Text("name"),
		Object: thing(data.Object("object")), Thread: data.Text("thread"), Parent: data.Text("parent"),
		PromptedBy: data.Text("prompted_by"), Unit: data.Text("unit"), Partner: data.Text("partner"),
		Purposes: data.Texts("purposes"), Tags: data.Texts("tags"), Retracts: data.Text("retracts"), At: received,
	}
	if a.Kind == "" {
		a.Kind = o.Text("type")
	}
	if len(a.Kind) > maxKind || strings.ContainsFunc(a.Kind, isGap) {
		return a, orrery.Errorf(orrery.Invalid, "%.60q is no kind: write it without spaces, like com.example.order.completed", a.Kind)
	}
	if at, ok := o.Time("time"); ok {
		a.At = at
	} else if at, ok := data.Time("at"); ok {
		a.At = at
	}
	subject := o.Text("subject")
	if a.Actor = actor(data.Object("actor")); a.Actor.Value == "" {
		a.Actor = named(subject)
	} else if a.Object == (orrery.Object{}) && subject != "" && subject != a.Actor.Value {
		a.Object = orrery.Object{ID: subject, Type: "subject"}
	}
	if a.Actor.Value == "" {
		return a, orrery.Errorf(orrery.Invalid, "nobody is named: put who acted into data.actor, or into the subject")
	}
	a.Quantity, _ = data.Number("quantity")
	a.Origin, _ = orrery.ParseOrigin(data.Text("origin")) // one that is not known is unknown
	if n, ok := data.Number("valence"); ok && (n == -1 || n == 0 || n == 1) {
		valence := int8(n)
		a.Valence = &valence
	}
	to, _ := data.At("to").([]any)
	for _, v := range to[:min(len(to), maxTo)] {
		inner, _ := v.(map[string]any)
		if who := actor(inner); who.Value != "" {
			a.To = append(a.To, who)
		}
	}
	return a, nil
}

func isGap(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// dataOf returns the data of an event where it is a JSON object.
func dataOf(o document.Object) document.Object {
	if data := o.Object("data"); data != nil {
		return data
	}
	encoded := o.Text("data_base64")
	if o.Text("datacontentencoding") == "base64" { // version 0.3
		encoded = o.Text("data")
	}
	if encoded == "" || !isJSON(o.Text("datacontenttype")) {
		return nil
	}
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil
	}
	data, _ := document.Parse(text) // other data says nothing to us
	return data
}

func thing(o document.Object) orrery.Object {
	return orrery.Object{ID: o.Text("id"), Type: o.Text("type"), Title: o.Text("title"), URL: o.Text("url")}
}

// actor reads an actor in the shape of Orrery's activities; empty where there is
// none.
func actor(o document.Object) orrery.Actor {
	a := orrery.Actor{Namespace: o.Text("namespace"), Type: o.Text("type"), Value: o.Text("value"), Name: o.Text("name"), Email: o.Text("email")}
	if a.Type == "" && a.Value != "" {
		a.Type = typeUser
	}
	if a.Value == "" && isAddress(a.Email) {
		a.Type, a.Value, a.Email = orrery.TypeEmail, a.Email, ""
	}
	return a
}

// named is who a subject names.
func named(subject string) orrery.Actor {
	if address := strings.TrimPrefix(subject, "mailto:"); isAddress(address) {
		return orrery.Actor{Type: orrery.TypeEmail, Value: address}
	}
	return orrery.Actor{Type: typeUser, Value: subject}
}

func isAddress(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text
}
