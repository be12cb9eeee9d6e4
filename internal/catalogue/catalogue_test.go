package catalogue_test

import (
	"encoding/json"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/catalogue"
)

func TestLookup(t *testing.T) {
	t.Parallel()
	unsub := catalogue.Default().Lookup("unsubscribe")
	c, err := catalogue.Default().With(
		catalogue.Override{Kind: "shop.order.completed", Weight: ptr(9.0)},
		catalogue.Override{Kind: "pull_request.labeled", Weight: ptr(.5)},
	)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		kind      string
		same      string // a kind with the same rule, or empty
		wantMilli int32
	}{
		"a like is a like wherever it comes from":          {kind: "discourse.like", same: "like", wantMilli: 1000},
		"the whole name goes first":                        {kind: "shop.order.completed", wantMilli: 9000},
		"then the last two segments":                       {kind: "stripe.order.completed", same: "order", wantMilli: 6000},
		"two segments of five are enough":                  {kind: "a.b.c.pull_request.labeled", wantMilli: 500},
		"a whole name that is its own two segments":        {kind: "git.commit", wantMilli: 8000},
		"then the last segment":                            {kind: "forum.thread.reply", same: "comment", wantMilli: 5000},
		"unknown kinds weigh three":                        {kind: "acme.widget.frobnicated", wantMilli: 3000},
		"an unknown kind of one segment too":               {kind: "frobnicated", wantMilli: 3000},
		"an empty kind is unknown":                         {kind: "", wantMilli: 3000},
		"a dot at the end is unknown":                      {kind: "like.", wantMilli: 3000},
		"merging a proposal says nothing of who opened it": {kind: "github.pull_request.merged", wantMilli: 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := c.Lookup(tt.kind)
			if got.WeightMilli != tt.wantMilli {
				t.Errorf("got weight %d, want %d", got.WeightMilli, tt.wantMilli)
			}
			if tt.same != "" && got != c.Lookup(tt.same) {
				t.Errorf("got %+v, want what %s has: %+v", got, tt.same, c.Lookup(tt.same))
			}
		})
	}
	if unsub.Valence != -1 || unsub.Meaningful {
		t.Errorf("unsubscribing is %+v, want it to repel and not to be meaningful", unsub)
	}
}

func TestEveryDefaultRuleIsWithinItsRange(t *testing.T) {
	t.Parallel()
	all := catalogue.Default().All()
	for i, e := range all {
		r := e.Rule
		switch {
		case i > 0 && all[i-1].Kind >= e.Kind:
			t.Errorf("%s stands after %s", e.Kind, all[i-1].Kind)
		case r.WeightMilli < 0 || r.WeightMilli > 10_000:
			t.Errorf("%s has weight %d", e.Kind, r.WeightMilli)
		case r.Strategy >= orrery.Strategies || r.Valence < -1 || r.Valence > 1:
			t.Errorf("%s has rule %+v", e.Kind, r)
		case r.Meaningful && (r.WeightMilli < catalogue.MeaningfulFrom || r.Valence < 0):
			t.Errorf("%s is meaningful at weight %d and valence %d", e.Kind, r.WeightMilli, r.Valence)
		case strings.Count(e.Kind, ".") > 2:
			t.Errorf("%s has more segments than a lookup falls back to", e.Kind)
		}
	}
}

func TestLightTouchesAndOurOwnWorkAreNotMeaningful(t *testing.T) {
	t.Parallel()
	c := catalogue.Default()
	for _, kind := range strings.Fields("like star open view click git.merge pull_request.merged unsubscribe report bot announce") {
		if c.Lookup(kind).Meaningful {
			t.Errorf("%s is meaningful", kind)
		}
	}
	for _, kind := range strings.Fields("bot announce pull_request.merged") {
		if r := c.Lookup(kind); r.WeightMilli != 0 || r.Valence != 0 {
			t.Errorf("%s has rule %+v, want one that moves nothing", kind, r)
		}
	}
	if r := c.Lookup("git.merge"); r.WeightMilli != 0 || r.Valence != 1 {
		t.Errorf("git.merge has rule %+v, want a visit without weight", r)
	}
}

