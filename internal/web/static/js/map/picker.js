// Finds who stands at a point, by a polar grid over where everybody is now.

import { bearing } from "./people.js";

const AROUND = 360;
const OUT = 64;
const TURN = 2 * Math.PI;

export class Picker {
  constructor(people) {
    this.people = people;
    const cells = AROUND * OUT;
    const next = new Uint32Array(cells + 1);
    const cell = new Uint32Array(people.count);
    for (let i = 0; i < people.count; i++) {
      cell[i] = cellOf(people.angle[i], people.now[i]);
      next[cell[i] + 1]++;
    }
    for (let c = 0; c < cells; c++) next[c + 1] += next[c];
    this.start = next.slice();
    this.ranks = new Uint32Array(people.count);
    for (let i = 0; i < people.count; i++) this.ranks[next[cell[i]]++] = i;
  }

  // near returns the rank of who stands nearest to (x, y), in radii, within a
  // distance; −1 when nobody does.
  near(x, y, within) {
    const radius = Math.hypot(x, y);
    if (radius > 1 + within || radius < 0.05) return -1;
    let angle = (Math.atan2(y, x) - bearing(0, radius)) % TURN;
    if (angle < 0) angle += TURN;
    const a = Math.floor(angle / TURN * AROUND);
    const r = Math.floor(radius * OUT);
    const wideA = Math.ceil(within / radius / TURN * AROUND) + 1;
    const wideR = Math.ceil(within * OUT) + 1;
    let best = -1;
    let least = within * within;
    for (let dr = -wideR; dr <= wideR; dr++) {
      if (r + dr < 0 || r + dr >= OUT) continue;
      for (let da = -wideA; da <= wideA; da++) {
        const c = (r + dr) * AROUND + (a + da + AROUND * 4) % AROUND;
        for (let k = this.start[c]; k < this.start[c + 1]; k++) {
          const i = this.ranks[k];
          const d = (this.people.x[i] - x) ** 2 + (this.people.y[i] - y) ** 2;
          if (d < least) [least, best] = [d, i];
        }
      }
    }
    return best;
  }
}

function cellOf(angle, radius) {
  return Math.min(OUT - 1, Math.floor(radius * OUT)) * AROUND + Math.min(AROUND - 1, Math.floor(angle / TURN * AROUND));
}
