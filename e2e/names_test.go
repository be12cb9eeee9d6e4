package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// cunning are names that run, where a screen lets them, in each place that a
// name can stand in.
var cunning = []string{
	`<script>window.ran=1</script>`, `</script><script>window.ran=1</script>`, `</title><script>window.ran=1</script>`,
	`"><img src=x onerror=window.ran=1>`, `'><svg onload=window.ran=1>`, `" autofocus onfocus="window.ran=1`, `' onmouseover='window.ran=1`,
	`</textarea><script>window.ran=1</script>`, `</select><img src=x onerror=window.ran=1>`, `</svg><img src=x onerror=window.ran=1>`,
	"`-window.ran=1-`", `${window.ran=1}`, `{{.}}`, `{{constructor.constructor('window.ran=1')()}}`, `<!--><img src=x onerror=window.ran=1>-->`,
	`javascript:window.ran=1`, `</orbit-map><script>window.ran=1</script>`, `\u003cscript>window.ran=1\u003c/script>`, `]]><script>window.ran=1</script>`,
	`<a href="javascript:window.ran=1">x</a>`, `<form action=//evil.example><button>`, `<meta http-equiv=refresh content="0;url=//evil.example">`,
	`<link rel=stylesheet href=//evil.example/x.css>`, `<style>*{background:url(//evil.example/x)}</style>`, `<base href=//evil.example/>`,
	"\u202egnp.exe", "a\u0000b", "\uFEFF", strings.Repeat("W", 500), strings.Repeat("א ", 100), "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
}

// names are what people are called in the test of names.
func names() ([]string, error) {
	if *payloads != "" {
		raw, err := os.ReadFile(*payloads)
		return append(cunning, strings.Split(strings.TrimSpace(string(raw)), "\n")...), err
	}
	raw, err := packed("blns@2", "resources/blns.json")
	if err != nil {
		return nil, err
	}
	var list []string
	err = json.Unmarshal([]byte(raw), &list)
	return append(cunning, list...), err
}