func TestRatingsAreSigned(t *testing.T) {
	t.Parallel()
	c := catalogue.Default()
	// 2 + .8·4 = 5.2; 2 + .8·10 = 10
	if r := c.Lookup("rate+4"); r.WeightMilli != 5200 || r.Valence != 1 || !r.Meaningful {
		t.Errorf("rate+4 has rule %+v", r)
	}
	if r := c.Lookup("otc.rate-10"); r.WeightMilli != 10_000 || r.Valence != -1 || r.Meaningful {
		t.Errorf("rate-10 has rule %+v", r)
	}
}

func TestAWeightDecidesWhatIsMeaningfulUnlessTheOverrideSays(t *testing.T) {
	t.Parallel()
	base := catalogue.Default()
	raised, err := base.With(catalogue.Override{Kind: "like", Weight: ptr(2.0)})
	if err != nil {
		t.Fatal(err)
	}
	if !raised.Lookup("blog.like").Meaningful {
		t.Error("a like of weight 2 is not meaningful")
	}
	if base.Lookup("like").Meaningful {
		t.Error("an override changed the catalogue it was made over")
	}
	held, err := raised.With(catalogue.Override{Kind: "like", Meaningful: ptr(false)})
	if err != nil {
		t.Fatal(err)
	}
	if r := held.Lookup("like"); r.Meaningful || r.WeightMilli != 2000 {
		t.Errorf("got %+v, want weight 2 and not meaningful", r)
	}
}

func TestOverridesComeBackFromJSON(t *testing.T) {
	t.Parallel()
	c, err := catalogue.Default().With(
		catalogue.Override{Kind: "acme.widget", Weight: ptr(4.5), Strategy: ptr(orrery.Commerce), DailyCap: ptr(uint8(0))},
		catalogue.Override{Kind: "like", Meaningful: ptr(true), Valence: ptr(int8(0))},
		catalogue.Override{Kind: "acme.widget", Weight: ptr(1.0)},
	)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"kind":"acme.widget","weight":1,"daily_cap":0,"strategy":"commerce"},{"kind":"like","meaningful":true,"valence":0}]`
	if string(data) != want {
		t.Errorf("got %s, want %s", data, want)
	}
	var back catalogue.Catalogue
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if back.Hash() != c.Hash() {
		t.Error("the catalogue comes back as another one")
	}
	if c.Hash() == catalogue.Default().Hash() {
		t.Error("overrides do not show in the hash")
	}
	if got := back.Lookup("acme.widget"); got != (orrery.Rule{Strategy: orrery.Commerce, WeightMilli: 1000, Valence: 1}) {
		t.Errorf("got %+v", got)
	}
}

func TestOverridesOutOfRangeAreRefusedWithWords(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]catalogue.Override{
		"no kind":               {Weight: ptr(1.0)},
		"a kind with a blank":   {Kind: "a b"},
		"a weight beyond ten":   {Kind: "like", Weight: ptr(10.5)},
		"a negative weight":     {Kind: "like", Weight: ptr(-1.0)},
		"an unknown strategy":   {Kind: "like", Strategy: ptr(orrery.Strategies)},
		"a valence beyond ±one": {Kind: "like", Valence: ptr(int8(2))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := catalogue.Default().With(o); orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("got error %v, want an invalid one", err)
			}
		})
	}
}

func FuzzUnmarshal(f *testing.F) {
	f.Add([]byte(`[{"kind":"like","weight":2,"strategy":"content","meaningful":false,"valence":-1,"daily_cap":3}]`))
	f.Add([]byte(`[{"kind":"like","strategy":"nothing"}]`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var c catalogue.Catalogue
		if json.Unmarshal(data, &c) != nil {
			return
		}
		again, err := json.Marshal(&c)
		if err != nil {
			t.Fatal(err)
		}
		var back catalogue.Catalogue
		if err := json.Unmarshal(again, &back); err != nil || back.Hash() != c.Hash() {
			t.Fatalf("%s comes back differently: %v", again, err)
		}
	})
}

func ptr[T any](v T) *T { return &v }

func TestCaseOfAKindPlaysNoPart(t *testing.T) {
	t.Parallel()
	if got, want := catalogue.Default().Lookup("Shop.Purchase"), catalogue.Default().Lookup("purchase"); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	weight := 9.5
	c, err := catalogue.Default().With(catalogue.Override{Kind: "Potluck", Weight: &weight})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Lookup("potluck").WeightMilli; got != 9500 {
		t.Errorf("got weight %d, want 9500", got)
	}
}
