package language

import (
	"encoding/json"
	"errors"
	"html/template"
	"strings"
	"testing"
	"time"
)

func of(t testing.TB, tag string) *Language {
	t.Helper()
	l, ok := Of(tag)
	if !ok {
		t.Fatalf("there is no language %q", tag)
	}
	return l
}

// with returns a language that has these entries alone.
func with(t testing.TB, tag string, entries map[string]string) *Language {
	t.Helper()
	known := of(t, tag)
	l := &Language{Tag: tag, Name: known.Name, numbers: known.numbers, months: known.months, short: known.short, weekdays: known.weekdays, plural: known.plural, forms: known.forms, entries: map[string]pattern{}}
	for key, text := range entries {
		if err := l.Check(key, text); err != nil {
			t.Fatal(err)
		}
		p, err := parse(text)
		if err != nil {
			t.Fatal(err)
		}
		l.entries[key] = p
	}
	return l
}

func TestSomebodysChoiceGoesBeforeTheirBrowser(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, chosen, accepted, want string }{
		{"nothing is known", "", "", "en"},
		{"a browser asks", "", "de-CH,de;q=0.9,en;q=0.8", "de"},
		{"a browser asks for another variant", "", "es-419,es;q=0.9", "es"},
		{"a browser asks for what is not here", "", "fi,sv;q=0.9", "en"},
		{"the second wish is here", "", "fi,es;q=0.5", "es"},
		{"somebody chose", "de", "es", "de"},
		{"somebody chose what is gone", "xx", "es", "es"},
		{"a header is broken", "", ";;;q=,,", "en"},
	} {
		if got := Match(c.chosen, c.accepted).Tag; got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestNumbersAreWrittenAsTheLanguageWritesThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text       Text
		en, de, es string
	}{
		{T("%d", 1234), "1,234", "1.234", "1234"},
		{T("%d", 12345), "12,345", "12.345", "12.345"},
		{T("%d", -1234567), "−1,234,567", "−1.234.567", "−1.234.567"},
		{T("%+d", 3), "+3", "+3", "+3"},
		{T("%.1f", 1234.56), "1,234.6", "1.234,6", "1234,6"},
		{T("%v", 2.5), "2.5", "2,5", "2,5"},
		{T("%s", "2.5"), "2.5", "2.5", "2.5"},
	} {
		for tag, want := range map[string]string{"en": c.en, "de": c.de, "es": c.es} {
			if got := of(t, tag).Say(c.text); got != want {
				t.Errorf("%v in %s: got %q, want %q", c.text[1], tag, got, want)
			}
		}
	}
}

