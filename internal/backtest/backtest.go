// Package backtest asks how well closeness would have told who comes back, on
// the history that an installation or a file holds.
//
// It is not part of the data path: a door hands it a history, it scores the past
// as if it were today, and the door prints the results. It imports field, so
// that what is judged is the code that runs, and catalogue for weights.
//
// The protocol (SCIENCE §1), in the reading under which its published figures
// come out:
//
//   - Only whole UTC days count. Rows of kind bot or announce (or whose last
//     segment is that) are left out; every other kind is an activity.
//   - The span is from the first day a to the last day b of what is left.
//   - There are 8 cuts, spread evenly from max(a + .45·(b − a), a + 120) to b − H,
//     both ends included, each cut short to a whole day; equal ones are one. A cut
//     is the UTC midnight that begins its day c.
//   - What is known at a cut: days before c. Who is asked about: everybody whose
//     last such day is at least c − 365. What is asked: any day in [c, c + H).
//   - This is the target return. The target closeness is told by days that qualify
//     (meaningful, not prompted by us) and asks for one; who is asked about is who
//     had such a day and is in orbit, by any activity. Gravity's people are always
//     those in orbit.
//   - ρ = c − last day, so somebody who came the day before has ρ = 1; day
//     counts decay to c likewise. This is field's "as of" day c − 1.
//   - Everything fitted, Platt's scaling included, sees only windows that end by
//     the cut, at c − H, c − 2H, …, at least 60 days in: field's fits as many as
//     they learn from on an installation (field.Windows), plain methods the latest
//     4, on which their one number is scaled.
//   - The models of buying till you die (bg_nbd, pareto_nbd) learn nothing from
//     windows: they are fitted to the days of everybody who came before the cut,
//     of 2,500 of them at most, and their chance is judged as they state it.
//   - A figure is the mean over the cuts at which some came and some did not;
//     n and positives are sums over them. Its interval is a bootstrap by person;
//     the fits are not repeated in it.
package backtest

import (
	"context"
	"math"
	"slices"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/catalogue"
	"orrery.dev/orrery/internal/field"
)

// Target is what is foretold.
type Target string

// The targets: any activity, and a meaningful one that nobody prompted.
const (
	Return    Target = "return"
	Closeness Target = "closeness"
)

// Result is how one method did at one horizon.
type Result struct {
	Target           Target  `json:"target"`
	Method           string  `json:"method"`
	HorizonDays      int     `json:"horizon_days"`
	AUC              float64 `json:"auc"` // chance that who came stands above who did not, ties half
	AveragePrecision float64 `json:"average_precision"`
	Brier            float64 `json:"brier"`
	ECE              float64 `json:"ece"` // expected calibration error, 10 bins of equal count
	Cuts             int     `json:"cuts"`
	N                int     `json:"n"` // people, over all cuts
	Positives        int     `json:"positives"`

	AUCInterval              Interval `json:"auc_interval"`
	AveragePrecisionInterval Interval `json:"average_precision_interval"`
	BrierInterval            Interval `json:"brier_interval"`
	ECEInterval              Interval `json:"ece_interval"`
}

// Config says what to test. Empty fields mean everything there is; no targets
// mean return.
type Config struct {
	Targets   []Target
	Methods   []string
	Horizons  []field.Horizon
	Catalogue *catalogue.Catalogue
}

const (
	cuts        = 8
	population  = 365 // days
	firstCut    = 120 // days in, at least
	scalings    = 4   // windows that plain methods are scaled on
	firstWindow = 60  // days in, at least
)

// Report is all that a test tells.
type Report struct {
	Results []Result        // by target, horizon, and in the order of the methods
	Gravity []Gravity       // by target, horizon and cut
	Drift   []DriftResult   // by target, horizon and direction
	Silence []SilenceResult // by target and horizon
	Curves  []Curve         // by target and horizon
}

// Run tests every method at every horizon that the history is long enough for,
// and returns a result for each, by target, horizon, and in the order of the
// methods. A history too short for all horizons, or an unknown method, is an
// orrery.Invalid error.
func Run(h *History, config Config) ([]Result, error) {
	report, err := Examine(context.Background(), h, config)
	return report.Results, err
}

// Examine is Run, and tells of gravity, drift and the fit's curves besides. It
// uses all processors, and gives the same report however many there are.
func Examine(ctx context.Context, h *History, config Config) (Report, error) {
	var report Report
	chosen, err := methodsNamed(config.Methods)
	if err != nil {
		return report, err
	}
	if len(config.Horizons) == 0 {
		config.Horizons = []field.Horizon{field.Monthly, field.Quarterly, field.Yearly}
	}
	if len(config.Targets) == 0 {
		config.Targets = []Target{Return}
	}
	if config.Catalogue == nil {
		config.Catalogue = catalogue.Default()
	}
	var exams []*exam
	var p *past
	for _, target := range config.Targets {
		p = h.past(config.Catalogue, target)
		for _, horizon := range config.Horizons {
			exams = append(exams, newExam(p, target, horizon, chosen))
		}
	}
	var jobs []func()
	for _, e := range exams {
		for i := range e.moments {
			jobs = append(jobs, func() { e.sit(&e.moments[i]) })
		}
	}
	if err := inParallel(ctx, jobs); err != nil {
		return report, err
	}
	results := make([][]Result, len(exams))
	jobs = nil
	for i, e := range exams {
		results[i] = make([]Result, len(chosen))
		for m := range chosen {
			jobs = append(jobs, func() { results[i][m] = e.result(m) })
		}
	}
	if err := inParallel(ctx, jobs); err != nil {
		return report, err
	}
	for i, e := range exams {
		if !e.judged() {
			continue
		}
		report.Results = append(report.Results, results[i]...)
		e.tell(&report)
	}
	if len(report.Results) == 0 {
		return report, orrery.Errorf(orrery.Invalid,
			"a history of %d days by %d people is too short to test: %d days, with some who came back and some who did not, are the least",
			p.last-p.first+1, len(p.people), firstCut+int(slices.Min(config.Horizons)))
	}
	return report, nil
}

// cutsOf spreads the cuts evenly. None fit in a span that is too short.
func cutsOf(first, last orrery.Day, h field.Horizon) []orrery.Day {
	from := math.Max(float64(first)+.45*float64(last-first), float64(first+firstCut))
	to := float64(last) - float64(h)
	if from > to {
		return nil
	}
	var days []orrery.Day
	for i := range cuts {
		days = append(days, orrery.Day(from+(to-from)*float64(i)/(cuts-1)))
	}
	return slices.Compact(days)
}

func count(came []bool) int {
	n := 0
	for _, c := range came {
		if c {
			n++
		}
	}
	return n
}

// Methods returns the names of all methods, the plainest last.
func Methods() []string {
	var names []string
	for _, m := range methods() {
		names = append(names, m.name)
	}
	return names
}

func methodsNamed(names []string) ([]method, error) {
	all := methods()
	if len(names) == 0 {
		return all, nil
	}
	var chosen []method
	for _, name := range names {
		i := slices.IndexFunc(all, func(m method) bool { return m.name == name })
		if i < 0 {
			return nil, orrery.Errorf(orrery.Invalid, "%q is not a method: choose from %s", name, strings.Join(Methods(), ", "))
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}
