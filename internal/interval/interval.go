// Package interval says how far a share that was counted may be off. It is no
// model: whoever counts calls it with what they counted.
package interval

import "math"

// How many deviations lie beside the middle, so that so many in 100 cases lie
// between the bounds.
const (
	Of90 = 1.6448536269514722
	Of95 = 1.959964
)

// Wilson returns the bounds of a share (0 to 1) of n cases, z deviations to both
// sides (Wilson 1927). Of no cases nothing is known: 0 to 1.
func Wilson(share, n, z float64) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	middle := (share + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	return max(0, middle-half), min(1, middle+half)
}
