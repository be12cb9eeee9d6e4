package authentic_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/authentic"
)

func TestPraiseIsToldByItsKindAndValence(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind    string
		valence int8
		known   bool
		want    bool
	}{
		{"like", 0, false, true},
		{"forum.like", 0, false, true},
		{"discourse.reaction.added", 0, false, true},
		{"reaction.created", -1, true, false},
		{"answer.accepted", 0, false, true},
		{"forum.answer.accepted", 0, false, true},
		{"invitation.accepted", 0, false, false},
		{"thanks", 0, false, true},
		{"rate+4", 0, false, true},
		{"rate-10", 0, false, false},
		{"rate+0", 0, false, false},
		{"rating", 1, true, true},
		{"rating", 0, false, false},
		{"comment.created", 1, true, false},
		{"unlike", 0, false, false},
		{"git.commit", 0, false, false},
	}
	for _, tt := range tests {
		if got := authentic.IsPraise(tt.kind, tt.valence, tt.known); got != tt.want {
			t.Errorf("%s with valence %d (%v): got %v, want %v", tt.kind, tt.valence, tt.known, got, tt.want)
		}
	}
}

// crowdOf makes honest people who praise whom they meet: 40 people, each some
// 30 others, seldom the same twice.
func crowdOf(seed uint64) *authentic.Praises {
	p, chance := authentic.NewPraises(), rand.New(rand.NewPCG(seed, 1))
	for range 1200 {
		p.Add(orrery.MemberID(1+chance.IntN(40)), orrery.MemberID(1+chance.IntN(40)))
	}
	return p
}

func repeat(p *authentic.Praises, from, to orrery.MemberID, n int) {
	for range n {
		p.Add(from, to)
	}
}

func flagsOf(p *authentic.Praises, other authentic.Dealings) (flags []authentic.Flag) {
	for _, members := range p.Candidates() {
		if f, ok := p.Judge(members, other); ok {
			flags = append(flags, f)
		}
	}
	return flags
}

func TestRings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		given func(p *authentic.Praises)
		other authentic.Dealings
		want  []orrery.MemberID // nil: nobody is asked about
	}{
		{"honest people alone are no ring", func(*authentic.Praises) {}, authentic.Dealings{}, nil},
		{"four who praise each other and hardly anybody else are one", func(p *authentic.Praises) {
			for a := orrery.MemberID(101); a <= 104; a++ {
				for b := orrery.MemberID(101); b <= 104; b++ {
					repeat(p, a, b, 20)
				}
				repeat(p, a, 7, 2)
			}
		}, authentic.Dealings{Among: 3, Total: 3000}, []orrery.MemberID{101, 102, 103, 104}},
		{"praise that goes round in a circle is one", func(p *authentic.Praises) {
			for i := range orrery.MemberID(5) {
				repeat(p, 101+i, 101+(i+1)%5, 40)
			}
		}, authentic.Dealings{}, []orrery.MemberID{101, 102, 103, 104, 105}},
		{"friends who thank each other among others are none", func(p *authentic.Praises) {
			repeat(p, 101, 102, 40)
			repeat(p, 102, 101, 40)
			for i := range orrery.MemberID(30) {
				p.Add(101, 1+i)
				p.Add(102, 5+i)
			}
		}, authentic.Dealings{Total: 3000}, nil},
		{"friends who talk as much as they praise are none", func(p *authentic.Praises) {
			repeat(p, 101, 102, 60)
			repeat(p, 102, 101, 60)
		}, authentic.Dealings{Among: 200, Total: 3000}, nil},
		{"a helper whom many thank is none", func(p *authentic.Praises) {
			for i := range orrery.MemberID(40) {
				repeat(p, 1+i, 101, 10)
			}
			repeat(p, 101, 3, 4)
		}, authentic.Dealings{Total: 3000}, nil},
		{"a planet of which all praise each other is none", func(p *authentic.Praises) {
			for range 20 {
				for a := orrery.MemberID(1); a <= 40; a++ {
					for b := orrery.MemberID(1); b <= 40; b++ {
						p.Add(a, b)
					}
				}
			}
		}, authentic.Dealings{}, nil},
		{"five whom nobody else praises, each the others once, are one", func(p *authentic.Praises) {
			for a := orrery.MemberID(101); a <= 105; a++ {
				for b := orrery.MemberID(101); b <= 105; b++ {
					p.Add(a, b)
				}
			}
		}, authentic.Dealings{}, []orrery.MemberID{101, 102, 103, 104, 105}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := crowdOf(3)
			tt.given(p)
			flags := flagsOf(p, tt.other)
			switch {
			case tt.want == nil && len(flags) > 0:
				t.Errorf("got %+v, want none", flags)
			case tt.want != nil && (len(flags) != 1 || !slices.Equal(flags[0].Members, tt.want)):
				t.Errorf("got %+v, want one of %v", flags, tt.want)
			case tt.want != nil && (flags[0].Strength <= 0 || flags[0].Strength > 1 || !strings.Contains(flags[0].Reasons[0], "praise")):
				t.Errorf("got strength %v and reasons %q", flags[0].Strength, flags[0].Reasons)
			}
		})
	}
}

const day = 86400