func TestPluralsFollowTheNumber(t *testing.T) {
	t.Parallel()
	de := with(t, "de", map[string]string{"{0#1 day|{0} days}": "{0#1 Tag|{0} Tage}", "{0} came": "{0#{0} kam|{0} kamen}"})
	for n, want := range map[int][2]string{
		0: {"0 days came", "0 Tage kamen"}, 1: {"1 day came", "1 Tag kam"}, 2: {"2 days came", "2 Tage kamen"},
		5: {"5 days came", "5 Tage kamen"}, 21: {"21 days came", "21 Tage kamen"},
	} {
		text := T("%s came", N(n, "1 day", "%d days"))
		if got := [2]string{text.String(), de.Say(text)}; got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestDatesAreWrittenAsTheLanguageWritesThem(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 3, 2, 9, 5, 0, 0, time.UTC) // a Monday
	de := with(t, "de", map[string]string{"2 January 2006": "2. January 2006", "Mon 2 Jan": "Mon, 2. Jan"})
	es := with(t, "es", map[string]string{"2 January 2006": "2 de January de 2006"})
	for _, c := range []struct {
		l          *Language
		by, wanted string
	}{
		{English(), "2 January 2006", "2 March 2026"},
		{de, "2 January 2006", "2. März 2026"},
		{es, "2 January 2006", "2 de marzo de 2026"},
		{de, "Mon 2 Jan", "Mo, 2. März"},
		{English(), "2 Jan 2006, 15:04", "2 Mar 2026, 09:05"},
	} {
		if got := c.l.Say(Date(day, c.by)); got != c.wanted {
			t.Errorf("%s by %q: got %q, want %q", c.l.Tag, c.by, got, c.wanted)
		}
	}
}

func TestTextsStayEnglishForPrograms(t *testing.T) {
	t.Parallel()
	why := T("%[2]s, as %[1]s said, 100%% of {it}", "Ada", Join(", ", T("once"), nil, N(2, "1 day", "%d days")))
	got, err := json.Marshal(map[string]any{"why": why, "none": Text(nil)})
	if err != nil || string(got) != `{"none":"","why":"once, 2 days, as Ada said, 100% of {it}"}` {
		t.Errorf("got %s, %v", got, err)
	}
	if why.String() != "once, 2 days, as Ada said, 100% of {it}" || Text(nil).String() != "" || Name("") != nil || Join(", ", nil) != nil {
		t.Errorf("got %q", why)
	}
	if got := T("it is %q: %v", "x", errors.New("gone")).String(); got != `it is "x": gone` {
		t.Errorf("got %s", got)
	}
}

func TestMarksCutATextIntoParts(t *testing.T) {
	t.Parallel()
	de := with(t, "de", map[string]string{"They <0>drift</0> from {0}.": "Von {0} <0>entfernen</0> sie sich."})
	text := T("They <0>drift</0> from %s.", "<b>")
	if got := text.String(); got != "They drift from <b>." {
		t.Errorf("got %q", got)
	}
	if got := de.Parts(text); len(got) != 3 || got[0] != (Part{"Von <b> ", false}) || got[1] != (Part{"entfernen", true}) || got[2] != (Part{" sie sich.", false}) {
		t.Errorf("got %+v", got)
	}
}

func TestSentencesReachFromBlockToBlock(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, src string
		want      []string
	}{
		{"inline parts are places", `<p>Of <b class="x">{{.N}}</b> people, <a href="/">some</a>.</p>`, []string{"Of <0>{1}</0> people, <2>some</2>."}},
		{"an if belongs to its sentence", `<p>One{{if .A}}, and {{.B}}{{else}} alone{{end}}.</p>`, []string{"One{0?, and {1}| alone}."}},
		{"an if around blocks does not", `{{if .A}}<p>Yes.</p>{{else}}<p>No.</p>{{end}}`, []string{"Yes.", "No."}},
		{"without words of its own its parts are sentences", `<td>{{if .A}}yes{{else}}no{{end}} <a href="/">more</a></td>`, []string{"yes", "no", "more"}},
		{"white space is one space", "<p>\n  One\n two\t</p>", []string{"One two"}},
		{"attributes that are read", `<a title="Go {{.To}}" class="go now" aria-label="Away">{{.X}}</a>`, []string{"Go {0}", "Away"}},
		{"an if within a tag", `<option value="a"{{if eq .X "a"}} selected{{end}}>First</option>`, []string{"First"}},
		{"code is a place", `<p>Run <code>orrery {{.Do}}</code> now.</p>`, []string{"Run {0} now."}},
		{"script is no text", `<script>var a = "No";</script><p>Yes</p>`, []string{"Yes"}},
		{"elements that cross an if are no part", `<p>{{if .A}}<a href="/">{{end}}Go{{if .A}}</a>{{end}}</p>`, []string{"Go"}},
		{"repetitions", `<p>With {{range $i, $x := .L}}{{if $i}}, {{end}}<b>{{$x}}</b>{{end}}.</p>`, []string{"With {0*{1?, }<2>{3}</2>}."}},
		{"signs are kept apart", `<p>Either | or {both}</p>`, []string{`Either \| or \{both\}`}},
		{"a comment is none", `{{/* not <p>this</p> */}}<p>That</p>`, []string{"That"}},
		{"a declaration shows nothing", `<p>It {{$x := .Y}}is {{$x}}.</p>`, []string{"It is {0}."}},
		{"numbers alone are no text", `<p>{{.N}} · 12 %</p>`, nil},
		{"trim markers", "<p>Here {{- if .A}} and there{{end -}} </p>", []string{"Here{0? and there}"}},
		{"else if", `<p>It is {{if .A}}one{{else if .B}}two{{else}}three{{end}}.</p>`, []string{"It is {0?one|two|three}."}},
	} {
		got := Keys(c.src)
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestATemplateSpeaksItsLanguage(t *testing.T) {
	t.Parallel()
	de := with(t, "de", map[string]string{
		"{0} moved {1?nearer|away} to <2>{3}</2>.": "Zu <2>{3}</2> {0#kam {0}|kamen {0}} {1?näher|weg}.",
		"{0#1 person|{0} people}":                  "{0#1 Mensch|{0} Menschen}",
		"Say “{0}”":                                "Sag \"{0}\" \\< 'jetzt'",
		"From {0}{1?: {2}}":                        "{1?{2}: }von {0}",
	})
	src := `{{define "x"}}<p title="Say “{{.Brand}}”">{{people .N}} moved {{if .Near}}nearer{{else}}away{{end}} to <b class="{{.Class}}">{{.Brand}}</b>.</p><i>From {{.Brand}}{{with .More}}: {{.}}{{end}}</i>{{end}}`
	funcs := template.FuncMap{"people": func(n int) Text { return N(n, "1 person", "%d people") }}
	for _, c := range []struct {
		l    *Language
		n    int
		want string
	}{
		{English(), 1, `<p title="Say “&lt;Alder&gt;”">1 person moved nearer to <b class="b">&lt;Alder&gt;</b>.</p><i>From &lt;Alder&gt;: &#34;m&#34;</i>`},
		{de, 1, `<p title="Sag &#34;&lt;Alder&gt;&#34; &lt; &#39;jetzt&#39;">Zu <b class="b">&lt;Alder&gt;</b> kam 1 Mensch näher.</p><i>&#34;m&#34;: von &lt;Alder&gt;</i>`},
		{de, 1200, `<p title="Sag &#34;&lt;Alder&gt;&#34; &lt; &#39;jetzt&#39;">Zu <b class="b">&lt;Alder&gt;</b> kamen 1.200 Menschen näher.</p><i>&#34;m&#34;: von &lt;Alder&gt;</i>`},
	} {
		page, err := template.New("").Funcs(funcs).Funcs(c.l.Funcs()).Parse(c.l.Rewrite(src))
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := page.ExecuteTemplate(&b, "x", map[string]any{"N": c.n, "Near": true, "Brand": "<Alder>", "Class": "b", "More": `"m"`}); err != nil {
			t.Fatal(err)
		}
		if b.String() != c.want {
			t.Errorf("%s, %d: got\n%s\nwant\n%s", c.l.Tag, c.n, b.String(), c.want)
		}
	}
}

func TestATranslationKeepsThePlacesOfItsKey(t *testing.T) {
	t.Parallel()
	de := of(t, "de")
	for _, c := range []struct {
		name, key, translation string
		ok                     bool
	}{
		{"another order", "{0} of {1}", "{1} von {0}", true},
		{"a place is lost", "{0} of {1}", "{1}", false},
		{"a place is added", "{0}", "{0} {1}", false},
		{"an element is a value", "<0>a</0>", "{0}", false},
		{"out of its element", "<0>{1}</0>", "<0>a</0>{1}", false},
		{"a branch is lost", "{0?a|b}", "{0?a}", false},
		{"a plural has its forms", "{0} came", "{0#{0} kam|{0} kamen}", true},
		{"a plural lacks a form", "{0} came", "{0#{0} kam}", false},
		{"a tag", "bold", "<b>fett</b>", false},
		{"an action", "x", "{{.Account}}", false},
		{"not closed", "<0>x</0>", "<0>x", false},
	} {
		if err := de.Check(c.key, c.translation); (err == nil) != c.ok {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

// Whatever a template says, in English it parses to the same as before, and
// every key is one that can be read.
func FuzzRewritingKeepsATemplateAsItIs(f *testing.F) {
	for _, seed := range []string{
		`<p>Of <b>{{.N}}</b>{{if .A}}, <i>x</i>{{else}}y{{end}}.</p>`, "{{- if .A -}} a {{- end -}}", `<a title="{{if .A}}b{{end}} c" x='"'>d</a>`,
		`<p>{{range .L}}a{{else}}b{{end}}`, `<b><i>x</b></i>`, `<!-- a --><br/>b<wbr>c`, "{{/* a */}}b", "<p>\\ {x|y} < z</p>", `{{"}}"}} a`, "{{`}}`}} a",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		plain, err := template.New("x").Parse(src)
		if err != nil || strings.Contains(src, "say") {
			return
		}
		l := English()
		rewritten, err := template.New("x").Funcs(l.Funcs()).Parse(l.Rewrite(src))
		if err != nil {
			t.Fatalf("%q becomes %q: %v", src, l.Rewrite(src), err)
		}
		if plain.Tree == nil || rewritten.Tree == nil {
			return
		}
		if got, want := strings.ReplaceAll(rewritten.Tree.Root.String(), " | say", ""), plain.Tree.Root.String(); got != want {
			t.Errorf("%q: got %q, want %q", src, got, want)
		}
		for _, key := range Keys(src) {
			if p, err := parse(key); err != nil || p.String() != key {
				t.Errorf("%q has the key %q: %v", src, key, err)
			}
		}
	})
}
