// <orbit-map> shows everybody around a planet. It reads its own description
// from a script element within, fetches the places of people, and draws. Without
// it the page shows the same as a table.

import { People } from "./people.js";
import { Pixels } from "./pixels.js";
import { Picker } from "./picker.js";
import { Names } from "./names.js";
import { Furniture, svg } from "./furniture.js";
import { Bodies } from "./bodies.js";
import { Threads } from "./threads.js";
import { Labels } from "./labels.js";
import { Walk } from "./walk.js";
import { Tip, moved } from "./tip.js";
import { readPalette } from "./palette.js";
import { Scrubber, keyHints, stage, zoomButtons } from "./controls.js";
import { gestures } from "./gestures.js";
import { learn, say } from "./words.js";

const CROWD = 30000;
const ZOOM = [0.8, 40];

class OrbitMap extends HTMLElement {
  dragging = null; // where the drag began, as a pan

  async connectedCallback() {
    this.meta = JSON.parse(this.querySelector("[data-meta]").textContent);
    learn(this.meta.words);
    const answer = await fetch(this.meta.data);
    if (!answer.ok) {
      location.replace(this.meta.table);
      return;
    }
    const buffer = await answer.arrayBuffer();
    const begun = performance.now();
    this.people = new People(buffer);
    this.#build();
    this.#wire();
    this.#resize();
    this.#draw();
    this.dataset.ready = Math.round(performance.now() - begun); // ms from the data to the first picture
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches && this.people.movers.length) this.time.replay();
  }

  #build() {
    this.state = { zoom: 1, pan: [0, 0], moment: 1, byWay: false, ways: null, current: -1 };
    this.stage = stage(this.dataset.says);
    const under = svg("svg", { class: "layer", "aria-hidden": "true" }, this.stage);
    this.canvas = document.createElement("canvas");
    this.canvas.className = "layer";
    this.canvas.setAttribute("aria-hidden", "true");
    this.stage.append(this.canvas);
    const over = svg("svg", { class: "layer", "aria-hidden": "true" }, this.stage);
    const labels = document.createElement("div");
    labels.className = "labels";
    this.said = document.createElement("div");
    this.said.className = "vh";
    this.said.setAttribute("role", "status");
    this.time = new Scrubber((moment) => this.#change({ moment }), this.meta.day);
    const bodies = document.createElement("div");
    bodies.className = "bodies";
    this.append(this.stage, labels, bodies, ...(this.meta.still ? [] : [this.time.box]), zoomButtons((f) => this.#zoom(f), () => this.#reset()), keyHints(this.meta.table), this.said);
    this.names = new Names(this.meta, () => this.#arrived());
    this.pixels = new Pixels(this.canvas, this.people);
    this.picker = new Picker(this.people);
    this.walk = new Walk(this.people);
    this.tip = new Tip(this, this.meta);
    this.layers = [under, over];
    this.furniture = new Furniture(under, over, this.meta);
    this.bodies = new Bodies(bodies, under, this.meta.bodies ?? [], this.meta.sun);
    this.threads = new Threads(under, bodies, this.people, this.meta.bodies ?? []);
    this.layers.push(bodies);
    this.labels = new Labels(labels, this.people, this.names, (one) => this.#address(one), (i) => this.#select(i));
    this.palette = readPalette(this, this.people.count > CROWD);
  }

  #wire() {
    new ResizeObserver(() => { // before the new size is painted
      this.#resize();
      this.#draw();
    }).observe(this);
    const repaint = () => {
      this.palette = readPalette(this, this.people.count > CROWD);
      this.#request();
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
    new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    document.fonts.ready.then(() => {
      this.labels.widths.clear();
      this.#request();
    });
    gestures(this.stage, {
      zoom: (factor, x, y) => this.#zoom(factor, x, y),
      drag: (dx, dy) => this.#drag(dx, dy),
      rest: () => this.#rest(),
      point: (x, y) => this.#select(this.#at(x, y)),
      press: (x, y) => this.#press(this.#at(x, y)),
      leave: () => this.stage.matches(":focus-visible") || this.#select(-1),
    });
    this.stage.addEventListener("keydown", (e) => {
      if (!e.ctrlKey && !e.metaKey && !e.altKey && this.#key(e.key)) e.preventDefault();
    });
    this.#wirePanel();
  }

  // #wirePanel joins the legend and the lists beside the map.
  #wirePanel() {
    const each = (selector, event, act) => document.querySelectorAll(selector).forEach((e) => e.addEventListener(event, () => act(e)));
    each("[data-colour]", "click", (pressed) => {
      document.querySelectorAll("[data-colour]").forEach((b) => b.setAttribute("aria-pressed", String(b === pressed)));
      document.querySelectorAll("[data-legend]").forEach((l) => { l.hidden = l.dataset.legend !== pressed.dataset.colour; });
      this.#change({ byWay: pressed.dataset.colour === "way", ways: null });
      document.querySelectorAll("[data-way]").forEach((b) => b.setAttribute("aria-pressed", "true"));
    });
    each("[data-way]", "click", (pressed) => {
      const all = [...document.querySelectorAll("[data-way]")];
      const way = Number(pressed.dataset.way);
      let ways = this.state.ways ?? new Set();
      ways = new Set(ways.has(way) ? [...ways].filter((w) => w !== way) : [...ways, way]);
      if (ways.size === 0 || ways.size === all.length) ways = null;
      all.forEach((b) => b.setAttribute("aria-pressed", String(!ways || ways.has(Number(b.dataset.way)))));
      this.#change({ ways });
    });
    each("[data-rank]", "pointerenter", (link) => this.#select(Number(link.dataset.rank)));
    each("[data-rank]", "focus", (link) => this.#select(Number(link.dataset.rank)));
    each("[data-rank]", "pointerleave", () => this.#select(-1));
  }

  #change(what) {
    Object.assign(this.state ?? {}, what);
    this.#request();
  }

  #request() {
    if (!this.furniture) return;
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.#draw();
    });
  }

  #resize() {
    const box = this.getBoundingClientRect();
    const density = Math.min(2, devicePixelRatio || 1);
    const [width, height] = [Math.round(box.width * density), Math.round(box.height * density)];
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const head = this.querySelector(".head");
    const small = box.width < 620;
    const top = small ? head.offsetTop + head.offsetHeight : 0;
    const bottom = small ? 60 : 0;
    const across = box.width / 2 - (small ? 36 : 44);
    const partners = this.meta.bodies?.some((body) => body.kind === "partner");
    const down = (box.height - top - bottom) / 2 - (small ? 26 : partners ? 78 : 58);
    const base = Math.max(60, Math.min(across, down));
    const aside = small ? 0 : Math.max(0, Math.min(56, box.width / 2 - base - 56)); // leaves the headline its corner
    this.window = { width: box.width, height: box.height, density, base, x: box.width / 2 + aside, y: top + (box.height - top - bottom) / 2, small };
    this.classList.toggle("small", small);
    this.people.fineness = Math.min(1, Math.max(0.6, Math.sqrt(base / 300)));
  }

  get view() {
    const { state, window: w } = this;
    return {
      ...w, ...state, palette: this.palette, dragged: this.dragging !== null, scale: w.base * state.zoom, x: w.x + state.pan[0], y: w.y + state.pan[1],
      shown: state.ways ? (i) => state.ways.has(this.people.way[i]) : null,
    };
  }

  #draw() {
    const begun = performance.now();
    const view = this.view;
    this.pixels.draw(view);
    if (this.dragging) this.#slide(view);
    else {
      this.furniture.draw(view);
      this.bodies.draw(view);
      this.threads.draw(view, this.bodies.at);
    }
    this.classList.toggle("zoomed", view.zoom > 1.25);
    if (!this.dragging) this.labels.draw(view, [...this.furniture.boxes(view), ...this.bodies.taken, ...this.#corners(view)]);
    if (this.state.current >= 0) this.tip.show(view, this.people, this.state.current, this.names.get(this.state.current));
    this.lastFrame = performance.now() - begun;
  }

  // #slide moves the furniture as it was drawn, which is cheaper than drawing it.
  #slide(view) {
    const [x, y] = [view.pan[0] - this.dragging[0], view.pan[1] - this.dragging[1]];
    for (const layer of this.layers) layer.style.transform = `translate(${x}px, ${y}px)`;
  }

  // #corners are where the headline and the controls stand.
  #corners(view) {
    const boxes = [[0, view.height - 62, 320, view.height], [view.width - 56, 0, view.width, 124]];
    if (view.zoom < 1.6) boxes.push(view.small ? [0, 0, view.width, 110] : [0, 0, 250, 170]);
    if (!view.small) boxes.push([view.width - 176, view.height - 126, view.width, view.height]);
    return boxes;
  }

  #at(x, y) {
    const view = this.view;
    return this.picker.near((x - view.x) / view.scale, (y - view.y) / view.scale, 12 / view.scale);
  }

  #select(i, say = false) {
    this.stage.classList.toggle("hit", i >= 0);
    this.saying = say;
    if (i === this.state.current && !say) return;
    this.state.current = i;
    if (i < 0) this.tip.hide();
    if (i >= 0 && say) {
      this.#bringIntoView(i);
      this.#say(i);
    }
    this.#request();
  }

  #say(i) {
    const one = this.names.get(i);
    if (!one) return; // said when the name arrives
    const way = this.meta.ways[this.people.way[i]];
    const partner = this.meta.bodies?.[this.people.partner[i]]?.name;
    if (one.facts) this.said.textContent = `${one.name}. ${one.facts.map((fact) => fact.join(" ")).join(", ")}. ${say("Number {0} of {1}.", i + 1, this.people.count)}`;
    else this.said.textContent = [say("{0}. {1}, closeness {2}, {3} in 90 days. Mostly {4}.", one.name, one.level, one.now, moved(one.now - one.was), way), partner ? say("First seen through {0}.", partner) : "", say("Number {0} of {1}.", i + 1, this.people.count)].join(" ");
    this.saying = false;
  }

  #arrived() {
    if (this.saying && this.state.current >= 0) this.#say(this.state.current);
    this.#request();
  }

  #bringIntoView(i) {
    const view = this.view;
    const [px, py] = this.people.place(i, view.moment);
    const [x, y] = [view.x + px * view.scale, view.y + py * view.scale];
    const margin = 60;
    this.state.pan[0] += Math.max(0, margin - x) - Math.max(0, x - view.width + margin);
    this.state.pan[1] += Math.max(0, margin - y) - Math.max(0, y - view.height + margin);
  }

  #press(i) {
    if (i < 0) return this.#select(-1);
    if (i !== this.state.current) return this.#select(i, true); // a finger's first touch shows who it is
    this.#open(i);
  }

  #open(i) {
    const one = this.names.get(i);
    if (one) location.assign(this.#address(one));
  }

  #address(one) {
    return one.link ?? this.meta.person.replace("{id}", one.id);
  }

  #drag(dx, dy) {
    this.dragging ??= this.state.pan;
    this.classList.add("dragging");
    this.state.pan = [this.state.pan[0] + dx, this.state.pan[1] + dy];
    this.#request();
  }

  #rest() {
    this.dragging = null;
    for (const layer of this.layers) layer.style.transform = "";
    this.classList.remove("dragging");
    this.#request();
  }

  // #zoom keeps the point (x, y) where it is.
  #zoom(factor, x = this.window.x, y = this.window.y) {
    const view = this.view;
    const zoom = Math.min(ZOOM[1], Math.max(ZOOM[0], view.zoom * factor));
    const k = zoom / view.zoom;
    let pan = [x - (x - view.x) * k - this.window.x, y - (y - view.y) * k - this.window.y];
    if (zoom <= 1 && factor < 1) pan = pan.map((p) => p * 0.6);
    this.#change({ zoom, pan });
  }

  #reset() {
    this.#change({ zoom: 1, pan: [0, 0] });
  }

  #focusPoint() {
    const { current } = this.state;
    if (current < 0) return [];
    const view = this.view;
    const [x, y] = this.people.place(current, view.moment);
    return [view.x + x * view.scale, view.y + y * view.scale];
  }

  // #key returns whether a key meant something.
  #key(key) {
    if (!this.people.count) return false;
    const i = Math.max(0, this.state.current);
    const fresh = this.state.current < 0;
    const go = (to) => { if (to >= 0) this.#select(to, true); };
    switch (key) {
      case "ArrowRight": go(fresh ? 0 : this.walk.around(i, 1)); break;
      case "ArrowLeft": go(fresh ? 0 : this.walk.around(i, -1)); break;
      case "ArrowUp": go(fresh ? 0 : this.walk.across(i, -1)); break;
      case "ArrowDown": go(fresh ? 0 : this.walk.across(i, 1)); break;
      case "Home": go(0); break;
      case "r": case "R": go(this.walk.mover("rise")); break;
      case "d": case "D": go(this.walk.mover("drift")); break;
      case "+": case "=": this.#zoom(1.4, ...this.#focusPoint()); break;
      case "-": this.#zoom(1 / 1.4, ...this.#focusPoint()); break;
      case "0": this.#reset(); break;
      case "t": case "T": location.assign(this.meta.table); break;
      case "Enter": if (fresh) return false; this.#open(i); break;
      case "Escape": this.#select(-1); this.said.textContent = ""; break;
      default: return false;
    }
    return true;
  }
}

customElements.define("orbit-map", OrbitMap);
