package jsonhook_test

import (
	"bytes"
	"fmt"
	"testing"

	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/jsonhook"
)

// BenchmarkItems maps a delivery of 5,000 items, the most there may be.
func BenchmarkItems(b *testing.B) {
	var body bytes.Buffer
	body.WriteString(`{"items":[`)
	for i := range 5000 {
		fmt.Fprintf(&body, `%.*s{"id":%d,"who":"somebody%d@example.org","amount":%d,"when":1795340000}`, min(i, 1), ",", i, i, i)
	}
	body.WriteString(`],"account":"night-radio"}`)
	hook, err := jsonhook.Platform().Hook(collect.Values{"secret": secret, "mapping": donations})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(body.Len()))
	for b.Loop() {
		m, err := hook.Map(b.Context(), collect.Delivery{Body: body.Bytes(), At: now})
		if err != nil || len(m.Activities) != 5000 {
			b.Fatalf("got %d activities, %v", len(m.Activities), err)
		}
	}
}
