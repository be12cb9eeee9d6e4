// Package all lists the connectors that come with Orrery, with the settings
// that a person can give each. A new connector is its own folder and one line
// in Kinds.
package all

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/csv"
	"orrery.dev/orrery/internal/collect/git"
	"orrery.dev/orrery/internal/collect/ndjson"
)

// Kind is a kind of connector.
type Kind struct {
	Name     string // as in `orrery import NAME`
	Argument string // what it reads, for the usage line
	Short    string
	Settings func() Settings
}

// Settings are what a person can say about one import.
type Settings interface {
	Flags(*pflag.FlagSet)
	// Connector makes a connector of what was said. ask is nil where nobody can
	// be asked: then defaults hold.
	Connector(ctx context.Context, path string, now time.Time, ask Ask) (collect.Connector, error)
}

// Ask puts a question to a person and returns the answer, or preset for none.
type Ask func(text string, choices []string, preset string) (string, error)

// Kinds lists the connectors by name.
func Kinds() []Kind {
	return []Kind{
		{"csv", "FILE", "Bring in a table: CSV, TSV or what a spreadsheet saves as such, gzipped or not", func() Settings { return &csvSettings{} }},
		{"feed", "ADDRESS|FILE", "Bring in what people published on a blog or a podcast: RSS, Atom or JSON Feed", func() Settings { return &feedSettings{} }},
		{"git", "FOLDER", "Bring in the history of a git repository", func() Settings { return &gitSettings{} }},
		{"ical", "FILE", "Bring in who came to the events of a calendar, saved as .ics", func() Settings { return icalSettings{} }},
		{"mbox", "FILE|FOLDER", "Bring in an archive of mail: mbox, monthly files of a list, a Maildir, packed or not", func() Settings { return mboxSettings{} }},
		{"ndjson", "FILE", "Bring in activities in Orrery's own form, one JSON object a line", func() Settings { return ndjsonSettings{} }},
		{"slack", "FOLDER|ARCHIVE", "Bring in the export of a Slack workspace, as its ZIP or unpacked", func() Settings { return &slackSettings{} }},
		{"stackexchange", "FOLDER|ARCHIVE", "Bring in the dump of a Stack Exchange site", func() Settings { return &stackexchangeSettings{} }},
	}
}

type gitSettings struct{ all, noMailmap bool }

func (s *gitSettings) Flags(f *pflag.FlagSet) {
	f.BoolVar(&s.all, "all", false, "all branches and tags, not only HEAD")
	f.BoolVar(&s.noMailmap, "no-mailmap", false, "leave out what the .mailmap says of who is who")
}

func (s *gitSettings) Connector(_ context.Context, path string, now time.Time, _ Ask) (collect.Connector, error) {
	return git.New(path, git.Options{All: s.all, NoMailmap: s.noMailmap, Now: func() time.Time { return now }}), nil
}

type ndjsonSettings struct{}

func (ndjsonSettings) Flags(*pflag.FlagSet) {}

func (ndjsonSettings) Connector(_ context.Context, path string, now time.Time, _ Ask) (collect.Connector, error) {
	return ndjson.New(path, ndjson.Options{Now: now}), nil
}

type csvSettings struct {
	mapping, kind, unit, delimiter, dates, zone, decimal, preset string
	noHeader, from1904                                           bool
}

func (s *csvSettings) Flags(f *pflag.FlagSet) {
	f.StringVar(&s.mapping, "map", "", "what the columns mean, as in `who=Member,when=Date,kind==purchase`")
	f.StringVar(&s.preset, "preset", "", "what the table is: `orders`, subscribers or attendance; none: nothing is guessed")
	f.StringVar(&s.kind, "kind", "", "what the rows are, where no column says it: `purchase`, comment, hours.volunteered")
	f.StringVar(&s.unit, "unit", "", "unit of quantities where no column says it: `EUR`, hours")
	f.StringVar(&s.delimiter, "delimiter", "", "what parts the columns: `comma`, semicolon, tab or bar")
	f.StringVar(&s.dates, "dates", "", "how to read 03/04/2026: `day-first` or month-first")
	f.StringVar(&s.zone, "zone", "", "zone of times that name none, as in `Europe/Berlin` (UTC)")
	f.StringVar(&s.decimal, "decimal", "", "how to read 1,234: `point` (1234) or comma (1.234)")
	f.BoolVar(&s.noHeader, "no-header", false, "the first row is data, not names")
	f.BoolVar(&s.from1904, "from-1904", false, "day numbers count from 1904, as old spreadsheets on a Mac did")
}

