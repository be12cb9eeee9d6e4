package segment_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/segment"
)

var received = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// mapped maps the events of a batch.
func mapped(t testing.TB, batch string) segment.Mapping {
	t.Helper()
	b, err := segment.Read([]byte(batch), "")
	if err != nil {
		t.Fatal(err)
	}
	return b.Map(received, segment.Kinds{})
}

// one maps a single event, which must be of use.
func one(t testing.TB, as segment.Type, event string) segment.Mapping {
	t.Helper()
	b, err := segment.Read([]byte(event), as)
	if err != nil {
		t.Fatal(err)
	}
	m := b.Map(received, segment.Kinds{})
	if len(m.Refused) > 0 {
		t.Fatalf("%s is refused: %s", event, m.Refused[0].Reason)
	}
	return m
}

// did maps an event that is one activity.
func did(t testing.TB, event string) orrery.Activity {
	t.Helper()
	m := one(t, segment.Track, event)
	if len(m.Activities) != 1 {
		t.Fatalf("%s is %d activities, want 1", event, len(m.Activities))
	}
	return m.Activities[0]
}

func user(value string) orrery.Actor { return orrery.Actor{Type: "user_id", Value: value} }
func visitor(value string) orrery.Actor {
	return orrery.Actor{Type: orrery.TypeAnonymous, Value: value}
}

func TestAWholeEventKeepsWhatIsNamedAndNothingElse(t *testing.T) {
	t.Parallel()
	m := one(t, segment.Track, `{"type":"track","event":"Order Completed","userId":"u1","anonymousId":"v1","messageId":"m1",
		"originalTimestamp":"2026-11-22T12:59:50.000+01:00","sentAt":"2026-11-22T11:59:55.000Z",
		"properties":{"order_id":"o-7","revenue":12.34,"total":99,"currency":"eur","coupon":"SECRET","partner_code":"acme"},
		"context":{"ip":"203.0.113.9","userAgent":"Mozilla","device":{"id":"d"},"locale":"de",
			"traits":{"name":"Ada Example","email":"ada@example.org","phone":"123"},
			"campaign":{"name":"spring","source":"list","medium":"Email"},"page":{"url":"https://shop.example.org/x?token=secret"}}}`)
	ada := orrery.Actor{Type: "user_id", Value: "u1", Name: "Ada Example", Email: "ada@example.org"}
	at := time.Date(2026, 11, 22, 12, 59, 55, 0, time.FixedZone("", 3600)) // 12:00 − (11:59:55 − 11:59:50), an hour east
	want := orrery.Told{
		Activities: []orrery.Activity{{
			ExternalID: "m1", Kind: "order.completed", Name: "Order Completed", Actor: ada, At: at,
			Object: orrery.Object{ID: "o-7", Type: "order"}, Quantity: 1234, Unit: "EUR",
			Origin: orrery.Prompted, PromptedBy: "spring", Partner: "acme",
		}},
		Links: []orrery.Link{{A: ada, B: visitor("v1"), Kind: orrery.SamePlatform, At: at}},
	}
	if !m.Activities[0].At.Equal(at) {
		t.Errorf("got %s, want %s", m.Activities[0].At, at)
	}
	if _, offset := m.Activities[0].At.Zone(); offset != 3600 {
		t.Errorf("the zone is %d s east, want 3600", offset)
	}
	m.Activities[0].At, m.Links[0].At = at, at
	if !reflect.DeepEqual(m.Told, want) {
		t.Errorf("got  %+v\nwant %+v", m.Told, want)
	}
}

