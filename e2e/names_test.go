package e2e

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
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
// some move. Object, thread and tags carry the name, too.
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
				"thread": name, "tags": []string{cutTo(name, 100)},
				"at": time.Now().UTC().AddDate(0, 0, -ago).Format(time.RFC3339),
			}
			if err := out.Encode(a); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.Bytes()
}

// useless makes a row for each name that is skipped because of it.
func useless(t *testing.T, names []string) []byte {
	t.Helper()
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	for i, name := range names {
		row := map[string]any{"external_id": fmt.Sprintf("s%d", i), "namespace": "forum.example", "kind": "forum.like", "actor": map[string]any{"namespace": "forum.example", "type": "login", "value": "u1"}, "at": name}
		if err := out.Encode(row); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// headed makes a table whose columns are called by some names, which stand in
// its first row, too.
func headed(t *testing.T, names []string) []byte {
	t.Helper()
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	if err := out.WriteAll([][]string{names, names}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func cutTo(text string, letters int) string {
	if r := []rune(strings.ToValidUTF8(text, "")); len(r) > letters {
		return string(r[:letters])
	}
	return text
}

var plain = regexp.MustCompile(`[\p{L}\p{N}\s]+`)

// unalike returns the places of names of which no two have the same
// punctuation, and therefore no two attack in the same way.
func unalike(names []string) []int {
	var places []int
	seen := map[string]bool{}
	for i, name := range names {
		if shape := plain.ReplaceAllString(name, "a"); !seen[shape] && strings.TrimSpace(name) != "" {
			seen[shape] = true
			places = append(places, i)
		}
	}
	if *payloads == "" {
		places = places[:min(60, len(places))] // among them the cunning ones
	}
	return places
}

func TestNamesThatAttackAreOnlyNames(t *testing.T) {
	t.Parallel()
	if len(naughty) < 500 {
		t.Fatalf("there are %d names, want 500 at least", len(naughty))
	}
	at := installed(t, filepath.Join(t.TempDir(), "data"))
	w := stranger(t, at, desk)
	begin(t, w, `<b onclick="window.ran=1">Brand</b>`)
	w.borrow(t)
	w.bring(t, `x" onerror="window.ran=1.ndjson`, told(t, naughty))
	w.bring(t, `skipped.ndjson`, useless(t, naughty))

	check := func(path string) {
		t.Helper()
		w.open(t, path)
		w.run(t, settle())
		w.harmless(t, path)
	}
	for _, path := range []string{"/", "/map?view=table", "/sources", "/sources/add", "/settings", "/settings/planets", "/people?q=script", "/people?q=%3Cscript%3Ewindow.ran%3D1%3C%2Fscript%3E", "/people/same", "/people/real"} {
		check(path)
	}
	for next := "/imports/2/skipped"; next != ""; {
		check(next)
		next = w.href(t, "main .actions a")
	}

	w.open(t, "/people")
	people := number(t, strings.Fields(w.text(t, ".bulk p"))[0])
	if people < len(naughty)*9/10 {
		t.Errorf("%d people came of %d names", people, len(naughty))
	}
	var persons []struct{ Path, Name string }
	for cursor := 0; cursor < people; cursor += 50 {
		check(fmt.Sprintf("/people?cursor=%d", cursor))
		page := persons[:0:0]
		w.eval(t, `[...document.querySelectorAll("tbody th a")].map((a) => ({ Path: a.getAttribute("href"), Name: a.textContent }))`, &page)
		persons = append(persons, page...)
	}
	called := make([]string, len(persons))
	for i, p := range persons {
		called[i] = p.Name
	}
	sampled := unalike(called)
	for _, i := range sampled {
		p := persons[i]
		at.post(t, p.Path+"/note", url.Values{"note": {p.Name}})
		at.post(t, p.Path+"/tag", url.Values{"tag": {cutTo(p.Name, 60)}})
		check(p.Path)
	}
	for _, path := range []string{persons[0].Path + "/merge?q=e", persons[0].Path + "/erase", persons[len(persons)-1].Path + "/merge", "/people"} {
		check(path)
	}
	hover(t, w)

	// A second brand is called by one name after another.
	at.post(t, "/welcome/brand", url.Values{"title": {"Another"}})
	for n, i := range unalike(naughty) {
		title := cutTo(strings.Join(strings.Fields(naughty[i]), " "), 40)
		at.post(t, "/settings/planet", url.Values{"id": {"2"}, "title": {title}})
		check([]string{"/map?planet=2&view=picture", "/settings/planets?planet=2", "/?planet=2"}[n%3])
	}
	for names := range slices.Chunk(unalike(naughty), 60) {
		header := make([]string, len(names))
		for k, i := range names {
			header[k] = naughty[i]
		}
		w.open(t, "/sources/add")
		w.run(t, chromedp.SetUploadFiles("input[type=file]", []string{write(t, "headed.csv", headed(t, header))}, chromedp.ByQuery))
		w.run(t, chromedp.Click(`form[enctype] button`, chromedp.ByQuery))
		w.until(t, `!!document.querySelector(".preview, .code")`)
		w.run(t, settle())
		w.harmless(t, "the columns")
	}
	w.expected(t)
	w.good(t)
	t.Logf("%d names, %d people on %d pages, %d persons with notes and tags, %d requests by the browser", len(naughty), people, (people+49)/50, len(sampled), len(w.asked))
}

// What watches a tab sees each way in which a name could run: without this the
// test above could not fail.
func TestWhatRunsIsNoticed(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	for what, injected := range map[string]string{
		"a handler":          `document.querySelector("main").insertAdjacentHTML("beforeend", '<img src=x onerror=window.ran=1>')`,
		"a link":             `document.querySelector("main a").href = "javascript:window.ran=1"`,
		"a dialog":           `alert(1)`,
		"a window":           `open("/settings")`,
		"an inline script":   `document.body.append(Object.assign(document.createElement("script"), { textContent: "window.ran=1" }))`,
		"another host":       `fetch("http://evil.example/x").catch(() => 0)`,
		"a failing script":   `setTimeout(() => { throw new Error("broken") })`,
		"a frame":            `document.body.append(document.createElement("iframe"))`,
		"an image elsewhere": `new Image().src = "http://evil.example/x.png"`,
	} {
		w.open(t, "/settings")
		w.eval(t, injected+"; 0", nil)
		time.Sleep(100 * time.Millisecond) // the browser tells it when it likes
		found := w.odd(t)
		w.mu.Lock()
		if found == "" && len(w.mischief) == 0 {
			t.Errorf("nobody noticed %s", what)
		}
		w.mischief = nil
		w.mu.Unlock()
	}
}

// bring imports a file by the form.
func (w *tab) bring(t *testing.T, name string, data []byte) {
	t.Helper()
	w.open(t, "/sources/add")
	w.run(t, chromedp.SetUploadFiles("input[type=file]", []string{write(t, name, data)}, chromedp.ByQuery))
	w.press(t, `form[enctype] button`)
	w.press(t, `form[action*="/sources/import"] button`)
	w.until(t, `document.querySelector(".imports li")?.className === "done"`)
}

// borrow lets the test itself ask as the tab does.
func (w *tab) borrow(t *testing.T) {
	t.Helper()
	w.run(t, chromedp.ActionFunc(func(ctx context.Context) error {
		cookies, err := network.GetCookies().Do(ctx)
		for _, c := range cookies {
			w.at.cookie = &http.Cookie{Name: c.Name, Value: c.Value}
		}
		return err
	}))
}

// post sends a form as somebody who is logged in.
func (at *installation) post(t testing.TB, path string, form url.Values) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, at.origin+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(at.cookie)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther && answer.StatusCode != http.StatusUnprocessableEntity { // some names are none
		t.Fatalf("%s answers %s to %q", path, answer.Status, form)
	}
}

// href is where the last that fits a selector leads to, or "".
func (w *tab) href(t *testing.T, selector string) string {
	t.Helper()
	var to string
	w.eval(t, fmt.Sprintf(`[...document.querySelectorAll(%q)].at(-1)?.getAttribute("href") ?? ""`, selector), &to)
	return to
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
		const tip = document.querySelector("orbit-map .tip");
		for (let zoom = 0; zoom < 3; zoom++) {
			for (let y = box.top + 4; y < box.bottom; y += 44) {
				for (let x = box.left + 4; x < box.right; x += 22) {
					stage.dispatchEvent(new PointerEvent("pointermove", { pointerId: 1, clientX: x, clientY: y, bubbles: true }));
					if (!stage.classList.contains("hit")) continue;
					for (let i = 0; i < 20; i++) {
						await new Promise((r) => setTimeout(r, 10));
						if (!tip.hidden) break; // the name has come
					}
					look();
					x += 150;
				}
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
	if found := w.odd(t); found != "" {
		t.Errorf("%s: %s", where, found)
	}
}

// odd tells what ran on the page and what it holds that no page of ours does.
func (w *tab) odd(t testing.TB) string {
	t.Helper()
	var found []string
	w.eval(t, `(() => {
		const odd = [...document.querySelectorAll("img, iframe, object, embed, base, style, body script:not([data-meta]), main link, main meta")];
		for (const e of document.querySelectorAll("*")) {
			for (const a of e.attributes) if (/^on/i.test(a.name) || /^\s*javascript:/i.test(a.value) && /^(href|src|action)$/i.test(a.name)) odd.push(e);
		}
		return odd.map((e) => e.outerHTML.slice(0, 200)).concat(window.ran === undefined ? [] : ["it ran: " + window.ran]);
	})()`, &found)
	return strings.Join(found, "\n")
}

// expected fails the test when the tab asked for what no page of ours asks for.
func (w *tab) expected(t testing.TB) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for path := range w.asked {
		ours := false
		for _, known := range []string{"/static/", "/enter/", "/people", "/map", "/sources", "/settings", "/welcome", "/imports/", "/live", "/favicon.ico"} {
			ours = ours || path == "/" || strings.HasPrefix(path, known)
		}
		if !ours || strings.HasSuffix(path, "/x") {
			t.Errorf("a name made the browser ask for %s", path)
		}
	}
}