// Connector reads what was said, and asks about what the file leaves open.
func (s *csvSettings) Connector(ctx context.Context, path string, now time.Time, ask Ask) (collect.Connector, error) {
	opt, err := s.options(now)
	if err != nil {
		return nil, err
	}
	if ask != nil {
		for {
			preview, err := csv.Inspect(ctx, path, opt)
			if err != nil {
				return nil, err
			}
			if len(preview.Questions) == 0 {
				if s.mapping == "" {
					if err := s.confirm(preview, ask); err != nil {
						return nil, err
					}
				}
				break
			}
			q := preview.Questions[0]
			answer, err := ask(q.Text, q.Choices, q.Default)
			if err != nil {
				return nil, err
			}
			if err := s.answer(q.About, answer, &opt); err != nil {
				return nil, err
			}
		}
	}
	return csv.New(path, opt), nil
}

// confirm shows how the first rows are understood and asks whether that is
// right.
func (s *csvSettings) confirm(p csv.Preview, ask Ask) error {
	var b strings.Builder
	if p.Preset != "" {
		fmt.Fprintf(&b, "These are %s (--preset none if not).\n", p.Preset)
	}
	fmt.Fprintf(&b, "Understood as %s\n", p.Mapping)
	for _, row := range p.Rows {
		who := row.Actor.Name
		if who == "" {
			who = row.Actor.Value
		}
		fmt.Fprintf(&b, "  %s  %-24.24q  %s", row.At.Format("2006-01-02 15:04"), who, row.Kind)
		if row.Object.ID != "" {
			fmt.Fprintf(&b, "  %.40q", row.Object.ID)
		}
		if row.Unit != "" || row.Quantity != 0 {
			fmt.Fprintf(&b, "  %g %s", row.Quantity, row.Unit)
		}
		b.WriteByte('\n')
	}
	b.WriteString("Is this right?")
	answer, err := ask(b.String(), []string{"yes", "no"}, "yes")
	if err != nil {
		return err
	}
	if answer != "yes" {
		return orrery.Errorf(orrery.Invalid, "nothing was imported: say what the columns mean, starting from --map '%s'; the columns are %s",
			p.Mapping, strings.Join(p.Columns, ", "))
	}
	return nil
}

func (s *csvSettings) answer(about csv.Subject, answer string, opt *csv.Options) error {
	switch about {
	case csv.AboutDateOrder:
		s.dates = strings.ReplaceAll(answer, " ", "-")
	case csv.AboutDecimal:
		s.decimal = answer
	case csv.AboutLocation:
		s.zone = answer
	case csv.AboutKind:
		s.kind = answer
	case csv.AboutUnit:
		s.unit = answer
	case csv.AboutMapping:
		s.mapping = answer
	}
	next, err := s.options(opt.Now)
	if err != nil {
		return err
	}
	*opt = next
	return nil
}

func (s *csvSettings) options(now time.Time) (csv.Options, error) {
	opt := csv.Options{Preset: s.preset, Kind: s.kind, Unit: s.unit, From1904: s.from1904, Now: now}
	var err error
	if opt.Mapping, err = csv.ParseMapping(s.mapping); err != nil {
		return opt, err
	}
	if s.noHeader {
		opt.Header = csv.HeaderNo
	}
	switch s.delimiter {
	case "":
	case "comma", ",":
		opt.Delimiter = ','
	case "semicolon", ";":
		opt.Delimiter = ';'
	case "tab", "\t":
		opt.Delimiter = '\t'
	case "bar", "pipe", "|":
		opt.Delimiter = '|'
	default:
		return opt, orrery.Errorf(orrery.Invalid, "--delimiter %q: choose comma, semicolon, tab or bar", s.delimiter)
	}
	switch s.dates {
	case "":
	case "day-first":
		opt.DateOrder = csv.DayFirst
	case "month-first":
		opt.DateOrder = csv.MonthFirst
	default:
		return opt, orrery.Errorf(orrery.Invalid, "--dates %q: choose day-first or month-first", s.dates)
	}
	switch s.decimal {
	case "":
	case "point":
		opt.Decimal = csv.MarkPoint
	case "comma":
		opt.Decimal = csv.MarkComma
	default:
		return opt, orrery.Errorf(orrery.Invalid, "--decimal %q: choose point or comma", s.decimal)
	}
	if s.zone != "" {
		if opt.Location, err = time.LoadLocation(s.zone); err != nil {
			return opt, orrery.Errorf(orrery.Invalid, "--zone %q is no zone known here: write it as Europe/Berlin or UTC", s.zone)
		}
	}
	return opt, nil
}
