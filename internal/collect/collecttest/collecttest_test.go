package collecttest_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
)

// counter is the least connector that keeps every promise: it emits the numbers
// below *n; the cursor is the next number.
type counter struct{ n *int }

func (c counter) Source(context.Context) (collect.Source, error) {
	return collect.Source{Kind: "counter", Name: "counter/n", Planet: "n", Origin: "memory"}, nil
}

func (c counter) Collect(ctx context.Context, from collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	i, _ := strconv.Atoi(string(from))
	for ; i < *c.n; i++ {
		if err := ctx.Err(); err != nil {
			return from, err
		}
		a := orrery.Activity{
			ExternalID: strconv.Itoa(i), Kind: "count",
			Actor: orrery.Actor{Type: "who", Value: strconv.Itoa(i % 3)},
			At:    time.Unix(int64(i)*3600, 0).UTC(),
		}
		if err := to.Activity(ctx, &a); err != nil {
			return from, err
		}
	}
	return collect.Cursor(strconv.Itoa(i)), nil
}

func TestTheLeastConnectorConforms(t *testing.T) {
	t.Parallel()
	n := 10
	collecttest.Run(t, collecttest.Case{
		New:    func(*testing.T) collect.Connector { return counter{&n} },
		Grow:   func(*testing.T) { n += 5 },
		Golden: "testdata/counter.golden.ndjson",
	})
}
