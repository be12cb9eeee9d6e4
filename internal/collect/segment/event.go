package segment

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/document"
)

// typeUser is the identity type of a userId.
const typeUser = "user_id"

// event is one event while it is read.
type event struct {
	document.Object
	as      Type
	context document.Object // the batch's below its own

	user, visitor orrery.Actor // without a value where there is none
	actor         orrery.Actor // the user, else the visitor, with name and address
	at            time.Time
	timed         bool // the event says when it happened
}

// nobody matches numbers that programs send for want of one. To take one of
// them for somebody would make one person of many.
var nobody = regexp.MustCompile(`(?i)^([0-]+|-1|null|nil|none|nan|undefined|unknown|anonymous|guest|n/?a|true|false|\[object object\])$`)

// id returns a number of somebody or something, empty where it is none.
func id(o document.Object, key string) string {
	s := o.Text(key)
	if nobody.MatchString(s) {
		return ""
	}
	return s
}

// who reads who acted.
func (e *event) who() error {
	e.user = orrery.Actor{Type: typeUser, Value: id(e.Object, "userId")}
	e.visitor = orrery.Actor{Type: orrery.TypeAnonymous, Value: id(e.Object, "anonymousId")}
	switch {
	case e.user.Value != "":
		e.actor = e.user
	case e.visitor.Value != "":
		e.actor = e.visitor
	default:
		return orrery.Errorf(orrery.Invalid, "nobody is named: an event needs a userId or an anonymousId")
	}
	traits := e.context.Object("traits")
	if e.as == Identify {
		traits = e.Object.Object("traits").Over(traits)
	}
	e.actor.Name = name(traits)
	if e.actor.Email = address(traits.Text("email")); e.actor.Email == "" {
		e.actor.Email = address(e.user.Value)
	}
	return nil
}

func name(traits document.Object) string {
	if whole := traits.Text("name"); whole != "" {
		return whole
	}
	first, last := traits.First("firstName", "first_name", "firstname"), traits.First("lastName", "last_name", "lastname")
	return strings.TrimSpace(first + " " + last)
}

// address returns an e-mail address, empty where the text is none.
func address(text string) string {
	if len(text) > 254 || !strings.Contains(text, "@") {
		return ""
	}
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text {
		return ""
	}
	return text
}

// when finds when the event happened: receivedAt − (sentAt − originalTimestamp),
// so that a wrong clock of the sender does not count. Segment's clients send
// their originalTimestamp as timestamp. Where both are there the timestamp stands
// as it is: a relay has corrected it, or a program that tells of the past has
// set it, as RudderStack takes it too.
func (e *event) when(sentAt string, received time.Time) {
	original, known := e.Time("originalTimestamp")
	stated, ok := e.Time("timestamp")
	e.timed = known || ok
	switch {
	case known && ok:
		e.at = stated
		return
	case ok:
		original = stated
	case !known:
		e.at = received
		return
	}
	e.at = original
	if sent, ok := document.Time(sentAt); ok {
		e.at = original.Add(received.Sub(sent)) // keeps the sender's zone
	}
}

// contentID names an event that its sender did not name by what it says, so that
// sending it again changes nothing. Where the event does not say when it happened
// either, the same said on another day is another event.
func contentID(o document.Object, timed bool, received time.Time) string {
	content := maps.Clone(o)
	for _, passing := range []string{"sentAt", "receivedAt", "writeKey", "_metadata"} {
		delete(content, passing)
	}
	text, _ := json.Marshal(content) // it was JSON; keys come out in order
	if !timed {
		text = append(text, orrery.DayOf(received).String()...)
	}
	sum := sha256.Sum256(text)
	return "content-" + hex.EncodeToString(sum[:16])
}

// activity returns what somebody did, all but its external id.
func (m *mapping) activity(e *event) orrery.Activity {
	a := orrery.Activity{Actor: e.actor, At: e.at}
	properties := e.Object.Object("properties")
	switch e.as {
	case Page:
		a.Kind, a.Name = "page.viewed", e.First("name", "category")
		a.Object = page(properties.Over(e.context.Object("page")))
	case Screen:
		a.Kind, a.Name = "screen.viewed", e.First("name", "category", "event")
	default:
		a.Name = e.Text("event")
		a.Kind = m.kinds.Of(a.Name)
		a.Object = thing(properties)
		a.Quantity, a.Unit = money(properties)
	}
	origin(e, properties, &a)
	return a
}

// page names a page by its address without query, fragment and password: those
// carry secrets.
func page(of document.Object) orrery.Object {
	u, err := url.Parse(of.Text("url"))
	if err != nil || u.Host == "" {
		if u, err = url.Parse(of.Text("path")); err != nil || u.Path == "" {
			return orrery.Object{}
		}
		return orrery.Object{ID: u.Path, Type: "page", Title: of.Text("title")}
	}
	clean := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	return orrery.Object{ID: u.Host + u.Path, Type: "page", Title: of.Text("title"), URL: clean.String()}
}

// thing is the order or the product that an event is about.
func thing(properties document.Object) orrery.Object {
	if number := properties.First("order_id", "orderId"); number != "" {
		return orrery.Object{ID: number, Type: "order"}
	}
	if number := properties.First("product_id", "productId"); number != "" {
		return orrery.Object{ID: number, Type: "product", Title: properties.Text("name")}
	}
	return orrery.Object{}
}

// mailHosts give addresses to everybody: they say nothing of an organization.
var mailHosts = []string{
	"aol.com", "fastmail.com", "free.fr", "gmail.com", "gmx.at", "gmx.ch", "gmx.de", "gmx.net", "googlemail.com", "hey.com",
	"hotmail.com", "icloud.com", "laposte.net", "libero.it", "live.com", "mac.com", "mail.com", "mail.ru", "me.com", "msn.com",
	"orange.fr", "outlook.com", "pm.me", "posteo.de", "proton.me", "protonmail.com", "qq.com", "t-online.de", "web.de", "yahoo.com",
	"yandex.ru", "ymail.com", "zoho.com", "163.com", "126.com",
}

// domain finds the domain of an organization in its site or its address.
func domain(traits document.Object) string {
	site := traits.First("domain", "website", "url")
	if !strings.Contains(site, "//") {
		site = "//" + site
	}
	if u, err := url.Parse(site); err == nil {
		if host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www."); strings.Contains(host, ".") {
			return host
		}
	}
	_, host, _ := strings.Cut(strings.ToLower(address(traits.Text("email"))), "@")
	if slices.Contains(mailHosts, host) {
		return ""
	}
	return host
}
