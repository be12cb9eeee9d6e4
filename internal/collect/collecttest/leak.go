package collecttest

import (
	"bytes"
	"context"
	"fmt"
	"runtime/pprof"
	"sync/atomic"
	"testing"
	"time"
)

const label = "collecttest"

var labels atomic.Int64

// withoutLeak runs f and fails the test when f takes longer than patience or
// leaves a goroutine behind. Goroutines inherit the labels of those that start
// them, so tests that run beside this one do not disturb it.
func withoutLeak(t *testing.T, f func() error) error {
	t.Helper()
	mark := fmt.Sprintf("run-%d", labels.Add(1))
	result := make(chan error, 1)
	go pprof.Do(context.Background(), pprof.Labels(label, mark), func(context.Context) { result <- f() })

	late := time.NewTimer(patience)
	defer late.Stop()
	var err error
	select {
	case err = <-result:
	case <-late.C:
		t.Fatalf("has not returned after %s", patience)
	}

	// A goroutine that has said it is done may still be on its way out.
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		left := marked(mark)
		if left == nil {
			return err
		}
		select {
		case <-again.C:
		case <-late.C:
			t.Fatalf("left goroutines behind:\n%s", left)
		}
	}
}

// marked returns the stacks of the goroutines that carry the mark, or nil.
func marked(mark string) []byte {
	var b bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
		panic(err) // a buffer does not fail
	}
	var found []byte
	for stack := range bytes.SplitSeq(b.Bytes(), []byte("\n\n")) {
		if bytes.Contains(stack, fmt.Appendf(nil, "%q:%q", label, mark)) {
			found = append(append(found, stack...), "\n\n"...)
		}
	}
	return found
}