func TestGaming(t *testing.T) {
	t.Parallel()
	rules := []authentic.Rule{{"like", 5}, {"unlike", 5}, {"comment", 20}}
	kept := func(at int64, kind int) authentic.Deed {
		return authentic.Deed{At: at, Kind: kind, Back: authentic.Kept}
	}
	tests := []struct {
		name  string
		given func() []authentic.Deed
		want  string // in a reason; empty: nobody is asked about
	}{
		{"five likes within a minute every day are made to be counted", func() (d []authentic.Deed) {
			for i := range int64(40) {
				for j := range int64(5) {
					d = append(d, kept(i*day+1000+10*j, 0))
				}
			}
			return d
		}, "on 40 of 40 days exactly as many as count, 5, within 40 seconds"},
		{"as many likes as there is to like are not", func() (d []authentic.Deed) {
			for i := range int64(60) {
				for j := range 1 + (i*7)%9 {
					d = append(d, kept(i*day+1000+10*j, 0))
				}
			}
			return d
		}, ""},
		{"five likes over the day are not", func() (d []authentic.Deed) {
			for i := range int64(40) {
				for j := range int64(5) {
					d = append(d, kept(i*day+1000+7000*j, 0))
				}
			}
			return d
		}, ""},
		{"comments that are gone after a minute are", func() (d []authentic.Deed) {
			for i := range int64(40) {
				c := kept(i*day/3, 2)
				c.Back = 60
				d = append(d, c)
			}
			return d
		}, "40 of 40 taken back within an hour"},
		{"comments that were cleared away a year later are not", func() (d []authentic.Deed) {
			for i := range int64(40) {
				c := kept(i*day/3, 2)
				c.Back = 365 * day
				d = append(d, c)
			}
			return d
		}, ""},
		{"one thing liked and unliked and liked is", func() (d []authentic.Deed) {
			for i := range int64(30) {
				on, off := kept(i*600, 0), kept(i*600+300, 1)
				on.Object, off.Object = 9, 9
				d = append(d, on, off)
			}
			return d
		}, "given, taken back and given again 29 times in 30, the same thing up to 29 times"},
		{"thirty things liked and unliked once are not", func() (d []authentic.Deed) {
			for i := range int64(30) {
				on, off := kept(i*600, 0), kept(i*600+300, 1)
				on.Object, off.Object = uint64(i+1), uint64(i+1)
				d = append(d, on, off)
			}
			return d
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var said []string
			for _, f := range authentic.GamingFlags(1, tt.given(), rules) {
				said = append(said, f.Reasons...)
			}
			if got := strings.Join(said, "; "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCrowds(t *testing.T) {
	t.Parallel()
	p := crowdOf(5)
	var accounts, honest []authentic.Account
	for i := range orrery.MemberID(12) {
		repeat(p, 201+i, 7, 5)
		accounts = append(accounts, authentic.Account{Member: 201 + i, First: int64(i) * 3600, Acts: 5})
		honest = append(honest, authentic.Account{Member: 1 + i, First: int64(i) * 3600, Acts: 40})
	}
	tests := []struct {
		name     string
		accounts []authentic.Account
		together bool
		want     int // members; 0: not asked about
	}{
		{"accounts of one device that all praise one person", accounts[:6], true, 7},
		{"the same accounts, of whose device nothing is known, are too few", accounts[:6], false, 0},
		{"twelve that did nothing else are not", accounts, false, 13},
		{"honest people of one household", honest, true, 0},
		{"honest newcomers of one week", honest, false, 0},
	}
	for _, tt := range tests {
		f, ok := p.Crowd(slices.Clone(tt.accounts), tt.together)
		if ok != (tt.want > 0) || len(f.Members) != tt.want || ok && f.Toward != 7 {
			t.Errorf("%s: got %+v, %v; want %d members", tt.name, f, ok, tt.want)
		}
	}
}

func TestProgramSigns(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(1, 2))
	tests := []struct {
		name    string
		objects int
		at      func(i int64) int64
		want    int // signs
	}{
		{"an hourly job", 0, func(i int64) int64 { return i*3600 + 120 + i%40 }, 3}, // every day, every hour, minute 2
		{"an hourly job on one object", 1, func(i int64) int64 { return i*3600 + 120 + i%40 }, 4},
		{"somebody who comes most days", 300, func(i int64) int64 { return i*day + 43200 + int64(chance.IntN(20000)) }, 1},
		{"dates without times say nothing of minutes", 0, func(i int64) int64 { return i * 3 * day }, 0},
		{"what is told in several ways at once is no haste", 0, func(i int64) int64 { return i/3*2*day + 30000 + i/3*977%40000 }, 0},
	}
	for _, tt := range tests {
		var times []int64
		for i := range int64(1600) {
			times = append(times, 1_700_000_000/day*day+tt.at(i))
		}
		if got := authentic.ProgramSigns(times, authentic.Objects{Different: tt.objects, Of: min(tt.objects*400, 400)}); len(got) != tt.want {
			t.Errorf("%s: got %q, want %d signs", tt.name, got, tt.want)
		}
	}
	if got := authentic.ProgramSigns(make([]int64, authentic.WatchedFrom-1), authentic.Objects{}); got != nil {
		t.Errorf("too few activities say %q", got)
	}
	if _, ok := authentic.ProgramFlag(1, []string{"active on every day"}, ""); ok {
		t.Error("one sign is enough to ask")
	}
	if f, ok := authentic.ProgramFlag(1, nil, "sync"); !ok || len(f.Reasons) != 1 {
		t.Errorf("a program's name gives %+v", f)
	}
}

func TestKindsReadBackAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for _, k := range []authentic.Kind{authentic.Program, authentic.Ring, authentic.Gaming} {
		if back, err := authentic.ParseKind(k.String()); err != nil || back != k {
			t.Errorf("%v reads back as %v, %v", k, back, err)
		}
	}
	if _, err := authentic.ParseKind("devil"); orrery.CodeOf(err) != orrery.Invalid {
		t.Errorf("got %v, want Invalid", err)
	}
}
