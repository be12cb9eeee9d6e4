package backtest_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/backtest"
	"orrery.dev/orrery/internal/field"
)

// history reads a set of real data that lies beside the checkout.
func history(t testing.TB, name string) *backtest.History {
	t.Helper()
	file, err := os.Open(filepath.Join("../../../shared/data", name+".csv.gz"))
	if err != nil {
		t.Skipf("the data set %s is not there", name)
	}
	defer file.Close()
	h, err := backtest.ReadCSV(file)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// SCIENCE §1, by set, 30 days. The fitted figures saw other training windows
// than ours, so they have the same tolerance.
func TestThePublishedFiguresComeOut(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]map[string]float64{
		"cdnow":   {"cold_start": .777, "fitted": .782},
		"ansible": {"cold_start": .914, "fitted": .915},
		"tldr":    {"cold_start": .915, "fitted": .917},
		"gitgit":  {"cold_start": .910, "fitted": .915},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := backtest.Config{Horizons: []field.Horizon{field.Monthly}}
			if name != "tldr" { // the smallest; the rest of the others takes seconds
				config.Methods = []string{"fitted", "cold_start"}
			}
			results, err := backtest.Run(history(t, name), config)
			if err != nil {
				t.Fatal(err)
			}
			checked := 0
			for _, r := range results {
				t.Logf("%-10s AUC %.4f AP %.4f Brier %.4f ECE %.4f cuts %d n %d positives %d",
					r.Method, r.AUC, r.AveragePrecision, r.Brier, r.ECE, r.Cuts, r.N, r.Positives)
				if r.Method != "cold_start" && r.AUC > results[0].AUC {
					t.Errorf("%s ranks better than the fit: AUC %.4f against %.4f", r.Method, r.AUC, results[0].AUC)
				}
				if !(r.AUCInterval[0] < r.AUC && r.AUC < r.AUCInterval[1]) || !(r.ECEInterval[0] < r.ECE && r.ECE < r.ECEInterval[1]) {
					t.Errorf("%s: AUC %.4f or ECE %.4f lies outside its interval %v, %v", r.Method, r.AUC, r.ECE, r.AUCInterval, r.ECEInterval)
				}
				if w, ok := want[r.Method]; ok {
					checked++
					if math.Abs(r.AUC-w) > .01 {
						t.Errorf("%s: got AUC %.4f, want %.3f ± .01", r.Method, r.AUC, w)
					}
				}
			}
			if checked != len(want) {
				t.Errorf("got results %+v, want one for each of %v", results, want)
			}
		})
	}
}

// invented is a history of people who come each day with a chance of their own,
// for so many days.
func invented(people, days int) *backtest.History {
	rng := rand.New(rand.NewPCG(1, 2))
	var h backtest.History
	for who := range people {
		chance := math.Pow(rng.Float64(), 3) / 5
		for day := range days {
			if rng.Float64() < chance {
				h.Add(backtest.Row{Who: fmt.Sprint(who), When: int64(day)*86_400 + rng.Int64N(86_400), Kind: "comment"})
			}
		}
	}
	return &h
}

func TestBotsAndAnnouncementsAreLeftOut(t *testing.T) {
	t.Parallel()
	config := backtest.Config{Horizons: []field.Horizon{field.Monthly}}
	plain, err := backtest.Run(invented(100, 400), config)
	if err != nil {
		t.Fatal(err)
	}
	h := invented(100, 400)
	for day := range int64(900) {
		h.Add(backtest.Row{Who: "3", When: day * 86_400, Kind: "github.bot"})
		h.Add(backtest.Row{Who: "a new one", When: day * 86_400, Kind: "announce"})
	}
	with, err := backtest.Run(h, config)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(with) != fmt.Sprint(plain) {
		t.Errorf("got %+v with bots, want %+v", with, plain)
	}
}

