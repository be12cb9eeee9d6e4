// Package search finds texts by their words: whatever the order, the accents and
// the case, by how a word begins, by what stands inside one, and with one slip of
// the pen. It holds numbers and words alone; what they are of, who may find them
// and what is near is for whoever asks. Package view feeds it what is known of
// people and reads it.
package search
