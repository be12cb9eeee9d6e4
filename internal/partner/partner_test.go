package partner_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/partner"
)

func TestPartnersAreCheckedBeforeTheyAreKept(t *testing.T) {
	t.Parallel()
	with := func(change func(*partner.Partner)) partner.Partner {
		p := partner.Partner{Slug: "radio-nordvind", Domains: []string{"nordvind.example"}, Codes: []partner.Code{{Code: "DAWN", Address: "https://example.org/"}}}
		change(&p)
		return p
	}
	tests := []struct {
		name  string
		given partner.Partner
		want  string
	}{
		{"a whole one is kept", with(func(*partner.Partner) {}), ""},
		{"a slug is small letters", with(func(p *partner.Partner) { p.Slug = "Radio" }), "cannot name a partner"},
		{"a title has an end", with(func(p *partner.Partner) { p.Title = strings.Repeat("a", 81) }), "81 letters"},
		{"a domain has a dot", with(func(p *partner.Partner) { p.Domains = []string{"localhost"} }), "is no domain"},
		{"a code has no spaces", with(func(p *partner.Partner) { p.Codes[0].Code = "A B" }), "cannot be a code"},
		{"a link leads to the web alone", with(func(p *partner.Partner) { p.Codes[0].Address = "javascript:alert(1)" }), "no address"},
		{"a link hides no account", with(func(p *partner.Partner) { p.Codes[0].Address = "https://a:b@example.org" }), "no address"},
		{"a link has a host", with(func(p *partner.Partner) { p.Codes[0].Address = "https:///x" }), "no address"},
		{"codes that differ in case alone are one", with(func(p *partner.Partner) { p.Codes = append(p.Codes, partner.Code{Code: "dawn"}) }), "stands twice"},
		{"a switch needs another address", with(func(p *partner.Partner) { p.Codes[0].Switch = partner.Switch{Salt: "s", From: 1, BlockDays: 7} }), "two addresses"},
		{"a channel is named", with(func(p *partner.Partner) { p.Channels = []string{"object:"} }), "is no channel"},
		{"a trial ends after it begins", with(func(p *partner.Partner) {
			p.Trials = []partner.Trial{{Name: "x", Salt: "s", HeldMilli: 100, From: 20, Until: 10}}
		}), "a trial lasts"},
		{"nobody is held out of everything", with(func(p *partner.Partner) {
			p.Trials = []partner.Trial{{Name: "x", Salt: "s", HeldMilli: 1000, From: 20, Until: 30}}
		}), "held out"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := test.given.Check()
			if (test.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if err != nil && orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("got the code %v, want Invalid", orrery.CodeOf(err))
			}
		})
	}
}

func TestWhoseAnActivityIs(t *testing.T) {
	t.Parallel()
	m := partner.NewMatcher([]partner.Partner{
		{Slug: "radio", Codes: []partner.Code{{Code: "DAWN"}}, Domains: []string{"radio.example"}},
		{Slug: "museum", Channels: []string{"csv/exhibition", "object:hall/"}, Codes: []partner.Code{{Code: "dawn"}}},
	})
	tests := []struct {
		name, mark, prompted, source, object string
		want                                 int
		how                                  partner.How
	}{
		{"marked with the slug", "Radio", "", "", "", 0, partner.ByMark},
		{"marked with a code", "dawn", "", "", "", 0, partner.ByCode},
		{"prompted by a code", "", "Dawn", "csv/exhibition", "", 0, partner.ByCode},
		{"from a channel", "", "", "csv/exhibition", "", 1, partner.ByChannel},
		{"on an object of theirs", "", "", "csv", "hall/7", 1, partner.ByChannel},
		{"nobody's", "bakery", "letter-7", "csv", "door", -1, partner.NotTheirs},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got, how := m.Activity(test.mark, test.prompted, test.source, test.object); got != test.want || how != test.how {
				t.Errorf("got %d by %v, want %d by %v", got, how, test.want, test.how)
			}
		})
	}
	if at, ok := m.Domain("mail.Radio.example"); !ok || at != 0 {
		t.Errorf("a domain below a partner's is not the partner's")
	}
	if _, ok := m.Domain("notradio.example"); ok {
		t.Errorf("a domain that only ends alike is the partner's")
	}
}

