package csv_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/collecttest"
	"orrery.dev/orrery/internal/collect/csv"
)

func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(path string) *csv.Connector { return csv.New(path, csv.Options{Now: now}) }

func gzipped(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheConnectorConforms(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"thread", "trouble", "spenden", "activity"} {
		for _, ending := range []string{"", ".gz"} {
			t.Run(name+ending, func(t *testing.T) {
				t.Parallel()
				text, err := os.ReadFile("testdata/files/" + name + ".csv")
				if err != nil {
					t.Fatal(err)
				}
				path := write(t, name+".csv"+ending, "")
				put := func(t *testing.T, text string) {
					data := []byte(text)
					if ending != "" {
						data = gzipped(t, text)
					}
					if err := os.WriteFile(path, data, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				rows := map[string]string{
					"thread":   "m3,ada,2026-04-03T12:15:00Z,answer,t1,m2,,,,,,,,1,peer\n",
					"trouble":  "z,2026-04-03,like,peer,1\n",
					"spenden":  "Max;Weg 3;05.04.2026;1;Brunnen;\n",
					"activity": "17,1328465109,review,examples/playbook.yml\n",
				}
				// The suite needs three activities of each file.
				grown := string(text) + strings.Repeat(rows[name], 1)
				if name == "spenden" {
					grown += "Eva;Weg 3;05.04.2026;1;Schule;\n"
				}
				put(t, grown)
				collecttest.Run(t, collecttest.Case{
					New:    func(*testing.T) collect.Connector { return open(path) },
					Grow:   func(t *testing.T) { put(t, grown+strings.Replace(rows[name], "m3", "m4", 1)+"\n") },
					Golden: "testdata/" + name + ".golden.ndjson",
					Now:    now,
				})
			})
		}
	}
}

func TestSourceNamesThePlanetAfterTheFile(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"ansible.csv.gz": "ansible", "Spenden & Helfer 2026.CSV": "spenden-helfer-2026", "a.b.tsv": "a-b", "Über uns.csv": "uber-uns", "….csv": "planet",
	} {
		source, err := open(write(t, name, "who,when\n1,1328464132\n")).Source(t.Context())
		if err != nil || source.Planet != want || source.Name != "csv/"+want || source.Kind != "csv" {
			t.Errorf("%s: got %+v %v, want planet %s", name, source, err, want)
		}
	}
}

func TestSourceRefusesWhatIsNoCSVAndSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, says string }{
		{"nothing", "", "is empty"},
		{"a spreadsheet", "PK\x03\x04\x14\x00", "save it as CSV"},
		{"an old spreadsheet", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as CSV"},
		{"a PDF", "%PDF-1.7\n", "is a PDF"},
		{"a web page", "\n<!DOCTYPE html><html>", "web page"},
		{"JSON", `{"who": 1}`, "import ndjson"},
		{"a JSON array", "[\n  {\"who\": 1}]", "import ndjson"},
		{"a database", "SQLite format 3\x00", "SQLite"},
		{"bytes", strings.Repeat("\x00\x01\x02\x03abc", 100), "is not text"},
		{"compressed twice", string(gzipped(t, string(gzipped(t, "who,when\n")))), "compressed twice"},
		{"a damaged archive", "\x1f\x8b\x08\x00garbage that is no gzip at all", "damaged"},
		{"blank lines", "\n\n\n", "no row"},
		{"prose", "Dear all,\nplease find the numbers below.\nYours\n", "no column"},
		{"no time", "who,kind\na,like\n", "when=COLUMN"},
		{"no person", "when,kind\n1328464132,like\n", "who=COLUMN"},
		{"no names and no time", "a,b\nc,d\n", "no column that tells"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := open(write(t, "a.csv", c.text)).Source(t.Context())
			if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want an invalid error that says %q", err, c.says)
			}
		})
	}
	for path, says := range map[string]string{t.TempDir(): "is a folder", filepath.Join(t.TempDir(), "none.csv"): "there is no file"} {
		if _, err := open(path).Source(t.Context()); orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want an invalid error that says %q", err, says)
		}
	}
}