func TestWhenAnEventHappened(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, event, want string }{
		{"without any time it is now", `{}`, "12:00:00"},
		{"a timestamp alone is believed", `{"timestamp":"2026-11-22T11:00:00Z"}`, "11:00:00"},
		{"a clock that is an hour fast does not count", `{"timestamp":"2026-11-22T12:59:50Z","sentAt":"2026-11-22T13:00:00Z"}`, "11:59:50"},
		{"a clock that is an hour slow does not count", `{"originalTimestamp":"2026-11-22T10:59:50Z","sentAt":"2026-11-22T11:00:00Z"}`, "11:59:50"},
		{"history keeps its distance", `{"timestamp":"2026-11-22T02:00:00Z","sentAt":"2026-11-22T12:00:00Z"}`, "02:00:00"},
		{"RudderStack tells of the past", `{"originalTimestamp":"2026-11-22T11:59:59Z","sentAt":"2026-11-22T12:00:00Z","timestamp":"2026-11-22T09:00:00Z"}`, "09:00:00"},
		{"a relay has corrected it", `{"originalTimestamp":"2026-11-22T08:59:00Z","sentAt":"2026-11-22T09:00:00Z","receivedAt":"2026-11-22T07:00:00Z","timestamp":"2026-11-22T06:59:00Z"}`, "06:59:00"},
		{"numbers are milliseconds since 1970", `{"timestamp":1795345200000}`, "11:00:00"},
		{"null and nonsense are no times", `{"timestamp":null,"sentAt":"soon"}`, "12:00:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			event := strings.Replace(c.event, "{", `{"event":"x","userId":"u","messageId":"m",`, 1)
			event = strings.Replace(event, ",}", "}", 1)
			if got := did(t, event).At.UTC().Format("15:04:05"); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestTheBatchSharesItsContextAndItsSentAt(t *testing.T) {
	t.Parallel()
	m := mapped(t, `{"writeKey":"k","sentAt":"2026-11-22T13:00:00Z",
		"context":{"traits":{"name":"Shared","email":"shared@example.org"},"campaign":{"name":"spring","medium":"sms"}},
		"batch":[
			{"type":"track","event":"a","userId":"1","messageId":"1","timestamp":"2026-11-22T12:59:00Z"},
			{"type":"track","event":"a","userId":"2","messageId":"2","timestamp":"2026-11-22T12:59:00Z","context":{"traits":{"name":"Own"},"campaign":null}},
			{"type":"track","event":"a","userId":"3","messageId":"3","timestamp":"2026-11-22T12:59:00Z","sentAt":"2026-11-22T12:59:30Z","context":{"campaign":{"medium":"organic"}}}
		]}`)
	if len(m.Activities) != 3 {
		t.Fatalf("got %d activities, want 3: %+v", len(m.Activities), m.Refused)
	}
	for i, want := range []struct {
		name, by, at string
		origin       orrery.Origin
	}{
		{"Shared", "spring", "11:59:00", orrery.Prompted},
		{"Own", "spring", "11:59:00", orrery.Prompted},
		{"Shared", "", "11:59:30", orrery.OriginUnknown},
	} {
		a := m.Activities[i]
		if a.Actor.Name != want.name || a.Actor.Email != "shared@example.org" || a.PromptedBy != want.by || a.Origin != want.origin || a.At.Format("15:04:05") != want.at {
			t.Errorf("event %d: got %+v, want %+v", i, a, want)
		}
	}
}

func TestWhoActs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, event string
		actor       orrery.Actor
		links       int
	}{
		{"a user", `"userId":"u"`, user("u"), 0},
		{"a visitor", `"anonymousId":"v"`, visitor("v"), 0},
		{"a visitor, as a browser tells it", `"userId":null,"anonymousId":"v"`, visitor("v"), 0},
		{"a user whose visitor is null", `"userId":"u","anonymousId":null`, user("u"), 0},
		{"both", `"userId":"u","anonymousId":"v"`, user("u"), 1},
		{"a number", `"userId":12345678901234567890`, user("12345678901234567890"), 0},
		{"what means nobody is nobody", `"userId":"undefined","anonymousId":"v"`, visitor("v"), 0},
		{"zeros and dashes are nobody", `"userId":"00000000-0000-0000-0000-000000000000","anonymousId":"v"`, visitor("v"), 0},
		{
			"an address for a number tells the address", `"userId":"ada@example.org"`,
			orrery.Actor{Type: "user_id", Value: "ada@example.org", Email: "ada@example.org"},
			0,
		},
		{
			"names in two parts", `"userId":"u","context":{"traits":{"firstName":"Ada","lastName":"Example"}}`,
			orrery.Actor{Type: "user_id", Value: "u", Name: "Ada Example"},
			0,
		},
		{
			"what is no address is none", `"userId":"u","context":{"traits":{"email":"Ada <ada@example.org>"}}`, user("u"), 0,
		},
		{"traits as PHP writes empty ones", `"userId":"u","context":{"traits":[]}`, user("u"), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := one(t, segment.Track, `{"event":"x",`+c.event+`}`)
			if got := m.Activities[0].Actor; got != c.actor || len(m.Links) != c.links {
				t.Errorf("got %+v and %d links, want %+v and %d", got, len(m.Links), c.actor, c.links)
			}
		})
	}
}

