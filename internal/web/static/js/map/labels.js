// Names beside dots: real links, as many as fit without touching.

import { NEWCOMER } from "./people.js";

const CLOSE_UP = 1.6; // zoom from which names are spread evenly
const CELL = [168, 66];
const HEIGHT = 24;

export class Labels {
  constructor(host, people, names, link, entered) {
    this.host = host;
    this.people = people;
    this.names = names;
    this.link = link;
    this.entered = entered;
    this.ruler = document.createElement("canvas").getContext("2d");
    this.ruler.font = "500 12px Inter, system-ui, sans-serif";
    this.widths = new Map();
  }

  // draw chooses and places labels. Taken are rectangles to keep clear of.
  draw(view, taken) {
    this.boxes = taken;
    this.placed = [];
    this.view = view;
    this.most = view.base < 215 ? 5 : view.zoom < CLOSE_UP ? 15 : 34;
    if (view.zoom < CLOSE_UP) this.#overview();
    else this.#spread();
    this.#show();
  }

  // #overview names a few who rise, a few who drift, and the nearest.
  #overview() {
    const { people } = this;
    this.#some(people.movers.filter((i) => people.then[i] > people.now[i] && people.now[i] < 0.56), 5, "rise");
    this.#some(people.movers.filter((i) => people.then[i] < people.now[i] && people.now[i] < 0.9), 4, "drift");
    for (let i = 0; i < Math.min(14, people.count); i++) this.#put(i, "");
  }

  #some(ranks, most, tone) {
    let put = 0;
    for (const i of ranks.slice(0, 30)) {
      if (put < most && this.#put(i, tone)) put++;
    }
  }

  // #spread names the nearest of each cell of a grid over the window.
  #spread() {
    const { people, view } = this;
    const full = new Set();
    for (let i = 0; i < people.count && this.placed.length < this.most; i++) {
      const [x, y] = this.#at(i);
      if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
      const cell = Math.floor(x / CELL[0]) * 1000 + Math.floor(y / CELL[1]);
      if (full.has(cell)) continue;
      const moved = people.then[i] - people.now[i];
      const tone = people.flags[i] & NEWCOMER ? "" : moved > 0.03 ? "rise" : moved < -0.03 ? "drift" : "";
      if (this.#put(i, tone)) full.add(cell);
    }
  }

  #at(i) {
    const [x, y] = this.people.place(i, this.view.moment);
    return [this.view.x + x * this.view.scale, this.view.y + y * this.view.scale];
  }

  #put(i, tone) {
    const { view } = this;
    if (this.placed.length >= this.most || (view.shown && !view.shown(i))) return false;
    if (this.placed.some((label) => label.i === i)) return false;
    const [x, y] = this.#at(i);
    if (x < 4 || y < 4 || x > view.width - 20 || y > view.height - 8) return false;
    const one = this.names.get(i);
    if (!one) return false;
    const dot = this.people.dot(i) * Math.pow(view.zoom, 0.62);
    const change = one.facts ? 0 : one.now - one.was;
    if (change === 0) tone = "";
    const wide = this.#width(one.name) + (tone ? 42 : 12);
    const flip = x + dot + 3 + wide > view.width - 6;
    const left = flip ? x - dot - 3 - wide : x + dot + 3;
    const box = [left, y - HEIGHT / 2, left + wide, y + HEIGHT / 2];
    if (this.boxes.some((b) => b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1])) return false;
    this.boxes.push(box, [x - dot, y - dot, x + dot, y + dot]);
    this.placed.push({ i, one, tone, change, left, top: box[1] });
    return true;
  }

  #width(name) {
    let wide = this.widths.get(name);
    if (wide === undefined) {
      wide = Math.min(180, this.ruler.measureText(name).width);
      this.widths.set(name, wide);
    }
    return wide;
  }

  // #show keeps the links that stay, so that focus stays with them.
  #show() {
    const kept = new Map([...this.host.children].map((link) => [Number(link.dataset.rank), link]));
    for (const { i, one, tone, change, left, top } of this.placed) {
      const link = kept.get(i) ?? this.#link(i, one);
      kept.delete(i);
      link.className = "label " + tone;
      link.lastChild.textContent = tone ? (change > 0 ? "+" : "−") + Math.abs(change) : "";
      link.style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px)`;
    }
    for (const link of kept.values()) {
      if (link !== document.activeElement) link.remove();
    }
  }

  #link(i, one) {
    const link = document.createElement("a");
    link.dataset.rank = i;
    link.href = this.link(one);
    const name = document.createElement("bdi");
    name.textContent = one.name;
    link.append(name, document.createElement("small"));
    link.addEventListener("pointerenter", () => this.entered(i));
    link.addEventListener("focus", () => this.entered(i));
    this.host.append(link);
    return link;
  }
}
