// The people of a map, decoded from the wire format that view.LayOut describes.
// A person is named by their rank: 0 is the nearest.

const HEADER = 16;
const STRIDE = 12;
const TURN = 2 * Math.PI;

export const CLOSER = 1;
export const FARTHER = 2;
export const NEWCOMER = 4;

export const NOBODY = 255;

// Orbits are drawn with a slight twist: the nearer, the farther around.
const TWIST = 0.42;

export function bearing(angle, radius) {
  return angle + TWIST * (1 - radius);
}

// Sines by table, a quarter turn longer than a turn for cosines: exact to a tenth
// of a pixel, and many times faster where everybody moves at once.
const STEPS = 16384;
const SINES = Float32Array.from({ length: STEPS * 1.25 }, (_, i) => Math.sin(i / STEPS * TURN));

export function fastSine(angle) {
  return SINES[angle * (STEPS / TURN) & STEPS - 1];
}

export function fastCosine(angle) {
  return SINES[(angle * (STEPS / TURN) & STEPS - 1) + STEPS / 4];
}

// People who are equally close would stand on one thin line: each is moved in or
// out by a hair that is theirs, which stays far within their band.
const HAIR = 0.012;
const HAIR_AT_RIM = 0.035; // where most people are, and most alike

function hair(angleWord, radius) {
  const most = HAIR + (HAIR_AT_RIM - HAIR) * Math.max(0, (radius - 0.85) / 0.15);
  return most * ((angleWord * 40503 & 65535) / 32768 - 1);
}

export class People {
  fineness = 1; // how much smaller the dots are in a small window

  constructor(buffer) {
    const bytes = new DataView(buffer);
    const magic = String.fromCharCode(...new Uint8Array(buffer, 0, 4));
    if (magic !== "ORB1") throw new Error("this is not a map: " + magic);
    const n = bytes.getUint32(4, true);
    const words = new Uint16Array(buffer, HEADER, n * 6);
    const octets = new Uint8Array(buffer, HEADER, n * STRIDE);
    this.count = n;
    this.angle = new Float32Array(n);
    this.then = new Float32Array(n);
    this.now = new Float32Array(n);
    this.size = new Float32Array(n);
    this.way = new Uint8Array(n);
    this.sector = new Uint8Array(n);
    this.partner = new Uint8Array(n); // through whom they were first seen; NOBODY for most
    this.flags = new Uint8Array(n);
    this.x = new Float32Array(n); // where they stand now, in radii
    this.y = new Float32Array(n);
    for (let i = 0; i < n; i++) {
      const w = i * 6;
      const o = i * STRIDE;
      this.angle[i] = words[w] / 65535 * TURN;
      const by = hair(words[w], words[w + 2] / 65535);
      this.then[i] = within(words[w + 1] / 65535 + by);
      this.now[i] = within(words[w + 2] / 65535 + by);
      this.size[i] = words[w + 3] / 65535;
      this.way[i] = octets[o + 8];
      this.sector[i] = octets[o + 9];
      this.partner[i] = octets[o + 10];
      this.flags[i] = octets[o + 11];
      const b = bearing(this.angle[i], this.now[i]);
      this.x[i] = this.now[i] * Math.cos(b);
      this.y[i] = this.now[i] * Math.sin(b);
    }
    this.movers = this.#movers();
  }

  // radius of a person at a moment between 90 days ago (0) and now (1).
  radius(i, moment) {
    return this.then[i] + (this.now[i] - this.then[i]) * moment;
  }

  // place of a person at a moment, in radii.
  place(i, moment) {
    if (moment === 1) return [this.x[i], this.y[i]];
    const r = this.radius(i, moment);
    const b = bearing(this.angle[i], r);
    return [r * Math.cos(b), r * Math.sin(b)];
  }

  // dot is the radius of somebody's dot in pixels before zooming.
  dot(i) {
    return this.grain * (0.78 + 1.9 * this.size[i]);
  }

  // grain is the dot of somebody without reach: the more people, the finer.
  get grain() {
    return this.fineness * Math.max(0.62, Math.min(3.4, 15 / Math.pow(Math.max(1, this.count), 0.21) - 0.72));
  }

  // #movers ranks those who moved far, the nearer ones first among equals.
  #movers() {
    const found = [];
    for (let i = 0; i < this.count; i++) {
      const far = Math.abs(this.then[i] - this.now[i]);
      if (far > 0.05 && this.flags[i] & (CLOSER | FARTHER) && !(this.flags[i] & NEWCOMER)) found.push([i, far * (1.35 - this.now[i])]);
    }
    found.sort((a, b) => b[1] - a[1]);
    return found.map((pair) => pair[0]);
  }
}

// within reflects a radius at the rim.
function within(radius) {
  return radius > 1 ? 2 - radius : radius;
}
