package view_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/partner"
	"orrery.dev/orrery/internal/study"
	"orrery.dev/orrery/internal/view"
)

// gallery is people who came one every five days, every third through the radio, and
// then every ten days; they speak in five threads about ten pictures.
type gallery int

func (gallery) Source(context.Context) (collect.Source, error) {
	return collect.Source{Kind: "bulk", Name: "gallery", Planet: "gallery", Origin: "made up"}, nil
}

func (n gallery) Collect(ctx context.Context, _ collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	for who := range int(n) {
		for visit := range 1 + who%12 {
			a := orrery.Activity{
				ExternalID: fmt.Sprint(who, ".", visit), Namespace: "gallery", Kind: "forum.reply", Thread: fmt.Sprint("talk", (who+visit)%5),
				Actor:  orrery.Actor{Namespace: "gallery", Type: "login", Value: fmt.Sprint("u", who), Name: fmt.Sprint("U", who)},
				At:     now.AddDate(0, 0, -5*(int(n)-who)+10*visit),
				Object: orrery.Object{ID: fmt.Sprint("picture", (who*visit)%10), Type: "picture", Title: "A picture"}, Origin: orrery.Unprompted,
			}
			if who%3 == 0 && visit == 0 {
				a.Partner = "radio"
			}
			if a.At.After(now) {
				break
			}
			if err := to.Activity(ctx, &a); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

func galleryDesk(t *testing.T) (*flow.System, *view.Desk, orrery.PlanetID) {
	t.Helper()
	s, err := flow.Open(t.Context(), flow.Config{Dir: t.TempDir(), Clock: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	if _, err := s.Import(t.Context(), gallery(120), flow.ImportPlan{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SavePartner(t.Context(), partner.Partner{Slug: "radio", Title: "Radio"}); err != nil {
		t.Fatal(err)
	}
	d := view.NewDesk(s)
	t.Cleanup(d.Stop)
	return s, d, s.Planets()[0].ID
}

func TestFiguresOfAPartnerOpenAsManyPeopleAndActivities(t *testing.T) {
	t.Parallel()
	_, d, planet := galleryDesk(t)
	for _, day := range []orrery.Day{0, orrery.DayOf(now) - 200} {
		s, err := d.Partner(t.Context(), planet, "radio", day, study.Forever)
		if err != nil {
			t.Fatal(err)
		}
		if s.Ever == 0 || s.Past.Marked == 0 || s.Past.Together.Objects == 0 || day == 0 && s.Near() == 0 {
			t.Fatalf("as of %v there is nothing to open: %+v", day, s.Past)
		}
		figures := map[string]int{
			"": s.Ever, "quarter": s.Quarter, "year": s.Year, "orbit": s.InOrbit, "near": s.Near(), "alone": s.Past.NoCircle,
			"side": s.Past.People, "others": s.Past.Together.Others,
		}
		for _, l := range s.Past.Later {
			figures[fmt.Sprint(l.Days)] = l.People
			figures[fmt.Sprint(l.Days, "-near")] = l.Levels["core"] + l.Levels["inner"]
		}
		for _, c := range s.Circles {
			figures[fmt.Sprint("circle-", c.ID)] = c.People
		}
		for of, want := range figures {
			list := waited(t, func() (view.BroughtList, error) {
				return d.PartnerPeople(t.Context(), view.BroughtQuery{Planet: planet, Slug: "radio", Of: of, AsOf: day}, study.Forever)
			})
			if len(list.People) != want || list.N != want {
				t.Errorf("as of %v, %q: %d people listed, the figure says %d", day, of, len(list.People), want)
			}
		}
		for of, want := range map[string]int{"marked": s.Past.Marked, "things": s.Past.Together.Objects, "talks": s.Past.Together.Threads} {
			all, err := d.PartnerActs(t.Context(), view.PartnerActsQuery{Planet: planet, Slug: "radio", Of: of, AsOf: day}, study.Forever)
			if err != nil || all.N != want || len(all.List) != want {
				t.Errorf("as of %v, %q: %d of %d activities listed, %v; the figure says %d", day, of, len(all.List), all.N, err, want)
			}
			for _, a := range all.List {
				if day != 0 && orrery.DayOf(a.At) > day || (a.How != partner.NotTheirs) != (of == "marked") {
					t.Errorf("as of %v, %q lists one of %v by %q", day, of, a.At, a.How)
				}
			}
			page, err := d.PartnerActs(t.Context(), view.PartnerActsQuery{Planet: planet, Slug: "radio", Of: of, AsOf: day, Offset: 1, Limit: 2}, study.Forever)
			if err != nil || len(all.List) > 3 && (page.Next != 3 || len(page.List) != 2 || page.List[0] != all.List[1]) {
				t.Errorf("%q: the page after the first says %+v, %v", of, page, err)
			}
		}
	}
	for _, of := range []string{"nobody", "circle-x", "31", "-near"} {
		_, err := d.PartnerPeople(t.Context(), view.BroughtQuery{Planet: planet, Slug: "radio", Of: of}, study.Forever)
		if orrery.CodeOf(err) != orrery.NotFound {
			t.Errorf("%q: %v, want that there is no such list", of, err)
		}
	}
}
