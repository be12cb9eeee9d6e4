// Thin lines from partners outside the rim to the people near the planet who were
// first seen through them. They are drawn where the picture stands still, and are
// plain to see for the partner that is pointed at.

import { NOBODY } from "./people.js";
import { RADII, svg } from "./furniture.js";

const NEAR = RADII[2]; // who is in the core or the inner orbit
const MOST = 24; // of one partner
const BEND = 0.62; // lines leave the rim towards the planet

export class Threads {
  constructor(under, bodies, people, partners) {
    this.people = people;
    this.all = partners.map((body) => ({ ranks: [], path: body.kind === "partner" ? svg("path", { class: "thread" }, under) : null }));
    for (let i = 0; i < people.count && this.all.length; i++) { // the nearest first
      const one = people.partner[i] === NOBODY ? null : this.all[people.partner[i]];
      if (one?.path && one.ranks.length < MOST && people.now[i] < NEAR) one.ranks.push(i);
    }
    this.all.forEach(({ path }, k) => {
      const link = bodies.children[k];
      const shine = (on) => () => path?.classList.toggle("shining", on || link.matches(":hover, :focus-visible"));
      for (const event of ["pointerenter", "focus"]) link.addEventListener(event, shine(true));
      for (const event of ["pointerleave", "blur"]) link.addEventListener(event, shine(false));
    });
  }

  // draw moves the lines to a view; at are the partners' places.
  draw(view, at) {
    this.all.forEach(({ ranks, path }, k) => {
      if (!path) return;
      const [px, py] = at[k];
      let d = "";
      for (const i of ranks) {
        if (view.shown && !view.shown(i)) continue;
        const [rx, ry] = this.people.place(i, view.moment);
        const [x, y] = [view.x + rx * view.scale, view.y + ry * view.scale];
        const [bx, by] = [view.x + (px - view.x) * BEND, view.y + (py - view.y) * BEND];
        d += `M${px.toFixed(1)} ${py.toFixed(1)}Q${bx.toFixed(1)} ${by.toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)}`;
      }
      path.setAttribute("d", d);
    });
  }
}
