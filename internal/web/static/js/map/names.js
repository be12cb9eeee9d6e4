// Knows who stands at which rank. Some names come with the page; the others are
// asked for when the picture wants to show them.

const AT_ONCE = 100;
const PATIENCE = 50; // ms to gather wishes in

export class Names {
  constructor(meta, arrived) {
    this.address = meta.names;
    this.arrived = arrived;
    this.known = new Map(meta.named.map((one) => [one.rank, one]));
    this.asked = new Set();
    this.wishes = new Set();
  }

  // get returns {rank, id, name, level, now, was} or, on a map around something else,
  // {rank, id, name, facts, link}; or undefined, and asks.
  get(rank) {
    const one = this.known.get(rank);
    if (!one && !this.asked.has(rank)) {
      this.wishes.add(rank);
      this.timer ??= setTimeout(() => this.#ask(), PATIENCE);
    }
    return one;
  }

  async #ask() {
    this.timer = undefined;
    const ranks = [...this.wishes].slice(0, AT_ONCE);
    this.wishes.clear();
    ranks.forEach((rank) => this.asked.add(rank));
    try {
      const answer = await fetch(`${this.address}&of=${ranks.join()}`);
      if (!answer.ok) return; // the map is no longer that of the page: its labels stay away
      for (const one of await answer.json()) this.known.set(one.rank, one);
      this.arrived();
    } catch {
      ranks.forEach((rank) => this.asked.delete(rank)); // no network: ask again when wanted again
    }
  }
}