func TestIdentifyTellsWhoAndNothingThatTheyDid(t *testing.T) {
	t.Parallel()
	ada := orrery.Actor{Type: "user_id", Value: "u", Name: "Ada", Email: "ada@example.org"}
	for _, c := range []struct {
		name, event string
		want        orrery.Link
	}{
		{
			"a user who was a visitor", `{"userId":"u","anonymousId":"v","traits":{"name":"Ada","email":"ada@example.org"}}`,
			orrery.Link{A: ada, B: visitor("v"), Kind: orrery.SamePlatform},
		},
		{
			"a user with an address, told in context as RudderStack does", `{"userId":"u","context":{"traits":{"name":"Ada","email":"ada@example.org"}}}`,
			orrery.Link{A: ada, B: orrery.Actor{Namespace: "global", Type: "email", Value: "ada@example.org"}, Kind: orrery.SameEmail},
		},
		{
			"a user with a name alone", `{"userId":"u","traits":{"name":"Ada"}}`,
			orrery.Link{
				A: orrery.Actor{Type: "user_id", Value: "u", Name: "Ada"}, B: orrery.Actor{Type: "user_id", Value: "u", Name: "Ada"},
				Kind: orrery.SameEmail,
			},
		},
		{
			"own traits go before the context's", `{"userId":"u","anonymousId":"v","traits":{"name":"Ada"},"context":{"traits":{"name":"Old","email":"ada@example.org"}}}`,
			orrery.Link{A: ada, B: visitor("v"), Kind: orrery.SamePlatform},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.want.At = received
			m := one(t, segment.Identify, c.event)
			if want := (orrery.Told{Links: []orrery.Link{c.want}}); !reflect.DeepEqual(m.Told, want) {
				t.Errorf("got %+v, want %+v", m.Told, want)
			}
		})
	}
}

func TestAliasSaysThatTwoNumbersAreOnePersons(t *testing.T) {
	t.Parallel()
	const uuid = "6f9619ff-8b86-d011-b42d-00cf4fc964ff"
	for _, c := range []struct {
		name, event string
		others      []orrery.Actor
	}{
		{"of a user", `{"userId":"u","previousId":"old"}`, []orrery.Actor{user("old")}},
		{"of the visitor of the event", `{"userId":"u","previousId":"v","anonymousId":"v"}`, []orrery.Actor{visitor("v")}},
		{"of a UUID, which may be either", `{"userId":"u","previousId":"` + uuid + `"}`, []orrery.Actor{visitor(uuid), user(uuid)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := one(t, segment.Alias, c.event)
			var got []orrery.Actor
			for _, l := range m.Links {
				if l.A != user("u") || l.Kind != orrery.SamePlatform {
					t.Errorf("got %+v", l)
				}
				got = append(got, l.B)
			}
			if !reflect.DeepEqual(got, c.others) || len(m.Activities) != 0 {
				t.Errorf("got %+v, want %+v", got, c.others)
			}
		})
	}
}

func TestGroupIsAnAffiliation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		traits string
		want   orrery.Organization
	}{
		{`{"name":"Acme","website":"https://WWW.acme.example/about"}`, orrery.Organization{ID: "g", Name: "Acme", Domain: "acme.example"}},
		{`{"website":"acme.example"}`, orrery.Organization{ID: "g", Domain: "acme.example"}},
		{`{"name":"Acme","email":"desk@acme.example"}`, orrery.Organization{ID: "g", Name: "Acme", Domain: "acme.example"}},
		{`{"name":"Acme","email":"acme@gmail.com"}`, orrery.Organization{ID: "g", Name: "Acme"}},
		{`null`, orrery.Organization{ID: "g"}},
	} {
		m := one(t, segment.Group, `{"userId":"u","groupId":"g","traits":`+c.traits+`,"context":{"traits":{"name":"Ada"}}}`)
		ada := user("u")
		ada.Name = "Ada"
		want := orrery.Told{Affiliations: []orrery.Affiliation{{Actor: ada, Organization: c.want, At: received}}}
		if !reflect.DeepEqual(m.Told, want) {
			t.Errorf("%s: got %+v, want %+v", c.traits, m.Told, want)
		}
	}
}