func TestTheLotDependsOnSaltAndKeyAlone(t *testing.T) {
	t.Parallel()
	a, b := partner.Trial{Salt: "a", HeldMilli: 100}, partner.Trial{Salt: "b", HeldMilli: 100}
	held, both := 0, 0
	for i := range 20_000 {
		key := fmt.Sprint("person", i)
		if a.Held(key) {
			held++
			if b.Held(key) {
				both++
			}
		}
		if again := (partner.Trial{Salt: "a", HeldMilli: 100}); again.Held(key) != a.Held(key) {
			t.Fatal("the same person is drawn differently")
		}
	}
	if held < 1850 || held > 2150 || both < 130 || both > 270 {
		t.Errorf("of 20,000 people %d are held out of one campaign and %d of both, want about 2,000 and 200", held, both)
	}
}

func TestHalfOfThePairsOfBlocksAreOnFirst(t *testing.T) {
	t.Parallel()
	s := partner.Switch{Salt: "x", From: 100, BlockDays: 3}
	if !s.On(99) {
		t.Error("a code is off before it is switched")
	}
	first := 0
	for pair := range orrery.Day(400) {
		a, b := s.On(100+6*pair), s.On(103+6*pair)
		if a == b {
			t.Fatalf("both blocks of pair %d are alike", pair)
		}
		if a {
			first++
		}
	}
	if first < 160 || first > 240 {
		t.Errorf("the first block is on %d times of 400", first)
	}
}

func TestLift(t *testing.T) {
	t.Parallel()
	// 900 × (90/900 − 5/100) = 900 × .05 = 45 people.
	l := partner.LiftOf(partner.Arm{People: 900, Came: 90}, partner.Arm{People: 100, Came: 5})
	if math.Abs(l.More.Estimate-45) > 1e-9 || !l.Enough || l.More.Low > 45 || l.More.High < 45 {
		t.Errorf("got %+v, want an estimate of 45 within its interval", l)
	}
	if few := partner.LiftOf(partner.Arm{People: 900, Came: 90}, partner.Arm{People: 29}); few.Enough {
		t.Error("29 people held out are enough")
	}
	if none := partner.LiftOf(partner.Arm{}, partner.Arm{}); none.Enough || none.More != (partner.Interval{}) {
		t.Errorf("nobody: got %+v", none)
	}
}

func TestCreditOfASetIsSharedEvenly(t *testing.T) {
	t.Parallel()
	// Exact Shapley of "arrived with these and no others" splits each arrival evenly.
	rng := rand.New(rand.NewPCG(1, 2))
	const n = 7
	var paths []partner.Path
	var want [n]float64
	arrived := 0.
	for range 500 {
		var p partner.Path
		p.Partners = append(p.Partners, rng.Perm(n)[:rng.IntN(n)]...)
		p.Arrived = rng.Float64() < .5
		if p.Arrived && len(p.Partners) > 0 {
			arrived++
			for _, at := range p.Partners {
				want[at] += 1 / float64(len(p.Partners))
			}
		}
		paths = append(paths, p)
	}
	var last, shapley, markov float64
	for at, c := range partner.Credits(n, paths) {
		if math.Abs(c.Shapley-want[at]) > 1e-6 {
			t.Errorf("partner %d: got %v, want %v", at, c.Shapley, want[at])
		}
		last, shapley, markov = last+c.LastTouch, shapley+c.Shapley, markov+c.Markov
	}
	for _, sum := range []float64{last, shapley, markov} {
		if math.Abs(sum-arrived) > 1e-6 {
			t.Errorf("credits sum to %v, want all %v who arrived", sum, arrived)
		}
	}
}

func TestShapleyOfTheGloveGame(t *testing.T) {
	t.Parallel()
	// Players 0 and 1 hold a left glove each, 2 holds the right one: 1/6, 1/6, 4/6.
	got := partner.Shapley(3, func(set uint32) float64 {
		if set&4 != 0 && set&3 != 0 {
			return 1
		}
		return 0
	})
	for at, want := range []float64{1. / 6, 1. / 6, 4. / 6} {
		if math.Abs(got[at]-want) > 1e-12 {
			t.Errorf("player %d: got %v, want %v", at, got[at], want)
		}
	}
	full := partner.Shapley(partner.MostCredited, func(set uint32) float64 { return float64(set & 1) })
	if math.Abs(full[0]-1) > 1e-9 || math.Abs(full[15]) > 1e-9 {
		t.Errorf("sixteen players: got %v", full)
	}
}