func TestTheOrderOfRowsDoesNotShowInTheRanking(t *testing.T) {
	t.Parallel()
	var lines []string
	rng := rand.New(rand.NewPCG(3, 4))
	for range 6000 {
		who := rng.IntN(60)
		lines = append(lines, fmt.Sprintf("%d,%d,message,x", who, rng.IntN(500-4*who)*86_400))
	}
	run := func() []backtest.Result {
		h, err := backtest.ReadCSV(strings.NewReader("who,when,kind,object\n" + strings.Join(lines, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		results, err := backtest.Run(h, backtest.Config{Methods: []string{"cold_start", "recency", "rfm", "orbit_love"}})
		if err != nil {
			t.Fatal(err)
		}
		return results
	}
	want := run()
	rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	for i, got := range run() {
		if math.Abs(got.AUC-want[i].AUC) > 1e-9 || got.N != want[i].N || got.Positives != want[i].Positives {
			t.Errorf("got %+v of shuffled rows, want %+v", got, want[i])
		}
	}
}

// A kind that carries weight must reach the Orbit model's score.
func TestWeightsMoveLove(t *testing.T) {
	t.Parallel()
	var h backtest.History
	for who := range 40 {
		kind := "like"
		if who%2 == 0 {
			kind = "pledge" // those who pledge come back, those who like do not
		}
		for day := 0; day < 400; day += 10 + who%7 {
			if who%2 == 1 && day%100 > 40 {
				continue
			}
			h.Add(backtest.Row{Who: fmt.Sprint(who), When: int64(day) * 86_400, Kind: kind})
		}
	}
	results, err := backtest.Run(&h, backtest.Config{Methods: []string{"orbit_love"}, Horizons: []field.Horizon{field.Monthly}})
	if err != nil {
		t.Fatal(err)
	}
	if got := results[0].AUC; got < .9 {
		t.Errorf("got AUC %.3f where weight tells who comes back, want .9 or more", got)
	}
}

func TestWhatCannotBeTestedIsRefusedWithWords(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		history *backtest.History
		config  backtest.Config
		want    string
	}{
		"an empty history":      {&backtest.History{}, backtest.Config{}, "too short"},
		"a history too short":   {invented(50, 140), backtest.Config{}, "too short"},
		"an unknown method":     {invented(50, 400), backtest.Config{Methods: []string{"horoscope"}}, "horoscope"},
		"a horizon beyond it":   {invented(50, 400), backtest.Config{Horizons: []field.Horizon{field.Yearly}}, "too short"},
		"nobody ever came back": {once(), backtest.Config{}, "too short"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := backtest.Run(tt.history, tt.config)
			if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want an invalid one with %q", err, tt.want)
			}
		})
	}
}

// once holds two people who came on one day each.
func once() *backtest.History {
	var h backtest.History
	h.Add(backtest.Row{Who: "1", When: 0, Kind: "comment"})
	h.Add(backtest.Row{Who: "2", When: 300 * 86_400, Kind: "comment"})
	return &h
}

func ExampleRun() {
	var h backtest.History
	for day := range int64(500) {
		for who := range int64(30) {
			if day%(2+who) == 0 && day < 480-10*who {
				h.Add(backtest.Row{Who: fmt.Sprint(who), When: day * 86_400, Kind: "comment"})
			}
		}
	}
	results, err := backtest.Run(&h, backtest.Config{
		Methods:  []string{"recency"},
		Horizons: []field.Horizon{field.Monthly},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range results {
		fmt.Printf("%s, %d days: %d cuts, %d of %d came\n", r.Method, r.HorizonDays, r.Cuts, r.Positives, r.N)
	}
	// Output:
	// recency, 30 days: 8 cuts, 115 of 240 came
}

func TestAResultHasTheShapeThatOthersRelyOn(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(backtest.Result{Target: "return", Method: "rfm", HorizonDays: 90, AUC: .5, Cuts: 8, AUCInterval: backtest.Interval{.4, .6}})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"target":"return","method":"rfm","horizon_days":90,"auc":0.5,"average_precision":0,"brier":0,"ece":0,"cuts":8,"n":0,"positives":0,` +
		`"auc_interval":[0.4,0.6],"average_precision_interval":[0,0],"brier_interval":[0,0],"ece_interval":[0,0]}`
	if string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
