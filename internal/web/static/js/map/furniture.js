// Draws what the people stand on: bands, ticks, sectors with their names, and
// the planet in the middle. Everything is SVG and moves with each frame.

import { bearing } from "./people.js";
import { number, say } from "./words.js";

export const RADII = [0.165, 0.345, 0.545, 0.765, 1];
const TURN = 2 * Math.PI;
const SVG = "http://www.w3.org/2000/svg";
const WORTH = 0.4; // points of mean change from which a sector says how it moves

export function svg(tag, attributes = {}, parent) {
  const element = document.createElementNS(SVG, tag);
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  parent?.append(element);
  return element;
}

export class Furniture {
  constructor(under, over, meta) {
    this.meta = meta;
    this.#ground(under);
    this.#sectors(over);
    this.#bands(over);
    this.#planet(over);
  }

  #ground(under) {
    const glow = svg("radialGradient", { id: "map-glow" }, svg("defs", {}, under));
    for (const [at, name] of [[0, "glow-0"], [0.25, "glow-1"], [0.6, "glow-2"], [1, "glow-3"]]) {
      svg("stop", { offset: at, class: name }, glow);
    }
    this.rings = [...RADII].reverse().map((radius) => [svg("circle", { class: radius === 1 ? "ring rim" : "ring" }, under), radius]);
    this.glow = svg("circle", { fill: "url(#map-glow)" }, under);
    this.ticks = svg("path", { class: "tick" }, under);
    this.bounds = svg("path", { class: "bound" }, under);
  }

  #sectors(over) {
    const defs = svg("defs", {}, over);
    const light = svg("radialGradient", { id: "map-planet", cx: "38%", cy: "34%", r: "75%" }, defs);
    for (const [at, name] of [[0, "planet-0"], [0.5, "planet-1"], [1, "planet-2"]]) svg("stop", { offset: at, class: name }, light);
    this.names = this.meta.sectors.map((sector, i) => {
      const path = svg("path", { id: `map-sector-${i}`, fill: "none" }, defs);
      const text = svg("text", { class: "sector" }, over);
      const along = svg("textPath", { href: `#map-sector-${i}`, startOffset: "50%", "text-anchor": "middle" }, text);
      along.append(sector.people ? sector.name : "");
      let trend = null;
      if (sector.people && Math.abs(sector.trend) >= WORTH) {
        trend = svg("tspan", { class: sector.trend > 0 ? "trend rise" : "trend drift", dx: 7 }, along);
        trend.textContent = say(sector.trend > 0 ? "closer {0}" : "drifting {0}", (sector.trend > 0 ? "+" : "−") + number(Math.abs(sector.trend), 1));
      }
      return { sector, path, text, trend };
    });
  }

  #bands(over) {
    this.bands = this.meta.bands.map((band) => {
      const text = svg("text", { class: "band-name", "text-anchor": "middle" }, over);
      text.append(band.name.toUpperCase() + " ");
      svg("tspan", { class: "how-many" }, text).textContent = number(band.people);
      return text;
    });
  }

  #planet(over) {
    const group = svg("g", { class: "planet-name" }, over);
    if (this.meta.sun) this.halo = svg("circle", { class: "sunlight" }, group);
    this.planet = svg("circle", { fill: "url(#map-planet)" }, group);
    this.title = lines(this.meta.brand).map((line) => {
      const text = svg("text", {}, group);
      text.textContent = line;
      return text;
    });
  }

  // draw moves everything to a view: centre x, y, scale, zoom, base.
  draw(view) {
    const { x, y, scale } = view;
    for (const [ring, radius] of this.rings) circle(ring, x, y, radius * scale);
    circle(this.glow, x, y, 0.62 * scale);
    this.ticks.setAttribute("d", ticks(view));
    this.bounds.setAttribute("d", this.#boundsPath(view));
    for (const name of this.names) placeSector(name, view);
    const start = this.#boundAngle(0);
    this.bands.forEach((text, i) => {
      const radius = RADII[i + 1] - 0.045;
      const [tx, ty] = point(view, radius, bearing(start, radius));
      text.setAttribute("x", tx);
      text.setAttribute("y", ty + 4);
    });
    const size = this.#centre(view);
    circle(this.planet, x, y, size);
    if (this.halo) circle(this.halo, x, y, size * 1.09 + 2);
    const longest = Math.max(...this.title.map((t) => t.textContent.length), 1);
    const letters = Math.max(8, Math.min(16, size * 1.62 / (longest * 0.44), size * 1.1 / this.title.length));
    this.title.forEach((text, i) => {
      text.style.fontSize = `${letters}px`;
      text.setAttribute("x", x);
      text.setAttribute("y", y + (i - (this.title.length - 1) / 2) * letters + letters * 0.32);
    });
  }

  // boxes are the rectangles that labels keep clear of.
  boxes(view) {
    const size = this.#centre(view);
    const taken = [[view.x - size, view.y - size, view.x + size, view.y + size]];
    for (const text of this.bands) {
      const x = Number(text.getAttribute("x"));
      const y = Number(text.getAttribute("y"));
      taken.push([x - 46, y - 11, x + 46, y + 5]);
    }
    for (const name of this.names) taken.push(...aroundName(name, view));
    return taken;
  }

  // #centre is the radius of what stands in the middle: a person leaves room for
  // the planets that are theirs.
  #centre(view) {
    return planetSize(view) * (this.meta.still ? 0.8 : 1);
  }

  #boundAngle(i) {
    const all = this.meta.sectors;
    if (!all.length) return -TURN / 4; // nobody is here yet
    const before = all[(i + all.length - 1) % all.length];
    return (before.to - (i === 0 ? TURN : 0) + all[i].from) / 2;
  }

  #boundsPath(view) {
    let path = "";
    for (let i = 0; this.meta.sectors.length > 1 && i < this.meta.sectors.length; i++) {
      for (let k = 0; k <= 12; k++) {
        const radius = 0.2 + 0.8 * k / 12;
        const [x, y] = point(view, radius, bearing(this.#boundAngle(i), radius));
        path += `${k ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
      }
    }
    return path;
  }
}

function planetSize(view) {
  return Math.min(0.125 * view.scale, 46 + 8 * view.zoom);
}

function point(view, radius, angle) {
  return [view.x + radius * view.scale * Math.cos(angle), view.y + radius * view.scale * Math.sin(angle)];
}

function circle(element, x, y, radius) {
  element.setAttribute("cx", x.toFixed(1));
  element.setAttribute("cy", y.toFixed(1));
  element.setAttribute("r", radius.toFixed(1));
}

function ticks(view) {
  let path = "";
  for (let i = 0; i < 180; i++) {
    const angle = i / 180 * TURN;
    const long = i % 15 === 0 ? 0.02 : i % 5 === 0 ? 0.013 : 0.007;
    const [x0, y0] = point(view, 1.018, angle);
    const [x1, y1] = point(view, 1.018 + long, angle);
    path += `M${x0.toFixed(1)} ${y0.toFixed(1)}L${x1.toFixed(1)} ${y1.toFixed(1)}`;
  }
  return path;
}

// placeSector bends a name around the rim, upright in the lower half too, and
// leaves the trend out where there is no room for it.
function placeSector({ sector, path, text, trend }, view) {
  const middle = ((sector.from + sector.to) / 2 % TURN + TURN) % TURN;
  const below = middle > 0.12 && middle < Math.PI - 0.12;
  const radius = below ? 1.088 : 1.06;
  const half = 0.95;
  const [x0, y0] = point(view, radius, middle + (below ? half : -half));
  const [x1, y1] = point(view, radius, middle - (below ? half : -half));
  const r = (radius * view.scale).toFixed(1);
  path.setAttribute("d", `M${x0.toFixed(1)} ${y0.toFixed(1)}A${r} ${r} 0 0 ${below ? 0 : 1} ${x1.toFixed(1)} ${y1.toFixed(1)}`);
  const room = (sector.to - sector.from + 0.06) * 1.07 * view.base;
  const letters = Math.min(19, Math.max(12, room / (sector.name.length * 0.43)));
  text.style.fontSize = `${letters}px`;
  trend?.setAttribute("visibility", room > sector.name.length * letters * 0.42 + 84 && view.base > 215 ? "visible" : "hidden");
}

// aroundName covers a name on the rim by squares.
function aroundName({ sector, text }, view) {
  const size = parseFloat(text.style.fontSize) || 12;
  const middle = (sector.from + sector.to) / 2;
  const half = sector.name.length * size * 0.22 / (1.07 * view.scale);
  const boxes = [];
  for (let angle = middle - half; angle <= middle + half; angle += size / view.scale) {
    const [x, y] = point(view, 1.08, angle);
    boxes.push([x - size / 2, y - size / 2, x + size / 2, y + size / 2]);
  }
  return boxes;
}

// lines breaks a brand's name into at most three short lines.
function lines(name) {
  const out = [""];
  for (const word of name.split(/\s+/)) {
    const last = out[out.length - 1];
    if (last && last.length + word.length > 7 && out.length < 3) out.push(word);
    else out[out.length - 1] = last ? `${last} ${word}` : word;
  }
  return out.map((line) => line.length > 14 ? line.slice(0, 13) + "…" : line);
}
