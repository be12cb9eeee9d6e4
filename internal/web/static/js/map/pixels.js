// Draws people as soft dots, pixel by pixel on the CPU: a hundred thousand of
// them in a frame, where shapes of the browser's own take ten times as long.

import { CLOSER, FARTHER, bearing, fastCosine, fastSine } from "./people.js";

const SOFT = 0.5; // pixels over which an edge fades
const LASTING = ["scale", "density", "moment", "byWay", "palette", "ways"]; // what pixels that slide have in common

export class Pixels {
  constructor(canvas, people) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { willReadFrequently: true });
    this.people = people;
    this.tails = people.movers.slice(0, people.count > 30000 ? 260 : people.count > 4000 ? 130 : 60);
  }

  // draw paints one frame. The view has: centre x, y and scale in CSS pixels,
  // density (device pixels a CSS pixel), zoom, moment, byWay, palette, ways, and
  // shown(i), or null where everybody is. Where it is dragged, only what comes
  // into sight is drawn.
  draw(view) {
    const { width, height } = this.canvas;
    if (this.image?.width !== width || this.image?.height !== height) {
      this.image = this.context.createImageData(width, height);
      this.words = new Uint32Array(this.image.data.buffer);
      this.drawn = null;
    }
    if (!view.dragged || !this.drawn || LASTING.some((name) => view[name] !== this.drawn[name])) {
      this.drawn = view;
      this.left = view.x * view.density;
      this.top = view.y * view.density;
      this.words.fill(0);
      this.#dots(view, 0, 0, width, height);
    } else {
      this.#slide(view, width, height);
    }
    this.context.putImageData(this.image, 0, 0);
    this.#comets(view);
  }

  // #slide moves the pixels by whole ones and draws the strips that come into
  // sight.
  #slide(view, width, height) {
    const { words } = this;
    const dx = Math.round(view.x * view.density - this.left);
    const dy = Math.round(view.y * view.density - this.top);
    this.left += dx;
    this.top += dy;
    const by = dy * width + dx;
    words.copyWithin(Math.max(0, by), Math.max(0, -by), words.length - Math.max(0, by));
    const [x0, x1] = dx > 0 ? [0, Math.min(width, dx)] : [Math.max(0, width + dx), width];
    const [y0, y1] = dy > 0 ? [0, Math.min(height, dy)] : [Math.max(0, height + dy), height];
    words.fill(0, y0 * width, y1 * width);
    for (let y = 0; y < height; y++) words.fill(0, y * width + x0, y * width + x1);
    if (y0 < y1) this.#dots(view, 0, y0, width, y1);
    if (x0 < x1) this.#dots(view, x0, dy > 0 ? y1 : 0, x1, dy > 0 ? height : y0);
  }

  // #dots draws everybody inside a rectangle, which is empty. It is one long loop
  // on purpose: it runs for everybody in every frame. Empty pixels, which are
  // most, are set; the others are blended as "over" wants it.
  #dots(view, fromX, fromY, toX, toY) {
    const { people, words, left, top } = this;
    const { width } = this.canvas;
    const { x: unitX, y: unitY, angle, then, now, size, way, flags } = people;
    const { palette, moment, byWay, shown } = view;
    const scale = view.scale * view.density;
    const grain = people.grain * view.density * Math.pow(view.zoom, 0.62);
    const live = moment !== 1;
    for (let i = 0; i < people.count; i++) {
      let x = unitX[i];
      let y = unitY[i];
      if (live && flags[i] & (CLOSER | FARTHER)) {
        const r = then[i] + (now[i] - then[i]) * moment;
        const b = bearing(angle[i], r);
        x = r * fastCosine(b);
        y = r * fastSine(b);
      }
      x = x * scale + left;
      y = y * scale + top;
      const radius = grain * (0.78 + 1.9 * size[i]);
      if (x < fromX - radius - 1 || y < fromY - radius - 1 || x > toX + radius + 1 || y > toY + radius + 1) continue;
      let colour = byWay ? palette.ways[way[i]] : palette.still;
      let opacity = palette.opacity * (1 - 0.38 * now[i]);
      if (!byWay) {
        if (flags[i] & CLOSER) colour = palette.rise;
        else if (flags[i] & FARTHER) colour = palette.drift;
        else if (!shown) opacity *= 0.42;
      }
      if (shown) opacity = shown(i) ? Math.min(1, opacity * 1.5) : opacity * 0.07;
      const red = colour[0];
      const green = colour[1];
      const blue = colour[2];
      const packed = colour[3];
      const edge = radius + SOFT;
      const x0 = Math.max(fromX, Math.ceil(x - edge - 0.5)) | 0;
      const x1 = Math.min(toX - 1, Math.floor(x + edge - 0.5)) | 0;
      const y0 = Math.max(fromY, Math.ceil(y - edge - 0.5)) | 0;
      const y1 = Math.min(toY - 1, Math.floor(y + edge - 0.5)) | 0;
      for (let py = y0; py <= y1; py++) {
        const dy = py + 0.5 - y;
        for (let px = x0; px <= x1; px++) {
          const dx = px + 0.5 - x;
          let cover = edge - Math.sqrt(dx * dx + dy * dy);
          if (cover <= 0) continue;
          cover = (cover > 1 ? 1 : cover) * opacity;
          const at = py * width + px;
          const under = words[at];
          if (under === 0) {
            words[at] = packed | (cover * 255 << 24);
            continue;
          }
          const below = (under >>> 24) / 255 * (1 - cover);
          const sum = cover + below;
          const share = cover / sum * 256 | 0;
          const r = under & 255;
          const g = under >> 8 & 255;
          const b = under >> 16 & 255;
          words[at] = r + ((red - r) * share >> 8) | g + ((green - g) * share >> 8) << 8 |
            b + ((blue - b) * share >> 8) << 16 | sum * 255 << 24;
        }
      }
    }
  }

  // #comets draws a tail behind those who moved most, from where they were.
  #comets(view) {
    const { context, people } = this;
    context.setTransform(view.density, 0, 0, view.density, 0, 0);
    const grow = Math.pow(view.zoom, 0.62);
    for (const i of this.tails) {
      const [ax, ay] = people.place(i, 0).map((v, k) => v * view.scale + (k ? view.y : view.x));
      const [bx, by] = people.place(i, view.moment).map((v, k) => v * view.scale + (k ? view.y : view.x));
      const length = Math.hypot(bx - ax, by - ay);
      if (length < 2) continue;
      const half = Math.max(0.9, people.dot(i) * grow * 0.85);
      const nx = -(by - ay) / length * half;
      const ny = (bx - ax) / length * half;
      const colour = people.then[i] > people.now[i] ? view.palette.rise : view.palette.drift;
      const strength = !view.shown || view.shown(i) ? 0.85 : 0.07;
      const tail = context.createLinearGradient(ax, ay, bx, by);
      tail.addColorStop(0, `rgb(${colour[0]} ${colour[1]} ${colour[2]} / 0)`);
      tail.addColorStop(0.55, `rgb(${colour[0]} ${colour[1]} ${colour[2]} / ${0.22 * strength})`);
      tail.addColorStop(1, `rgb(${colour[0]} ${colour[1]} ${colour[2]} / ${strength})`);
      context.fillStyle = tail;
      context.beginPath();
      context.moveTo(ax, ay);
      context.lineTo(bx + nx, by + ny);
      context.arc(bx, by, half, Math.atan2(ny, nx), Math.atan2(-ny, -nx), true);
      context.fill();
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
  }
}
