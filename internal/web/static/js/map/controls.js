import { say } from "./words.js";

// The buttons around the picture and the hint at its keys.

export function stage(says) {
  const e = make("div", "stage", { tabIndex: 0 });
  e.setAttribute("role", "application");
  e.setAttribute("aria-roledescription", say("orbit map"));
  e.setAttribute("aria-label", says);
  e.setAttribute("aria-describedby", "map-keys");
  return e;
}

export function zoomButtons(zoom, reset) {
  const box = make("div", "zoom");
  box.append(
    button(say("Zoom in"), "M7 2v10M2 7h10", () => zoom(1.5)),
    button(say("Zoom out"), "M2 7h10", () => zoom(1 / 1.5)),
    button(say("Show everything"), "M1 5V1h4M9 1h4v4M13 9v4H9M5 13H1V9", reset),
  );
  return box;
}

// scrubber moves through the last 90 days; seen(moment) says where to.
export class Scrubber {
  constructor(seen, day) {
    this.day = day;
    this.seen = seen;
    this.box = make("div", "time");
    this.play = button(say("Replay the last 90 days"), "", () => this.replay());
    this.play.firstChild.firstChild.setAttribute("d", "M4 2.5v9L11.5 7z");
    this.play.firstChild.setAttribute("class", "solid");
    this.range = make("input", "", { type: "range", min: 0, max: 90, value: 90 });
    this.range.setAttribute("aria-label", say("Days, from 90 days ago to now"));
    this.range.addEventListener("input", () => {
      this.stop();
      this.#to(this.range.valueAsNumber / 90);
    });
    this.output = make("output", "num");
    this.box.append(this.play, this.range, this.output);
    this.#to(1);
  }

  // replay runs once from 90 days ago to now and then stands still.
  replay() {
    this.stop();
    const start = performance.now();
    const lasts = 1800;
    const step = (now) => {
      const k = Math.min(1, Math.max(0, (now - start) / lasts));
      const eased = k < 0.5 ? 4 * k ** 3 : 1 - (-2 * k + 2) ** 3 / 2;
      this.range.value = Math.round(eased * 90);
      this.#to(eased);
      this.frame = k < 1 ? requestAnimationFrame(step) : 0;
    };
    this.frame = requestAnimationFrame(step);
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  #to(moment) {
    const days = Math.round(90 - moment * 90);
    const then = this.day ? (days === 1 ? "1 day before" : "{0} days before") : (days === 1 ? "1 day ago" : "{0} days ago");
    this.output.textContent = days ? say(then, days) : this.day || say("Today");
    this.range.setAttribute("aria-valuetext", this.output.textContent);
    this.seen(moment);
  }
}

export function keyHints(table) {
  const box = make("div", "keys", { id: "map-keys" });
  const hints = [[["←", "→"], say("around")], [["↑", "↓"], say("in, out")], [["R", "D"], say("rising, drifting")]];
  for (const [keys, text] of hints) {
    const group = make("span");
    keys.forEach((key) => group.append(Object.assign(make("kbd"), { textContent: key })));
    box.append(group, text);
  }
  const last = make("span");
  last.append(Object.assign(make("kbd"), { textContent: "T" }));
  box.append(last, Object.assign(make("a"), { href: table, textContent: say("as a table") }));
  return box;
}

function button(label, path, pressed) {
  const b = make("button", "", { type: "button", title: label });
  b.setAttribute("aria-label", label);
  b.innerHTML = '<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><path/></svg>';
  b.firstChild.firstChild.setAttribute("d", path);
  b.addEventListener("click", pressed);
  return b;
}

function make(tag, name = "", properties = {}) {
  const e = Object.assign(document.createElement(tag), properties);
  if (name) e.className = name;
  return e;
}
