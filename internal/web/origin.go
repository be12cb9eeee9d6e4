package web

import (
	"cmp"
	"net/http"
	"path"
	"slices"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/origin"
	"orrery.dev/orrery/internal/view"
)

type broughtPage struct {
	view.Brought
	Headline     []phrase
	Parts        []broughtPart // of all
	Wide, Narrow *broughtBar
	Ways, Marked []broughtRow // by way to belong and by tag
	Empty        bool
}

// A broughtPart is one of the shares of all.
type broughtPart struct {
	origin.Share
	Name   language.Text
	Key    string        // style class
	Origin orrery.Origin // whose people stand behind what sources told; OriginUnknown: several
	Chart  *rangeChart
}

// A broughtRow is the shares of a way to belong or of a tag.
type broughtRow struct {
	origin.Shares
	Way    orrery.Strategy // of a tag: Strategies
	Tag    string          // or a circle's name
	Circle int             // a circle's number and 1; 0: none
	Bar    *broughtBar
	Yield  *origin.Yield // nil where there is none
}

// A broughtBar is the shares side by side, what sources told plain and what is
// estimated hatched.
type broughtBar struct {
	W, H  float64
	Parts []barPart
	Says  language.Text
}

type barPart struct {
	X, Wide float64
	Key     string
	Hatched bool
}

// A rangeChart is a share and its interval between 0 and 1.
type rangeChart struct{ W, H, Low, High, At float64 }

func (s *server) brought(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	b, err := s.Backend.Reader.Brought(v.Context(), v.planet.ID, v.asOf, patience)
	if err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "origin", language.T("What brought people"), newBroughtPage(brand(v.planet), b))
}

// broughtBehind names the people behind an observed number.
func (s *server) broughtBehind(w http.ResponseWriter, v *visit) error {
	text, sheet := strings.CutSuffix(path.Base(v.URL.Path), ".csv")
	of, err := orrery.ParseOrigin(text)
	if err != nil || of == orrery.OriginUnknown {
		return orrery.Errorf(orrery.NotFound, "there is no such list: see what brought people")
	}
	b, err := s.Backend.Reader.BroughtBehind(v.Context(), v.planet.ID, v.asOf, of)
	if err != nil {
		return err
	}
	if sheet {
		return s.broughtBehindCSV(w, b)
	}
	return s.render(w, v, http.StatusOK, "originbehind", language.T("What brought people"), b)
}

func newBroughtPage(title string, b view.Brought) *broughtPage {
	p := &broughtPage{Brought: b, Headline: []phrase{{Text: language.T("What brought people")}}, Empty: b.There && b.All.People == 0 && b.All.Activities == 0 && !b.Estimated && b.Until == 0}
	if b.All.Activities == 0 {
		return p
	}
	p.Headline = broughtHeadline(title, &b.All, b.Recorded)
	p.Parts = broughtParts(&b.All, b.Recorded)
	p.Wide, p.Narrow = newBroughtBar(&b.All, b.Recorded, 1040, 34), newBroughtBar(&b.All, b.Recorded, 330, 34)
	for way := range orrery.Strategies {
		row := broughtRow{Shares: b.Strategies[way], Way: way}
		if y := &b.Spill.Yield[way]; b.Estimated && y.Causes > 0 && !y.Endless {
			row.Yield = y
		}
		if row.Activities > 0 {
			p.Ways = append(p.Ways, row)
		}
	}
	for _, t := range b.Tags {
		p.Marked = append(p.Marked, broughtRow{Shares: t.Shares, Way: orrery.Strategies, Tag: t.Tag, Circle: t.Circle})
	}
	for _, rows := range [][]broughtRow{p.Ways, p.Marked} {
		slices.SortStableFunc(rows, func(a, b broughtRow) int { return cmp.Compare(b.Activities, a.Activities) })
		for i := range rows {
			rows[i].Bar = newBroughtBar(&rows[i].Shares, b.Recorded, 220, 12)
		}
	}
	return p
}

func broughtHeadline(title string, s *origin.Shares, recorded bool) []phrase {
	if !recorded {
		return []phrase{{language.T("%s of what happened around %s was <0>drawn by people</0>.", percent(s.Peer.Value), title), "rise"}}
	}
	pull := s.Unprompted.Value + s.Peer.Value
	if pull < .5 {
		return []phrase{{language.T("Most of what happens around %s is <0>prompted by us</0>.", title), "drift"}}
	}
	return []phrase{{language.T("<0>%s</0> of what happens around %s happens without our prompting.", percent(pull), title), "rise"}}
}

// broughtParts are the shares in words. Where no message is recorded, who nobody
// drew may have come by themselves or not.
func broughtParts(s *origin.Shares, recorded bool) []broughtPart {
	parts := []broughtPart{
		{Share: s.Unprompted, Name: language.T("Came by themselves"), Key: "self", Origin: orrery.Unprompted},
		{Share: s.Peer, Name: language.T("Drawn by people"), Key: "peer", Origin: orrery.Peer},
		{Share: s.Prompted, Name: language.T("Prompted by us"), Key: "us", Origin: orrery.Prompted},
	}
	if !recorded {
		parts[0].Name, parts[0].Key = language.T("By themselves, or prompted by something not recorded"), "either"
		parts = parts[:2]
	}
	for i := range parts {
		c := &rangeChart{W: 220, H: 16}
		x := func(v float64) float64 { return 6 + (c.W-12)*v }
		c.Low, c.High, c.At = x(parts[i].Low), x(parts[i].High), x(parts[i].Value)
		parts[i].Chart = c
	}
	return parts
}

func newBroughtBar(s *origin.Shares, recorded bool, wide, high float64) *broughtBar {
	b := &broughtBar{W: wide, H: high}
	at := 0.
	var says []language.Text
	for _, part := range broughtParts(s, recorded) {
		for _, half := range []struct {
			share   float64
			hatched bool
		}{{part.Observed, false}, {part.Estimated, true}} {
			if length := half.share * wide; length > .05 {
				b.Parts = append(b.Parts, barPart{X: at, Wide: length, Key: part.Key, Hatched: half.hatched})
				at += length
			}
		}
		says = append(says, language.T("%s: %s", part.Name, percent(part.Value)))
	}
	b.Says = language.Join("; ", says...)
	return b
}

// Fine writes a share to the tenth of a percent.
func (p *broughtPage) Fine(share float64) language.Text {
	return language.T("%s%%", decimal(100*share))
}
