// Steps from person to person with the keyboard: around within a band, in and
// out between bands, and through those who rise or drift.

import { RADII } from "./furniture.js";

const TURN = 2 * Math.PI;

export class Walk {
  constructor(people) {
    this.people = people;
    this.at = { rise: -1, drift: -1 };
  }

  band(i) {
    const radius = this.people.now[i];
    for (let b = 0; b < 3; b++) if (radius < RADII[b + 1]) return b;
    return 3;
  }

  // around returns the next person of the same band, clockwise (1) or not (−1).
  around(i, direction) {
    return this.#least(this.band(i), (other) => {
      if (other === i) return Infinity;
      const turn = (this.people.angle[other] - this.people.angle[i]) * direction;
      return turn > 0 || (turn === 0 && other > i) ? turn : turn + TURN;
    }) ?? i;
  }

  // across returns who stands at the same angle in the next band inwards (−1)
  // or outwards (1) that has somebody.
  across(i, direction) {
    for (let band = this.band(i) + direction; band >= 0 && band < 4; band += direction) {
      const found = this.#least(band, (other) => {
        const turn = Math.abs(this.people.angle[other] - this.people.angle[i]);
        return Math.min(turn, TURN - turn);
      });
      if (found !== undefined) return found;
    }
    return i;
  }

  // mover returns the next who rises or drifts, most first.
  mover(tone) {
    const { people } = this;
    const some = people.movers.filter((i) => (people.then[i] > people.now[i]) === (tone === "rise"));
    if (!some.length) return -1;
    this.at[tone] = (this.at[tone] + 1) % some.length;
    return some[this.at[tone]];
  }

  #least(band, cost) {
    let least = Infinity;
    let best;
    for (let other = 0; other < this.people.count; other++) {
      if (this.band(other) !== band) continue;
      const c = cost(other);
      if (c < least) [least, best] = [c, other];
    }
    return best;
  }
}
