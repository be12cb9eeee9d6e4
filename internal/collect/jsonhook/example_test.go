package jsonhook_test

import (
	"fmt"
	"time"

	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/jsonhook"
)

func ExampleInspect() {
	values := collect.Values{"mapping": `
		external_id = "ticket/" + $.id + "+opened"
		kind        = "ticket.opened"
		actor.email = $.user.email
		at          = $.created
		thread      = $.conversation`}
	sample := `{"id": 7, "user": {"email": "ada@example.org"}, "created": 1795342500}`
	p, err := jsonhook.Inspect(values, []byte(sample), time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range p.Activities {
		fmt.Println(a.At.Format(time.RFC3339), a.ExternalID, a.Kind, a.Actor.Value)
	}
	fmt.Println("found nothing:", p.Empty)
	// Output:
	// 2026-11-22T10:15:00Z ticket/7+opened ticket.opened ada@example.org
	// found nothing: [thread = $.conversation]
}