func TestMarkovRemoval(t *testing.T) {
	t.Parallel()
	// 0 leads to 1 leads to arrival always; 2 never does: without 0 or 1 nobody
	// arrives, without 2 as many as ever.
	got := partner.Credits(3, []partner.Path{{Partners: []int{0, 1}, Arrived: true}, {Partners: []int{0, 1}, Arrived: true}, {Partners: []int{2}}})
	if math.Abs(got[0].Markov-1) > 1e-9 || math.Abs(got[1].Markov-1) > 1e-9 || got[2].Markov != 0 {
		t.Errorf("got %+v, want 1, 1 and 0", got)
	}
	if none := partner.Credits(2, nil); none[0] != (partner.Credit{}) {
		t.Errorf("nobody came: got %+v", none)
	}
}

func TestLaterIsComparedWithinQuarters(t *testing.T) {
	t.Parallel()
	// Everybody of the one quarter is at 80, of the other at 20; the partner brought
	// people in the near quarter alone. There is no difference.
	near, far := orrery.Day(19_000), orrery.Day(19_200)
	var brought, others []partner.Stand
	for range 20 {
		brought = append(brought, partner.Stand{First: near, Closeness: 80, Level: orrery.Core})
		others = append(others, partner.Stand{First: near, Closeness: 80}, partner.Stand{First: far, Closeness: 20}, partner.Stand{First: far, Closeness: 20})
	}
	l := partner.Compare(90, brought, others)
	if !l.Compared || l.Difference.Estimate != 0 || l.Others != 20 || l.Levels["core"] != 20 {
		t.Errorf("got %+v, want no difference to 20 others", l)
	}
	if few := partner.Compare(90, brought[:9], others); few.Compared {
		t.Error("nine people are compared")
	}
	if none := partner.Compare(90, nil, others); none.Compared || none.People != 0 {
		t.Errorf("nobody: got %+v", none)
	}
}

func TestBeforeAndAfterStandsBesidePlacebos(t *testing.T) {
	t.Parallel()
	const first, last, date = orrery.Day(10_000), orrery.Day(11_500), orrery.Day(11_000)
	came := func(d orrery.Day) int {
		if d >= date && d < date+56 {
			return 5
		}
		return 1 + int(d)%2
	}
	a, ok := partner.AroundDate(date, first, last, came)
	if !ok || !a.Told() || a.AsLarge != 0 || a.Change < 20 {
		t.Errorf("got %+v, want a change that no placebo has", a)
	}
	for _, d := range a.Dates {
		if d > date-112 && d < date+112 {
			t.Errorf("a placebo at %v overlaps the date %v", d, date)
		}
	}
	if _, ok := partner.AroundDate(first+10, first, last, came); ok {
		t.Error("something is told before anything is known")
	}
	if i := slices.Index(a.Dates, date); i >= 0 {
		t.Error("the date is its own placebo")
	}
}

func FuzzAPartnerIsRefusedOrTidy(f *testing.F) {
	f.Add("radio", "Radio", "example.org", "object:a", "CODE", "https://example.org")
	f.Fuzz(func(t *testing.T, slug, title, domain, channel, code, address string) {
		p := partner.Partner{Slug: slug, Title: title, Domains: []string{domain}, Channels: []string{channel}, Codes: []partner.Code{{Code: code, Address: address}}}
		p.Tidy()
		if p.Check() != nil {
			return
		}
		if strings.ContainsAny(p.Codes[0].Address, "\r\n\\ ") || address != "" && !strings.HasPrefix(strings.ToLower(p.Codes[0].Address), "http") {
			t.Errorf("a link may lead to %q", p.Codes[0].Address)
		}
		m := partner.NewMatcher([]partner.Partner{p})
		if at, _ := m.Activity(p.Codes[0].Code, "", "", ""); at != 0 {
			t.Errorf("the code %q is nobody's", p.Codes[0].Code)
		}
	})
}
