// Draws people as soft dots, pixel by pixel on the CPU: a hundred thousand of
// them in a frame, where shapes of the browser's own take ten times as long.

import { CLOSER, FARTHER } from "./people.js";

const SOFT = 0.5; // pixels over which an edge fades

export class Pixels {
  constructor(canvas, people) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { willReadFrequently: true });
    this.people = people;
    this.tails = people.movers.slice(0, people.count > 30000 ? 260 : people.count > 4000 ? 130 : 60);
  }

  // draw paints one frame. The view has: centre x, y and scale in CSS pixels,
  // density (device pixels a CSS pixel), zoom, moment, byWay, palette, and
  // shown(i), or null where everybody is.
  draw(view) {
    const { width, height } = this.canvas;
    if (this.image?.width !== width || this.image?.height !== height) {
      this.image = this.context.createImageData(width, height);
      this.words = new Uint32Array(this.image.data.buffer);
    }
    this.words.fill(0);
    this.#dots(view, width, height);
    this.context.putImageData(this.image, 0, 0);
    this.#comets(view);
  }

  #dots(view, width, height) {
    const { people } = this;
    const { palette, moment, byWay, shown } = view;
    const scale = view.scale * view.density;
    const left = view.x * view.density;
    const top = view.y * view.density;
    const grain = people.grain * view.density * Math.pow(view.zoom, 0.62);
    const live = moment !== 1;
    for (let i = 0; i < people.count; i++) {
      let x = people.x[i];
      let y = people.y[i];
      if (live) [x, y] = people.place(i, moment);
      x = x * scale + left;
      y = y * scale + top;
      const radius = grain * (0.78 + 1.9 * people.size[i]);
      if (x < -radius || y < -radius || x > width + radius || y > height + radius) continue;
      const flags = people.flags[i];
      let colour = byWay ? palette.ways[people.way[i]] : palette.still;
      let opacity = palette.opacity * (0.62 + 0.38 * (1 - people.now[i]));
      if (!byWay) {
        if (flags & CLOSER) colour = palette.rise;
        else if (flags & FARTHER) colour = palette.drift;
        else if (!shown) opacity *= 0.42;
      }
      if (shown) opacity = shown(i) ? Math.min(1, opacity * 1.5) : opacity * 0.07;
      this.#dot(x, y, radius, colour, opacity, width, height);
    }
  }

  // #dot lays one disc over what is there. Empty pixels, which are most, are
  // set; the others are blended as "over" wants it.
  #dot(x, y, radius, colour, opacity, width, height) {
    const bytes = this.image.data;
    const words = this.words;
    const [red, green, blue, packed] = colour;
    const edge = radius + SOFT;
    const x0 = Math.max(0, Math.ceil(x - edge - 0.5));
    const x1 = Math.min(width - 1, Math.floor(x + edge - 0.5));
    const y0 = Math.max(0, Math.ceil(y - edge - 0.5));
    const y1 = Math.min(height - 1, Math.floor(y + edge - 0.5));
    for (let py = y0; py <= y1; py++) {
      const dy = py + 0.5 - y;
      for (let px = x0; px <= x1; px++) {
        const dx = px + 0.5 - x;
        let cover = edge - Math.sqrt(dx * dx + dy * dy);
        if (cover <= 0) continue;
        cover = (cover > 1 ? 1 : cover) * opacity;
        const at = py * width + px;
        if (words[at] === 0) {
          words[at] = packed | (cover * 255 << 24);
          continue;
        }
        const j = at * 4;
        const below = bytes[j + 3] / 255 * (1 - cover);
        const sum = cover + below;
        const over = cover / sum;
        const under = below / sum;
        bytes[j] = red * over + bytes[j] * under;
        bytes[j + 1] = green * over + bytes[j + 1] * under;
        bytes[j + 2] = blue * over + bytes[j + 2] * under;
        bytes[j + 3] = sum * 255;
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