func TestPagesAndScreensAreViews(t *testing.T) {
	t.Parallel()
	m := one(t, segment.Page, `{"name":"Prices","anonymousId":"v","messageId":"m","properties":{"title":"What it costs","url":"https://u:p@example.org/prices?mail=a@b.c#x"}}`)
	if a := m.Activities[0]; a.Kind != "page.viewed" || a.Name != "Prices" ||
		a.Object != (orrery.Object{ID: "example.org/prices", Type: "page", Title: "What it costs", URL: "https://example.org/prices"}) {
		t.Errorf("got %+v", a)
	}
	m = one(t, segment.Page, `{"anonymousId":"v","context":{"page":{"path":"/prices","title":"T"}}}`)
	if a := m.Activities[0]; a.Object != (orrery.Object{ID: "/prices", Type: "page", Title: "T"}) {
		t.Errorf("got %+v", a.Object)
	}
	m = one(t, segment.Screen, `{"name":"Home","userId":"u"}`)
	if a := m.Activities[0]; a.Kind != "screen.viewed" || a.Name != "Home" {
		t.Errorf("got %+v", a)
	}
}

func TestMoneyIsInMinorUnits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		properties string
		quantity   float64
		unit       string
	}{
		{`{"revenue":19.99,"currency":"EUR"}`, 1999, "EUR"},
		{`{"revenue":"19.99","currency":"gbp"}`, 1999, "GBP"},
		{`{"total":5000,"currency":"JPY"}`, 5000, "JPY"},
		{`{"value":1.234,"currency":"KWD"}`, 1234, "KWD"},
		{`{"revenue":0.1,"total":7,"value":8,"currency":"USD"}`, 10, "USD"},
		{`{"revenue":25}`, 2500, "USD"}, // as Segment's specification has it
		{`{"total":25}`, 0, ""},
		{`{"value":3}`, 0, ""},
		{`{"revenue":25,"currency":"points"}`, 0, ""},
		{`{"revenue":0,"currency":"EUR"}`, 0, ""},
		{`{"revenue":1e300,"currency":"EUR"}`, 0, ""},
		{`{"revenue":"NaN","currency":"EUR"}`, 0, ""},
		{`{"revenue":-5,"currency":"EUR"}`, -500, "EUR"},
	} {
		a := did(t, `{"event":"Order Completed","userId":"u","properties":`+c.properties+`}`)
		if a.Quantity != c.quantity || a.Unit != c.unit {
			t.Errorf("%s: got %v %s, want %v %s", c.properties, a.Quantity, a.Unit, c.quantity, c.unit)
		}
	}
}

