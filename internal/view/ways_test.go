package view

import (
	"slices"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/ways"
)

func TestATrialInWords(t *testing.T) {
	t.Parallel()
	w := Ways{HorizonDays: 90, FirstDays: ways.FirstDays}
	g := WaysGroup{Tag: "volunteers", Group: ways.Group{Holds: []orrery.Strategy{orrery.Contribution}}}
	g.Cells[orrery.Contribution] = ways.Cell{Verdict: ways.More, Yield: 12.3}
	g.Trial = ways.Trial{Way: orrery.Contribution, Reason: ways.ToConfirm, Arrivals: 700, Base: 31, Hoped: 12, Each: 332, Days: 173, Watch: 118, Disproof: 7.2}
	words := w.Trial(&g)
	for what, text := range map[string]language.Text{
		"12 more of a hundred": words.Why, "invite 332 of them": words.What, "to give something small": words.What,
		"25 weeks": words.What, "17 weeks after": words.What, "31 come back": words.Disproof, "fewer than 7.2 more": words.Disproof,
	} {
		if !strings.Contains(text.String(), what) {
			t.Errorf("got %q, want it to say %q", text, what)
		}
	}
}

// Whoever was not sent down a way by lot may have come back for another reason.
func TestNoTrialCallsAnythingACause(t *testing.T) {
	t.Parallel()
	w := Ways{HorizonDays: 30, FirstDays: ways.FirstDays}
	for _, tag := range []string{"", "volunteers"} {
		for reason := ways.ToConfirm; reason <= ways.NothingNew; reason++ {
			for obstacle := ways.NoObstacle; obstacle <= ways.NothingSeen; obstacle++ {
				g := WaysGroup{Tag: tag, Group: ways.Group{Trial: ways.Trial{Reason: reason, Obstacle: obstacle, Each: 9}}}
				words := w.Trial(&g)
				text := strings.ToLower(words.Why.String() + " " + words.What.String() + " " + words.Disproof.String())
				for _, word := range []string{"incremental", "because of", "cause", "thanks to", "effect", "engagement", "user", "%!"} {
					if strings.Contains(text, word) {
						t.Errorf("%v, %v: %q says %q", reason, obstacle, text, word)
					}
				}
				if (words.Disproof != nil) != (obstacle == ways.NoObstacle) || words.Why == nil || words.What == nil {
					t.Errorf("%v, %v: got %+v, want a disproof where there is a trial", reason, obstacle, words)
				}
			}
		}
	}
}

func TestTagsOfMostPeopleAreTheGroups(t *testing.T) {
	t.Parallel()
	b := &tagBook{known: []string{"a", "b", "c"}, of: map[orrery.MemberID][]string{1: {"a", "b"}, 2: {"b", "c"}, 3: {"b"}, 4: {"c"}}}
	tags, of := b.groups(2)
	if !slices.Equal(tags, []string{"b", "c"}) {
		t.Errorf("got %q, want b and c", tags)
	}
	for member, want := range map[orrery.MemberID][]int{1: {0}, 2: {0, 1}, 4: {1}, 5: nil} {
		if got := of(member); !slices.Equal(got, want) {
			t.Errorf("member %d: got groups %v, want %v", member, got, want)
		}
	}
}
