package origin_test

import (
	"testing"

	"orrery.dev/orrery/internal/origin"
)

func TestFollow(t *testing.T) {
	t.Parallel()
	const day = 24 * 3600
	tests := []struct {
		name  string
		posts []origin.Post
		want  origin.Follows
	}{
		{"an answer follows", []origin.Post{{0, 1, 7, true}, {day, 2, 7, true}}, origin.Follows{Posts: 2, Followed: 1}},
		{"who goes on alone follows nobody", []origin.Post{{0, 1, 7, true}, {day, 1, 7, true}}, origin.Follows{Posts: 2}},
		{"between two of their own somebody else's counts", []origin.Post{{0, 1, 7, true}, {day, 2, 7, true}, {2 * day, 1, 7, true}}, origin.Follows{Posts: 3, Followed: 2}},
		{"another conversation is no answer", []origin.Post{{0, 1, 7, true}, {day, 2, 8, true}}, origin.Follows{Posts: 2}},
		{"seven days and no more", []origin.Post{{0, 1, 7, true}, {7 * day, 2, 7, true}, {14*day + 1, 1, 7, true}}, origin.Follows{Posts: 3, Followed: 1}},
		{"at the same moment nobody follows", []origin.Post{{0, 1, 7, true}, {0, 2, 7, true}}, origin.Follows{Posts: 2}},
		{"a teammate's is followed and not counted", []origin.Post{{0, 1, 7, false}, {day, 2, 7, true}}, origin.Follows{Posts: 1, Followed: 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := origin.Follow(test.posts); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}