func TestWhatBroughtAnEventAbout(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, event string
		origin      orrery.Origin
		by, partner string
	}{
		{"nothing", `{"event":"x"}`, orrery.OriginUnknown, "", ""},
		{"a newsletter", `{"event":"x","context":{"campaign":{"name":"may","medium":"newsletter"}}}`, orrery.Prompted, "may", ""},
		{"a push without a name", `{"event":"x","context":{"campaign":{"source":"app","medium":"Web Push"}}}`, orrery.Prompted, "app", ""},
		{"an advertisement", `{"event":"x","context":{"campaign":{"name":"may","medium":"cpc"}}}`, orrery.Prompted, "may", ""},
		{"search", `{"event":"x","context":{"campaign":{"source":"search","medium":"organic"}}}`, orrery.OriginUnknown, "", ""},
		{"tokens in properties", `{"event":"x","properties":{"utm_campaign":"may","utm_medium":"e-mail"}}`, orrery.Prompted, "may", ""},
		{"tokens in the page's address", `{"event":"x","context":{"page":{"url":"https://example.org/?utm_campaign=may%20day&utm_medium=sms#top"}}}`, orrery.Prompted, "may day", ""},
		{"an opened mail", `{"event":"Email Opened","properties":{"campaign_name":"may"}}`, orrery.Prompted, "may", ""},
		{"a partner's link", `{"event":"x","context":{"campaign":{"source":"acme","medium":"affiliate"}}}`, orrery.OriginUnknown, "", "acme"},
		{"a referral code", `{"event":"x","properties":{"referral_code":"R7"}}`, orrery.OriginUnknown, "", "R7"},
		{"a partner in the page's address", `{"event":"x","context":{"page":{"search":"?via=acme"}}}`, orrery.OriginUnknown, "", "acme"},
		{"both", `{"event":"x","properties":{"partner":"acme"},"context":{"campaign":{"name":"may","medium":"email"}}}`, orrery.Prompted, "may", "acme"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := did(t, strings.Replace(c.event, "{", `{"userId":"u",`, 1))
			if a.Origin != c.origin || a.PromptedBy != c.by || a.Partner != c.partner {
				t.Errorf("got %q by %q with %q, want %q by %q with %q", a.Origin, a.PromptedBy, a.Partner, c.origin, c.by, c.partner)
			}
		})
	}
}

func TestAnEventWithoutAMessageIDIsNamedByWhatItSays(t *testing.T) {
	t.Parallel()
	id := func(event string, at time.Time) string {
		b, err := segment.Read([]byte(event), segment.Track)
		if err != nil {
			t.Fatal(err)
		}
		return b.Map(at, segment.Kinds{}).Activities[0].ExternalID
	}
	const first = `{"event":"x","userId":"u","timestamp":"2026-11-22T11:00:00Z","properties":{"a":1,"b":2},"sentAt":"2026-11-22T11:00:01Z"}`
	const again = `{"userId":"u","event":"x","properties":{"b":2,"a":1},"timestamp":"2026-11-22T11:00:00Z","sentAt":"2026-11-22T11:05:00Z","_metadata":{"retryCount":1},"writeKey":"k"}`
	if a, b := id(first, received), id(again, received.Add(time.Hour)); a != b || !strings.HasPrefix(a, "content-") {
		t.Errorf("the same sent again is %s, was %s", b, a)
	}
	if a, b := id(first, received), id(strings.Replace(first, `"a":1`, `"a":2`, 1), received); a == b {
		t.Error("what says something else has the same id")
	}
	const timeless = `{"event":"x","userId":"u"}`
	if a, b := id(timeless, received), id(timeless, received.Add(time.Minute)); a != b {
		t.Error("the same on one day is two")
	}
	if a, b := id(timeless, received), id(timeless, received.Add(24*time.Hour)); a == b {
		t.Error("the same on another day is not told from the first")
	}
}

func TestWhatIsOfNoUseIsToldAndTheRestIsTaken(t *testing.T) {
	t.Parallel()
	m := mapped(t, `{"batch":[
		{"type":"track","event":"x","userId":"u","messageId":"m"},
		{"type":"track","event":"x"},
		{"type":"track","userId":"u"},
		{"type":"delete","userId":"u"},
		7,
		{"type":"alias","userId":"u"},
		{"type":"group","userId":"u"},
		{"type":"track","event":"x","userId":"u","properties":{"text":"`+strings.Repeat("x", segment.MaxEvent)+`"}},
		{"type":"page","anonymousId":"v","messageId":"p"}]}`)
	if len(m.Activities) != 2 || !reflect.DeepEqual(m.Items, []int{0, 8}) || !m.TooLarge {
		t.Errorf("got %d activities of the events %v, too large %t", len(m.Activities), m.Items, m.TooLarge)
	}
	for i, word := range []string{"userId", "no name", "type", "JSON object", "previousId", "groupId", "32 KB"} {
		if i >= len(m.Refused) || m.Refused[i].Index != i+1 || !strings.Contains(m.Refused[i].Reason, word) {
			t.Errorf("refusal %d: got %+v, want one of event %d that says %q", i, m.Refused, i+1, word)
		}
	}
}

