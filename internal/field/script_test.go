package field_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/field"
)

// Scripts under testdata/script tell small stories, a line each:
//
//	rhythm DAYS                                     the horizon; 30 unless said
//	on DAY WHO KIND [xN] [prompted|peer] [with WHO] [to WHO]
//	every N from DAY to DAY WHO KIND …              the same on every Nth day
//	expect DAY WHO FIGURE WANT …                    half a unit of the last digit off at most
//	clear                                           begins anew
//
// "to WHO" also gives WHO a row of their own, as the one addressed. Figures are
// those of a Reading; given.STRATEGY and received.STRATEGY, and the points of a
// reason by its first word.
func TestScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/script/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := newStory()
			for i, line := range strings.Split(string(text), "\n") {
				line, _, _ = strings.Cut(line, "#")
				words := strings.Fields(line)
				if len(words) == 0 {
					continue
				}
				if err := s.tell(words); err != nil {
					t.Errorf("%s:%d: %v", file, i+1, err)
				}
			}
		})
	}
}

type story struct {
	horizon field.Horizon
	rows    []field.Row
	names   map[string]orrery.MemberID
}

func newStory() *story { return &story{horizon: field.Monthly, names: map[string]orrery.MemberID{}} }

var scriptKinds = map[string]uint16{
	"comment": comment, "like": like, "review": review, "complaint": complaint, "presence": presence, "crumb": crumb,
}

func (s *story) tell(words []string) error {
	switch words[0] {
	case "clear":
		*s = *newStory()
		return nil
	case "rhythm":
		days, err := strconv.Atoi(words[1])
		s.horizon = field.Horizon(days)
		return err
	case "on":
		day, err := orrery.ParseDay(words[1])
		if err != nil {
			return err
		}
		return s.act(day, words[2:])
	case "every":
		step, err := strconv.Atoi(words[1])
		if err != nil {
			return err
		}
		from, err := orrery.ParseDay(words[3])
		if err != nil {
			return err
		}
		to, err := orrery.ParseDay(words[5])
		for day := from; day <= to && err == nil; day += orrery.Day(step) {
			err = s.act(day, words[6:])
		}
		return err
	case "expect":
		return s.expect(words[1], words[2], words[3:])
	}
	return fmt.Errorf("unknown word %q", words[0])
}

func (s *story) member(name string) orrery.MemberID {
	if _, ok := s.names[name]; !ok {
		s.names[name] = orrery.MemberID(len(s.names) + 1)
	}
	return s.names[name]
}

func (s *story) act(day orrery.Day, words []string) error {
	kind, ok := scriptKinds[words[1]]
	if !ok {
		return fmt.Errorf("unknown kind %q", words[1])
	}
	row := field.Row{Member: s.member(words[0]), Day: day, Planet: 1, Kind: kind, Valence: field.NoValence}
	times := 1
	var addressed []field.Row
	for i := 2; i < len(words); i++ {
		switch word := words[i]; {
		case word == "prompted":
			row.Origin = orrery.Prompted
		case word == "peer":
			row.Origin = orrery.Peer
		case word == "with":
			i++
			row.With = s.member(words[i])
		case word == "to":
			i++
			row.With = s.member(words[i])
			addressed = []field.Row{row}
			addressed[0].Member, addressed[0].With, addressed[0].Receives = row.With, row.Member, true
		default:
			if _, err := fmt.Sscanf(word, "x%d", &times); err != nil {
				return fmt.Errorf("unknown word %q", word)
			}
		}
	}
	for range times {
		s.rows = append(append(s.rows, row), addressed...)
	}
	return nil
}

func (s *story) expect(day, who string, words []string) error {
	d, err := orrery.ParseDay(day)
	if err != nil {
		return err
	}
	e := field.Build(rules, one(s.rows))
	r, ok := e.Read(field.Orbit{Member: s.member(who), Planet: 1}, field.ColdForecast(s.horizon), d)
	if !ok {
		return fmt.Errorf("%s has no orbit", who)
	}
	for ; len(words) > 1; words = words[2:] {
		got, want := figure(&r, words[0]), words[1]
		if number, err := strconv.ParseFloat(want, 64); err == nil {
			decimals := len(want) - 1 - strings.IndexByte(want+".", '.')
			gotNumber, _ := strconv.ParseFloat(got, 64)
			if !(math.Abs(gotNumber-number) <= .5*math.Pow10(-max(decimals, 0))+1e-12) {
				return fmt.Errorf("%s on %s: got %s %s, want %s", who, day, words[0], got, want)
			}
		} else if got != want {
			return fmt.Errorf("%s on %s: got %s %s, want %s", who, day, words[0], got, want)
		}
	}
	return nil
}

func figure(r *field.Reading, name string) string {
	if axis, strategy, ok := strings.Cut(name, "."); ok {
		s, err := orrery.ParseStrategy(strategy)
		if err != nil {
			return err.Error()
		}
		return fmt.Sprint(map[string]float64{"given": r.Given[s], "received": r.Received[s]}[axis])
	}
	switch name {
	case "closeness":
		return fmt.Sprint(r.Closeness)
	case "return":
		return fmt.Sprint(r.Return)
	case "level":
		return r.Level.String()
	case "drift":
		if !r.DriftKnown {
			return "unknown"
		}
		return fmt.Sprint(r.Drift)
	case "endurance":
		return fmt.Sprintf("%d/%d", r.Endurance.Came, r.Endurance.Of)
	case "repelled":
		return fmt.Sprint(r.Repelled)
	case "reach":
		return fmt.Sprint(r.Reach)
	}
	for _, reason := range r.Reasons {
		if strings.HasSuffix(reason.Term, name) {
			return fmt.Sprint(reason.Points)
		}
	}
	return "nothing"
}