func TestATruncatedArchiveKeepsWhatWasReadUntilThere(t *testing.T) {
	t.Parallel()
	text := benchRows(100_000, "unix")
	packed := gzipped(t, string(text))
	var r collecttest.Recorder
	err := r.Run(t.Context(), open(write(t, "a.csv.gz", string(packed[:len(packed)*2/3]))), nil)
	if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), "ends early") ||
		!strings.Contains(err.Error(), fmt.Sprintf(" %d rows", len(r.Activities))) {
		t.Errorf("got %v after %d rows, want an invalid error that says so", err, len(r.Activities))
	}
	whole := collecttest.Collect(t, open(write(t, "a.csv", string(text))), nil)
	if n := len(r.Activities); n < 30_000 || len(r.Skips) > 0 || !slices.Equal(externalIDs(&r), externalIDs(whole)[:n]) {
		t.Errorf("got %d activities and %d skips, want the first of all and none", n, len(r.Skips))
	}
}

func externalIDs(r *collecttest.Recorder) []string {
	ids := make([]string, 0, len(r.Activities))
	for i := range r.Activities {
		ids = append(ids, r.Activities[i].ExternalID)
	}
	return ids
}

func TestIDsDoNotDependOnTheOrderOrTheFormOfAFile(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	rows := make([][3]string, 500)
	for i := range rows { // few values, so that many rows are equal
		rows[i] = [3]string{fmt.Sprint(r.IntN(5)), fmt.Sprint(1_328_464_132 + r.IntN(10)), [...]string{"like", "a \"b\", c", "x;y\nz"}[r.IntN(3)]}
	}
	file := func(name, header, sep string, order [3]int) []string {
		var b strings.Builder
		b.WriteString(header + "\n")
		for _, row := range rows {
			for i, c := range order {
				if i > 0 {
					b.WriteString(sep)
				}
				b.WriteString(`"` + strings.ReplaceAll(row[c], `"`, `""`) + `"`)
			}
			b.WriteString("\n")
		}
		ids := externalIDs(collecttest.Collect(t, open(write(t, name, b.String())), nil))
		slices.Sort(ids)
		return ids
	}
	want := file("a.csv", "who,when,kind", ",", [3]int{0, 1, 2})
	if len(want) != len(rows) || len(slices.Compact(slices.Clone(want))) != len(rows) {
		t.Fatalf("got %d ids, want %d that differ", len(want), len(rows))
	}
	for range 5 {
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		if got := file("a.csv", "who,when,kind", ",", [3]int{0, 1, 2}); !slices.Equal(got, want) {
			t.Fatal("shuffled rows have other ids")
		}
	}
	if got := file("b.tsv", "Kind\tWhen\tWho", "\t", [3]int{2, 1, 0}); !slices.Equal(got, want) {
		t.Error("other columns and tabs make other ids")
	}
	rows = append(rows, rows[:50]...)
	if got := file("a.csv", "who,when,kind", ",", [3]int{0, 1, 2}); !contains(got, want) || len(got) != len(rows) {
		t.Error("a grown file has lost ids")
	}
}

// contains reports whether all of the sorted part is in the sorted whole.
func contains(whole, part []string) bool {
	for _, id := range part {
		if _, ok := slices.BinarySearch(whole, id); !ok {
			return false
		}
	}
	return true
}