func TestBodiesThatAreNone(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "x", "null", "[]", "{}", `{"batch":null}`, `{"batch":{}}`, `{"batch":[1}`, `{"batch":[` + strings.Repeat("1,", segment.MaxEvents) + `1]}`} {
		if _, err := segment.Read([]byte(body), ""); orrery.CodeOf(err) != orrery.Invalid {
			t.Errorf("%.40q: got %v, want an invalid error", body, err)
		}
	}
	if _, err := segment.Read(make([]byte, segment.MaxBatch+1), ""); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("got %v for a batch that is too large", err)
	}
	if b, err := segment.Read([]byte(`{"batch":[],"writeKey":"k"}`), ""); err != nil || b.Len() != 0 || b.WriteKey != "k" {
		t.Errorf("an empty batch: got %+v, %v", b, err)
	}
}

func TestTypesHaveShortNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]segment.Type{"t": segment.Track, "i": segment.Identify, "page": segment.Page, "s": segment.Screen, "g": segment.Group, "alias": segment.Alias} {
		if got, err := segment.ParseType(name); err != nil || got != want {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	if _, err := segment.ParseType("delete"); orrery.CodeOf(err) != orrery.NotFound {
		t.Errorf("got %v", err)
	}
}

func FuzzMap(f *testing.F) {
	f.Add([]byte(`{"batch":[{"type":"track","event":"Order Completed","userId":"u","anonymousId":"v","timestamp":"2026-11-22T11:00:00Z","properties":{"revenue":"1.5","currency":"EUR"}}],"sentAt":"2026-11-22T11:00:01Z","context":{"campaign":{"medium":"email"}}}`), "")
	f.Add([]byte(`{"userId":null,"anonymousId":"v","name":"x","properties":{"url":"http://[::1"}}`), "p")
	f.Add([]byte(`{"userId":1,"groupId":2,"traits":{"website":"%zz","email":"a@b"}}`), "g")
	f.Add([]byte(`{"userId":"a","previousId":"6f9619ff-8b86-d011-b42d-00cf4fc964ff"}`), "a")
	f.Fuzz(func(t *testing.T, body []byte, as string) {
		kind, err := segment.ParseType(as)
		if err != nil {
			kind = ""
		}
		b, err := segment.Read(body, kind)
		if err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("got %v, want an invalid error", err)
			}
			return
		}
		m, again := b.Map(received, segment.Kinds{}), b.Map(received, segment.Kinds{})
		if !reflect.DeepEqual(m, again) {
			t.Error("the same batch is mapped in two ways")
		}
		if len(m.Activities) != len(m.Items) || len(m.Activities)+len(m.Refused) > b.Len() {
			t.Errorf("%d events are %d activities, %d items, %d refusals", b.Len(), len(m.Activities), len(m.Items), len(m.Refused))
		}
		for _, a := range m.Activities {
			if a.ExternalID == "" || a.Kind == "" || a.Actor.Value == "" || strings.ContainsAny(a.Kind, " \t\n") {
				t.Errorf("got %+v", a)
			}
			if _, err := json.Marshal(a.Quantity); err != nil {
				t.Error(err)
			}
		}
		for _, l := range m.Links {
			if l.A.Value == "" || l.B.Value == "" {
				t.Errorf("got %+v", l)
			}
		}
	})
}

func BenchmarkMap(b *testing.B) {
	var items []string
	for i := range 1000 {
		items = append(items, fmt.Sprintf(`{"type":"track","event":"Order Completed","userId":"u%d","anonymousId":"v%d","messageId":"m%d","timestamp":"2026-11-22T11:00:00Z","context":{"library":{"name":"x","version":"1"},"page":{"url":"https://example.org/a?b=c"}},"properties":{"revenue":12.5,"currency":"EUR"}}`, i%50, i%50, i))
	}
	body := []byte(`{"batch":[` + strings.Join(items, ",") + `]}`)
	for b.Loop() {
		batch, err := segment.Read(body, "")
		if err != nil {
			b.Fatal(err)
		}
		if m := batch.Map(received, segment.Kinds{}); len(m.Activities) != len(items) {
			b.Fatal(len(m.Activities))
		}
	}
	b.ReportMetric(float64(len(items)*b.N)/b.Elapsed().Seconds(), "events/s")
}
