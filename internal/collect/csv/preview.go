package csv

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/intake"
)

// Preview says how a file will be understood, before anything is imported.
type Preview struct {
	Delimiter rune
	Encoding  intake.Encoding
	Gzip      bool
	Header    bool     // the first row names the columns
	Columns   []string // their names, or their numbers from 1
	Ignored   []string // columns that no role reads
	Mapping   Mapping  // complete: guesses and what was said
	Kind      string   // of rows that name none
	Preset    string   // in words, "orders as Shopify exports them"; empty where none is used
	As        string   // the same as Options.Preset takes it
	Rows      []orrery.Activity
	Cells     [][]string        // the same rows as they stand in the file, as many cells as there are columns
	Skipped   []collect.Skipped // rows among the first that cannot be read, five at most
	Questions []Question
}

// Question is something that the file leaves open. Without an answer Default is
// done.
type Question struct {
	About   Subject
	Text    string
	Choices []string // what can be answered, Default first; empty for free text
	Default string
}

// Subject names the field of Options that answers a question.
type Subject string

// The subjects of questions.
const (
	AboutDateOrder Subject = "date order" // DayFirst or MonthFirst
	AboutDecimal   Subject = "decimal"    // MarkPoint or MarkComma
	AboutLocation  Subject = "location"   // the zone of times without one
	AboutKind      Subject = "kind"       // Options.Kind or a mapping
	AboutUnit      Subject = "unit"       // Options.Unit
	AboutMapping   Subject = "mapping"
)

const previewRows = 5

// Inspect reads the beginning of a file and says how it will be understood.
// Its errors are those of Connector.Source.
func Inspect(ctx context.Context, path string, opt Options) (Preview, error) {
	c := New(path, opt)
	if err := c.open(ctx); err != nil {
		return Preview{}, err
	}
	defer c.file.Close()
	if c.file.Pipe {
		return Preview{}, orrery.Errorf(orrery.Invalid, "%s can be read only once, so nobody can look at it first: save it to a file", path)
	}
	return c.preview(ctx)
}

func (c *Connector) preview(ctx context.Context) (Preview, error) {
	p := c.plan
	v := Preview{
		Delimiter: rune(p.delim), Encoding: p.encoding, Gzip: c.file.Gzip,
		Header: p.named, Columns: p.header, Mapping: p.mapping, Kind: p.kind, Preset: p.presetTitle(), As: p.presetName(), Ignored: p.ignored(),
		Questions: p.questions(c.opt),
	}
	in := newRecords(c.file, p.delim, p.eol)
	rows := p.rows(c.opt.Now)
	if p.begin(ctx, in) != nil {
		return v, ctx.Err()
	}
	for n := 0; n < sampleRows && len(v.Rows) < previewRows; n++ {
		if err := in.next(ctx); err != nil {
			return v, ctx.Err()
		}
		if in.blank() {
			continue
		}
		fault := in.fault
		var a orrery.Activity
		if fault == "" {
			fault = rows.read(in, &a)
		}
		switch {
		case rows.passed:
		case fault == "":
			v.Rows = append(v.Rows, a)
			v.Cells = append(v.Cells, in.cells(len(p.header)))
		case len(v.Skipped) < previewRows:
			v.Skipped = append(v.Skipped, collect.Skipped{Row: in.line, Reason: fault, Excerpt: intake.Excerpt(in.raw)})
		}
	}
	return v, nil
}

func (p *plan) ignored() []string {
	used := make([]bool, len(p.header))
	for _, from := range p.from {
		for _, c := range from.columns {
			used[c] = true
		}
	}
	for _, c := range p.extra {
		if c >= 0 {
			used[c] = true
		}
	}
	var ignored []string
	for c, name := range p.header {
		if !used[c] {
			ignored = append(ignored, name)
		}
	}
	return ignored
}

func (p *plan) questions(opt Options) []Question {
	var all []Question
	when := p.when()
	if _, open := when.order(true); open && opt.DateOrder == OrderGuessed {
		all = append(all, p.orderQuestion(when.orderOpen))
	}
	if when.zoneless() && opt.Location == nil {
		all = append(all, Question{
			About: AboutLocation, Default: "UTC",
			Text: "The times name no zone. In which zone are they? (such as Europe/Berlin)",
		})
	}
	if columns := p.from[Quantity].columns; len(columns) > 0 {
		all = append(all, p.amountQuestions(columns[0], opt)...)
	}
	if !p.from[Kind].given() && p.kind == anyKind && opt.Kind == "" {
		all = append(all, Question{
			About: AboutKind, Default: p.kind,
			Text: "No column says what people did. What are the rows? (such as purchase, comment, hours.volunteered)",
		})
	}
	if !p.named && opt.Mapping == (Mapping{}) {
		all = append(all, Question{
			About: AboutMapping, Default: p.mapping.String(),
			Text: "The first row does not name the columns. What do they mean, by their numbers?",
		})
	}
	return all
}

func (p *plan) orderQuestion(example string) Question {
	choices := []string{"day first", "month first"}
	if !p.times.dayFirst {
		slices.Reverse(choices)
	}
	both := make([]string, 0, 2)
	for _, dayFirst := range []bool{true, false} {
		t := p.times
		t.dayFirst = dayFirst
		if at, fault := t.parse(example); fault == "" {
			both = append(both, at.Format("2 January 2006"))
		}
	}
	return Question{
		About: AboutDateOrder, Choices: choices, Default: choices[0],
		Text: fmt.Sprintf("Does %s mean %s?", example, strings.Join(both, " or ")),
	}
}

func (p *plan) amountQuestions(column int, opt Options) []Question {
	var all []Question
	profile := p.columns[column]
	if _, open := profile.mark(p.amounts.comma); open && opt.Decimal == MarkGuessed {
		choices := []string{"point", "comma"}
		if p.amounts.comma {
			slices.Reverse(choices)
		}
		all = append(all, Question{
			About: AboutDecimal, Choices: choices, Default: choices[0],
			Text: fmt.Sprintf("In %s, is the decimal mark a point or a comma?", profile.markOpen),
		})
	}
	if p.amounts.unit == "" && opt.Unit == "" && !p.from[Unit].given() && profile.unit == "" {
		all = append(all, Question{
			About: AboutUnit, Default: NoUnit,
			Text: fmt.Sprintf("What is counted in %q? (such as EUR, USD, hours)", p.header[column]),
		})
	}
	return all
}

// cells copies the fields of the record, n of them, in the encoding that they
// are imported in.
func (r *records) cells(n int) []string {
	cells := make([]string, n)
	for i := range cells[:min(n, len(r.spans))] {
		cell := r.text[r.spans[i][0]:r.spans[i][1]]
		if text, _, ok := intake.Text(nil, cell); ok {
			cell = text
		}
		cells[i] = strings.ToValidUTF8(string(cell), "\uFFFD")
	}
	return cells
}

// SplitColumns parts the columns that a Place joins.
func SplitColumns(joined string) []string {
	if joined == "" {
		return nil
	}
	return strings.Split(joined, "+")
}