func TestTwoPeopleWhoShareAnAddressStayTwo(t *testing.T) {
	t.Parallel()
	global := func(address string) orrery.Actor {
		return orrery.Actor{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail, Value: address}
	}
	for _, c := range []struct {
		name, header, row string
		want              orrery.Actor
	}{
		{"who alone", "who,when", "7,2026-04-03", orrery.Actor{Type: "who", Value: "7"}},
		{"who that is an address", "who,when", "Ann@Example.org,2026-04-03", global("ann@example.org")},
		{"who and an address", "who,email,when", "7,F@x.org,2026-04-03", orrery.Actor{Type: "who", Value: "7", Email: "f@x.org"}},
		{"who is the address", "who,email,when", "f@x.org,F@x.org,2026-04-03", global("f@x.org")},
		{"who, name and an address", "who,name,email,when", "7,Ann,f@x.org,2026-04-03", orrery.Actor{Type: "who", Value: "7", Name: "Ann", Email: "f@x.org"}},
		{"a name and an address", "name,email,when", "Ann,f@x.org,2026-04-03", orrery.Actor{Type: "alias", Value: "Ann <f@x.org>", Name: "Ann", Email: "f@x.org"}},
		{"no name and an address", "name,email,when\nBob,b@x.org,2026-04-03", ",f@x.org,2026-04-03", global("f@x.org")},
		{"a name and no address", "name,email,when\nBob,b@x.org,2026-04-03", "Ann,,2026-04-03", orrery.Actor{Type: "alias", Value: "Ann", Name: "Ann"}},
		{"an address alone", "e-mail,when", "f@x.org,2026-04-03", global("f@x.org")},
		{"what is no address", "who,email,when\n8,a@x.org,2026-04-03", "7,none,2026-04-03", orrery.Actor{Type: "who", Value: "7"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := collecttest.Collect(t, open(write(t, "a.csv", c.header+"\n"+c.row+"\n")), nil)
			if n := len(r.Activities); n == 0 || r.Activities[n-1].Actor != c.want {
				t.Errorf("got %+v, want %+v", r.Activities, c.want)
			}
		})
	}
}

func TestTheKindComesFromTheRowTheOptionsTheNameOrTheUnit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, text, option, want string }{
		{"the row", "orders.csv", "who,when,kind\n1,2026-04-03,like\n", "share", "like"},
		{"the options", "orders.csv", "who,when\n1,2026-04-03\n", "share", "share"},
		{"the options, where a row is empty", "a.csv", "who,when,kind\n1,2026-04-03,\n", "share", "share"},
		{"the file's name", "orders-2026.csv", "who,when\n1,2026-04-03\n", "", "purchase"},
		{"the unit", "a.csv", "who,when,hours\n1,2026-04-03,2\n", "", "hours.volunteered"},
		{"nothing", "a.csv", "who,when\n1,2026-04-03\n", "", "activity"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := collecttest.Collect(t, csv.New(write(t, c.file, c.text), csv.Options{Now: now, Kind: c.option}), nil)
			if len(r.Activities) != 1 || r.Activities[0].Kind != c.want {
				t.Errorf("got %+v, want kind %s", r.Activities, c.want)
			}
		})
	}
}

func TestTheOrderOfDatesIsLookedForBehindTheHeadToo(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("who,when,kind\n")
	for i := range 100_000 { // two megabytes in which nothing tells
		fmt.Fprintf(&b, "%d,%02d/02/2026,like\n", i, i%12+1)
	}
	b.WriteString("1,25/02/2026,like\n")
	r := collecttest.Collect(t, open(write(t, "a.csv", b.String())), nil)
	if len(r.Activities) != 100_001 || len(r.Skips) != 0 {
		t.Fatalf("got %d activities and %d skips, want 100001 and none", len(r.Activities), len(r.Skips))
	}
	if want := time.Date(2026, 2, 2, 0, 0, 0, 0, time.UTC); !r.Activities[1].At.Equal(want) {
		t.Errorf("got %s, want %s", r.Activities[1].At, want)
	}
}

