package origin

import (
	"cmp"
	"slices"
)

// Post is an activity of which the conversation is known.
type Post struct {
	At     int64 // seconds since 1970
	Who    int32
	Thread uint64
	Count  bool // whether it is asked about; else it is only what others follow
}

// Follows is the plain companion of the estimate: no model, no cause claimed.
type Follows struct {
	Posts    int `json:"posts"`    // activities in a conversation
	Followed int `json:"followed"` // of them, within a week of another person's in the same conversation
}

// followWithin is in seconds.
const followWithin = 7 * secondsPerDay

// Follow counts the posts that came within seven days of another person's in the
// same conversation.
func Follow(posts []Post) Follows {
	posts = slices.Clone(posts)
	slices.SortFunc(posts, func(a, b Post) int {
		return cmp.Or(cmp.Compare(a.Thread, b.Thread), cmp.Compare(a.At, b.At), cmp.Compare(a.Who, b.Who))
	})
	var f Follows
	for i, p := range posts {
		if !p.Count {
			continue
		}
		f.Posts++
		for k := i - 1; k >= 0 && posts[k].Thread == p.Thread && p.At-posts[k].At <= followWithin; k-- {
			if posts[k].Who != p.Who && posts[k].At < p.At {
				f.Followed++
				break
			}
		}
	}
	return f
}
