package circle

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"orrery.dev/orrery"
)

// told writes a graph as its names and weights, for comparison.
func told(t testing.TB, from io.Reader) (string, error) {
	t.Helper()
	edges, names, err := Read(from)
	if err != nil {
		return "", err
	}
	g := edges.Graph(names.Len())
	var b strings.Builder
	for a := range uint32(g.Nodes()) {
		fmt.Fprintf(&b, "%s:", names.At(a))
		if loop := g.loop(a); loop != 0 {
			fmt.Fprintf(&b, " itself=%v", loop)
		}
		for to := range uint32(g.Nodes()) {
			if weight, _ := between(g, a, to); a < to && weight != 0 {
				fmt.Fprintf(&b, " %s=%v", names.At(to), weight)
			}
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}

func TestRead(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, want, err string
	}{
		{name: "pairs", text: "a,b\nb,c\n", want: "a: b=1\nb: c=1\nc:\n"},
		{name: "no end of the last line", text: "a,b", want: "a: b=1\nb:\n"},
		{name: "equal pairs add up in either direction", text: "a,b,2\nb,a,.5\na,b\n", want: "a: b=3.5\nb:\n"},
		{name: "lines of another system", text: "a,b\r\nc,d,2\r\n\r\n", want: "a: b=1\nb:\nc: d=2\nd:\n"},
		{name: "a mark before the text", text: "\ufeffa,b\n", want: "a: b=1\nb:\n"},
		{name: "empty lines", text: "\n\na,b\n\n", want: "a: b=1\nb:\n"},
		{name: "names of any text", text: "\"x, y\",\"say \"\"hi\"\"\"\nÅse Ö, z \n", want: "x, y: say \"hi\"=1\nsay \"hi\":\nÅse Ö:  z =1\n z :\n"},
		{name: "names of several lines", text: "\"a\nb\",c,\"2\"\r\nc,d\n", want: "a\nb: c=2\nc: d=1\nd:\n"},
		{name: "long names that begin alike", text: "someone-long-1,someone-long-2\nsomeone-long-2,someone-long-1\n", want: "someone-long-1: someone-long-2=2\nsomeone-long-2:\n"},
		{name: "a name of one length that another begins with", text: "ab,ab\x00\n", want: "ab: ab\x00=1\nab\x00:\n"},
		{name: "a tie to oneself", text: "a,a,2\na,b\n", want: "a: itself=2 b=1\nb:\n"},
		{name: "nothing between two", text: "a,b,0\n", want: "a:\nb:\n"},
		{name: "weights in powers of ten", text: "a,b,1e2\n", want: "a: b=100\nb:\n"},
		{name: "nothing at all", text: "", want: ""},
		{name: "one column", text: "a,b\na\n", err: "line 2 has one column"},
		{name: "four columns", text: "a,b,1,x\n", err: "line 1 has more than three columns"},
		{name: "a head line", text: "from,to,weight\n", err: "line 1 has the weight \"weight\""},
		{name: "a weight below 0", text: "a,b\n\nb,c,-1\n", err: "line 3 has the weight \"-1\""},
		{name: "a weight that is no number", text: "a,b,NaN\n", err: "line 1 has the weight"},
		{name: "a weight without end", text: "a,b,Inf\n", err: "line 1 has the weight"},
		{name: "a weight that is left empty", text: "a,b,\n", err: "line 1 has the weight \"\""},
		{name: "a name that is left empty", text: "a,b\n,b\n", err: "line 2 names nobody in column 1"},
		{name: "an empty name in quotes", text: "a,\"\"\n", err: "line 1 names nobody in column 2"},
		{name: "a quote that does not end", text: "a,b\n\"c,d\ne,f\n", err: "line 2 has a quote that does not end"},
		{name: "text behind a quote", text: "\"a\"x,b\n", err: "line 1 has text behind a closing quote"},
		{name: "lines are counted through names of several", text: "\"a\nb\nc\",d\ne\n", err: "line 4 has one column"},
		{name: "a line without end", text: "a,b\n" + strings.Repeat("x", 3*maxLine), err: "line 2 is longer than a megabyte"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for kind, from := range map[string]io.Reader{
				"at once": strings.NewReader(test.text), "in halves": iotest.HalfReader(strings.NewReader(test.text)),
			} {
				got, err := told(t, from)
				if test.err != "" {
					if err == nil || !strings.Contains(err.Error(), test.err) || orrery.CodeOf(err) != orrery.Invalid {
						t.Errorf("%s: got error %v, want %q", kind, err, test.err)
					}
				} else if err != nil || got != test.want {
					t.Errorf("%s: got %q, %v; want %q", kind, got, err, test.want)
				}
			}
		})
	}
}

func TestReadTellsOfAFileThatBreaks(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is gone")
	_, _, err := Read(io.MultiReader(strings.NewReader("a,b\n"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestReadGoesOnWhereItsBufferEnds(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	n := 0
	for ; text.Len() < 5*maxLine; n++ {
		fmt.Fprintf(&text, "\"person, %d\",p%d,%d\n", n%1000, n%77, n%9)
	}
	edges, names, err := Read(&text)
	if err != nil || names.Len() != 1077 {
		t.Fatalf("got %d names, %v; want 1077", names.Len(), err)
	}
	want := 0.
	for i := range n {
		want += float64(i % 9)
	}
	if got := edges.Graph(0).Weight(); got != want {
		t.Errorf("all weigh %v, want %v", got, want)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"a,b\n", "a,b,2\r\n\"x,\"\"y\",z", "\ufeff1,2,.5\n\n2,1", "\"a\nb\",c\nd", "a,b,1e400", "\"", ",,\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		whole, err := told(t, strings.NewReader(text))
		bytewise, err2 := told(t, iotest.OneByteReader(strings.NewReader(text)))
		if whole != bytewise || (err == nil) != (err2 == nil) {
			t.Errorf("read at once: %q, %v; byte by byte: %q, %v", whole, err, bytewise, err2)
		}
		if err != nil && !strings.Contains(err.Error(), "line ") {
			t.Errorf("%v names no line", err)
		}
	})
}