func TestARecordThatIsNotUTF8IsReadAsWindows1252(t *testing.T) {
	t.Parallel()
	r := collecttest.Collect(t, open(write(t, "a.csv",
		"who,when\nJ\xf6rg,2026-04-03\nÄnne,2026-04-03\nMax \x80,2026-04-03\nbroken Ä \xf6,2026-04-03\nodd \x81,2026-04-03\n")), nil)
	var who []string
	for i := range r.Activities {
		who = append(who, r.Activities[i].Actor.Value)
	}
	if want := []string{"Jörg", "Änne", "Max €"}; !slices.Equal(who, want) || len(r.Skips) != 2 {
		t.Errorf("got %q and %d skips, want %q and 2", who, len(r.Skips), want)
	}
}

func TestOptionsDecideWhatTheFileLeavesOpen(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 2*3600)
	for _, c := range []struct {
		name, text string
		opt        csv.Options
		want       string
		quantity   float64
	}{
		{"the day first", "who,when\n1,03/04/2026\n", csv.Options{DateOrder: csv.DayFirst}, "2026-04-03T00:00:00Z", 0},
		{"the month first", "who;when\n1;03/04/2026\n", csv.Options{DateOrder: csv.MonthFirst}, "2026-03-04T00:00:00Z", 0},
		{"a zone", "who,when\n1,2026-04-03\n", csv.Options{Location: zone}, "2026-04-03T00:00:00+02:00", 0},
		{"days since 1904", "who,when\n1,44653\n", csv.Options{From1904: true}, "2026-04-03T00:00:00Z", 0},
		{"the decimal mark", "who,when,amount\n1,2026-04-03,\"1,234\"\n", csv.Options{Decimal: csv.MarkComma, Unit: "EUR"}, "2026-04-03T00:00:00Z", 123.4},
		{"a delimiter", "who:when\n1:2026-04-03\n", csv.Options{Delimiter: ':'}, "2026-04-03T00:00:00Z", 0},
		{"no header", "1,2026-04-03,like\n", csv.Options{Header: csv.HeaderNo}, "2026-04-03T00:00:00Z", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.opt.Now = now
			r := collecttest.Collect(t, csv.New(write(t, "a.csv", c.text), c.opt), nil)
			if len(r.Activities) != 1 {
				t.Fatalf("got %d activities and skips %+v, want 1", len(r.Activities), r.Skips)
			}
			if a := r.Activities[0]; a.At.Format(time.RFC3339) != c.want || a.Quantity != c.quantity {
				t.Errorf("got %s and %v, want %s and %v", a.At, a.Quantity, c.want, c.quantity)
			}
		})
	}
}

func TestARowThatIsTooEarlyIsReadAgainLater(t *testing.T) {
	t.Parallel()
	path := write(t, "a.csv", "who,when\n1,2026-04-03\n2,2026-12-03\n")
	first := collecttest.Collect(t, open(path), nil)
	later := collecttest.Collect(t, csv.New(path, csv.Options{Now: now.AddDate(0, 1, 0)}), first.Cursor)
	if len(first.Activities) != 1 || len(later.Activities) != 2 {
		t.Errorf("got %d activities, a month later %d; want 1 and 2", len(first.Activities), len(later.Activities))
	}
}

// FuzzCollect checks that no file breaks the reading, and that what is emitted
// is sound.
func FuzzCollect(f *testing.F) {
	paths, _ := filepath.Glob("testdata/files/*.csv")
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var r collecttest.Recorder
		if err := r.Run(t.Context(), open(write(t, "a.csv", string(text))), nil); err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Errorf("got %v, want an invalid error", err)
			}
			return
		}
		seen := map[string]bool{}
		for i := range r.Activities {
			a := &r.Activities[i]
			if a.ExternalID == "" || a.Kind == "" || a.Actor.Type == "" || a.Actor.Value == "" || a.At.Unix() < 0 || a.At.After(now.Add(48*time.Hour)) {
				t.Errorf("emits %+v", a)
			}
			if strings.HasPrefix(a.ExternalID, "row-") && seen[a.ExternalID] {
				t.Errorf("emits %s twice", a.ExternalID)
			}
			seen[a.ExternalID] = true
		}
	})
}
