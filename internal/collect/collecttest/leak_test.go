package collecttest

import (
	"context"
	"runtime/pprof"
	"testing"
)

func TestAGoroutineLeftBehindIsSeenUntilItEnds(t *testing.T) {
	t.Parallel()
	const mark = "left-behind"
	end, ended := make(chan struct{}), make(chan struct{})
	pprof.Do(t.Context(), pprof.Labels(label, mark), func(context.Context) {
		go func() {
			<-end
			close(ended)
		}()
	})
	if marked(mark) == nil {
		t.Error("a goroutine that waits is not seen")
	}
	close(end)
	<-ended
	if err := withoutLeak(t, func() error { return context.Canceled }); err != context.Canceled { //nolint:errorlint
		t.Errorf("got %v, want what the function returned", err)
	}
}
