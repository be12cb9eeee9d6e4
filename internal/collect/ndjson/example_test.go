package ndjson_test

import (
	"fmt"
	"os"

	"orrery.dev/orrery/internal/collect/ndjson"
)

func ExampleDecode() {
	_, err := ndjson.Decode([]byte(`{"external_id":"7","kind":"like","actor":{"typ":"login","value":"ada"},"at":"2026-04-03T10:15:00Z"}`))
	fmt.Println(err)
	// Output: there is no key "actor.typ": the keys are namespace, type, value, name, email; begin it with x_ to have it passed over
}

func ExampleAppend() {
	a, err := ndjson.Decode([]byte(`{"external_id":"7","kind":"like","actor":{"type":"login","value":"ada"},"at":"2026-04-03T12:15:00.000+02:00","x_note":"mine"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	os.Stdout.Write(ndjson.Append(nil, &a))
	// Output: {"external_id":"7","namespace":"","source":"","planet":"","kind":"like","actor":{"namespace":"","type":"login","value":"ada"},"at":"2026-04-03T12:15:00+02:00"}
}
