package stripe_test

import "testing"

// BenchmarkDelivery checks and maps one invoice.
func BenchmarkDelivery(b *testing.B) {
	hook := newHook(b)
	body := read(b, "testdata/hook/invoice_paid.json")
	d := delivery(body, now, v1(body, now, secret))
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if err := hook.Verify(d); err != nil {
			b.Fatal(err)
		}
		if _, err := hook.Map(b.Context(), d); err != nil {
			b.Fatal(err)
		}
	}
}
