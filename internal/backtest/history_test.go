package backtest_test

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/backtest"
)

func TestReadCSV(t *testing.T) {
	t.Parallel()
	const plain = "who,when,kind,object\n1,86400,comment,x\n2,86401,comment,\"a,b\"\n"
	for name, tt := range map[string]struct {
		text string
		rows int
		want string // of the error
	}{
		"a plain file":                      {text: plain, rows: 2},
		"a gzipped file":                    {text: gzipped(t, plain), rows: 2},
		"columns in another order":          {text: "kind,who,mood,when\ncomment,1,fine,5\n", rows: 1},
		"a header with a byte order mark":   {text: "\ufeffWho,When,Kind\n1,5,like\n", rows: 1},
		"lines that end as on Windows":      {text: strings.ReplaceAll(plain, "\n", "\r\n"), rows: 2},
		"no rows":                           {text: "who,when,kind\n", rows: 0},
		"an empty file":                     {text: "", want: "empty"},
		"no header":                         {text: "1,86400,comment,x\n", want: "first line"},
		"a time that is none":               {text: plain + "3,tomorrow,comment,x\n", want: "line 4: \"tomorrow\""},
		"a time beyond all years":           {text: plain + "3,99999999999999,comment,x\n", want: "line 4"},
		"nobody":                            {text: plain + ",5,comment,x\n", want: "line 4: the column who is empty"},
		"a row that is too short":           {text: plain + "3,5\n", want: "line 4"},
		"gzip that is cut off":              {text: gzipped(t, plain)[:30], want: "unexpected EOF"},
		"gzip whose beginning is all there": {text: "\x1f\x8b", want: "gzip"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, err := backtest.ReadCSV(strings.NewReader(tt.text))
			if tt.want != "" {
				if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got error %v, want an invalid one with %q", err, tt.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if h.Len() != tt.rows {
				t.Errorf("got %d rows, want %d", h.Len(), tt.rows)
			}
		})
	}
}

func gzipped(t testing.TB, text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func FuzzReadCSV(f *testing.F) {
	f.Add("who,when,kind,object\n1,86400,comment,x\n")
	f.Add("when,who,kind\n-5,a,rate+4\n9999999,b,purchase\n")
	f.Add(gzipped(f, "who,when,kind\n1,5,bot\n"))
	f.Fuzz(func(t *testing.T, text string) {
		h, err := backtest.ReadCSV(strings.NewReader(text))
		if err != nil {
			if orrery.CodeOf(err) != orrery.Invalid {
				t.Fatalf("got error %v, want an invalid one", err)
			}
			return
		}
		if _, err := backtest.Run(h, backtest.Config{}); err != nil && orrery.CodeOf(err) != orrery.Invalid {
			t.Fatalf("got error %v, want an invalid one", err)
		}
	})
}
