package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestPartnersOfMadeUpWorldsAreToldBesideTheTruth(t *testing.T) {
	t.Parallel()
	var all []partnerTruth
	for seed := range uint64(2) {
		lines := partnersWorld(seed, 4000)
		if again := partnersWorld(seed, 4000); !slices.Equal(lines, again) {
			t.Error("the same seed makes another world")
		}
		all = append(all, lines...)
	}
	nulls := 0
	for i := range all {
		if all[i].Null {
			nulls++
			if all[i].Truth != 0 || all[i].Credit.Shapley == 0 {
				t.Errorf("a partner who changes nothing: %+v", all[i])
			}
		}
		text, err := json.Marshal(&all[i])
		if err != nil {
			t.Fatal(err)
		}
		credit, increment, _ := strings.Cut(string(text), `"increment"`)
		if !strings.Contains(credit, `"credit":{"last_touch"`) || !strings.Contains(increment, `"method":"holdout"`) {
			t.Errorf("got %s", text)
		}
	}
	if nulls != 4 {
		t.Errorf("got %d partners who change nothing in two worlds, want 4", nulls)
	}
}
