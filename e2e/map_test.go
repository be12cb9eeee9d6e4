package e2e

import (
	"bufio"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestTheMapIsWalkedByKeyboard(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	w.open(t, "/map")
	w.run(t, settle(), chromedp.Focus(".stage"))
	before := ""
	said := func(keys string) string {
		t.Helper()
		w.run(t, chromedp.SendKeys(".stage", keys))
		var text string
		for range 100 {
			if text = w.text(t, "orbit-map [role=status]"); text != before {
				break
			}
			time.Sleep(30 * time.Millisecond)
		}
		before = text
		return text
	}
	first := said(kb.Home)
	if !strings.Contains(first, "Core, closeness") || !strings.Contains(first, "Number 1 of ") {
		t.Fatalf("Home says %q, want the nearest person", first)
	}
	seen := map[string]bool{first: true}
	for _, keys := range []string{kb.ArrowRight, kb.ArrowDown, kb.ArrowDown, "r", "d"} {
		text := said(keys)
		if seen[text] {
			t.Errorf("the key %q says %q again", keys, text)
		}
		seen[text] = true
	}
	if text := said("r"); !strings.Contains(text, "closer +") {
		t.Errorf("R says %q, want somebody who came closer", text)
	}
	name, _, _ := strings.Cut(said("d"), ". ")
	w.run(t, chromedp.SendKeys(".stage", kb.Enter), chromedp.WaitVisible(".timeline"))
	if title := w.text(t, "h1"); title != name {
		t.Errorf("Enter opened %q, want %q", title, name)
	}
	w.good(t)
}

// While it is dragged the map draws only what comes into sight.
func TestADraggedMapIsTheMapThatStandsStill(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), desk)
	w.open(t, "/map?view=picture")
	w.run(t, settle())
	var differing []int
	w.eval(t, `(async () => {
		const stage = document.querySelector("orbit-map .stage");
		const canvas = document.querySelector("orbit-map canvas");
		stage.setPointerCapture = () => {};
		const send = (type, x, y) => stage.dispatchEvent(new PointerEvent(type, { pointerId: 1, clientX: x, clientY: y, button: 0 }));
		const pixels = async () => {
			await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));
			return new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer);
		};
		const out = [];
		let [x, y] = [600, 500];
		for (const path of [[[37, -21]], [[-300, 200], [40, 0]], [[0, 90], [0, -90]], [[5, 3], [-4, 7], [60, 60], [-200, -130]], [[2000, 0]], [[-1900, 900]]]) {
			send("pointerdown", x, y);
			for (const [dx, dy] of path) {
				send("pointermove", x += dx, y += dy);
				await pixels();
			}
			const dragged = await pixels();
			send("pointerup", x, y);
			const still = await pixels();
			out.push(still.reduce((n, v, i) => n + (v !== dragged[i]), 0));
		}
		return out;
	})()`, &differing)
	if len(differing) != 6 || slices.Max(differing) > 0 {
		t.Errorf("%v pixels differ between a dragged map and one that stands still", differing)
	}
	w.good(t)
}

// screens serves a made-up world that was never imported.
func screens(t *testing.T, people string) *installation {
	t.Helper()
	binary, err := build("./internal/web/webtest/cmd/screens")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "-addr", "127.0.0.1:0", "-people", people)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the server said nothing: %v", err)
	}
	at := &installation{link: strings.TrimSpace(line)}
	at.origin, _, _ = strings.Cut(at.link, "/enter/")
	return at
}

func TestTheMapDrawsAHundredThousandPeopleAtSpeed(t *testing.T) {
	if !*speed {
		t.Skip("run with -speed on a quiet machine")
	}
	w := browse(t, screens(t, "100000"), night)
	const measure = `(async () => {
		const map = document.querySelector("orbit-map");
		const stage = map.querySelector(".stage");
		stage.setPointerCapture = () => {};
		const send = (type, x) => stage.dispatchEvent(new PointerEvent(type, { pointerId: 1, clientX: x, clientY: 500, button: 0 }));
		const frames = [];
		send("pointerdown", 500);
		for (let i = 0, last = performance.now(); i < 60; i++) {
			send("pointermove", 500 + 3 * i);
			await new Promise((r) => requestAnimationFrame(() => setTimeout(r)));
			frames.push(performance.now() - last);
			last = performance.now();
		}
		send("pointerup", 680);
		return frames.sort((a, b) => a - b)[30];
	})()`
	picture, best := 1<<30, 1e9
	for range 5 {
		var frame float64
		var ready string
		w.open(t, "/map")
		w.run(t, settle(), chromedp.AttributeValue("orbit-map", "data-ready", &ready, nil))
		w.eval(t, measure, &frame)
		t.Logf("first picture %s ms, median frame while dragging %.1f ms", ready, frame)
		best = min(best, frame)
		if ms, err := strconv.Atoi(ready); err == nil {
			picture = min(picture, ms)
		}
	}
	if picture > 500 {
		t.Errorf("the first picture took %d ms, want at most 500", picture)
	}
	if best > 40 {
		t.Errorf("a frame took %.1f ms, want at most 40", best)
	}
}
