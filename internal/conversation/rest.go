package conversation

import (
	"slices"
	"time"
)

// The shortest and the longest quiet after which a conversation rests.
const (
	RestLeast = 14 * 24 * time.Hour
	RestMost  = 365 * 24 * time.Hour
)

// enoughGaps is from how many gaps on a spell is learned.
const enoughGaps = 50

// Rest returns after how long without a word a conversation rests: the quiet that
// only one in fifty of the words that did come had to overcome, between RestLeast and
// RestMost. Gaps are seconds between one act and the next in the same thread; they
// are sorted in place. With too few of them it is 60 days.
func Rest(gaps []int64) time.Duration {
	if len(gaps) < enoughGaps {
		return 60 * 24 * time.Hour
	}
	slices.Sort(gaps)
	spell := time.Duration(gaps[len(gaps)*98/100]) * time.Second
	return min(max(spell, RestLeast), RestMost)
}
