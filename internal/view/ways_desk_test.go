package view_test

import (
	"reflect"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

func TestWaysAsOfADayAndByTag(t *testing.T) {
	t.Parallel()
	s, d, planet := deskOver(t, 300)
	members, _, err := d.Members(t.Context(), view.MembersQuery{Planet: planet, Limit: 40})
	if err != nil {
		t.Fatal(err)
	}
	var near []orrery.MemberID
	for _, m := range members {
		near = append(near, m.ID)
	}
	if err := s.Tag(t.Context(), near, "near", true); err != nil {
		t.Fatal(err)
	}
	today, err := d.Ways(t.Context(), planet, 0, study.Forever)
	if err != nil {
		t.Fatal(err)
	}
	if len(today.Groups) != 2 || today.Groups[0].Tag != "" || today.Groups[1].Tag != "near" || today.Groups[1].People != len(members) {
		t.Fatalf("got %+v, want everybody and %d people tagged near", today.Groups, len(members))
	}
	on, err := d.Ways(t.Context(), planet, today.AsOf, 0)
	if err != nil || !on.There || !reflect.DeepEqual(on.Groups[0].Cells[orrery.Content].Origins, today.Groups[0].Cells[orrery.Content].Origins) ||
		on.Groups[0].Watched != today.Groups[0].Watched {
		t.Errorf("as of the same day got %+v, %v; want %+v", on, err, today)
	}
	before, err := d.Ways(t.Context(), planet, today.AsOf-200, 0)
	if err != nil || before.Groups[0].Activities >= today.Groups[0].Activities || before.AsOf != today.AsOf-200 {
		t.Errorf("200 days before got %d activities as of %v, %v; want fewer than %d", before.Groups[0].Activities, before.AsOf, err, today.Groups[0].Activities)
	}
}