// told makes two activities of each name: one long ago and one of late, so that
// some move. Object, thread and tag carry the name, too.
func told(t *testing.T, names []string) []byte {
	t.Helper()
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	for i, name := range names {
		for turn, ago := range []int{100 + i%200, 1 + i%60} {
			actor := map[string]any{"namespace": "forum.example", "type": "login", "value": fmt.Sprintf("u%d", i)}
			if strings.TrimSpace(name) != "" {
				actor["name"] = name
			}
			a := map[string]any{
				"external_id": fmt.Sprintf("a%d-%d", i, turn), "namespace": "forum.example", "kind": "forum.topic.created", "actor": actor,
				"to":     []any{map[string]any{"namespace": "forum.example", "type": "login", "value": fmt.Sprintf("u%d", (i+1)%len(names))}},
				"object": map[string]any{"id": fmt.Sprintf("o%d", i), "type": "topic", "title": name, "url": "javascript:window.ran=1"},
				"at":     time.Now().UTC().AddDate(0, 0, -ago).Format(time.RFC3339),
			}
			if err := out.Encode(a); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.Bytes()
}

func TestNamesThatAttackAreOnlyNames(t *testing.T) {
	t.Parallel()
	if len(naughty) < 500 {
		t.Fatalf("there are %d names, want 500 at least", len(naughty))
	}
	at := installed(t, filepath.Join(t.TempDir(), "data"))
	w := stranger(t, at, desk)
	begin(t, w, `<b onclick="window.ran=1">Brand</b>`)
	w.run(t, chromedp.SetUploadFiles("input[type=file]", []string{write(t, `x" onerror="window.ran=1.ndjson`, told(t, naughty))}, chromedp.ByQuery))
	w.press(t, `form[enctype] button`)
	w.press(t, `form[action*="/sources/import"] button`)
	w.until(t, `document.querySelector(".imports li")?.className === "done"`)

	check := func(path string) {
		t.Helper()
		w.open(t, path)
		w.run(t, settle())
		w.harmless(t, path)
	}
	for _, path := range []string{"/", "/map?view=table", "/sources", "/sources/add", "/settings", "/people?q=script", "/people?q=%3Cscript%3Ewindow.ran%3D1%3C%2Fscript%3E"} {
		check(path)
	}
	w.open(t, "/people")
	people := number(t, strings.Fields(w.text(t, ".bulk p"))[0])
	if people < len(naughty)*9/10 {
		t.Errorf("%d people came of %d names", people, len(naughty))
	}
	var persons []string
	for cursor := 0; cursor < people; cursor += 50 {
		check(fmt.Sprintf("/people?cursor=%d", cursor))
		var page []string
		w.eval(t, `[...document.querySelectorAll("tbody th a")].map((a) => a.getAttribute("href"))`, &page)
		persons = append(persons, page...)
	}
	every := 1
	if *payloads == "" {
		every = 8
	}
	for i := 0; i < len(persons); i += every {
		check(persons[i])
	}
	for _, path := range []string{persons[0] + "/merge?q=e", persons[0] + "/erase", persons[len(persons)-1] + "/merge"} {
		check(path)
	}
	w.open(t, persons[0])
	w.fill(t, ".addtag input", `"><img src=x onerror=window.ran=1>`)
	w.press(t, ".addtag button")
	w.harmless(t, "a tag")
	w.fill(t, "#note", `</p><script>window.ran=1</script>`)
	w.press(t, "#notes button")
	w.harmless(t, "a note")
	check("/people")
	hover(t, w)
	w.expected(t)
	w.good(t)
}

// hover moves the pointer over the whole map, near and far, so that everybody
// is named once.
func hover(t *testing.T, w *tab) {
	t.Helper()
	w.open(t, "/map?view=picture")
	w.run(t, settle())
	var said int
	w.eval(t, `(async () => {
		const stage = document.querySelector("orbit-map .stage");
		const box = stage.getBoundingClientRect();
		const said = new Set();
		const look = () => said.add(document.querySelector("orbit-map").innerText);
		for (let zoom = 0; zoom < 3; zoom++) {
			for (let y = box.top + 4; y < box.bottom; y += 22) {
				for (let x = box.left + 4; x < box.right; x += 22) {
					stage.dispatchEvent(new PointerEvent("pointermove", { pointerId: 1, clientX: x, clientY: y, bubbles: true }));
				}
				await new Promise((r) => requestAnimationFrame(r));
				look();
			}
			stage.dispatchEvent(new KeyboardEvent("keydown", { key: "+", bubbles: true }));
			await new Promise((r) => setTimeout(r, 300));
		}
		for (const key of ["Home", "r", "d", "r", "d"].concat(Array(80).fill("ArrowRight"), Array(40).fill("ArrowDown"))) {
			stage.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
			await new Promise((r) => requestAnimationFrame(r));
			look();
		}
		return said.size;
	})()`, &said)
	if said < 20 {
		t.Errorf("the map named only %d different things under the pointer", said)
	}
	w.harmless(t, "the map")
}

// harmless fails the test when a name ran or became an element.
func (w *tab) harmless(t testing.TB, where string) {
	t.Helper()
	var found struct {
		Ran      bool
		Elements []string
	}
	w.eval(t, `(() => {
		const odd = [...document.querySelectorAll("img, iframe, object, embed, base, style, body script:not([data-meta]), main link, main meta")];
		for (const e of document.querySelectorAll("*")) {
			for (const a of e.attributes) if (/^on/i.test(a.name) || /^\s*javascript:/i.test(a.value) && /^(href|src|action)$/i.test(a.name)) odd.push(e);
		}
		return { Ran: window.ran !== undefined, Elements: odd.map((e) => e.outerHTML.slice(0, 200)) };
	})()`, &found)
	if found.Ran || len(found.Elements) > 0 {
		t.Errorf("%s: ran: %v, elements: %q", where, found.Ran, found.Elements)
	}
}

// expected fails the test when the tab asked for what no page of ours asks for.
func (w *tab) expected(t testing.TB) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for path := range w.asked {
		ours := false
		for _, known := range []string{"/static/", "/enter/", "/people", "/map", "/sources", "/settings", "/welcome", "/favicon.ico"} {
			ours = ours || path == "/" || strings.HasPrefix(path, known)
		}
		if !ours || strings.HasSuffix(path, "/x") {
			t.Errorf("a name made the browser ask for %s", path)
		}
	}
}
